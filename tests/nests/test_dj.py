"""Nests with a DJ: who controls what plays, and what happens while the DJ is away."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from andre.core import clock, permissions
from andre.core.context import HOUSE, CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.protocol.commands import COMMAND
from andre.web import dispatch
from nests.chat import messages
from nests.lifecycle import deletion, grace
from nests.membership import members
from nests.models import NestTombstone
from nests.registry import records, serializers, settings, store, summaries
from nests.scripts import lua
from tests.nests.support import build
from tests.support.logs import logged
from tests.support.nest import BEGIN_MS, NestStory, main_nest
from tests.support.reducer import Mirror, comparable

pytestmark = pytest.mark.django_db(transaction=True)  # A command ends with its connection closed.

CONTROLS = [
    {"type": "play"},
    {"type": "pause"},
    {"type": "toggle"},
    {"type": "seek", "position_ms": 90_000},
    {"type": "skip"},
    {"type": "previous"},
    {"type": "set_options", "repeat_mode": "all"},
]
GRACE_SECONDS = 600


@pytest.fixture
def den():
    """Alice's nest, whose DJ she is; Bob and Carol listen, and Blue plays."""
    return opened(control_mode="dj")


def opened(**set_to):
    with clock.freeze(BEGIN_MS):
        story = NestStory(build("The Den", **set_to).nest_id)
    for name in ("Alice", "Bob", "Carol"):
        story.person(name).listens()
    story.person("Alice").adds("Blue", "Green")
    return story


def sends(somebody, act=None, **fields):
    with somebody.nest.now():
        return dispatch.dispatch_command(act or somebody.act, COMMAND.validate_python(fields))


def refusal_of(somebody, act=None, **fields):
    with pytest.raises(Refusal) as refused:
        sends(somebody, act, **fields)
    return refused.value


def state_of(story):
    return records.read_nest(story.nest_id).state


def types(story, since=0):
    return [event["type"] for event in story.events(since)]


def rev_of(story):
    return story.somebody.sees()["rev"]


def sweeps(story):
    with story.now():
        return grace.expire_nests()


def dj_goes(story, seconds=10):
    story.person("Alice").leaves()
    story.passes(seconds)


def set_to(story, **wishes):
    alice = story.person("Alice")
    return sends(alice, type="change_nest_settings", **wishes)


# Who controls what plays


@pytest.mark.parametrize("command", CONTROLS, ids=lambda command: command["type"])
def test_only_the_dj_controls_what_plays(den, command):  # S-6.1 R5
    den.passes(20)
    version, rev = den.playback()["version"], rev_of(den)

    refusal = refusal_of(den.person("Bob"), **command)

    assert (refusal.code, refusal.status) == ("dj_only", 403)
    assert (den.playback()["version"], rev_of(den)) == (version, rev)
    assert sends(den.person("Alice"), **command)["rev"]


@pytest.mark.parametrize("command", CONTROLS, ids=lambda command: command["type"])
def test_the_step_of_the_change_asks_who_the_dj_is(den, command):  # S-6.10
    bob = den.person("Bob")
    before = replace(bob.act, actor=replace(bob.act.actor, has_dj=False))
    wanted = COMMAND.validate_python(command)

    with den.now(), pytest.raises(Refusal) as refused:
        dispatch.HANDLERS[type(wanted)](before.with_command_id(wanted), wanted)

    assert refused.value.code == "dj_only"


def test_everything_else_stays_everybodys(den):  # S-6.1
    bob = den.person("Bob")
    bob.adds("Red")

    for command in (
        {"type": "cast_vote", "song_id": den.id_of("Green"), "direction": 1},
        {"type": "toggle_jam", "song_id": den.id_of("Green")},
        {"type": "add_comment", "song_id": den.id_of("Green"), "text": "this one"},
        {"type": "blow_airhorn", "name": "goose"},
        {"type": "set_volume", "volume": 40},
        {"type": "move_song", "song_id": den.id_of("Red")},
        {"type": "remove_song", "song_id": den.id_of("Red")},
    ):
        sends(bob, **command)


def test_in_an_open_nest_anybody_plays_and_skips():  # S-6.9
    story = opened()
    bob = story.person("Bob")

    sends(bob, type="pause")
    sends(bob, type="skip")

    assert (story.playback()["play_state"], story.plays()) == ("paused", "Green")


def test_a_nest_that_gets_a_dj_has_one_for_who_is_there_already():  # S-6.10
    story = opened()
    bob = story.person("Bob")
    connected_before = bob.act
    sends(bob, connected_before, type="pause")

    set_to(story, control_mode="dj")
    refusal = refusal_of(bob, connected_before, type="play")
    set_to(story, control_mode="open")
    sends(bob, connected_before, type="play")

    assert refusal.code == "dj_only"


def test_the_main_nest_is_always_open(nest, bob):  # S-6.9
    operator = bob.with_role("operator")

    for wishes in ({"control_mode": "dj"}, {"close_when_dj_leaves": True}):
        refusal = refusal_of(bob, operator, type="change_nest_settings", **wishes)
        assert refusal.code == "forbidden"
    assert nest.somebody.sees()["nest"]["control_mode"] == "open"
    assert nest.somebody.sees()["dj"] is None
    refusal = refusal_of(bob, replace(operator, actor=HOUSE), type="name_dj", person=bob.id)
    assert refusal.code == "validation_error"


def test_whoever_runs_the_server_plays_and_skips_all_the_same(den):  # S-6.1
    sends(den.person("Bob"), CommandContext(den.nest_id, HOUSE), type="skip")

    assert den.plays() == "Green"


# Who the DJ is


def test_who_built_the_nest_names_another_who_passes_it_on(den):  # S-6.10
    alice, bob, carol = (den.person(name) for name in ("Alice", "Bob", "Carol"))

    sends(alice, type="name_dj", person=bob.id)
    refused = refusal_of(alice, type="pause")
    sends(bob, type="pause")
    sends(bob, type="name_dj", person=carol.id)
    sends(carol, type="play")

    assert refused.code == "dj_only"
    assert refusal_of(bob, type="name_dj", person=bob.id).code == "forbidden"
    assert den.somebody.sees()["dj"] == {"id": carol.id, "name": "Carol"}
    nest = store.get_nest(den.nest_id)
    assert store.rights_of(nest, carol.email) == {"is_creator": False, "is_dj": True}


def test_naming_twice_under_one_id_is_one_act_and_one_answer(den):  # R3
    alice, bob, carol = (den.person(name) for name in ("Alice", "Bob", "Carol"))

    first = sends(alice, type="name_dj", id="once", person=bob.id)
    rev = rev_of(den)
    again = sends(alice, type="name_dj", id="once", person=bob.id)
    refusal = refusal_of(alice, type="name_dj", id="once", person=carol.id)

    assert (again, rev_of(den)) == (first, rev)
    assert refusal.code == "id_reused"


def test_who_is_the_dj_no_longer_passes_nothing_on(den):  # S-6.10
    alice, bob = den.person("Alice"), den.person("Bob")
    wanted = COMMAND.validate_python({"type": "name_dj", "person": bob.id})
    stale = replace(bob.act, actor=replace(bob.act.actor, is_dj=True)).with_command_id(wanted)

    with den.now(), pytest.raises(Refusal) as refused:
        dispatch.HANDLERS[type(wanted)](stale, wanted)

    assert refused.value.code == "dj_only"
    assert den.somebody.sees()["dj"]["id"] == alice.id


def test_nobody_is_named_who_is_no_member_or_a_guest(den):  # S-6.10
    alice, dave = den.person("Alice"), den.person("Dave")
    guest = replace(dave.act.actor, user="k@guest.andre.invalid")
    face = f'{{"id":"{"0" * 32}","name":"Dave","picture":"","is_guest":true}}'

    assert refusal_of(alice, type="name_dj", person=dave.id).code == "not_found"
    redis().sadd(NestKeys(den.nest_id).members, guest.user)
    redis().hset(NestKeys(den.nest_id).people, guest.user, face)
    assert refusal_of(alice, type="name_dj", person="0" * 32).code == "forbidden"


def test_a_nest_without_a_dj_has_nobody_to_name():
    story = opened()

    refusal = refusal_of(story.person("Alice"), type="name_dj", person=story.person("Bob").id)

    assert refusal.code == "validation_error"


def test_a_nest_that_gets_a_dj_again_gets_who_built_it(den):
    alice, bob = den.person("Alice"), den.person("Bob")
    sends(alice, type="name_dj", person=bob.id)
    set_to(den, control_mode="open")
    since = rev_of(den)

    set_to(den, control_mode="dj")

    assert den.somebody.sees()["dj"]["id"] == alice.id
    assert types(den, since) == ["nest_settings_changed", "dj_named"]


def test_a_list_names_the_dj_by_name(den):  # S-4.1
    sends(den.person("Alice"), type="name_dj", person=den.person("Bob").id)
    viewer = den.person("Carol").act.actor

    class Viewer:
        email, role = viewer.user, "viewer"

    told = serializers.serialize_nest(store.get_nest(den.nest_id), Viewer, "")

    assert told["dj"] == "Bob"
    assert "bob@example.com" not in json.dumps(told)


def test_a_nest_whose_dj_is_not_here_is_in_no_public_list(den):  # S-4.8 S-4.3
    seen = [summaries.summary(den.nest_id).is_live]
    den.person("Alice").leaves()
    seen.append(summaries.summary(den.nest_id).is_live)
    den.passes(10)
    seen.append(summaries.summary(den.nest_id).is_live)
    den.person("Alice").listens()
    seen.append(summaries.summary(den.nest_id).is_live)

    assert seen == [True, False, False, True]


def test_what_a_page_may_do_is_told_without_the_dj(den):
    bob = den.person("Bob").act.actor
    under_a_dj = replace(bob, has_dj=True)

    assert permissions.list_rights(under_a_dj) == permissions.list_rights(bob)


# The DJ is away


def test_grace_begins_when_the_dj_has_been_away_for_ten_seconds(den):  # S-2.1 S-2.12
    den.passes(20)
    since, version = rev_of(den), den.playback()["version"]
    den.person("Alice").leaves()

    den.passes(9.9)
    still_plays = den.playback()["is_playing"]
    den.passes(0.1)

    keys, playing = NestKeys(den.nest_id), den.playback()
    told = {event["type"]: event for event in den.events(since)}
    assert still_plays
    assert state_of(den) == "GRACE"
    assert types(den, since) == ["listeners_changed", "dj_away", "playback_state"]
    assert told["dj_away"]["grace_seconds"] == GRACE_SECONDS
    assert told["dj_away"]["until_ms"] == den.now_ms + GRACE_SECONDS * 1000
    assert (playing["is_playing"], playing["position_ms"]) == (False, 30_000)
    assert playing["version"] == version + 1
    assert redis().get(keys.dj_grace) == str(den.now_ms + GRACE_SECONDS * 1000)
    assert GRACE_SECONDS <= redis().ttl(keys.dj_grace) <= GRACE_SECONDS + 60
    assert redis().get(keys.dj_away_since) == str(den.now_ms)


def test_while_the_dj_is_away_people_chat_as_usual(den):  # S-2.7
    den.person("Alice").leaves()
    den.passes(10)
    since = rev_of(den)

    with den.now():
        messages.send(den.person("Bob").act, "hello", None, [])

    assert state_of(den) == "GRACE"
    assert types(den, since) == ["chat_message"]


def test_a_late_tick_freezes_where_the_song_was_then(den):  # S-2.1
    den.passes(20)
    den.person("Alice").leaves()

    den.now_ms += 60_000
    den.ticks()

    assert den.playback()["position_ms"] == 30_000


def test_grace_begins_in_a_nest_that_is_paused_or_silent():  # S-2.1
    story = opened(control_mode="dj")
    sends(story.person("Alice"), type="pause")
    version = story.playback()["version"]

    dj_goes(story)

    assert state_of(story) == "GRACE"
    assert story.playback()["version"] == version


def test_the_dj_has_two_tabs_and_closes_one(den):  # S-2.2
    alice = den.person("Alice")
    alice.listens("second tab")
    since = rev_of(den)

    alice.leaves()
    den.passes(60)

    assert (state_of(den), types(den, since)) == ("LIVE", [])


def test_a_short_drop_of_the_dj_is_not_leaving(den):  # S-2.2 S-2.10
    dj_goes(den, 9)

    den.person("Alice").listens()
    den.passes(60)

    assert state_of(den) == "LIVE"
    assert "dj_away" not in types(den)


def test_the_dj_comes_back_and_the_music_goes_on(den):  # S-2.3 S-2.10
    den.passes(20)
    dj_goes(den)
    den.passes(300)
    since = rev_of(den)

    den.person("Alice").listens()

    playing = den.playback()
    assert (playing["is_playing"], playing["position_ms"]) == (True, 30_000)
    assert types(den, since) == ["dj_back", "playback_state", "listeners_changed"]
    assert state_of(den) == "LIVE"
    assert redis().exists(NestKeys(den.nest_id).dj_grace, NestKeys(den.nest_id).dj_away_since) == 0


def test_two_tabs_of_the_dj_come_back_and_it_is_told_once(den):  # S-2.3
    dj_goes(den)
    for tab in ("one", "two"):
        den.person("Alice").listens(tab)

    assert types(den).count("dj_back") == 1


def test_what_the_dj_had_paused_stays_paused(den):  # S-2.3
    sends(den.person("Alice"), type="pause")
    dj_goes(den)

    den.person("Alice").listens()

    assert den.playback()["play_state"] == "paused"


def test_what_an_earlier_absence_froze_is_not_taken_up_again(den):  # S-2.3
    dj_goes(den, 10)
    den.passes(GRACE_SECONDS)
    sweeps(den)
    den.person("Alice").listens()
    set_to(den, control_mode="dj")
    dj_goes(den)

    den.person("Alice").listens()

    assert den.playback()["play_state"] == "paused"


def test_a_dj_who_was_alone_leaves_the_nest_waiting(den):  # S-2.1 S-2.3 N18
    den.person("Bob").leaves()
    den.person("Carol").leaves()
    dj_goes(den)
    den.person("Bob").listens()
    without_the_dj = den.playback()["is_playing"]
    waits = state_of(den)

    den.person("Alice").listens()

    assert (waits, without_the_dj) == ("GRACE", False)
    assert den.playback()["is_playing"]


def test_a_silent_nest_stays_so_while_it_waits(den):  # S-2.1
    for _ in "12":
        sends(den.person("Alice"), type="skip")
    dj_goes(den)

    den.person("Bob").adds("Red")
    added = den.plays()
    for name in ("Bob", "Carol"):
        den.person(name).leaves()
    den.person("Bob").listens()

    assert (added, den.plays()) == (None, None)


def test_while_the_nest_waits_everything_else_goes_on(den):  # S-2.8
    dj_goes(den)
    bob = den.person("Bob")

    sends(bob, type="cast_vote", song_id=den.id_of("Green"), direction=1)
    sends(bob, type="add_comment", song_id=den.id_of("Green"), text="come back")

    assert refusal_of(bob, type="play").code == "dj_only"


def test_another_dj_who_is_here_ends_the_waiting(den):  # S-2.3
    alice, bob = den.person("Alice"), den.person("Bob")
    dj_goes(den)

    sends(alice, type="name_dj", person=bob.id)

    assert state_of(den) == "LIVE"
    assert den.playback()["is_playing"]
    den.passes(60)
    assert state_of(den) == "LIVE"


def test_another_dj_who_is_not_here_has_ten_seconds_of_their_own(den):  # S-2.1
    alice, dave = den.person("Alice"), den.person("Dave")
    dave.listens()
    dave.leaves()

    sends(alice, type="name_dj", person=dave.id)
    den.passes(9)
    before = state_of(den)
    den.passes(1)

    assert (before, state_of(den)) == ("LIVE", "GRACE")


def test_who_opens_the_nest_meanwhile_ends_the_waiting(den):  # S-2.3
    dj_goes(den)

    set_to(den, control_mode="open")
    ends = den.somebody.sees()["dj_away_until_ms"]
    sends(den.person("Bob"), type="play")
    den.passes(60)
    plays = den.playback()["is_playing"]
    den.passes(GRACE_SECONDS)
    sweeps(den)

    assert (state_of(den), plays, ends) == ("LIVE", True, None)


def test_a_nest_gets_a_dj_who_is_not_here():  # S-2.1
    story = opened()
    story.person("Alice").leaves()
    set_to(story, control_mode="dj")

    story.passes(10)

    assert state_of(story) == "GRACE"


def test_a_dj_whose_process_slept_is_back_with_its_first_beat(den):  # S-2.3 S-2.10
    alice = den.person("Alice")
    redis().delete(alice.act.keys.member(alice.email))
    with den.now():
        members.prune(den.nest_id)
    den.passes(10)
    waits = state_of(den)

    with den.now():
        members.refresh(den.nest_id, [(alice.email, "tab")])

    assert (waits, state_of(den)) == ("GRACE", "LIVE")


# Grace is over


def test_a_nest_that_has_waited_in_vain_is_everybodys(den):  # S-2.4 S-2.5
    dj_goes(den)
    den.passes(GRACE_SECONDS)
    since = rev_of(den)

    expired = sweeps(den)

    seen = den.somebody.sees()
    assert (expired, state_of(den)) == (0, "LIVE")
    assert (seen["nest"]["control_mode"], seen["dj_away_until_ms"]) == ("open", None)
    assert types(den, since) == ["nest_settings_changed"]
    assert den.playback()["play_state"] == "paused"
    assert redis().exists(NestKeys(den.nest_id).dj_grace) == 0
    sends(den.person("Bob"), type="play")


def test_a_nest_that_ends_without_its_dj_expires_once_grace_is_over():  # S-2.5 S-1.4
    story = opened(control_mode="dj", close_when_dj_leaves=True)
    dj_goes(story)
    story.passes(GRACE_SECONDS)

    assert (sweeps(story), sweeps(story)) == (1, 0)

    stone = NestTombstone.objects.get()
    assert (stone.state, stone.reason) == ("EXPIRED", deletion.DJ_STAYED_AWAY)
    assert store.find_nest(story.nest_id) is None
    assert redis().keys(f"NEST:{story.nest_id}*") == []
    assert deletion.has_expired(story.nest_id)


@pytest.mark.parametrize("is_key_gone", [True, False])
def test_whoever_comes_after_grace_decides_about_the_nest(den, is_key_gone):  # S-2.4
    dj_goes(den)
    den.passes(GRACE_SECONDS)
    if is_key_gone:
        redis().delete(NestKeys(den.nest_id).dj_grace)

    den.person("Dave").listens()

    assert den.person("Dave").sees()["nest"]["control_mode"] == "open"
    assert state_of(den) == "LIVE"


def test_whoever_comes_to_a_nest_that_ends_without_its_dj_ends_it():  # S-2.4
    story = opened(control_mode="dj", close_when_dj_leaves=True)
    dj_goes(story)
    story.passes(GRACE_SECONDS)

    with pytest.raises(NoSuchNest):
        story.person("Alice").listens()
    assert deletion.has_expired(story.nest_id)


def test_joining_over_http_decides_as_well(den):  # S-2.4
    dj_goes(den)
    den.passes(GRACE_SECONDS)

    with den.now():
        members.admit(den.person("Dave").act)

    assert state_of(den) == "LIVE"


def test_while_there_is_time_a_sweep_changes_nothing():  # S-2.6
    story = opened(control_mode="dj", close_when_dj_leaves=True)
    dj_goes(story)
    story.passes(GRACE_SECONDS - 1)
    rev = rev_of(story)

    assert sweeps(story) == 0

    assert (state_of(story), rev_of(story)) == ("GRACE", rev)


def test_a_failure_on_the_way_out_undoes_no_end():  # S-2.5
    story = opened(control_mode="dj", close_when_dj_leaves=True)
    dj_goes(story)
    story.passes(GRACE_SECONDS)
    plays = NestKeys(story.nest_id).pending_plays
    redis().delete(plays)
    redis().set(plays, "no plays")

    with logged() as log:
        assert sweeps(story) == 0

    assert [line["nest"] for line in log.of("nest_not_settled")] == [story.nest_id]
    assert state_of(story) == "EXPIRED"
    redis().delete(plays)
    with story.now():
        assert deletion.clean_up() == 1
    assert NestTombstone.objects.get().state == "EXPIRED"


@pytest.mark.parametrize(("seconds", "is_in_grace"), [(0, True), (1.9, True), (3, False)])
def test_how_long_grace_lasts_is_a_setting(settle, seconds, is_in_grace):  # S-2.9 S-2.12
    settle(NEST_DJ_GRACE_SECONDS="2")
    story = opened(control_mode="dj")
    dj_goes(story)

    story.passes(seconds)

    with story.now():
        assert (lua.read_grace(story.somebody.act) == ["running"]) is is_in_grace


def test_grace_that_is_cleared_is_over_at_once(settle):  # S-2.9
    settle(NEST_DJ_GRACE_SECONDS="30")
    story = opened(control_mode="dj")
    dj_goes(story)

    story.person("Alice").listens()

    with story.now():
        assert lua.read_grace(story.somebody.act) != ["running"]


def test_grace_without_its_beginning_is_left_alone():  # S-2.11
    story = opened(control_mode="dj", close_when_dj_leaves=True)
    dj_goes(story)
    redis().delete(NestKeys(story.nest_id).dj_away_since, NestKeys(story.nest_id).dj_grace)
    story.passes(GRACE_SECONDS * 2)

    assert sweeps(story) == 0
    assert state_of(story) == "GRACE"


def test_the_command_says_how_many_nests_have_expired():  # S-2.11 S-2.5
    story = opened(control_mode="dj", close_when_dj_leaves=True)
    dj_goes(story)
    story.passes(GRACE_SECONDS)
    said = StringIO()

    with story.now():
        call_command("expire_nests", stdout=said)

    assert said.getvalue() == "Expired nests: 1\n"


def test_what_a_process_that_died_began_the_sweep_takes_up(den):  # S-2.5 S-2.10
    """The nest waits, and the registry has not heard of it; then the DJ is let in, and no more."""
    dj_goes(den)
    settings.naming.rewrite(den.nest_id, lambda nest: replace(nest, state="LIVE"))
    sweeps(den)
    waits = state_of(den)
    redis().sadd(NestKeys(den.nest_id).listeners, den.person("Alice").email)
    den.passes(GRACE_SECONDS * 2)

    sweeps(den)

    assert waits == "GRACE"
    assert (state_of(den), den.playback()["is_playing"]) == ("LIVE", True)


# When Redis has lost who listens


def loses_presence(story):
    keys = NestKeys(story.nest_id)
    redis().delete(keys.listeners, *(keys.member(it.email) for it in story.people.values()))


def recovers(story):
    said = StringIO()
    with story.now():
        call_command("recover_nests", stdout=said)
    return said.getvalue().strip()


def test_a_nest_whose_presence_is_lost_waits_for_its_dj_from_now_on(den):  # S-2.11
    loses_presence(den)

    assert recovers(den) == "Waiting for their DJ: 1. Expired: 0"
    assert state_of(den) == "GRACE"
    assert redis().get(NestKeys(den.nest_id).dj_away_since) == str(den.now_ms)
    assert recovers(den) == "Waiting for their DJ: 0. Expired: 0"


def test_a_nest_that_had_waited_long_enough_expires_at_once():  # S-2.11
    story = opened(control_mode="dj", close_when_dj_leaves=True)
    dj_goes(story)
    story.passes(GRACE_SECONDS)
    settings.naming.rewrite(story.nest_id, lambda nest: replace(nest, state="LIVE"))
    loses_presence(story)

    assert recovers(story) == "Waiting for their DJ: 0. Expired: 1"


def test_a_dj_who_is_here_is_not_waited_for(den):  # S-2.10
    assert recovers(den) == "Waiting for their DJ: 0. Expired: 0"
    assert state_of(den) == "LIVE"


def test_one_nest_that_cannot_be_recovered_keeps_none_from_it(den):  # S-2.11
    broken = NestStory(build("Broken", seed=2, control_mode="dj").nest_id)
    broken.person("Alice").listens()
    loses_presence(broken)
    redis().set(NestKeys(broken.nest_id).listeners, "no set")
    loses_presence(den)

    with logged() as log:
        assert recovers(den) == "Waiting for their DJ: 1. Expired: 0"

    assert [line["nest"] for line in log.of("nest_not_settled")] == [broken.nest_id]


# What a page makes of it


def test_events_make_of_an_old_snapshot_the_new_one(den):  # R8
    alice, bob = den.person("Alice"), den.person("Bob")
    before = bob.sees()
    mirror = Mirror(before, bob.id, before["rev"])

    sends(alice, type="name_dj", person=den.person("Carol").id)
    sends(alice, type="name_dj", person=alice.id)
    dj_goes(den)
    away = bob.sees()
    alice.listens()
    dj_goes(den)
    den.passes(GRACE_SECONDS)
    sweeps(den)

    for event in den.events(before["rev"]):
        mirror.apply(event)
        if event["rev"] == away["rev"]:
            assert mirror.state["dj_away_until_ms"] == away["dj_away_until_ms"] is not None
    assert comparable(mirror.state) == comparable(bob.sees())


def test_an_idle_nest_is_not_kept_by_its_waiting(den):  # N15
    for name in ("Bob", "Carol"):
        den.person(name).leaves()
    set_to(den, bender=False)
    sends(den.person("Alice"), type="clear_queue")
    dj_goes(den)
    den.passes(6 * 60)

    with den.now():
        assert deletion.clean_up() == 1
    assert NestTombstone.objects.get().state == "DELETED"


def test_main_nest_has_no_grace(nest, bob):  # S-1.12
    bob.leaves()
    nest.passes(GRACE_SECONDS)

    assert sweeps(nest) == 0
    assert state_of(nest) == "LIVE"
    assert main_nest().nest_id == nest.nest_id


@pytest.mark.parametrize("ends", ["the DJ returns", "the time is over", "the creator opens it"])
def test_songs_added_to_a_silent_nest_meanwhile_begin_once_it_waits_no_more(ends):  # S-2.3 S-2.5
    story = opened(control_mode="dj")
    alice = story.person("Alice")
    for _ in range(2):
        sends(alice, type="skip")
    dj_goes(story, seconds=40)
    story.person("Bob").adds("Red")
    assert story.plays() is None

    if ends == "the DJ returns":
        alice.listens()
    elif ends == "the time is over":
        story.passes(GRACE_SECONDS)
        sweeps(story)
    else:
        set_to(story, control_mode="open")

    assert story.plays() == "Red"
