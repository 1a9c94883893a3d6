"""An evening in one nest: twenty people from modest to greedy, some of them late. Who got how much
music, and how long did anyone wait? Time is handed in, so that eight hours take a minute.
"""

import json
import random
from collections import defaultdict
from functools import cache
from typing import Any

from andre.core.person_ids import person_id
from bench.people import new_nest, track
from bench.report import Report
from bench.support import house, listener

PEOPLE = 20
HOURS = 8
LATE_EVERY = 4  # One in so many comes after a third of the evening.
SONG_SECONDS = (120, 420)
MOST_WAITING = 12  # What the greediest keeps in the queue; the most modest keeps one song there.
BEGIN_MS = 1_700_000_000_000
HOUR_MS, MINUTE_MS = 3_600_000, 60_000
LATE_MS = BEGIN_MS + HOURS * HOUR_MS // 3
SEED = 7


def main() -> None:
    with house(NEST_MAX_QUEUE_DEPTH="1000", NEST_MAX_ACTIVE="0"):
        measure(Report("fairness"))


def measure(report: Report) -> None:
    evening = Evening(random.Random(SEED))
    evening.run()
    everyone = range(PEOPLE)
    early = [evening.minutes(person) for person in everyone if not is_late(person)]
    late = [evening.minutes(person) for person in everyone if is_late(person)]
    report.add(
        PEOPLE,
        evening.waits_ms,
        sum(minutes == 0 for minutes in early + late),
        jain=jain(early),
        jain_once_all_were_there=jain([evening.minutes(each, LATE_MS) for each in everyone]),
        least_minutes=min(early),
        most_minutes=max(early),
        least_minutes_of_the_late=min(late),
    )


class Evening:
    """The nest, its clock, and what each person has waiting."""

    def __init__(self, rng: random.Random) -> None:
        self.nest = new_nest()
        self.now_ms = BEGIN_MS
        self.waits_ms: list[float] = []
        self.plays: list[tuple[int, int, float]] = []  # who, when, minutes
        self._dice = rng

    def run(self) -> None:
        from andre.core import clock
        from andre.core.context import CommandContext
        from andre.web import snapshot
        from player.playback import playback

        self._somebody_listens()
        while self.now_ms < BEGIN_MS + HOURS * HOUR_MS:
            with clock.freeze(self.now_ms):
                playback.tick(self.nest)
                self._everyone_fills_up()
                seen = json.loads(snapshot.snapshot(CommandContext(self.nest)))
            self._note(seen["song"])
            self.now_ms = int(seen["playback"]["ends_at_ms"])

    def _note(self, song: dict[str, Any]) -> None:
        person = people_by_id()[song["user"]]
        self.plays.append((person, self.now_ms, song["duration_ms"] / MINUTE_MS))
        self.waits_ms.append(self.now_ms - song["added_ms"])

    def minutes(self, person: int, since_ms: int = 0) -> float:
        return sum(minutes for who, at, minutes in self.plays if who == person and at >= since_ms)

    def _somebody_listens(self) -> None:
        from andre.core import clock
        from andre.core.context import Actor, CommandContext
        from nests.membership import members

        with clock.freeze(self.now_ms):
            members.enter(CommandContext(self.nest, Actor("alice@example.com", "Alice")), "bench")

    def _everyone_fills_up(self) -> None:
        """Each keeps as many songs waiting as is their way; in which order they do is chance."""
        from andre.core.context import Actor, CommandContext
        from player.queue import queue

        waiting = self._waiting()
        for person in self._dice.sample(range(PEOPLE), PEOPLE):
            wanted = 1 + (MOST_WAITING - 1) * person // (PEOPLE - 1)
            if not is_late(person) or self.now_ms >= LATE_MS:
                tracks = [
                    track(self._dice.uniform(*SONG_SECONDS))
                    for _ in range(wanted - waiting[person])
                ]
                if tracks:
                    queue.add_tracks(
                        CommandContext(self.nest, Actor(listener(person), listener(person))), tracks
                    )

    def _waiting(self) -> dict[int, int]:
        from andre.core.context import CommandContext
        from andre.web import snapshot

        found: dict[int, int] = defaultdict(int)
        for row in json.loads(snapshot.snapshot(CommandContext(self.nest)))["queue"]:
            found[people_by_id()[row["user"]]] += 1
        return found


@cache
def people_by_id() -> dict[str, int]:
    """Asked for once the house is furnished: its secret key makes the ids."""
    return {person_id(listener(person)): person for person in range(PEOPLE)}


def is_late(person: int) -> bool:
    """At regular distances, so that there are modest and greedy ones among them."""
    return person % LATE_EVERY == 0


def jain(values: list[float]) -> float:
    """Fairness of an allocation, 1 when all are equal (Jain, Chiu and Hawe, 1984)."""
    return sum(values) ** 2 / (len(values) * sum(value**2 for value in values))


if __name__ == "__main__":
    main()
