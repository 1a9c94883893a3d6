"""Which events of a nest are told outside, as a sentence and as data."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nests.registry.records import Nest

Event = Mapping[str, Any]
# A channel is read by people, who come and go a lot.
NOT_FOR_SLACK = frozenset({"listener_joined"})


@dataclass(frozen=True, slots=True)
class Notice:
    """`kind` is one of those in docs/webhooks.md; `data` names people by name, never by address."""

    kind: str
    nest: str
    nest_name: str
    sentence: str
    data: dict[str, Any]
    at_ms: int = 0  # When it happened, by the nest's clock; 0 for a nest that is new.

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def as_slack(self) -> str:
        """A message of Slack's, in which nothing that somebody wrote is a link or a mention."""
        return json.dumps({"text": escape_slack(f"{self.nest_name}: {self.sentence}")})


def escape_slack(text: str) -> str:
    """The three characters that mean something in Slack's messages."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def notice_of(nest: Nest, event: Event) -> Notice | None:
    """None for whatever stays in the nest."""
    describe = TOLD.get(str(event["type"]))
    found = describe(event) if describe else None
    if found is None:
        return None
    return Notice(found[0], nest.nest_id, nest.name, *found[1:], at_ms=event["ts"])


def nest_built(nest: Nest) -> Notice:
    sentence = f"{nest.creator_name or 'Somebody'} has built this nest."
    data = {"code": nest.code, "by": nest.creator_name}
    return Notice("nest_built", nest.nest_id, nest.name, sentence, data)


Described = tuple[str, str, dict[str, Any]] | None


def describe_start(event: Event) -> Described:
    song = event["song"]
    by = "Bender" if song["auto"] else song["user_name"]
    sentence = f"{song['title']} by {song['artist']} plays now, added by {by}."
    data = {name: song[name] for name in ("trackid", "title", "artist", "album", "duration_ms")}
    return "now_playing", sentence, data | {"added_by": by}


def describe_airhorn(event: Event) -> Described:
    by = event["person"]["name"]
    data = {"by": by, "name": event["name"]}
    return "airhorn", f"{by} blows the airhorn ({event['name']}).", data


def describe_playback(event: Event) -> Described:
    if event["play_state"] != "paused":
        return None
    return "pause", "The music is paused.", {"position_ms": event["position_ms"]}


def describe_finish(event: Event) -> Described:
    if event["outcome"] != "skipped":
        return None
    return "skip", "The song was skipped.", {"song_id": event["song_id"]}


def describe_arrivals(event: Event) -> Described:
    names = [person["name"] for person in event["joined"]]
    if not names:
        return None
    sentence = f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} joined."
    return "listener_joined", sentence, {"names": names, "count": event["count"]}


TOLD: Mapping[str, Callable[[Event], Described]] = {
    "song_started": describe_start,
    "airhorn_blown": describe_airhorn,
    "playback_state": describe_playback,
    "song_finished": describe_finish,
    "listeners_changed": describe_arrivals,
}
