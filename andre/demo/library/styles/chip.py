"""Chip music: three voices and a noise, as in a pocket on the back seat of a car."""

from random import Random

from andre.demo.library import drums
from andre.demo.library.desk import Channel, Desk
from andre.demo.library.instruments import chip_bass, chip_lead
from andre.demo.library.score import Bar, Piece, steps_hit

CHANNELS = {
    "drums": Channel(level=-23.0, loose=0.0),
    "bass": Channel(level=-22.0, loose=0.0),
    "chords": Channel(level=-28.0, reverb=0.06, low_cut=180, loose=0.0),
    "lead": Channel(level=-24.0, reverb=0.1, echo=0.22, low_cut=200, loose=0.0),
}
KICKS = ("x...x..x..x.x...", "x..x..x.x...x.x.")
BASSES = ("x.xxx.xxx.xxx.xx", "x..xx..xx..xx.x.", "x.x.x.xxx.x.x.xx")
THEMES = (
    (
        (0.0, 0.5),
        (0.5, 0.5),
        (1.0, 0.75),
        (2.0, 0.5),
        (2.5, 1.0),
        (4.0, 0.5),
        (4.5, 0.5),
        (5.0, 2.0),
    ),
    (
        (0.5, 0.25),
        (0.75, 0.25),
        (1.0, 1.0),
        (2.5, 0.5),
        (3.0, 1.0),
        (4.5, 0.5),
        (5.0, 0.5),
        (5.5, 1.5),
    ),
    (
        (0.0, 1.0),
        (1.0, 0.5),
        (1.5, 0.5),
        (2.0, 1.0),
        (3.0, 0.5),
        (4.0, 1.0),
        (5.5, 0.5),
        (6.0, 1.5),
    ),
)
STEP = 0.125  # beats: chords are played one tone after the other, too fast to tell apart


def perform(piece: Piece) -> Desk:
    rng = Random(piece.seed)
    desk = Desk(piece.bpm, piece.length, rng, CHANNELS, room=0.9, echo_return=0.4)
    kicks, bass = rng.choice(KICKS), rng.choice(BASSES)
    for bar in piece.bars():
        if bar.level >= 2:
            _drum(desk, bar, kicks)
        _run(desk, bar, bass)
        _ripple(desk, bar)
    for note in piece.tune(THEMES, 69, 88, level=2):
        sounded = chip_lead(note.pitch, desk.seconds(note.length) * 0.92)
        desk.play("lead", sounded, note.beat, 1.0, 0.15)
    _finish(desk, piece)
    return desk


def _drum(desk: Desk, bar: Bar, kicks: str) -> None:
    for beat, strength in steps_hit(kicks):
        desk.kick("drums", drums.kick(60.0, 0.14), bar.beat + beat, strength * 0.8)
    for beat in (1, 3):
        desk.play("drums", drums.snare(220.0, 0.1), bar.beat + beat, 0.5)
    for beat, strength in steps_hit("x.x.x.x.x.x.x.xx"):
        desk.play("drums", drums.hat(0.03), bar.beat + beat, strength * 0.2, 0.1)
    if bar.last:
        for i in range(4):
            desk.play("drums", drums.snare(260.0, 0.07), bar.beat + 3 + i / 4, 0.25 + 0.08 * i)


def _run(desk: Desk, bar: Bar, pattern: str) -> None:
    root = bar.chord.root_above(36)
    for i, (beat, _) in enumerate(steps_hit(pattern)):
        pitch = root + (12 if i % 4 == 3 else 0)
        desk.play("bass", chip_bass(pitch, desk.seconds(0.22)), bar.beat + beat)


def _ripple(desk: Desk, bar: Bar) -> None:
    tones = bar.chord.voicing(60 if bar.level < 4 else 72)
    pan = -0.3 if bar.number % 2 else 0.3
    for step in range(int(4 / STEP)):
        short = chip_lead(tones[step % len(tones)], desk.seconds(STEP) * 0.95)
        desk.play("chords", short, bar.beat + step * STEP, 0.8 if step % 8 == 0 else 0.55, pan)


def _finish(desk: Desk, piece: Piece) -> None:
    home = piece.changes[0]
    desk.kick("drums", drums.kick(60.0, 0.14), piece.length)
    desk.play("bass", chip_bass(home.root_above(36), 1.0), piece.length)
    for i, pitch in enumerate([*home.voicing(60), home.root_above(84)]):
        desk.play("lead", chip_lead(pitch, 0.5), piece.length + i * 0.25, 0.7)
