"""The tastes of those who are here, from what was played: bounded queries, each by an index."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bender.models import Rejection
from bender.selection.tastes import Listener
from player.library.text_folding import fold
from player.models import Play

LISTENERS_ASKED = 50
PLAYS_ASKED = 300
REJECTIONS_ASKED = 200
HOUR_MS, MINUTE_MS = 3_600_000, 60_000
COLUMNS = ("pk", "uri", "artist", "user", "auto", "skipped_by", "jams")

Row = dict[str, Any]


def listeners(
    nest: str, names: Mapping[str, str], plays: list[Row], now_ms: int
) -> tuple[Listener, ...]:
    """`names` by address; `plays` are the nest's last ones, as kept with it."""
    asked = dict(sorted(names.items())[:LISTENERS_ASKED])
    found = {
        email: Listener(email, name or email.partition("@")[0].title())
        for email, name in asked.items()
    }
    for row in plays_of(nest, list(asked)):
        learn(found, row)
    for rejection in rejections_of(list(asked)):
        note_rejection(found[rejection.user].rejections, rejection.uri, rejection.artist)
    last_hour = [play for play in plays if play["ended_ms"] > now_ms - HOUR_MS]
    return tuple(
        replace(each, served_minutes=minutes_served(each, last_hour)) for each in found.values()
    )


def plays_of(nest: str, emails: list[str]) -> Iterable[Row]:
    """What was played here, and what they queued anywhere."""
    here = Play.objects.filter(nest_id=nest).order_by("-started_ms")
    theirs = Play.objects.filter(user__in=emails, auto=False).order_by("-started_ms")
    rows = [*here.values(*COLUMNS)[:PLAYS_ASKED], *theirs.values(*COLUMNS)[:PLAYS_ASKED]]
    return {row["pk"]: row for row in rows}.values()


def rejections_of(emails: list[str]) -> Iterable[Rejection]:
    return Rejection.objects.filter(user__in=emails).order_by("-at_ms")[:REJECTIONS_ASKED]


def learn(found: Mapping[str, Listener], row: Row) -> None:
    if not row["auto"] and (adder := found.get(row["user"])):
        note_rejection(adder.plays, row["uri"], row["artist"])
    for jam in row["jams"]:
        if (fan := found.get(jam["email"])) and not jam.get("throwback"):
            note_rejection(fan.jams, row["uri"], row["artist"])
    if skipper := found.get(row["skipped_by"]):
        note_rejection(skipper.rejections, row["uri"], row["artist"])


def note_rejection(counted: Counter[str], uri: str, artist: str) -> None:
    counted[uri] += 1
    counted[fold(artist)] += 1


def minutes_served(listener: Listener, last_hour: list[Row]) -> float:
    """Of what they queued themselves or cheered for, and of artists they like."""
    heard_ms: list[int] = [
        play["heard_ms"] for play in last_hour if was_for(listener, play["song"])
    ]
    return sum(heard_ms) / MINUTE_MS


def was_for(listener: Listener, song: Row) -> bool:
    artist = fold(song["artist"])
    return (
        (song["user"] == listener.email and not song["auto"])
        or listener.email in {jam["email"] for jam in song["jams"]}
        or listener.jams[artist] + listener.plays[artist] > listener.rejections[artist]
    )
