"""One search over every catalogue of a nest; a slow one never holds up the others."""

from concurrent.futures import Future, wait
from typing import Any

import structlog

from andre.core.errors import Refusal
from andre.core.executors import provider_pool
from andre.protocol.shapes import Track
from player.discovery import paste
from player.linked_accounts import linked_playlists
from player.providers import (
    PROVIDERS,
    Kind,
    LinkedProvider,
    Provider,
    ProviderError,
    providers_of_catalogue,
)

LATE_SECONDS = 2.0

log = structlog.get_logger(__name__)


def everywhere(
    query: str,
    provider: str | None,
    page: int,
    catalogue: str | None = None,
    kind: Kind = "track",
) -> dict[str, Any]:
    """{"results": [track], "late": [provider]}. Raises Refusal `unknown_provider`."""
    searches = {
        each.name: provider_pool(each.name).submit(each.search, query, kind, page)
        for each in select_providers(provider, catalogue)
    }
    wait(searches.values(), timeout=LATE_SECONDS)
    return collect_results(searches)


def own(
    listener: str, query: str, provider: str | None, page: int, catalogue: str | None
) -> dict[str, Any]:
    """As `everywhere`, of the listener's own playlists. Raises Refusal, as `account_needed`."""
    searches = {
        each.name: provider_pool(each.name).submit(
            linked_playlists.search_playlists, listener, each, query, page
        )
        for each in select_providers(provider, catalogue)
        if isinstance(each, LinkedProvider)
    }
    for done in wait(searches.values(), timeout=LATE_SECONDS).done:
        refusal = done.exception()
        if isinstance(refusal, Refusal) and not isinstance(refusal, ProviderError):
            raise refusal
    return collect_results(searches)


def collect_results(searches: "dict[str, Future[list[Track]]]") -> dict[str, Any]:
    results: list[Track] = []
    late = []
    for name, search in searches.items():
        found = answer_of(search)
        if isinstance(found, list):
            results += found
        else:
            log.warning("search_late", provider=name, error=found)
            late.append(name)
    return {"results": [track.model_dump() for track in results], "late": late}


def search_pasted(text: str, catalogue: str | None, page: int, listener: str) -> dict[str, Any]:
    """As `everywhere`, for addresses instead of words: all of it on one page."""
    found = paste.understood(text, catalogue, listener).tracks if page == 1 else []
    return {"results": [track.model_dump() for track in found], "late": []}


def select_providers(provider: str | None, catalogue: str | None) -> list[Provider]:
    """Raises Refusal `unknown_provider`."""
    searched = [each for each in providers_of_catalogue(catalogue) if each.is_searchable]
    if provider is None:
        return searched
    if provider not in PROVIDERS:
        raise Refusal("unknown_provider", f"There is no provider called {provider}.")
    return [each for each in searched if each.name == provider]


def answer_of(search: "Future[list[Track]]") -> list[Track] | str:
    """What was found, or why nothing was in time."""
    if not search.done():
        search.cancel()
        return "too slow"
    try:
        return search.result()
    except Refusal as refusal:
        return refusal.message
