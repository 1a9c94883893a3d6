"""A stream's outbox and rhythm, with the time handed in."""

import itertools
import json

import pytest

from nests.realtime.send_queue import Revisions
from nests.realtime.sse import resume_point
from nests.realtime.sse_format import FRAMES, KeepaliveSchedule, StreamSendQueue

PLAYING = {"is_playing": True, "song_id": 7, "duration_ms": 60_000, "ends_at_ms": 100_000}
SILENT = {"is_playing": False}


def event(rev: int, kind: str = "volume_changed", **fields: object) -> str:
    return json.dumps({"type": kind, "rev": rev, "ts": 0, **fields}, separators=(",", ":"))


def revs(outbox: StreamSendQueue) -> list[int]:
    ids = [text.partition("\n")[0] for text in outbox.take()]
    return [int(line.removeprefix("id: e-")) for line in ids]


@pytest.fixture
async def outbox() -> StreamSendQueue:
    return StreamSendQueue("bob@example.com", "one", is_member=True)


@pytest.mark.parametrize("is_playing", [True, False])
def test_comments_come_neither_too_often_nor_too_late(is_playing):  # R15
    rhythm, at = KeepaliveSchedule(0), []

    now = 0.0
    while now < 120:
        now += rhythm.rest(now)
        at += [now for wanted in rhythm.due(now, is_playing) if wanted == "comment"]

    gaps = [later - sooner for sooner, later in zip([0, *at], at, strict=False)]
    assert 5 <= min(gaps) <= max(gaps) <= 15


def test_beacons_come_every_few_seconds_while_a_song_plays(outbox):  # R15
    rhythm, at = KeepaliveSchedule(0), []

    now = 0.0
    while now < 60:
        now += rhythm.rest(now)
        at += [now for wanted in rhythm.due(now, 20 < now < 40) if wanted == "beacon"]

    gaps = [later - sooner for sooner, later in itertools.pairwise(at)]
    assert 20 < at[0] < 25
    assert at[-1] < 40
    assert all(3 <= gap <= 5 for gap in gaps)


async def test_who_reads_slowly_gets_the_latest_and_sees_the_gap(outbox):  # R17
    outbox.begin(0, "e", SILENT)

    for rev in range(1, 81):
        outbox.push(rev, event(rev))

    assert revs(outbox) == list(range(31, 81))
    assert FRAMES == 50


async def test_what_the_snapshot_holds_is_neither_lost_nor_doubled(outbox):  # R16
    outbox.push(4, event(4))
    outbox.push(5, event(5))

    outbox.begin(4, "e", SILENT)
    late = event(4)
    outbox.push(4, late)
    outbox.push(6, event(6))

    assert revs(outbox) == [5, 6]


async def test_events_wait_for_a_fresh_snapshot_where_something_is_missing(outbox):  # R17 R18
    outbox.begin(4, "e", SILENT)
    outbox.push(5, event(5))

    outbox.resynchronise()
    outbox.push(8, event(8))
    waiting = revs(outbox)
    outbox.begin(7, "e", SILENT)

    assert waiting == []
    assert revs(outbox) == [8]


async def test_a_beacon_projects_what_was_heard_last(outbox):  # R15 U-2.3
    outbox.push(5, event(5, "song_started", playback=PLAYING))
    outbox.begin(4, "e", SILENT)
    list(outbox.take())

    beacon = outbox.beacon(75_000.4)

    assert outbox.is_playing
    assert beacon.startswith("event: timeline_beacon\n")
    told = json.loads(beacon.partition("data: ")[2])
    assert (told["position_ms"], told["rev"]) == (35_000, 5)


@pytest.mark.parametrize(
    ("last_event_id", "point"),
    [
        ("e-17", (Revisions(17), "e")),
        ("a-b-17", (Revisions(17), "a-b")),
        ("e-17.3", (Revisions(17, 3), "e")),
        ("17", (None, None)),
        ("e-", (None, None)),
    ],
)
def test_the_last_event_id_is_epoch_and_revision(last_event_id, point):  # R15
    assert resume_point(last_event_id) == point
