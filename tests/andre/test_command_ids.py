"""A command's id is for that command alone: again it is the same answer, for another it is none."""

import uuid
from dataclasses import replace
from typing import Any, get_args

import pytest

from andre.core.errors import Refusal
from andre.core.redis import redis
from andre.protocol.commands import COMMAND, AnyCommand
from andre.web import dispatch
from tests.bender.support import feed, shown, stock
from tests.nests.test_isolation import contents

pytestmark = pytest.mark.django_db(transaction=True)  # A command ends with its connection closed.

COMMANDS = sorted(
    command.model_fields["type"].default for command in get_args(get_args(AnyCommand)[0])
)
NEEDS_NO_FIELDS = "toggle", "skip"


@pytest.fixture
def evening(nest, alice, bob):
    """Bob, an operator, listens; songs wait, one of them his; Bender has an idea."""
    shelf = stock(genres=("funk",))
    alice.adds("Blue", "Green")
    bob.adds("Red")
    feed(nest)
    bob.adds("Gold")
    token = bob.removes("Gold")["undo_token"]
    preview = shown(nest)
    return nest, {
        "add_songs": {"uris": [shelf.tracks[0].uri]},
        "remove_song": {"song_id": nest.id_of("Red")},
        "undo": {"undo_token": token},
        "cast_vote": {"song_id": nest.id_of("Green"), "direction": 1},
        "toggle_jam": {"song_id": nest.id_of("Green")},
        "add_comment": {"song_id": nest.id_of("Green"), "text": "this one"},
        "blow_airhorn": {"name": "goose"},
        "seek": {"position_ms": 90_000},
        "set_options": {"repeat_mode": "all"},
        "set_volume": {"volume": 33},
        "queue_preview": {"track": preview and preview["track"]["uri"]},
        "filter_preview": {"track": preview and preview["track"]["uri"]},
        "change_nest_settings": {"bender": False},
        "probe_clock": {"t0": 1.5},
        "beat": {"rev": 1},
        "report_sync": {"error_ms": 2.5},
        "report_playback_failure": {
            "song_id": nest.row_of_what_plays()["song_id"],
            "reason": "unreachable",
        },
    }


def performed(nest, verb: str, command_id: str, **fields: Any) -> dict[str, Any]:
    act = replace(nest.person("Bob").act, role="operator")
    command = COMMAND.validate_python({"type": verb, "id": command_id, **fields})
    with nest.now():
        return dispatch.dispatch_command(act, command)


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
