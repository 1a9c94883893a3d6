"""Every Redis name. Nothing else in the project spells one."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from andre.core.conf import conf
from andre.core.errors import NoSuchNest, Refusal

MAIN = "main"
NEST_ID = re.compile(r"main|[A-HJKMNP-Z2-9]{4,12}")
EMAIL = re.compile(r"[^\s@|{}\x00-\x1f]{1,64}@[^\s@|{}\x00-\x1f]{1,190}")


def address(email: str) -> str:
    """The one spelling of an e-mail address that may enter a key. Raises Refusal."""
    found = email.strip().lower()
    if not EMAIL.fullmatch(found):
        raise Refusal("validation_error", "This is not an e-mail address.")
    return found


def person_hash(email: str) -> str:
    """A name for a person where the address itself must not stand: groups, logs."""
    return hashlib.sha256(email.encode()).hexdigest()[:32]


def log_name(email: str) -> str:
    """Who this was, in a log: the same person is the same name, and nobody reads an address."""
    return f"person-{person_hash(email.strip().lower())[:12]}"


def cache_name(strategy: str) -> str:
    """How a strategy is called behind the prefix of its cache."""
    return strategy.replace("_", "-")


def nest_group(nest: str) -> str:
    """Channels group of everyone in a nest: what concerns connections, never state."""
    return f"nest.{nest}"


def person_group(nest: str, email: str) -> str:
    return f"nest.{nest}.user.{person_hash(email)}"


def account_group(email: str) -> str:
    """Channels group of all that one person has open here, in whichever nest."""
    return f"account.{person_hash(email)}"


def session_group(session_key: str) -> str:
    return f"session.{person_hash(session_key)}"


class GlobalKeys:
    """Names that no nest owns."""

    @property
    def _prefix(self) -> str:
        return "{NESTS}|" if conf().nest_key_hash_tag else "NESTS|"

    @property
    def registry(self) -> str:
        """hash: nest id -> metadata as JSON."""
        return f"{self._prefix}registry"

    @property
    def deadlines(self) -> str:
        """zset: nest id -> ms at which its tick has work to do."""
        return f"{self._prefix}deadlines"

    @property
    def clock(self) -> str:
        """hash: reached_ms, how far time has come; lag_ms, how far behind the store's clock is."""
        return f"{self._prefix}clock"

    @property
    def autoplay_due(self) -> str:
        """zset: nest id -> ms at which Bender is to feed it."""
        return f"{self._prefix}hungry"

    def alive(self, worker: str) -> str:
        """string, TTL 60 s: a worker of this kind has done something."""
        return f"{self._prefix}alive:{worker}"

    @property
    def hub_channel(self) -> str:
        """pub/sub channel: nobody speaks here; every hub listens, so that it always may."""
        return f"{self._prefix}hub"

    @property
    def following(self) -> str:
        """hash: address -> id of the nest this person follows on an account of their own."""
        return f"{self._prefix}following"

    @property
    def follower_poll_due(self) -> str:
        """zset: address -> ms at which the player of who follows is looked at again."""
        return f"{self._prefix}looks"

    def provider_failures(self, provider: str) -> str:
        """zset, TTL 30 s: failures of a provider -> ms."""
        return f"PROVIDER|{provider}|failures"

    def decode_check_done(self, track: str) -> str:
        """string, TTL 600 s: the recording of this track has been decoded, to count its sound."""
        return f"{self._prefix}checked:{track}"

    @property
    def probe(self) -> str:
        """string, TTL 60 s: written to see whether anything can be."""
        return f"{self._prefix}probe"

    def code(self, code: str) -> str:
        """string: nest id."""
        return f"{self._prefix}code:{code}"

    def slug(self, slug: str) -> str:
        """string: nest id."""
        return f"{self._prefix}slug:{slug}"

    def vanity(self, code: str) -> str:
        """string: nest id."""
        return f"{self._prefix}vanity:{code}"

    @property
    def repair_done(self) -> str:
        """string, TTL: the key space has been looked through lately for what deletions left."""
        return f"{self._prefix}repaired"


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
        """hash: the house's own clock; with hash tags one of the nest's, for in a cluster a script
        may touch one slot only."""
        return self._misc("clock") if conf().nest_key_hash_tag else GLOBAL.clock

    # Life

    @property
    def nest_state(self) -> str:
        """hash: generation, control_mode, empty_since_ms and what the nest is set to; without it
        nothing can be written."""
        return self._misc("life")

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
        """pub/sub channel: the ring that says look at the stream."""
        return self._misc("update-pubsub")

    @property
    def last_activity(self) -> str:
        """string: ms of the last thing a person did."""
        return self._misc("last-activity")

    @property
    def rename_cooldown(self) -> str:
        """string, TTL: the nest has a new name, and keeps it for a while."""
        return self._misc("renamed")

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
        """set: addresses of those whom the door has let in and who have not left."""
        return f"{self.prefix}DOOR|approved"

    def member(self, email: str) -> str:
        """string, TTL 90 s: liveness of one listener."""
        return f"{self.member_prefix}{address(email)}"

    @property
    def people(self) -> str:
        """hash: address -> {"name", "picture"} of everyone who was here."""
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

    def speaker(self, email: str) -> str:
        """hash: device, epoch."""
        return f"{self.prefix}SPEAKER|{email}"

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
        """hash, TTL 30 s: wishes, until; one task at a time steers a person's player."""
        return f"{self.prefix}FOLLOW|"

    # Playing

    @property
    def playback(self) -> str:
        """hash: song_id, position_ms, play_state, changed_at_ms, ends_at_ms, version, shuffle,
        repeat_mode, changed_by, duration_ms, started_ms, heard_ms, locked, held_by, due_ms,
        last_song; hungry, while Bender has been told and has not come yet."""
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


GLOBAL = GlobalKeys()
EVERY_NEST_KEY = "NEST:*"
NEST_KEY = re.compile(r"NEST:(?:\{([^{}|]+)\}|([^{}|]+))\|")


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


# Before there were nests there was one queue, under the same names without a prefix.
LEGACY = re.compile(
    r"(MISC|QUEUE|FILTER|BENDER|QUEUEJAM|COMMENTS|FILL-INFO)\|.*|AIRHORNS|FREEHORN_.*", re.DOTALL
)
LEGACY_OF_SONG = re.compile(r"(?:QUEUE\|VOTE|QUEUEJAM|COMMENTS)\|(\d+)")
LEGACY_VOTES = "QUEUE|VOTE|"
LEGACY_SONG = "QUEUE|"
LEGACY_FILTER = "FILTER|"
LEGACY_SONG_COUNT = "MISC|playlist-plays"
LEGACY_STREAK = "MISC|bender_streak_start"
LEGACY_VOLUME = "MISC|volume"
# What a page shows of these comes over together, under the name NestKeys has for each.
LEGACY_PLAYING = {
    "queue": "MISC|priority-queue",
    "now_playing": "MISC|now-playing",
    "now_playing_done": "MISC|now-playing-done",
    "paused": "MISC|paused",
    "airhorns": "AIRHORNS",
}
LEGACY_FIXED = (
    "MISC|now-playing",
    "MISC|now-playing-done",
    "MISC|priority-queue",
    "MISC|backup-queue",
    "MISC|backup-queue-data",
    "MISC|master-player",
    "MISC|playlist-plays",
    "MISC|last-queued",
    "MISC|last-bender-track",
    "MISC|bender_streak_start",
    "MISC|update-pubsub",
    "MISC|volume",
    "MISC|paused",
    "BENDER|seed-info",
    "BENDER|next-preview",
    "BENDER|throwback-users",
    "BENDER|cache:genre",
    "BENDER|cache:throwback",
    "BENDER|cache:artist-search",
    "BENDER|cache:top-tracks",
    "BENDER|cache:album",
    "AIRHORNS",
)
SPOTIFY_RATE_LIMITED = "MISC|spotify-rate-limited"  # Concerns the whole house and stays.


@dataclass(frozen=True)
class LegacyForm:
    """Which types a key may have to be read under its new name, with spaces between; empty: any.

    What is not `is_read` has another form here under the same name, and is made anew.
    """

    names: str
    kinds: str
    is_read: bool = True


LEGACY_FORMS = (
    LegacyForm(r"MISC\|(bender_streak_start|playlist-plays|volume|master-player)", "string"),
    LegacyForm(r"MISC\|(last-queued|last-bender-track)", "string"),
    LegacyForm(r"MISC\|(now-playing|now-playing-done|paused)", "string"),
    LegacyForm(r"MISC\|priority-queue", "zset"),
    LegacyForm(r"QUEUE\|VOTE\|.*", "set hash"),
    LegacyForm(r"QUEUE\|.*", "hash"),
    LegacyForm(r"(QUEUEJAM|COMMENTS)\|.*", "zset"),
    LegacyForm(r"FILTER\|.*", "string"),
    LegacyForm(r"AIRHORNS", "list"),
    LegacyForm(r"FREEHORN_.*", "set"),
    LegacyForm(r"BENDER\|cache:.*", "list", is_read=False),
    LegacyForm(r"BENDER\|.*", "hash", is_read=False),
    LegacyForm(r"MISC\|backup-queue", "list", is_read=False),
    LegacyForm(r"MISC\|backup-queue-data", "hash", is_read=False),
    LegacyForm(r".*", "", is_read=False),
)


def legacy_form(old: str) -> LegacyForm:
    return next(form for form in LEGACY_FORMS if re.fullmatch(form.names, old, re.DOTALL))


def legacy_family(old: str) -> str:
    """How a report calls an old key of which there are many: FILL-INFO|*, MISC|users|*."""
    parts = old.split("|")
    many = 1 if parts[0] == "FILL-INFO" else 2
    return old if len(parts) <= many else "|".join([*parts[:many], "*"])


def legacy_destination(old: str) -> str | None:
    """Where an old installation's key belongs now; None for what is not one or stays."""
    if old == SPOTIFY_RATE_LIMITED or not LEGACY.fullmatch(old):
        return None
    return NestKeys(MAIN).prefix + old


class LegacyKeys(Mapping[str, str]):
    """Old name -> new name, for the names that are fixed."""

    def __getitem__(self, old: str) -> str:
        if old not in LEGACY_FIXED:
            raise KeyError(old)
        return NestKeys(MAIN).prefix + old

    def __iter__(self) -> Iterator[str]:
        return iter(LEGACY_FIXED)

    def __len__(self) -> int:
        return len(LEGACY_FIXED)


legacy_key_mapping = LegacyKeys()


def ticket(token: str) -> str:
    """string, TTL 30 s: {session_key, nest} as JSON, of a ticket for one WebSocket."""
    return f"TICKET|{hashlib.sha256(token.encode()).hexdigest()}"


def account_state(email: str) -> str:
    """string, TTL 1 h: role, open or closed, and count of signed-out-everywheres of a person."""
    return f"ACCOUNT|{person_hash(email)}|state"


def limit(name: str, who: str, window: int) -> str:
    """string, TTL: how often somebody did something in this window."""
    return f"LIMIT|{name}|{person_hash(who)}|{window}"


def provider_limited(provider: str) -> str:
    """string, TTL: a provider wants to be left alone for so long."""
    return f"MISC|{provider}-rate-limited"


def provider_broken(provider: str) -> str:
    """string, TTL 30 s: a provider has failed too often to be asked just now."""
    return f"PROVIDER|{provider}|broken"


def provider_token(provider: str) -> str:
    """string, TTL: the house's own token for a provider."""
    return f"PROVIDER|{provider}|token"


def provider_lock(provider: str, what: str) -> str:
    """string, TTL 15 s: somebody renews this token already."""
    return f"PROVIDER|{provider}|lock|{what}"


def provider_cache(provider: str, digest: str) -> str:
    """string, TTL: what a provider answered, as JSON."""
    return f"PROVIDER|{provider}|cache|{digest}"


def provider_devices(provider: str, account: str) -> str:
    """string, TTL 30 s: ids of the devices an account was just seen to have, as JSON."""
    return f"PROVIDER|{provider}|devices|{person_hash(account)}"
