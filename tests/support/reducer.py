"""What a page makes of events: an old snapshot and events give the new snapshot (R8)."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

DERIVED = {"position_ms", "server_ms"}  # Projected anew at every look.


@dataclass
class Mirror:
    state: dict[str, Any]
    me: str
    rev: int

    @classmethod
    def of(cls, welcome: dict[str, Any], before: "Mirror | None" = None) -> "Mirror":
        if welcome["snapshot"] is not None:
            return cls(deepcopy(welcome["snapshot"]), welcome["you"]["id"], welcome["rev"])
        assert before is not None, "events without a snapshot before them"
        for event in welcome["events"]:
            before.apply(event)
        return before

    def apply(self, event: dict[str, Any]) -> None:
        if event.get("scope") == "listener":
            self.apply_own(event)
            return
        if event["rev"] <= self.rev:
            return
        assert event["rev"] == self.rev + 1, f"a gap: {self.rev} then {event['rev']}"
        self.rev = self.state["rev"] = event["rev"]
        getattr(self, event["type"])(event)
        self.state["queue"].sort(key=lambda row: (row["order"], row["song_id"]))

    def apply_own(self, event: dict[str, Any]) -> None:
        """What concerns only this listener has a revision of its own."""
        mine = self.state["mine"]
        if event["rev"] <= mine["rev"]:
            return
        assert event["rev"] == mine["rev"] + 1, f"a gap: {mine['rev']} then {event['rev']}"
        mine["rev"] = event["rev"]
        getattr(self, event["type"])(event)

    # One reducer for each event

    def preferences_changed(self, event: dict[str, Any]) -> None:
        self.state["mine"]["preferences"] = event["preferences"]

    def track_liked(self, event: dict[str, Any]) -> None:
        """A snapshot has none of them: pages ask for them over HTTP."""

    playlist_changed = playlist_deleted = track_liked

    def devices_changed(self, event: dict[str, Any]) -> None:
        self.state["mine"]["devices"] = event["devices"]

    def speaker_changed(self, event: dict[str, Any]) -> None:
        self.state["mine"]["speaker"] = event["speaker"]

    def songs_added(self, event: dict[str, Any]) -> None:
        self.state["queue"] += [{**row, "my_vote": 0} for row in event["songs"]]

    def skip_vote_cast(self, event: dict[str, Any]) -> None:
        self.state["skip_voters"] = sorted([*self.state["skip_voters"], event["user"]])

    def songs_proposed(self, event: dict[str, Any]) -> None:
        self.state["proposals"] += event["songs"]

    def song_approved(self, event: dict[str, Any]) -> None:
        self._drop_proposal(event["song_id"])

    def song_refused(self, event: dict[str, Any]) -> None:
        self._drop_proposal(event["song_id"])

    def _drop_proposal(self, song_id: int) -> None:
        rows = self.state["proposals"]
        self.state["proposals"] = [row for row in rows if row["song_id"] != song_id]

    def queue_restored(self, event: dict[str, Any]) -> None:
        self.state["queue"] += [{**row, "my_vote": 0} for row in event["songs"]]
        self.songs_moved(event)

    def song_removed(self, event: dict[str, Any]) -> None:
        self._drop(event["song_id"])
        self._drop_proposal(event["song_id"])
        self.songs_moved(event)

    def queue_cleared(self, _: dict[str, Any]) -> None:
        self.state["queue"] = []

    def songs_moved(self, event: dict[str, Any]) -> None:
        for moved in event["moved"]:
            self._row(moved["song_id"]).update(moved)

    def song_moved(self, event: dict[str, Any]) -> None:
        self.songs_moved(event)
        for moved in event["moved"] if event["placed"] else []:
            self._row(moved["song_id"])["placed"] = True

    def vote_cast(self, event: dict[str, Any]) -> None:
        row = self._row(event["song_id"])
        row |= {"vote": event["net"], "order": event["order"]}
        if event["user"] == self.me:
            row["my_vote"] = event["direction"]

    def jam_toggled(self, event: dict[str, Any]) -> None:
        row = self._song(event["song_id"])
        row["jams"] = [jam for jam in row["jams"] if jam["id"] != event["user"]]
        if event["jammed"]:
            row["jams"].append(event["jam"])

    def comment_added(self, event: dict[str, Any]) -> None:
        self._song(event["song_id"])["comments"].append(event["comment"])

    def airhorn_blown(self, event: dict[str, Any]) -> None:
        horn = {name: value for name, value in event.items() if name not in {"type", "rev", "ts"}}
        self.state["airhorns"] = [horn, *self.state["airhorns"]][:5]

    def chat_message(self, event: dict[str, Any]) -> None:
        self.state["chat"] = [*self.state["chat"], event["message"]][-50:]

    def options_changed(self, event: dict[str, Any]) -> None:
        self.state["playback"] |= {k: event[k] for k in ("shuffle", "repeat_mode")}
        self.songs_moved(event)

    def preview_changed(self, event: dict[str, Any]) -> None:
        self.state["preview"] = event["preview"]

    def song_failed(self, event: dict[str, Any]) -> None:
        self._drop(event["song_id"])
        self.songs_moved(event)

    def playback_state(self, event: dict[str, Any]) -> None:
        self.state["playback"] = {
            name: value for name, value in event.items() if name not in {"type", "rev", "ts"}
        }

    def song_started(self, event: dict[str, Any]) -> None:
        song_id = event["song"]["song_id"]
        before = next((row for row in self.state["queue"] if row["song_id"] == song_id), None)
        self._drop(song_id)
        my_vote = before["my_vote"] if before else 0
        self.state |= {
            "song": {**event["song"], "my_vote": my_vote},
            "playback": event["playback"],
            "last_song": None,
        }
        self.songs_moved(event)

    def song_finished(self, event: dict[str, Any]) -> None:
        song = self.state["song"]
        status = "failed" if event["outcome"] == "failed" else "played"
        self.state["last_song"] = {**song, "status": status}
        self.state["song"] = None
        self.state["skip_voters"] = []

    def song_length_corrected(self, event: dict[str, Any]) -> None:
        self._song(event["song_id"])["duration_ms"] = event["duration_ms"]
        self.state["playback"] = event["playback"] or self.state["playback"]
        self.songs_moved(event)

    def next_locked(self, event: dict[str, Any]) -> None:
        self.state["playback"]["locked_song_id"] = event["song_id"]

    def nest_fell_silent(self, event: dict[str, Any]) -> None:
        self.state["playback"] = event["playback"]

    def volume_changed(self, event: dict[str, Any]) -> None:
        self.state["volume"] = event["volume"]

    def listeners_changed(self, event: dict[str, Any]) -> None:
        gone = set(event["left"]) | {person["id"] for person in event["joined"]}
        stay = [each for each in self.state["listeners"] if each["id"] not in gone]
        self.state["listeners"] = stay + event["joined"]
        self.state["count"] = event["count"]

    def listener_muted(self, event: dict[str, Any]) -> None:
        self.state["muted"] = [*self.state["muted"], event["person"]["id"]]

    def listener_unmuted(self, event: dict[str, Any]) -> None:
        self.state["muted"] = [
            each for each in self.state["muted"] if each != event["person"]["id"]
        ]

    def listener_kicked(self, _: dict[str, Any]) -> None:
        """That they have left is another event."""

    listener_banned = listener_unbanned = listener_kicked

    def nest_renamed(self, event: dict[str, Any]) -> None:
        self.state["nest"] |= {k: event[k] for k in ("name", "slug", "share_url")}

    def nest_settings_changed(self, event: dict[str, Any]) -> None:
        about_it = ("type", "rev", "ts", "user")
        self.state["nest"] |= {name: it for name, it in event.items() if name not in about_it}
        if event["control_mode"] != "dj":
            self.state["dj_away_until_ms"] = None

    def dj_named(self, event: dict[str, Any]) -> None:
        self.state["dj"] = event["dj"]

    def dj_away(self, event: dict[str, Any]) -> None:
        self.state["dj_away_until_ms"] = event["until_ms"]

    def throttle_changed(self, event: dict[str, Any]) -> None:
        self.state["throttle"] = event["throttle"]

    def dj_back(self, _: dict[str, Any]) -> None:
        self.state["dj_away_until_ms"] = None

    # Helpers

    def _row(self, song_id: int) -> dict[str, Any]:
        return next(row for row in self.state["queue"] if row["song_id"] == song_id)

    def _song(self, song_id: int) -> dict[str, Any]:
        song = self.state["song"]
        return song if song and song["song_id"] == song_id else self._row(song_id)

    def _drop(self, song_id: int) -> None:
        self.state["queue"] = [row for row in self.state["queue"] if row["song_id"] != song_id]


def comparable(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Without what is derived from the moment of looking, and without order where none counts."""
    found = deepcopy(snapshot)
    found.pop("server_ms")
    found["playback"] = {k: v for k, v in found["playback"].items() if k not in DERIVED}
    found["listeners"] = sorted(found["listeners"], key=lambda each: each["id"])
    for row in [found["song"], found["last_song"], *found["queue"]]:
        if row is not None:
            row.pop("my_vote", None)
    return found
