"""Addresses made into tracks: many at once, near ones here, far ones side by side."""

import time
from collections.abc import Sequence
from concurrent.futures import Future

from andre.core.errors import Refusal
from andre.core.executors import provider_pool
from andre.protocol.shapes import Track
from player import providers
from player.linked_accounts import linked_playlists
from player.providers.base import Provider, ProviderError
from player.providers.linked import LinkedProvider

PATIENCE_SECONDS = 5.0  # For all of them together: somebody waits for the answer.

Expanded = list[Track] | Refusal


def expand_all(uris: Sequence[str], listener: str) -> list[Expanded]:
    """For each URI the tracks it stands for, or why there are none; in their order.

    What is the listener's own is opened for them alone.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    begun = [start_expanding(uri, listener) for uri in uris]
    return [each if not isinstance(each, Future) else answer_of(each, end) for each in begun]


def start_expanding(uri: str, listener: str) -> "Expanded | Future[list[Track]]":
    try:
        provider = providers.provider_of(uri)
        if provider.is_near:
            return provider.expand(uri)
    except Refusal as refusal:
        return refusal
    return provider_pool(provider.name).submit(tracks_of, provider, uri, listener)


def tracks_of(provider: Provider, uri: str, listener: str) -> list[Track]:
    if isinstance(provider, LinkedProvider) and provider.is_theirs(uri):
        return linked_playlists.open_playlist(listener, provider, uri)
    return provider.expand(uri)


def answer_of(expanding: "Future[list[Track]]", end: float) -> Expanded:
    try:
        return expanding.result(timeout=max(0.0, end - time.monotonic()))
    except TimeoutError:
        expanding.cancel()
        return ProviderError("It did not answer in time. Please try again.", 5)
    except Refusal as refusal:
        return refusal
