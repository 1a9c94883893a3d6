"""One search over every catalogue; a slow one never holds up the others."""

from concurrent.futures import ThreadPoolExecutor, TimeoutError
from typing import Any

import structlog
from django.db import close_old_connections

from andre.errors import Refusal
from andre.protocol.shapes import Track
from player.library.search import suggest
from player.providers import PROVIDERS, Provider, ProviderError

LATE_SECONDS = 2.0
SUGGESTIONS = 6

log = structlog.get_logger(__name__)
_searches = ThreadPoolExecutor(8, thread_name_prefix="search")


def everywhere(query: str, provider: str | None, page: int) -> dict[str, Any]:
    """{"results": [track], "late": [provider]}. Raises Refusal `unknown_provider`."""
    asked = [provider] if provider else list(PROVIDERS)
    if unknown := set(asked) - set(PROVIDERS):
        raise Refusal("unknown_provider", f"There is no provider called {unknown.pop()}.")
    searches = {name: _searches.submit(one, PROVIDERS[name], query, page) for name in asked}
    results: list[Track] = []
    late = []
    for name, search in searches.items():
        try:
            results += search.result(timeout=LATE_SECONDS)
        except (TimeoutError, ProviderError) as error:
            log.warning("search_late", provider=name, error=str(error))
            late.append(name)
    return {"results": [track.model_dump() for track in results], "late": late}


def one(provider: Provider, query: str, page: int) -> list[Track]:
    try:
        return provider.search(query, "track", page)
    finally:
        close_old_connections()


def suggestions() -> list[dict[str, Any]]:
    return [track.model_dump() for track in suggest(SUGGESTIONS)]
