"""One ear per process: nothing lost, nobody waits for anybody."""

import asyncio
import json

import pytest

from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.redis import redis
from nests.membership import members
from nests.realtime import hub as ears
from nests.realtime.hub import Hub
from nests.realtime.send_queue import GONE, OUTBOX_FRAMES, SILENT_SECONDS, ConnectionSendQueue
from nests.registry import store
from player.playback import playback

pytestmark = pytest.mark.django_db(transaction=True)

MAIN = "main"


class Line:
    """The far end of a connection: what it was sent and how it was closed."""

    def __init__(self, name="bob@example.com", *, reads=True):
        self.sent = []
        self.closed_with = None
        self.may_read = asyncio.Event()
        if reads:
            self.may_read.set()
        self.outbox = ConnectionSendQueue(name, "tab", self.send, self.close)

    async def send(self, text):
        await self.may_read.wait()
        self.sent.append(json.loads(text) if text.startswith("{") else text)

    async def close(self, code):
        self.closed_with = code

    def revs(self):
        return [frame["rev"] for frame in self.sent if "ts" in frame]


@pytest.fixture
async def hub():
    await asyncio.to_thread(store.ensure_main)
    found = Hub()
    yield found
    for task in [*found._tasks.values(), found._loop_task, found._clock_task]:
        if task is not None:
            task.cancel()


async def until(happened, seconds=20):
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.01)


async def change_volume(times=1):
    for level in range(times):
        await asyncio.to_thread(
            playback.set_volume, CommandContext(MAIN, Actor("bob@example.com")), level
        )


async def opened(hub, line):
    await hub.attach(MAIN, line.outbox)
    line.outbox.open(int(redis().get(CommandContext(MAIN).keys.rev) or 0), "welcome")
    return line


async def test_events_wait_for_the_welcome_and_old_ones_are_dropped(hub):  # R7 R16
    line = Line()
    await hub.attach(MAIN, line.outbox)
    await change_volume(3)
    await asyncio.sleep(0.2)
    before = list(line.sent)

    line.outbox.open(2, "welcome")
    await until(lambda: line.revs() == [3])

    assert before == []
    assert line.sent[0] == "welcome"


async def test_every_connection_hears_the_same_events_in_order(hub):  # R1 R13
    lines = [await opened(hub, Line(f"fan{number}@example.com")) for number in range(5)]

    await change_volume(20)

    for line in lines:
        await until(lambda line=line: line.revs() == list(range(1, 21)))


async def test_a_slow_reader_is_dropped_and_told_to_come_back_and_nobody_waits(hub):  # R11
    slow, quick = await opened(hub, Line(reads=False)), await opened(hub, Line("q@example.com"))

    await change_volume(OUTBOX_FRAMES + 10)
    await until(lambda: len(quick.revs()) == OUTBOX_FRAMES + 10)
    slow.may_read.set()
    await until(lambda: slow.closed_with is not None)

    assert slow.closed_with == 4013


async def test_a_lost_ring_heals_by_itself(hub, monkeypatch):  # R11a
    monkeypatch.setattr(ears, "LOOK_SECONDS", 0.2)
    line = await opened(hub, Line())
    await until(lambda: hub.is_listening)
    await hub._pubsub.unsubscribe(CommandContext(MAIN).keys.channel)
    await asyncio.sleep(0.1)

    await change_volume(2)
    await until(lambda: line.revs() == [1, 2])

    assert line.closed_with is None


async def test_a_killed_subscription_is_made_anew(hub, monkeypatch):  # R11a R18
    monkeypatch.setattr(ears, "RETRY_SECONDS", (0.05, 0.1))
    line = await opened(hub, Line())
    await until(lambda: hub.is_listening)

    redis().execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    await change_volume(2)

    await until(lambda: line.revs() == [1, 2])
    await until(lambda: hub.is_listening)


async def test_state_that_was_lost_sends_everyone_for_a_new_snapshot(hub, monkeypatch):  # R7
    monkeypatch.setattr(ears, "LOOK_SECONDS", 0.2)
    line = await opened(hub, Line())
    await change_volume(3)
    await until(lambda: line.revs() == [1, 2, 3])

    redis().flushdb()
    await asyncio.to_thread(store.ensure_main)
    await until(lambda: line.closed_with is not None)

    assert line.closed_with == 4013


async def test_events_that_cannot_be_read_send_everyone_for_a_new_snapshot(
    hub, monkeypatch
):  # R7 F1
    monkeypatch.setattr(ears, "RETRY_SECONDS", (0.01, 0.02))
    line = await opened(hub, Line())
    events = CommandContext(MAIN).keys.events
    redis().set(events, "no stream")
    hub._ears[MAIN].rung.set()
    await until(lambda: line.closed_with == 4013)

    redis().delete(events)  # And once they can be read again, they are.
    back = await opened(hub, Line())
    await change_volume(2)

    await until(lambda: back.revs() == [1, 2])


async def test_a_page_that_never_answers_is_let_go(hub):  # R10
    line = await opened(hub, Line())

    line.outbox.heard_at -= SILENT_SECONDS + 1
    hub._ears[MAIN]._next_heartbeat = 0
    hub._ears[MAIN].rung.set()
    await until(lambda: line.closed_with is not None)

    assert line.closed_with == GONE


async def test_the_heartbeat_tells_revision_epoch_and_time(hub):  # R10
    line = await opened(hub, Line())
    act = CommandContext(MAIN, Actor("bob@example.com", "Bob"))
    await asyncio.to_thread(members.enter, act, "tab")
    await until(lambda: hub.clock.is_set)

    hub._ears[MAIN]._next_heartbeat = 0
    hub._ears[MAIN].rung.set()
    await until(lambda: any(f["type"] == "heartbeat" for f in line.sent if isinstance(f, dict)))

    beat = next(f for f in line.sent if isinstance(f, dict) and f["type"] == "heartbeat")
    assert beat["epoch"] == redis().get(act.keys.epoch)
    assert abs(beat["server_ms"] - clock.now_ms()) < 500


async def test_two_nests_have_two_ears_and_the_last_to_leave_closes_one(hub):  # R18
    line = await opened(hub, Line())

    await hub.detach(MAIN, line.outbox)

    assert hub._ears == {}
    assert hub._by_channel == {}
