"""Limits: one table, counted in Redis, told in whole seconds."""

import re

import pytest

from andre.core.errors import Refusal
from andre.core.rate_limits import COMMAND_LIMITS, LIMITS, SENTENCES, consume
from andre.protocol.commands import BanListener, KickListener
from andre.web import dispatch
from andre.web.docs_generator import ROOT
from tests.nests.support import build
from tests.support.nest import NestStory


def test_the_one_too_many_is_refused_with_the_seconds_to_wait():  # Q15 K-3.3
    for _ in range(60):
        consume("lists", "alice@example.com")

    with pytest.raises(Refusal) as refused:
        consume("lists", "alice@example.com")

    assert refused.value.code == "rate_limited"
    assert 1 <= refused.value.more["retry_after_s"] <= 60


def test_two_people_do_not_share():  # K-3.1
    for _ in range(60):
        consume("lists", "alice@example.com")
        consume("lists", "bob@example.com")

    for person in ("alice@example.com", "bob@example.com"):
        with pytest.raises(Refusal):
            consume("lists", person)


def test_many_at_once_count_as_many():  # Q15
    consume("songs", "alice@example.com", cost=50)

    with pytest.raises(Refusal):
        consume("songs", "alice@example.com")


def test_every_limit_has_a_sentence():
    assert set(SENTENCES) == set(LIMITS)


def test_the_table_holds_what_was_promised():  # Q15 K-3.3
    promised = {
        "songs": (50, 3600),
        "airhorns": (20, 3600),
        "comments": (30, 3600),
        "queue_changes": (60, 60),
        "build": (3, 3600),
        "paid_builds": (30, 3600),
        "build_from_address": (10, 3600),
        "unknown_codes": (10, 60),
        "unknown_codes_from_address": (30, 60),
        "search": (120, 60),
        "lists": (60, 60),
        "moderation": (20, 60),
        "media_tokens": (20, 60),
        "invitation_rotations": (5, 3600),
        "vanity_claims": (3, 86_400),
        "vanity_claims_of_creator": (10, 86_400),
    }

    table = {name: (LIMITS[name].amount, LIMITS[name].get_expiry()) for name in promised}

    assert table == promised


def test_every_limit_is_spent_somewhere():  # K-3.3
    sources = [
        path.read_text()
        for app in ("andre", "nests", "player", "bender")
        for path in (ROOT / app).rglob("*.py")
    ]

    by_reading = {name for text in sources for name in re.findall(r'\bconsume\("(\w+)"', text)}
    rows = [limit for row in COMMAND_LIMITS.values() for limit in row]
    by_command = {limit.limited for limit in rows} | {limit.with_plan for limit in rows} - {None}

    assert by_reading | by_command == set(LIMITS)


@pytest.mark.django_db
def test_of_kicks_and_bans_twenty_a_minute_are_enough():  # K-3.3
    alice = NestStory(build("The Den").nest_id).person("Alice")
    ban, kick = (command(person="b" * 32, reason="loud") for command in (BanListener, KickListener))

    def ask(command):
        with pytest.raises(Refusal) as refused:
            dispatch.dispatch_command(alice.act, command)
        return refused.value.code

    codes = [ask(command) for command in (ban, kick) * 10] + [ask(ban), ask(kick)]

    assert codes == ["not_found"] * 20 + ["rate_limited"] * 2
