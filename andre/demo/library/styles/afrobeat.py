"""Afrobeat: guitars that finish each other's sentences, and horns that agree."""

from random import Random

from andre.demo.library import drums
from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import brass, finger_bass, organ, palm_mute_guitar
from andre.demo.library.score import Bar, Piece, steps_hit

CHANNELS = {
    "drums": Channel(level=-20.0, reverb=0.08),
    "hands": Channel(level=-25.0, reverb=0.12),
    "bass": Channel(level=-20.0),
    "tenor": Channel(level=-27.0, reverb=0.1, low_cut=200),
    "rhythm": Channel(level=-28.0, reverb=0.1, low_cut=250),
    "organ": Channel(level=-30.0, reverb=0.2, low_cut=180),
    "horns": Channel(level=-24.0, reverb=0.22, low_cut=160),
}
KICKS = ("x..o..x...x.o...", "x...o.x..x..o...")
CLAVES = ("x..x...x..x.x...", "..x.x...x..x..x.")
CONGAS = "..x..oxx..x..oxo"
LOOPS = (
    ((0.0, 0), (0.5, 2), (1.25, 1), (1.75, 2), (2.5, 0), (3.0, 1), (3.75, 2)),
    ((0.25, 1), (0.75, 2), (1.5, 0), (2.0, 2), (2.75, 1), (3.25, 0)),
    ((0.0, 2), (0.75, 1), (1.0, 0), (2.0, 2), (2.75, 1), (3.5, 0)),
)
BASS_LINES = (
    ((0.0, 0, 0.6), (1.5, 7, 0.3), (2.0, 12, 0.3), (2.75, 7, 0.3), (3.5, 0, 0.3)),
    ((0.5, 0, 0.4), (1.0, 0, 0.4), (1.75, 12, 0.2), (2.5, 7, 0.5), (3.5, 7, 0.3)),
)
CALLS = (
    ((0.0, 0.5), (0.5, 0.5), (1.5, 1.0), (4.0, 0.5), (4.5, 0.25), (5.0, 1.5)),
    ((0.5, 0.25), (1.0, 0.5), (1.75, 0.5), (2.5, 1.25), (5.5, 0.5), (6.0, 1.5)),
)


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, swing=0.53, room=1.4)
    kicks, clave = rng.choice(KICKS), rng.choice(CLAVES)
    loops, bass = rng.sample(LOOPS, 2), rng.choice(BASS_LINES)
    for bar in piece.bars():
        _drum(desk, bar, kicks, clave)
        _walk(desk, bar, bass)
        _weave(desk, bar, loops)
        if bar.level >= 2:
            _hold(desk, bar)
    for note in piece.tune(CALLS, 60, 77):
        for pitch, gain, pan in ((note.pitch, 1.0, 0.2), (note.pitch - 12, 0.6, -0.1)):
            desk.play("horns", brass(pitch, desk.seconds(note.length) * 0.9), note.beat, gain, pan)
    _finish(desk, piece)
    return desk


def _drum(desk: Desk, bar: Bar, kicks: str, clave: str) -> None:
    for beat, strength in steps_hit(kicks):
        desk.kick("drums", drums.soft_kick(), bar.beat + beat, strength)
    for beat, strength in steps_hit("x.o.x.o.x.o.x.o."):
        desk.play("drums", drums.hat(0.04), bar.beat + beat, strength * 0.22, 0.3)
    for beat, strength in steps_hit(CONGAS):
        tone = 240.0 if strength < 1 else 175.0
        desk.play("hands", drums.conga(tone), bar.beat + beat, strength * 0.7, -0.35)
    for beat, strength in steps_hit(clave):
        desk.play("hands", drums.rim(), bar.beat + beat, strength * 0.35, 0.45)
    if bar.level >= 2:
        for beat in (1.0, 3.0):
            desk.play("drums", drums.snare(200.0, 0.14), bar.beat + beat + 0.5, 0.3)
    if bar.level >= 3:
        for step in range(8):
            desk.play("hands", drums.shaker(), bar.beat + step / 2, 0.5 - 0.2 * (step % 2), 0.1)


def _walk(desk: Desk, bar: Bar, line: tuple[tuple[float, int, float], ...]) -> None:
    root = bar.chord.root_above(31)
    for beat, step, length in line:
        pitch = bar.chord.fifth_above(root) if step == 7 else root + step
        desk.play("bass", finger_bass(pitch, desk.seconds(length)), bar.beat + beat)


def _weave(desk: Desk, bar: Bar, loops: list[tuple[tuple[float, int], ...]]) -> None:
    """One guitar low and left, one high and right; where one rests the other speaks."""
    parts = (("tenor", 55, -0.5, loops[0]), ("rhythm", 67, 0.5, loops[1]))
    for channel, low, pan, loop in parts[: 1 if bar.level == 1 else 2]:
        tones = bar.chord.voicing(low)
        for beat, finger in loop:
            stroke = palm_mute_guitar(tones[finger % len(tones)], 0.22)
            desk.play(channel, stroke, bar.beat + beat, 0.8, pan)


def _hold(desk: Desk, bar: Bar) -> None:
    beats = (0.0, 1.5) if bar.number % 2 else (0.5, 2.5)
    for beat in beats:
        for pitch in bar.chord.voicing(57):
            desk.play("organ", organ(pitch, desk.seconds(0.7)), bar.beat + beat, 0.8, 0.15)


def _finish(desk: Desk, piece: Piece) -> None:
    home = piece.changes[0]
    desk.kick("drums", drums.soft_kick(), piece.length)
    desk.play("hands", drums.conga(140.0), piece.length, 0.8)
    desk.play("bass", finger_bass(home.root_above(31), 1.4), piece.length)
    for pitch in home.voicing(57):
        desk.play("organ", organ(pitch, 1.6), piece.length)
        desk.play("horns", brass(pitch, 0.6), piece.length, 0.6)
