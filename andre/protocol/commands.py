"""What a listener may ask for. Imperative names, closed models, one handler each."""

import hashlib
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from andre.protocol.shapes import (
    AirhornName,
    BenderProfile,
    Catalogue,
    PlaybackFailure,
    RepeatMode,
    Shape,
)

URIS_AT_ONCE = 200  # A long album or an evening's playlist; one script stays well below 50 ms.

CommandId = Annotated[str, Field(min_length=1, max_length=64)]
SongId = Annotated[int, Field(ge=1)]
Uri = Annotated[str, Field(min_length=1, max_length=300)]
MeasuredMs = Annotated[int, Field(ge=5_000, le=10_800_000)]  # No song is longer than three hours.
PositionMs = Annotated[int, Field(ge=-(2**53), le=2**53)]
Strategy = Annotated[str, Field(min_length=1, max_length=40)]
Weight = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]


class Command(Shape):
    """With an `id` it is answered once; the same id again is the same answer, not a second act.

    The same id for another command, or for the same one with other fields, is `id_reused`.
    """

    id: CommandId | None = None

    @property
    def fingerprint(self) -> str:
        """Its type, and a digest of all it asks for: equal only for the same command."""
        asked = self.model_dump_json(exclude={"type", "id"}, exclude_unset=True)
        digest = hashlib.sha256(asked.encode()).hexdigest()[:16]
        return f"{type(self).model_fields['type'].default} {digest}"


class AddSongs(Command):
    """`lengths`, in ms, of tracks whose length only a player finds out: the page has measured it.

    A song ends when its length says so, and its adder is charged for no more and no less.
    `again` takes what has just played, too: for who built the nest, in the Main Nest for operators.
    """

    type: Literal["add_songs"] = "add_songs"
    uris: Annotated[list[Uri], Field(min_length=1, max_length=URIS_AT_ONCE)]
    lengths: Annotated[dict[Uri, MeasuredMs], Field(max_length=URIS_AT_ONCE)] = {}
    again: bool = False


class RemoveSong(Command):
    type: Literal["remove_song"] = "remove_song"
    song_id: SongId


class ClearQueue(Command):
    type: Literal["clear_queue"] = "clear_queue"


class Undo(Command):
    type: Literal["undo"] = "undo"
    undo_token: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class CastVote(Command):
    type: Literal["cast_vote"] = "cast_vote"
    song_id: SongId
    direction: Literal[-1, 0, 1]


class ToggleJam(Command):
    type: Literal["toggle_jam"] = "toggle_jam"
    song_id: SongId


class AddComment(Command):
    type: Literal["add_comment"] = "add_comment"
    song_id: SongId
    text: Annotated[str, Field(max_length=4000)]


class BlowAirhorn(Command):
    type: Literal["blow_airhorn"] = "blow_airhorn"
    name: AirhornName


class Play(Command):
    type: Literal["play"] = "play"
    position_ms: PositionMs | None = None


class Pause(Command):
    type: Literal["pause"] = "pause"
    position_ms: PositionMs | None = None


class Toggle(Command):
    type: Literal["toggle"] = "toggle"


class Seek(Command):
    type: Literal["seek"] = "seek"
    position_ms: PositionMs


class Skip(Command):
    """`song_id` is the song that is meant: where another one plays, nothing changes."""

    type: Literal["skip"] = "skip"
    song_id: SongId | None = None


class Previous(Command):
    """`song_id` is the song that is meant: where another one plays, nothing changes."""

    type: Literal["previous"] = "previous"
    song_id: SongId | None = None


class SetOptions(Command):
    type: Literal["set_options"] = "set_options"
    shuffle: bool | None = None
    repeat_mode: RepeatMode | None = None


class SetVolume(Command):
    type: Literal["set_volume"] = "set_volume"
    volume: Annotated[int, Field(ge=0, le=100)]


class QueuePreview(Command):
    """Take Bender's preview as a song of one's own, if it is still this track."""

    type: Literal["queue_preview"] = "queue_preview"
    track: Uri


class FilterPreview(Command):
    """Turn a track of Bender's away for a week; he thinks of another."""

    type: Literal["filter_preview"] = "filter_preview"
    track: Uri


class NestSettings(Shape):
    """What a nest is set to from its first moment on, or later; null means as the house has it.

    `bender_weights` says how often each of Bender's strategies is drawn, 0 for never; one that is
    left out has the house's weight.
    """

    emoji: Annotated[str, Field(max_length=64)] | None = None
    catalogue: Catalogue | None = None
    bender: bool | None = None
    bender_profile: BenderProfile | None = None
    bender_weights: Annotated[dict[Strategy, Weight], Field(max_length=50)] | None = None


class ChangeNestSettings(Command, NestSettings):
    """All that is named is changed, or nothing is; null means as the house has it.

    `bender_weights` says how often each of Bender's strategies is drawn, 0 for never; one that is
    left out has the house's weight.
    """

    type: Literal["change_nest_settings"] = "change_nest_settings"
    name: Annotated[str, Field(max_length=400)] = ""

    @property
    def wishes(self) -> dict[str, Any]:
        """What is named; null is a wish, too."""
        return self.model_dump(exclude_unset=True, exclude={"type", "id"})


class ProbeClock(Command):
    """Answered with the sender's `t0` and the nest's time; nothing is changed by it."""

    type: Literal["probe_clock"] = "probe_clock"
    t0: Annotated[float, Field(allow_inf_nan=False)]


class Beat(Command):
    """The page's answer to a heartbeat, with the last revision it has applied."""

    type: Literal["beat"] = "beat"
    rev: Annotated[int, Field(ge=0)]


class ReportSync(Command):
    """How far this device's sound is from the nest's clock."""

    type: Literal["report_sync"] = "report_sync"
    error_ms: Annotated[float, Field(ge=-60_000, le=60_000, allow_inf_nan=False)]


class ReportPlaybackFailure(Command):
    """This device cannot play a song. The nest looks at the recording and decides for everyone.

    `position_ms` is where in the song the device was when it failed.
    """

    type: Literal["report_playback_failure"] = "report_playback_failure"
    song_id: SongId
    reason: PlaybackFailure
    position_ms: Annotated[int, Field(ge=0, le=2**53)] = 0


AnyCommand = Annotated[
    AddSongs
    | RemoveSong
    | ClearQueue
    | Undo
    | CastVote
    | ToggleJam
    | AddComment
    | BlowAirhorn
    | Play
    | Pause
    | Toggle
    | Seek
    | Skip
    | Previous
    | SetOptions
    | SetVolume
    | QueuePreview
    | FilterPreview
    | ChangeNestSettings
    | ProbeClock
    | Beat
    | ReportSync
    | ReportPlaybackFailure,
    Field(discriminator="type"),
]
COMMAND: TypeAdapter[AnyCommand] = TypeAdapter(AnyCommand)
