"""How far listeners came in a song, and where they may go on (spec 04, section 7)."""

import pytest

from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.protocol.commands import COMMAND
from andre.web import dispatch
from nests.lifecycle import deletion
from nests.registry import store
from player import tasks
from player.history import progress
from player.models import ListeningProgress
from tests.nests.support import asks, build, visitor
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db
BOB = "bob@example.com"
BOOK = "library:track:7"
HOURS_2 = 7_200_000


@pytest.fixture
def recorded(monkeypatch):
    """What the worker would do is done at once."""

    class Now:
        def __init__(self, name, args):
            assert name == progress.RECORD_PROGRESS
            self.args = args

        def apply_async(self):
            tasks.record_progress(*self.args)

    monkeypatch.setattr(progress.current_app, "signature", Now)


@pytest.fixture
def den():
    """A nest of Alice's in which a song of three minutes plays; Bob listens, too."""
    story = NestStory(build("The Den").nest_id)
    for name in ("Alice", "Bob"):
        story.person(name).listens()
    story.person("Alice").adds("Blue")
    return story


def sends(story, name, verb, **fields):
    command = COMMAND.validate_python({"type": verb, **fields})
    with story.now():
        return dispatch.dispatch_command(story.person(name).act, command)


def reports(story, name, event, position_ms, duration_ms=180_000, song_id=None):
    song_id = song_id or story.row_of_what_plays()["song_id"]
    fields = {"song_id": song_id, "position_ms": position_ms, "duration_ms": duration_ms}
    return sends(story, name, "report_progress", event=event, **fields)


def row_of(name):
    return ListeningProgress.objects.filter(user=f"{name.lower()}@example.com").first()


# S-8.1
def test_whoever_moves_what_plays_has_come_as_far(den, recorded):
    sends(den, "Bob", "seek", position_ms=60_000)
    sought = row_of("Bob").position_ms
    den.passes(10)
    sends(den, "Bob", "pause")
    paused = row_of("Bob").position_ms
    sends(den, "Bob", "play", position_ms=5_000)

    assert (sought, paused, row_of("Bob").position_ms) == (60_000, 70_000, 5_000)
    assert ListeningProgress.objects.count() == 1  # Nobody else's has changed.
    assert row_of("Bob").uri == den.row_of_what_plays()["trackid"]


# S-8.2
def test_what_has_ended_is_completed(den):
    sends(den, "Alice", "change_nest_settings", control_mode="dj")

    reports(den, "Alice", "ended", HOURS_2 - 40, HOURS_2)

    row = row_of("Alice")
    assert (row.progress_percent, row.completed, row.position_ms) == (100.0, True, HOURS_2)


# S-8.3
@pytest.mark.parametrize("event", ["timeupdate", "seeked", "pause"])
def test_on_the_way_it_is_a_position(den, event):
    reports(den, "Bob", event, 45_000)

    row = row_of("Bob")
    assert (row.position_ms, row.duration_ms, row.progress_percent) == (45_000, 180_000, 25.0)
    assert not row.completed


# S-8.4
def test_beside_a_dj_nobody_elses_report_counts_and_another_song_is_nobodys(den):
    reports(den, "Bob", "pause", 1_000, song_id=999)
    sends(den, "Alice", "change_nest_settings", control_mode="dj")

    answer = reports(den, "Bob", "pause", 45_000)
    reports(den, "Alice", "pause", 45_000)

    assert answer == {}
    assert row_of("Bob") is None
    assert row_of("Alice").position_ms == 45_000


# S-8.5 S-8.6 S-8.7
def test_resume_tells_where_the_caller_was_last(den):
    nest, bob, alice = den.nest_id, visitor("Bob"), visitor("Alice")
    address = f"/api/nests/{nest}/resume"
    nothing = bob.get(address).json()
    progress.save_progress(BOB, nest, "library:track:1", progress.Reached(1_000, 2_000), 5)
    progress.save_progress(BOB, nest, BOOK, progress.Reached(300_000, 545_454), 10)
    there = bob.get(address).json()
    progress.save_progress(BOB, nest, BOOK, progress.Reached(1, 545_454, is_over=True), 11)
    over = bob.get(address).json()

    assert nothing == {
        "uri": None,
        "progress_percent": 0,
        "last_position_seconds": 0,
        "completed": False,
    }
    assert (there["progress_percent"], there["last_position_seconds"]) == (55.0, 300)
    assert (over["completed"], over["last_position_seconds"], over["uri"]) == (True, 0, BOOK)
    assert alice.get(address).json() == nothing


# S-8.8
def test_resume_writes_nothing_and_knows_ended_nests(den):
    progress.save_progress(BOB, den.nest_id, BOOK, progress.Reached(300_000, HOURS_2), 10)
    bob = visitor("Bob")
    before = {key: redis().dump(key) for key in redis().scan_iter(match=f"*{den.nest_id}*")}
    bob.get(f"/api/nests/{den.nest_id}/resume")
    after = {key: redis().dump(key) for key in redis().scan_iter(match=f"*{den.nest_id}*")}

    deletion.delete(store.get_nest(den.nest_id), "over")
    ended = bob.get(f"/api/nests/{den.nest_id}/resume")

    assert after == before
    assert ended.json()["uri"] == BOOK
    assert bob.get("/api/nests/NOONE/resume").status_code == 404


# S-8.9 S-8.10
def test_a_row_is_put_once_and_found_again(den):
    bob, address = visitor("Bob"), f"/api/nests/{den.nest_id}/progress"
    wish = {"uri": BOOK, "position_ms": 60_000, "duration_ms": HOURS_2, "disc": 1, "part": 8}

    first, second = (asks(bob, "put", address, **wish) for _ in range(2))
    found = bob.get(address, {"uri": BOOK, "disc": "1", "part": "8"})

    assert [first.status_code, second.status_code] == [200, 200]
    assert ListeningProgress.objects.count() == 1
    assert second.json()["position_ms"] == 60_000
    assert found.json()["progress"]["part"] == 8
    assert bob.get(address, {"uri": BOOK}).json() == {"progress": None}
    assert bob.get(address).status_code == 400
    assert visitor("Charlie").get(address, {"uri": BOOK}).status_code == 403


# S-8.11
def test_values_are_kept_within_the_song_and_an_older_report_changes_nothing():
    beyond = progress.save_progress(BOB, "main", BOOK, progress.Reached(9_000, 6_000), 10)
    older = progress.save_progress(BOB, "main", BOOK, progress.Reached(1_000, 6_000), 9)

    assert (beyond.position_ms, beyond.progress_percent) == (6_000, 100.0)
    assert older.position_ms == 6_000
    unknown = progress.save_progress(BOB, "main", "library:track:8", progress.Reached(5, 0), 1)
    assert (unknown.position_ms, unknown.progress_percent) == (0, 0.0)


# S-8.12
def test_a_report_moves_no_music(den):
    keys = NestKeys(den.nest_id)
    before = (redis().get(keys.rev), den.playback())

    reports(den, "Bob", "pause", 45_000)

    assert (redis().get(keys.rev), den.playback()) == before


def test_the_progress_of_a_guest_goes_with_them(den):
    from nests.hooks import hooks

    progress.save_progress("guest@guest.invalid", "main", BOOK, progress.Reached(1, 2), 1)

    hooks.erase_guest("guest@guest.invalid", "Gast")

    assert ListeningProgress.objects.count() == 0
