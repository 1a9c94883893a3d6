"""The way of a command: right, limit, feature, handler, and who is told how it ended."""

from dataclasses import replace

import pytest
from redis.connection import AbstractConnection

from andre.core import command_hooks
from andre.core.context import HOUSE, CommandContext
from andre.core.errors import Refusal
from andre.core.rate_limits import COMMAND_LIMITS, LIMITS, consume
from andre.protocol.commands import (
    AddSongs,
    CastVote,
    ChangeNestSettings,
    ClearQueue,
    CreateNest,
    QueuePreview,
    SetVolume,
    Skip,
    ToggleJam,
)
from andre.web import dispatch
from tests.nests.support import ALICE, BOB, build, settings_of_the_house
from tests.support.logs import logged
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db


@pytest.fixture
def den():
    """A nest of Alice's in which Bob listens."""
    story = NestStory(build("The Den").nest_id)
    for name in ("Alice", "Bob"):
        story.person(name).listens()
    return story


@pytest.fixture
def outcomes():
    """Who is told how commands ended, for the length of a test."""
    told = []
    command_hooks.register_hook(told.append)
    yield told
    command_hooks.unregister_hook(told.append)


def code_of(act, command):
    with pytest.raises(Refusal) as refused:
        dispatch.dispatch_command(act, command)
    return refused.value.code


def spend(limited, who):
    consume(limited, who, cost=LIMITS[limited].amount)


def test_a_command_costs_what_its_row_says(den):  # Q15 K-3.3
    bob = den.person("Bob").act
    spend("jams", BOB)

    assert code_of(bob, ToggleJam(song_id=1)) == "rate_limited"
    assert code_of(den.person("Alice").act, ToggleJam(song_id=1)) == "song_not_queued"


def test_many_songs_cost_as_many(den):  # Q15
    consume("songs", BOB, cost=LIMITS["songs"].amount - 1)

    two = AddSongs(uris=["library:track:1", "library:track:2"])
    assert code_of(den.person("Bob").act, two) == "rate_limited"


def test_the_player_is_counted_by_person_and_nest(den):
    spend("control", f"{BOB} {den.nest_id}")
    other = NestStory(build("The Attic", seed=2).nest_id)
    other.person("Bob").listens()

    assert code_of(den.person("Bob").act, SetVolume(volume=3)) == "rate_limited"
    assert dispatch.dispatch_command(other.person("Bob").act, SetVolume(volume=3))["rev"]


def test_building_is_counted_by_address_too(den):  # K-3.3
    spend("build_from_address", "192.0.2.7")
    act = CommandContext("", den.person("Bob").act.actor, client_address="192.0.2.7")

    assert code_of(act, CreateNest()) == "rate_limited"
    assert dispatch.dispatch_command(replace(act, client_address="192.0.2.8"), CreateNest())


def test_what_is_refused_for_want_of_rights_costs_nothing(den):
    for _ in range(LIMITS["queue_changes"].amount + 1):
        assert code_of(den.person("Bob").act, ClearQueue()) == "forbidden"


def test_whoever_runs_the_house_is_not_counted(den):
    house = CommandContext(den.nest_id, HOUSE)
    for _ in range(LIMITS["settings"].amount + 1):
        dispatch.dispatch_command(house, ChangeNestSettings(bender=False))


def test_every_limit_of_a_command_is_in_the_table_of_limits():
    named = {limit.limited for row in COMMAND_LIMITS.values() for limit in row}

    assert named <= set(LIMITS)


def test_what_the_house_does_without_is_refused(den, monkeypatch):
    bob = den.person("Bob").act
    with settings_of_the_house(monkeypatch, USE_BENDER="false"):
        without_bender = code_of(bob, QueuePreview(track="library:track:1"))
    with settings_of_the_house(monkeypatch, NESTS_ENABLED="false"):
        without_nests = code_of(CommandContext("", bob.actor), CreateNest())

    assert (without_bender, without_nests) == ("feature_not_allowed", "not_found")
    assert code_of(bob, QueuePreview(track="library:track:1")) == "preview_changed"


def test_hooks_hear_once_of_every_command_how_it_ended(den, outcomes):
    bob = den.person("Bob").act
    dispatch.dispatch_command(bob, SetVolume(volume=3))
    code_of(bob, ClearQueue())

    assert [(each.command.kind(), each.outcome, each.person) for each in outcomes] == [
        ("set_volume", "done", BOB),
        ("clear_queue", "forbidden", BOB),
    ]
    assert all(each.seconds > 0 for each in outcomes)


def test_a_bug_is_told_as_failed_and_raised(den, outcomes, monkeypatch):
    def a_bug(*_):
        raise ZeroDivisionError

    monkeypatch.setitem(dispatch.HANDLERS, Skip, a_bug)
    with pytest.raises(ZeroDivisionError):
        dispatch.dispatch_command(den.person("Bob").act, Skip())

    assert [each.outcome for each in outcomes] == ["failed"]


def test_an_operator_is_answerable_where_the_nest_sees_the_house(den, outcomes):  # K-10.1
    operator = replace(HOUSE, credential="admin", operator=ALICE)
    before = den.events()[-1]["rev"]

    act = CommandContext(den.nest_id, operator)
    dispatch.dispatch_command(act, ChangeNestSettings(bender=False))

    assert [event["user"] for event in den.events(before)] == [""]
    assert [each.person for each in outcomes] == [ALICE]


def test_the_log_says_what_was_refused_to_whom_and_never_the_address(den):  # K-6.6
    with logged() as log:
        code_of(den.person("Bob").act, ClearQueue())

    (line,) = log.of("command_refused")
    assert (line["command"], line["outcome"]) == ("clear_queue", "forbidden")
    assert line["person"].startswith("person-")
    assert BOB not in str(line)


@pytest.mark.parametrize(
    "command",
    [CastVote(song_id=2, direction=1), ToggleJam(song_id=2), SetVolume(volume=3)],
    ids=lambda command: command.kind(),
)
def test_a_command_asks_redis_for_its_limit_and_its_script_and_nothing_else(
    den, command, monkeypatch
):
    den.person("Alice").adds("Blue", "Green")
    act = den.person("Bob").act
    dispatch.dispatch_command(act, command)  # Redis knows the scripts from now on.
    asked = []
    send = AbstractConnection.send_packed_command
    monkeypatch.setattr(
        AbstractConnection,
        "send_packed_command",
        lambda self, *args, **named: (asked.append(args), send(self, *args, **named))[1],
    )

    dispatch.dispatch_command(act, command)

    assert len(asked) == 2
