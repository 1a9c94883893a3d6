"""One subscription per nest and server process: a notification comes in, the event stream is read
once, and the same text goes to the send queue of every local connection.

The stream is the truth and the notification only says look, so a lost one heals by itself.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable
from weakref import WeakKeyDictionary

import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from andre.core import clock
from andre.core.clock import OwnClock
from andre.core.errors import NoSuchNest, Refusal
from andre.core.executors import in_thread
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import async_redis, database_number, subscriber
from andre.telemetry import metrics
from nests.devices import connected
from nests.membership import members
from nests.realtime.arrivals import arrivals_in
from nests.realtime.listener_scopes import NAMES_A_LISTENER, ListenerScopes
from nests.realtime.send_queue import GONE, SendQueue
from nests.realtime.stream_reader import READ_AT_ONCE, EventReader, Unreadable

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 15
LOOK_SECONDS = 5
REMIND_SECONDS = 0.25
GATHER_SECONDS = 0.25  # A full bus arriving is one event, not forty.
STORE_AWAY = (NoConnection, NoAnswer, OSError)
RETRY_SECONDS = (0.5, 30.0)  # first and longest wait for a Redis that is away


class NestSubscription:
    """What one process hears of one nest."""

    def __init__(self, nest: str, clock: OwnClock, reader: EventReader) -> None:
        self.keys = NestKeys(nest)
        self.nest = nest
        self.rev = 0
        self.epoch = ""
        self.outboxes: set[SendQueue] = set()
        self.was_away = False
        self.rung = asyncio.Event()
        self._rung_at: float | None = None
        self.ready = asyncio.Event()
        self.own = ListenerScopes(self.keys, reader)
        self._clock = clock
        self._reader = reader
        self._next_look = time.monotonic() + LOOK_SECONDS
        self._next_heartbeat = time.monotonic() + HEARTBEAT_SECONDS

    async def listen(self) -> None:
        wait, longest = RETRY_SECONDS
        while True:
            try:
                await self._look()
                wait = RETRY_SECONDS[0]
                continue
            except (NoConnection, NoAnswer, OSError) as error:
                log.warning("hub_without_redis", nest=self.nest, error=str(error), retry_s=wait)
                self.notice_absence()
            except Unreadable:
                self._resynchronise("unreadable")
            await asyncio.sleep(add_jitter(wait))
            wait = min(wait * 2, longest)

    async def _look(self) -> None:
        if not self.ready.is_set():
            self.rev, self.epoch = await self._state()
            self.ready.set()
        if self.was_away:
            await self._come_back()
        await self.rung.wait()
        self.rung.clear()
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            await self._compare()
            await self.own.compare()
        rung_at, self._rung_at = self._rung_at, None
        await self._catch_up()
        await self.own.catch_up()
        if rung_at is not None:
            metrics.fanout_seconds.observe(time.perf_counter() - rung_at)
        if now >= self._next_heartbeat:
            self._next_heartbeat = now + HEARTBEAT_SECONDS
            await self._heartbeat()

    def notify(self, notification: str) -> None:
        """Look at the nest's stream, or at that of the one listener it names."""
        if NAMES_A_LISTENER not in notification or self.own.notice(
            json.loads(notification)["person"]
        ):
            self._rung_at = self._rung_at or time.perf_counter()
            self.rung.set()

    def remind(self, now: float) -> None:
        """Something else than a ring may be due."""
        if now >= min(self._next_look, self._next_heartbeat):
            self.rung.set()

    def notice_absence(self) -> None:
        """Redis has been away, and this ear may have slept through it."""
        self.was_away = True
        self.rung.set()

    async def _come_back(self) -> None:
        await self._compare()
        self.was_away = False
        for outbox in self.outboxes:
            outbox.refresh()

    async def _catch_up(self) -> None:
        while True:
            entries = await self._reader.read(self.keys.events, f"{self.rev + 1}-0")
            for entry_id, fields in entries:
                rev = int(entry_id.partition("-")[0])
                if rev != self.rev + 1:
                    self._resynchronise("gap")
                self.rev = rev
                self._tell(rev, fields["event"])
            if len(entries) < READ_AT_ONCE:
                return

    def _tell(self, rev: int, event: str) -> None:
        """The same text to all, but for listeners the news of their own coming and going."""
        arrivals = arrivals_in(event)
        metrics.events_total.inc()
        metrics.deliveries.inc(len(self.outboxes))
        metrics.delivered_bytes.inc(len(self.outboxes) * len(event))
        for outbox in self.outboxes:
            if arrivals is None or not outbox.is_member:
                outbox.push(rev, event)
            else:
                outbox.push(rev, arrivals.text_for(outbox.person_id))

    async def _compare(self) -> None:
        rev, epoch = await self._state()
        if epoch != self.epoch or rev < self.rev:
            self._resynchronise("epoch")
            self.rev, self.epoch = rev, epoch

    async def _state(self) -> tuple[int, str]:
        rev, epoch = await async_redis().mget(self.keys.rev, self.keys.epoch)
        return int(rev or 0), epoch or ""

    def _resynchronise(self, reason: str) -> None:
        log.info("hub_resynchronises", nest=self.nest, reason=reason, clients=len(self.outboxes))
        for outbox in self.outboxes:
            outbox.resynchronise()

    async def _heartbeat(self) -> None:
        now = time.monotonic()
        frame = json.dumps(
            {
                "type": "heartbeat",
                "rev": self.rev,
                "epoch": self.epoch,
                "server_ms": int(self._clock.now_ms()),
            }
        )
        alive = []
        for outbox in list(self.outboxes):
            if outbox.is_lost(now):
                outbox.close(GONE)
            else:
                outbox.beat(frame)
                if outbox.is_member:
                    alive.append((outbox.person, outbox.connection, *outbox.device))
        try:
            await in_thread(members.refresh, self.nest, alive)
            await in_thread(connected.stay, alive)
        except (NoSuchNest, Refusal) as refusal:
            log.warning("heartbeat_write_failed", nest=self.nest, reason=refusal.code)


class Hub:
    """All the ears of one event loop, and the one subscription they share."""

    def __init__(self) -> None:
        self.clock = OwnClock()
        self._reader = EventReader()
        self._ears: dict[str, NestSubscription] = {}
        self._by_channel: dict[str, NestSubscription] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._gathering: set[str] = set()
        self._background: set[asyncio.Task[None]] = set()
        self._pubsub: PubSub | None = None
        self._loop_task: asyncio.Task[None] | None = None
        self._clock_task: asyncio.Task[None] | None = None
        self._reminder: asyncio.Task[None] | None = None
        self.is_listening = False

    async def attach(self, nest: str, outbox: SendQueue) -> None:
        """From now on this outbox gets the nest's events; it holds them until it is opened."""
        if self._loop_task is None:
            self._loop_task = asyncio.create_task(self._hear())
            self._clock_task = asyncio.create_task(self._keep_time())
            self._reminder = asyncio.create_task(self._remind())
        ear = self._ears.get(nest)
        if ear is None:
            ear = self._ears[nest] = NestSubscription(nest, self.clock, self._reader)
            self._by_channel[ear.keys.channel] = ear
            if self._pubsub is not None:
                await self._pubsub.subscribe(ear.keys.channel)
            self._tasks[nest] = asyncio.create_task(ear.listen())
        ear.outboxes.add(outbox)
        ear.own.add(outbox)
        await ear.ready.wait()

    def catch_up_with(self, nest: str, outbox: SendQueue) -> None:
        """This connection has been welcomed: hand on what came of its own meanwhile."""
        ear = self._ears.get(nest)
        if ear is not None and ear.own.is_noticed(outbox.person_id):
            ear.rung.set()

    @property
    def has_begun(self) -> bool:
        return self._loop_task is not None

    async def detach(self, nest: str, outbox: SendQueue) -> None:
        ear = self._ears.get(nest)
        if ear is None:
            return
        ear.outboxes.discard(outbox)
        ear.own.remove(outbox)
        if ear.outboxes:
            return
        del self._ears[nest], self._by_channel[ear.keys.channel]
        self._tasks.pop(nest).cancel()
        if self._pubsub is not None:
            await self._pubsub.unsubscribe(ear.keys.channel)

    def gather_presence(self, nest: str) -> None:
        """Tell who came and went, once for all who do within a quarter of a second."""
        if nest not in self._gathering:
            self._gathering.add(nest)
            self._spawn(self._publish_presence(nest))

    async def _publish_presence(self, nest: str) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        self._gathering.discard(nest)
        try:
            await in_thread(members.publish_presence, nest)
        except Refusal as refusal:
            log.warning("presence_not_published", nest=nest, reason=refusal.code)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _hear(self) -> None:
        wait, longest = RETRY_SECONDS
        while True:
            client = subscriber()
            own = GLOBAL.hub_channel(database_number(client))
            try:
                async with client.pubsub() as pubsub:
                    await self._subscribe_to_all(pubsub, own)
                    wait = RETRY_SECONDS[0]
                    await self._rings(pubsub)
            except (NoConnection, NoAnswer, OSError) as error:
                log.warning("hub_disconnected", error=str(error), retry_s=wait)
                for ear in self._ears.values():
                    ear.notice_absence()
            finally:
                self.is_listening = False
                self._pubsub = None
                await client.aclose()
            await asyncio.sleep(add_jitter(wait))
            wait = min(wait * 2, longest)

    async def _subscribe_to_all(self, pubsub: PubSub, own: str) -> None:
        self._pubsub = pubsub
        # Its own channel too: a subscription to nothing cannot be listened to.
        await pubsub.subscribe(own, *self._by_channel)
        self.is_listening = True

    async def _rings(self, pubsub: PubSub) -> None:
        while True:
            message = await pubsub.get_message(timeout=HEARTBEAT_SECONDS)
            if message is None:
                await self._ping(pubsub)
                continue
            notification = str(message["data"])
            metrics.pubsub_messages.inc()
            metrics.pubsub_bytes.inc(len(notification))
            ear = self._by_channel.get(message["channel"])
            if ear is not None:
                # That a subscription has begun or ended comes this way, too, with a number.
                ear.notify(notification)

    async def _ping(self, pubsub: PubSub) -> None:
        """A subscription may be dead and look quiet; one that does not answer is made anew."""
        await pubsub.ping()
        if await pubsub.get_message(timeout=LOOK_SECONDS) is None:
            raise NoConnection("the subscription does not answer")

    async def _remind(self) -> None:
        """One timer for all ears: one for each ring would cost more than the ring."""
        while True:
            await asyncio.sleep(REMIND_SECONDS)
            now = time.monotonic()
            for ear in self._ears.values():
                ear.remind(now)

    async def _keep_time(self) -> None:
        """Probe the time of Redis: often at first, then every few seconds (spec 02, C1)."""
        count = 0
        while True:
            try:
                sent = time.monotonic()
                async with async_redis().pipeline(transaction=False) as pipe:
                    clock.queue_time_probe(pipe)
                    told = await pipe.execute()
                self.clock.note(sent, time.monotonic(), clock.time_from_replies(*told))
            except (NoConnection, NoAnswer, OSError) as error:
                log.warning("clock_not_measured", error=str(error))
            count += 1
            await asyncio.sleep(0.05 if count < OwnClock.KEPT_PROBES else 2)


def add_jitter(wait: float) -> float:
    """Somewhere between the first wait and this one, so that not all come back at once."""
    return random.uniform(RETRY_SECONDS[0], wait)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hears() -> bool:
    """Whether every hub of this process that ought to listen does."""
    return all(
        each.is_listening or not each.has_begun
        for loop, each in _hubs.items()
        if not loop.is_closed()
    )


def hub() -> Hub:
    """The hub of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
