"""How soon two listeners' own devices do what the nest does: begin a song, pause, and go on to the
next. Their accounts are at a stand-in for Spotify, which notes when it is asked.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.report import Report
from bench.support import house, wait_until
from tests.support.spotify_stub import Stub, catalogue, running

if TYPE_CHECKING:
    from tests.player.external_providers.people import Listener

ROUNDS = 10
NAMES = ("Alice", "Bob")
BETWEEN_SECONDS = 1


def main() -> None:
    with running() as stub, house(**stub.settings) as home:
        home.upkeep()
        home.ticks()
        home.beat()
        people = listeners(stub)
        begun, paused, worst_ms = [], [], 0.0
        first, *uris = [each["uri"] for each in catalogue.TRACKS.values()][: ROUNDS + 1]
        people[0].adds(first, *uris)
        wait_until(lambda: all(each.plays(first) for each in people))  # The workers are up.
        people[0].skips()
        for uri in uris:
            begun.append(seconds_until(lambda uri=uri: all(each.plays(uri) for each in people)))
            worst_ms = max(worst_ms, *(abs(each.off_by_ms()) for each in people))
            time.sleep(BETWEEN_SECONDS)
            people[0].does("pause")
            paused.append(seconds_until(lambda: not any(sounds(each) for each in people)))
            people[0].does("play")
            wait_until(lambda: all(sounds(each) for each in people))
            people[0].skips()
        Report("own_players").add(
            len(people),
            [each * 1000 for each in begun],
            ROUNDS - len(begun),
            pause_p50_ms=sorted(paused)[ROUNDS // 2] * 1000,
            worst_off_ms=worst_ms,
        )


def listeners(stub: Stub) -> "list[Listener]":
    from tests.player.external_providers.people import Listener, den

    nest = den()
    return [Listener(stub, name, nest).arrives().connects().listens() for name in NAMES]


def sounds(person: "Listener") -> bool:
    return bool(person.account.player.is_playing)


def seconds_until(happened: Callable[[], bool]) -> float:
    began = time.perf_counter()
    while not happened():
        time.sleep(0.002)
        if time.perf_counter() - began > 10:
            raise TimeoutError("A device did not follow.")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
