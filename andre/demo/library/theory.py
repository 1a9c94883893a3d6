"""Notes, chords, scales, and tunes that know which chord they stand on."""

import re
from dataclasses import dataclass
from random import Random

PITCH_CLASSES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "#": 1, "b": -1}
INTERVALS = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7, 12),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "9": (0, 4, 7, 10, 14),
    "m9": (0, 3, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "13": (0, 4, 10, 14, 21),
    "7b9": (0, 4, 7, 10, 13),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "9sus": (0, 5, 10, 14),
    "m7b5": (0, 3, 6, 10),
}
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
}
STRONG_LENGTH = 1.0  # A note of a beat or more is heard against its chord; it must belong to it.

Rhythm = tuple[tuple[float, float], ...]  # (onset, length) in beats, over one phrase of two bars


@dataclass(frozen=True)
class Chord:
    root: int  # pitch class
    tones: frozenset[int]  # pitch classes

    def voicing(self, low: int) -> list[int]:
        """Each tone once, within the octave above `low`: neighbours then lead by small steps.

        Of five tones the root is left to the bass, as a pianist does.
        """
        tones = self.tones - {self.root} if len(self.tones) > 4 else self.tones
        return sorted(low + (tone - low) % 12 for tone in tones)

    def root_above(self, low: int) -> int:
        return low + (self.root - low) % 12

    def fifth_above(self, low: int) -> int:
        fifth = next((t for t in (7, 6, 8) if (self.root + t) % 12 in self.tones), 12)
        return low + (self.root + fifth - low) % 12


@dataclass(frozen=True)
class Note:
    beat: float  # from the beginning of the tune
    length: float  # beats
    pitch: int  # MIDI number


def hertz(pitch: float) -> float:
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def chord(symbol: str) -> Chord:
    """Raises ValueError."""
    found = re.fullmatch(r"([A-G])([#b]?)(.*)", symbol)
    if found is None or found[3] not in INTERVALS:
        raise ValueError(f"{symbol} is not a chord")
    root = (PITCH_CLASSES[found[1]] + ACCIDENTALS[found[2]]) % 12
    return Chord(root, frozenset((root + step) % 12 for step in INTERVALS[found[3]]))


def scale(name: str) -> frozenset[int]:
    """The pitch classes of, for example, "D dorian"."""
    tonic, mode = name.split(" ", 1)
    return frozenset((chord(tonic).root + step) % 12 for step in SCALES[mode])


def tune(
    chords: list[Chord],
    tones: frozenset[int],
    rhythm: Rhythm,
    rng: Random,
    low: int,
    high: int,
    beats: int = 4,
) -> list[Note]:
    """Two phrases, remembered and answered: a a b a, bent to the chords they pass over."""
    ladder = [pitch for pitch in range(low, high + 1) if pitch % 12 in tones]
    first, second = contour(rhythm, rng), contour(rhythm, rng)
    notes = []
    for phrase, bar in enumerate(range(0, len(chords), 2)):
        rung = len(ladder) // 2
        for (onset, length), step in zip(rhythm, second if phrase % 4 == 2 else first, strict=True):
            under = chords[min(bar + int(onset // beats), len(chords) - 1)]
            if bar * beats + onset >= len(chords) * beats:
                break
            rung = min(max(rung + step, 0), len(ladder) - 1)
            if length >= STRONG_LENGTH:
                rung = nearest_rung(ladder, rung, under)
            notes.append(Note(bar * beats + onset, length, ladder[rung]))
    return notes


def contour(rhythm: Rhythm, rng: Random) -> list[int]:
    """Mostly steps, now and then a leap, and a leap is answered the other way."""
    steps: list[int] = []
    for _ in rhythm:
        if steps and abs(steps[-1]) > 1:
            steps.append(-1 if steps[-1] > 0 else 1)
        else:
            steps.append(rng.choice((-3, -1, -1, -1, 0, 1, 1, 1, 2)))
    return steps


def nearest_rung(ladder: list[int], rung: int, under: Chord) -> int:
    fitting = [i for i, pitch in enumerate(ladder) if pitch % 12 in under.tones]
    return min(fitting, key=lambda i: abs(i - rung), default=rung)
