"""Funk: the one, the bass that answers it, and horns who know when to be quiet."""

from random import Random

from andre.demo.library import drums
from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import brass, electric_piano, finger_bass, palm_mute_guitar
from andre.demo.library.score import Bar, Piece, steps_hit

CHANNELS = {
    "drums": Channel(level=-19.0, reverb=0.07),
    "bass": Channel(level=-20.0),
    "guitar": Channel(level=-28.0, reverb=0.08, echo=0.05),
    "keys": Channel(level=-27.0, reverb=0.16, low_cut=180),
    "horns": Channel(level=-24.0, reverb=0.2, low_cut=160),
}
KICKS = ("X..x ..x. ..x. ....", "X..x ...x .xx. ....")
SNARES = (".... x..o .o.. x..o", ".... x..o .o.. x.oo")
HATS = "x,o, x,o, x,o, x,o,"
SCRATCHES = "..x, .x.x ..x, x.,x"
BASS_LINES = (
    ((0, 0, 0.5), (0.75, 0, 0.2), (1.5, 12, 0.2), (1.75, 10, 0.2), (2.5, 7, 0.3), (3.25, 10, 0.2)),
    ((0, 0, 0.4), (0.75, 12, 0.15), (1.5, 0, 0.2), (2.25, 7, 0.2), (2.75, 10, 0.2), (3.5, 12, 0.3)),
    ((0, 0, 0.6), (1.25, 7, 0.2), (1.75, 0, 0.2), (2.5, 0, 0.2), (3.0, 10, 0.25), (3.5, 12, 0.2)),
)
HOOKS = (
    ((0.5, 0.25), (0.75, 0.25), (1.5, 1.0), (3.0, 0.25), (3.5, 0.25), (4.5, 0.5), (5.5, 1.5)),
    ((0.0, 0.5), (0.75, 0.25), (1.25, 0.25), (1.75, 1.25), (4.0, 0.5), (4.75, 0.25), (5.5, 1.5)),
    ((1.0, 0.25), (1.5, 0.25), (2.0, 0.5), (2.75, 1.0), (5.0, 0.25), (5.5, 0.25), (6.0, 1.25)),
)


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, swing=0.56, room=1.1)
    bass = rng.sample(BASS_LINES, 2)
    for bar in piece.bars():
        _drum(desk, bar)
        _walk(desk, bar, bass[bar.number % 2])
        _scratch(desk, bar)
        _comp(desk, bar)
        if bar.level >= 4 and bar.number % 2 == 1:
            _stab(desk, bar)
    for note in piece.tune(HOOKS, 62, 79):
        for pitch, gain in ((note.pitch, 1.0), (note.pitch - 12, 0.6)):
            desk.play("horns", brass(pitch, desk.seconds(note.length) * 0.9), note.beat, gain, 0.15)
    _finish(desk, piece)
    return desk


def _drum(desk: Desk, bar: Bar) -> None:
    for beat, strength in steps_hit(KICKS[bar.number % 2]):
        desk.kick("drums", drums.kick(), bar.beat + beat, strength * 0.8)
    if bar.level >= 2:
        for beat, strength in steps_hit(SNARES[bar.last]):
            desk.play("drums", drums.snare(), bar.beat + beat, strength**2 * 0.55)
    for beat, strength in steps_hit(HATS):
        desk.play("drums", drums.hat(), bar.beat + beat, strength * 0.28, 0.25)
    if bar.last and bar.level >= 2:
        desk.play("drums", drums.open_hat(), bar.beat + 3.5, 0.3, 0.25)


def _walk(desk: Desk, bar: Bar, line: tuple[tuple[float, int, float], ...]) -> None:
    root = bar.chord.root_above(33)
    for beat, step, length in line:
        pitch = root + step if step in (0, 12) else _nearest_tone(bar, root + step)
        desk.play("bass", finger_bass(pitch, desk.seconds(length)), bar.beat + beat)


def _nearest_tone(bar: Bar, pitch: int) -> int:
    return min(
        range(pitch - 2, pitch + 3), key=lambda p: (p % 12 not in bar.chord.tones, abs(p - pitch))
    )


def _scratch(desk: Desk, bar: Bar) -> None:
    top = bar.chord.voicing(62)[-3:]
    for beat, strength in steps_hit(SCRATCHES):
        for pitch in top:
            stroke = palm_mute_guitar(pitch, 0.12 if strength > 0.5 else 0.05)
            desk.play("guitar", stroke, bar.beat + beat, strength * 0.5, -0.45)


def _comp(desk: Desk, bar: Bar) -> None:
    if bar.level < 2:
        return

    for beat, length in ((0.0, 0.9), (1.75, 0.3), (2.5, 0.8)):
        for pitch in bar.chord.voicing(55):
            desk.play(
                "keys", electric_piano(pitch, desk.seconds(length)), bar.beat + beat, 1.0, 0.3
            )


def _stab(desk: Desk, bar: Bar) -> None:
    for beat, length in ((2.5, 0.2), (3.0, 0.2), (3.75, 0.2)):
        for pitch in bar.chord.voicing(60):
            desk.play("horns", brass(pitch, desk.seconds(length)), bar.beat + beat, 0.5, -0.2)


def _finish(desk: Desk, piece: Piece) -> None:
    end, home = piece.length, piece.changes[0]
    desk.kick("drums", drums.kick(), end)
    desk.play("drums", drums.open_hat(), end, 0.4)
    desk.play("bass", finger_bass(home.root_above(33), 1.6), end)
    for pitch in home.voicing(60):
        desk.play("keys", electric_piano(pitch, 2.0), end)
        desk.play("horns", brass(pitch, 0.5), end, 0.6)
