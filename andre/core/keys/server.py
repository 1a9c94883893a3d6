"""Redis names that no nest owns: the registry of nests, deadlines, sign-in, limits."""

import hashlib

from andre.core.conf import conf
from andre.core.keys.people import person_hash


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
        """string, TTL 60 s: a worker of this kind, or beat, has done something."""
        return f"{self._prefix}alive:{worker}"

    @property
    def webhooks_told(self) -> str:
        """hash: nest id -> rev up to which webhooks have told its events."""
        return f"{self._prefix}webhooks_told"

    def hub_channel(self, database: int) -> str:
        """pub/sub channel: nobody speaks here; every hub on this database of Redis listens, so that
        it always may. Channels do not belong to a database, so that the name has to say it.
        """
        return f"{self._prefix}hub:{database}"

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

    def act_reply(self, user: str, command_id: str) -> str:
        """string, TTL 600 s: the reply to an act about a whole nest, which may be gone since."""
        digest = hashlib.sha256(f"{user}\n{command_id}".encode()).hexdigest()[:32]
        return f"{self._prefix}DONE|{digest}"

    @property
    def library_scan(self) -> str:
        """string: how the scan of the music folder goes, or how the last one went, as JSON."""
        return f"{self._prefix}library_scan"

    @property
    def library_scan_lock(self) -> str:
        """string, TTL 60 s, renewed: there while a scan runs."""
        return f"{self._prefix}library_scan_lock"

    @property
    def encodings_wanted(self) -> str:
        """zset: "track quality" -> ms at which somebody first asked for this smaller encoding."""
        return f"{self._prefix}encodings_wanted"

    @property
    def encoding_lock(self) -> str:
        """string, TTL 30 s, renewed: there while a recording is encoded."""
        return f"{self._prefix}encoding_lock"

    def encoding_failed(self, track: int, quality: str) -> str:
        """string, TTL 1 h: this recording could not be encoded."""
        return f"{self._prefix}encoding_failed:{track}:{quality}"

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


GLOBAL = GlobalKeys()

# What belongs to browsers of a moment ago, or can be found out again: no backup has it.
SHORT_LIVED_KEYS = ("TICKET|*", "OWNER|*", "LINK|*", "ACCOUNT|*", "DEVICES|*", "BILLING|*")


def every_server_key() -> str:
    """The pattern that matches every key of the server as a whole."""
    return f"{GLOBAL._prefix}*"


def ticket(token: str) -> str:
    """string, TTL 30 s: {session_key, nest} as JSON, of a ticket for one WebSocket."""
    return f"TICKET|{hashlib.sha256(token.encode()).hexdigest()}"


def owner_link(token: str) -> str:
    """string, TTL 15 min: there while the link of this token can make somebody the owner."""
    return f"OWNER|link|{hashlib.sha256(token.encode()).hexdigest()}"


def owner_code(code: str) -> str:
    """string, TTL 1 h: second of the epoch until which this code opens the admin at home."""
    return f"OWNER|code|{hashlib.sha256(code.encode()).hexdigest()}"


def device_link(code: str) -> str:
    """string, TTL 5 min: {name, kind, address, secret_hash} of who shows this code, as JSON."""
    return f"LINK|code|{hashlib.sha256(code.encode()).hexdigest()}"


def device_link_answer(secret_hash: str) -> str:
    """string, TTL 5 min: who confirmed the client with this secret; empty where they refused."""
    return f"LINK|answer|{secret_hash}"


EVERY_LINK_ANSWER = "LINK|answer|*"


def account_state(email: str) -> str:
    """string, TTL 1 h: role, open or closed, and count of signed-out-everywheres of a person."""
    return f"ACCOUNT|{person_hash(email)}|state"


def devices_seen(email: str) -> str:
    """zset, TTL 1 h: id of a person's device -> ms of its last sign of life."""
    return f"DEVICES|{person_hash(email)}|seen"


def devices_lock(email: str) -> str:
    """string, TTL 10 s: there while a person's devices are told to their nests."""
    return f"DEVICES|{person_hash(email)}|lock"


def billing_lock(name: str) -> str:
    """string, TTL 60 s: there while a subscription, or somebody's, is read from Stripe and kept."""
    return f"BILLING|{person_hash(name)}|lock"


def limit(name: str, who: str, window: int) -> str:
    """string, TTL: how often somebody did something in this window."""
    return f"LIMIT|{name}|{person_hash(who)}|{window}"
