"""Two at once, on a real Valkey: moderators, sweeps, a ban and a return, the tabs of a DJ.

Each race is run some times over, with everybody let go at the same moment. Whoever comes first,
nothing is doubled and nothing is left behind.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection

from andre.core.errors import Refusal
from andre.core.redis import redis
from andre.protocol.commands import COMMAND
from andre.web import dispatch
from nests.lifecycle import grace
from nests.membership import members
from nests.models import NestTombstone
from nests.registry import records, states, store
from tests.nests.test_dj import GRACE_SECONDS, dj_goes, opened, state_of

pytestmark = pytest.mark.django_db(transaction=True)  # A command closes old connections.

ROUNDS = 8


def at_once(*acts):
    """What each of them answered, or the code of its refusal."""
    ready = threading.Barrier(len(acts))

    def run(act):
        ready.wait()
        try:
            return act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def decides(somebody, verb, whom, **fields):
    """As a call for `at_once`: time is of the thread."""

    def act():
        with somebody.nest.now():
            command = COMMAND.validate_python({"type": verb, "person": whom.id, **fields})
            return dispatch.dispatch_command(somebody.act, command)

    return act


@pytest.fixture
def den():
    """Alice's nest, in which Dave is the DJ; Bob and Carol listen."""
    story = opened(control_mode="dj")
    dave = story.person("Dave")
    dave.listens()
    with story.now():
        command = COMMAND.validate_python({"type": "name_dj", "person": dave.id})
        dispatch.dispatch_command(story.person("Alice").act, command)
    return story


def moderators(story):
    return [story.person(name) for name in ("Alice", "Dave")]


def acts_told(story, since):
    told = ("listener_banned", "listener_kicked", "listener_muted", "listener_unmuted")
    return [each["type"] for each in story.events(since) if each["type"] in told]


def traces_of(person):
    """What only somebody who is in, or listens, has in a nest."""
    keys = person.act.keys
    return [
        bool(redis().sismember(keys.members, person.email)),
        bool(redis().sismember(keys.listeners, person.email)),
        redis().exists(keys.connections_prefix + person.email, keys.member(person.email)),
    ]


GONE = [False, False, 0]


def test_two_moderators_ban_at_once_and_it_is_one_ban(den):  # S-10.2
    bob, alice = den.person("Bob"), den.person("Alice")
    for _ in range(ROUNDS):
        since = alice.sees()["rev"]
        kept = redis().llen(bob.act.keys.moderation_log)

        answers = at_once(*(decides(each, "ban_listener", bob) for each in moderators(den)))

        assert all("rev" in each for each in answers), answers
        assert acts_told(den, since) == ["listener_banned"]
        assert redis().llen(bob.act.keys.moderation_log) == kept + 1
        assert (redis().hlen(bob.act.keys.bans), traces_of(bob)) == (1, GONE)
        at_once(decides(moderators(den)[0], "unban_listener", bob))
        bob.listens()


def test_one_bans_while_the_other_kicks(den):  # S-10.2 S-10.3
    bob, alice = den.person("Bob"), den.person("Alice")
    first, second = moderators(den)
    for _ in range(ROUNDS):
        since = alice.sees()["rev"]

        banned, kicked = at_once(
            decides(first, "ban_listener", bob), decides(second, "kick_listener", bob)
        )

        assert "rev" in banned
        assert kicked == "not_found" or "rev" in kicked
        told = acts_told(den, since)
        assert told.count("listener_banned") == 1
        assert told.count("listener_kicked") == (0 if kicked == "not_found" else 1)
        assert traces_of(bob) == GONE
        assert bob.id not in {each["id"] for each in alice.sees()["listeners"]}
        at_once(decides(first, "unban_listener", bob))
        bob.listens()


def test_one_mutes_while_the_other_unmutes(den):  # S-10.1
    bob, alice = den.person("Bob"), den.person("Alice")
    first, second = moderators(den)
    for _ in range(ROUNDS):
        since, before = alice.sees()["rev"], alice.sees()["muted"]

        at_once(decides(first, "mute_listener", bob), decides(second, "unmute_listener", bob))

        told, after = acts_told(den, since), alice.sees()["muted"]
        assert len(told) == len(set(told))
        last = told[-1] if told else ""
        assert after == ([bob.id] if last == "listener_muted" else [] if last else before)


def test_a_ban_while_a_reconnect_is_under_way(den):  # S-10.2
    bob = den.person("Bob")
    first, _ = moderators(den)

    def come_back_until_refused(tab):
        with den.now():
            while True:
                members.enter(bob.act, tab)

    def beat_until_banned():
        with den.now():
            while not (is_banned := redis().hlen(bob.act.keys.bans)):
                members.refresh(den.nest_id, [(bob.email, "tab")])
            members.refresh(den.nest_id, [(bob.email, "tab"), (bob.email, "back")])
            return is_banned

    for _ in range(ROUNDS):
        banned, *came = at_once(
            decides(first, "ban_listener", bob),
            partial(come_back_until_refused, "back"),
            partial(come_back_until_refused, "tab"),
            beat_until_banned,
        )

        assert "rev" in banned
        assert came == ["banned", "banned", 1]
        assert traces_of(bob) == GONE
        at_once(decides(first, "unban_listener", bob))
        bob.listens()


@pytest.mark.parametrize("closes", [True, False], ids=["closes", "opens"])
def test_sweeps_at_once_settle_a_nest_once(closes):  # S-1.11 S-2.5
    story = opened(control_mode="dj", close_when_dj_leaves=closes)
    dj_goes(story)
    story.passes(GRACE_SECONDS)
    since = story.person("Bob").sees()["rev"]

    def sweep():
        with story.now():
            return grace.expire_nests()

    expired = at_once(*[sweep] * 4)

    assert sum(expired) == (1 if closes else 0)
    assert NestTombstone.objects.count() == (1 if closes else 0)
    if closes:
        assert redis().keys(f"NEST:{story.nest_id}*") == []
        assert store.find_nest(story.nest_id) is None
    else:
        assert [each["type"] for each in story.events(since)] == ["nest_settings_changed"]
        assert state_of(story) == "LIVE"


def test_a_sweep_while_the_dj_comes_back(den):  # S-2.3 S-2.4 S-2.5
    story = opened(control_mode="dj")
    alice = story.person("Alice")
    for round_number in range(ROUNDS):
        since = story.person("Bob").sees()["rev"]
        dj_goes(story)
        story.now_ms += (GRACE_SECONDS + round_number % 2) * 1000

        at_once(partial(listens_again, alice), partial(sweeps, story), partial(sweeps, story))

        told = [each["type"] for each in story.events(since)]
        assert told.count("dj_away") == 1
        assert told.count("dj_back") + told.count("nest_settings_changed") == 1
        assert state_of(story) == "LIVE"
        assert redis().exists(alice.act.keys.dj_grace, alice.act.keys.dj_away_since) == 0
        if records.read_nest(story.nest_id).setting("control_mode") == "open":
            with story.now():
                command = COMMAND.validate_python(
                    {"type": "change_nest_settings", "control_mode": "dj"}
                )
                dispatch.dispatch_command(alice.act, command)


def test_the_dj_is_back_after_a_sweep_has_read_and_before_it_writes(monkeypatch):  # S-2.3 S-2.5
    story = opened(control_mode="dj")
    alice = story.person("Alice")
    dj_goes(story)
    mark = states.mark

    def mark_late(nest_id, state, **more):
        monkeypatch.setattr(states, "mark", mark)
        alice.listens()
        return mark(nest_id, state, **more)

    monkeypatch.setattr(states, "mark", mark_late)
    sweeps(story)

    assert state_of(story) == "LIVE"


def listens_again(person, tab="tab"):
    person.listens(tab)


def leaves(person, tab="tab"):
    person.leaves(tab)


def sweeps(story):
    with story.now():
        return grace.expire_nests()


def test_both_tabs_of_a_dj_close_and_open_at_once():  # S-2.1 S-2.2 S-2.3
    story = opened(control_mode="dj")
    alice = story.person("Alice")
    for _ in range(ROUNDS):
        since = story.person("Bob").sees()["rev"]
        alice.listens("second tab")

        at_once(partial(leaves, alice), partial(leaves, alice, "second tab"))
        story.passes(10)
        waits = state_of(story)
        at_once(partial(listens_again, alice), partial(listens_again, alice, "second tab"))

        told = [each["type"] for each in story.events(since)]
        assert (waits, state_of(story)) == ("GRACE", "LIVE")
        assert (told.count("dj_away"), told.count("dj_back")) == (1, 1)
        assert redis().zcard(alice.act.keys.connections_prefix + alice.email) == 2
        assert story.playback()["is_playing"]
        alice.leaves("second tab")


def test_one_tab_of_a_dj_closes_while_the_other_opens():  # S-2.2
    story = opened(control_mode="dj")
    alice = story.person("Alice")
    tabs = ["tab", "other"]
    for _ in range(ROUNDS):
        since = story.person("Bob").sees()["rev"]

        at_once(partial(leaves, alice, tabs[0]), partial(listens_again, alice, tabs[1]))
        story.passes(30)

        told = [each["type"] for each in story.events(since)]
        assert (state_of(story), told.count("dj_away")) == ("LIVE", 0)
        assert redis().zrange(alice.act.keys.connections_prefix + alice.email, 0, -1) == [tabs[1]]
        tabs.reverse()
