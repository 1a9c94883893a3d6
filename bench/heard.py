"""How far apart two browsers are really heard: each plays into a channel of one sound card, and
what is recorded is placed in the files by correlation.

`python -m bench.heard` hears every pair in the short form; `--form long` for ten minutes, with a
late joiner, a browser asleep and a loaded machine; `--line far` over a line of 60 ± 20 ms;
`--address private` over plain HTTP on this machine's own address, where no context is secure.
"""

import argparse
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from bench.line import delayed
from bench.offsets import (
    count_jumps,
    in_step_after,
    is_near,
    most_cents,
    offsets,
    quiet_spells,
    untold_ms,
)
from bench.placing import HOP_MS, Expected, Heard, Shelf, follow
from bench.pulse import RATE, Card, Recorder, sound_card
from bench.report import RESULTS, percentile, rounded
from bench.support import House, house, session
from tests.support.engines import Engine, launch, missing
from tests.support.engines.processes import cpu_seconds, memory_mib, prefer, tree

PAIRS = ("chromium-chromium", "chromium-firefox", "chromium-webkit")
FAR_MS, FAR_JITTER_MS = 60, 20  # A round trip over a mobile network.
NEST = "main"
NICENESS = -15
FILE_RATE = 44_100
# What the page says and does, ten times a second, on the wall clock that all of a machine share.
SAMPLER = """(() => {
  const samples = [];
  window.benchSamples = () => samples.splice(0);
  setInterval(() => {
    const { player, clock } = window.andre;
    const status = document.querySelector("#now-playing [data-part=status]").textContent;
    const overlay = document.querySelector("#now-playing [data-part=overlay]");
    samples.push({
      at_ms: performance.timeOrigin + performance.now(),
      position_ms: player.position(),
      status: overlay.hidden ? status : `(press) ${status}`,
      now_ms: clock.now(),
      latency: player.latency?.() ?? null,
    });
  }, 100);
})()"""


@dataclass(frozen=True)
class Act:
    """Something that happens at a second of the run."""

    second: float
    verb: str
    value: float = 0


@dataclass(frozen=True)
class Form:
    seconds: float
    song_seconds: int
    acts: tuple[Act, ...]


FORMS = {
    "short": Form(
        46, 17, (Act(22, "pause"), Act(24, "play"), Act(30, "seek", 4_000), Act(38, "skip"))
    ),
    "long": Form(
        600,
        45,
        (
            *(Act(60, "pause"), Act(65, "play"), Act(100, "seek", 30_000), Act(130, "skip")),
            *(Act(180, "join"), Act(240, "sleep"), Act(265, "wake"), Act(300, "seek", 5_000)),
            *(Act(330, "load"), Act(420, "ease"), Act(450, "pause"), Act(452, "play")),
            *(Act(480, "seek", 20_000), Act(510, "skip"), Act(540, "seek", 1_000)),
        ),
    ),
}


@dataclass
class Listener:
    engine: Engine
    channel: int
    since_ms: float
    samples: list[dict[str, Any]] = field(default_factory=list)
    asleep: list[tuple[float, float]] = field(default_factory=list)  # From when to when, wall ms

    def collect(self) -> None:
        self.samples += self.engine.evaluate("window.benchSamples()")

    def was_asleep(self, at_ms: float) -> bool:
        return any(begin <= at_ms <= end for begin, end in self.asleep)


def main() -> None:
    asked = arguments()
    pairs = asked.pairs or PAIRS
    engines = {name for pair in pairs for name in pair.split("-")}
    if absent := missing(*engines) + [
        name for name in ("pulseaudio", "parec", "pactl") if not find_program(name)
    ]:
        print(f"Not heard: Debian's {', '.join(absent)} must be installed first.")
        sys.exit(1)
    if len(pairs) == 1:
        write([measure(pairs[0], asked)], asked)
    else:
        write([measure_in_process(pair) for pair in pairs], asked)


def measure_in_process(pair: str) -> dict[str, Any]:
    """In a process of its own, because Django knows only one house in its life."""
    others = [each for each in sys.argv[1:] if each not in PAIRS]
    command = [sys.executable, "-m", "bench.heard", pair, *others]
    subprocess.run(command, check=True)
    kept = json.loads((RESULTS / f"{arguments().name}.json").read_text(encoding="utf-8"))
    line: dict[str, Any] = kept["lines"][0]
    return line


def come_first() -> None:
    """Before whatever else this machine does: what is heard here shall be the player's doing. The
    form's own load comes as early."""
    prefer(tree(os.getpid()), NICENESS)


def find_program(program: str) -> bool:
    return any((Path(each) / program).exists() for each in os.environ["PATH"].split(":"))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.heard", description=__doc__)
    parser.add_argument("pairs", nargs="*", metavar="PAIR", help=f"of {', '.join(PAIRS)}")
    parser.add_argument("--form", choices=tuple(FORMS), default="short")
    parser.add_argument("--line", choices=("near", "far"), default="near")
    parser.add_argument("--address", choices=("loopback", "private"), default="loopback")
    parser.add_argument("--seconds", type=float, help="in place of the form's length")
    parser.add_argument("--keep", type=Path, help="a folder for the recording and what was placed")
    parser.add_argument("--name", default="heard", help="of the file in bench/results")
    return parser.parse_args()


def measure(pair: str, asked: argparse.Namespace) -> dict[str, Any]:
    form = FORMS[asked.form]
    seconds = asked.seconds or form.seconds
    form = Form(seconds, form.song_seconds, tuple(a for a in form.acts if a.second < seconds - 4))
    host = own_address() if asked.address == "private" else "127.0.0.1"
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="andre-music-")))
        paths = record(root, form)
        home = stack.enter_context(
            house(ANDRE_MUSIC_ROOT=str(root), ALLOWED_HOSTS=f"127.0.0.1,{host}")
        )
        open_house(home)
        far = asked.line == "far"
        port = home.port
        if far or host != "127.0.0.1":
            delay = (FAR_MS, FAR_JITTER_MS) if far else (0, 0)
            port = stack.enter_context(delayed(home.port, *delay, host=host))
        card = stack.enter_context(sound_card(3))
        run = Run(card, f"http://{host}:{port}", form, [path.stem for path in paths])
        run.perform(pair.split("-"))
        shelf = Shelf(paths)
        line = run.judge(pair, shelf, asked.keep)
    line |= {"form": asked.form, "line": asked.line, "address": asked.address}
    print(json.dumps(line), flush=True)
    return line


def open_house(home: House) -> None:
    home.manage("scan_library")
    home.web()
    home.ticks()
    home.upkeep()
    home.beat()


def own_address() -> str:
    """This machine's address in its network. Nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


def record(root: Path, form: Form) -> list[Path]:
    """Songs of pink noise, each of its own: no two moments alike, and as dense as a real FLAC."""
    rng = np.random.default_rng(7)
    count = int(form.seconds / form.song_seconds) + 6
    paths = []
    for number in range(count):
        title = f"Song {number:02}"
        size = form.song_seconds * FILE_RATE
        spectrum = np.fft.rfft(rng.normal(0, 1, (2, size)), axis=1)
        spectrum /= np.sqrt(np.maximum(np.arange(spectrum.shape[1]), size * 100 / FILE_RATE))
        noise = np.fft.irfft(spectrum, size, axis=1)
        noise *= 0.1 / np.std(noise)
        path = root / f"{title}.flac"
        with soundfile.SoundFile(path, "w", FILE_RATE, 2, "PCM_16") as file:
            file.title, file.artist, file.album = title, "The Noise", "Bench"
            file.write(noise.T)
        paths.append(path)
    return paths


class Run:
    """One pair, from the press on "Listen here" to the end of its form."""

    def __init__(self, card: Card, url: str, form: Form, titles: list[str]) -> None:
        self._card, self._url, self._form = card, url, form
        self._titles = titles
        self._listeners: list[Listener] = []
        self._disturbed: list[tuple[float, str]] = []  # When, in wall ms, and by what
        self._load: list[subprocess.Popen[bytes]] = []
        self._loaded: list[tuple[float, float]] = []
        self._cpu = 0.0
        self._memory = 0.0
        self._run_seconds = 0.0

    def perform(self, names: Sequence[str]) -> None:
        queue(self._titles)
        recorder = Recorder(self._card)
        come_first()
        try:
            for name in names:
                self._listen(name)
            used = [cpu_seconds(each.engine.processes()) for each in self._listeners]
            began = time.monotonic()
            self._play()
            self._run_seconds = time.monotonic() - began
            last = self._listeners[1].engine.processes()
            self._cpu = (cpu_seconds(last) - used[1]) / self._run_seconds
            self._memory = memory_mib(last)
            for each in self._listeners:
                each.collect()
        finally:
            self._ease()
            for each in self._listeners:
                each.engine.close()
            self._samples, self._begins_ms = recorder.stop()

    def _listen(self, name: str) -> None:
        channel = len(self._listeners)
        engine = launch(name, environment=self._card.environment(channel))
        self._listeners.append(Listener(engine, channel, time.time() * 1000))
        come_first()
        engine.open(f"{self._url}/healthz")
        engine.add_cookie("sessionid", session(f"listener-{channel}@example.com"), self._url)
        engine.open(self._url)
        engine.evaluate(SAMPLER)
        engine.click("[data-action=listen]")
        self._listeners[-1].since_ms = time.time() * 1000
        self._note("join")

    def _note(self, what: str) -> None:
        self._disturbed.append((time.time() * 1000, what))

    def _play(self) -> None:
        began = time.monotonic()
        for act in self._form.acts:
            wait_with(self._listeners, began + act.second)
            self._do(act)
        wait_with(self._listeners, began + self._form.seconds)

    def _do(self, act: Act) -> None:
        from player.playback import playback

        by = alice()
        match act.verb:
            case "pause" | "play":
                playback.control(by, "pause" if act.verb == "pause" else "play")
            case "seek":
                playback.control(by, "seek", int(act.value))
            case "skip":
                playback.skip(by)
            case "join":
                self._listen(self._listeners[1].engine.name)
            case "sleep" | "wake":
                self._sleep(act.verb == "sleep")
            case "load":
                self._load = [
                    subprocess.Popen(["/bin/sh", "-c", "while :; do :; done"]) for _ in "ab"
                ]
                self._loaded.append((time.time() * 1000, float("inf")))
            case "ease":
                self._ease()

    def _sleep(self, is_falling: bool) -> None:
        listener = self._listeners[1]
        now = time.time() * 1000
        if is_falling:
            listener.collect()
            listener.engine.sleep()
            listener.asleep.append((now, float("inf")))
        else:
            listener.engine.wake()
            begin, _ = listener.asleep.pop()
            listener.asleep.append((begin, now))
            self._note("wake")

    def _ease(self) -> None:
        for process in self._load:
            process.kill()
            process.wait()
        if self._load:
            begin, _ = self._loaded.pop()
            self._loaded.append((begin, time.time() * 1000))
        self._load = []

    def judge(self, pair: str, shelf: Shelf, keep: Path | None) -> dict[str, Any]:
        plan = timeline()
        tracks = [
            follow(self._samples[each.channel], RATE, self._begins_ms, shelf, plan)
            for each in self._listeners
        ]
        disturbed = [at for at, _ in self._disturbed] + [each.since_ms for each in plan]
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            self._keep(keep / f"{pair}.json", tracks, plan)
        since = max(each.since_ms for each in self._listeners[:2])
        both = [
            (one, other)
            for one, other in zip(tracks[0], tracks[1], strict=True)
            if one.at_ms >= since
        ]
        apart = offsets(both, disturbed)
        line: dict[str, Any] = {"bench": "heard", "pair": pair, "n": len(apart)}
        sizes = [abs(each) for each in apart] or [float("nan")]
        line |= {
            "p50_ms": statistics.median(sizes),
            "p95_ms": percentile(sizes, 95),
            "p99_ms": percentile(sizes, 99),
            "worst_ms": max(sizes),
            "middle_ms": statistics.median(apart) if apart else float("nan"),
        }
        line |= self._soon(both, plan)
        line |= self._sound(tracks, plan, disturbed)
        line |= self._claims(tracks)
        line |= {
            "cpu_share": self._cpu,
            "memory_mib": self._memory,
            "load": os.getloadavg()[0],
        }
        return {
            name: rounded(value) if isinstance(value, float) else value
            for name, value in line.items()
        }

    def _soon(
        self, both: Sequence[tuple[Heard, Heard]], plan: Sequence[Expected]
    ) -> dict[str, Any]:
        """How long after each change, seek, join or waking the two are in step, and stay so."""
        begins = sorted(
            {at for at, _ in self._disturbed if at >= both[0][0].at_ms}
            | {each.since_ms for each in plan if each.song and each.since_ms >= both[0][0].at_ms}
            | {both[0][0].at_ms}
        )
        took = []
        for begin, end in itertools.pairwise([*begins, both[-1][0].at_ms]):
            if (soon := in_step_after(both, begin, end)) is not None:
                took.append(soon)
        return {
            "in_step_p50_ms": statistics.median(took) if took else float("nan"),
            "in_step_worst_ms": max(took, default=float("nan")),
            "changes": len(took),
        }

    def _sound(
        self, tracks: Sequence[list[Heard]], plan: Sequence[Expected], disturbed: Sequence[float]
    ) -> dict[str, Any]:
        """Silence while the nest plays, jumps, and pitch, of the worst listener."""
        silent, untold, jumps, cents = [], [], [], []
        for listener, track in zip(self._listeners, tracks, strict=True):
            own = [
                each
                for each in track
                if each.at_ms >= listener.since_ms and not listener.was_asleep(each.at_ms)
            ]
            quiet = quiet_spells(own, plan)
            silent.append(sum(end - begin for begin, end in quiet) / 1000)
            untold.append(sum(untold_ms(spell, listener.samples) for spell in quiet) / 1000)
            steady = [each for each in own if not is_near(each.at_ms, disturbed)]
            jumps.append(count_jumps(steady))
            cents.append(most_cents(steady))
        return {
            "silent_s": max(silent),
            "silent_untold_s": max(untold),
            "jumps": max(jumps),
            "cents": max(cents),
        }

    def _claims(self, tracks: Sequence[list[Heard]]) -> dict[str, Any]:
        """What each page says its position is, less what is heard: the median, in ms."""
        found = {}
        for listener, track in zip(self._listeners[:2], tracks, strict=False):
            heard = {round(each.at_ms / HOP_MS): each for each in track if each.song}
            off = []
            for sample in listener.samples:
                near = heard.get(round(sample["at_ms"] / HOP_MS))
                if near and sample["position_ms"] is not None:
                    lead = sample["position_ms"] - sample["at_ms"]
                    off.append(lead - (near.position_ms - near.at_ms))
            name = "ab"[listener.channel]
            found[f"shown_less_heard_{name}_ms"] = statistics.median(off) if off else float("nan")
        return found

    def _keep(self, path: Path, tracks: Sequence[list[Heard]], plan: Sequence[Expected]) -> None:
        kept = {
            "disturbed": self._disturbed,
            "plan": [vars(each) for each in plan],
            "tracks": [[vars(each) for each in track] for track in tracks],
            "samples": [each.samples for each in self._listeners],
        }
        path.write_text(json.dumps(kept), encoding="utf-8")


def wait_with(listeners: Sequence[Listener], until: float) -> None:
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 1))


def queue(titles: Sequence[str]) -> None:
    from nests.registry import store
    from player.models import Track
    from player.queue import queue as queues

    store.ensure_main()
    uris = [Track.objects.get(title=title).uri for title in titles]
    answer = queues.add(alice(), uris)
    assert not answer["rejected"], answer["rejected"]


def alice() -> Any:  # noqa: ANN401 - A CommandContext; Django is not set up when this is read.
    from andre.core.context import Actor, CommandContext

    return CommandContext(NEST, Actor("alice@example.com", "Alice", ""))


def timeline() -> list[Expected]:
    """What the nest played when, as its event stream has it."""
    from andre.core.keys import NestKeys
    from andre.core.redis import redis

    entries = redis().xrange(NestKeys(NEST).events)
    events = [json.loads(fields["event"]) for _, fields in entries]
    titles: dict[int, str] = {}
    found: list[Expected] = []
    for event in events:
        if event["type"] == "song_started":
            titles[event["song"]["song_id"]] = event["song"]["title"]
        playback = event if event["type"] == "playback_state" else event.get("playback")
        if playback is None:
            continue
        song = titles.get(playback["song_id"]) if playback["is_playing"] else None
        since = float(playback["changed_at_ms"])
        if song:
            begins = playback["ends_at_ms"] - playback["duration_ms"]
            found.append(Expected(since, song, since - begins))
        else:
            found.append(Expected(since, None))
    return found


def write(lines: Sequence[dict[str, Any]], asked: argparse.Namespace) -> None:
    RESULTS.mkdir(exist_ok=True)
    kept = {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": sys.version.split()[0],
        "lines": list(lines),
    }
    path = RESULTS / f"{asked.name}.json"
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
