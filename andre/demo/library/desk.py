"""The mixing desk: places every note in time and space, and makes one stereo recording of it."""

from dataclasses import dataclass, field
from functools import cache
from random import Random

import numpy as np
import pyloudnorm
from scipy import signal

from andre.demo.library.waves import RATE, Sound, count, highpass, hiss, lowpass, sound

TAIL_SECONDS = 4.5  # The last chord rings out.
TARGET_LUFS = -16.0
CEILING = 0.89  # -1 dB: decoders and resamplers overshoot a little.
KNEE = 0.6
HUMAN_SECONDS = 0.004  # People are this exact; machines that pretend are not pleasant.
ECHO_REPEATS = 7
SILENCE_DB = 26.0  # below its loudest moment a channel counts as silent


@dataclass(frozen=True)
class Channel:
    level: float = -24.0  # dB, the mean power of the moments in which it sounds
    reverb: float = 0.0
    echo: float = 0.0
    duck: float = 0.0  # how far the kick pushes it down, 0 to 1
    low_cut: float = 30.0
    loose: float = 1.0  # 0: exactly on the grid


@dataclass
class Desk:
    bpm: float
    length: float  # beats
    rng: Random
    channels: dict[str, Channel]
    swing: float = 0.5  # where the second of a pair falls: 0.5 straight, 0.67 triplets
    pair: float = 0.5  # beats in a pair: 0.5 swings sixteenths, 1.0 eighths
    room: float = 1.6  # seconds of reverb
    echo_beats: float = 0.75
    echo_return: float = 0.5
    kicks: list[float] = field(default_factory=list)
    tracks: dict[str, Sound] = field(default_factory=dict)

    @property
    def samples(self) -> int:
        return count(self.length * 60 / self.bpm + TAIL_SECONDS)

    def seconds(self, beats: float) -> float:
        return beats * 60 / self.bpm

    def at(self, beat: float) -> float:
        """Seconds from the start, swung."""
        whole, part = divmod(beat, self.pair)
        x = part / self.pair
        s = self.swing
        bent = x * 2 * s if x < 0.5 else s + (x - 0.5) * 2 * (1 - s)
        return self.seconds((whole + bent) * self.pair)

    def play(
        self, channel: str, note: Sound, beat: float, gain: float = 1.0, pan: float = 0.0
    ) -> None:
        """`pan` from -1 (left) to 1 (right), at equal power."""
        setting = self.channels[channel]
        late = self.rng.uniform(-1, 1) * HUMAN_SECONDS * setting.loose
        start = max(0, count(self.at(beat) + late) - 1)
        if channel not in self.tracks:
            self.tracks[channel] = np.zeros((2, self.samples), np.float32)
        track = self.tracks[channel]
        room_left = track.shape[1] - start
        heard = note[..., :room_left]
        level = gain * (1 + self.rng.uniform(-0.06, 0.06) * setting.loose)
        angle = (pan + 1) * np.pi / 4
        sides = np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(level)
        track[:, start : start + heard.shape[-1]] += sides * heard

    def kick(self, channel: str, stroke: Sound, beat: float, gain: float = 1.0) -> None:
        self.kicks.append(self.at(beat))
        self.play(channel, stroke, beat, gain)

    def recording(self) -> Sound:
        mixed = np.zeros((2, self.samples), np.float32)
        to_room, to_echo = np.zeros_like(mixed), np.zeros_like(mixed)
        pressed = self.pressure()
        for name, track in self.tracks.items():
            channel = self.channels[name]
            clean = set_level(highpass(track, channel.low_cut), channel.level)
            clean *= 1 - channel.duck * pressed
            mixed += clean
            to_room += channel.reverb * clean
            to_echo += channel.echo * clean
        echoed = self.echoes(to_echo)
        return mixed + echoed + add_reverb(to_room + 0.3 * echoed, self.room)

    def pressure(self) -> Sound:
        """What a compressor keyed by the kick would do: 1 at each stroke, gone in half a beat."""
        pressed = np.zeros(self.samples, np.float32)
        n = count(self.seconds(0.6))
        shape = (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, n))).astype(np.float32)
        for kick in self.kicks:
            start = count(kick)
            part = pressed[start : start + n]
            np.maximum(part, shape[: part.shape[0]], out=part)
        return pressed

    def echoes(self, send: Sound) -> Sound:
        """A tape echo: each repeat softer, darker, and from the other side."""
        wet = np.zeros_like(send)
        step = count(self.seconds(self.echo_beats))
        repeat = send
        for _ in range(ECHO_REPEATS):
            late = np.zeros_like(repeat)
            late[:, step:] = repeat[::-1, :-step]
            repeat = highpass(lowpass(late, 3_200, 1), 180, 1) * np.float32(self.echo_return)
            wet += repeat
        return wet


def set_level(track: Sound, level: float) -> Sound:
    """A balance that does not depend on how loud an instrument happens to be built."""
    size = count(0.2)
    blocks = track[:, : track.shape[1] // size * size].reshape(2, -1, size)
    powers = np.mean(blocks**2, axis=(0, 2))
    sounding = powers[powers > powers.max() * 10 ** (-SILENCE_DB / 10)]
    return track * np.float32(10 ** (level / 20) / np.sqrt(np.mean(sounding)))


def add_reverb(send: Sound, seconds: float) -> Sound:
    tails = room_tail(seconds)
    return np.stack(
        [sound(signal.oaconvolve(send[i], tails[i])[: send.shape[1]]) for i in range(2)]
    )


@cache
def room_tail(seconds: float) -> Sound:
    """Noise that dies away, its treble first, begun after the walls had time to answer."""
    silence = np.zeros(count(0.018), np.float32)
    sides = []
    for seed in (21, 22):
        noise = hiss(seconds * 1.3, seed)
        t = np.arange(noise.shape[0]) / RATE
        slow, quick = 10 ** (-3 * t / seconds), 10 ** (-3 * t / (seconds * 0.45))
        tail = lowpass(noise, 2_200) * slow + highpass(noise, 2_200) * quick * 0.6
        sides.append(np.concatenate([silence, sound(highpass(sound(tail), 180))]))
    stacked = np.stack(sides)
    return sound(stacked / np.sqrt((stacked**2).sum() / 2))


def master(mix: Sound) -> Sound:
    """At one loudness with all others, under the ceiling, quiet at both ends."""
    level = mix * np.float32(0.1 / max(float(np.sqrt(np.mean(mix**2))), 1e-9))
    for _ in range(3):
        level = soft_clip(level * np.float32(10 ** ((TARGET_LUFS - loudness(level)) / 20)))
    return fade_ends(level)


def loudness(wave: Sound) -> float:
    return float(pyloudnorm.Meter(RATE).integrated_loudness(wave.T))


def soft_clip(wave: Sound) -> Sound:
    """Straight up to the knee, then ever flatter towards the ceiling: peaks bend, none breaks."""
    size = np.abs(wave)
    room = CEILING - KNEE
    curved = KNEE + room * np.tanh((size - KNEE) / room)
    return sound(np.where(size > KNEE, np.sign(wave) * curved, wave))


def fade_ends(wave: Sound) -> Sound:
    wave = wave.copy()
    n = count(2.5)
    wave[:, -n:] *= np.linspace(1, 0, n, dtype=np.float32) ** 2
    return wave
