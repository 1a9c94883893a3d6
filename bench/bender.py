"""How long Bender takes for a song, with a library of 100,000 tracks: queueing what he showed, and
thinking of the next one.
"""

import random
import time

from bench.library import name, vocabulary
from bench.report import Report
from bench.support import house

PICKS, TRACKS, ARTISTS, PLAYS = 1_000, 100_000, 8_000, 5_000
ROWS_AT_ONCE = 5_000
SEED = 7
FIRST_MS = 1_700_000_000_000
SONG_MS = 180_000
LISTENERS = ("alice@example.com", "bob@example.com", "carol@example.com")


def main() -> None:
    with house(ANDRE_LOG_LEVEL="ERROR", USE_BENDER="true", MAX_BENDER_MINUTES="1000000"):
        rng = random.Random(SEED)
        stock(rng)
        remember(rng)
        times = picks()
        missed = PICKS - len(times)
        Report("bender").add(TRACKS, times, missed, mean_ms=sum(times) / len(times))


def stock(rng: random.Random) -> None:
    from player.providers.library.genres import FAMILIES
    from tests.support.recordings import recording, shelved

    words = vocabulary(rng)
    genres = sorted({genre for family in FAMILIES for genre in family})
    artists = [(name(words, rng), rng.choice(genres)) for _ in range(ARTISTS)]
    for start in range(0, TRACKS, ROWS_AT_ONCE):
        rows = []
        for number in range(start, start + ROWS_AT_ONCE):
            artist, genre = rng.choice(artists)
            title, album = name(words, rng), f"{artist} {number % 7}"
            more = {"genre": genre.title(), "year": rng.randrange(1960, 2026)}
            path = f"{number}.flac"
            rows.append(recording(title, artist, album, SONG_MS // 1000, path=path, **more))
        shelved(*rows)


def remember(rng: random.Random) -> None:
    """Some years of the Main Nest."""
    from player.models import Play, Track

    tracks = list(Track.objects.order_by("pk")[: PLAYS * 2])
    Play.objects.bulk_create(
        Play(
            nest_id="main",
            nest_name="Main Nest",
            song_id=number,
            uri=(track := rng.choice(tracks)).uri,
            title=track.title,
            artist=track.artist,
            duration_ms=SONG_MS,
            user=rng.choice(LISTENERS),
            started_ms=FIRST_MS + number * 3_600_000,
            ended_ms=FIRST_MS + number * 3_600_000 + SONG_MS,
            heard_ms=SONG_MS,
            outcome="played",
            jams=[{"email": rng.choice(LISTENERS)}] if number % 3 == 0 else [],
        )
        for number in range(PLAYS)
    )


def picks() -> list[float]:
    """Each song that goes makes room for one more."""
    from andre.core import clock
    from andre.core.context import Actor, CommandContext
    from andre.core.keys import MAIN
    from bender.filling import filler
    from bender.models import BenderRun
    from nests.membership import members
    from nests.registry import store
    from player.history import history
    from player.playback import playback

    store.ensure_main()
    for email in LISTENERS:
        members.enter(CommandContext(MAIN, Actor(email, email.partition("@")[0].title())), "tab")
    rng = random.Random(SEED)
    begin_ms = clock.now_ms()
    filler.fill_queue(MAIN, rng)
    before = sum(len(run.picks) for run in BenderRun.objects.all())
    times = []
    for number in range(1, PICKS + 1):
        with clock.freeze(begin_ms + number * SONG_MS):
            playback.skip(CommandContext(MAIN))
            history.record(MAIN)
            begun = time.perf_counter()
            filler.fill_queue(MAIN, rng)
            times.append((time.perf_counter() - begun) * 1000)
    made = sum(len(run.picks) for run in BenderRun.objects.all()) - before
    return times[: max(0, made)]


if __name__ == "__main__":
    main()
