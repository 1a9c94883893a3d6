"""The sound of a nest for the listener of the command line, in step with the nest's clock.

What it needs of the world is handed in: the time, a loudspeaker that asks for frames, and somebody
who fetches a recording. So tests hear with a loudspeaker that only writes down what it was given.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from urllib.parse import quote

import numpy as np
import requests
import soundfile
from numpy.typing import NDArray

from andre.web.terminal_listener import NotLetIn, Say
from player.library.decoding import Sound, open_sound
from player.library.files import CONTENT_TYPES
from player.providers.http import parse_json

INSTALL = (
    "For sound this needs the package sounddevice (`pip install sounddevice`) and, on Linux,"
    " PortAudio (`apt-get install libportaudio2`)."
)
STEP_MS = 30  # Further off, the place is changed at once; nearer, by playing a little faster.
EXACT_MS = 2
MOST_STRETCH = 500  # One frame in so many is left out or added, which nobody hears.
FRAMES_AT_ONCE = 2_048  # Enough to leave one out of.
SECONDS_TO_ANSWER = 20
AGAIN_SECONDS = 3.0
PROBES_KEPT = 8
PIECE = 1 << 16
NOT_DECODED = "This program cannot decode this kind of recording."
SUFFIXES = {kind: suffix for suffix, kind in reversed(CONTENT_TYPES.items())}

Frames = NDArray[np.float32]
# (how many frames, when the first is heard, in seconds of the local clock)
Give = Callable[[int, float], Frames]
Fetch = Callable[[Mapping[str, Any], Path], Path]


class Unheard(Exception):
    """A song cannot be fetched; the text is for people. `may_pass`: it may be asked again."""

    def __init__(self, message: str, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass


class Loudspeaker(Protocol):
    def play(self, rate: int, channels: int, give: Give) -> None:
        """Ask `give` for frames from now on, instead of who was asked before. Raises OSError."""

    def rest(self) -> None: ...


@dataclass
class NestClock:
    """The nest's time from the local one: as that one of the latest probes says that came back the
    fastest.
    """

    local: Callable[[], float] = time.monotonic
    _heard: deque[tuple[float, float]] = field(  # (round trip, how far the nest's is ahead), in ms
        default_factory=lambda: deque(maxlen=PROBES_KEPT), init=False
    )

    def probe(self) -> dict[str, Any]:
        return {"type": "probe_clock", "id": "clock", "t0": self.local() * 1000}

    def hear(self, answer: Mapping[str, Any]) -> None:
        round_trip_ms = self.local() * 1000 - answer["t0"]
        ahead_ms = answer["server_ms"] - (answer["t0"] + round_trip_ms / 2)
        self._heard.append((round_trip_ms, ahead_ms))

    def at(self, local_s: float) -> float | None:
        """In ms; None before the first answer."""
        heard = list(self._heard)
        return local_s * 1000 + min(heard)[1] if heard else None


@dataclass
class Recording:
    """An open recording of a song and the frame that it gives next."""

    song_id: int
    sound: Sound
    gain: float = 1.0
    close: Callable[[], None] = lambda: None
    place: int = 0

    def give(self, frames: int, wanted: int) -> Frames:
        """What is heard from the frame `wanted` on; silence before its begin and behind its end."""
        silence = min(frames, max(0, -wanted))
        late = max(0, wanted) - self.place
        if abs(late) * 1000 > STEP_MS * self.sound.samplerate:
            self.place = self.sound.seek(min(max(0, wanted), self.sound.frames))
            late = 0
        given = np.zeros((frames, self.sound.channels), np.float32)
        given[silence:] = self._read(frames - silence, late)
        return given * np.float32(self.gain)

    def _read(self, frames: int, late: int) -> Frames:
        """The next frames, or a few more or fewer in as much time, to make up for being late."""
        is_exact = abs(late) * 1000 <= EXACT_MS * self.sound.samplerate
        most = 0 if is_exact else frames // MOST_STRETCH
        take = frames + min(max(late, -most), most)
        read = np.zeros((take, self.sound.channels), np.float32)
        found = self.sound.read(take, dtype="float32", always_2d=True)
        read[: len(found)] = found
        self.place += take
        if take == frames:
            return read
        at = np.linspace(0, take - 1, frames)
        stretched = [np.interp(at, np.arange(take), channel) for channel in read.T]
        return np.stack(stretched, axis=1).astype(np.float32)


def begin_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


@dataclass
class TerminalSound:
    """What plays, fetched and given to the loudspeaker in time.

    `fetch` puts a song's recording into a folder, or raises Unheard; `begin` runs that beside
    everything else.
    """

    loudspeaker: Loudspeaker
    fetch: Fetch
    say: Say
    clock: NestClock = field(default_factory=NestClock)
    begin: Callable[[Callable[[], None]], None] = begin_thread
    pause: Callable[[float], None] = time.sleep
    _playback: Mapping[str, Any] = field(default_factory=dict, init=False)
    _song_id: int | None = field(default=None, init=False)
    _recording: Recording | None = field(default=None, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def follow(self, song: Mapping[str, Any] | None, playback: Mapping[str, Any]) -> None:
        """What plays from now on, and how."""
        song_id = song["song_id"] if song else None
        with self._lock:
            self._playback = playback
            is_new, self._song_id = song_id != self._song_id, song_id
        if is_new:
            self._set_down()
        if is_new and song is not None:
            wanted = dict(song)
            self.begin(lambda: self.take_up(wanted))

    def take_up(self, song: Mapping[str, Any]) -> None:
        """Fetch what plays and let it sound, unless something else plays meanwhile."""
        with ExitStack() as stack:
            try:
                folder = Path(stack.enter_context(TemporaryDirectory(prefix="andre-listen-")))
                path = self._fetch_while_it_plays(song, folder)
                if path is None:
                    return
                sound = stack.enter_context(open_sound(path))
                gain = 10 ** (song.get("gain_db", 0.0) / 20)
                kept = Recording(song["song_id"], sound, gain, stack.pop_all().close)
                self._let_sound(kept)
            except soundfile.LibsndfileError:
                self.say(f"No sound: {NOT_DECODED}")
            except (Unheard, OSError) as fault:
                self.say(f"No sound: {fault}")

    def _fetch_while_it_plays(self, song: Mapping[str, Any], folder: Path) -> Path | None:
        """None once another song plays. Raises Unheard."""
        while self._song_id == song["song_id"]:
            try:
                return self.fetch(song, folder)
            except Unheard as fault:
                if not fault.may_pass:
                    raise
                self.say(f"No sound yet: {fault}")
                self.pause(AGAIN_SECONDS)
        return None

    def _let_sound(self, recording: Recording) -> None:
        """Raises OSError where no loudspeaker takes it."""
        with self._lock:
            is_late = recording.song_id != self._song_id
            before = None if is_late else self._recording
            self._recording = self._recording if is_late else recording
        for each in (recording if is_late else None, before):
            if each is not None:
                each.close()
        if not is_late:
            sound = recording.sound
            self.loudspeaker.play(sound.samplerate, sound.channels, partial(self.give, recording))

    def _set_down(self) -> None:
        self.loudspeaker.rest()  # First: until then it may ask, and wait for the lock.
        with self._lock:
            recording, self._recording = self._recording, None
        if recording is not None:
            recording.close()

    def give(self, recording: Recording, frames: int, heard_at_s: float) -> Frames:
        """What is to be heard of it from a moment of the local clock on."""
        with self._lock:
            position_ms = self._position_ms(heard_at_s)
            if self._recording is not recording or position_ms is None:
                return np.zeros((frames, recording.sound.channels), np.float32)
            return recording.give(frames, round(position_ms * recording.sound.samplerate / 1000))

    def _position_ms(self, local_s: float) -> float | None:
        """None where nothing is to be heard then; below 0 where the song has not begun yet."""
        now_ms = self.clock.at(local_s)
        ends_at_ms = self._playback.get("ends_at_ms")
        if now_ms is None or ends_at_ms is None or not self._playback["is_playing"]:
            return None
        return (
            float(self._playback["duration_ms"] - (ends_at_ms - now_ms))
            if now_ms < ends_at_ms
            else None
        )


@dataclass
class Fetcher:
    """A recording's bytes by way of Andre, as docs/api.md has it."""

    server: str
    nest: str
    key: str

    def __call__(self, song: Mapping[str, Any], folder: Path) -> Path:
        """Raises Unheard."""
        base, headers = self.server.rstrip("/"), {"X-Andre-API-Key": self.key}
        grant = f"{base}/api/nests/{quote(self.nest, safe='')}/media-token"
        try:
            asked = requests.post(
                grant, json={"track": song["trackid"]}, headers=headers, timeout=SECONDS_TO_ANSWER
            )
            require_ok(asked)
            answer = requests.get(
                base + asked.json()["url"], headers=headers, timeout=SECONDS_TO_ANSWER, stream=True
            )
            with answer:
                require_ok(answer)
                path = folder / f"song{SUFFIXES.get(answer.headers['Content-Type'], '')}"
                with path.open("wb") as file:
                    for piece in answer.iter_content(PIECE):
                        file.write(piece)
        except requests.RequestException as fault:
            raise Unheard(f"The server does not answer ({type(fault).__name__}).", True) from fault
        return path


def require_ok(answer: requests.Response) -> None:
    """Raises Unheard with the server's own sentence."""
    if answer.ok:
        return
    told = parse_json(answer.content)
    message = told.get("message") if isinstance(told, dict) else None
    may_pass = answer.status_code in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    raise Unheard(str(message or f"The server answers {answer.status_code}."), may_pass)


class SoundDevice:
    """The loudspeaker of this machine, by the library sounddevice."""

    def __init__(self) -> None:
        """Raises NotLetIn where it is not installed."""
        try:
            self._library = import_module("sounddevice")
        except (ImportError, OSError) as fault:  # OSError: its own library is missing.
            raise NotLetIn(INSTALL) from fault
        self._stream: Any = None

    def play(self, rate: int, channels: int, give: Give) -> None:
        """Raises OSError."""
        self.rest()

        def fill(out: Frames, frames: int, times: Any, _: object) -> None:  # noqa: ANN401
            ahead_s = max(0.0, times.outputBufferDacTime - times.currentTime)
            out[:] = give(frames, time.monotonic() + ahead_s)

        try:
            self._stream = self._library.OutputStream(
                samplerate=rate,
                channels=channels,
                dtype="float32",
                blocksize=FRAMES_AT_ONCE,
                callback=fill,
            )
            self._stream.start()
        except self._library.PortAudioError as fault:
            raise OSError(f"The loudspeaker cannot be used ({fault}).") from fault

    def rest(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
