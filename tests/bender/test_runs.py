"""Profiles, runs for programs, shadows, evenings replayed, strategies from elsewhere."""

import json
import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.core.conf import profile_named
from andre.core.keys import every_key_of
from andre.core.redis import redis
from bender import apps
from bender.evaluation.synthetic import SyntheticCatalogue
from bender.filling.pick_cache import ask_strategy
from bender.models import BenderRun
from bender.runs import run_log, runner, shadow
from bender.selection import context_json, strategies
from bender.selection.context import Context, Pick
from bender.selection.selector import NoPick
from bender.selection.strategies import Disabled, StrategyFault
from nests.registry import store
from tests.bender.support import feed, played
from tests.bender.test_choosing import CATALOGUE, FIRST, context
from tests.nests.support import settings_of_the_house

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("word", "profile"),
    [
        (" Smart_First ", "smart_first"),
        ("SMART_ONLY", "smart_only"),
        ("classic", "classic"),
        ("clever", "classic"),
        ("", "classic"),
        (None, "classic"),
    ],
)
def test_a_profile_is_known_by_its_word_else_it_is_classic(word, profile):
    assert profile_named(word) == profile


def test_smart_first_asks_by_sound_and_is_surer():  # B15
    made = runner.make(context(is_smart=True), "smart_first", ask_strategy)

    assert (made.provider, made.strategy, made.fallback_reason) == ("vibe", "vibe", "")
    assert made.confidence == 0.75
    assert f"It sounds like {FIRST.title}" in made.pick.reason


def test_where_it_is_switched_off_classic_goes_on_and_says_so():  # B14
    made = runner.make(context(), "smart_first", ask_strategy)

    assert (made.provider, made.fallback_reason) == ("classic", "unsupported:vibe")
    assert made.confidence == 0.65


def test_where_it_fails_classic_goes_on_and_says_how():  # B14
    def broken(strategy, found):
        if strategy.name == "vibe":
            raise StrategyFault("the ears are shut")
        return ask_strategy(strategy, found)

    made = runner.make(context(is_smart=True), "smart_first", broken)

    assert made.fallback_reason == "error:vibe:the ears are shut"
    assert made.provider == "classic"


def test_smart_alone_with_nothing_is_classics_picks():  # B14
    made = runner.make(context(), "smart_only", ask_strategy)

    assert (made.provider, made.fallback_reason) == ("classic", "all_strategies_failed")


def test_what_is_switched_off_raises_when_it_is_asked():  # B15
    with pytest.raises(Disabled):
        strategies.strategies()["vibe"].pick(context())


def test_nothing_at_all_is_no_pick_and_no_exception():  # B1
    empty = SyntheticCatalogue(1)
    empty.tracks.clear()

    made = runner.make(context(catalogue=empty, is_main=False), "smart_first", ask_strategy)

    assert isinstance(made, NoPick)
    assert made.reasons


def test_a_frozen_context_thaws_to_the_same_picks(monkeypatch):  # B16
    monkeypatch.setitem(context_json.CATALOGUES, CATALOGUE.name, CATALOGUE)
    before = context(rng=random.Random(3), queued=frozenset([FIRST.uri]), hint="genre c")
    text = json.dumps(context_json.dump(before))

    after = context_json.load(json.loads(text), random.Random(3))

    picks = [
        [made.pick.track.uri for made in runner.run(each, "classic", 5, ask_strategy)]
        for each in (before, after)
    ]
    assert picks[0] == picks[1]
    assert len(set(picks[0])) == 5


# HTTP


def program(role="operator", **details):
    owner = Person.objects.create(email=f"{role}@example.com", name=role.title())
    return Client(headers={"X-Andre-API-Key": api_keys.issue(owner, role, **details)[1]})


def asks(client, **body):
    return client.post(
        "/api/bender/runs", {"nest": "main", **body}, content_type="application/json"
    )


def dump(nest="main"):
    return {key: redis().dump(key) for key in redis().scan_iter(match=every_key_of(nest))}


def test_health_says_who_could_be_asked(monkeypatch):  # B15
    client = program("viewer")
    plain = client.get("/api/bender/health").json()
    with settings_of_the_house(monkeypatch, SMART_BENDER="true"):
        smart = client.get("/api/bender/health").json()

    assert plain == {"classic": True, "vibe": False}
    assert smart == {"classic": True, "vibe": True}


def test_a_run_gives_picks_and_changes_nothing_in_the_nest(nest, bob, shelf):  # B16
    before = dump()

    answer = asks(program(), profile=" CLASSIC ")

    found = answer.json()
    assert answer.status_code == 200
    assert (found["profile"], found["status"], found["pick_count"]) == ("classic", "done", 5)
    assert len({pick["track"]["uri"] for pick in found["picks"]}) == 5
    assert found["shadow_job_id"] is None
    assert dump() == before


def test_a_run_may_wait_for_a_worker(nest, bob, shelf, django_capture_on_commit_callbacks):  # B16
    client = program()
    redis().delete("bender")
    with django_capture_on_commit_callbacks(execute=True):
        waiting = asks(client, execution_mode="async").json()
    sent = redis().llen("bender")

    shadow.run_shadow(waiting["run_id"])
    done = client.get(f"/api/bender/runs/{waiting['run_id']}").json()

    assert (waiting["status"], waiting["picks"], sent) == ("pending", [], 1)
    assert (done["status"], done["pick_count"]) == ("done", 5)


def test_a_shadow_stands_beside_its_run_and_nobody_notices(nest, bob, shelf, monkeypatch):  # B16
    client = program()
    feed(nest)
    before = dump()
    with settings_of_the_house(monkeypatch, BENDER_SHADOW="true"):
        primary = asks(client, execution_mode="shadow").json()
    address = f"/api/bender/runs/{primary['run_id']}/shadow"
    unfinished = client.get(address).json()
    shadow.run_shadow(primary["shadow_job_id"])
    both = client.get(address).json()

    job = client.get(f"/api/bender/runs/{primary['shadow_job_id']}").json()
    assert primary["pick_count"] == 5
    assert (job["execution_mode"], job["profile"]) == ("async", "smart_first")
    assert unfinished["shadow"] is None
    assert both["primary"]["run_id"] == primary["run_id"]
    assert both["shadow"]["overlap"] == 1.0  # Without vibe, both are classic on the same rng.
    assert set(both["shadow"]["rank_differences"].values()) == {0}
    assert both["shadow"]["confidence_difference"] == 0
    assert dump() == before


def test_without_a_shadow_there_is_none_to_show(nest, bob, shelf):  # B16
    client = program()
    run = asks(client).json()["run_id"]

    answer = client.get(f"/api/bender/runs/{run}/shadow")

    assert (answer.status_code, answer.json()["error"]) == (404, "shadow_not_found")
    assert client.get("/api/bender/runs/999999").status_code == 404


def test_shadows_are_for_where_they_are_switched_on(nest, bob, shelf):  # B16
    answer = asks(program(), execution_mode="shadow")

    assert (answer.status_code, answer.json()["error"]) == (403, "feature_not_allowed")


@pytest.mark.parametrize(
    ("role", "allowed", "mode", "status"),
    [
        ("viewer", False, "clean", 403),
        ("operator", False, "clean", 200),
        ("operator", True, "explicit", 403),
        ("researcher", False, "explicit", 403),
        ("researcher", True, " EXPLICIT ", 200),
        ("admin", True, "dirty", 400),
    ],
)
def test_who_may_ask_for_what(nest, bob, shelf, role, allowed, mode, status):  # B16
    answer = asks(program(role, explicit_allowed=allowed), mode=mode)

    assert answer.status_code == status


# Evenings


def test_replayed_evenings_repeat_nothing_that_need_not_be():  # B17
    told = StringIO()

    call_command("evaluate_bender", seed=5, stdout=told)

    rows = [line.strip("| ").split(" | ") for line in told.getvalue().splitlines()[2:]]
    found = {row[0]: row[1:] for row in rows}
    assert set(found) == {*runner.PROFILES, "random", "least recently played"}
    for profile in runner.PROFILES:
        assert (found[profile][1], found[profile][2]) == ("0", "0")
    assert int(found["random"][2]) > 0


def test_classic_and_smart_first_are_better_than_both_floors():  # B17
    told = StringIO()

    call_command("evaluate_bender", stdout=told)

    rows = [line.strip("| ").split(" | ") for line in told.getvalue().splitlines()[2:]]
    songs_again, artists_again, spread, jammed = (
        {row[0]: int(row[place].rstrip("%")) for row in rows} for place in (2, 3, 4, 5)
    )
    for profile in ("classic", "smart_first"):
        for floor in ("random", "least recently played"):
            assert songs_again[profile] <= songs_again[floor]
            assert artists_again[profile] < artists_again[floor]
            assert spread[profile] > spread[floor]
            assert jammed[profile] > jammed[floor]


def test_a_nests_own_evenings_can_be_replayed(shelf):  # B17
    for number, track in enumerate(shelf.tracks[:6]):
        played(track.uri, track.artist, at=number * 200_000, title=track.title)
    told = StringIO()

    call_command("evaluate_bender", nest="main", stdout=told)

    assert "| classic |" in told.getvalue()
    with pytest.raises(CommandError):
        call_command("evaluate_bender", nest="X7K2P", stdout=told)


# Strategies from elsewhere


class Rainy:
    """A house's own strategy."""

    name, needs_catalogue = "rainy", False

    def supports(self, context: Context) -> bool:
        return True

    def pick(self, context: Context) -> list[Pick]:
        return [Pick(FIRST, "It rains.")]


@pytest.fixture
def _rainy(monkeypatch):
    named = {
        "BENDER_STRATEGIES": "tests.bender.test_runs.Rainy",
        "BENDER_STRATEGY_WEIGHTS": "rainy=1, genre=0",
    }
    strategies.strategies.cache_clear()
    with settings_of_the_house(monkeypatch, **named):
        yield
    strategies.strategies.cache_clear()


@pytest.mark.usefixtures("_rainy")
def test_a_house_adds_a_strategy_by_its_path():  # B18
    weights = {name: value for name, value in strategies.weights().items() if name == "rainy"}

    made = runner.make(context(weights=weights, seed=None), "classic", ask_strategy)

    assert made.strategy == "rainy"
    assert strategies.weights()["genre"] == 0
    assert apps.settings_name_strategies() == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("BENDER_STRATEGIES", "tests.bender.nowhere.Rainy", "E001"),
        ("BENDER_STRATEGIES", "bender.selection.strategies.genre.Genre", "E001"),
        ("BENDER_STRATEGY_WEIGHTS", "sunny=3", "E002"),
    ],
)
def test_a_strategy_that_is_not_there_stops_the_start(monkeypatch, name, value, fault):  # B18
    strategies.strategies.cache_clear()
    with settings_of_the_house(monkeypatch, **{name: value}):
        faults = apps.settings_name_strategies()
    strategies.strategies.cache_clear()

    assert [each.id for each in faults] == [f"bender.{fault}"]


def test_runs_are_rows_of_their_nest(nest, bob, shelf):  # B14
    feed(nest)
    bob.skips()
    feed(nest)

    assert [len(run.picks) for run in BenderRun.objects.order_by("pk")] == [5, 1]
    assert store.get_nest("main").nest_id == BenderRun.objects.first().nest_id


def test_runs_are_forgotten_after_a_month():
    old, young = (BenderRun.objects.create(nest_id="main", profile="classic") for _ in range(2))
    BenderRun.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))

    run_log.forget_old_runs()

    assert list(BenderRun.objects.all()) == [young]
