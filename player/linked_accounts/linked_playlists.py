"""Playlists of a listener's own: nobody else sees, finds or opens them."""

from collections.abc import Callable
from typing import TypeVar

from rapidfuzz import fuzz

from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.library.text_folding import fold, words
from player.linked_accounts import accounts
from player.linked_accounts.accounts import Key
from player.models import ConnectedAccount
from player.providers import PAGE_SIZE, LinkedProvider, cache
from player.providers.linked import AccessRefused

ALIKE = 80  # Of 100: a name that was meant, with a slip of the fingers in it.

Answer = TypeVar("Answer")


def search_playlists(email: str, provider: LinkedProvider, query: str, page: int) -> list[Track]:
    """Those whose names have the words. Raises Refusal `account_needed`, or as the provider."""
    found = filter_playlists(query, of(email, provider))
    return found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


def open_playlist(email: str, provider: LinkedProvider, uri: str) -> list[Track]:
    """Its tracks. Raises Refusal `account_needed` or `track_not_found`, or as the provider."""
    tracks = ask_with_fresh_key(email, provider, lambda key: provider.open_theirs(key.access, uri))
    if not tracks:
        raise Refusal("track_not_found", "There is nothing in this playlist.")
    return tracks


def of(email: str, provider: LinkedProvider) -> list[Track]:
    def list_theirs(key: Key) -> list[Track]:
        found = cache.get_or_ask(
            provider.name,
            question(key.account),
            cache.SEARCH_SECONDS,
            lambda: [each.model_dump() for each in provider.playlists(key.access)],
        )
        return [Track(**each) for each in found]

    return ask_with_fresh_key(email, provider, list_theirs)


def forget_theirs(instance: ConnectedAccount, **_: object) -> None:
    """Who disconnects leaves nothing behind."""
    cache.forget(instance.provider, question(instance.account))


def question(account: str) -> str:
    return f"playlists of {account}"


def ask_with_fresh_key(
    email: str, provider: LinkedProvider, ask: Callable[[Key], Answer]
) -> Answer:
    """With a fresh key once if the one we have is refused before its time."""
    key = accounts.access_key_of(email, provider)
    try:
        return ask(key)
    except AccessRefused:
        return ask(accounts.fresh_key_of(email, key))


def filter_playlists(query: str, playlists: list[Track]) -> list[Track]:
    typed = words(query)
    begun = [each for each in playlists if begins(typed, words(each.title))]
    meant = fold(query)
    return begun or [
        each for each in playlists if meant and fuzz.WRatio(meant, fold(each.title)) >= ALIKE
    ]


def begins(typed: list[str], name: list[str]) -> bool:
    return bool(typed) and all(any(word.startswith(each) for word in name) for each in typed)
