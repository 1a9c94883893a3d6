"""The ledger: what was answered, what was told, what is seen and what history keeps are one story.

Who was told `done` finds it done once, who was told `refused` finds nothing, and who was told
nothing finds it at most once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from tests.support.crowd import Crowd, Entry, Event, until
from tests.support.reducer import Mirror, comparable

HISTORY_SECONDS = 40  # A task that was lost is made good by the sweep, twice a minute.
ROUNDING_S = 0.01
HOUR_MS = 3_600_000
LATE_MS = 2_000  # A song that ended so long before it was told ended at its own time.


def verify(crowd: Crowd) -> None:
    """The evening so far, in its last epoch, adds up."""
    crowd.is_silent()
    crowd.is_back()
    assert crowd.faults == []
    Evening(crowd).verify()


class Evening:
    """One epoch: from the first welcome in it to what is seen now, everything standing still."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.alice = crowd.people[0]
        self.epoch = crowd.epochs[-1]
        self.seen = self._stands_still()
        self.log = crowd.log[self.epoch]
        self.events = [self.log[rev] for rev in sorted(self.log)]

    def verify(self) -> None:
        self.no_revision_is_missing()
        self.every_page_shows_what_a_newcomer_sees()
        self.every_command_has_its_effect_once()
        gone = self.replayed()
        plays = self.plays_of_history()
        self.every_song_is_somewhere_once(gone, plays)
        self.airtime_adds_up(plays)

    def _stands_still(self) -> dict[str, Any]:
        """Paused, and every page has applied all there is."""
        self.alice.tells("pause")
        found: dict[str, Any] = {}

        def agree() -> bool:
            found.update(self.alice.reads("/api/nests/main/snapshot"))
            pages = self.crowd.listeners
            return all(
                page.is_in and page.mirror and page.mirror.rev == found["rev"] for page in pages
            )

        until(agree)
        return found

    def fate(self, entry: Entry) -> str:
        """What was answered in this epoch; of what was answered in another one nothing is known."""
        if entry.answer is None or entry.answer["type"] == "refused":
            # Where the answer of the store was lost, nobody can say whether it was done.
            is_unsure = entry.answer and entry.answer["error"] == "unavailable"
            return "unknown" if is_unsure else entry.fate
        began = self.crowd.first[self.epoch]["rev"]
        is_ours = entry.epoch == self.epoch and entry.answer["rev"] >= began
        return entry.fate if is_ours else "unknown"

    def no_revision_is_missing(self) -> None:
        began = self.crowd.first[self.epoch]["rev"]
        assert sorted(self.log) == list(range(began + 1, self.seen["rev"] + 1))

    def every_page_shows_what_a_newcomer_sees(self) -> None:
        for page in self.crowd.listeners:
            assert page.mirror is not None
            # It may be in the middle of the last event, in its own thread.
            until(lambda page=page: not difference(page.mirror.state, self.seen), 2, soft=True)
            assert not difference(page.mirror.state, self.seen), page.person.name

    def every_command_has_its_effect_once(self) -> None:
        self._words_are_said_once()
        self._songs_are_added_once()
        for verb, kind in (("toggle_jam", "jam_toggled"), ("cast_vote", "vote_cast")):
            self._not_more_than_asked(verb, kind)

    def _words_are_said_once(self) -> None:
        said = Counter(event["comment"]["text"] for event in self.of("comment_added"))
        for entry in self.by("add_comment"):
            times = said[entry.fields["text"]]
            allowed = {"done": {1}, "refused": {0}, "unknown": {0, 1}}[self.fate(entry)]
            assert times in allowed, f"{times} times in the nest: {entry}"

    def _songs_are_added_once(self) -> None:
        added = Counter(
            (row["user"], row["song_id"])
            for event in self.of("songs_added")
            for row in event["songs"]
            if not row["auto"]
        )
        assert max(added.values(), default=1) == 1
        told = {
            (entry.who, song)
            for entry in self.by("add_songs", "done")
            for song in entry.answer["added"]
        }
        assert told <= set(added), f"answered but not there: {told - set(added)}"
        unknown = sum(len(entry.fields["uris"]) for entry in self.by("add_songs", "unknown"))
        untold = set(added) - told
        assert len(untold) <= unknown, f"there but not answered: {untold}"

    def _not_more_than_asked(self, verb: str, kind: str) -> None:
        happened = Counter((event["user"], event["song_id"]) for event in self.of(kind))
        asked, sure = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
        for entry in self.by(verb):
            place = (entry.who, entry.fields["song_id"])
            asked[place] += self.fate(entry) != "refused"
            sure[place] += self.fate(entry) == "done"
        assert happened <= asked
        assert kind == "vote_cast" or sure <= happened  # The same vote twice is one.

    def replayed(self) -> set[int]:
        """The whole evening once more, from its first snapshot; the songs that left unplayed."""
        first = self.crowd.first[self.epoch]
        mirror, gone = Mirror.of(first), set[int]()
        for event in self.events:
            waiting = {row["song_id"] for row in mirror.state["queue"]}
            match event["type"]:
                case "song_removed":
                    gone.add(event["song_id"])
                case "queue_cleared":
                    gone |= waiting
                case "queue_restored":
                    gone -= {row["song_id"] for row in event["songs"]}
            mirror.apply(event)
        assert not difference(mirror.state, self.seen)
        return gone

    def plays_of_history(self) -> list[dict[str, Any]]:
        """Every song that ended, once in history, and nothing else that began since."""
        ended = Counter(event["song_id"] for event in self.of("song_finished"))
        began = self.crowd.first[self.epoch]["server_ms"]
        found: list[dict[str, Any]] = []

        def is_of_this_evening(play: dict[str, Any]) -> bool:
            if self.was_written_before(play):
                return play["song_id"] in ended
            since = began - LATE_MS if play["song_id"] in ended else began
            return bool(play["ended_ms"] > since)

        def all_there() -> bool:
            found[:] = [play for play in self._rows() if is_of_this_evening(play)]
            return Counter(play["song_id"] for play in found) == ended

        until(all_there, HISTORY_SECONDS, soft=True)
        assert Counter(play["song_id"] for play in found) == ended
        return found

    def was_written_before(self, play: dict[str, Any]) -> bool:
        """Whether this is the row of the song that played when a backup read Redis, and that ended
        before it read the database: restored, that song ends again, and its first row stays.
        """
        first = self.crowd.first[self.epoch]
        song = first["snapshot"]["song"] or {"song_id": None}
        is_older = play["ended_ms"] <= first["server_ms"] - LATE_MS
        return bool(is_older and play["song_id"] == song["song_id"])

    def _rows(self) -> Iterable[dict[str, Any]]:
        """Rows of this hour, or since the nest was rebuilt, the latest first."""
        is_rebuilt = len(self.crowd.epochs) > 1
        since = self.crowd.first[self.epoch]["server_ms"] - (0 if is_rebuilt else HOUR_MS)
        before = ""
        while True:
            rows = self.alice.reads(f"/api/nests/main/history?limit=100{before}")["plays"]
            ours = [row for row in rows if row["started_ms"] > since]
            yield from ours
            if len(ours) < 100:
                return
            before = f"&before={rows[-1]['started_ms']}"

    def every_song_is_somewhere_once(self, gone: set[int], plays: list[dict[str, Any]]) -> None:
        places = Counter(gone)
        places.update(play["song_id"] for play in plays)
        places.update(row["song_id"] for row in self.seen["queue"])
        places.update([self.seen["song"]["song_id"]] if self.seen["song"] else [])
        assert max(places.values(), default=1) == 1
        for entry in self.by("add_songs", "done"):
            assert set(entry.answer["added"]) <= set(places), f"lost: {entry}"
        self._words_went_with_their_songs(plays)

    def _words_went_with_their_songs(self, plays: list[dict[str, Any]]) -> None:
        kept = {
            play["song_id"]: Counter(comment["text"] for comment in play["comments"])
            for play in plays
            if not self.was_written_before(play)
        }
        for entry in self.by("add_comment", "done"):
            if (song := entry.fields["song_id"]) in kept:
                assert kept[song][entry.fields["text"]] == 1, f"not in history: {entry}"

    def airtime_adds_up(self, plays: list[dict[str, Any]]) -> None:
        in_order = sorted(plays, key=lambda play: play["started_ms"])
        for play, following in pairwise(in_order):
            assert play["ended_ms"] <= following["started_ms"], "two songs at once"
        heard: defaultdict[str, float] = defaultdict(float)
        twice = {play["user"] for play in plays if self.was_written_before(play)}
        for play in self._rows():
            assert play["heard_ms"] <= play["ended_ms"] - play["started_ms"] + 1
            heard[play["user"]] += play["heard_ms"] / 1000
        fair = self.alice.reads("/api/nests/main/fairness")["people"]
        for person in fair:
            who = person["id"]
            off = abs(person["last_hour_s"] - heard[who])
            assert off < ROUNDING_S * (1 + len(plays)) or who in twice, who
            if (tag := self.finish_tag(who, plays)) is not None:
                assert abs(person["finish_tag"] - tag) < ROUNDING_S, who

    def finish_tag(self, who: str, plays: list[dict[str, Any]]) -> float | None:
        """Where this person's turn ends: at their last song's tag and as long as it played."""
        begun = [event["song"] for event in self.of("song_started") if event["song"]["user"] == who]
        if not begun:
            return None
        song = begun[-1]
        seconds = song["duration_ms"] / 1000
        for play in plays:
            if play["song_id"] != song["song_id"]:
                continue
            if self.was_written_before(play):
                return None
            if play["outcome"] == "skipped":
                seconds = play["heard_ms"] / 1000
        return float(song["tag"] + seconds)

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event["type"] == kind]

    def by(self, verb: str, fate: str = "") -> list[Entry]:
        of_verb = [each for each in self.crowd.entries if each.verb == verb]
        return [each for each in of_verb if fate in ("", self.fate(each))]


def difference(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What the two do not agree on, part by part."""
    ours, theirs = alike(one), alike(other)
    return {name: (ours[name], theirs[name]) for name in theirs if ours[name] != theirs[name]}


def alike(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Each server shares the nest under the address one came by."""
    found = comparable(snapshot)
    found["nest"].pop("share_url")
    return found
