"""Lo-fi: a tired drummer, a warm piano with a slow tape, rain against the window."""

from random import Random

import numpy as np

from andre.demo.library import drums
from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import deep_bass, electric_piano, guitar, vibraphone
from andre.demo.library.score import Bar, Piece, steps_hit
from andre.demo.library.waves import RATE, Sound, lowpass, sound

CHANNELS = {
    "drums": Channel(level=-19.0, reverb=0.08, loose=2.5),
    "keys": Channel(level=-22.0, reverb=0.2, duck=0.25, low_cut=120, loose=3.0),
    "bass": Channel(level=-21.0, duck=0.3),
    "guitar": Channel(level=-29.0, reverb=0.25, echo=0.12, low_cut=150, loose=2.0),
    "vibes": Channel(level=-26.0, reverb=0.35, echo=0.2, low_cut=200, loose=2.5),
}
KICKS = ("x.....x.x.......", "x..x......x.....", "x......x..x.....")
PHRASES = (
    ((0.5, 0.5), (1.0, 0.5), (1.5, 1.5), (3.5, 0.5), (4.0, 1.0), (5.5, 1.5)),
    ((0.0, 1.0), (1.5, 0.5), (2.0, 0.5), (2.5, 1.0), (5.0, 0.5), (5.5, 0.5), (6.0, 1.5)),
)
WOW_HZ = 0.55
WOW_SECONDS = 0.0012  # How far the tape runs ahead and behind: a few cents of pitch.


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, swing=0.59, room=1.3)
    kicks = rng.choice(KICKS)
    for bar in piece.bars():
        if bar.level >= 2:
            _drum(desk, bar, kicks)
        _comp(desk, bar, rng)
        if bar.level >= 3:
            _strum(desk, bar)
    for note in piece.tune(PHRASES, 64, 81):
        desk.play("vibes", vibraphone(note.pitch, desk.seconds(note.length)), note.beat, 0.9, 0.2)
    for pitch in piece.changes[0].voicing(55):
        desk.play("keys", _worn(electric_piano(pitch, 3.0)), piece.length)
    return desk


def _drum(desk: Desk, bar: Bar, kicks: str) -> None:
    for beat, strength in steps_hit(kicks):
        desk.kick("drums", drums.soft_kick(), bar.beat + beat, strength * 1.1)
    for beat in (1, 3):
        desk.play("drums", lowpass(drums.snare(160.0), 5_500), bar.beat + beat + 0.02, 0.42)
    for beat, strength in steps_hit("x.o.x.o.x.o.x.oo"):
        desk.play("drums", lowpass(drums.hat(), 9_500), bar.beat + beat, strength * 0.3, 0.2)


def _comp(desk: Desk, bar: Bar, rng: Random) -> None:
    again = rng.choice((1.5, 2.5, 2.75))
    for beat, length, gain in ((0.0, again * 0.95, 1.0), (again, 3.8 - again, 0.7)):
        for i, pitch in enumerate(bar.chord.voicing(54)):
            struck = _worn(electric_piano(pitch, desk.seconds(length)))
            desk.play("keys", struck, bar.beat + beat + i * 0.02, gain, -0.2)
    low = bar.chord.root_above(33)
    desk.play("bass", deep_bass(low, desk.seconds(1.6)), bar.beat, 0.9)
    desk.play("bass", deep_bass(low, desk.seconds(0.8)), bar.beat + 2.5, 0.6)


def _strum(desk: Desk, bar: Bar) -> None:
    for i, pitch in enumerate(bar.chord.voicing(62)[:4]):
        desk.play("guitar", guitar(pitch, 1.0), bar.beat + 1.5 + i * 0.25, 0.7, 0.45)


def _worn(note: Sound) -> Sound:
    """The same from a cassette: its speed wavers, its treble is gone."""
    t = np.arange(note.shape[-1]) / RATE
    read = (t + WOW_SECONDS * np.sin(2 * np.pi * WOW_HZ * t)) * RATE
    return lowpass(sound(np.interp(read, np.arange(note.shape[-1]), note)), 3_800)
