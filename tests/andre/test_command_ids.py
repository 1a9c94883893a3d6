"""A command's id is for that command alone: again it is the same answer, for another it is none."""

import json
import uuid
from dataclasses import replace
from typing import Any, get_args

import pytest

from andre.core import command_replies
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.redis import redis
from andre.protocol.commands import (
    COMMAND,
    NEST_ACTS,
    AnyCommand,
    CreateNest,
    JoinNest,
    LeaveNest,
    NestAct,
)
from andre.web import dispatch
from nests.registry import settings
from tests.bender.support import feed, shown, stock
from tests.nests.support import BOB, asks, build, visitor
from tests.nests.test_isolation import contents
from tests.support.nest import NestStory, Person

pytestmark = pytest.mark.django_db(transaction=True)  # A command ends with its connection closed.

NOT_IN_MAIN = {"name_dj"}  # tests/nests/test_dj.py sends it twice.
COMMANDS = sorted(
    {command.model_fields["type"].default for command in get_args(get_args(AnyCommand)[0])}
    - NOT_IN_MAIN
)
NEEDS_NO_FIELDS = "toggle", "skip"


@pytest.fixture
def evening(nest, alice, bob):
    """Bob, an admin, listens; songs wait, one of them his; Bender has an idea."""
    shelf = stock(genres=("funk",))
    alice.adds("Blue", "Green")
    bob.adds("Red", "Rose")
    proposed = propose(nest, alice, "Teal")
    feed(nest)
    bob.adds("Gold")
    token = bob.removes("Gold")["undo_token"]
    alice.listens()
    redis().hset(
        alice.act.keys.door_pending,
        "carol@example.com",
        json.dumps({"person": {"id": ""}, "at_ms": 1, "state": "pending"}, separators=(",", ":")),
    )
    preview = shown(nest)
    return nest, {
        "add_songs": {"uris": [shelf.tracks[0].uri]},
        "remove_song": {"song_id": nest.id_of("Red")},
        "move_song": {"song_id": nest.id_of("Rose"), "before": nest.id_of("Red")},
        "undo": {"undo_token": token},
        "approve_song": {"song_id": proposed},
        "refuse_song": {"song_id": proposed},
        "cast_vote": {"song_id": nest.id_of("Green"), "direction": 1},
        "toggle_jam": {"song_id": nest.id_of("Green")},
        "add_comment": {"song_id": nest.id_of("Green"), "text": "this one"},
        "blow_airhorn": {"name": "goose"},
        "send_chat_message": {"text": "hello"},
        "seek": {"position_ms": 90_000},
        "set_options": {"repeat_mode": "all"},
        "set_volume": {"volume": 33},
        "queue_preview": {"track": preview and preview["track"]["uri"]},
        "filter_preview": {"track": preview and preview["track"]["uri"]},
        "set_fallback_songs": {"uris": [shelf.tracks[0].uri]},
        "change_nest_settings": {"bender": False},
        "change_preferences": {"accent": "purple"},
        "choose_speaker": {"device": None},
        "mute_listener": {"person": alice.id, "reason": "Shouting."},
        "unmute_listener": {"person": alice.id},
        "kick_listener": {"person": alice.id},
        "ban_listener": {"person": alice.id},
        "unban_listener": {"person": alice.id},
        "approve_listener": {"person": "carol@example.com"},
        "refuse_listener": {"person": "carol@example.com"},
        "probe_clock": {"t0": 1.5},
        "beat": {"rev": 1},
        "report_sync": {"error_ms": 2.5},
        "sync_check": {"client_position_ms": 90_000},
        "report_progress": {
            "event": "pause",
            "song_id": nest.row_of_what_plays()["song_id"],
            "position_ms": 1_000,
            "duration_ms": 180_000,
        },
        "report_ended": {"song_id": nest.row_of_what_plays()["song_id"]},
        "report_playback_failure": {
            "song_id": nest.row_of_what_plays()["song_id"],
            "reason": "unreachable",
        },
    }


def propose(nest: NestStory, person: Person, title: str) -> int:
    """A song of theirs that waits for approval."""
    with nest.now():
        settings.change(CommandContext(nest.nest_id), {"approval": True})
        (song,) = person.adds(title)["waiting"]
        settings.change(CommandContext(nest.nest_id), {"approval": None})
    return song


def performed(nest, verb: str, command_id: str, **fields: Any) -> dict[str, Any]:
    act = nest.person("Bob").with_role("admin")
    command = COMMAND.validate_python({"type": verb, "id": command_id, **fields})
    with nest.now():
        return dispatch.dispatch_command(act, command)


@pytest.fixture
def dens():
    """Two nests of Bob's: in one Alice listens and he is no member, the other is in the way."""
    first, second = (build(by=BOB, seed=seed).nest_id for seed in (1, 2))
    NestStory(first).person("Alice").listens()
    bob = NestStory(first).person("Bob")
    bob.listens()
    return first, second, bob


def act_of(kind: type[NestAct], nest: str, command_id: str) -> NestAct:
    fields = {} if kind is CreateNest else {"nest": nest.lower()}
    return kind(id=command_id, **fields)


def everything() -> dict[str, Any]:
    """All keys but what the limits count and how far time has come."""
    names = redis().keys("*")
    left_out = ("LIMITS", "NESTS|clock")
    return {
        name: redis().dump(name)
        for name in sorted(names)
        if not name.startswith(left_out) and "|last_activity" not in name
    }


@pytest.mark.parametrize("verb", COMMANDS)
def test_the_same_command_twice_is_one_act_and_one_answer(evening, verb):  # R3 U-2.7
    nest, fields = evening

    first = performed(nest, verb, "once", **fields.get(verb, {}))
    after = contents(nest.nest_id)
    again = performed(nest, verb, "once", **fields.get(verb, {}))

    assert again == first
    assert contents(nest.nest_id) == after


@pytest.mark.parametrize("verb", COMMANDS)
def test_its_id_is_refused_for_any_other_command(evening, verb):  # R3
    nest, fields = evening
    performed(nest, verb, "once", **fields.get(verb, {}))
    after = contents(nest.nest_id)
    other = next(each for each in NEEDS_NO_FIELDS if each != verb)

    with pytest.raises(Refusal) as refused:
        performed(nest, other, "once")

    assert (refused.value.code, refused.value.status) == ("id_reused", 409)
    assert contents(nest.nest_id) == after


def test_the_same_kind_with_other_fields_is_another_command(evening):  # R3
    nest, fields = evening
    performed(nest, "cast_vote", "once", **fields["cast_vote"])

    with pytest.raises(Refusal) as refused:
        performed(nest, "cast_vote", "once", **fields["cast_vote"] | {"direction": -1})

    assert refused.value.code == "id_reused"


def test_what_was_refused_is_refused_again_by_its_first_words(evening):  # R3
    nest, _ = evening
    votes = {"song_id": nest.id_of("Red"), "direction": 1}
    codes = []
    for verb, fields in (("cast_vote", votes), ("cast_vote", votes), ("toggle", {})):
        with pytest.raises(Refusal) as refused:
            performed(nest, verb, "once", **fields)
        codes.append(refused.value.code)

    assert codes == ["own_vote", "own_vote", "id_reused"]


def test_turning_a_track_away_twice_is_one_rejection(evening):  # R3 B11
    nest, fields = evening
    before = redis().llen("bender")
    for _ in range(2):
        performed(nest, "filter_preview", "once", **fields["filter_preview"])

    assert redis().llen("bender") == before + 1


def test_ten_minutes_later_an_id_is_free(evening):  # R3
    nest, _ = evening
    performed(nest, "toggle", "once")
    act = replace(nest.person("Bob").act, command_id="once")

    assert 590 <= redis().ttl(act.key("command_replies")) <= 600
    redis().delete(act.key("command_replies"))
    assert performed(nest, "skip", "once")["rev"]


def test_two_people_never_share_an_id(evening, alice):  # U-2.7
    nest, _ = evening
    same = str(uuid.uuid4())
    performed(nest, "toggle", same)

    with nest.now():
        alice.listens()
        command = COMMAND.validate_python({"type": "skip", "id": same})
        assert dispatch.dispatch_command(alice.act, command)["rev"]


# Acts about a whole nest


@pytest.mark.parametrize("kind", NEST_ACTS, ids=lambda kind: kind.kind())
def test_the_same_act_about_a_nest_twice_is_one_act_and_one_answer(dens, kind):  # R3
    nest, _, bob = dens
    act = CommandContext("", bob.act.actor)
    command = act_of(kind, nest, "once")

    first = dispatch.dispatch_command(act, command)
    after = everything()
    again = dispatch.dispatch_command(act, command)

    assert again == first
    assert everything() == after


@pytest.mark.parametrize("kind", NEST_ACTS, ids=lambda kind: kind.kind())
def test_its_id_is_refused_for_any_other_act(dens, kind):  # R3
    nest, other, bob = dens
    act = CommandContext("", bob.act.actor)
    dispatch.dispatch_command(act, act_of(kind, nest, "once"))
    after = everything()
    others = [each for each in NEST_ACTS if each is not kind]

    for command in (
        *(act_of(each, nest, "once") for each in others),
        LeaveNest(id="once", nest=other),
    ):
        with pytest.raises(Refusal) as refused:
            dispatch.dispatch_command(act, command)
        assert (refused.value.code, refused.value.status) == ("id_reused", 409)

    assert everything() == after


def test_an_act_that_was_refused_may_be_tried_again_under_its_id(dens):  # R3
    nest, _, bob = dens
    act = CommandContext("", bob.act.actor)
    with pytest.raises(Refusal) as refused:
        dispatch.dispatch_command(act, JoinNest(id="once", nest="ZZZZZ"))

    assert refused.value.code == "not_found"
    assert dispatch.dispatch_command(act, JoinNest(id="once", nest=nest))["nest_id"] == nest


def test_while_an_act_is_being_done_the_same_one_waits(dens):  # R3
    _, _, bob = dens
    command = CreateNest(id="once")

    def ask_meanwhile():
        with pytest.raises(Refusal) as refused:
            command_replies.answer_once(bob.email, command, lambda: {"never": "done"})
        return {"code": refused.value.code}

    assert command_replies.answer_once(bob.email, command, ask_meanwhile) == {"code": "unavailable"}


def test_over_http_an_act_repeated_under_its_id_answers_the_same():  # R3
    alice = visitor("Alice")
    built = [asks(alice, "post", "/api/nests", id="1", name="The Den").json()["code"] for _ in "12"]

    ended = [asks(alice, "delete", f"/api/nests/{built[0]}", id="2") for _ in "12"]

    assert built[0] == built[1]
    assert [each.json() for each in ended] == [{"deleted": built[0]}] * 2
    assert [each.status_code for each in ended] == [200, 200]
