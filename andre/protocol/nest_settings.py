"""What a nest can be set to: one row for each setting, and everything else is made from the rows.

They make the fields of `change_nest_settings` and of building a nest, what is stored, what all in a
nest see, the form of operators, the dialog of the page and docs/nest-settings.md. The table stands
beside the commands, because their models are made from it. A name of a nest is no setting: it is an
address, too, and has an event of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, Field, create_model

Catalogue = Literal["library", "spotify"]
Sounds = Literal["everyone", "room"]
ControlMode = Literal["open", "dj"]
SkipMode = Literal["anyone", "vote"]
BenderProfile = Literal["classic", "smart_first", "smart_only"]
Strategy = Annotated[str, Field(min_length=1, max_length=40)]
Weight = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]
Blocked = Annotated[str, Field(min_length=1, max_length=100)]
PlaylistId = Annotated[int, Field(ge=1, le=2**53 - 1)]
Minutes = Annotated[int, Field(ge=0, le=1_440)]

BenderWeights = Annotated[dict[Strategy, Weight], Field(max_length=50)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
ThemeFont = Literal["system", "rounded", "serif", "mono"]
EntryMode = Literal["approval", "password", "invitation"]
Kind = Literal["switch", "choice", "number", "text", "weights", "list"]
KINDS: dict[type, Kind] = {
    bool: "switch",
    int: "number",
    str: "text",
    dict: "weights",
    list: "list",
}
Group = Literal["The nest", "Music", "Songs", "Reactions", "Bender", "Guests", "Theme"]
# Of the paid console; andre/plans/plans.py says which tier opens which.
Feature = Literal["vanity", "theme", "moderation", "invite_only", "bender"]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class House:
    """A default that follows a setting of the server, by its name in andre/core/conf.py."""

    name: str
    in_words: str = ""  # What the documentation says of one that is no setting by itself.


@dataclass(frozen=True, slots=True)
class NestSetting:
    """One setting of a nest.

    `type` is what somebody may wish, with its bounds; null always is "as the server has it".
    `default` is what a nest has that says nothing, in the Main Nest `default_in_main` where that is
    another. `right` is the row of andre/core/permissions.py that changes it, and `fixed_in_main`
    the sentence with which the Main Nest keeps what it has, whoever asks. `needs` names what the
    server must have (andre/core/conf.py): without it a switch is off, whoever turns it on is told
    `unavailable`, and no dialog offers the setting. `feature` is what a creator's plan must have
    where the console is on (andre/plans/plans.py).
    """

    name: str
    type: Any
    group: Group
    label: str
    help: str = ""
    default: object = None
    default_in_main: object = None
    right: str = "change_nest_settings"
    fixed_in_main: str = ""
    needs: tuple[str, ...] = ()
    unavailable: str = "This server does not offer this."
    feature: Feature | None = None
    choices: Mapping[str, str] = field(default_factory=dict)  # value -> what the page calls it
    when_empty: str = ""  # What an empty field of the dialog says.
    picks: Literal["", "playlist"] = ""  # What the number of one that the dialog lists stands for.
    in_snapshot: bool = True
    in_dialog: bool = True

    @property
    def plain_type(self) -> Any:  # noqa: ANN401 - A type form, which has no type of its own.
        return get_args(self.type)[0] if get_origin(self.type) is Annotated else self.type

    @property
    def kind(self) -> Kind:
        """How it is stored and shown."""
        plain = self.plain_type
        return "choice" if get_origin(plain) is Literal else KINDS[get_origin(plain) or plain]

    @property
    def values(self) -> tuple[str, ...]:
        """All that a choice may be."""
        return get_args(self.plain_type) if self.kind == "choice" else ()

    def default_for(self, *, is_main: bool) -> object:
        """A value, or the setting of the server that it follows."""
        has_another = is_main and self.default_in_main is not None
        return self.default_in_main if has_another else self.default


NO_THEMES = "On this server nests have no themes of their own."
OPEN_MAIN = "The Main Nest is open to everybody."
ROWS = (
    NestSetting(
        name="emoji",
        type=Annotated[str, Field(max_length=64)],
        group="The nest",
        label="Emoji",
        help="One, before the nest's name where it is shared.",
        in_snapshot=False,
        in_dialog=False,
    ),
    NestSetting(
        name="is_private",
        type=bool,
        group="The nest",
        label="Private",
        help="In no list, and nobody comes in by its code alone.",
        default=False,
        fixed_in_main=OPEN_MAIN,
    ),
    NestSetting(
        name="entry_mode",
        type=EntryMode,
        group="The nest",
        label="Who comes to a private nest",
        fixed_in_main=OPEN_MAIN,
        choices={
            "approval": "Waits to be let in",
            "password": "Needs a password",
            "invitation": "Needs an invitation",
        },
    ),
    NestSetting(
        name="locked",
        type=bool,
        group="The nest",
        label="Locked",
        help="Nobody new comes in but who is let in by name. Who is in stays.",
        default=False,
        right="lock_nest",
        fixed_in_main=OPEN_MAIN,
    ),
    NestSetting(
        name="chat",
        type=bool,
        group="The nest",
        label="Chat",
        help="People in the nest write to each other, beside the queue.",
        default=True,
    ),
    NestSetting(
        name="control_mode",
        type=ControlMode,
        group="The nest",
        label="Who plays, pauses and skips",
        help="With a DJ, too, everybody adds songs and votes. Who built the nest is its DJ, and "
        "may pass that on.",
        default="open",
        fixed_in_main="In the Main Nest everybody plays, pauses and skips.",
        choices={"open": "Everybody", "dj": "A DJ"},
    ),
    NestSetting(
        name="skip_mode",
        type=SkipMode,
        group="The nest",
        label="A song is skipped by",
        help="Without a DJ. A vote asks for half of those who listen; the server may ask for more "
        "or less.",
        default="anyone",
        choices={"anyone": "Anybody", "vote": "A vote"},
    ),
    NestSetting(
        name="close_when_dj_leaves",
        type=bool,
        group="The nest",
        label="The nest ends when its DJ stays away",
        help="Otherwise everybody plays, pauses and skips from then on.",
        default=False,
        fixed_in_main="The Main Nest stays.",
    ),
    NestSetting(
        name="bender",
        type=bool,
        group="Bender",
        label="Bender keeps the music going",
        help="Bender adds songs when nobody does",
        default=House("nest_bender_default"),
        default_in_main=True,
        needs=("has_bender",),
        unavailable="On this server Bender is switched off.",
        feature="bender",
    ),
    NestSetting(
        name="bender_profile",
        type=BenderProfile,
        group="Bender",
        label="He chooses by",
        help="Sound is the tempo, key, loudness and timbre of the song before.",
        default=House("bender_profile"),
        needs=("has_bender", "smart_bender"),
        feature="bender",
        choices={
            "classic": "Genre and artist",
            "smart_first": "Sound first",
            "smart_only": "Sound only",
        },
    ),
    NestSetting(
        name="bender_weights",
        type=BenderWeights,
        group="Bender",
        label="Weights of his strategies",
        help="As in BENDER_STRATEGY_WEIGHTS: genre=40, album=0. 0 is never, and one that is left "
        "out has the server's weight.",
        feature="bender",
        in_snapshot=False,
        in_dialog=False,
    ),
    NestSetting(
        name="bender_max_minutes",
        type=Minutes,
        group="Bender",
        label="Minutes he plays on alone",
        help="After the last song that somebody has added.",
        default=House("max_bender_minutes"),
        feature="bender",
        in_snapshot=False,
        in_dialog=False,
    ),
    NestSetting(
        name="bender_playlist",
        type=PlaylistId,
        group="Bender",
        label="He begins from a playlist",
        help="Each time from another of its songs, whatever was queued last. One that is shared, "
        "or one of who built the nest.",
        needs=("has_bender",),
        feature="bender",
        when_empty="None: from what was queued last",
        picks="playlist",
    ),
    NestSetting(
        name="catalogue",
        type=Catalogue,
        group="Music",
        label="It plays from",
        help="It changes only while nothing is queued.",
        default="library",
        default_in_main=House("main_nest_catalogue"),
        fixed_in_main="What the Main Nest plays from is a setting of the server.",
    ),
    NestSetting(
        name="sounds",
        type=Sounds,
        group="Music",
        label="It sounds",
        help="In the room, a wall or the host's device is the loudspeaker, and every other page "
        "begins as a remote control.",
        default=House("nest_sounds", "room at home, else everyone"),
        choices={"everyone": "On everybody's device", "room": "In the room"},
    ),
    NestSetting(
        name="explicit",
        type=bool,
        group="Songs",
        label="Explicit songs may be played",
        help="Where the source of a song says that it is one",
        default=True,
    ),
    NestSetting(
        name="approval",
        type=bool,
        group="Songs",
        label="Songs wait for approval",
        help="Whoever built the nest, or its DJ, approves them. What they and Bender add does not "
        "wait",
        default=False,
    ),
    NestSetting(
        name="max_song_minutes",
        type=Annotated[int, Field(ge=1, le=180)],
        group="Songs",
        label="Longest song, in minutes",
        when_empty="Any",
    ),
    NestSetting(
        name="max_songs_per_person",
        type=Annotated[int, Field(ge=1, le=100)],
        group="Songs",
        label="Songs of one person that wait at once",
        help="Guests have the smaller of this number and their own.",
        when_empty="Any",
    ),
    NestSetting(
        name="no_repeat_minutes",
        type=Minutes,
        group="Songs",
        label="Minutes until a song may come again",
        help="In a small library never more than half of what it lasts.",
        default=House("no_repeat_minutes"),
    ),
    NestSetting(
        name="artist_gap_minutes",
        type=Minutes,
        group="Songs",
        label="Minutes until an artist may come again",
        help="For people and Bender. Left empty, only Bender lets artists rest, for as long as "
        "ARTIST_GAP_MINUTES says.",
        when_empty="None",
    ),
    NestSetting(
        name="blocked",
        type=Annotated[list[Blocked], Field(max_length=50)],
        group="Songs",
        label="Words, artists and songs that are not played",
        help="One on each line, as it is found in a title or an artist's name. An address such as "
        "library:track:7 is that one song.",
        when_empty="Nothing is left out",
    ),
    NestSetting(
        name="votes",
        type=bool,
        group="Reactions",
        label="Votes move songs",
        default=True,
    ),
    NestSetting(
        name="downvotes",
        type=bool,
        group="Reactions",
        label="Songs can be voted down",
        default=True,
    ),
    NestSetting(
        name="airhorns",
        type=bool,
        group="Reactions",
        label="Airhorns",
        default=True,
    ),
    NestSetting(
        name="guests",
        type=bool,
        group="Guests",
        label="Guests come in by an invitation",
        help="Without an account, by a link or a code to scan. Switched off, every visit ends.",
        default=House("is_home", "on at home, else off"),
        needs=("andre_guests",),
        unavailable="On this server guests are switched off.",
    ),
    NestSetting(
        name="guest_songs",
        type=Annotated[int, Field(ge=1, le=100)],
        group="Guests",
        label="Songs of a guest that wait at once",
        default=5,  # An evening has room for the others, too.
        needs=("andre_guests",),
    ),
    NestSetting(
        name="guest_skips",
        type=bool,
        group="Guests",
        label="Guests may skip",
        default=False,
        needs=("andre_guests",),
        unavailable="On this server guests are switched off.",
    ),
    NestSetting(
        name="guest_airhorns",
        type=bool,
        group="Guests",
        label="Guests may blow airhorns",
        default=True,
        needs=("andre_guests",),
        unavailable="On this server guests are switched off.",
    ),
    NestSetting(
        name="guest_chat",
        type=bool,
        group="Guests",
        label="Guests may chat",
        default=True,
        needs=("andre_guests",),
        unavailable="On this server guests are switched off.",
    ),
    NestSetting(
        name="theme_accent",
        type=Colour,
        group="Theme",
        label="Colour of what is pressed",
        help="As #1db954. It has to stand out from the background.",
        needs=("nest_admin_enabled",),
        unavailable=NO_THEMES,
        feature="theme",
        in_dialog=False,
    ),
    NestSetting(
        name="theme_background",
        type=Colour,
        group="Theme",
        label="Colour of the background",
        needs=("nest_admin_enabled",),
        unavailable=NO_THEMES,
        feature="theme",
        in_dialog=False,
    ),
    NestSetting(
        name="theme_font",
        type=ThemeFont,
        group="Theme",
        label="Font",
        needs=("nest_admin_enabled",),
        unavailable=NO_THEMES,
        feature="theme",
        in_dialog=False,
    ),
)
NEST_SETTINGS: dict[str, NestSetting] = {row.name: row for row in ROWS}


def with_wishes(model: type[Model]) -> type[Model]:
    """The same model with a field for every setting; left out, it is not wished at all."""
    rows = NEST_SETTINGS.values()
    return extend_model(model, {row.name: (row.type | None, None) for row in rows})


def with_shown_settings(model: type[Model]) -> type[Model]:
    """The same model with a field for every setting that everybody in a nest sees."""
    shown = (row for row in NEST_SETTINGS.values() if row.in_snapshot)
    return extend_model(model, {row.name: (type_shown(row), describe_field(row)) for row in shown})


def extend_model(model: type[Model], fields: dict[str, Any]) -> type[Model]:
    made: type[Model] = create_model(
        model.__name__,
        __base__=model,
        __module__=model.__module__,
        __doc__=model.__doc__,
        **fields,
    )
    return made


def type_shown(row: NestSetting) -> Any:  # noqa: ANN401 - A type form, as above.
    return row.type | None if row.default is None else row.type


def describe_field(row: NestSetting) -> Any:  # noqa: ANN401 - What pydantic calls Any itself.
    return Field(description=row.label)
