"""Jazz: a ride cymbal, a bass that walks, and a vibraphone telling the story."""

from random import Random

from andre.demo.library import drums
from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import electric_piano, upright_bass, vibraphone
from andre.demo.library.score import Bar, Piece

CHANNELS = {
    "drums": Channel(level=-27.0, reverb=0.16, loose=1.5),
    "bass": Channel(level=-20.0, reverb=0.05),
    "piano": Channel(level=-26.0, reverb=0.2, low_cut=150, loose=2.0),
    "vibes": Channel(level=-22.0, reverb=0.3, low_cut=180, loose=2.0),
}
COMPS = (
    ((0.0, 1.2), (1.5, 0.4)),
    ((0.5, 0.4), (2.5, 1.0)),
    ((1.5, 0.5),),
    ((0.0, 0.4), (2.5, 0.4)),
)
HEADS_IN_4 = (
    (
        (0.0, 1.0),
        (1.0, 0.5),
        (1.5, 1.0),
        (2.5, 0.5),
        (3.0, 1.0),
        (4.5, 0.5),
        (5.0, 1.0),
        (6.5, 1.5),
    ),
    (
        (0.5, 0.5),
        (1.0, 0.5),
        (1.5, 0.5),
        (2.0, 1.5),
        (4.0, 0.5),
        (4.5, 1.5),
        (6.0, 0.5),
        (6.5, 1.0),
    ),
)
HEADS_IN_3 = (
    ((0.0, 1.5), (1.5, 0.5), (2.0, 1.0), (3.0, 2.0), (5.0, 0.5), (5.5, 0.5)),
    ((0.0, 1.0), (1.0, 1.0), (2.5, 0.5), (3.0, 1.0), (4.5, 1.5)),
)


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, swing=0.64, pair=1.0, room=1.5)
    for bar in piece.bars():
        _swing(desk, bar, piece.beats)
        _walk(desk, bar, piece.beats, rng)
        _comp(desk, bar, piece.beats, rng)
    heads = HEADS_IN_3 if piece.beats == 3 else HEADS_IN_4
    for note in piece.tune(heads, 62, 84, level=2):
        struck = vibraphone(note.pitch, desk.seconds(note.length))
        desk.play("vibes", struck, note.beat, rng.uniform(0.75, 1.0), 0.15)
    _finish(desk, piece)
    return desk


def _swing(desk: Desk, bar: Bar, beats: int) -> None:
    for beat in range(beats):
        desk.play("drums", drums.ride(), bar.beat + beat, 0.6 if beat % 2 else 0.45, 0.35)
        if beat % 2 == 1:
            desk.play("drums", drums.ride(), bar.beat + beat + 0.5, 0.32, 0.35)
            desk.play("drums", drums.hat(0.04), bar.beat + beat, 0.4, -0.2)
        desk.play("drums", drums.brush(), bar.beat + beat, 0.35, -0.1)
    if bar.level >= 2:
        desk.kick("drums", drums.soft_kick(), bar.beat, 0.45)
    if bar.last:
        desk.play("drums", drums.snare(210.0, 0.15), bar.beat + beats - 0.5, 0.2)


def _walk(desk: Desk, bar: Bar, beats: int, rng: Random) -> None:
    """Root, two steps that belong, and a half-tone into the next root."""
    root, target = bar.chord.root_above(33), bar.after.root_above(33)
    tones = [pitch for pitch in range(root, root + 13) if pitch % 12 in bar.chord.tones]
    middle = sorted(rng.sample(tones[1:], k=beats - 2), reverse=rng.random() < 0.5)
    line = [root, *middle, target + rng.choice((-1, 1))]
    for beat, pitch in enumerate(line):
        desk.play("bass", upright_bass(pitch, desk.seconds(0.92)), bar.beat + beat)


def _comp(desk: Desk, bar: Bar, beats: int, rng: Random) -> None:
    for beat, length in rng.choice(COMPS):
        if beat >= beats:
            continue
        for pitch in bar.chord.voicing(53):
            chimed = electric_piano(pitch, desk.seconds(length))
            desk.play("piano", chimed, bar.beat + beat, 0.8, -0.3)


def _finish(desk: Desk, piece: Piece) -> None:
    home = piece.changes[0]
    for i, pitch in enumerate(home.voicing(55)):
        desk.play("piano", electric_piano(pitch, 2.6), piece.length)
        desk.play("vibes", vibraphone(pitch + 12, 2.0), piece.length + 0.25 * i, 0.7, 0.2)
    desk.play("bass", upright_bass(home.root_above(33), 2.0), piece.length)
    desk.play("drums", drums.ride(), piece.length, 0.6, 0.35)
