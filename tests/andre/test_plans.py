"""Plans: who may set up what in the console, and how operators give one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from andre.audit.models import AuditEvent
from andre.core.errors import Refusal
from andre.core.person_ids import person_id
from andre.plans import plans
from andre.plans.models import Plan
from andre.protocol.nest_settings import NEST_SETTINGS
from andre.web import house_metrics
from nests.registry import settings, store
from tests.nests.support import ALICE, BOB, asks, build, visitor
from tests.support.backstage import operator_browser
from tests.support.plans import SOLD, give, lapse

pytestmark = pytest.mark.django_db

TIER_A = {"vanity", "theme"}
TIER_B = {"moderation", "invite_only", "bender"}


def test_a_creator_has_what_their_tiers_say(sold):  # K-8.2
    give("tier_a")
    give("tier_a", "tier_b", to=BOB)

    assert plans.find_features(ALICE) == TIER_A
    assert plans.find_features(BOB) == TIER_A | TIER_B
    assert plans.find_features("charlie@example.com") == set()


def test_a_plan_ends_at_its_moment(sold):  # K-8.2
    give("tier_b")
    lapse()

    assert plans.find_features(ALICE) == set()
    assert plans.find_paying([ALICE]) == set()


def test_with_the_console_and_no_stripe_every_creator_has_all_of_it(console):  # K-9.2
    assert plans.find_features(ALICE) == TIER_A | TIER_B


@pytest.mark.parametrize(("tier", "features"), [("tier_a", TIER_A), ("tier_b", TIER_B)])
def test_a_tiers_name_means_that_tier_for_everyone(settle, tier, features):
    settle(**SOLD, NEST_ADMIN_PLAN=tier)
    give("tier_a", "tier_b", to=BOB)

    assert plans.find_features(ALICE) == features
    assert plans.find_features(BOB) == features


def test_with_the_console_off_it_is_not_there_and_nobody_asks_for_a_plan():
    alice = visitor("Alice")
    code = build("The Den").code

    with CaptureQueriesContext(connection) as seen:
        answers = [
            asks(alice, "get", f"/api/nests/{code}/admin"),
            asks(alice, "patch", f"/api/nests/{code}/admin", name="Other"),
        ]
        changed = asks(alice, "patch", f"/api/nests/{code}", bender=False)
        page = alice.get(f"/nest/{code}").content.decode()

    assert [(it.status_code, it.json()["error"]) for it in answers] == [(404, "not_found")] * 2
    assert changed.status_code == 200
    assert not [query for query in seen if "plans_plan" in query["sql"]]
    assert "console" not in page


def test_every_setting_of_benders_is_of_his_tier():  # K-8.2
    rows = [row for row in NEST_SETTINGS.values() if row.group == "Bender"]

    assert {row.feature for row in rows} == {"bender"}


def test_with_the_console_off_nests_have_no_themes():
    alice = visitor("Alice")
    code = build("The Den").code

    answer = asks(alice, "patch", f"/api/nests/{code}", theme_font="serif")

    assert (answer.status_code, answer.json()["error"]) == (403, "feature_not_allowed")


def test_an_operator_gives_changes_and_takes_a_plan_and_each_is_in_the_audit(settle):
    settle(**SOLD, SUPER_ADMIN_EMAILS=ALICE)
    alice = operator_browser("Alice")
    form = {"email": " Bob@example.com", "tier": "tier_a", "reason": "won the quiz"}
    alice.post("/admin/plans/plan/add/", form)
    row = Plan.objects.get()
    ends = {"ends_at_0": "2026-01-01", "ends_at_1": "12:00:00"}

    has_it = plans.find_features(BOB)
    alice.post(f"/admin/plans/plan/{row.pk}/change/", form | ends | {"reason": "one evening"})
    has_none = plans.find_features(BOB)
    taken = {"action": "remove", "_selected_action": row.pk}
    alice.post("/admin/plans/plan/", taken)
    kept = Plan.objects.count()
    alice.post("/admin/plans/plan/", taken | {"reason": "enough"})

    found = AuditEvent.objects.filter(action__startswith="plan_").order_by("id")
    assert (has_it, has_none, kept, Plan.objects.count()) == (TIER_A, set(), 1, 0)
    assert [(it.action, it.actor, it.reason) for it in found] == [
        ("plan_given", ALICE, "won the quiz"),
        ("plan_changed", ALICE, "one evening"),
        ("plan_taken", ALICE, "enough"),
    ]
    assert {it.subject for it in found} == {person_id(BOB)}
    assert found[1].details == {"tier": "tier_a", "ends_at": "2026-01-01T12:00:00+00:00"}


def test_what_an_operator_does_in_a_nest_needs_no_plan(settle):
    settle(**SOLD, SUPER_ADMIN_EMAILS=ALICE)
    code = build("The Den", by=BOB).code

    wishes = {"theme_font": "serif", "reason": "a birthday"}
    operator_browser("Alice").post(f"/admin/nests/live/{code}/set-up/", wishes)

    assert store.get_nest(code).setting("theme_font") == "serif"


def test_the_house_rules_show_what_the_plan_does_not_open_and_do_not_take_it(sold):
    nest = build("The Den")
    before = {row["name"]: row["is_fixed"] for row in settings.list_offered(nest)}
    give("tier_b")

    after = {row["name"]: row["is_fixed"] for row in settings.list_offered(nest)}

    assert (before["bender"], before["chat"]) == (True, False)
    assert after["bender"] is False


def test_the_figures_count_free_and_paid_nests_apart(sold):  # K-8.4 K-6.4
    give("tier_a")
    build("The Den")
    build("Elsewhere", by=BOB, seed=2)

    families = {family.name: family for family in house_metrics.nest_metrics()}

    active = families["andre_nests_active"].samples
    assert {it.labels["kind"]: it.value for it in active} == {"free": 1, "paid": 1}
    assert families["andre_nests_limit"].samples[0].value == 50


@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_keep_to_the_cap(settle):  # K-8.4
    settle(**SOLD, NEST_FREE_MAX_ACTIVE="5")

    def build_one(number):
        try:
            return build(by=f"person{number}@example.com", seed=number).code
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(build_one, range(30)))

    assert answers.count("nest_limit_reached") == 25
