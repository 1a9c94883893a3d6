"""Deep house: four on the floor, ninths in the air, everything breathing with the kick."""

from random import Random

from andre.demo.library import drums
from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import deep_bass, electric_piano, organ, pad, pluck
from andre.demo.library.score import Bar, Piece, steps_hit

CHANNELS = {
    "drums": Channel(level=-18.0, reverb=0.05, loose=0.2),
    "bass": Channel(level=-20.0, duck=0.55, loose=0.2),
    "keys": Channel(level=-25.0, reverb=0.22, echo=0.3, duck=0.4, low_cut=180, loose=0.5),
    "organ": Channel(level=-30.0, reverb=0.2, echo=0.15, duck=0.3, low_cut=180, loose=0.3),
    "pad": Channel(level=-28.0, reverb=0.35, duck=0.8, low_cut=180),
    "tune": Channel(level=-27.0, reverb=0.3, echo=0.4, duck=0.3, low_cut=220, loose=0.3),
}
STABS = ("x..x..x...x..x..", "..x..x....x..x..", "x.....x..x..x...")
BASSES = ("..x...x...x...x.", "x..x..x...x..x..", "..xx..x...xx..x.")
THEMES = (
    ((0.5, 0.5), (1.25, 0.5), (2.0, 0.5), (2.75, 1.0), (4.5, 0.5), (5.25, 0.5), (6.5, 1.0)),
    ((0.0, 0.25), (0.75, 0.25), (1.5, 0.5), (3.0, 1.0), (4.75, 0.25), (5.5, 0.5), (7.0, 0.5)),
)


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, swing=0.54, room=1.9)
    stabs, bass = rng.choice(STABS), rng.choice(BASSES)
    for bar in piece.bars():
        _drum(desk, bar)
        if bar.level >= 2:
            _pump(desk, bar, bass)
        _stab(desk, bar, stabs)
        _hold(desk, bar)
    for note in piece.tune(THEMES, 67, 84):
        desk.play("tune", pluck(note.pitch, desk.seconds(note.length)), note.beat, 1.0, 0.2)
    for pitch in piece.changes[0].voicing(58):
        desk.play("keys", electric_piano(pitch, 2.4), piece.length)
    desk.play("bass", deep_bass(piece.changes[0].root_above(33), 1.8), piece.length)
    return desk


def _drum(desk: Desk, bar: Bar) -> None:
    for quarter in range(4):
        if not (bar.last and quarter == 3 and bar.level >= 2):  # A breath before the turn.
            desk.kick("drums", drums.kick(46.0, 0.34), bar.beat + quarter, 0.9)
        if bar.level >= 2:
            desk.play("drums", drums.open_hat(), bar.beat + quarter + 0.5, 0.26, 0.2)
    for beat, strength in steps_hit("x,o,x,o,x,o,x,ox"):
        desk.play("drums", drums.shaker(), bar.beat + beat, strength * 0.2, -0.4)
    if bar.level >= 2:
        for quarter in (1, 3):
            desk.play("drums", drums.clap(), bar.beat + quarter, 0.5)
    if bar.level >= 3:
        for beat, hz in ((0.75, 210.0), (1.5, 280.0), (2.75, 210.0), (3.25, 280.0), (3.75, 210.0)):
            desk.play("drums", drums.conga(hz), bar.beat + beat, 0.22, 0.45)


def _pump(desk: Desk, bar: Bar, pattern: str) -> None:
    root = bar.chord.root_above(33)
    for i, (beat, strength) in enumerate(steps_hit(pattern)):
        pitch = bar.chord.fifth_above(root) if i == 3 else root
        desk.play("bass", deep_bass(pitch, desk.seconds(0.4)), bar.beat + beat, strength)


def _stab(desk: Desk, bar: Bar, pattern: str) -> None:
    for beat, strength in steps_hit(pattern):
        for pitch in bar.chord.voicing(58):
            gain = strength * (0.7 if bar.level == 1 else 1.0)
            desk.play("keys", electric_piano(pitch, desk.seconds(0.3)), bar.beat + beat, gain, -0.2)
            if bar.level >= 4:
                desk.play(
                    "organ", organ(pitch, desk.seconds(0.22)), bar.beat + beat, strength, 0.35
                )


def _hold(desk: Desk, bar: Bar) -> None:
    for pitch in bar.chord.voicing(60):
        desk.play("pad", pad(pitch, desk.seconds(4), 800.0 + 400.0 * bar.level), bar.beat)
