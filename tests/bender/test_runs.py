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
from andre.jobs.runner import run_next_job
from bender import apps
from bender.evaluation.synthetic import SyntheticCatalogue
from bender.models import BenderRun
from bender.runs import run_log
from bender.selection import profiles, strategies
from bender.selection.context import Context, NoPick, Pick
from bender.selection.strategies import Disabled, StrategyFault, ask_strategy
from bender.state import context_json
from nests.registry import store
from tests.bender.support import feed, played
from tests.bender.test_selection import CATALOGUE, FIRST, context
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
    made = profiles.choose_by_profile(context(is_smart=True), "smart_first", ask_strategy)

    assert (made.provider, made.strategy, made.fallback_reason) == ("vibe", "vibe", "")
    assert made.confidence == 0.75
    assert f"It sounds like {FIRST.title}" in made.reason


def test_where_it_is_switched_off_classic_goes_on_and_says_so():  # B14
    made = profiles.choose_by_profile(context(), "smart_first", ask_strategy)

    assert (made.provider, made.fallback_reason) == ("classic", "unsupported:vibe")
    assert made.confidence == 0.65


def test_where_it_fails_classic_goes_on_and_says_how():  # B14
    def broken(strategy, found):
        if strategy.name == "vibe":
            raise StrategyFault("the ears are shut")
        return ask_strategy(strategy, found)

    made = profiles.choose_by_profile(context(is_smart=True), "smart_first", broken)

    assert made.fallback_reason == "error:vibe:the ears are shut"
    assert made.provider == "classic"


def test_smart_alone_with_nothing_is_classics_picks():  # B14
    made = profiles.choose_by_profile(context(), "smart_only", ask_strategy)

    assert (made.provider, made.fallback_reason) == ("classic", "all_strategies_failed")


def test_what_is_switched_off_raises_when_it_is_asked():  # B15
    with pytest.raises(Disabled):
        strategies.strategies()["vibe"].pick(context())


def test_nothing_at_all_is_no_pick_and_no_exception():  # B1
    empty = SyntheticCatalogue(1)
    empty.tracks.clear()

    made = profiles.choose_by_profile(
        context(catalogue=empty, is_main=False), "smart_first", ask_strategy
    )

    assert isinstance(made, NoPick)
    assert made.reasons


def test_a_frozen_context_thaws_to_the_same_picks(monkeypatch):  # B16
    monkeypatch.setitem(context_json.CATALOGUES, CATALOGUE.name, CATALOGUE)
    before = context(rng=random.Random(3), queued=frozenset([FIRST.uri]), hint="genre c")
    text = json.dumps(context_json.dump(before))

    after = context_json.load(json.loads(text), random.Random(3))

    picks = [
        [made.track.uri for made in profiles.choose_several(each, "classic", 5, ask_strategy)]
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


def test_a_run_may_wait_for_a_worker(nest, bob, shelf):  # B16
    client = program()
    waiting = asks(client, execution_mode="async").json()

    run_next_job("attic")
    done = client.get(f"/api/bender/runs/{waiting['run_id']}").json()
    job = client.get(f"/api/jobs/{waiting['job_id']}").json()

    assert (waiting["status"], waiting["picks"]) == ("pending", [])
    assert (done["status"], done["pick_count"]) == ("done", 5)
    made = {"run_id": waiting["run_id"], "pick_count": 5}
    assert (job["job_type"], job["status"], job["result"]) == ("bender_run", "succeeded", made)
    assert [(each["name"], each["data"]) for each in job["artifacts"]] == [
        ("bender_run_result", made)
    ]


def test_a_job_picks_for_a_nest_as_it_is_then(nest, bob, shelf):  # B16 K-4.2
    client = program()
    before = dump()
    body = {"job_type": "bender_run", "payload": {"nest": "main"}, "mode": "sync"}

    job = client.post("/api/jobs/submit", body, "application/json").json()

    run = client.get(f"/api/bender/runs/{job['result']['run_id']}").json()
    assert (run["pick_count"], run["profile"], run["execution_mode"]) == (5, "classic", "sync")
    assert BenderRun.objects.get().asked_by == "operator@example.com"
    assert dump() == before


@pytest.mark.parametrize(
    ("payload", "status", "error"),
    [
        ({"nest": "main", "mode": "explicit"}, 403, "feature_not_allowed"),
        ({"nest": "main", "mode": "dirty"}, 400, "validation_error"),
        ({"nest": "main", "run_id": 999}, 404, "not_found"),
        ({"nest": "NOSUCH"}, 404, "not_found"),
        ({}, 400, "validation_error"),
    ],
)
def test_a_job_is_refused_as_a_run_is(nest, bob, shelf, payload, status, error):  # B16
    body = {"job_type": "bender_run", "payload": payload}

    answer = program().post("/api/jobs/submit", body, "application/json")

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_where_workers_do_no_jobs_a_run_does_not_wait_for_one(nest, bob, shelf, settle):  # K-4.2
    settle(ANDRE_ASYNC_JOBS_ENABLED="false")

    answer = asks(program(), execution_mode="async")

    assert (answer.status_code, answer.json()["error"]) == (400, "async_jobs_disabled")
    assert asks(program("admin")).status_code == 200


def test_a_shadow_stands_beside_its_run_and_nobody_notices(nest, bob, shelf, monkeypatch):  # B16
    client = program("researcher")
    feed(nest)
    before = dump()
    with settings_of_the_house(monkeypatch, BENDER_SHADOW="true"):
        primary = asks(client, execution_mode="shadow").json()
    address = f"/api/bender/runs/{primary['run_id']}/shadow"
    unfinished = client.get(address).json()
    run_next_job("attic")
    both = client.get(address).json()

    job = client.get(f"/api/jobs/{primary['shadow_job_id']}").json()
    assert primary["pick_count"] == 5
    assert (job["mode"], job["status"]) == ("async", "succeeded")
    assert job["result"]["run_id"] == both["shadow"]["run_id"]
    assert both["shadow"]["profile"] == "smart_first"
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
    assert set(found) == {*profiles.PROFILES, "random", "least recently played"}
    for profile in profiles.PROFILES:
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

    made = profiles.choose_by_profile(context(weights=weights, seed=None), "classic", ask_strategy)

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
