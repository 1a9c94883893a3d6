"""The sound of the command-line listener: what it gives a loudspeaker, and when that is heard."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile
from django.core.management import CommandError, call_command

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.web import terminal_sound
from andre.web.terminal_listener import NotLetIn
from andre.web.terminal_sound import Fetcher, NestClock, SoundDevice, TerminalSound, Unheard
from player.models import Track
from tests.contract.test_terminal_listener import Follower, enable
from tests.support.recordings import recording, shelved
from tests.support.server import Server, serving, wait_for

RATE, SECONDS = 8_000, 30
NEST_AHEAD_MS = 1_760_000_000_000
BLUE = {"song_id": 11, "trackid": "library:track:1", "gain_db": 0.0}


def write_ramp(path: Path, seconds: int = SECONDS) -> Path:
    """A recording whose every frame says which one it is."""
    frames = np.arange(seconds * RATE, dtype=np.int32)
    stereo = np.stack([frames, frames], axis=1) << 8  # The upper 24 bits are kept.
    soundfile.write(path, stereo, RATE, subtype="PCM_24")
    return path


def numbers_in(frames: np.ndarray) -> np.ndarray:
    return frames[:, 0] * 2**23


class FakeLoudspeaker:
    """Asks only when a test says so, and writes down what it was given."""

    def __init__(self) -> None:
        self.give: Any = None
        self.opened: list[tuple[int, int]] = []
        self.is_broken = False

    def play(self, rate, channels, give):
        if self.is_broken:
            raise OSError("The loudspeaker cannot be used (gone).")
        self.opened.append((rate, channels))
        self.give = give

    def rest(self):
        self.give = None

    def asks(self, frames: int, heard_at_s: float) -> np.ndarray:
        return numbers_in(self.give(frames, heard_at_s))


class House:
    """A nest that plays, and time as the test says."""

    def __init__(self, folder: Path) -> None:
        self.now_s = 100.0
        self.folder = folder
        self.said: list[str] = []
        self.waits: list[float] = []
        self.refusals: list[Unheard] = []
        self.begun: list[Any] = []
        self.loudspeaker = FakeLoudspeaker()
        self.sound = TerminalSound(
            self.loudspeaker,
            self.fetch,
            self.said.append,
            clock=NestClock(local=lambda: self.now_s),
            begin=lambda work: work(),
            pause=self.waits.append,
        )
        self.hears_the_time()

    def fetch(self, song, folder):
        if self.refusals:
            raise self.refusals.pop(0)
        return write_ramp(folder / "song.flac")

    def hears_the_time(self, there_s: float = 0.0, back_s: float = 0.0) -> None:
        probe = self.sound.clock.probe()
        self.now_s += there_s
        answer = {"t0": probe["t0"], "server_ms": NEST_AHEAD_MS + self.now_s * 1000}
        self.now_s += back_s
        self.sound.clock.hear(answer)

    def plays(
        self, position_s: float, song: dict[str, Any] = BLUE, is_playing: bool = True
    ) -> None:
        """At this position now, by the nest's clock."""
        ends_s = self.now_s + SECONDS - position_s
        ends_at_ms = NEST_AHEAD_MS + ends_s * 1000 if is_playing else None
        self.sound.follow(
            song,
            {
                "is_playing": is_playing,
                "duration_ms": SECONDS * 1000,
                "ends_at_ms": ends_at_ms,
            },
        )

    def hears(self, frames: int = 800) -> np.ndarray:
        return self.loudspeaker.asks(frames, self.now_s)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_it_gives_what_the_nest_plays_at_the_moment_when_it_is_heard(house):  # L7
    house.plays(position_s=20.0)

    soon = house.loudspeaker.asks(800, house.now_s + 0.25)  # The loudspeaker's own delay.

    assert house.loudspeaker.opened == [(RATE, 2)]
    np.testing.assert_allclose(soon, np.arange(800) + 20.25 * RATE, atol=0.5)


def test_a_seek_moves_it_at_once(house):  # L7
    house.plays(position_s=20.0)
    house.hears()
    house.plays(position_s=3.0)

    assert house.hears()[0] == pytest.approx(3.0 * RATE, abs=1)


def test_paused_it_is_silent_and_goes_on_where_the_nest_does(house):  # L7
    house.plays(position_s=20.0)
    house.plays(position_s=20.0, is_playing=False)
    paused = house.hears()
    house.plays(position_s=20.0)

    assert not paused.any()
    assert house.hears()[0] == pytest.approx(20.0 * RATE, abs=1)
    assert len(house.loudspeaker.opened) == 1  # Nothing was fetched anew.


@pytest.mark.parametrize("speed", [0.999, 1.001])
def test_a_loudspeaker_that_is_fast_or_slow_is_followed_without_a_jump(house, speed):  # L7
    house.plays(position_s=0.5)
    given, wanted = [], []
    for _ in range(280):
        wanted.append((house.now_s - 100.0 + 0.5) * RATE)
        given.append(house.hears())
        house.now_s += 800 / RATE * speed

    heard = np.concatenate(given)
    late_ms = (np.array([frames[0] for frames in given]) - wanted) * 1000 / RATE
    assert np.abs(late_ms).max() <= 5
    assert np.abs(np.diff(heard) - 1).max() <= 0.02  # A float has no finer steps up there.


def test_before_its_begin_and_behind_its_end_it_is_silent(house):  # L7
    house.plays(position_s=-0.05)
    begin = house.hears()
    house.now_s += SECONDS + 1.0

    assert not begin[:400].any()
    np.testing.assert_allclose(begin[400:], np.arange(400), atol=0.5)
    assert not house.hears().any()


def test_a_loud_song_is_turned_down(house):  # L7
    house.plays(position_s=20.0, song=BLUE | {"gain_db": -6.0})

    assert house.hears()[0] == pytest.approx(20.0 * RATE * 10 ** (-6 / 20), rel=1e-4)


def test_what_comes_too_late_does_not_sound(house):  # L7
    house.sound.begin = house.begun.append
    house.plays(position_s=20.0)
    house.plays(position_s=1.0, song=BLUE | {"song_id": 12})
    late, now = house.begun

    now()
    late()

    assert len(house.loudspeaker.opened) == 1
    assert house.hears()[0] == pytest.approx(RATE, abs=1)


def test_the_next_song_takes_the_place_of_the_one_before(house):  # L7
    house.plays(position_s=20.0)
    before = house.loudspeaker.give
    house.plays(position_s=0.0, song=BLUE | {"song_id": 12})

    assert house.hears()[0] == pytest.approx(0, abs=1)
    assert not before(800, house.now_s).any()  # A callback that was under way.
    house.sound.follow(None, {"is_playing": False, "duration_ms": 0, "ends_at_ms": None})
    assert house.loudspeaker.give is None


def test_a_server_that_is_away_is_asked_again(house):  # L7
    house.refusals = [Unheard("The music server did not answer.", may_pass=True)] * 2

    house.plays(position_s=20.0)

    assert house.waits == [terminal_sound.AGAIN_SECONDS] * 2
    assert house.said[0] == "No sound yet: The music server did not answer."
    assert house.hears()[0] == pytest.approx(20.0 * RATE, abs=1)


def test_what_cannot_be_heard_here_is_said(house, monkeypatch):  # L7
    house.refusals = [Unheard("The library does not have this recording.")]
    house.plays(position_s=20.0)

    house.loudspeaker.is_broken = True
    house.plays(position_s=20.0, song=BLUE | {"song_id": 12})

    monkeypatch.setattr(house.sound, "fetch", lambda song, folder: Path(__file__))
    house.plays(position_s=20.0, song=BLUE | {"song_id": 13})

    assert house.said == [
        "No sound: The library does not have this recording.",
        "No sound: The loudspeaker cannot be used (gone).",
        f"No sound: {terminal_sound.NOT_DECODED}",
    ]


def test_of_the_latest_probes_the_fastest_is_believed(house):  # L7
    house.hears_the_time(there_s=0.4, back_s=0.0)  # It seems 200 ms ahead.
    assert house.sound.clock.at(house.now_s) == NEST_AHEAD_MS + house.now_s * 1000

    for _ in range(terminal_sound.PROBES_KEPT):
        house.hears_the_time(there_s=0.1, back_s=0.3)
    assert house.sound.clock.at(house.now_s) == pytest.approx(
        NEST_AHEAD_MS + house.now_s * 1000 - 100
    )


def test_without_a_word_of_the_time_it_is_silent(house):  # L7
    house.sound.clock = NestClock(local=lambda: house.now_s)
    house.plays(position_s=20.0)

    assert not house.hears().any()


# With a server


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def key(server) -> str:
    return api_keys.issue(Person.objects.at("alice@example.com", name="Alice"), "operator")[1]


@pytest.mark.django_db(transaction=True)
def test_alices_terminal_sounds_in_step_with_bobs_nest(server, key, settings, tmp_path):  # L7
    settings.MUSIC_ROOT = tmp_path
    write_ramp(tmp_path / "blue.flac")
    (row,) = shelved(recording("Blue", seconds=SECONDS, path="blue.flac"))
    loudspeaker = FakeLoudspeaker()
    follower = Follower(server, key)
    ear = TerminalSound(loudspeaker, Fetcher(server.url, "main", key), follower.said.append)
    follower.listener.ear = ear
    with server.visitor("Bob").joins().opens() as page:
        page.does("add_songs", uris=[row.uri])
        started = page.hears("song_started")["playback"]
        follower.start()
        wait_for(lambda: loudspeaker.give and ear.clock.at(0.0) is not None)

        now_s = ear.clock.local()
        nest_ms = ear.clock.at(now_s)
        wanted_ms = started["duration_ms"] - (started["ends_at_ms"] - nest_ms)
        heard = loudspeaker.asks(800, now_s)
        enable(key, False)
        wait_for(lambda: follower.ended)

    assert heard[0] * 1000 / RATE == pytest.approx(wanted_ms, abs=30)
    assert nest_ms >= started["server_ms"] - 30


@pytest.mark.django_db(transaction=True)
def test_what_the_server_refuses_is_said_in_its_own_words(server, key, tmp_path):  # L7
    fetch = Fetcher(server.url, "main", key)
    server.visitor("Alice").joins()

    with pytest.raises(Unheard, match="neither plays nor waits") as refused:
        fetch(BLUE, tmp_path)
    assert not refused.value.may_pass
    with pytest.raises(Unheard, match="does not answer") as away:
        Fetcher("http://127.0.0.1:9", "main", key)(BLUE, tmp_path)
    assert away.value.may_pass
    assert Track.objects.count() == 0


# The library of the loudspeaker


def test_without_it_the_command_says_what_to_install(monkeypatch):  # L7
    monkeypatch.setitem(sys.modules, "sounddevice", None)

    with pytest.raises(CommandError, match="pip install sounddevice"):
        call_command("listen", "--sound")


class FakeStream:
    opened: list["FakeStream"] = []

    def __init__(self, **asked: Any) -> None:
        self.asked, self.is_open = asked, False
        FakeStream.opened.append(self)

    def start(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


def test_it_is_told_when_what_it_asks_for_will_be_heard(monkeypatch):  # L7
    library = ModuleType("sounddevice")
    library.OutputStream, library.PortAudioError = FakeStream, RuntimeError
    monkeypatch.setitem(sys.modules, "sounddevice", library)
    monkeypatch.setattr(terminal_sound.time, "monotonic", lambda: 50.0)
    asked = []

    def give(frames, heard_at_s):
        asked.append((frames, heard_at_s))
        return np.ones((frames, 2), np.float32)

    device = SoundDevice()
    device.play(RATE, 2, give)
    (stream,) = FakeStream.opened
    out = np.zeros((64, 2), np.float32)
    times = SimpleNamespace(currentTime=7.0, outputBufferDacTime=7.125)
    stream.asked["callback"](out, 64, times, None)

    assert asked == [(64, 50.125)]
    assert stream.asked["blocksize"] >= 2 * terminal_sound.MOST_STRETCH
    assert out.all()
    device.rest()
    assert not stream.is_open


def test_a_machine_without_a_loudspeaker_is_said(monkeypatch):  # L7
    def refuse(**_):
        raise RuntimeError("no device")

    library = ModuleType("sounddevice")
    library.OutputStream, library.PortAudioError = refuse, RuntimeError
    monkeypatch.setitem(sys.modules, "sounddevice", library)

    with pytest.raises(OSError, match="cannot be used"):
        SoundDevice().play(RATE, 2, partial(lambda frames, at: None))
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(NotLetIn, match="PortAudio"):
        SoundDevice()
