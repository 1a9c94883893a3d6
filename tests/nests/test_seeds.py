"""From which track a nest begins."""

import pytest

from andre.core.errors import Refusal
from nests import hooks
from nests.models import NameSeed
from nests.registry import seeds, store
from nests.registry.themes import THEMED_NAMES
from tests.nests.support import build

pytestmark = pytest.mark.django_db
GIVEN = "spotify:track:3MODES4TNtygekLl146Dxd"


@pytest.fixture
def above(monkeypatch):
    """What the floors above hand down, for one test."""
    found = hooks.Hooks()
    monkeypatch.setattr(seeds, "hooks", found)
    monkeypatch.setattr(store, "hooks", found)
    return found


def theme(name):
    return next(each for each in THEMED_NAMES if each.name == name)


@pytest.mark.parametrize("name", ["BassNest", "BassNest2", "BassNest17"])
def test_a_themed_name_brings_its_track_and_genre(name):  # N11
    nest = build(name)

    assert (nest.seed_uri, nest.genre_hint) == (theme("BassNest").seed_uri, "bass music")


def test_a_name_by_chance_brings_its_track_too():  # N11 N4
    nest = build()

    assert nest.seed_uri == theme(nest.name).seed_uri


def test_a_given_track_wins_and_its_genre_is_looked_up(above):  # N11
    above.genre_of = {"library:track:7": "dub"}.get

    nest = build("BassNest", seed_track="library:track:7")

    assert (nest.seed_uri, nest.genre_hint) == ("library:track:7", "dub")
    assert store.get_nest(nest.code).genre_hint == "dub"


def test_a_genre_that_cannot_be_looked_up_is_no_hindrance(above):  # N11
    above.genre_of = lambda uri: None

    nest = build("Friday Vibes", seed_track=GIVEN)

    assert (nest.seed_uri, nest.genre_hint) == (GIVEN, None)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "spotify:episode:3MODES4TNtygekLl146Dxd",
        "spotify:track:short",
        "library:track:0",
        "library:track:seven",
        "youtube:video:abc",
        GIVEN + "\n",
    ],
)
def test_anything_else_than_a_track_is_no_seed(uri):  # N11
    with pytest.raises(Refusal) as refused:
        build("Friday Vibes", seed_track=uri)

    assert (refused.value.code, refused.value.status) == ("invalid_seed", 400)
    assert [nest.name for nest in store.list_nests()] == []


def test_without_a_theme_the_piano_man_begins():  # N11
    assert build("Friday Vibes").seed_uri == "spotify:track:3utq2FgD1pkmIoaWfjXWAU"


def test_where_only_the_library_serves_its_favourite_begins(above):  # N11
    above.default_seed = lambda: "library:track:3"

    assert build("Friday Vibes").seed_uri == "library:track:3"


def test_an_operator_may_choose_another_track_for_a_name():  # N11
    NameSeed.objects.create(name="BassNest", genre="dub", seed_uri="library:track:9")

    nest = build("BassNest3")

    assert (nest.seed_uri, nest.genre_hint) == ("library:track:9", "dub")


def test_the_table_is_the_one_of_the_fifty():  # N11
    assert len({each.name for each in THEMED_NAMES}) == 50
    assert all(seeds.TRACK.fullmatch(each.seed_uri) for each in THEMED_NAMES)
    assert all(each.genre and each.seed_artist and each.seed_title for each in THEMED_NAMES)
