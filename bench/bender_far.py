"""How long Bender takes for a song where every question crosses a network: a provider that answers
in 200 ms.
"""

import random
import time
from string import ascii_lowercase
from types import ModuleType

from bench.bender import LISTENERS, SONG_MS
from bench.line import delayed
from bench.report import Report, percentile
from bench.support import house
from tests.support.spotify_stub import Stub, running

PICKS = 20
ANSWERS_AFTER_MS = 200
SEED = 7


def main() -> None:
    with running() as stub, delayed(stub.port, ANSWERS_AFTER_MS, 0) as port:
        settings = {"MAIN_NEST_CATALOGUE": "spotify", "MAX_BENDER_MINUTES": "1000000"}
        with house(**Stub(port).settings, **settings, USE_BENDER="true"):
            times = picks()
            Report("bender_far").add(
                PICKS,
                times,
                PICKS - len(times),
                mean_ms=sum(times) / len(times),
                p95_ms=percentile(times, 95),
            )


def picks() -> list[float]:
    """Alice queues another song each time: nothing thought of before is of use."""
    from andre.core import clock
    from andre.core.context import Actor, CommandContext
    from andre.core.keys import MAIN
    from bender.filling import filler
    from bender.models import BenderRun
    from nests.membership import members
    from nests.registry import store
    from player.history import history
    from player.playback import playback
    from player.providers.spotify import provider
    from player.queue import queue

    store.ensure_main()
    alice = CommandContext(MAIN, Actor(LISTENERS[0], "Alice"))
    members.enter(alice, "tab")
    rng = random.Random(SEED)
    begin_ms = clock.now_ms()
    times = []
    for number, uri in enumerate(seeds(provider)):
        with clock.freeze(begin_ms + number * SONG_MS):
            queue.add(alice, [uri])
            playback.skip(CommandContext(MAIN))
            playback.skip(CommandContext(MAIN))  # Hers has come and gone, and one of Bender's, too.
            history.record(MAIN)
            before = BenderRun.objects.count()
            begun = time.perf_counter()
            filler.fill_queue(MAIN, rng)
            if BenderRun.objects.count() > before:
                times.append((time.perf_counter() - begun) * 1000)
    return times


def seeds(provider: ModuleType) -> list[str]:
    """As many songs as there are picks, of the few artists that the stand-in knows."""
    hits = [hit for letter in ascii_lowercase for hit in provider.search(letter, "track", 1)]
    return list(dict.fromkeys(hit.uri for hit in hits))[:PICKS]


if __name__ == "__main__":
    main()
