"""A nest's name, its address and its emoji change."""

import pytest
from django.urls import get_resolver

from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.errors import Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import redis
from nests.registry import settings, store
from nests.registry.slugs import RESERVED
from tests.nests.support import ALICE, build, settings_of_the_house

pytestmark = pytest.mark.django_db


def rename(nest, name, **more):
    return settings.change(CommandContext(nest.nest_id, Actor(ALICE), **more), {"name": name})


def refusal_of(work, *args):
    with pytest.raises(Refusal) as refused:
        work(*args)
    return refused.value


def test_a_name_stays_for_a_minute():  # N5 K-3.3
    nest = build("Friday Vibes")
    rename(nest, "Monday Blues")

    refused = refusal_of(rename, nest, "Tuesday")

    assert (refused.code, refused.status) == ("rate_limited", 429)
    assert 1 <= refused.more["retry_after_s"] <= 60
    assert store.get_nest(nest.code).name == "Monday Blues"


@pytest.mark.parametrize("name", ["ශ්‍රී", "می‌خواهم", "👨‍👩‍👧 🩷"])
def test_joiners_and_young_emoji_are_part_of_a_name(name):  # N4
    nest = build(name)

    assert store.get_nest(nest.code).name == name


def test_without_a_rate_a_name_may_change_at_once(monkeypatch):  # N5
    nest = build("Friday Vibes")
    with settings_of_the_house(monkeypatch, NEST_VANITY_RATE_LIMIT_MIN="0"):
        rename(nest, "Monday Blues")
        rename(nest, "Tuesday")

    assert store.get_nest("tuesday").nest_id == nest.nest_id


def test_the_same_command_twice_is_one_renaming():  # N5 R3
    nest = build("Friday Vibes")

    first = rename(nest, "Monday Blues", command_id="1")
    second = rename(nest, "Monday Blues", command_id="1")

    assert first == second


def test_a_slug_is_never_the_code_of_a_living_nest():  # N5
    other = build(seed=7)

    nest = build(other.code.lower(), seed=8)

    assert nest.slug == f"{other.code.lower()}-2"


def test_a_slug_is_never_a_vanity_code():  # N5
    redis().set(GLOBAL.vanity("jazz"), "ABCDE")

    assert build("Jazz").slug == "jazz-2"


def test_a_code_is_never_a_slug_or_a_vanity_code():  # N2
    code = build(seed=7).code
    redis().flushdb()
    redis().set(GLOBAL.slug(code.lower()), "ABCDE")
    second = build(seed=7)
    redis().set(GLOBAL.vanity(second.code.lower()), "ABCDE")

    assert build(seed=7).code not in {code, second.code}


def test_renaming_to_nothing_usable_leaves_no_slug():  # N5
    nest = build("Friday Vibes")

    answer = rename(nest, "深夜")

    assert answer["slug"] is None
    assert store.find_nest("friday-vibes") is None


def test_renaming_to_the_same_slug_keeps_it():  # N5
    nest = build("Friday Vibes")

    answer = rename(nest, "friday vibes!")

    assert answer["slug"] == "friday-vibes"
    assert store.get_nest("friday-vibes").name == "friday vibes!"


def test_every_first_segment_of_our_own_routes_is_reserved():  # N5
    routes = {str(each.pattern) for each in get_resolver().url_patterns}
    firsts = {first_segment(route) for route in routes | flat(get_resolver().url_patterns)}

    assert {first for first in firsts if first and "<" not in first} <= RESERVED


def flat(patterns):
    found = set()
    for each in patterns:
        if hasattr(each, "url_patterns") and str(each.pattern) == "":
            found |= flat(each.url_patterns)
        else:
            found.add(str(each.pattern))
    return found


def first_segment(route):
    return route.strip("^/").split("/")[0]


def test_where_names_are_not_chosen_a_custom_one_is_a_fault(monkeypatch):  # N5
    nest = build()
    with settings_of_the_house(monkeypatch, NEST_ALLOW_VANITY="false"):
        built = refusal_of(build, "Friday Vibes")
        renamed = refusal_of(rename, nest, "Friday Vibes")
        assert build(seed=3).name

    assert (built.status, renamed.status) == (400, 400)


def test_where_names_stay_renaming_is_forbidden(monkeypatch):  # N5
    nest = build("Friday Vibes")
    with settings_of_the_house(monkeypatch, NEST_VANITY_ALLOW_RENAME="false"):
        refused = refusal_of(rename, nest, "Monday Blues")

    assert (refused.code, refused.status) == ("forbidden", 403)


@pytest.mark.parametrize("name", ["", "   ", "\x00\x07", "\u200b", "\u3164", "\u2800", "\u00ad"])
def test_a_nest_is_not_renamed_to_nothing(name):  # N5
    assert refusal_of(rename, build("Friday Vibes"), name).code == "validation_error"


@pytest.mark.parametrize(
    "emoji",
    [
        "🔥",
        "🎧",
        "👩🏽‍🚀",
        "🇩🇪",
        "❤️",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "👨‍👩‍👧",
        "1️⃣",
        "#️⃣",
        "*⃣",
        "🩷",
        "🫨",
        "🩷‍🩹",
        "‼️",
        "↔️",
        "",
    ],
)
def test_the_creator_chooses_one_emoji(emoji):  # N29
    nest = build("Friday Vibes")

    settings.change(CommandContext(nest.nest_id, Actor(ALICE)), {"emoji": emoji})

    assert store.get_nest(nest.code).emoji == (emoji or None)
    assert store.get_nest("friday-vibes").nest_id == nest.nest_id


@pytest.mark.parametrize(
    "emoji", ["a", "🔥🔥", "<b>", "🔥x", "7", "1️", "a⃣", "🔥⃣", "\u0378", "\u202e"]
)
def test_anything_else_is_no_emoji(emoji):  # N29
    nest = build("Friday Vibes")

    assert (
        refusal_of(
            settings.change, CommandContext(nest.nest_id, Actor(ALICE)), {"emoji": emoji}
        ).status
        == 400
    )


def test_activity_is_merged_on_reading():  # N8
    nest = build("Friday Vibes")
    metadata = redis().hget(GLOBAL.registry, nest.nest_id)

    with clock.freeze(clock.now_ms() + 60_000):
        store.touch(nest.nest_id)

    assert redis().hget(GLOBAL.registry, nest.nest_id) == metadata
    assert store.get_nest(nest.code).last_activity > nest.last_activity
