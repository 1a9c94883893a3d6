"""Redis names of one nest."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from andre.core.conf import conf
from andre.core.errors import NoSuchNest
from andre.core.keys.people import address
from andre.core.keys.server import GLOBAL

MAIN = "main"
NEST_ID = re.compile(r"main|[A-HJKMNP-Z2-9]{4,12}")
EVERY_NEST_KEY = "NEST:*"
NEST_KEY = re.compile(r"NEST:(?:\{([^{}|]+)\}|([^{}|]+))\|")


@dataclass(frozen=True)
class NestKeys:
    """The names of one nest.

    A property is one key. A name ending in `_prefix` begins a family whose last part (a song id,
    an address) a script learns only inside; the method without it asks for one member.
    Raises NoSuchNest for an id that no nest can have.
    """

    nest: str

    def __post_init__(self) -> None:
        if not NEST_ID.fullmatch(self.nest):
            raise NoSuchNest

    @cached_property
    def prefix(self) -> str:
        return f"NEST:{{{self.nest}}}|" if conf().nest_key_hash_tag else f"NEST:{self.nest}|"

    def _misc(self, name: str) -> str:
        return f"{self.prefix}MISC|{name}"

    @property
    def clock(self) -> str:
        """hash: the server's own clock; with hash tags one of the nest's, for in a cluster a script
        may touch one slot only."""
        return self._misc("clock") if conf().nest_key_hash_tag else GLOBAL.clock

    # Life

    @property
    def nest_state(self) -> str:
        """hash: generation, empty_since_ms, listened_in, ids_version, dj, dj_id, dj_name,
        dj_left_ms and what the nest is set to; without it nothing can be written."""
        return self._misc("life")

    @property
    def dj_grace(self) -> str:
        """string, TTL: ms at which the time ends that a DJ who is away has to come back; compared
        with the clock."""
        return self._misc("dj-grace")

    @property
    def dj_away_since(self) -> str:
        """string: ms at which grace began; there is none while the DJ is here."""
        return self._misc("dj-away-since")

    @property
    def deleting(self) -> str:
        """string, TTL 30 s: deletion in progress, every script refuses."""
        return self._misc("DELETING")

    @property
    def epoch(self) -> str:
        """string: changes when the nest's state was lost or rebuilt."""
        return self._misc("epoch")

    @property
    def rev(self) -> str:
        """int: revision, +1 for each event."""
        return self._misc("rev")

    @property
    def events(self) -> str:
        """stream, capped at about 1,000: field `event`, ids `{rev}-0`."""
        return f"{self.prefix}EVENTS"

    @property
    def channel(self) -> str:
        """pub/sub channel: a notification that says: read the stream."""
        return self._misc("update-pubsub")

    @property
    def last_activity(self) -> str:
        """string: ms of the last thing a person did."""
        return self._misc("last-activity")

    @property
    def rename_cooldown(self) -> str:
        """string, TTL: the nest has a new name, and keeps it for a while."""
        return self._misc("renamed")

    @property
    def throttle(self) -> str:
        """string, TTL: until_ms, a_minute, a_minute_each and reason as JSON, while an operator has
        slowed the nest; until when is compared with the clock."""
        return self._misc("throttle")

    def command_replies(self, user: str, command_id: str) -> str:
        """string, TTL 600 s: the reply a command was given."""
        digest = hashlib.sha256(f"{user}\n{command_id}".encode()).hexdigest()[:32]
        return f"{self.prefix}DONE|{digest}"

    # Members

    @property
    def listeners(self) -> str:
        """set: addresses of connected people."""
        return f"{self.prefix}MEMBERS"

    @property
    def members(self) -> str:
        """set: addresses of those who have been let in and have not left."""
        return f"{self.prefix}DOOR|approved"

    @property
    def door_pending(self) -> str:
        """hash: address -> {"person", "at_ms", "state"} of who has asked to come in: "pending", or
        "refused" for a while."""
        return f"{self.prefix}DOOR|pending"

    @property
    def door_password(self) -> str:
        """string: hash of the password that lets people in."""
        return f"{self.prefix}DOOR|password"

    @property
    def bans(self) -> str:
        """hash: person id -> {"reason", "by", "at_ms"} of who stays out."""
        return f"{self.prefix}BANNED"

    @property
    def kicks(self) -> str:
        """hash, TTL an hour after the last: person id -> {"reason", "by", "at_ms"} of who was
        asked to leave.
        """
        return f"{self.prefix}KICKED"

    @property
    def moderation_log(self) -> str:
        """list, capped at 50: what moderators did, newest first, as JSON."""
        return f"{self.prefix}MODERATION"

    def member(self, email: str) -> str:
        """string, TTL 90 s: liveness of one listener."""
        return f"{self.member_prefix}{address(email)}"

    @property
    def people(self) -> str:
        """hash: address -> {"id", "name", "picture", "is_guest"}, as the wire shows everyone who
        was here."""
        return f"{self.prefix}PEOPLE"

    @property
    def presence_pending(self) -> str:
        """hash: address -> "joined" or "left", gathered until one event tells of all."""
        return self._misc("presence-pending")

    @property
    def member_prefix(self) -> str:
        """string, TTL 90 s: liveness of one listener."""
        return f"{self.prefix}MEMBER:"

    @property
    def connections_prefix(self) -> str:
        """zset: connection id -> ms of its last beat."""
        return f"{self.prefix}CONNECTIONS:"

    @property
    def sync(self) -> str:
        """hash: address -> "error in ms:ms when reported"."""
        return f"{self.prefix}SYNC"

    @property
    def failures(self) -> str:
        """hash: song and since, the song that devices cannot play and the ms of the first report;
        address -> "reason:position in ms" of each."""
        return f"{self.prefix}FAILURES"

    def listener_rev(self, email: str) -> str:
        """int: revision of what concerns one listener only."""
        return f"{self.prefix}LISTENER|{email}|rev"

    def listener_events(self, email: str) -> str:
        """stream, capped at about 100: field `event`, ids `{rev}-0`, for this listener only."""
        return f"{self.prefix}LISTENER|{email}|EVENTS"

    def listener_preferences(self, email: str) -> str:
        """string: how one listener likes the page, as JSON."""
        return f"{self.prefix}LISTENER|{email}|preferences"

    def listener_devices(self, email: str) -> str:
        """string: what one listener listens with, as JSON."""
        return f"{self.prefix}LISTENER|{email}|devices"

    def speaker(self, email: str) -> str:
        """hash: device, tab and epoch of the one device of a listener that sounds here; seen_ms,
        holder, the device and tab that the epoch is of."""
        return f"{self.speaker_prefix}{email}"

    @property
    def speaker_prefix(self) -> str:
        """hash: which device of a listener sounds here."""
        return f"{self.prefix}SPEAKER|"

    @property
    def followers(self) -> str:
        """hash: address -> JSON: on which account and device of theirs this person listens."""
        return f"{self.prefix}FOLLOWERS"

    @property
    def follow_status(self) -> str:
        """hash: address -> JSON: how that goes."""
        return f"{self.prefix}FOLLOWED"

    @property
    def follow_prefix(self) -> str:
        """hash, TTL 30 s: wishes, until; one task at a time updates a person's player."""
        return f"{self.prefix}FOLLOW|"

    # Chat

    @property
    def chat(self) -> str:
        """list, capped at 500: messages as JSON, oldest first."""
        return f"{self.prefix}CHAT"

    def chat_rate(self, email: str) -> str:
        """string, TTL 3 s: how many messages one person has sent since it was made."""
        return f"{self.prefix}CHATRATE|{address(email)}"

    def chat_duplicates(self, email: str) -> str:
        """zset, TTL 3 s: SHA-1 of what one person has just written -> ms."""
        return f"{self.prefix}CHATDUP|{address(email)}"

    @property
    def mutes(self) -> str:
        """hash: person id -> {"reason", "by", "at_ms"} of whom the chat does not hear."""
        return f"{self.prefix}MUTED"

    # Playing

    @property
    def skip_votes(self) -> str:
        """set: addresses of those who want the song that plays skipped."""
        return f"{self.prefix}SKIPVOTES"

    @property
    def playback(self) -> str:
        """hash: song_id, position_ms, play_state, changed_at_ms, ends_at_ms, version, shuffle,
        repeat_mode, changed_by, duration_ms, started_ms, heard_ms, locked, held_by, due_ms,
        last_song, shuffle_seed, shuffle_at; autoplay_requested, while Bender has been asked and
        has not come yet."""
        return self._misc("playback")

    @property
    def now_playing(self) -> str:
        """string: song id, for outside readers."""
        return self._misc("now-playing")

    @property
    def now_playing_done(self) -> str:
        """string, TTL: lives until the song's end, for outside readers."""
        return self._misc("now-playing-done")

    @property
    def pause_flag(self) -> str:
        """string: "1" while paused, for outside readers."""
        return self._misc("paused")

    @property
    def volume(self) -> str:
        """string: the nest's volume, 0 to 100."""
        return self._misc("volume")

    @property
    def queue(self) -> str:
        """zset: song id padded to ten digits -> order in seconds, lowest plays next."""
        return self._misc("priority-queue")

    @property
    def song_count(self) -> str:
        """int: the last song id given out."""
        return self._misc("playlist-plays")

    @property
    def last_queued(self) -> str:
        """string: URI of the last track a person queued."""
        return self._misc("last-queued")

    @property
    def fair(self) -> str:
        """hash: address -> finish tag in seconds; `V` -> virtual time."""
        return f"{self.prefix}FAIR"

    @property
    def play_log(self) -> str:
        """list, capped at 500: what played here, newest first, as JSON."""
        return f"{self.prefix}PLAYED"

    @property
    def recent(self) -> str:
        """zset: track URI -> ms at which it last ended here; a week of them."""
        return f"{self.prefix}RECENT"

    @property
    def artists_heard(self) -> str:
        """zset: artist, folded -> ms at which a song of theirs last ended here; a week of them."""
        return f"{self.prefix}ARTISTS"

    @property
    def proposals(self) -> str:
        """zset: id of a song that waits for approval -> ms at which somebody proposed it."""
        return self._misc("proposals")

    @property
    def pending_plays(self) -> str:
        """hash: "song id:start" -> a finished play as JSON, until the history row is written."""
        return f"{self.prefix}UNRECORDED"

    @property
    def tick_lease(self) -> str:
        """string, TTL: the deadline a tick has been sent for, and the ms until when it counts."""
        return self._misc("master-player")

    @property
    def song_prefix(self) -> str:
        """hash: one song; lives exactly as long as it is queued or playing."""
        return f"{self.prefix}QUEUE|"

    @property
    def votes_prefix(self) -> str:
        """hash: address -> 1 or -1."""
        return f"{self.prefix}QUEUE|VOTE|"

    @property
    def jams_prefix(self) -> str:
        """zset: address -> ms."""
        return f"{self.prefix}QUEUEJAM|"

    @property
    def comments_prefix(self) -> str:
        """zset: comment as JSON -> ms."""
        return f"{self.prefix}COMMENTS|"

    @property
    def horns_prefix(self) -> str:
        """set: addresses of those who blew an airhorn while the song played."""
        return f"{self.prefix}HORNS|"

    @property
    def airhorns(self) -> str:
        """list: recent airhorns as JSON, newest first."""
        return f"{self.prefix}AIRHORNS"

    @property
    def freehorn_prefix(self) -> str:
        """set: songs that earned this person a free airhorn, not yet blown."""
        return f"{self.prefix}FREEHORN_"

    # Bender

    @property
    def last_bender(self) -> str:
        """string: URI of the last track Bender queued."""
        return self._misc("last-bender-track")

    @property
    def autoplay_started_at(self) -> str:
        """string: ms at which Bender began to play alone."""
        return self._misc("bender_streak_start")

    @property
    def seed_info(self) -> str:
        """hash: uri of the seed that the caches were filled for; failures, feeds in a row that
        found nothing."""
        return f"{self.prefix}BENDER|seed-info"

    @property
    def next_preview(self) -> str:
        """hash: track, strategy, reason, original_user, seed; set, what the nest was set to, song,
        the fields to queue, and shown, what pages get, as JSON."""
        return f"{self.prefix}BENDER|next-preview"

    def cache(self, strategy: str) -> str:
        """list, TTL 20 min: picks of one strategy as JSON."""
        return f"{self.cache_prefix}{cache_name(strategy)}"

    @property
    def cache_prefix(self) -> str:
        """list, TTL 20 min: picks of one strategy as JSON."""
        return f"{self.prefix}BENDER|cache:"

    @property
    def filter_prefix(self) -> str:
        """string, TTL: why Bender must not pick this track: queued, picked or rejected."""
        return f"{self.prefix}FILTER|"

    @property
    def filters(self) -> str:
        """hash: track URI -> "why:ms until", the filters in one place."""
        return f"{self.prefix}BENDER|filters"

    @property
    def backup_queue(self) -> str:
        """list: track URIs for when no catalogue answers."""
        return self._misc("backup-queue")

    @property
    def backup_queue_data(self) -> str:
        """hash: track URI -> the track as JSON."""
        return self._misc("backup-queue-data")

    @property
    def undo_prefix(self) -> str:
        """string, TTL 30 s: what undo restores, as JSON."""
        return f"{self.prefix}UNDO|"


def cache_name(strategy: str) -> str:
    """How a strategy is called behind the prefix of its cache."""
    return strategy.replace("_", "-")


def every_key_of(nest: str) -> str:
    """The pattern that matches every key of one nest."""
    prefix = NestKeys(nest).prefix
    return re.sub(r"([\[\]*?\\])", r"\\\1", prefix) + "*"


def nest_of(key: str) -> str | None:
    """Which nest a key belongs to, if it is one of a nest."""
    found = NEST_KEY.match(key)
    return (found[1] or found[2]) if found else None


def pubsub_channel(nest: str) -> str:
    return NestKeys(nest).channel


def members_key(nest: str) -> str:
    return NestKeys(nest).listeners


def member_key(nest: str, email: str) -> str:
    return NestKeys(nest).member(email)
