"""What happened, completely: past tense, and nobody who hears it has to ask for more."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from andre.protocol.shapes import (
    Airhorn,
    BenderProfile,
    Comment,
    Jam,
    Moved,
    Outcome,
    Person,
    Playback,
    Preview,
    RepeatMode,
    Shape,
    Snapshot,
    SongRow,
    You,
)


class Event(Shape):
    """A change of the nest: `rev` is one more than the event's before it, `ts` ms of the nest."""

    rev: int
    ts: int


class SongsAdded(Event):
    type: Literal["songs_added"] = "songs_added"
    songs: list[SongRow]


class SongRemoved(Event):
    type: Literal["song_removed"] = "song_removed"
    song_id: int
    user: str
    moved: list[Moved]


class QueueCleared(Event):
    type: Literal["queue_cleared"] = "queue_cleared"
    user: str


class QueueRestored(Event):
    type: Literal["queue_restored"] = "queue_restored"
    songs: list[SongRow]
    moved: list[Moved]
    user: str


class SongsMoved(Event):
    """Airtime was given back, and somebody's songs moved up."""

    type: Literal["songs_moved"] = "songs_moved"
    moved: list[Moved]


class VoteCast(Event):
    type: Literal["vote_cast"] = "vote_cast"
    song_id: int
    user: str
    direction: Literal[-1, 0, 1]
    net: int
    order: float


class JamToggled(Event):
    """Somebody cheers for a song, or has taken the cheer back."""

    type: Literal["jam_toggled"] = "jam_toggled"
    song_id: int
    user: str
    jammed: bool
    jam: Jam


class CommentAdded(Event):
    type: Literal["comment_added"] = "comment_added"
    song_id: int
    comment: Comment


class AirhornBlown(Event, Airhorn):
    """Everyone plays it at `at_ms`."""

    type: Literal["airhorn_blown"] = "airhorn_blown"


class PlaybackState(Event, Playback):
    """Somebody played, paused or sought; one shape for all."""

    type: Literal["playback_state"] = "playback_state"


class SongStarted(Event):
    type: Literal["song_started"] = "song_started"
    song: SongRow
    playback: Playback
    moved: list[Moved]


class SongFinished(Event):
    type: Literal["song_finished"] = "song_finished"
    song_id: int
    outcome: Outcome
    user: str


class SongFailed(Event):
    type: Literal["song_failed"] = "song_failed"
    song_id: int
    reason: str
    moved: list[Moved]


class SongLengthCorrected(Event):
    """A recording holds more or less sound than its song was queued with.

    `playback` is what it has become if the song plays; null where it waits.
    """

    type: Literal["song_length_corrected"] = "song_length_corrected"
    song_id: int
    duration_ms: int
    playback: Playback | None
    moved: list[Moved]


class NextLocked(Event):
    """Nothing is placed before this song any more; null lifts the lock."""

    type: Literal["next_locked"] = "next_locked"
    song_id: int | None


class NestFellSilent(Event):
    type: Literal["nest_fell_silent"] = "nest_fell_silent"
    playback: Playback


class PreviewChanged(Event):
    """What Bender would play next; null while he has no say or no idea."""

    type: Literal["preview_changed"] = "preview_changed"
    preview: Preview | None


class OptionsChanged(Event):
    type: Literal["options_changed"] = "options_changed"
    shuffle: bool
    repeat_mode: RepeatMode
    user: str


class VolumeChanged(Event):
    type: Literal["volume_changed"] = "volume_changed"
    volume: int
    user: str


class ListenersChanged(Event):
    type: Literal["listeners_changed"] = "listeners_changed"
    joined: list[Person]
    left: list[str]
    count: int


class NestRenamed(Event):
    type: Literal["nest_renamed"] = "nest_renamed"
    name: str
    slug: str | None
    share_url: str
    user: str


class NestSettingsChanged(Event):
    """What the nest is set to from now on. Without a `user` it was whoever runs the house."""

    type: Literal["nest_settings_changed"] = "nest_settings_changed"
    catalogue: str
    bender: bool
    bender_profile: BenderProfile
    user: str


AnyEvent = Annotated[
    SongsAdded
    | SongRemoved
    | QueueCleared
    | QueueRestored
    | SongsMoved
    | VoteCast
    | JamToggled
    | CommentAdded
    | AirhornBlown
    | PlaybackState
    | SongStarted
    | SongFinished
    | SongFailed
    | SongLengthCorrected
    | NextLocked
    | NestFellSilent
    | PreviewChanged
    | OptionsChanged
    | VolumeChanged
    | ListenersChanged
    | NestRenamed
    | NestSettingsChanged,
    Field(discriminator="type"),
]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


# Notices: they speak to one connection, carry no revision of their own and are never replayed.


class Welcome(Shape):
    """The first message: the whole snapshot, or the events missed since `?since=`."""

    type: Literal["welcome"] = "welcome"
    you: You
    nest_id: str
    epoch: str
    rev: int
    server_ms: int
    playback: Playback
    no_repeat_ms: int = Field(description="how long after its end a track may not be added again")
    played_recently: dict[str, int] = Field(
        description="tracks that may not be added now, and when they may: address -> ms"
    )
    snapshot: Snapshot | None
    events: list[AnyEvent] | None


class Heartbeat(Shape):
    type: Literal["heartbeat"] = "heartbeat"
    rev: int
    epoch: str
    server_ms: int


class TimelineBeacon(Shape):
    """On streams only: where the song is, every four seconds while it plays.

    `rev` is that of the event before it.
    """

    type: Literal["timeline_beacon"] = "timeline_beacon"
    rev: int
    song_id: int
    position_ms: int
    duration_ms: int
    ends_at_ms: int
    server_ms: int


class NestDeleted(Shape):
    type: Literal["nest_deleted"] = "nest_deleted"


class NestExpired(Shape):
    """The nest has come to its end by itself: nobody was in it any more."""

    type: Literal["nest_expired"] = "nest_expired"


class Done(Shape):
    """The answer to a command; further fields belong to the command.

    Over HTTP a command without an `id` is answered, too, and then `id` is null.
    """

    model_config = Shape.model_config | {"extra": "allow"}
    type: Literal["done"] = "done"
    id: str | None
    rev: int | None = None


class Refused(Shape):
    model_config = Shape.model_config | {"extra": "allow"}
    type: Literal["refused"] = "refused"
    id: str
    error: str
    message: str
