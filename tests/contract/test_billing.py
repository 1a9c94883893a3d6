"""The contract of billing: checkout, portal, status, and events that Stripe signs."""

import json
import time
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from threading import Event

import pytest
from django.db import connection
from django.test import Client

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.audit.models import AuditEvent
from andre.billing import tasks
from andre.billing.models import Customer, StripeEvent, Subscription
from andre.core.errors import Refusal
from andre.core.person_ids import person_id
from andre.core.rate_limits import LIMITS
from andre.plans.models import Plan
from nests.hooks import hooks
from nests.registry import store
from tests.nests.support import ALICE, asks, build, visitor
from tests.support.plans import give
from tests.support.programs import with_key
from tests.support.stripe_stub import A_MONTH, B_MONTH, B_YEAR, SECRET, running, signed

pytestmark = pytest.mark.django_db

TIER_A = ["theme", "vanity"]
TIER_B = ["bender", "invite_only", "moderation"]
FREE = {
    "plan_tier": "free",
    "features": [],
    "renews_at": None,
    "cancels_at": None,
    "price_id": None,
    "next_price_id": None,
}


@pytest.fixture
def stripe(settle):
    with running() as stub:
        settle(**stub.settings)
        yield stub


@pytest.fixture
def alice():
    return visitor("Alice")


def tells(event, **how):
    body, headers = signed(event, **how)
    return post_event(body, headers["Stripe-Signature"])


def tell_in_thread(event):
    try:
        return tells(event).status_code
    finally:
        connection.close()


def post_event(body, signature=None):
    more = {} if signature is None else {"HTTP_STRIPE_SIGNATURE": signature}
    return Client(enforce_csrf_checks=True).post(
        "/api/billing/webhook", body, content_type="application/json", **more
    )


def tells_all(stub):
    for event in stub.events:
        assert tells(event).json() == {"received": True}
    stub.events.clear()


def begins(browser, price=A_MONTH):
    return asks(browser, "post", "/api/billing/checkout", price_id=price)


def buys(browser, stub, price=A_MONTH):
    """The whole way: checkout, payment, events."""
    url = begins(browser, price).json()["url"]
    subscription = stub.pays(url.rpartition("/")[2])
    tells_all(stub)
    return subscription


def status(browser):
    found = browser.get("/api/billing/status").json()
    del found["prices"]
    return found


def short(browser):
    found = status(browser)
    return found["plan_tier"], found["features"]


def saves(browser, code, **wish):
    return asks(browser, "patch", f"/api/nests/{code}/admin", **wish).status_code


class TestBillingAPI:
    ADDRESSES = (
        ("post", "/api/billing/checkout"),
        ("post", "/api/billing/portal"),
        ("post", "/api/billing/webhook"),
        ("get", "/api/billing/status"),
    )

    # Not configured

    @pytest.mark.parametrize(("method", "path"), ADDRESSES)
    @pytest.mark.parametrize("version", ["", "v1/"])
    def test_not_configured_it_is_503_and_the_rest_works(self, alice, method, path, version):
        answer = asks(alice, method, path.replace("/api/", f"/api/{version}"))  # K-9.2

        assert (answer.status_code, answer.json()["error"]) == (503, "billing_not_configured")
        assert asks(alice, "post", "/api/nests").status_code == 200

    def test_with_the_console_and_no_stripe_a_creator_has_all_of_it(self, alice, console):
        code = build("The Den").code  # K-9.2

        saved = saves(alice, code, theme={"font": "serif"}, bender={"enabled": False})

        assert saved == 200
        assert alice.get("/api/billing/status").status_code == 503
        assert alice.get("/billing/upgrade").status_code == 503

    def test_half_configured_is_not_configured(self, alice, sold):
        answers = [begins(alice), post_event("{}", "t=1,v1=x")]  # K-9.2

        assert [each.status_code for each in answers] == [503, 503]

    # Checkout

    def test_somebody_who_pays_has_what_they_paid_for(self, alice, stripe):
        code = build("The Den").code
        before = status(alice)

        begun = begins(alice).json()
        session = stripe.sessions[begun["url"].rpartition("/")[2]]
        refused = saves(alice, code, theme={"font": "serif"})
        subscription = stripe.pays(session["id"])
        tells_all(stripe)

        after = status(alice)
        assert before == FREE
        assert begun == {"url": f"{stripe.url}/pay/{session['id']}", "change": "checkout"}
        assert (after["plan_tier"], after["features"]) == ("tier_a", TIER_A)
        assert (after["price_id"], after["cancels_at"]) == (A_MONTH, None)
        ends = subscription["items"]["data"][0]["current_period_end"]
        assert after["renews_at"] == datetime.fromtimestamp(ends, UTC).isoformat()
        assert (refused, saves(alice, code, theme={"font": "serif"})) == (403, 200)
        assert saves(alice, code, bender={"enabled": False}) == 403  # K-8.2

    def test_each_price_opens_its_tier(self, stripe):
        found = []
        for name, price in (("Alice", A_MONTH), ("Bob", B_MONTH), ("Charlie", B_YEAR)):
            browser = visitor(name)
            buys(browser, stripe, price)
            found.append(short(browser))

        assert found == [("tier_a", TIER_A), ("tier_b", TIER_B), ("tier_b", TIER_B)]

    def test_status_names_what_is_sold(self, alice, stripe):
        assert alice.get("/api/billing/status").json()["prices"] == [
            {"price_id": A_MONTH, "tier": "tier_a", "interval": "month"},
            {"price_id": B_MONTH, "tier": "tier_b", "interval": "month"},
            {"price_id": B_YEAR, "tier": "tier_b", "interval": "year"},
        ]

    def test_somebody_is_one_customer_and_an_older_page_is_closed(self, alice, stripe):
        first, second = begins(alice), begins(alice, B_MONTH)

        states = [stripe.sessions[it.json()["url"].rpartition("/")[2]] for it in (first, second)]
        assert [each["status"] for each in states] == ["expired", "open"]
        assert [row["email"] for row in stripe.customers.values()] == [ALICE]

    @pytest.mark.parametrize("wish", [{}, {"price_id": ""}, {"price_id": "price_of_another"}])
    def test_only_what_is_sold_is_sold(self, alice, stripe, wish):
        answer = asks(alice, "post", "/api/billing/checkout", **wish)

        assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
        assert stripe.calls == []

    def test_strangers_keys_and_other_sites_buy_nothing(self, stripe):
        _, secret = api_keys.issue(Person.objects.at(ALICE), "admin")
        foreign = visitor("Alice")
        foreign.handler.enforce_csrf_checks = True

        stranger, cross = begins(Client()), begins(foreign)
        program = with_key(secret).asks("POST", "/api/billing/checkout", price_id=A_MONTH)

        assert (stranger.status_code, cross.status_code) == (401, 403)
        assert (program.status_code, program.json()["error"]) == (403, "session_required")
        assert stripe.calls == []

    def test_stripe_away_is_503_and_changes_nothing(self, alice, stripe):
        stripe.is_away = True

        answer = begins(alice)

        assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
        assert Customer.objects.count() == 0

    def test_twenty_a_minute_are_enough(self, alice, stripe):
        amount = LIMITS["billing"].amount

        answers = [begins(alice).status_code for _ in range(amount + 1)]

        assert answers == [200] * amount + [429]

    # Portal

    def test_the_portal_is_stripes_and_for_who_pays(self, alice, stripe):
        before = asks(alice, "post", "/api/billing/portal")
        buys(alice, stripe)

        after = asks(alice, "post", "/api/billing/portal")

        assert (before.status_code, before.json()["error"]) == (404, "not_found")
        assert after.json()["url"].startswith(f"{stripe.url}/portal/")

    def test_who_pays_reaches_the_portal_also_when_nothing_is_sold_any_more(
        self, alice, stripe, settle
    ):
        subscription = buys(alice, stripe)
        settle(NEST_ADMIN_ENABLED="false")

        portal = asks(alice, "post", "/api/billing/portal")
        stripe.cancels(subscription)
        tells_all(stripe)

        assert (portal.status_code, begins(alice, B_MONTH).status_code) == (200, 503)
        assert status(alice)["cancels_at"]

    # Upgrade and downgrade

    def test_an_upgrade_is_at_once_and_prorated(self, alice, stripe):
        buys(alice, stripe)

        changed = begins(alice, B_YEAR).json()

        assert changed["change"] == "now"
        assert stripe.charges == ["always_invoice"]
        assert short(alice) == ("tier_b", TIER_B)
        assert len(stripe.subscriptions) == 1

    def test_a_downgrade_is_at_the_end_of_the_period(self, alice, stripe):
        subscription = buys(alice, stripe, B_MONTH)

        changed = begins(alice, A_MONTH).json()
        between = status(alice)
        tells_all(stripe)
        stripe.ends_period(subscription)
        tells_all(stripe)

        after = status(alice)
        assert (changed["change"], stripe.charges) == ("at_period_end", [])
        assert (between["plan_tier"], between["next_price_id"]) == ("tier_b", A_MONTH)
        assert between["renews_at"]
        assert (after["plan_tier"], after["features"]) == ("tier_a", TIER_A)
        assert (after["price_id"], after["next_price_id"]) == (A_MONTH, None)

    def test_a_downgrade_is_taken_back(self, alice, stripe):
        subscription = buys(alice, stripe, B_MONTH)
        begins(alice, A_MONTH)

        kept = begins(alice, B_MONTH).json()
        stripe.ends_period(subscription)
        tells_all(stripe)

        assert kept["change"] == "now"
        assert status(alice)["next_price_id"] is None
        assert short(alice) == ("tier_b", TIER_B)

    def test_from_a_year_to_a_month_is_a_downgrade(self, alice, stripe):
        buys(alice, stripe, B_YEAR)

        assert begins(alice, B_MONTH).json()["change"] == "at_period_end"

    def test_a_downgrade_that_waits_gives_way_to_an_upgrade(self, alice, stripe):
        subscription = buys(alice, stripe, B_MONTH)
        begins(alice, A_MONTH)

        changed = begins(alice, B_YEAR).json()
        stripe.ends_period(subscription)
        tells_all(stripe)

        assert changed["change"] == "now"
        assert (status(alice)["price_id"], status(alice)["next_price_id"]) == (B_YEAR, None)

    def test_from_a_year_one_goes_down_step_by_step_and_up_again(self, alice, stripe):
        subscription = buys(alice, stripe, B_YEAR)
        seen = []

        for price in (B_MONTH, A_MONTH, B_MONTH):
            assert begins(alice, price).status_code == 200
            stripe.ends_period(subscription)
            tells_all(stripe)
            seen.append((status(alice)["price_id"], status(alice)["next_price_id"]))

        assert seen == [(B_MONTH, None), (A_MONTH, None), (B_MONTH, None)]

    def test_an_end_at_a_moment_is_taken_back(self, alice, stripe):
        subscription = buys(alice, stripe)
        subscription["cancel_at"] = subscription["items"]["data"][0]["current_period_end"]
        stripe.happens("customer.subscription.updated", subscription)
        tells_all(stripe)
        ends = status(alice)["cancels_at"]

        begins(alice, A_MONTH)

        assert ends
        assert (status(alice)["cancels_at"], subscription["cancel_at"]) == (None, None)

    def test_an_end_is_taken_back(self, alice, stripe):
        subscription = buys(alice, stripe)
        stripe.cancels(subscription)
        tells_all(stripe)

        kept = begins(alice, A_MONTH).json()

        assert kept["change"] == "now"
        assert (status(alice)["cancels_at"], subscription["cancel_at_period_end"]) == (None, False)

    def test_what_one_has_is_not_bought_again(self, alice, stripe):
        buys(alice, stripe, B_MONTH)
        same = begins(alice, B_MONTH)
        begins(alice, A_MONTH)

        again = begins(alice, A_MONTH)

        for answer in (same, again):
            assert (answer.status_code, answer.json()["error"]) == (409, "already_subscribed")
        assert len(stripe.subscriptions) == 1

    def test_a_card_that_is_refused_changes_nothing(self, alice, stripe):
        buys(alice, stripe)
        stripe.refuses_card = True

        answer = begins(alice, B_MONTH)

        assert (answer.status_code, answer.json()["error"]) == (402, "payment_failed")
        assert answer.json()["message"] == "Card declined."
        assert short(alice) == ("tier_a", TIER_A)

    # Webhook: K-9.1

    @pytest.mark.parametrize("forged", ["none", "nonsense", "secret", "body", "old"])
    def test_what_stripe_has_not_signed_is_400_and_writes_nothing(self, alice, stripe, forged):
        stripe.pays(begins(alice).json()["url"].rpartition("/")[2])
        before = list(stripe.calls), AuditEvent.objects.count()
        event = stripe.events[-1]
        body, headers = signed(event)
        signature = headers["Stripe-Signature"]

        answer = {
            "none": lambda: post_event(body),
            "nonsense": lambda: post_event(body, "v1"),
            "secret": lambda: tells(event, secret=f"{SECRET}x"),
            "body": lambda: post_event(body.replace("sub_", "sub-"), signature),
            "old": lambda: tells(event, at=int(time.time()) - 301),
        }[forged]()

        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_signature")
        assert (list(stripe.calls), AuditEvent.objects.count()) == before
        assert (StripeEvent.objects.count(), Subscription.objects.count()) == (0, 0)
        assert status(alice) == FREE

    def test_what_is_signed_and_no_event_is_400(self, stripe):
        answers = [tells(body) for body in ([], {}, {"id": "evt_1"}, {"data": {"object": 3}})]

        assert {(it.status_code, it.json()["error"]) for it in answers} == {(400, "malformed")}
        assert not StripeEvent.objects.exists()

    def test_an_event_twice_has_one_effect(self, alice, stripe):
        stripe.pays(begins(alice).json()["url"].rpartition("/")[2])
        event = stripe.events[-1]

        answers = [tells(event) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200] * 3
        assert (StripeEvent.objects.count(), Plan.objects.count()) == (1, 1)
        assert AuditEvent.objects.filter(action="plan_given").count() == 1
        asked = [path for _, path in stripe.calls if path.startswith("/v1/subscriptions/")]
        assert len(asked) == 1

    @pytest.mark.django_db(transaction=True)
    def test_an_event_many_times_at_once_has_one_effect(self, alice, stripe):
        stripe.pays(begins(alice).json()["url"].rpartition("/")[2])
        event = stripe.events[-1]

        with ThreadPoolExecutor(4) as crowd:
            answers = list(crowd.map(tell_in_thread, [event] * 6))

        assert answers == [200] * 6
        assert (StripeEvent.objects.count(), Plan.objects.count()) == (1, 1)
        assert AuditEvent.objects.filter(action="subscription_changed").count() == 1

    @pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
    def test_events_out_of_order_end_in_the_right_state(self, alice, stripe, order):
        begins(alice)
        (customer,) = stripe.customers
        subscription = stripe.subscribes(customer, B_MONTH)
        stripe.cancels(subscription)
        stripe.cancels(subscription, at_once=True)
        events = list(stripe.events)

        for number in order:
            assert tells(events[number]).status_code == 200

        assert status(alice) == FREE
        assert Subscription.objects.get().status == "canceled"

    @pytest.mark.django_db(transaction=True)
    def test_an_answer_that_comes_late_makes_no_newer_one_undone(self, alice, stripe):
        subscription = stripe.pays(begins(alice).json()["url"].rpartition("/")[2])
        first = stripe.events[0]
        stripe.holds = Event()
        release = stripe.holds

        with ThreadPoolExecutor(2) as crowd:
            early = crowd.submit(tell_in_thread, first)
            assert stripe.is_holding.wait(10)
            stripe.cancels(subscription, at_once=True)
            late = crowd.submit(tell_in_thread, stripe.events[-1])
            wait([late], timeout=1)  # It waits for the first; if it did not, it would be done.
            release.set()

        assert (early.result(), late.result()) == (200, 200)
        assert status(alice) == FREE

    def test_a_late_end_of_an_old_one_does_not_end_the_new_one(self, alice, stripe):
        old = buys(alice, stripe)
        stripe.cancels(old, at_once=True)
        (late,) = stripe.events
        stripe.events.clear()
        (customer,) = stripe.customers
        stripe.subscribes(customer, B_MONTH)
        tells_all(stripe)

        tells(late)

        assert short(alice) == ("tier_b", TIER_B)

    def test_while_stripe_does_not_answer_the_event_is_asked_for_again(self, alice, stripe):
        stripe.pays(begins(alice).json()["url"].rpartition("/")[2])
        stripe.is_away = True

        refused = tells(stripe.events[-1])
        stripe.is_away = False
        taken = tells(stripe.events[-1])

        assert (refused.status_code, taken.status_code) == (503, 200)
        assert short(alice) == ("tier_a", TIER_A)

    def test_others_customers_and_other_events_change_nothing(self, alice, stripe):
        stripe.subscribes("cus_of_another_shop", A_MONTH)
        stripe.happens("customer.updated", {"id": "cus_9", "object": "customer"})
        unknown = {"id": "sub_gone", "object": "subscription"}
        stripe.happens("customer.subscription.updated", unknown)

        tells_all(stripe)

        found = StripeEvent.objects.order_by("event_id").values_list("outcome", flat=True)
        assert sorted(found) == ["ignored", "unknown_customer", "unknown_subscription"]
        assert (Plan.objects.count(), Subscription.objects.count()) == (0, 0)

    # The end

    def test_a_plan_that_is_cancelled_runs_to_the_end_of_what_is_paid_for(self, alice, stripe):
        code = build("The Den").code
        subscription = buys(alice, stripe)
        wishes = {"vanity_code": "alices-den", "theme": {"font": "serif"}}
        assert saves(alice, code, **wishes) == 200

        stripe.cancels(subscription)
        tells_all(stripe)
        between = status(alice)
        kept = store.get_nest(code).vanity_code
        stripe.ends_period(subscription)
        tells_all(stripe)

        nest = store.get_nest(code)
        assert (between["plan_tier"], between["renews_at"], kept) == ("tier_a", None, "alices-den")
        assert between["cancels_at"]
        assert status(alice) == FREE
        assert nest.setting("theme_font") == "serif"
        assert (nest.vanity_code, store.find_nest("alices-den")) == (None, None)
        assert saves(alice, code, theme={"font": "mono"}) == 403
        (released,) = AuditEvent.objects.filter(action="vanity_released")
        assert (released.credential, released.reason) == ("system", "the plan has ended")

    def test_a_code_that_could_not_be_freed_is_freed_with_the_next_event(
        self, alice, stripe, monkeypatch
    ):
        code = build("The Den").code
        subscription = buys(alice, stripe)
        saves(alice, code, vanity_code="alices-den")
        stripe.cancels(subscription, at_once=True)

        def no_memory(*_):
            raise Refusal("unavailable", "Redis is away.")

        with monkeypatch.context() as patched:
            patched.setattr(hooks, "dispatch", no_memory)
            refused = tells(stripe.events[0])
        between = store.get_nest(code).vanity_code
        tells_all(stripe)

        assert (refused.status_code, between) == (503, "alices-den")
        assert store.get_nest(code).vanity_code is None

    def test_an_upgrade_keeps_the_vanity_code(self, alice, stripe):
        code = build("The Den").code
        buys(alice, stripe)
        saves(alice, code, vanity_code="alices-den")

        begins(alice, B_MONTH)
        tells_all(stripe)

        assert store.get_nest(code).vanity_code == "alices-den"

    def test_a_given_plan_keeps_the_vanity_code(self, alice, stripe):
        code = build("The Den").code
        subscription = buys(alice, stripe)
        saves(alice, code, vanity_code="alices-den")
        give("tier_a")

        stripe.cancels(subscription, at_once=True)
        tells_all(stripe)

        assert store.get_nest(code).vanity_code == "alices-den"
        assert short(alice) == ("tier_a", TIER_A)

    @pytest.mark.parametrize(("days", "tier"), [(0, "tier_a"), (2.9, "tier_a"), (3.1, "free")])
    def test_who_owes_has_three_days_and_keeps_their_vanity_code(self, alice, stripe, days, tier):
        code = build("The Den").code  # K-8.2: a plan that lapses
        subscription = buys(alice, stripe)
        saves(alice, code, vanity_code="alices-den")

        stripe.owes(subscription, days)
        tells_all(stripe)

        assert short(alice)[0] == tier
        assert store.get_nest(code).vanity_code == "alices-den"
        assert saves(alice, code, theme={"font": "serif"}) == (200 if tier == "tier_a" else 403)

    def test_who_pays_after_all_has_it_again(self, alice, stripe):
        subscription = buys(alice, stripe)
        stripe.owes(subscription, 10)
        tells_all(stripe)
        lapsed = short(alice)

        subscription["status"] = "active"
        stripe.happens("invoice.paid", stripe.invoice_of(subscription))
        tells_all(stripe)

        assert (lapsed, short(alice)) == (("free", []), ("tier_a", TIER_A))

    @pytest.mark.parametrize("word", ["incomplete", "incomplete_expired", "unpaid", "paused"])
    def test_what_is_not_paid_opens_nothing(self, alice, stripe, word):
        begins(alice)
        (customer,) = stripe.customers
        stripe.subscribes(customer, A_MONTH, word)

        tells_all(stripe)

        assert status(alice) == FREE

    def test_an_end_that_nobody_told_of_is_found_within_the_hour(self, alice, stripe):
        code = build("The Den").code
        subscription = buys(alice, stripe)
        saves(alice, code, vanity_code="alices-den")
        Subscription.objects.update(renews_at="2026-01-01T00:00:00Z")
        stripe.cancels(subscription, at_once=True)

        tasks.refresh_subscriptions()

        assert status(alice) == FREE
        assert store.get_nest(code).vanity_code is None

    def test_a_price_of_before_goes_on_meaning_what_it_did(self, alice, stripe, settle):
        subscription = buys(alice, stripe)
        stripe.prices["price_a_new"] = ("month", 600)
        settle(STRIPE_PRICE_TIER_A_MONTHLY="price_a_new")

        stripe.ends_period(subscription)
        tells_all(stripe)

        assert short(alice) == ("tier_a", TIER_A)

    # The audit

    def test_each_change_is_in_the_audit_and_no_address_is_in_its_details(self, alice, stripe):
        subscription = buys(alice, stripe)
        begins(alice, B_MONTH)
        stripe.cancels(subscription, at_once=True)
        tells_all(stripe)

        found = AuditEvent.objects.filter(subject=person_id(ALICE)).order_by("id")
        assert [(it.action, it.actor, it.details.get("tier")) for it in found] == [
            ("subscription_changed", "", "tier_a"),
            ("plan_given", "", "tier_a"),
            ("subscription_changed", ALICE, "tier_b"),
            ("plan_changed", "", "tier_b"),
            ("subscription_changed", "", "tier_b"),
            ("plan_changed", "", "tier_b"),
        ]
        assert "@" not in json.dumps([it.details for it in found])
