"""Where music comes from."""

import pytest

from andre.core.errors import Refusal
from player import providers
from player.discovery import search


def test_with_nothing_configured_the_library_serves(settings):  # V1
    assert [each.name for each in providers.configured_providers() if each.is_searchable] == [
        "library"
    ]


@pytest.mark.django_db(transaction=True)
def test_a_search_names_what_it_found_and_who_was_late(monkeypatch):  # V4
    class Slow:
        name = "slow"
        is_configured = is_searchable = True

        def search(self, query, kind, page):
            raise providers.ProviderError("slow does not answer")

    monkeypatch.setitem(providers.PROVIDERS, "slow", Slow())

    assert search.everywhere("anything", None, 1) == {"results": [], "late": ["slow"]}


def test_an_unknown_provider_is_refused():  # S-11.2
    with pytest.raises(Refusal) as refused:
        search.everywhere("anything", "radio", 1)

    assert refused.value.code == "unknown_provider"
