"""What a nest is set to: by its creator, in one step, heard and seen by everyone."""

import json

import pytest

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import GLOBAL, NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.protocol.commands import COMMAND
from andre.web import dispatch
from nests.registry import records, settings, store
from tests.nests.support import ALICE, BOB, asks, build, settings_of_the_house, visitor
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db


@pytest.fixture
def den():
    """A nest of Alice's in which Bob listens."""
    story = NestStory(build("The Den").nest_id)
    story.person("Bob").listens()
    return story


def change(story, who=ALICE, command_id=None, **wishes):
    frame = {"type": "change_nest_settings", "id": command_id, **wishes}
    with story.now():
        act = story.person(who.partition("@")[0].title()).act
        return dispatch.dispatch_command(act, COMMAND.validate_python(frame))


def refusal_of(story, **wishes):
    before = (story.somebody.sees(), records.read_nest(story.nest_id))

    with pytest.raises(Refusal) as refused:
        change(story, **wishes)

    assert (story.somebody.sees(), records.read_nest(story.nest_id)) == before
    return refused.value


def seen(story):
    nest = story.person("Bob").sees()["nest"]
    return nest["bender"], nest["bender_profile"]


def test_everyone_hears_what_the_nest_is_set_to_and_sees_it_at_the_same_revision(den):  # S-16.2
    before = den.person("Bob").sees()["rev"]

    answer = change(den, bender=False)

    (event,) = den.events(before)
    assert {name: event[name] for name in ("type", "rev", "bender", "bender_profile", "user")} == {
        "type": "nest_settings_changed",
        "rev": answer["rev"],
        "bender": False,
        "bender_profile": "classic",
        "user": person_id(ALICE),
    }
    assert seen(den) == (False, "classic")


def test_what_is_left_out_stays_and_null_is_as_the_house_has_it(den, monkeypatch):
    with settings_of_the_house(monkeypatch, SMART_BENDER="true"):
        change(den, bender=False, bender_profile="smart_only")
        change(den, bender=None)

    kept = records.read_nest(den.nest_id)
    assert kept.settings == {"bender_profile": "smart_only"}
    assert seen(den) == (True, "smart_only")


def test_a_nest_that_says_nothing_has_what_the_house_has(den, monkeypatch):  # B8
    with settings_of_the_house(monkeypatch, NEST_BENDER_DEFAULT="false"):
        by_default = seen(den)
        change(den, bender=True)
        by_itself = seen(den)
    with settings_of_the_house(monkeypatch, BENDER_PROFILE=" Smart_First ", USE_BENDER="false"):
        without = seen(den)

    assert (by_default[0], by_itself[0]) == (False, True)
    assert without == (False, "smart_first")


def test_the_same_settings_again_are_no_event(den):
    change(den, bender=False)
    before = den.person("Bob").sees()["rev"]

    change(den, bender=False)

    assert den.events(before) == []


def test_the_same_command_twice_does_not_undo_what_came_between():  # R3
    story = NestStory(build().nest_id)
    first = change(story, command_id="1", bender=False)
    change(story, command_id="2", bender=True)

    second = change(story, command_id="1", bender=False)

    assert second == first
    assert records.read_nest(story.nest_id).settings["bender"] is True
    assert story.somebody.sees()["nest"]["bender"] is True


def test_a_name_and_settings_hold_together(den):
    before = den.person("Bob").sees()["rev"]

    answer = change(den, name="The Attic", bender=False)

    told = den.events(before)
    assert [event["type"] for event in told] == ["nest_settings_changed", "nest_renamed"]
    assert answer == {"rev": told[-1]["rev"], "name": "The Attic", "slug": "the-attic"}
    assert store.get_nest("the-attic").settings["bender"] is False


def test_a_name_that_comes_too_soon_changes_nothing_else_either(den):
    change(den, name="The Attic")

    assert refusal_of(den, name="The Cellar", bender=False).code == "rate_limited"


def test_settings_that_cannot_be_do_not_spend_the_turn_for_a_name(den, monkeypatch):
    spotify = {"SPOTIFY_CLIENT_ID": "a", "SPOTIFY_CLIENT_SECRET": "b"}
    den.person("Bob").adds("Blue", "Green")
    with settings_of_the_house(monkeypatch, **spotify):
        refused = refusal_of(den, name="The Attic", bender=False, catalogue="spotify")

    assert refused.code == "catalogue_in_use"
    assert change(den, name="The Attic")["name"] == "The Attic"


def test_a_name_with_settings_asked_for_twice_is_one_change(den):  # R3
    first = change(den, command_id="1", name="The Attic", bender=False)
    before = den.person("Bob").sees()["rev"]

    second = change(den, command_id="1", name="The Attic", bender=False)

    assert second == first
    assert den.events(before) == []


def test_the_catalogue_that_is_there_already_is_no_change(den):
    den.person("Bob").adds("Blue", "Green")

    change(den, catalogue="library", bender=False)

    assert seen(den)[0] is False


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({}, "validation_error"),
        ({"name": ""}, "validation_error"),
        ({"emoji": "abc", "bender": False}, "validation_error"),
        ({"catalogue": "spotify", "bender": False}, "validation_error"),  # Not set up here.
        ({"bender_profile": "smart_first", "bender": False}, "feature_not_allowed"),
        ({"bender_weights": {"vibe": 1}, "bender": False}, "feature_not_allowed"),
        ({"bender_weights": {"moods": 1}, "bender": False}, "validation_error"),
        ({"bender_weights": {"throwback": 1}, "bender": False}, "validation_error"),  # B4
    ],
)
def test_what_cannot_be_here_is_refused_and_nothing_changes(den, wishes, code):
    assert refusal_of(den, **wishes).code == code


def test_one_way_to_choose_has_to_be_left(den):  # B1
    every = dict.fromkeys(("genre", "artist_search", "top_tracks", "album"), 0)

    refused = refusal_of(den, bender_weights=every)  # Throwbacks and sound are not for this nest.
    change(den, bender_weights=every | {"album": 1})

    assert refused.code == "validation_error"
    assert records.read_nest(den.nest_id).bender_weights["album"] == 1


def test_where_the_house_has_no_bender_nobody_switches_him_on(den, monkeypatch):  # B8
    with settings_of_the_house(monkeypatch, USE_BENDER="false"):
        assert refusal_of(den, bender=True).code == "feature_not_allowed"
        change(den, bender=False)


@pytest.mark.parametrize(
    "wishes",
    [
        {"bender_weights": {"genre": -1}},
        {"bender_weights": {"genre": 1_001}},
        {"bender_weights": {"genre": float("inf")}},
        {"bender_weights": {"": 1}},
        {"bender_weights": ["genre"]},
        {"bender_profile": "clever"},
        {"bender": "yes"},
        {"name": None},
        {"mood": "calm"},
    ],
)
def test_what_is_no_such_setting_is_not_understood(wishes):
    with pytest.raises(ValueError, match="validation error"):
        COMMAND.validate_python({"type": "change_nest_settings", **wishes})


def test_only_who_built_the_nest_sets_it_up(den):
    assert refusal_of(den, who=BOB, bender=False).code == "forbidden"


def test_the_main_nest_is_set_up_by_whoever_runs_the_house(nest, bob):
    assert refusal_of(nest, who=BOB, bender=False).code == "forbidden"

    settings.change(CommandContext("main"), {"bender": False})

    (event,) = [each for each in nest.events() if each["type"] == "nest_settings_changed"]
    assert (event["bender"], event["user"]) == (False, "")
    assert bob.sees()["nest"]["bender"] is False
    with pytest.raises(Refusal) as refused:
        settings.change(CommandContext("main"), {"catalogue": "library"})
    assert refused.value.code == "forbidden"


def test_a_main_nest_that_lost_its_memory_is_set_as_it_was(nest, bob):
    settings.change(CommandContext("main"), {"bender_weights": {"album": 0}})
    redis().delete(*redis().keys(NestKeys("main").prefix + "*"))

    store.get_nest("main")

    assert redis().hget(NestKeys("main").nest_state, "bender_weights") == '{"album": 0}'


def test_a_nest_that_has_ended_is_not_brought_back(den):  # N10
    redis().delete(NestKeys(den.nest_id).nest_state)
    before = redis().hget(GLOBAL.registry, den.nest_id)

    with pytest.raises(Refusal) as refused:
        change(den, bender=False)

    assert refused.value.code == "not_found"
    assert redis().hget(GLOBAL.registry, den.nest_id) == before


def test_the_twin_over_http_gives_the_same_and_tells_what_was_set(den):
    alice, path = visitor("Alice"), f"/api/nests/{den.nest_id}"

    answer = asks(alice, "patch", path, bender=False, bender_weights={"genre": 50, "album": 0})
    charlie = asks(visitor("Charlie"), "patch", path, bender=True)

    told = answer.json()
    assert (told["bender"], told["bender_weights"]) == (False, {"genre": 50, "album": 0})
    assert (charlie.status_code, charlie.json()["error"]) == (403, "forbidden")
    assert json.loads(alice.get(f"{path}/snapshot").content)["nest"]["bender"] is False


def test_a_nest_may_be_built_with_all_that_it_could_be_set_to_later():  # B1 B8
    wishes = {"bender": False, "bender_profile": "classic", "bender_weights": {"genre": 9}}

    built = asks(visitor("Alice"), "post", "/api/nests", name="Quiet", **wishes).json()

    kept = records.read_nest(built["nest_id"])
    assert kept.settings == wishes
    assert NestStory(built["nest_id"]).person("Bob").sees()["nest"]["bender"] is False


@pytest.mark.parametrize(
    "wish",
    [{"bender_weights": {"throwback": 5}}, {"bender_profile": "smart_only"}, {"bender": "yes"}],
)
def test_a_nest_that_could_not_be_set_so_is_not_built(wish):  # B4
    before = records.read_all()

    answer = asks(visitor("Alice"), "post", "/api/nests", name="Loud", **wish)

    assert answer.status_code in {400, 403}
    assert answer.json()["message"]
    assert records.read_all() == before
