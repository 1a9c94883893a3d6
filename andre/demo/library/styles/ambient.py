"""Ambient: slow light over water, and bells that nobody rings."""

from random import Random

from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import backward_bell, bell, choir, deep_bass, pad
from andre.demo.library.score import Bar, Piece
from andre.demo.library.waves import bandpass, hiss, swell

CHANNELS = {
    "pad": Channel(level=-22.0, reverb=0.5, low_cut=90),
    "choir": Channel(level=-27.0, reverb=0.6, low_cut=150),
    "bells": Channel(level=-26.0, reverb=0.6, echo=0.5, low_cut=200, loose=6.0),
    "low": Channel(level=-24.0),
    "sea": Channel(level=-40.0, reverb=0.3),
}


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, room=4.5, echo_beats=1.5, echo_return=0.6)
    for bar in piece.bars():
        _lay(desk, bar, piece)
        if bar.level >= 2:
            _ring(desk, bar, piece, rng)
        if bar.number % 2 == 0:
            _breathe(desk, bar, piece, rng)
    for pitch in piece.changes[0].voicing(55):
        desk.play("pad", pad(pitch, 2.6, 1_100.0), piece.length)
    desk.play("bells", bell(piece.changes[0].root_above(72), 1.5), piece.length)
    return desk


def _lay(desk: Desk, bar: Bar, piece: Piece) -> None:
    length = desk.seconds(piece.beats)
    for i, pitch in enumerate(bar.chord.voicing(52)):
        desk.play(
            "pad", pad(pitch, length, 700.0 + 350.0 * bar.level), bar.beat, 1.0, i * 0.3 - 0.45
        )
    low = deep_bass(bar.chord.root_above(36), length) * swell(length, length * 0.4, length * 0.4)
    desk.play("low", low, bar.beat)
    if bar.level >= 3:
        for pitch in bar.chord.voicing(64)[:3]:
            desk.play("choir", choir(pitch, length), bar.beat)


def _ring(desk: Desk, bar: Bar, piece: Piece, rng: Random) -> None:
    tones = [pitch for pitch in range(72, 92) if pitch % 12 in bar.chord.tones & piece.tones]
    for beat in range(piece.beats):
        if rng.random() < 0.35 + 0.1 * bar.level:
            late = rng.choice((0.0, 0.0, 0.5, 0.66))
            pitch, pan = rng.choice(tones), rng.uniform(-0.8, 0.8)
            desk.play("bells", bell(pitch, 1.0), bar.beat + beat + late, rng.uniform(0.3, 0.8), pan)
    if bar.last:
        arriving = backward_bell(bar.after.root_above(72), desk.seconds(2))
        desk.play("bells", arriving, bar.beat + piece.beats - 2, 0.5)


def _breathe(desk: Desk, bar: Bar, piece: Piece, rng: Random) -> None:
    """One wave of the sea for two bars."""
    length = desk.seconds(piece.beats * 2)
    wave = bandpass(hiss(length, rng.randrange(1_000)), 250, 1_400)
    desk.play(
        "sea",
        wave * swell(length, length * 0.45, length * 0.5),
        bar.beat,
        1.0,
        rng.uniform(-0.5, 0.5),
    )
