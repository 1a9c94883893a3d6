"""Billing: its pages, what operators see of it, who is erased, and that it is gone when off."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from andre.accounts.identity import Identity
from andre.audit.models import AuditEvent
from andre.billing import amounts, changes, checks, erased_customers, tasks
from andre.billing.gateway import Amount
from andre.billing.models import Customer, StripeEvent, Subscription
from andre.core.conf import SettingsFault, conf
from andre.core.errors import Refusal
from andre.core.redis import client as stores
from andre.person_data import erasure, export
from andre.person_data.erased import Erased
from andre.plans.models import Plan
from tests.contract.test_billing import begins, buys, short, stripe, tells_all
from tests.nests.support import ALICE, BOB, build, visitor
from tests.support.backstage import browser_of, operator_browser, rows_of, text_of
from tests.support.plans import give
from tests.support.stripe_stub import A_MONTH, B_MONTH, B_YEAR

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
__all__ = ["stripe"]  # A fixture.


@pytest.fixture
def alice():
    return visitor("Alice")


def upgrade_page(browser, query=""):
    return browser.get(f"/billing/upgrade{query}")


def chooses(browser, price):
    return browser.post("/billing/upgrade", {"price_id": price})


# Off: K-9.2


def test_stripes_sdk_is_not_loaded_at_start(tmp_path):
    code = (
        "import sys, django; django.setup(); import andre.urls, andre.asgi, andre.celery;"
        "andre.celery.app.loader.import_default_modules();"
        "sys.exit('stripe' in sys.modules)"
    )
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "andre.settings"}

    run = subprocess.run([sys.executable, "-c", code], env=environ, cwd=ROOT, check=False)

    assert run.returncode == 0


@pytest.mark.parametrize("has_console", [False, True])
def test_off_nothing_of_it_is_seen_or_asked(alice, settle, has_console):  # K-9.2
    if has_console:
        settle(NEST_ADMIN_ENABLED="true")
    code = build("The Den").code

    with CaptureQueriesContext(connection) as seen:
        page = alice.get(f"/nest/{code}").content.decode()
        tasks.refresh_subscriptions()

    assert "/billing" not in page
    assert not [query for query in seen if "billing_" in query["sql"]]


def test_off_the_admin_shows_nothing_of_it(settle):
    settle(SUPER_ADMIN_EMAILS=ALICE)

    page = text_of(operator_browser("Alice").get("/admin/"))

    assert "Subscription" not in page
    assert "Stripe" not in page


@pytest.mark.parametrize("path", ["upgrade", "return", "portal"])
def test_off_the_pages_say_so(alice, path):  # K-9.2
    answer = (alice.post if path == "portal" else alice.get)(f"/billing/{path}")

    assert answer.status_code == 503
    assert "sells no plans" in text_of(answer)


def test_keys_of_people_go_to_stripe_alone(settle):
    settle(ANDRE_ENVIRONMENT="home", STRIPE_API_URL="http://127.0.0.1:9")

    with pytest.raises(SettingsFault, match="STRIPE_API_URL"):
        conf()


@pytest.mark.parametrize(
    ("settings", "warnings"),
    [
        ({}, []),
        ({"STRIPE_WEBHOOK_SECRET": ""}, ["billing.W001"]),
        ({"STRIPE_PRICE_TIER_B_ANNUAL": A_MONTH}, ["billing.W002"]),
    ],
)
def test_half_of_it_is_said_at_start(stripe, settle, settings, warnings):
    settle(**settings)

    assert [found.id for found in checks.complete_settings()] == warnings


# The pages


def test_the_page_says_what_there_is_and_what_it_costs(alice, stripe):
    page = text_of(upgrade_page(alice))

    assert "You have no plan" in page
    for words in ("5.00 USD a month", "30.00 USD a month", "300.00 USD a year"):
        assert words in page
    assert "Kicking and banning" in page
    assert "Manage plan" not in page


def test_amounts_are_asked_for_once_an_hour(alice, stripe):
    upgrade_page(alice)
    upgrade_page(alice)

    assert sum(path.startswith("/v1/prices") for _, path in stripe.calls) == 3


def test_without_stripe_the_page_still_opens(alice, stripe):
    stripe.is_away = True

    page = upgrade_page(alice)

    assert page.status_code == 200
    assert "The amount is shown before you pay" in text_of(page)


def test_currencies_without_small_coins_are_written_so():
    assert amounts.format_amount(Amount(500, "jpy")) == "500 JPY"
    assert amounts.format_amount(Amount(1_999, "eur")) == "19.99 EUR"


def test_a_page_leads_to_stripe_without_a_redirect_of_the_form(alice, stripe):
    answer = chooses(alice, A_MONTH)

    (session,) = stripe.sessions.values()
    assert answer.status_code == 200
    assert f'content="0;url={session["url"]}"' in answer.content.decode()
    assert session["back"] == "http://testserver/billing/upgrade?cancelled=1"


def test_who_comes_back_has_the_plan_before_the_event_comes(alice, stripe):
    chooses(alice, A_MONTH)
    (session,) = stripe.sessions
    stripe.pays(session)

    page = alice.get(f"/billing/return?session_id={session}")

    assert "Tier A is yours" in text_of(page)
    assert short(alice)[0] == "tier_a"


def test_who_has_not_paid_is_told_to_wait(alice, stripe):
    chooses(alice, A_MONTH)
    (session,) = stripe.sessions

    pages = [alice.get(f"/billing/return?session_id={each}") for each in (session, "cs_x", "")]

    assert all("not confirmed" in text_of(page) for page in pages)
    assert short(alice)[0] == "free"


def test_anothers_checkout_gives_nobody_a_plan(alice, stripe):
    bob = visitor("Bob")
    for each in (alice, bob):
        chooses(each, A_MONTH)
    of_alice, _ = stripe.sessions
    stripe.pays(of_alice)

    page = bob.get(f"/billing/return?session_id={of_alice}")

    assert "not confirmed" in text_of(page)
    assert short(bob)[0] == "free"
    assert not Subscription.objects.exists()


def test_who_cancels_at_stripe_has_paid_nothing(alice, stripe):
    assert "Nothing was paid" in text_of(upgrade_page(alice, "?cancelled=1"))


def test_the_page_offers_what_can_be_done_next(alice, stripe):
    subscription = buys(alice, stripe, B_MONTH)

    before = text_of(upgrade_page(alice))
    down = chooses(alice, A_MONTH)
    waits = text_of(upgrade_page(alice))
    chooses(alice, B_MONTH)
    up = chooses(alice, B_YEAR)
    stripe.cancels(subscription)
    tells_all(stripe)
    ending = text_of(upgrade_page(alice))

    assert before.count("Upgrade now") == before.count("Change at the end of the period") == 1
    assert "This is your plan." in before
    assert down.url == "/billing/upgrade?changed=at_period_end"
    assert "it changes on" in waits
    assert "Keep it" in waits
    assert up.url == "/billing/upgrade?changed=now"
    assert "You have Tier B, until" in ending
    assert "Manage plan" in ending


def test_where_nothing_is_sold_any_more_one_still_manages_what_one_pays(alice, stripe, settle):
    buys(alice, stripe)
    settle(NEST_ADMIN_ENABLED="false")

    page = text_of(upgrade_page(alice))

    assert "You have Tier A" in page
    assert "Manage plan" in page
    assert "Upgrade now" not in page


def test_a_refused_card_is_said_on_the_page(alice, stripe):
    buys(alice, stripe)
    stripe.refuses_card = True

    answer = chooses(alice, B_MONTH)

    assert answer.status_code == 402
    assert "Card declined." in text_of(answer)


def test_who_owes_is_told(alice, stripe):
    stripe.owes(buys(alice, stripe))
    tells_all(stripe)

    assert "The last payment was refused" in text_of(upgrade_page(alice))


def test_manage_plan_leads_to_stripes_portal(alice, stripe):
    refused = alice.post("/billing/portal")
    buys(alice, stripe)

    answer = alice.post("/billing/portal")

    assert (refused.status_code, answer.status_code) == (404, 200)
    assert f"0;url={stripe.url}/portal/" in answer.content.decode()


@pytest.mark.parametrize("path", ["upgrade", "return"])
def test_a_stranger_signs_in_first_and_comes_back(stripe, path):
    answer = Client().get(f"/billing/{path}")

    assert (answer.status_code, answer.url) == (302, f"/sign-in/?next=/billing/{path}")


def test_another_site_buys_nothing(stripe):
    alice = browser_of("Alice", enforce_csrf_checks=True)

    answers = [chooses(alice, A_MONTH), alice.post("/billing/portal")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert stripe.calls == []


def test_redis_away_nothing_is_bought(stripe, monkeypatch):  # K-3.2
    gone = stores.RefusingRedis.from_url("redis://127.0.0.1:9/0", decode_responses=True)
    monkeypatch.setattr(stores, "own_redis", lambda: gone)
    seat = Identity(ALICE, "Alice", "", "viewer")

    with pytest.raises(Refusal) as refused:
        changes.choose_price(seat, A_MONTH, "")

    assert (refused.value.code, stripe.calls) == ("unavailable", [])


def test_a_plan_that_was_given_counts_beside_what_is_paid(alice, stripe):  # K-8.2
    buys(alice, stripe, A_MONTH)
    give("tier_a", "tier_b")

    assert short(alice) == (
        "tier_b",
        ["bender", "invite_only", "moderation", "theme", "vanity"],
    )


def test_the_console_leads_to_the_plans(alice, stripe):
    code = build("The Den").code

    page = alice.get(f"/nest/{code}").content.decode()

    assert page.count('href="/billing/upgrade"') == 6


def test_a_customer_whom_stripe_forgot_is_made_anew(alice, stripe):
    begins(alice)
    stripe.customers.clear()

    answer = begins(alice)

    assert answer.status_code == 200
    assert Customer.objects.get().customer_id in stripe.customers


def test_a_price_that_stripe_does_not_have_makes_no_customers(alice, stripe, settle):
    settle(STRIPE_PRICE_TIER_A_MONTHLY="price_mistyped")

    answers = [begins(alice, "price_mistyped").status_code for _ in range(2)]

    assert answers == [404, 404]
    assert len(stripe.customers) == 1


# What beat does


def test_events_are_forgotten_after_ninety_days(alice, stripe):
    buys(alice, stripe)
    old = StripeEvent.objects.first()
    StripeEvent.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(days=91))

    tasks.refresh_subscriptions()

    assert old.pk not in StripeEvent.objects.values_list("pk", flat=True)
    assert StripeEvent.objects.count() == 1


def test_what_runs_is_not_asked_for_hourly(alice, stripe):
    buys(alice, stripe)
    before = len(stripe.calls)

    tasks.refresh_subscriptions()

    assert len(stripe.calls) == before


def test_one_that_cannot_be_read_hinders_no_other(alice, stripe):
    for name in ("Alice", "Bob"):
        buys(visitor(name), stripe)
    Subscription.objects.update(renews_at="2026-01-01T00:00:00Z")
    stripe.is_away = True
    tasks.refresh_subscriptions()
    stripe.is_away = False

    tasks.refresh_subscriptions()

    assert not Subscription.objects.filter(renews_at="2026-01-01T00:00:00Z").exists()


# Who is erased: A3


def test_who_is_erased_pays_no_longer(alice, stripe):  # A3
    subscription = buys(alice, stripe)

    erasure.erase(Erased(ALICE, "Alice"))
    tells_all(stripe)

    assert subscription["status"] == "canceled"
    assert stripe.customers == {}
    assert (Customer.objects.count(), Subscription.objects.count()) == (0, 0)
    assert not Plan.objects.exists()


def test_where_stripe_does_not_answer_it_is_asked_again(alice, stripe):  # A3
    subscription = buys(alice, stripe)
    stripe.is_away = True
    erased_customers.forget_customer(ALICE)
    between = Customer.objects.get()
    stripe.is_away = False

    tasks.refresh_subscriptions()

    assert between.email == ""
    assert subscription["status"] == "canceled"
    assert not Customer.objects.exists()


def test_what_is_kept_about_me_has_what_i_pay_for(alice, stripe):  # A3
    buys(alice, stripe)

    (row,) = export.read_subscriptions(ALICE)

    assert (row["status"], row["tier"]) == ("active", "tier_a")
    assert "Your account at Stripe" in text_of(alice.get("/me"))


# Operators


@pytest.fixture
def operator(settle):
    settle(SUPER_ADMIN_EMAILS=BOB)
    return operator_browser("Bob")


def test_operators_see_subscriptions_and_events(alice, operator, stripe):
    buys(alice, stripe)

    listed = rows_of(operator.get("/admin/billing/subscription/"))
    events = rows_of(operator.get("/admin/billing/stripeevent/"))
    plans = rows_of(operator.get("/admin/plans/plan/"))

    assert listed[0][1:4] == [ALICE, "Tier A", "active"]
    assert {row[0] for row in events} == {
        "checkout.session.completed",
        "customer.subscription.created",
    }
    assert ALICE in plans[0]
    assert "1 paid, 0 owing" in text_of(operator.get("/admin/"))


def test_operators_open_one_and_change_nothing(alice, operator, stripe):
    subscription = buys(alice, stripe)
    event, plan = StripeEvent.objects.first(), Plan.objects.get()

    pages = [
        operator.get(f"/admin/billing/subscription/{subscription['id']}/change/"),
        operator.get(f"/admin/billing/stripeevent/{event.pk}/change/"),
        operator.get(f"/admin/plans/plan/{plan.pk}/change/"),
    ]

    assert [page.status_code for page in pages] == [200] * 3
    assert not any(b'name="_save"' in page.content for page in pages)
    assert subscription["id"] in text_of(pages[0])
    assert "Reason" not in text_of(pages[0])


def test_operators_read_one_again_for_a_reason(alice, operator, stripe):
    subscription = buys(alice, stripe)
    subscription["status"] = "past_due"
    act = {"action": "refresh", "_selected_action": subscription["id"]}

    operator.post("/admin/billing/subscription/", act)
    without = Subscription.objects.get().status
    operator.post("/admin/billing/subscription/", act | {"reason": "they wrote"})

    assert (without, Subscription.objects.get().status) == ("active", "past_due")
    entry = AuditEvent.objects.get(action="operator_acted")
    assert (entry.actor, entry.reason, entry.details["act"]) == (BOB, "they wrote", "refresh")


def test_a_plan_that_is_paid_for_is_not_changed_by_hand(alice, operator, stripe):
    buys(alice, stripe)
    plan = Plan.objects.get()
    form = {"email": ALICE, "tier": "tier_b", "reason": "why not"}

    changed = operator.post(f"/admin/plans/plan/{plan.pk}/change/", form)
    taken = {"action": "remove", "_selected_action": plan.pk, "reason": "why not"}
    operator.post("/admin/plans/plan/", taken)

    assert changed.status_code == 403
    assert Plan.objects.get().tier == "tier_a"


def test_operators_ask_and_refresh_over_http(alice, operator, stripe):  # K-10.1
    subscription = buys(alice, stripe)
    path = f"/api/admin/billing/{ALICE.upper()}"
    told = operator.get(path).json()
    subscription["status"] = "past_due"

    bare = operator.post(f"{path}/refresh", {}, content_type="application/json")
    wish = {"reason": "they wrote"}
    done = operator.post(f"{path}/refresh", wish, content_type="application/json").json()
    nobody = operator.get("/api/admin/billing/nobody@example.com").json()

    assert (told["email"], told["customer_id"]) == (ALICE, *stripe.customers)
    assert told["plans"][0]["is_paid"]
    assert told["subscriptions"][0]["status"] == "active"
    assert (bare.status_code, bare.json()["error"]) == (400, "validation_error")
    assert done["subscriptions"][0]["status"] == "past_due"
    assert (nobody["customer_id"], nobody["plans"]) == (None, [])
    entry = AuditEvent.objects.get(action="operator_acted")
    assert (entry.actor, entry.reason) == (BOB, "they wrote")


def test_others_do_not_ask(alice, operator, stripe):  # K-10.1
    path = f"/api/admin/billing/{ALICE}"

    answers = [alice.get(path), browser_of("Bob").get(path)]

    assert [answer.json()["error"] for answer in answers] == ["forbidden", "mfa_required"]


def test_who_pays_twice_is_in_the_log(alice, stripe, caplog):
    buys(alice, stripe)
    (customer,) = stripe.customers
    stripe.subscribes(customer, B_MONTH)

    tells_all(stripe)

    assert "second_subscription" in caplog.text
    assert short(alice)[0] == "tier_b"


def test_events_are_written_with_what_came_of_them(alice, stripe):
    buys(alice, stripe)

    found = StripeEvent.objects.order_by("event_id").values_list("kind", "outcome")

    assert set(found) == {
        ("customer.subscription.created", "kept"),
        ("checkout.session.completed", "unchanged"),
    }
    assert begins(alice).json()["error"] == "already_subscribed"
