"""What played: kept with the transition in Redis, written to the database by a task."""

import json
from collections.abc import Mapping

import structlog
from celery import current_app
from django.db import DataError, IntegrityError, transaction
from django.db.models import Q, QuerySet

from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis
from nests.membership import members
from nests.registry import store
from player.history.signals import plays_recorded
from player.models import Play, UnwritablePlay
from player.track_rows import play_row

RECORD_PLAY = "player.tasks.record_play"  # By name: the task stands above and calls this room.
WORDS, CHARACTERS = 8, 200  # Each word is three comparisons with every row.

# What is wrong with one play. A database that does not answer is none of these: it is asked again.
UNWRITABLE = (DataError, IntegrityError, KeyError, OverflowError, TypeError, ValueError)

log = structlog.get_logger(__name__)


def record_soon(nest: str) -> None:
    current_app.signature(RECORD_PLAY, (nest,)).apply_async()


def record(nest: str) -> int:
    """Write every finished play of a nest, each exactly once; how many.

    A play that cannot be written is set aside for the operator, so that it holds up no other.
    """
    waiting = redis().hgetall(NestKeys(nest).pending_plays)
    if not waiting:
        return 0
    found = store.find_nest(nest)
    name = found.name if found else nest
    try:
        written = write(nest, name, waiting)
    except UNWRITABLE:
        written = sum(write_or_set_aside(nest, name, *entry) for entry in waiting.items())
    redis().hdel(NestKeys(nest).pending_plays, *waiting)
    plays_recorded.send(None, plays=list(waiting.values()))
    return written


def write(nest: str, name: str, waiting: Mapping[str, str]) -> int:
    with transaction.atomic():
        Play.objects.bulk_create(
            [play_row(nest, name, json.loads(text)) for text in waiting.values()],
            ignore_conflicts=True,
        )
    return len(waiting)


def write_or_set_aside(nest: str, name: str, field: str, text: str) -> int:
    try:
        return write(nest, name, {field: text})
    except UNWRITABLE as error:
        first_line = str(error).partition("\n")[0].replace("\0", "\\0")
        set_aside(nest, field, text, f"{type(error).__name__}: {first_line}")
        return 0


def set_aside(nest: str, field: str, text: str, reason: str) -> None:
    log.error("play_not_written", nest=nest, play=field, reason=reason)
    # As a JSON string of ASCII: whatever the text holds, no database refuses that.
    UnwritablePlay.objects.get_or_create(
        nest_id=nest, field=field, defaults={"play": json.dumps(text), "reason": reason}
    )


def visible_to(email: str) -> QuerySet[Play]:
    """Plays of the nests the person is a member of, and of ended ones they had a song in."""
    return Play.objects.filter(nest_id__in=nests_visible_to(email))


def plays_of_person(plays: QuerySet[Play], wanted: str, viewer: str) -> QuerySet[Play]:
    """Plays whose song this person added: named by id, or the viewer by their own address."""
    if wanted.strip().lower() == viewer:
        return plays.filter(user=viewer)
    adders = plays.order_by().values_list("user", flat=True).distinct()
    return plays.filter(user__in=[adder for adder in adders if person_id(adder) == wanted])


def nests_visible_to(email: str) -> set[str]:
    there = {nest.nest_id for nest in store.list_nests()}
    been = set(Play.objects.filter(user=email).values_list("nest_id", flat=True).distinct())
    return members.nests_of(email, there) | (been - there)


def filter_plays(plays: QuerySet[Play], text: str) -> QuerySet[Play]:
    """Plays with every word somewhere in title, artist or album. Raises Refusal."""
    words = text.split()
    if len(text) > CHARACTERS or len(words) > WORDS:
        sentence = f"q: at most {WORDS} words and {CHARACTERS} characters are searched for."
        raise Refusal("validation_error", sentence)
    for word in words:
        plays = plays.filter(
            Q(title__icontains=word) | Q(artist__icontains=word) | Q(album__icontains=word)
        )
    return plays
