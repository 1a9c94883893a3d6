"""Folk: picked strings, a flute, a music box on the window sill."""

from random import Random

from andre.demo.library import drums
from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import bow_string, flute, guitar, music_box, upright_bass
from andre.demo.library.score import Bar, Piece

CHANNELS = {
    "guitar": Channel(level=-21.0, reverb=0.16, low_cut=80, loose=1.5),
    "strings": Channel(level=-28.0, reverb=0.35, low_cut=110),
    "flute": Channel(level=-24.0, reverb=0.35, echo=0.08, low_cut=200, loose=2.0),
    "box": Channel(level=-28.0, reverb=0.35, echo=0.1, low_cut=250, loose=2.0),
    "bass": Channel(level=-23.0),
    "drums": Channel(level=-31.0, reverb=0.12),
}
PICKED_IN_4 = ((0.0, -1), (0.5, 1), (1.0, 0), (1.5, 2), (2.0, -2), (2.5, 1), (3.0, 0), (3.5, 2))
PICKED_IN_3 = ((0.0, -1), (0.5, 0), (1.0, 1), (1.5, 2), (2.0, 1), (2.5, 0))
SONGS_IN_4 = (
    ((0.0, 1.5), (1.5, 0.5), (2.0, 1.0), (3.0, 1.0), (4.0, 1.0), (5.0, 0.5), (5.5, 2.0)),
    ((0.0, 1.0), (1.0, 1.0), (2.0, 0.5), (2.5, 1.5), (4.0, 0.5), (4.5, 0.5), (5.0, 2.5)),
)
SONGS_IN_3 = (
    ((0.0, 2.0), (2.0, 1.0), (3.0, 1.0), (4.0, 0.5), (4.5, 1.5)),
    ((0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (3.0, 3.0)),
)


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, room=1.8)
    for bar in piece.bars():
        _pick(desk, bar, piece.beats)
        if bar.level >= 2:
            desk.play("bass", upright_bass(bar.chord.root_above(33), desk.seconds(1.5)), bar.beat)
        if bar.level >= 3:
            _bow(desk, bar, piece.beats)
        if bar.level >= 4:
            _shake(desk, bar, piece.beats)
    _sing(desk, piece)
    _finish(desk, piece)
    return desk


def _pick(desk: Desk, bar: Bar, beats: int) -> None:
    tones = bar.chord.voicing(57)
    for beat, finger in PICKED_IN_3 if beats == 3 else PICKED_IN_4:
        match finger:
            case -1:
                pitch, gain = bar.chord.root_above(43), 1.0
            case -2:
                pitch, gain = bar.chord.fifth_above(43), 0.85
            case _:
                pitch, gain = tones[finger % len(tones)], 0.75
        desk.play("guitar", guitar(pitch, desk.seconds(1.5)), bar.beat + beat, gain, -0.15)


def _bow(desk: Desk, bar: Bar, beats: int) -> None:
    for i, pitch in enumerate(bar.chord.voicing(50)[:3]):
        desk.play("strings", bow_string(pitch, desk.seconds(beats)), bar.beat, 0.8, i * 0.4 - 0.4)


def _shake(desk: Desk, bar: Bar, beats: int) -> None:
    for half in range(beats * 2):
        desk.play("drums", drums.shaker(), bar.beat + half / 2, 0.6 if half % 2 else 0.35, 0.3)
    desk.kick("drums", drums.soft_kick(), bar.beat, 0.8)


def _sing(desk: Desk, piece: Piece) -> None:
    songs = SONGS_IN_3 if piece.beats == 3 else SONGS_IN_4
    for note in piece.tune(songs, 64, 81, level=2):
        long = desk.seconds(note.length)
        level = piece.form[
            min(int(note.beat / piece.length * len(piece.form)), len(piece.form) - 1)
        ]
        if level == "2":
            desk.play("box", music_box(note.pitch + 12, long), note.beat, 0.8, 0.2)
        else:
            desk.play("flute", flute(note.pitch, long * 0.95), note.beat, 1.0, 0.1)
            if level == "4":
                desk.play("box", music_box(note.pitch + 12, long), note.beat, 0.4, 0.3)


def _finish(desk: Desk, piece: Piece) -> None:
    home = piece.changes[0]
    desk.play("bass", upright_bass(home.root_above(33), 2.0), piece.length)
    for i, pitch in enumerate([home.root_above(43), *home.voicing(55)]):
        desk.play("guitar", guitar(pitch, 3.0), piece.length + i * 0.08)
    desk.play("box", music_box(home.root_above(84), 1.5), piece.length + 0.5, 0.6)
