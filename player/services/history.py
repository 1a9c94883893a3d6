"""What played: kept with the transition in Redis, written to the database by a task."""

import json
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import Q, QuerySet

from andre.keys import NestKeys
from andre.redis import redis
from nests.services import members, rooms
from player.models import Play

RECORD_PLAY = "player.tasks.record_play"  # By name: the task stands above and calls this room.


def record_soon(nest: str) -> None:
    current_app.signature(RECORD_PLAY, (nest,)).apply_async()


def record(nest: str) -> int:
    """Write every finished play of a nest, each exactly once; how many."""
    waiting = redis().hgetall(NestKeys(nest).unrecorded)
    if not waiting:
        return 0
    found = rooms.find_nest(nest)
    name = found.name if found else nest
    with transaction.atomic():
        Play.objects.bulk_create(
            [play_row(nest, name, json.loads(text)) for text in waiting.values()],
            ignore_conflicts=True,
        )
    redis().hdel(NestKeys(nest).unrecorded, *waiting)
    return len(waiting)


def play_row(nest: str, nest_name: str, play: dict[str, Any]) -> Play:
    song = play["song"]
    return Play(
        nest_id=nest,
        nest_name=nest_name,
        song_id=song["song_id"],
        uri=song["trackid"],
        title=song["title"],
        artist=song["artist"],
        album=song["album"],
        image=song["img"],
        duration_ms=song["duration_ms"],
        user=song["user"],
        auto=song["auto"],
        strategy=song["strategy"],
        started_ms=play["started_ms"],
        ended_ms=play["ended_ms"],
        heard_ms=play["heard_ms"],
        outcome=play["outcome"],
        skipped_by=play["skipped_by"],
        jams=song["jams"],
        comments=song["comments"],
        airhorns=play["airhorns"],
        votes=song["vote"],
    )


def visible_to(email: str) -> QuerySet[Play]:
    """Plays of the nests the person is a member of, and of ended ones they had a song in."""
    return Play.objects.filter(nest_id__in=nests_visible_to(email))


def nests_visible_to(email: str) -> set[str]:
    there = {nest.nest_id for nest in rooms.list_nests()}
    been = set(Play.objects.filter(user=email).values_list("nest_id", flat=True).distinct())
    return members.nests_of(email, there) | (been - there)


def matching(plays: QuerySet[Play], words: str) -> QuerySet[Play]:
    for word in words.split():
        plays = plays.filter(
            Q(title__icontains=word) | Q(artist__icontains=word) | Q(album__icontains=word)
        )
    return plays
