"""Felt piano: one pair of hands in a room late at night, and strings when it is time."""

from random import Random

from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import bow_string, soft_piano
from andre.demo.library.score import Bar, Piece

CHANNELS = {
    "left": Channel(level=-24.0, reverb=0.26, low_cut=50, loose=2.5),
    "right": Channel(level=-21.0, reverb=0.32, low_cut=120, loose=2.5),
    "strings": Channel(level=-29.0, reverb=0.45, low_cut=120),
}
WAVES_IN_4 = (
    ((0.0, -1), (0.5, 0), (1.0, 1), (1.5, 2), (2.0, 3), (2.5, 2), (3.0, 1), (3.5, 2)),
    ((0.0, -1), (1.0, 1), (1.5, 2), (2.0, -2), (3.0, 1), (3.5, 3)),
    ((0.0, -1), (0.5, 1), (1.0, 2), (2.0, -2), (2.5, 1), (3.0, 2)),
)
WAVES_IN_3 = (
    ((0.0, -1), (0.5, 1), (1.0, 2), (1.5, 3), (2.0, 2), (2.5, 1)),
    ((0.0, -1), (1.0, 1), (1.5, 2), (2.0, 1), (2.5, 2)),
)
SONGS_IN_4 = (
    ((0.0, 1.5), (1.5, 0.5), (2.0, 2.0), (4.0, 1.0), (5.0, 1.0), (6.0, 2.0)),
    ((1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, 1.5), (5.5, 0.5), (6.0, 2.0)),
    ((0.0, 2.0), (2.0, 0.5), (2.5, 0.5), (3.0, 1.0), (4.0, 3.0)),
)
SONGS_IN_3 = (
    ((0.0, 2.0), (2.0, 1.0), (3.0, 1.5), (4.5, 0.5), (5.0, 1.0)),
    ((0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (3.0, 2.0), (5.0, 1.0)),
)


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, room=2.6)
    wave = rng.choice(WAVES_IN_3 if piece.beats == 3 else WAVES_IN_4)
    for bar in piece.bars():
        _flow(desk, bar, wave, rng)
        if bar.level >= 3:
            _swell(desk, bar, piece.beats)
    songs = SONGS_IN_3 if piece.beats == 3 else SONGS_IN_4
    for note in piece.tune(songs, 67, 86, level=2):
        struck = soft_piano(note.pitch, desk.seconds(note.length))
        desk.play("right", struck, note.beat, rng.uniform(0.8, 1.0), 0.15)
    _finish(desk, piece)
    return desk


def _flow(desk: Desk, bar: Bar, wave: tuple[tuple[float, int], ...], rng: Random) -> None:
    tones = bar.chord.voicing(50)
    for beat, finger in wave if bar.level >= 2 else wave[::2]:
        match finger:
            case -1:
                pitch = bar.chord.root_above(36)
            case -2:
                pitch = bar.chord.fifth_above(38)
            case _:
                pitch = tones[finger % len(tones)]
        struck = soft_piano(pitch, desk.seconds(1.4))
        desk.play("left", struck, bar.beat + beat, rng.uniform(0.55, 0.75), -0.2)


def _swell(desk: Desk, bar: Bar, beats: int) -> None:
    for i, pitch in enumerate(bar.chord.voicing(55)[:3]):
        desk.play("strings", bow_string(pitch, desk.seconds(beats)), bar.beat, 0.8, i * 0.5 - 0.5)


def _finish(desk: Desk, piece: Piece) -> None:
    home = piece.changes[0]
    for i, pitch in enumerate([home.root_above(36), *home.voicing(55), home.root_above(79)]):
        desk.play("right", soft_piano(pitch, 3.0), piece.length + i * 0.1, 0.8)
