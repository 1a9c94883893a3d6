"""Streams of single listeners: what concerns one person in one nest goes to their connections only.

Each has a revision of its own, as the nest has one. They are read only where a notification names
somebody who is connected here, so that they cost the nest's own events nothing.
"""

from collections.abc import Iterable

from andre.core.keys import NestKeys
from andre.core.redis import async_redis
from nests.realtime.send_queue import SendQueue
from nests.realtime.stream_reader import EventReader

NAMES_A_LISTENER = '"scope":"listener"'  # In a notification of the nest's channel.


class ListenerScopes:
    """Those of one nest whose listeners have connections in this process."""

    def __init__(self, keys: NestKeys, reader: EventReader) -> None:
        self._keys = keys
        self._reader = reader
        self._outboxes: dict[str, set[SendQueue]] = {}  # person id -> connections
        self._noticed: set[str] = set()

    def add(self, outbox: SendQueue) -> None:
        self._outboxes.setdefault(outbox.person_id, set()).add(outbox)

    def remove(self, outbox: SendQueue) -> None:
        theirs = self._outboxes.get(outbox.person_id, set())
        theirs.discard(outbox)
        if not theirs:
            self._outboxes.pop(outbox.person_id, None)
            self._noticed.discard(outbox.person_id)

    def notice(self, person_id: str) -> bool:
        """Whether there is something to read for a connection here."""
        is_here = person_id in self._outboxes
        if is_here:
            self._noticed.add(person_id)
        return is_here

    def is_noticed(self, person_id: str) -> bool:
        return person_id in self._noticed

    async def catch_up(self) -> None:
        """Hand on what is new. Who has not been welcomed yet is read for once they have been."""
        for person_id in sorted(self._noticed):
            opened, waiting = self._by_state(person_id)
            if opened:
                await self._hand_on(opened)
            if not waiting:
                self._noticed.discard(person_id)

    async def compare(self) -> None:
        """Find what a lost notification did not tell, and whose state began anew."""
        first = {each: self._by_state(each)[0] for each in self._outboxes}
        people = [opened for opened in first.values() if opened]
        if not people:
            return
        revs = await async_redis().mget(
            [self._keys.listener_rev(next(iter(each)).person) for each in people]
        )
        for opened, stored in zip(people, revs, strict=True):
            rev = int(stored or 0)
            for outbox in opened:
                if outbox.own_rev is not None and outbox.own_rev > rev:
                    outbox.resynchronise()
                elif outbox.own_rev != rev:
                    self._noticed.add(outbox.person_id)

    def _by_state(self, person_id: str) -> tuple[list[SendQueue], list[SendQueue]]:
        """Connections that have been welcomed, and those that have not."""
        theirs = self._outboxes.get(person_id, set())
        opened = [each for each in theirs if each.own_rev is not None]
        return opened, [each for each in theirs if each.own_rev is None]

    async def _hand_on(self, opened: Iterable[SendQueue]) -> None:
        outboxes = list(opened)
        known = min(each.own_rev or 0 for each in outboxes)
        stream = self._keys.listener_events(outboxes[0].person)
        for entry_id, fields in await self._reader.read(stream, f"{known + 1}-0"):
            rev = int(entry_id.partition("-")[0])
            for outbox in outboxes:
                push_own(outbox, rev, fields["event"])


def push_own(outbox: SendQueue, rev: int, event: str) -> None:
    """One event of a listener's own to one connection; a gap makes it begin anew."""
    if outbox.own_rev is None or rev <= outbox.own_rev:
        return
    if rev > outbox.own_rev + 1:
        outbox.resynchronise()
        return
    outbox.own_rev = rev
    outbox.say(event)
