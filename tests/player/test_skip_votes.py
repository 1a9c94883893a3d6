"""A skip that half of those who listen have to want (spec 04, skip_mode)."""

import pytest

from andre.core.context import CommandContext
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.moderation import moderation
from nests.registry import settings
from player.playback import maintenance, playback
from tests.nests.support import build
from tests.support.nest import NestStory
from tests.support.reducer import Mirror

pytestmark = pytest.mark.django_db


@pytest.fixture
def den():
    """Four people listen to "Blue", and a skip is voted on."""
    story = NestStory(build("The Den").nest_id)
    for name in ("Alice", "Bob", "Charlie", "Dave"):
        story.person(name).listens()
    story.person("Alice").adds("Blue", "Green", "Red")
    is_set(story, skip_mode="vote")
    return story


def is_set(story, **wishes):
    with story.now():
        settings.change(CommandContext(story.nest_id), wishes)


def skips(story, name):
    with story.now():
        return playback.skip(story.person(name).act)


def voters(story):
    seen = story.person("Bob").sees()
    names = {person["id"]: person["name"] for person in seen["listeners"]}
    return sorted(names[voter] for voter in seen["skip_voters"])


def test_a_song_goes_once_half_of_those_who_listen_want_it(den):
    first = skips(den, "Bob")
    again = skips(den, "Bob")
    wanted = voters(den)
    second = skips(den, "Charlie")

    assert (first["changed"], first["voted"], again["voted"]) == (False, True, True)
    assert wanted == ["Bob"]
    assert second["changed"]
    assert den.plays() == "Green"
    assert voters(den) == []  # The next song begins with none.


def test_whoever_leaves_takes_their_vote_along(den):
    skips(den, "Bob")
    den.person("Bob").leaves()
    den.passes(20)

    skips(den, "Charlie")  # One of three who are here, and two are needed.

    assert den.plays() == "Blue"


def test_a_departure_leaves_a_vote_that_is_half_of_those_who_remain(den):  # P3
    skips(den, "Bob")
    version = den.playback()["version"]

    den.person("Charlie").leaves()
    after_one = den.plays()
    den.person("Dave").leaves()

    assert after_one == "Blue"  # One of three.
    assert den.plays() == "Green"  # One of two.
    assert voters(den) == []
    assert den.playback()["version"] == version + 1


def test_a_vote_that_a_departure_settled_skips_once(den):
    skips(den, "Bob")
    for name in ("Charlie", "Dave"):
        den.person(name).leaves()
    den.ticks()
    with den.now():
        playback.settle_skip_votes(den.nest_id)
    skips_told = [event for event in den.events() if event["type"] == "song_finished"]

    assert den.plays() == "Green"
    assert [(each["outcome"], each["user"]) for each in skips_told] == [("skipped", "")]


def test_whoever_voted_and_leaves_settles_nothing(den):
    skips(den, "Bob")

    for name in ("Bob", "Charlie", "Dave"):
        den.person(name).leaves()

    assert den.plays() == "Blue"


def test_a_vote_that_comes_back_with_its_listener_counts_again(den):
    skips(den, "Bob")
    den.person("Bob").leaves()
    skips(den, "Charlie")
    without_bob = den.plays()

    den.person("Bob").listens()

    assert (without_bob, den.plays()) == ("Blue", "Green")


def test_whoever_is_sent_out_or_crashes_counts_no_more(den):
    skips(den, "Bob")
    with den.now():
        moderation.kick(den.person("Alice").act, den.person("Charlie").id, "")
    redis().delete(f"{NestKeys(den.nest_id).member_prefix}dave@example.com")
    with den.now():
        maintenance.repair_nests()

    assert den.plays() == "Green"


def test_a_vote_settled_while_paused_leaves_the_next_song_paused(den):  # P4
    den.person("Alice").does("pause")
    skips(den, "Bob")

    for name in ("Charlie", "Dave"):
        den.person(name).leaves()

    assert (den.plays(), den.playback()["play_state"]) == ("Green", "paused")
    assert den.playback()["position_ms"] == 0


def test_a_page_hears_of_a_vote_and_says_the_same_as_a_new_one(den):
    seen = den.person("Dave").sees()
    since = seen["rev"]
    page = Mirror(seen, den.person("Dave").id, since)
    skips(den, "Bob")
    skips(den, "Alice")

    events = den.events(since)
    for event in events:
        page.apply(event)

    now = den.person("Dave").sees()
    assert page.state["skip_voters"] == now["skip_voters"] == []
    assert now["skip_share"] == 0.5
    assert events[0]["type"] == "skip_vote_cast"


def test_the_share_is_a_setting_and_the_server_needs_no_vote(den, settle):
    settle(SKIP_VOTE_SHARE="0.25")
    skips(den, "Bob")
    after_one = den.plays()
    settle(SKIP_VOTE_SHARE="1")
    with den.now():
        playback.skip(CommandContext(den.nest_id))

    assert (after_one, den.plays()) == ("Green", "Red")


def test_beside_a_dj_and_where_anybody_may_one_press_is_enough(den):
    is_set(den, control_mode="dj")
    skips(den, "Alice")
    with_dj = den.plays()
    is_set(den, control_mode=None, skip_mode=None)
    skips(den, "Dave")

    assert (with_dj, den.plays()) == ("Green", "Red")
