"""Songs that wait until whoever built the nest approves them."""

import pytest

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.redis import redis
from andre.protocol.commands import COMMAND
from andre.web import dispatch
from nests.membership import dj
from nests.registry import settings, store
from player.queue import proposals, queue
from tests.bender.support import feed, shown, stock
from tests.support.nest import BEGIN_MS, NestStory
from tests.support.reducer import Mirror

pytestmark = pytest.mark.django_db


@pytest.fixture
def den():
    """A nest of Alice's, whose songs wait for approval; Bob listens."""
    with clock.freeze(BEGIN_MS):
        story = NestStory(store.create_nest("alice@example.com", "Alice").nest_id)
    story.person("Bob").listens()
    is_set(story, approval=True)
    return story


def is_set(story, **wishes):
    with story.now():
        settings.change(CommandContext(story.nest_id), wishes)


def waiting(story, name="Bob"):
    return [(row["title"], row["status"]) for row in story.person(name).sees()["proposals"]]


def decides(story, verb, song_id, name="Alice"):
    """As it comes over a socket."""
    command = COMMAND.validate_python({"type": verb, "song_id": song_id})
    with story.now():
        return dispatch.dispatch_command(story.person(name).act, command)


def follows(story):
    """A page of Bob's that hears every event from now on."""
    seen = story.person("Bob").sees()
    return Mirror(seen, story.person("Bob").id, seen["rev"])


def is_same(story, page):
    for event in story.events(page.rev):
        page.apply(event)
    now = story.person("Bob").sees()
    return all(page.state[name] == now[name] for name in ("proposals", "queue", "song"))


def test_a_song_of_somebody_else_waits_and_everybody_sees_it(den):  # S-16.1
    page = follows(den)

    answer = den.person("Bob").adds("Blue")

    assert (answer["added"], len(answer["waiting"]), answer["rejected"]) == ([], 1, [])
    assert waiting(den) == waiting(den, "Alice") == [("Blue", "waiting")]
    assert (den.plays(), den.order()) == (None, [])
    assert den.events()[-1]["type"] == "songs_proposed"
    assert is_same(den, page)


def test_what_the_creator_adds_does_not_wait(den):  # S-16.1
    assert len(den.person("Alice").adds("Blue")["added"]) == 1
    assert den.plays() == "Blue"


def test_the_dj_approves_and_whoever_is_it_no_longer_does_not(den):  # S-16.1 S-2.1
    den.person("Charlie").listens()
    songs = [*den.person("Bob").adds("Blue", "Green")["waiting"]]
    is_set(den, control_mode="dj")
    with den.now():
        dj.name(den.person("Alice").act, den.person("Charlie").id, may_name_any=True)

    decides(den, "approve_song", songs[0], name="Charlie")
    is_set(den, control_mode="open")

    assert den.plays() == "Blue"
    with pytest.raises(Refusal, match="approves songs"):
        decides(den, "approve_song", songs[1], name="Charlie")


def test_an_approved_song_has_its_turn_under_who_added_it(den):  # S-16.1
    (song,) = den.person("Bob").adds("Blue")["waiting"]
    page = follows(den)

    answer = decides(den, "approve_song", song)

    assert den.plays() == "Blue"
    row = den.row_of_what_plays()
    assert (row["song_id"], row["user_name"]) == (answer["song_id"], "Bob")
    assert waiting(den) == []
    assert is_same(den, page)
    keys = CommandContext(den.nest_id).keys
    assert not redis().exists(f"{keys.song_prefix}{song}")


def test_an_approved_song_waits_in_the_queue_by_its_persons_airtime(den):
    alice, bob = den.person("Alice"), den.person("Bob")
    alice.adds("Plays", "Hers", "Hers too")
    first, second = bob.adds("Blue", "Green")["waiting"]

    decides(den, "approve_song", second)
    page = follows(den)
    decides(den, "approve_song", first)

    mine = [title for title in den.order() if title in ("Blue", "Green")]
    assert mine == ["Green", "Blue"]
    assert is_same(den, page)


def test_a_refused_song_is_gone_and_everybody_hears_who_did_it(den):  # S-16.1
    (song,) = den.person("Bob").adds("Blue")["waiting"]
    page = follows(den)

    decides(den, "refuse_song", song)

    event = den.events()[-1]
    assert (event["type"], event["song_id"], event["user"]) == (
        "song_refused",
        song,
        den.person("Alice").id,
    )
    assert waiting(den) == []
    assert is_same(den, page)
    assert len(den.person("Bob").adds("Blue")["waiting"]) == 1


@pytest.mark.parametrize("verb", ["approve_song", "refuse_song"])
def test_nobody_else_decides(den, verb):  # S-16.1
    (song,) = den.person("Bob").adds("Blue")["waiting"]

    with pytest.raises(Refusal) as refused:
        decides(den, verb, song, "Bob")

    assert refused.value.code == "forbidden"
    assert waiting(den) == [("Blue", "waiting")]


@pytest.mark.parametrize("verb", ["approve_song", "refuse_song"])
def test_what_does_not_wait_is_neither_approved_nor_refused(den, verb):
    (song,) = den.person("Alice").adds("Blue")["added"]

    for each in (song, 99):
        with pytest.raises(Refusal) as refused:
            decides(den, verb, each)
        assert refused.value.code == "song_not_queued"


def test_where_there_is_no_place_it_goes_on_waiting(den):
    (song,) = den.person("Bob").adds("Blue")["waiting"]
    den.person("Alice").adds("Blue")
    before = den.events()

    with pytest.raises(Refusal) as refused:
        decides(den, "approve_song", song)

    assert refused.value.code == "already_queued"
    assert waiting(den) == [("Blue", "waiting")]
    assert den.events() == before


def test_the_same_song_waits_only_once(den):
    den.person("Carol").listens()
    den.person("Bob").adds("Blue")

    answer = den.person("Carol").adds("Blue")

    assert answer["rejected"][0]["message"] == "This song waits for approval already."


def test_what_waits_for_approval_counts_as_a_song_of_its_person(den):  # S-16.1
    is_set(den, max_songs_per_person=2)

    answer = den.person("Bob").adds("One", "Two", "Three")

    assert (len(answer["waiting"]), len(answer["rejected"])) == (2, 1)


def test_who_proposed_a_song_may_take_it_back_and_others_may_not(den):
    (song,) = den.person("Bob").adds("Blue")["waiting"]
    den.person("Carol").listens()
    page = follows(den)

    with den.now(), pytest.raises(Refusal) as refused:
        queue.remove(den.person("Carol").act, song, may_remove_all=False)
    with den.now():
        answer = queue.remove(den.person("Bob").act, song, may_remove_all=False)

    assert refused.value.code == "forbidden"
    assert set(answer) == {"rev"}
    assert waiting(den) == []
    assert is_same(den, page)


def test_whose_songs_all_go_has_none_that_wait_for_approval(den):
    den.person("Bob").adds("Blue", "Green")
    page = follows(den)

    with den.now():
        queue.remove_all_of(den.person("Alice").act, "bob@example.com")

    assert waiting(den) == []
    assert is_same(den, page)


def test_they_wait_on_where_nothing_new_has_to(den):
    (song,) = den.person("Bob").adds("Blue")["waiting"]
    is_set(den, approval=False)

    assert len(den.person("Bob").adds("Green")["added"]) == 1
    decides(den, "approve_song", song)

    assert den.order() == ["Blue"]


def test_so_many_wait_and_no_more(den):
    den.person("Bob").adds(*(f"Song {number}" for number in range(100)))

    answer = den.person("Bob").adds("One more")

    assert answer["rejected"][0]["error"] == "queue_full"


def test_a_song_has_rested_enough_for_whoever_approves_it(den):
    is_set(den, artist_gap_minutes=60)
    (song,) = den.person("Bob").adds("Blue")["waiting"]
    den.person("Alice").adds("Green")

    with den.now():
        proposals.approve_song(den.person("Alice").act, song)

    assert den.order() == ["Blue"]


def test_benders_songs_never_wait_and_his_idea_taken_by_a_listener_does(den):  # S-16.1
    stock()
    den.person("Alice").adds("Blue")
    feed(den)
    feed(den)
    idea = shown(den)["track"]
    before = den.order()
    command = COMMAND.validate_python({"type": "queue_preview", "track": idea["uri"]})

    with den.now():
        answer = dispatch.dispatch_command(den.person("Bob").act, command)

    assert len(before) == 1
    assert len(answer["waiting"]) == 1
    assert waiting(den) == [(idea["title"], "waiting")]
    assert den.order() == before


def test_a_song_that_is_unwelcome_does_not_even_wait(den):
    is_set(den, blocked=["Blue"])

    answer = den.person("Bob").adds("Blue")

    assert (answer["waiting"], answer["rejected"][0]["error"]) == ([], "song_blocked")
