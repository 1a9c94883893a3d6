"""What happened, completely: past tense, and nobody who hears it has to ask for more."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from andre.protocol.nest_settings import with_shown_settings
from andre.protocol.shapes import (
    Airhorn,
    Comment,
    Dj,
    Jam,
    ListeningDevice,
    Message,
    Moved,
    Outcome,
    Person,
    PersonId,
    Playback,
    Playlist,
    Preferences,
    Preview,
    RepeatMode,
    Shape,
    Snapshot,
    SongRow,
    Speaker,
    Throttle,
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
    user: PersonId
    moved: list[Moved]


class SongsProposed(Event):
    """They wait until whoever built the nest approves them."""

    type: Literal["songs_proposed"] = "songs_proposed"
    songs: list[SongRow]


class SongApproved(Event):
    """It waits for approval no more: `songs_added`, just before, has it in the queue."""

    type: Literal["song_approved"] = "song_approved"
    song_id: int
    user: PersonId


class SongRefused(Event):
    """It waits for approval no more, and gets no turn."""

    type: Literal["song_refused"] = "song_refused"
    song_id: int
    user: PersonId


class QueueCleared(Event):
    type: Literal["queue_cleared"] = "queue_cleared"
    user: PersonId


class QueueRestored(Event):
    type: Literal["queue_restored"] = "queue_restored"
    songs: list[SongRow]
    moved: list[Moved]
    user: PersonId


class SongsMoved(Event):
    """Airtime was given back, and somebody's songs moved up."""

    type: Literal["songs_moved"] = "songs_moved"
    moved: list[Moved]


class SongMoved(Event):
    """Somebody moved a song; `moved` are all whose order has changed, this one too where it has.

    `placed` says that the DJ did: then all of them keep their places.
    """

    type: Literal["song_moved"] = "song_moved"
    song_id: int
    order: float
    placed: bool
    moved: list[Moved]
    user: PersonId


class VoteCast(Event):
    type: Literal["vote_cast"] = "vote_cast"
    song_id: int
    user: PersonId
    direction: Literal[-1, 0, 1]
    net: int
    order: float


class JamToggled(Event):
    """Somebody cheers for a song, or has taken the cheer back."""

    type: Literal["jam_toggled"] = "jam_toggled"
    song_id: int
    user: PersonId
    jammed: bool
    jam: Jam


class CommentAdded(Event):
    type: Literal["comment_added"] = "comment_added"
    song_id: int
    comment: Comment


class AirhornBlown(Event, Airhorn):
    """Everyone plays it at `at_ms`."""

    type: Literal["airhorn_blown"] = "airhorn_blown"


class ChatMessage(Event):
    """Somebody has written to everybody in the nest."""

    type: Literal["chat_message"] = "chat_message"
    message: Message


class PlaybackState(Event, Playback):
    """Somebody played, paused or sought; one shape for all."""

    type: Literal["playback_state"] = "playback_state"


class SongStarted(Event):
    type: Literal["song_started"] = "song_started"
    song: SongRow
    playback: Playback
    moved: list[Moved]


class SkipVoteCast(Event):
    """Somebody wants the song that plays skipped, and more have to."""

    type: Literal["skip_vote_cast"] = "skip_vote_cast"
    song_id: int
    user: PersonId


class SongFinished(Event):
    type: Literal["song_finished"] = "song_finished"
    song_id: int
    outcome: Outcome
    user: PersonId


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
    """What repeats, and whether the queue is shuffled; `moved` are all whose order that changed."""

    type: Literal["options_changed"] = "options_changed"
    shuffle: bool
    repeat_mode: RepeatMode
    moved: list[Moved]
    user: PersonId


class VolumeChanged(Event):
    type: Literal["volume_changed"] = "volume_changed"
    volume: int
    user: PersonId


class ListenersChanged(Event):
    type: Literal["listeners_changed"] = "listeners_changed"
    joined: list[Person]
    left: list[PersonId]
    count: int


class ListenerMuted(Event):
    """`user` sees to it that nobody hears `person` in the chat."""

    type: Literal["listener_muted"] = "listener_muted"
    person: Person
    user: PersonId


class ListenerUnmuted(Event):
    type: Literal["listener_unmuted"] = "listener_unmuted"
    person: Person
    user: PersonId


class ListenerKicked(Event):
    """`user` has sent `person` out, who may come back."""

    type: Literal["listener_kicked"] = "listener_kicked"
    person: Person
    user: PersonId


class ListenerBanned(Event):
    """`user` has sent `person` out, who stays out."""

    type: Literal["listener_banned"] = "listener_banned"
    person: Person
    user: PersonId


class ListenerUnbanned(Event):
    type: Literal["listener_unbanned"] = "listener_unbanned"
    person: Person
    user: PersonId


class NestRenamed(Event):
    type: Literal["nest_renamed"] = "nest_renamed"
    name: str
    slug: str | None
    share_url: str
    user: PersonId


@with_shown_settings
class NestSettingsChanged(Event):
    """What the nest is set to from now on. Without a `user` it was whoever runs the server."""

    type: Literal["nest_settings_changed"] = "nest_settings_changed"
    user: PersonId


class DjNamed(Event):
    """Another controls what plays from now on, where the nest has a DJ."""

    type: Literal["dj_named"] = "dj_named"
    dj: Dj
    user: PersonId


class DjAway(Event):
    """The DJ is gone: the music waits so long for them, in an event of its own where it played."""

    type: Literal["dj_away"] = "dj_away"
    grace_seconds: int
    until_ms: int


class DjBack(Event):
    """The DJ is here again; where their absence froze the music, it goes on by its own event."""

    type: Literal["dj_back"] = "dj_back"


class ThrottleChanged(Event):
    """An operator has slowed the nest, or lets it go at its own pace again: null."""

    type: Literal["throttle_changed"] = "throttle_changed"
    throttle: Throttle | None


class ListenerEvent(Shape):
    """A change that concerns one listener: it reaches only their own connections to the nest.

    `rev` is that of their own scope (`mine.rev` in a snapshot), one more than the event's before.
    """

    scope: Literal["listener"]
    rev: int
    ts: int


class PreferencesChanged(ListenerEvent):
    """How this listener likes the page, all of it."""

    type: Literal["preferences_changed"] = "preferences_changed"
    preferences: Preferences


class TrackLiked(ListenerEvent):
    """This track is among the listener's favourites from now on, or is no more."""

    type: Literal["track_liked"] = "track_liked"
    uri: str
    liked: bool


class PlaylistChanged(ListenerEvent):
    """A playlist of the listener's is new, or its name, its songs or their order are."""

    type: Literal["playlist_changed"] = "playlist_changed"
    playlist: Playlist


class PlaylistDeleted(ListenerEvent):
    """A playlist of the listener's is gone."""

    type: Literal["playlist_deleted"] = "playlist_deleted"
    playlist_id: int


class DevicesChanged(ListenerEvent):
    """This listener's devices, all of them: one is new, gone, connected or not, or renamed."""

    type: Literal["devices_changed"] = "devices_changed"
    devices: list[ListeningDevice]


class SpeakerChanged(ListenerEvent):
    """From now on this device of the listener sounds here, and no other; null: none does.

    Where they want several to sound together (`speakers_together`), it ends none.
    """

    type: Literal["speaker_changed"] = "speaker_changed"
    speaker: Speaker | None


AnyEvent = Annotated[
    SongsAdded
    | SongRemoved
    | SongsProposed
    | SongApproved
    | SongRefused
    | QueueCleared
    | QueueRestored
    | SongsMoved
    | SongMoved
    | VoteCast
    | JamToggled
    | CommentAdded
    | AirhornBlown
    | ChatMessage
    | PlaybackState
    | SongStarted
    | SkipVoteCast
    | SongFinished
    | SongFailed
    | SongLengthCorrected
    | NextLocked
    | NestFellSilent
    | PreviewChanged
    | OptionsChanged
    | VolumeChanged
    | ListenersChanged
    | ListenerMuted
    | ListenerUnmuted
    | ListenerKicked
    | ListenerBanned
    | ListenerUnbanned
    | NestRenamed
    | NestSettingsChanged
    | DjNamed
    | DjAway
    | DjBack
    | ThrottleChanged
    | PreferencesChanged
    | TrackLiked
    | PlaylistChanged
    | PlaylistDeleted
    | DevicesChanged
    | SpeakerChanged,
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
    artists_heard: dict[str, int] = Field(
        description="where artists have to rest, when each was heard last: name, folded -> ms"
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
    """The nest has come to its end by itself: nobody was in it, or its DJ did not come back."""

    type: Literal["nest_expired"] = "nest_expired"


class SyncCorrection(Shape):
    """To who asked with `sync_check` and is more than two seconds off: where the song is."""

    type: Literal["sync_correction"] = "sync_correction"
    position_ms: int
    version: int
    server_ms: int


class GuestsWaiting(Shape):
    """To those who look after the nest's guests: so many wait to be let in."""

    type: Literal["guests_waiting"] = "guests_waiting"
    count: int


class ListenersWaiting(Shape):
    """To those who look after the nest: so many have asked to come in, `person` just now."""

    type: Literal["listeners_waiting"] = "listeners_waiting"
    count: int
    person: Person | None


class NotLetIn(Shape):
    """Why a connection is closed with 4003: they wait to be let in, have been sent away, need the
    password or an invitation, or the nest is locked.
    """

    type: Literal["not_let_in"] = "not_let_in"
    why: Literal["pending", "refused", "password", "invitation", "locked"]


class SentOut(Shape):
    """To whom it is about, before their connection is closed: a moderator has sent them out.

    `reason` may be empty. Banned, they cannot come back.
    """

    type: Literal["sent_out"] = "sent_out"
    banned: bool
    reason: str


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
