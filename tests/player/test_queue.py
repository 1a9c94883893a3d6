"""Songs in, songs out."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core.cache import caches

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from andre.core.redis import redis
from andre.protocol.commands import AddSongs
from andre.web import dispatch, snapshot
from nests.registry import store
from player.commands import add_songs
from player.library.signals import library_changed
from player.models import Track as LibraryTrack
from player.queue import queue, repeats
from player.queue.songs import new_song
from tests.support.nest import BEGIN_MS, NestStory, track

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_nest():
    """A temporary nest, which holds 25 songs; nobody listens, so nothing starts."""
    nest = store.create_nest("alice@example.com", "Alice")
    return NestStory(nest.nest_id)


def by_bender(title):
    """As a strategy's pick enters the queue."""
    from player.scripts import lua

    song = replace(new_song(track(title), CommandContext("main")), auto=True, reason="because")
    return lambda nest: lua.add_songs(
        CommandContext(nest),
        songs=json.dumps([song.fields()]),
        limits=json.dumps(queue.depth_alone(nest)),
    )


def test_a_song_lives_exactly_as_long_as_it_is_queued_or_plays(nest, alice):  # Q1
    alice.adds("Blue", "Green", seconds=60)
    keys = CommandContext(nest.nest_id).keys

    lifetimes = [redis().ttl(f"{keys.song_prefix}{song}") for song in (1, 2)]
    nest.passes(61)
    first_is_gone = not redis().exists(f"{keys.song_prefix}1")
    alice.removes("Green") if nest.order() else nest.passes(61)

    assert lifetimes == [-1, -1]
    assert first_is_gone
    assert list(redis().scan_iter(match=f"{keys.song_prefix}*")) == []


def test_song_ids_are_never_used_twice(nest, alice):  # Q2
    first = alice.adds("Blue", "Green")["added"]
    alice.removes("Green")

    assert min(alice.adds("Red")["added"]) > max(first)


def test_a_full_queue_takes_no_more(small_nest):  # Q3
    alice = small_nest.person("Alice")
    alice.adds(*(f"Song {number}" for number in range(25)))

    answer = alice.adds("One more")

    assert answer["added"] == []
    assert answer["rejected"][0]["error"] == "queue_full"
    assert len(small_nest.order()) == 25


def test_of_fifty_at_once_into_the_last_place_one_succeeds(small_nest):  # Q3
    alice = small_nest.person("Alice")
    alice.adds(*(f"Song {number}" for number in range(24)))
    act = alice.act

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda number: queue.add_tracks(act, [track(f"Late {number}")]), range(50))
        )

    assert sum(len(answer["added"]) for answer in answers) == 1


def test_benders_last_song_gives_way_to_a_person(small_nest):  # Q3
    alice = small_nest.person("Alice")
    alice.adds(*(f"Song {number}" for number in range(23)))
    by_bender("Idea one")(small_nest.nest_id)
    by_bender("Idea two")(small_nest.nest_id)

    answer = alice.adds("Mine")

    assert len(answer["added"]) == 1
    assert "Idea one" in small_nest.order()
    assert "Idea two" not in small_nest.order()


def test_benders_songs_stand_behind_those_of_people(small_nest):  # Q7
    by_bender("Idea")(small_nest.nest_id)
    small_nest.person("Alice").adds("Mine")

    assert small_nest.order() == ["Mine", "Idea"]


def test_only_the_adder_removes_a_song_but_anyone_benders(small_nest):  # Q4
    alice, bob = small_nest.person("Alice"), small_nest.person("Bob")
    alice.adds("Mine")
    by_bender("Idea")(small_nest.nest_id)

    with pytest.raises(Refusal) as refused:
        bob.removes("Mine")
    bob.removes("Idea")

    assert refused.value.code == "forbidden"
    assert small_nest.order() == ["Mine"]


def test_a_track_that_is_queued_is_refused_with_its_place(nest, alice, bob):  # Q5
    alice.adds("Now", "Blue", "Green")

    rejected = bob.adds("Green", "Now")["rejected"]

    assert [(each["error"], each["place"]) for each in rejected] == [
        ("already_queued", 2),
        ("already_queued", 0),
    ]


def test_a_track_just_played_is_refused_until_it_is_welcome_again(nest, alice):  # Q5
    alice.adds("Blue", seconds=60)
    nest.passes(120)
    ended = nest.now_ms - 60_000

    rejected = alice.adds("Blue")["rejected"][0]
    nest.now_ms = rejected["welcome_at_ms"]
    welcome = alice.adds("Blue")["added"]

    assert rejected["error"] == "played_recently"
    assert rejected["welcome_at_ms"] == ended + 30 * 60_000
    assert len(welcome) == 1


def shelve(*titles: str, seconds: float) -> None:
    """Tracks of the library, which is as long as they are together."""
    LibraryTrack.objects.bulk_create(
        LibraryTrack(path=f"{title}.flac", title=title, duration_ms=int(seconds * 1000))
        for title in titles
    )


def test_in_a_small_library_a_track_is_welcome_again_after_half_of_it(nest, alice):  # Q5
    shelve("Blue", "Green", "Red", "White", seconds=60)
    alice.adds("Blue", seconds=60)
    nest.passes(61)

    rejected = alice.adds("Blue")["rejected"][0]
    nest.now_ms = rejected["welcome_at_ms"]

    assert rejected["welcome_at_ms"] == BEGIN_MS + 60_000 + 120_000
    assert len(alice.adds("Blue")["added"]) == 1


def test_a_library_that_has_grown_is_measured_anew(nest, alice):  # Q5
    shelve("Blue", "Green", seconds=60)
    short = repeats.no_repeat_ms(store.get_nest("main"))
    shelve("Red", "White", seconds=60)

    repeats.measure_lengths()

    assert (short, repeats.no_repeat_ms(store.get_nest("main"))) == (60_000, 120_000)


def test_after_a_scan_nobody_asks_the_database_for_its_length(  # R14
    nest, alice, django_assert_num_queries
):
    shelve("Blue", "Green", seconds=60)
    repeats.no_repeat_ms(store.get_nest("main"))
    library_changed.send(sender=None)
    caches["process"].clear()

    with django_assert_num_queries(0):
        assert repeats.length_ms("library") == 120_000


def test_the_page_knows_what_may_not_be_added_before_anyone_tries(nest, alice):  # Q5
    alice.adds("Blue", seconds=60)
    nest.passes(61)

    with nest.now():
        first = json.loads(snapshot.welcome(alice.act, "{}", None, None)[1])
    nest.now_ms = first["played_recently"]["library:track:Blue"]
    with nest.now():
        later = json.loads(snapshot.welcome(alice.act, "{}", None, None)[1])

    assert first["no_repeat_ms"] == 30 * 60_000
    assert first["played_recently"] == {"library:track:Blue": BEGIN_MS + 60_000 + 30 * 60_000}
    assert later["played_recently"] == {}


def insisting(nest: NestStory, name: str, title: str, role: str = "viewer"):
    nest.person(name).listens()
    with nest.now():
        return dispatch.dispatch_command(
            nest.person(name).with_role(role),
            AddSongs(uris=[LibraryTrack.objects.get(title=title).uri], again=True),
        )


@pytest.mark.django_db(transaction=True)
def test_the_creator_may_insist_and_nobody_else(small_nest):  # Q5
    shelve("Blue", "Green", seconds=60)
    uri = LibraryTrack.objects.get(title="Blue").uri
    small_nest.person("Alice").listens()
    with small_nest.now():
        add_songs(small_nest.person("Alice").act, AddSongs(uris=[uri]))
    small_nest.passes(61)

    with pytest.raises(Refusal) as refused:
        insisting(small_nest, "Bob", "Blue")
    taken = insisting(small_nest, "Alice", "Blue")

    assert refused.value.code == "forbidden"
    assert (len(taken["added"]), taken["rejected"]) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_in_the_main_nest_operators_may_insist(nest):  # Q5
    shelve("Blue", "Green", seconds=60)
    with nest.now():
        add_songs(
            nest.person("Bob").act, AddSongs(uris=[LibraryTrack.objects.get(title="Blue").uri])
        )
    nest.passes(61)

    with pytest.raises(Refusal) as refused:
        insisting(nest, "Bob", "Blue")
    taken = insisting(nest, "Olga", "Blue", role="operator")

    assert refused.value.code == "forbidden"
    assert len(taken["added"]) == 1


def test_many_are_answered_one_by_one_in_their_order(nest, alice):  # Q6
    answer = alice.adds("One", "Two", "One", "Three")

    assert len(answer["added"]) == 3
    assert answer["rejected"][0]["error"] == "already_queued"
    assert [nest.plays(), *nest.order()] == ["One", "Two", "Three"]


@pytest.mark.parametrize("seconds", [0, 4.999])
def test_a_track_too_short_or_of_unknown_length_is_refused(nest, alice, seconds):  # Q1
    answer = alice.adds("Jingle", seconds=seconds)

    assert answer["rejected"][0]["error"] == "track_unplayable"


def test_undo_is_for_the_one_who_did_it_and_for_half_a_minute(nest, alice, bob):  # Q9
    alice.adds("Now", "Blue")
    token = alice.removes("Blue")["undo_token"]
    left = redis().ttl(f"{CommandContext(nest.nest_id).keys.undo_prefix}{token}")

    with pytest.raises(Refusal):
        bob.undoes(token)
    alice.undoes(token)
    with pytest.raises(Refusal):
        alice.undoes(token)

    assert 28 <= left <= 30
    assert nest.order() == ["Blue"]


def test_undo_leaves_out_what_was_queued_again_meanwhile(nest, alice, bob):  # Q9
    alice.adds("Now", "Blue", "Green")
    with nest.now():
        token = queue.clear(alice.act)["undo_token"]
    bob.adds("Blue")

    alice.undoes(token)

    assert sorted(nest.order()) == ["Blue", "Green"]
    assert nest.row("Blue")["user"] == bob.id


def test_undo_may_exceed_the_depth_limit(small_nest):  # Q9
    alice = small_nest.person("Alice")
    alice.adds(*(f"Song {number}" for number in range(25)))
    token = alice.removes("Song 7")["undo_token"]
    alice.adds("In between")

    alice.undoes(token)

    assert len(small_nest.order()) == 26


def test_an_album_counts_as_many_songs_as_it_has(nest):  # Q15
    key = "0123456789abcdef"
    rows = [
        LibraryTrack(path=f"{n}.flac", title=f"Song {n}", duration_ms=60_000, album_key=key)
        for n in range(3)
    ]
    LibraryTrack.objects.bulk_create(rows)
    consume("songs", "alice@example.com", cost=48)
    alice = nest.person("Alice")
    alice.listens()

    with pytest.raises(Refusal) as refused:
        dispatch.dispatch_command(alice.act, AddSongs(uris=[f"library:album:{key}"]))

    assert refused.value.code == "rate_limited"
    assert nest.order() == []
