"""Redis names of an old installation, and where each of them belongs now.

Before there were nests there was one queue, under the same names without a prefix.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from andre.core.keys.nest import MAIN, NestKeys
from andre.core.keys.providers import SPOTIFY_RATE_LIMITED

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
