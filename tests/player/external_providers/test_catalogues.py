"""What a nest plays from: one catalogue, chosen while nothing waits."""

import json

import pytest

from andre.core.context import Actor, CommandContext
from andre.core.errors import Refusal
from andre.protocol.commands import ChangeNestSettings
from andre.web import dispatch
from nests.registry import settings, store
from player.providers import providers_of_catalogue
from player.queue import queue
from tests.nests.support import ALICE, asks, visitor
from tests.support.nest import NestStory, track

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(title):
    return track(title).model_copy(update={"uri": f"spotify:track:{title}", "provider": "spotify"})


@pytest.fixture
def den(stub):
    """A nest of Alice's that plays from Spotify; Bob listens in it."""
    nest = store.create_nest(ALICE, "Alice", "The Den", catalogue="spotify")
    story = NestStory(nest.nest_id)
    story.person("Bob").listens()
    return story


def adds(story, *tracks):
    with story.now():
        return queue.add_tracks(story.person("Alice").act, tracks)


def test_a_nest_takes_songs_of_its_own_catalogue_only(den):  # SP8
    answer = adds(den, elsewhere("Blue"), track("Green"))

    assert len(answer["added"]) == 1
    assert [each["error"] for each in answer["rejected"]] == ["wrong_catalogue"]


def test_the_main_nest_plays_from_what_the_house_says(nest, alice, settle, stub):
    settle(MAIN_NEST_CATALOGUE="spotify")

    assert adds(nest, track("Green"))["rejected"][0]["error"] == "wrong_catalogue"
    assert adds(nest, elsewhere("Blue"))["added"]
    assert alice.sees()["nest"]["catalogue"] == "spotify"


def test_where_catalogues_may_mix_any_song_is_taken(den, settle):
    settle(ANDRE_MIX_CATALOGUES="true")

    assert len(adds(den, elsewhere("Blue"), track("Green"))["added"]) == 2


def test_the_catalogue_changes_only_while_nothing_waits(den):
    adds(den, elsewhere("Blue"), elsewhere("Green"))

    with pytest.raises(Refusal) as refused:
        settings.change(CommandContext(den.nest_id, Actor(ALICE)), {"catalogue": "library"})

    assert refused.value.code == "catalogue_in_use"


def test_everyone_hears_of_the_change_and_sees_it_at_the_same_revision(den):
    before = den.person("Bob").sees()

    settings.change(CommandContext(den.nest_id, Actor(ALICE)), {"catalogue": "library"})

    (event,) = den.events(before["rev"])
    after = den.person("Bob").sees()
    assert (event["type"], event["catalogue"]) == ("nest_settings_changed", "library")
    assert (after["nest"]["catalogue"], after["rev"]) == ("library", event["rev"])


def test_what_was_taken_out_before_a_change_does_not_come_back_after_it(den):
    adds(den, elsewhere("Blue"), elsewhere("Green"))
    token = den.person("Alice").removes("Green")["undo_token"]
    settings.change(CommandContext(den.nest_id, Actor(ALICE)), {"catalogue": "library"})

    den.person("Alice").undoes(token)

    assert den.order() == []


def test_only_who_built_the_nest_chooses(den):
    with pytest.raises(Refusal) as refused:
        dispatch.dispatch_command(den.person("Bob").act, ChangeNestSettings(catalogue="library"))

    assert refused.value.code == "forbidden"


def test_a_house_without_spotify_builds_no_nest_on_it():
    with pytest.raises(Refusal) as refused:
        store.create_nest(ALICE, "Alice", catalogue="spotify")

    assert refused.value.code == "validation_error"


def test_nests_are_built_and_changed_over_http(stub):
    alice = visitor("Alice")
    built = asks(alice, "post", "/api/nests", name="Over", catalogue="spotify").json()
    path = f"/api/nests/{built['code']}"

    changed = asks(alice, "patch", path, catalogue="library")

    assert built["catalogue"] == "spotify"
    assert changed.json()["catalogue"] == "library"
    assert json.loads(alice.get(f"{path}/snapshot").content)["nest"]["catalogue"] == "library"


def test_a_nest_of_the_library_takes_videos_too(stub):
    assert [each.name for each in providers_of_catalogue("library")] == ["library", "youtube"]
    assert [each.name for each in providers_of_catalogue("spotify")] == ["spotify"]
