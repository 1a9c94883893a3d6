"""New wave: eighths in the bass, sixteenths in the light, and a melody over the motorway."""

from random import Random

from andre.demo.library import drums
from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import lead, pad, pluck, synth_bass
from andre.demo.library.score import Bar, Piece, steps_hit

CHANNELS = {
    "drums": Channel(level=-19.0, reverb=0.12, loose=0.2),
    "bass": Channel(level=-22.0, duck=0.35, loose=0.0),
    "arpeggio": Channel(level=-27.0, reverb=0.2, echo=0.35, low_cut=200, loose=0.0),
    "pad": Channel(level=-28.0, reverb=0.3, duck=0.3, low_cut=160),
    "lead": Channel(level=-24.0, reverb=0.3, echo=0.3, low_cut=200, loose=0.3),
}
FIGURES = ((0, 2, 1, 3, 2, 4, 3, 2), (0, 1, 2, 3, 4, 3, 2, 1), (0, 3, 1, 4, 2, 3, 1, 2))
THEMES = (
    ((0.0, 1.5), (1.5, 0.5), (2.0, 2.0), (4.0, 1.0), (5.0, 0.5), (5.5, 0.5), (6.0, 2.0)),
    ((0.0, 0.75), (0.75, 0.75), (1.5, 1.5), (3.0, 1.0), (4.0, 0.75), (4.75, 0.75), (5.5, 2.5)),
    ((0.5, 0.5), (1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, 3.0), (7.0, 0.5), (7.5, 0.5)),
)


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, room=2.2, echo_return=0.45)
    figure = rng.choice(FIGURES)
    for bar in piece.bars():
        _drum(desk, bar)
        _drive(desk, bar)
        _arpeggiate(desk, bar, figure)
        _hold(desk, bar)
    for note in piece.tune(THEMES, 64, 83):
        desk.play("lead", lead(note.pitch, desk.seconds(note.length) * 0.95), note.beat)
    _finish(desk, piece)
    return desk


def _drum(desk: Desk, bar: Bar) -> None:
    if bar.level < 2:
        return

    for beat, strength in steps_hit("x...x...x...x..." if bar.level >= 3 else "x.......x.x....."):
        desk.kick("drums", drums.kick(52.0, 0.26), bar.beat + beat, strength * 0.85)
    for beat in (1, 3):
        desk.play("drums", drums.big_snare(), bar.beat + beat, 0.6)
    for beat, strength in steps_hit("o.x.o.x.o.x.o.x."):
        desk.play("drums", drums.hat(), bar.beat + beat, strength * 0.22, 0.2)
    if bar.last:
        for i, hz in enumerate((190.0, 150.0, 120.0, 92.0)):
            desk.play("drums", drums.tom(hz), bar.beat + 3 + i * 0.25, 0.5, i * 0.3 - 0.45)


def _drive(desk: Desk, bar: Bar) -> None:
    root = bar.chord.root_above(33)
    for step in range(8):
        pitch = root + (12 if step in (3, 6) and bar.level >= 2 else 0)
        note = synth_bass(pitch, desk.seconds(0.42))
        desk.play("bass", note, bar.beat + step / 2, 0.6 if bar.level == 1 else 1.0)


def _arpeggiate(desk: Desk, bar: Bar, figure: tuple[int, ...]) -> None:
    tones = bar.chord.voicing(60)
    ladder = tones + [pitch + 12 for pitch in tones]
    for step in range(16):
        pitch = ladder[figure[step % 8] % len(ladder)]
        gain = 0.9 if step % 4 == 0 else 0.6
        desk.play(
            "arpeggio", pluck(pitch, 0.12), bar.beat + step / 4, gain, 0.5 if step % 2 else -0.5
        )


def _hold(desk: Desk, bar: Bar) -> None:
    for pitch in bar.chord.voicing(55):
        note = pad(pitch, desk.seconds(4), 900.0 if bar.level == 1 else 1_900.0)
        desk.play("pad", note, bar.beat)


def _finish(desk: Desk, piece: Piece) -> None:
    home = piece.changes[0]
    desk.kick("drums", drums.kick(), piece.length)
    desk.play("bass", synth_bass(home.root_above(33), 2.0), piece.length)
    for pitch in home.voicing(55):
        desk.play("pad", pad(pitch, 2.4, 1_900.0), piece.length, 1.2)
