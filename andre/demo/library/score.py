"""A piece as it is written down: key, chords, form; and how a player reads it bar by bar."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from zlib import crc32

from andre.demo.library.theory import Chord, Note, Rhythm, chord, scale, tune

STRENGTHS = {"X": 1.15, "x": 1.0, "o": 0.6, ",": 0.3}


@dataclass(frozen=True)
class Bar:
    beat: float  # where it begins
    number: int  # within its section
    level: int  # how much of the band plays, 1 to 4
    chord: Chord
    after: Chord
    last: bool  # of its section


@dataclass(frozen=True)
class Section:
    beat: float
    level: int
    chords: list[Chord]


@dataclass(frozen=True)
class Piece:
    """`form` has one digit per time through the chords: the level at which the band plays it."""

    title: str
    style: str
    bpm: float
    key: str
    chords: str
    form: str
    beats: int = 4

    @property
    def seed(self) -> int:
        return crc32(self.title.encode())

    @property
    def length(self) -> float:
        """In beats, up to the closing chord."""
        return float(len(self.form) * len(self.changes) * self.beats)

    @cached_property
    def changes(self) -> list[Chord]:
        return [chord(symbol) for symbol in self.chords.split()]

    @cached_property
    def tones(self) -> frozenset[int]:
        return scale(self.key)

    def sections(self) -> list[Section]:
        size = len(self.changes) * self.beats
        levels = enumerate(self.form)
        return [Section(float(i * size), int(level), self.changes) for i, level in levels]

    def bars(self) -> Iterator[Bar]:
        for section in self.sections():
            chords = section.chords
            for i, under in enumerate(chords):
                yield Bar(
                    beat=section.beat + i * self.beats,
                    number=i,
                    level=section.level,
                    chord=under,
                    after=chords[(i + 1) % len(chords)],
                    last=i == len(chords) - 1,
                )

    def tune(self, rhythms: tuple[Rhythm, ...], low: int, high: int, level: int = 3) -> list[Note]:
        """The melody of every section at `level` or above; the same tune comes back each time."""
        rng = Random(self.seed)
        chosen = rng.choice(rhythms)
        line = tune(self.changes, self.tones, chosen, rng, low, high, self.beats)
        return [
            Note(section.beat + note.beat, note.length, note.pitch)
            for section in self.sections()
            if section.level >= level
            for note in line
        ]


def steps_hit(pattern: str, step: float = 0.25) -> Iterator[tuple[float, float]]:
    """(beat, strength) of each stroke in a line of steps such as "x..o x..o"."""
    for i, mark in enumerate(pattern.replace(" ", "")):
        if mark in STRENGTHS:
            yield i * step, STRENGTHS[mark]
