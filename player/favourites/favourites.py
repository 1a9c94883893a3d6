"""A listener's favourites: kept once, told to all of their own pages, found again by words."""

from django.db import IntegrityError, transaction

from andre.core import clock
from andre.core.context import Actor
from andre.core.errors import NoSuchNest, Refusal
from nests.membership.elsewhere import Elsewhere, nests_of_listener
from player.library.text_folding import fold
from player.models import Favourite
from player.providers import lookup
from player.scripts import lua

MOST_KEPT = 5_000


def like(email: str, uri: str) -> bool:
    """Keep this track; whether it was not among theirs before.

    Raises Refusal: `track_not_found` and what else a provider refuses, `favourites_full`.
    """
    if Favourite.objects.filter(user=email, uri=uri).exists():
        return False
    if Favourite.objects.filter(user=email).count() >= MOST_KEPT:
        raise Refusal(
            "favourites_full", f"You keep {MOST_KEPT} favourites; that is as many as fit."
        )
    track = lookup(uri)
    try:
        with transaction.atomic():
            Favourite.objects.create(
                user=email,
                uri=uri,
                title=track.title,
                artist=track.artist,
                album=track.album,
                image=track.image,
                duration_ms=track.duration_ms,
                folded=fold(f"{track.title} {track.artist} {track.album}"),
                liked_ms=clock.now_ms(),
            )
    except IntegrityError:
        return False  # Two presses at one moment are one.
    publish(email, uri, liked=True)
    return True


def unlike(email: str, uri: str) -> bool:
    """Let it go; whether it was among theirs."""
    gone, _ = Favourite.objects.filter(user=email, uri=uri).delete()
    if gone:
        publish(email, uri, liked=False)
    return bool(gone)


def find_favourites(email: str, words: str = "") -> list[Favourite]:
    """Those that have all these words, the latest first."""
    found = Favourite.objects.filter(user=email)
    for word in fold(words).split()[:8]:
        found = found.filter(folded__contains=word)
    return list(found)


def find_uris(email: str) -> list[str]:
    return list(Favourite.objects.filter(user=email).values_list("uri", flat=True))


def publish(email: str, uri: str, *, liked: bool) -> None:
    """To their own pages, in each nest where they listen."""
    for nest in nests_of_listener(email, "listener_preferences"):
        try:
            lua.publish_liked(Elsewhere(nest, Actor(email)), uri=uri, liked=liked)
        except NoSuchNest:
            continue
