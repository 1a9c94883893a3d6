"""A sound card that is nowhere: each browser plays into a channel of it, all recorded at once.

One null sink of PulseAudio has as many channels as there are browsers, and a sink of one channel
for each of them in front. What is recorded is its monitor, so that the channels belong together to
the sample.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.support import wait_until

RATE = 48_000
LATENCY_MS = 20
POSITIONS = ("front-left", "front-right", "rear-left", "rear-right")
SAMPLE = np.dtype("<i2")

Samples = NDArray[np.int16]


class Card:
    """A running PulseAudio with a channel for each listener."""

    def __init__(self, folder: Path, channels: int) -> None:
        self.channels = channels
        self.server = f"unix:{folder / 'socket'}"
        self._folder = folder

    def environment(self, channel: int) -> dict[str, str]:
        """What a program needs in its environment to sound on this channel."""
        return {
            "PULSE_SERVER": self.server,
            "PULSE_SINK": f"ear{channel}",
            "XDG_RUNTIME_DIR": str(self._folder),
        }


@contextmanager
def sound_card(channels: int) -> Iterator[Card]:
    with tempfile.TemporaryDirectory(prefix="andre-pulse-") as name:
        folder = Path(name)
        card = Card(folder, channels)
        environment = {**os.environ, "HOME": name, "XDG_RUNTIME_DIR": name}
        with (folder / "pulse.log").open("wb") as log:
            process = subprocess.Popen(
                [shutil.which("pulseaudio") or "pulseaudio", *daemon(folder, channels)],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_until((folder / "socket").exists, 10)
            yield card
        finally:
            process.terminate()
            process.wait(10)


def daemon(folder: Path, channels: int) -> list[str]:
    names = POSITIONS[:channels]
    ears = f"sink_name=ears rate={RATE} channels={channels} channel_map={','.join(names)}"
    sinks = [f"module-null-sink {ears}"]
    sinks += [
        f"module-remap-sink sink_name=ear{number} master=ears channels=1 channel_map=mono"
        f" master_channel_map={name} remix=no"
        for number, name in enumerate(names)
    ]
    door = f"module-native-protocol-unix socket={folder / 'socket'} auth-anonymous=1"
    return [
        *("-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=warn"),
        *(f"--load={module}" for module in (*sinks, door)),
    ]


class Recorder:
    """Everything the card sounds, from now until `stop`."""

    def __init__(self, card: Card) -> None:
        self._channels = card.channels
        self._pieces: list[bytes] = []
        self._arrivals: list[float] = []  # Of each piece, when its first sample would have begun.
        self._process = subprocess.Popen(
            [
                *("parec", "--device=ears.monitor", "--format=s16le", f"--rate={RATE}"),
                *(f"--channels={card.channels}", f"--latency-msec={LATENCY_MS}", "--raw"),
                f"--channel-map={','.join(POSITIONS[: card.channels])}",
            ],
            env={**os.environ, "PULSE_SERVER": card.server},
            stdout=subprocess.PIPE,
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        wait_until(lambda: bool(self._pieces), 10)

    def _read(self) -> None:
        assert self._process.stdout
        count = 0
        while piece := os.read(self._process.stdout.fileno(), 65_536):
            count += len(piece)
            seconds = count / (RATE * self._channels * SAMPLE.itemsize)
            self._arrivals.append(time.time() - seconds)
            self._pieces.append(piece)

    def stop(self) -> tuple[Samples, float]:
        """A row for each channel, and the wall time of their first sample in ms.

        A piece may arrive late but never early, so the earliest is the truest.
        """
        self._process.terminate()
        self._process.wait(10)
        self._thread.join(10)
        samples = np.frombuffer(b"".join(self._pieces), SAMPLE)
        whole = len(samples) // self._channels * self._channels
        return samples[:whole].reshape(-1, self._channels).T.copy(), min(self._arrivals) * 1000
