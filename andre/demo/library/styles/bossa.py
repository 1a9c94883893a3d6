"""Bossa nova: a guitar on the balcony, a rim that keeps the secret, a flute with time."""

from random import Random

from andre.demo.library import drums
from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import flute, guitar, upright_bass, vibraphone
from andre.demo.library.score import Bar, Piece, steps_hit

CHANNELS = {
    "drums": Channel(level=-29.0, reverb=0.14),
    "guitar": Channel(level=-21.0, reverb=0.14, low_cut=90, loose=1.5),
    "bass": Channel(level=-21.0, reverb=0.04),
    "flute": Channel(level=-23.0, reverb=0.32, echo=0.06, low_cut=200, loose=2.0),
    "vibes": Channel(level=-25.0, reverb=0.34, low_cut=180, loose=2.0),
}
CLAVE = "x..x..x...x..x.."
COMPS = ("x..x..x..x..x...", "..x..x..x..x..x.", "x.x..x..x..x..x.")
SONGS = (
    ((0.5, 1.0), (1.5, 0.5), (2.0, 1.5), (4.0, 0.5), (4.5, 1.0), (5.5, 2.0)),
    ((0.0, 0.5), (0.5, 0.5), (1.0, 2.0), (3.5, 0.5), (4.0, 1.0), (5.0, 0.5), (5.5, 1.5)),
    ((1.0, 0.5), (1.5, 1.5), (3.0, 1.0), (4.5, 0.5), (5.0, 1.0), (6.0, 1.5)),
)


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, room=1.6)
    comps = rng.sample(COMPS, 2)
    for bar in piece.bars():
        _brush(desk, bar)
        _step(desk, bar)
        _strum(desk, bar, comps[bar.number % 2])
    _sing(desk, piece)
    _finish(desk, piece)
    return desk


def _brush(desk: Desk, bar: Bar) -> None:
    for eighth in range(8):
        strength = 0.5 if eighth % 2 else 0.3
        desk.play("drums", drums.shaker(), bar.beat + eighth / 2, strength, 0.3)
    if bar.level >= 2:
        for beat, strength in steps_hit(CLAVE):
            desk.play("drums", drums.rim(), bar.beat + beat, strength * 0.5, -0.3)
    if bar.level >= 3:
        for beat in (0.0, 1.5, 2.0, 3.5):
            desk.kick("drums", drums.soft_kick(), bar.beat + beat, 0.5)


def _step(desk: Desk, bar: Bar) -> None:
    root = bar.chord.root_above(33)
    fifth = bar.chord.fifth_above(root)
    for beat, pitch, length in (
        (0.0, root, 1.3),
        (1.5, fifth, 0.4),
        (2.0, fifth, 1.3),
        (3.5, root, 0.4),
    ):
        desk.play("bass", upright_bass(pitch, desk.seconds(length)), bar.beat + beat)


def _strum(desk: Desk, bar: Bar, pattern: str) -> None:
    for beat, strength in steps_hit(pattern):
        for i, pitch in enumerate(bar.chord.voicing(57)):
            picked = guitar(pitch, desk.seconds(0.6))
            desk.play("guitar", picked, bar.beat + beat + i * 0.012, strength * 0.6, -0.2)


def _sing(desk: Desk, piece: Piece) -> None:
    """The flute tells it; where the band is full the vibraphone says it again, higher."""
    full = {section.beat for section in piece.sections() if section.level >= 4}
    size = len(piece.changes) * piece.beats
    for note in piece.tune(SONGS, 65, 82, level=2):
        long = desk.seconds(note.length)
        if note.beat // size * size in full:
            desk.play("vibes", vibraphone(note.pitch, long), note.beat, 0.9, 0.25)
        else:
            desk.play("flute", flute(note.pitch, long * 0.95), note.beat, 1.0, 0.1)


def _finish(desk: Desk, piece: Piece) -> None:
    home = piece.changes[0]
    desk.play("bass", upright_bass(home.root_above(33), 2.0), piece.length)
    for i, pitch in enumerate(home.voicing(57)):
        desk.play("guitar", guitar(pitch, 2.6), piece.length + i * 0.06)
    desk.play("vibes", vibraphone(home.root_above(72), 2.0), piece.length + 0.5, 0.6)
