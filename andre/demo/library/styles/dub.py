"""Dub: the drop on three, a bass to stand on, and a tape echo with a will of its own."""

from random import Random

from andre.demo.library import drums
from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import deep_bass, melodica, organ, palm_mute_guitar
from andre.demo.library.score import Bar, Piece, steps_hit

CHANNELS = {
    "drums": Channel(level=-20.0, reverb=0.12),
    "thrown": Channel(level=-28.0, reverb=0.4, echo=0.8, low_cut=200),
    "bass": Channel(level=-19.0),
    "skank": Channel(level=-26.0, reverb=0.18, echo=0.16, low_cut=300),
    "bubble": Channel(level=-30.0, reverb=0.12, low_cut=200),
    "melodica": Channel(level=-25.0, reverb=0.35, echo=0.5, low_cut=250),
}
BASS_LINES = (
    ((0.0, 0, 0.9), (1.5, 0, 0.4), (2.0, 7, 0.7), (3.0, 12, 0.4), (3.5, 7, 0.4)),
    ((0.5, 0, 0.4), (1.0, 0, 0.8), (2.5, 7, 0.4), (3.0, 0, 0.9)),
    ((0.0, 0, 0.6), (0.75, 12, 0.3), (1.5, 7, 0.4), (2.5, 0, 1.2)),
)
CALLS = (
    ((0.0, 1.0), (1.0, 0.5), (1.5, 1.5), (4.5, 0.5), (5.0, 0.5), (5.5, 1.5)),
    ((1.0, 0.5), (1.5, 0.5), (2.0, 2.0), (5.0, 0.5), (5.5, 2.0)),
)


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(
        piece.bpm, piece.length, rng, CHANNELS, swing=0.58, pair=1.0, room=2.4, echo_return=0.62
    )
    lines = rng.sample(BASS_LINES, 2)
    for bar in piece.bars():
        _drum(desk, bar, rng)
        if bar.level >= 2:
            _drop_bass(desk, bar, lines[bar.number % 2])
        _skank(desk, bar, rng)
    for note in piece.tune(CALLS, 62, 79):
        desk.play("melodica", melodica(note.pitch, desk.seconds(note.length) * 0.9), note.beat)
    for pitch in piece.changes[0].voicing(60):
        desk.play("thrown", organ(pitch, 0.3), piece.length)
    desk.play("bass", deep_bass(piece.changes[0].root_above(33), 1.6), piece.length)
    desk.play("thrown", drums.rim(), piece.length)
    return desk


def _drum(desk: Desk, bar: Bar, rng: Random) -> None:
    desk.kick("drums", drums.kick(44.0, 0.36), bar.beat + 2, 0.95)
    if bar.level >= 3:
        desk.kick("drums", drums.kick(44.0, 0.36), bar.beat, 0.6)
    desk.play("drums", drums.rim(), bar.beat + 2, 0.55)
    for beat, strength in steps_hit("o.x.o.x.o.x.o.xo"):
        desk.play("drums", drums.hat(), bar.beat + beat, strength * 0.24, 0.3)
    if rng.random() < 0.35:
        desk.play("thrown", drums.snare(), bar.beat + rng.choice((1.5, 3.0, 3.5)), 0.35)
    if bar.last:
        for i, hz in enumerate((170.0, 130.0, 100.0)):
            desk.play("drums", drums.tom(hz), bar.beat + 3 + i / 3, 0.5, 0.4 - i * 0.4)


def _drop_bass(desk: Desk, bar: Bar, line: tuple[tuple[float, int, float], ...]) -> None:
    root = bar.chord.root_above(31)
    for beat, step, length in line:
        pitch = bar.chord.fifth_above(root) if step == 7 else root + step
        desk.play("bass", deep_bass(pitch, desk.seconds(length)), bar.beat + beat)


def _skank(desk: Desk, bar: Bar, rng: Random) -> None:
    tones = bar.chord.voicing(62)
    thrown = rng.random() < 0.25
    for beat in (1.0, 3.0):
        for pitch in tones:
            stroke = palm_mute_guitar(pitch, 0.14)
            desk.play("skank", stroke, bar.beat + beat, 0.5, -0.35)
            if thrown and beat == 3.0:
                desk.play("thrown", stroke, bar.beat + beat, 0.5)
    for beat in (0.5, 1.5, 2.5, 3.5):
        for pitch in tones:
            desk.play("bubble", organ(pitch - 12, desk.seconds(0.28)), bar.beat + beat, 0.8, 0.35)
