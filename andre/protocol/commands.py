"""What a listener may ask for. Imperative names, closed models, one handler each."""

import hashlib
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter

from andre.core.text import clean_text
from andre.protocol.nest_settings import NEST_SETTINGS, with_wishes
from andre.protocol.shapes import (
    AirhornName,
    PersonId,
    PlaybackFailure,
    Preferences,
    RepeatMode,
    Shape,
)

URIS_AT_ONCE = 200  # A long album or an evening's playlist; one script stays well below 50 ms.
MOST_FALLBACK_URIS = 100

CommandId = Annotated[str, Field(min_length=1, max_length=64)]
SongId = Annotated[int, Field(ge=1)]
Uri = Annotated[str, Field(min_length=1, max_length=300)]
SomebodyId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
MeasuredMs = Annotated[int, Field(ge=5_000, le=10_800_000)]  # No song is longer than three hours.
PositionMs = Annotated[int, Field(ge=-(2**53), le=2**53)]


class Command(Shape):
    """With an `id` it is answered once; the same id again is the same answer, not a second act.

    The same id for another command, or for the same one with other fields, is `id_reused`.
    """

    id: CommandId | None = None

    @classmethod
    def kind(cls) -> str:
        """What it is called on the wire."""
        return str(cls.model_fields["type"].default)

    @property
    def rights(self) -> tuple[str, ...]:
        """The rows of andre/core/permissions.py that it needs, all of them."""
        return (self.kind(),)

    @property
    def fingerprint(self) -> str:
        """Its type, and a digest of all it asks for: equal only for the same command."""
        asked = self.model_dump_json(exclude={"type", "id"}, exclude_unset=True)
        digest = hashlib.sha256(asked.encode()).hexdigest()[:16]
        return f"{self.kind()} {digest}"


class AddSongs(Command):
    """`lengths`, in ms, of tracks whose length only a player finds out: the page has measured it.

    A song ends when its length says so, and its adder is charged for no more and no less.
    `again` takes what has just played, too: for who built the nest, in the Main Nest for operators.
    """

    type: Literal["add_songs"] = "add_songs"
    uris: Annotated[list[Uri], Field(min_length=1, max_length=URIS_AT_ONCE)]
    lengths: Annotated[dict[Uri, MeasuredMs], Field(max_length=URIS_AT_ONCE)] = {}
    again: bool = False

    @property
    def rights(self) -> tuple[str, ...]:
        return ("add_songs", "add_songs_again") if self.again else ("add_songs",)


class RemoveSong(Command):
    type: Literal["remove_song"] = "remove_song"
    song_id: SongId


class MoveSong(Command):
    """Put a song that waits before another one; without `before`, behind all.

    In a nest with a DJ they put any song anywhere, and it keeps that place. Everybody else puts
    their own songs in another order among themselves: nobody else's turn changes.
    """

    type: Literal["move_song"] = "move_song"
    song_id: SongId
    before: SongId | None = None


class ClearQueue(Command):
    type: Literal["clear_queue"] = "clear_queue"


class Undo(Command):
    type: Literal["undo"] = "undo"
    undo_token: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class ApproveSong(Command):
    """A song that waits for approval gets its turn."""

    type: Literal["approve_song"] = "approve_song"
    song_id: SongId


class RefuseSong(Command):
    """A song that waits for approval gets none."""

    type: Literal["refuse_song"] = "refuse_song"
    song_id: SongId


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


class SendChatMessage(Command):
    """Say something to everybody in the nest, about a song that waits or plays where one is named.

    `mentions` are ids of people whose attention it asks for.
    """

    type: Literal["send_chat_message"] = "send_chat_message"
    text: Annotated[str, Field(max_length=4000)]
    song_id: SongId | None = None
    mentions: Annotated[list[SomebodyId], Field(max_length=10)] = []


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
    """What is left out stays as it is. Only the DJ of a nest shuffles: elsewhere the order is fair.

    While something repeats Bender adds nothing. A shuffled queue is drawn once; what is added
    comes at a place still ahead, and afterwards everything stands where turns and votes put it.
    """

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


class SetFallbackSongs(Command):
    """Tracks, albums and artists whose songs play when Bender finds none.

    They come after those there are, or in place of them; no address and `replace`: there are none.
    """

    type: Literal["set_fallback_songs"] = "set_fallback_songs"
    uris: Annotated[list[Uri], Field(max_length=MOST_FALLBACK_URIS)]
    replace: bool = False


@with_wishes
class NestSettings(Shape):
    """What a nest is set to from its first moment on, or later; null means as the server has it.

    `bender_weights` says how often each of Bender's strategies is drawn, 0 for never; one that is
    left out has the server's weight.
    """


class ChangeNestSettings(Command, NestSettings):
    """All that is named is changed, or nothing is; null means as the server has it.

    `vanity_code` is an address of the nest beside its code; null gives it back.

    `bender_weights` says how often each of Bender's strategies is drawn, 0 for never; one that is
    left out has the server's weight.
    """

    type: Literal["change_nest_settings"] = "change_nest_settings"
    name: Annotated[str, Field(max_length=400)] = ""
    vanity_code: Annotated[str, Field(max_length=100)] | None = None

    @property
    def rights(self) -> tuple[str, ...]:
        named = (NEST_SETTINGS[name].right for name in self.wishes if name in NEST_SETTINGS)
        return tuple(dict.fromkeys((self.kind(), *named)))

    @property
    def wishes(self) -> dict[str, Any]:
        """What is named; null is a wish, too."""
        return self.model_dump(exclude_unset=True, exclude={"type", "id"})


class NameDj(Command):
    """Another controls what plays, in a nest with a DJ: by whoever built it, or by the DJ."""

    type: Literal["name_dj"] = "name_dj"
    person: PersonId


class NestAct(Command):
    """What is done to a whole nest, over HTTP and by whoever runs the server: not on a socket,
    which is in a nest already. Its id is good for ten minutes in whichever nest.
    """


class CreateNest(NestAct, NestSettings):
    """Build a nest; without a name it gets one by chance."""

    type: Literal["create_nest"] = "create_nest"
    name: str | None = None
    seed_track: str | None = None


class OneNestAct(NestAct):
    """`nest` is its code, slug or vanity code, as in an address."""

    nest: str


class JoinNest(OneNestAct):
    """Become a member before any socket is open.

    A private nest asks for its `password`, or lets people wait; `invite` is the token of an
    invitation, and stands for both.
    """

    password: Annotated[str, Field(max_length=64)] = ""
    invite: Annotated[str, Field(max_length=64)] = ""
    type: Literal["join_nest"] = "join_nest"


class LeaveNest(OneNestAct):
    """Be a member no longer; whatever is still connected is closed."""

    type: Literal["leave_nest"] = "leave_nest"


class DeleteNest(OneNestAct):
    """`reason` is an operator's, and stands on the nest's tombstone."""

    type: Literal["delete_nest"] = "delete_nest"
    reason: str = ""


class ChangePreferences(Command, Preferences):
    """What is named is changed, in every browser of this person at once; null is the default."""

    type: Literal["change_preferences"] = "change_preferences"

    @property
    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True, exclude={"type", "id"})


DeviceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class ChooseSpeaker(Command):
    """Which device of mine sounds in this nest, and which tab of it; null is none of them.

    `if_free` leaves another one alone that sounds, unless it has been gone for a minute;
    `is_chosen` of the answer says whether this one is it.

    With a `provider` it is a device of my account there, which plays that service's songs from now
    on; null is no device of the account. What sounds of all other songs stays as it is.
    """

    type: Literal["choose_speaker"] = "choose_speaker"
    device: DeviceId | None
    tab: DeviceId | None = None
    if_free: bool = False
    provider: Annotated[str, Field(max_length=40)] | None = None


class Moderation(Command):
    """`person` is the id of somebody who is or was in the nest; over HTTP also their address."""

    person: Annotated[str, Field(min_length=1, max_length=254)]


class ModerationWithReason(Moderation):
    """The reason is told to them and to other moderators, and to nobody else."""

    reason: Annotated[str, Field(max_length=200), AfterValidator(clean_text)] = ""


class MuteListener(ModerationWithReason):
    """Somebody stays, and is not heard in the chat any more."""

    type: Literal["mute_listener"] = "mute_listener"


class UnmuteListener(Moderation):
    """Somebody is heard in the chat again."""

    type: Literal["unmute_listener"] = "unmute_listener"


class KickListener(ModerationWithReason):
    """Close all that somebody has open in this nest; they may come back."""

    type: Literal["kick_listener"] = "kick_listener"


class BanListener(ModerationWithReason):
    """The same, and they stay out as long as the nest lives or until they are unbanned."""

    type: Literal["ban_listener"] = "ban_listener"


class UnbanListener(Moderation):
    """Somebody may come in again."""

    type: Literal["unban_listener"] = "unban_listener"


class ApproveListener(Moderation):
    """Let somebody in who has asked to come in."""

    type: Literal["approve_listener"] = "approve_listener"


class RefuseListener(Moderation):
    """Send somebody away who has asked to come in."""

    type: Literal["refuse_listener"] = "refuse_listener"


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


class SyncCheck(Command):
    """Where a client without the page's clock is in the song. It hears `sync_correction` where that
    is more than two seconds off, and nothing where it is not; nothing is changed by it.
    """

    type: Literal["sync_check"] = "sync_check"
    client_position_ms: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ReportProgress(Command):
    """How far this listener came in the song that plays. It moves nobody's music.

    In a nest with a DJ it is heard from the DJ alone; from anybody else it is ignored.
    """

    type: Literal["report_progress"] = "report_progress"
    event: Literal["timeupdate", "seeked", "pause", "ended"]
    song_id: SongId
    position_ms: PositionMs
    duration_ms: PositionMs


class ReportEnded(Command):
    """A device of mine has come to the end of the song that plays, in its last three seconds.

    Heard from the device that sounds, of which `tab` is the one that asks; without a device, where
    none of mine is chosen to sound. The next song starts, once, however many devices say so;
    `changed` says whether it did. Any song but the one that plays, and one that has longer to go,
    is left alone.
    """

    type: Literal["report_ended"] = "report_ended"
    song_id: SongId
    device: DeviceId | None = None
    tab: DeviceId | None = None


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
    | MoveSong
    | ClearQueue
    | Undo
    | ApproveSong
    | RefuseSong
    | CastVote
    | ToggleJam
    | AddComment
    | BlowAirhorn
    | SendChatMessage
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
    | SetFallbackSongs
    | ChangeNestSettings
    | NameDj
    | ChangePreferences
    | ChooseSpeaker
    | MuteListener
    | UnmuteListener
    | KickListener
    | BanListener
    | UnbanListener
    | ApproveListener
    | RefuseListener
    | ProbeClock
    | Beat
    | ReportSync
    | SyncCheck
    | ReportProgress
    | ReportEnded
    | ReportPlaybackFailure,
    Field(discriminator="type"),
]
NEST_ACTS: tuple[type[NestAct], ...] = (CreateNest, JoinNest, LeaveNest, DeleteNest)
COMMAND: TypeAdapter[AnyCommand] = TypeAdapter(AnyCommand)
