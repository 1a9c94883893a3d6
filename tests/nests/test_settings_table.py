"""The table of nest settings: what each row says is there, and a further row is all it takes."""

import json
from dataclasses import replace
from typing import Annotated

import pytest
from django.template.loader import render_to_string
from pydantic import Field, ValidationError

from andre.core.conf import Conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.permissions import PERMISSIONS
from andre.core.redis import redis
from andre.protocol import nest_settings, shapes
from andre.protocol.commands import ChangeNestSettings
from andre.protocol.nest_settings import NEST_SETTINGS, House, NestSetting
from andre.web.admin.nests import NestSettingsForm
from andre.web.docs_generator import nest_settings_page
from nests.registry import records, settings, store
from tests.nests.support import build, settings_of_the_house
from tests.support.nest import NestStory, main_nest

pytestmark = pytest.mark.django_db

QUIET = NestSetting(
    name="quiet_after_ten",
    type=bool,
    group="Music",
    label="Softer after ten",
    help="From ten in the evening the nest is played at half its volume.",
    default=False,
)
LONGEST = NestSetting(
    name="longest_song_min",
    type=Annotated[int, Field(ge=1, le=60)],
    group="Music",
    label="Longest song, minutes",
)


@pytest.mark.parametrize("row", NEST_SETTINGS.values(), ids=lambda row: row.name)
def test_what_a_row_names_is_there(row):
    followed = [it.name for it in (row.default, row.default_in_main) if isinstance(it, House)]

    assert row.right in PERMISSIONS
    assert all(hasattr(Conf, name) or name in Conf.model_fields for name in (*followed, *row.needs))
    assert set(row.choices) <= set(row.values)


@pytest.mark.parametrize("row", NEST_SETTINGS.values(), ids=lambda row: row.name)
def test_what_the_dialog_offers_everybody_sees(row):
    assert row.in_snapshot or not row.in_dialog


@pytest.fixture
def further_rows(monkeypatch):
    """Two further settings, as if their rows stood in the table: the models are made anew."""
    for row in (QUIET, LONGEST):
        monkeypatch.setitem(NEST_SETTINGS, row.name, row)
    told = nest_settings.with_shown_settings(shapes.NestInfo)
    monkeypatch.setattr(records, "NestInfo", told)
    return nest_settings.with_wishes(ChangeNestSettings)


@pytest.fixture
def den():
    story = NestStory(build("The Den").nest_id)
    story.person("Bob").listens()
    return story


def change(story, command, **wishes):
    wished = command(**wishes)
    with story.now():
        settings.change(CommandContext(story.nest_id), wished.wishes)


def test_a_further_setting_is_one_row_and_everybody_hears_and_sees_it(den, further_rows):
    before = den.person("Bob").sees()

    change(den, further_rows, quiet_after_ten=True, longest_song_min=12)

    (event,) = den.events(before["rev"])
    after = den.person("Bob").sees()["nest"]
    named = ("quiet_after_ten", "longest_song_min")
    assert [before["nest"][name] for name in named] == [False, None]
    assert [event[name] for name in named] == [True, 12]
    assert [after[name] for name in named] == [True, 12]
    assert store.get_nest(den.nest_id).setting("quiet_after_ten") is True


def test_it_is_stored_as_text_where_scripts_find_it_and_null_takes_it_away(den, further_rows):
    change(den, further_rows, quiet_after_ten=True, longest_song_min=12)
    stored = redis().hmget(NestKeys(den.nest_id).nest_state, "quiet_after_ten", "longest_song_min")

    change(den, further_rows, quiet_after_ten=None)

    assert stored == ["1", "12"]
    assert records.read_nest(den.nest_id).settings == {"longest_song_min": 12}


def test_its_bounds_hold(further_rows):
    with pytest.raises(ValidationError):
        further_rows(longest_song_min=61)


def test_operators_the_page_and_the_documentation_have_it_too(den, further_rows):
    nest = store.get_nest(den.nest_id)
    wishes = {"quiet_after_ten": "1", "longest_song_min": "12"}
    form = NestSettingsForm(nest, wishes | {"reason": "it is late"})
    page = render_to_string(
        "nests/_nest_settings_dialog.html", {"nest_settings": settings.list_offered(nest)}
    )

    assert form.is_valid()
    assert (form.cleaned_data["quiet_after_ten"], form.cleaned_data["longest_song_min"]) == (
        True,
        12,
    )
    assert '<input type="checkbox" role="switch" name="quiet_after_ten"' in page
    assert 'type="number" name="longest_song_min"' in page
    assert "| `quiet_after_ten` | Music | boolean | `false` |" in nest_settings_page()


def test_what_the_house_lacks_is_off_and_cannot_be_switched_on(den, further_rows, monkeypatch):
    monkeypatch.setitem(NEST_SETTINGS, QUIET.name, replace(QUIET, needs=("smart_bender",)))
    with pytest.raises(Refusal) as refused:
        change(den, further_rows, quiet_after_ten=True)
    offered = [row["name"] for row in settings.list_offered(store.get_nest(den.nest_id))]
    with settings_of_the_house(monkeypatch, SMART_BENDER="true"):
        change(den, further_rows, quiet_after_ten=True)

    assert (refused.value.code, refused.value.message) == ("feature_not_allowed", QUIET.unavailable)
    assert QUIET.name not in offered
    assert den.person("Bob").sees()["nest"]["quiet_after_ten"] is False


def test_what_is_fixed_in_the_main_nest_nobody_changes_there(monkeypatch, further_rows):
    monkeypatch.setitem(NEST_SETTINGS, QUIET.name, replace(QUIET, fixed_in_main="It stays."))

    with pytest.raises(Refusal) as refused:
        change(main_nest(), further_rows, quiet_after_ten=True)

    assert (refused.value.code, refused.value.message) == ("forbidden", "It stays.")
    assert QUIET.name not in NestSettingsForm(store.get_nest("main")).fields


def test_a_right_of_its_own_is_asked_for(monkeypatch, further_rows):
    monkeypatch.setitem(NEST_SETTINGS, QUIET.name, replace(QUIET, right="clear_queue"))

    assert further_rows(quiet_after_ten=True).rights == ("change_nest_settings", "clear_queue")
    assert further_rows(longest_song_min=3).rights == ("change_nest_settings",)


def test_settings_of_a_later_version_are_left_where_they_are(den):
    nest = store.get_nest(den.nest_id)
    text = json.dumps(json.loads(records.text_of(nest)) | {"quiet_after_ten": True})

    found = records.parse_nest(text)

    assert found.settings == {}
    assert json.loads(records.rewritten(text, found, replace(found, name="Den")))["quiet_after_ten"]
