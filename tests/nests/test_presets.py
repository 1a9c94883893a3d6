"""Presets: what a nest is set to at one press, and the list that a host writes line by line."""

import json

import pytest
from django.http import QueryDict

from andre.core.context import CommandContext
from andre.protocol.commands import ChangeNestSettings
from andre.protocol.nest_presets import NEST_PRESETS
from andre.protocol.nest_settings import NEST_SETTINGS
from andre.web.admin.nests import NestSettingsForm
from nests.registry import settings, store
from tests.nests.support import build
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db


@pytest.fixture
def den():
    return NestStory(build("The Den").nest_id)


def change(story, **wishes):
    with story.now():
        settings.change(CommandContext(story.nest_id), ChangeNestSettings(**wishes).wishes)


def rules_of(story):
    nest = story.person("Bob").sees()["nest"]
    return {name: nest[name] for name in NEST_PRESETS[0].values}


def test_every_preset_names_the_same_rules_and_no_list_of_a_hosts_own():
    assert {frozenset(preset.values) for preset in NEST_PRESETS} == {
        frozenset(NEST_PRESETS[0].values)
    }
    assert set(NEST_PRESETS[0].values) <= set(NEST_SETTINGS) - {"blocked"}


def test_the_main_nest_is_offered_what_it_can_be_set_to(den):  # S-16.1
    offered = {
        nest.is_main: [json.loads(each["values"]) for each in settings.list_presets(nest)]
        for nest in (store.get_nest("main"), store.get_nest(den.nest_id))
    }

    assert len(offered[True]) == len(offered[False]) - 1
    assert not any("control_mode" in values for values in offered[True])
    assert all("control_mode" in values for values in offered[False])


def test_after_one_press_nothing_of_another_preset_is_left(den):  # S-16.1
    at_first = rules_of(den)
    change(den, blocked=["Christmas"])
    seen = {}
    for preset in (*NEST_PRESETS, NEST_PRESETS[0]):
        change(den, **preset.values)
        seen[preset.name] = rules_of(den)

    office = seen["office"]
    assert seen["open_evening"] == at_first
    assert (office["explicit"], office["max_song_minutes"], office["airhorns"]) == (
        False,
        10,
        False,
    )
    assert seen["dj_night"]["approval"] is True
    assert [seen[name]["control_mode"] for name in ("dj_night", "office")] == ["dj", "open"]
    assert (seen["quiet"]["votes"], seen["quiet"]["max_song_minutes"]) == (False, None)
    assert den.person("Bob").sees()["nest"]["blocked"] == ["Christmas"]


def test_the_page_has_them_as_they_are_sent(den):
    offered = settings.list_presets(store.get_nest(den.nest_id))

    assert [each["label"] for each in offered] == ["Open evening", "DJ night", "Office", "Quiet"]
    for each in offered:
        assert ChangeNestSettings(**json.loads(each["values"])).wishes


def test_operators_write_what_is_blocked_line_by_line(den):  # S-16.1
    change(den, blocked=["Christmas", "library:track:4"])
    nest = store.get_nest(den.nest_id)
    form = NestSettingsForm(nest, QueryDict("blocked=Easter%0D%0A%0D%0A Band &reason=x"))
    too_long = NestSettingsForm(nest, QueryDict(f"blocked={'x' * 101}&reason=x"))

    assert NestSettingsForm(nest).initial["blocked"] == "Christmas\nlibrary:track:4"
    assert form.is_valid()
    assert form.cleaned_data["blocked"] == ["Easter", "Band"]
    assert not too_long.is_valid()
