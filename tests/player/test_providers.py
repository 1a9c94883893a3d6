"""Where music comes from."""

import socket

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from andre.core.errors import Refusal
from player import providers
from player.discovery import search

VIDEO = "youtube:video:dQw4w9WgXcQ"


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


@pytest.mark.parametrize("name", ["spotify", "library", "subsonic", "jellyfin", "youtube"])
def test_each_provider_answers_with_its_own_name(name):  # S-11.1
    assert providers.PROVIDERS[name].name == name


def test_the_address_of_a_players_page_asks_nobody(monkeypatch, settle):  # S-11.3 S-11.6
    settle(YOUTUBE_API_KEY="key")

    def refuse(*_):
        raise AssertionError("nobody is to be asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", refuse)
    how = providers.Embedding(start_ms=42_500, origin="https://andre.example")

    first, again = (providers.embed_url(providers.find_source(VIDEO), how) for _ in range(2))

    assert first is not None
    assert first == again


def test_an_unknown_provider_is_refused():  # S-11.2
    with pytest.raises(Refusal) as refused:
        search.everywhere("anything", "radio", 1)

    assert refused.value.code == "unknown_provider"
