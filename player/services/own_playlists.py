"""Playlists of a listener's own: nobody else sees, finds or opens them."""

from collections.abc import Callable
from typing import TypeVar

from rapidfuzz import fuzz

from andre.errors import Refusal
from andre.protocol.shapes import Track
from player.library.words import fold, words
from player.models import ConnectedAccount
from player.providers import PAGE_SIZE, Personal, cache
from player.providers.personal import AccessRefused
from player.services import accounts
from player.services.accounts import Key

ALIKE = 80  # Of 100: a name that was meant, with a slip of the fingers in it.

Answer = TypeVar("Answer")


def search(email: str, provider: Personal, query: str, page: int) -> list[Track]:
    """Those whose names have the words. Raises Refusal `account_needed`, or as the provider."""
    found = matching(query, of(email, provider))
    return found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


def opened(email: str, provider: Personal, uri: str) -> list[Track]:
    """Its tracks. Raises Refusal `account_needed` or `track_not_found`, or as the provider."""
    tracks = asked(email, provider, lambda key: provider.open_theirs(key.access, uri))
    if not tracks:
        raise Refusal("track_not_found", "There is nothing in this playlist.")
    return tracks


def of(email: str, provider: Personal) -> list[Track]:
    def listed(key: Key) -> list[Track]:
        found = cache.remembered(
            provider.name,
            question(key.account),
            cache.SEARCH_SECONDS,
            lambda: [each.model_dump() for each in provider.playlists(key.access)],
        )
        return [Track(**each) for each in found]

    return asked(email, provider, listed)


def forget_theirs(instance: ConnectedAccount, **_: object) -> None:
    """Who disconnects leaves nothing behind."""
    cache.forget(instance.provider, question(instance.account))


def question(account: str) -> str:
    return f"playlists of {account}"


def asked(email: str, provider: Personal, ask: Callable[[Key], Answer]) -> Answer:
    """With a fresh key once if the one we have is refused before its time."""
    key = accounts.key_of(email, provider)
    try:
        return ask(key)
    except AccessRefused:
        return ask(accounts.fresh_key_of(email, key))


def matching(query: str, playlists: list[Track]) -> list[Track]:
    typed = words(query)
    begun = [each for each in playlists if begins(typed, words(each.title))]
    meant = fold(query)
    return begun or [
        each for each in playlists if meant and fuzz.WRatio(meant, fold(each.title)) >= ALIKE
    ]


def begins(typed: list[str], name: list[str]) -> bool:
    return bool(typed) and all(any(word.startswith(each) for word in name) for each in typed)
