"""What a nest can be set to at one press: the rules of an evening, by the name hosts know it by.

A preset names who plays and skips, and every rule about songs and reactions but what is blocked,
which is a host's own list: after one press nothing of another preset is left. Null is "as the
server has it".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OPEN: Mapping[str, Any] = {
    "control_mode": None,
    "explicit": None,
    "approval": None,
    "max_song_minutes": None,
    "max_songs_per_person": None,
    "no_repeat_minutes": None,
    "artist_gap_minutes": None,
    "votes": None,
    "downvotes": None,
    "airhorns": None,
}


@dataclass(frozen=True, slots=True)
class NestPreset:
    """`values` are wishes of `change_nest_settings`."""

    name: str
    label: str
    help: str
    values: Mapping[str, Any]


NEST_PRESETS = (
    NestPreset(
        name="open_evening",
        label="Open evening",
        help="Everybody adds what they like, votes and blows airhorns.",
        values=OPEN,
    ),
    NestPreset(
        name="dj_night",
        label="DJ night",
        help="You play and skip; songs of others wait for your approval, and votes only lift them.",
        values={
            **OPEN,
            "control_mode": "dj",
            "approval": True,
            "downvotes": False,
            "no_repeat_minutes": 240,
        },
    ),
    NestPreset(
        name="office",
        label="Office",
        help="Nothing explicit, nothing long, every artist once an hour, and no airhorns.",
        values={
            **OPEN,
            "explicit": False,
            "max_song_minutes": 10,
            "max_songs_per_person": 5,
            "no_repeat_minutes": 240,
            "artist_gap_minutes": 60,
            "airhorns": False,
        },
    ),
    NestPreset(
        name="quiet",
        label="Quiet",
        help="Nothing explicit, no votes and no airhorns: a few songs each.",
        values={
            **OPEN,
            "explicit": False,
            "max_songs_per_person": 3,
            "votes": False,
            "downvotes": False,
            "airhorns": False,
        },
    ),
)
