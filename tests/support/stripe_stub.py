"""A Stripe of our own on loopback: the calls that Andre makes, pages to pay on, and signed events.

It answers in the shapes of the API version that the SDK asks for, knows its key, and fails on
demand. What somebody does at Stripe (`pays`, `cancels`, `ends_period` …) leaves an event in
`events`; `tells` sends it, signed, to the webhook at `webhook_url`.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler
from itertools import count
from threading import Event
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from stripe import WebhookSignature

from tests.support.stand_ins import answering

KEY, SECRET = "sk_test_of_the_stub", "whsec_of_the_stub"
A_MONTH, B_MONTH, B_YEAR = "price_a_month", "price_b_month", "price_b_year"
PRICES = {A_MONTH: ("month", 500), B_MONTH: ("month", 3_000), B_YEAR: ("year", 30_000)}
SECONDS = {"month": 30 * 86_400, "year": 365 * 86_400}

Shape = dict[str, Any]


class Missing(Exception):
    """There is nothing by this id; the argument is the field that named it."""


class Refused(Exception):
    """This cannot be asked of what is as it is."""


class CardRefused(Exception):
    """The bank says no."""


@dataclass
class Stub:
    """`calls` are those made, a method and a path each."""

    url: str = ""
    webhook_url: str = ""
    is_away: bool = False
    refuses_card: bool = False
    calls: list[tuple[str, str]] = field(default_factory=list)
    customers: dict[str, Shape] = field(default_factory=dict)
    sessions: dict[str, Shape] = field(default_factory=dict)
    subscriptions: dict[str, Shape] = field(default_factory=dict)
    schedules: dict[str, Shape] = field(default_factory=dict)
    prices: dict[str, tuple[str, int]] = field(default_factory=lambda: dict(PRICES))
    events: list[Shape] = field(default_factory=list)
    charges: list[str] = field(default_factory=list)  # What was charged at once, by kind.
    holds: Event | None = None
    is_holding: Event = field(default_factory=Event)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def settings(self) -> dict[str, str]:
        return {
            "NEST_ADMIN_ENABLED": "true",
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_PRICE_TIER_A_MONTHLY": A_MONTH,
            "STRIPE_PRICE_TIER_B_MONTHLY": B_MONTH,
            "STRIPE_PRICE_TIER_B_ANNUAL": B_YEAR,
            "STRIPE_API_URL": self.url,
        }

    def name(self, kind: str) -> str:
        return f"{kind}_{next(self.numbers)}"

    # What people do on its pages, and what time does

    def pays(self, session_id: str) -> Shape:
        """Somebody pays on the page of a checkout; the subscription that comes of it."""
        session = self.sessions[session_id]
        subscription = self.subscribes(session["customer"], session["price"])
        session |= {"status": "complete", "subscription": subscription["id"]}
        self.happens("checkout.session.completed", session)
        return subscription

    def subscribes(self, customer: str, price: str, status: str = "active") -> Shape:
        now = int(time.time())
        found: Shape = {
            "id": self.name("sub"),
            "object": "subscription",
            "customer": customer,
            "status": status,
            "cancel_at": None,
            "cancel_at_period_end": False,
            "ended_at": None,
            "schedule": None,
        }
        item = {"id": self.name("si"), "object": "subscription_item"}
        found["items"] = {"object": "list", "data": [item], "has_more": False, "url": ""}
        self.begins_period(found, price, now)
        self.subscriptions[found["id"]] = found
        self.happens("customer.subscription.created", found)
        return found

    def begins_period(self, subscription: Shape, price: str, now: int) -> None:
        subscription["items"]["data"][0] |= {
            "price": self.price(price),
            "current_period_start": now,
            "current_period_end": now + SECONDS[self.prices[price][0]],
        }

    def cancels(self, subscription: Shape, *, at_once: bool = False) -> None:
        """As the portal does: at the end of what is paid for."""
        if at_once:
            subscription |= {"status": "canceled", "ended_at": int(time.time())}
            self.happens("customer.subscription.deleted", subscription)
        else:
            subscription["cancel_at_period_end"] = True
            self.happens("customer.subscription.updated", subscription)

    def ends_period(self, subscription: Shape) -> None:
        """The period that runs is over now: it ends, changes, or is paid for again."""
        item, now = subscription["items"]["data"][0], int(time.time())
        if subscription["cancel_at_period_end"]:
            item["current_period_end"] = now
            return self.cancels(subscription, at_once=True)
        schedule = self.schedules.get(subscription["schedule"] or "")
        price = item["price"]["id"]
        if schedule is not None and len(schedule["phases"]) > 1:
            price = schedule["phases"][-1]["items"][0]["price"]
            schedule["phases"] = [self.phase(price, now, now + SECONDS["month"])]
        else:
            subscription["schedule"] = None
        self.begins_period(subscription, price, now)
        return self.happens("customer.subscription.updated", subscription)

    def owes(self, subscription: Shape, days: float = 0) -> None:
        """The card was refused when the period began, so many days ago."""
        begun = int(time.time() - days * 86_400)
        self.begins_period(subscription, subscription["items"]["data"][0]["price"]["id"], begun)
        subscription["status"] = "past_due"
        self.happens("invoice.payment_failed", self.invoice_of(subscription))

    def invoice_of(self, subscription: Shape) -> Shape:
        parent = {"subscription_details": {"subscription": subscription["id"]}}
        return {"id": self.name("in"), "object": "invoice", "parent": parent}

    # Events

    def happens(self, kind: str, about: Shape) -> None:
        self.events.append(
            {
                "id": self.name("evt"),
                "object": "event",
                "type": kind,
                "created": int(time.time()),
                "data": {"object": json.loads(json.dumps(about))},
            }
        )

    def tells(self, event: Shape) -> requests.Response:
        body, headers = signed(event)
        return requests.post(self.webhook_url, data=body, headers=headers, timeout=10)

    def tells_all(self) -> None:
        for event in self.events:
            assert self.tells(event).status_code == 200
        self.events.clear()

    # What it is asked

    def price(self, name: str) -> Shape:
        if name not in self.prices:
            raise Missing
        interval, units = self.prices[name]
        return {
            "id": name,
            "object": "price",
            "unit_amount": units,
            "currency": "usd",
            "recurring": {"interval": interval},
        }

    def answer(self, method: str, path: list[str], form: Shape) -> Shape:
        match method, path:
            case "POST", ["customers"]:
                made = {"id": self.name("cus"), "object": "customer"} | form
                self.customers[made["id"]] = made
                return made
            case "DELETE", ["customers", name]:
                self.find(self.customers, name)
                del self.customers[name]
                for each in self.subscriptions.values():
                    if each["customer"] == name:
                        self.cancels(each, at_once=True)
                return {"id": name, "object": "customer", "deleted": True}
            case "GET", ["prices", name]:
                return self.price(name)
            case _, ["checkout", "sessions", *rest]:
                return self.answer_checkout(method, rest, form)
            case "POST", ["billing_portal", "sessions"]:
                self.find(self.customers, form["customer"])
                name = self.name("bps")
                back = form["return_url"]
                self.sessions[name] = {"customer": form["customer"], "back": back}
                url = f"{self.url}/portal/{name}"
                return {"id": name, "object": "billing_portal.session", "url": url}
            case _, ["subscriptions", name]:
                found = self.find(self.subscriptions, name)
                if method == "POST":
                    self.change(found, form)
                schedule = self.schedules.get(found["schedule"] or "")
                return found | ({"schedule": schedule} if schedule and "expand" in form else {})
            case "POST", ["subscription_schedules", *rest]:
                return self.answer_schedule(rest, form)
        raise Missing

    def answer_checkout(self, method: str, path: list[str], form: Shape) -> Shape:
        match method, path:
            case "GET", []:
                self.find(self.customers, form["customer"], "customer")
                wanted = {name: form[name] for name in ("customer", "status")}
                found = [each for each in self.sessions.values() if wanted.items() <= each.items()]
                return {"object": "list", "data": found, "has_more": False, "url": ""}
            case "POST", []:
                return self.make_checkout(form)
            case "POST", [name, "expire"]:
                self.find(self.sessions, name)["status"] = "expired"
        return self.find(self.sessions, path[0])

    def make_checkout(self, form: Shape) -> Shape:
        self.find(self.customers, form["customer"], "customer")
        name, price = self.name("cs"), form["line_items"]["0"]["price"]
        self.price(price)
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "status": "open",
            "customer": form["customer"],
            "subscription": None,
            "price": price,
            "done": form["success_url"].replace("{CHECKOUT_SESSION_ID}", name),
            "back": form["cancel_url"],
            "url": f"{self.url}/pay/{name}",
        }
        return self.sessions[name]

    def answer_schedule(self, path: list[str], form: Shape) -> Shape:
        match path:
            case []:
                subscription = self.find(self.subscriptions, form["from_subscription"])
                item = subscription["items"]["data"][0]
                if subscription["schedule"]:
                    raise Refused
                begun, ends = item["current_period_start"], item["current_period_end"]
                name = self.name("sub_sched")
                subscription["schedule"] = name
                self.schedules[name] = {
                    "id": name,
                    "object": "subscription_schedule",
                    "subscription": subscription["id"],
                    "phases": [self.phase(item["price"]["id"], begun, ends)],
                }
                return self.schedules[name]
            case [name, "release"]:
                schedule = self.find(self.schedules, name)
                self.subscriptions[schedule["subscription"]]["schedule"] = None
                return schedule
        schedule = self.find(self.schedules, path[0])
        runs = schedule["phases"][0]["start_date"]
        schedule["phases"] = [
            self.phase(
                phase["items"]["0"]["price"],
                int(phase["start_date"]),
                int(phase.get("end_date", 0)),
            )
            for phase in form["phases"].values()
        ]
        if schedule["phases"][0]["start_date"] != runs:
            raise Refused
        subscription = self.subscriptions[schedule["subscription"]]
        self.happens("customer.subscription.updated", subscription)
        return schedule

    def phase(self, price: str, begins: int, ends: int) -> Shape:
        return {"start_date": begins, "end_date": ends, "items": [{"price": price}]}

    def change(self, subscription: Shape, form: Shape) -> None:
        if "cancel_at_period_end" in form:
            subscription["cancel_at_period_end"] = form["cancel_at_period_end"] == "true"
        if form.get("cancel_at") == "":
            subscription["cancel_at"] = None
        if "items" in form:
            if self.refuses_card:
                raise CardRefused
            item = subscription["items"]["data"][0]
            item["price"] = self.price(form["items"]["0"]["price"])
            self.charges.append(form["proration_behavior"])
        self.happens("customer.subscription.updated", subscription)

    def find(self, rows: dict[str, Shape], name: str, param: str = "id") -> Shape:
        if name not in rows:
            raise Missing(param)
        return rows[name]

    def hold(self, path: list[str]) -> None:
        """The next answer about a subscription waits for who asked for that with `holds`."""
        if path[1] == "subscriptions" and self.holds is not None:
            release, self.holds = self.holds, None
            self.is_holding.set()
            release.wait(20)

    # Its pages

    def page(self, path: list[str], presses: str) -> tuple[str, str]:
        """A page's text, and where it leads once something was pressed."""
        kind, name = path
        session = self.sessions[name]
        if presses == "pay":
            self.pays(name)
            return "", session["done"]
        if presses == "end":
            for each in self.subscriptions.values():
                if each["customer"] == session["customer"]:
                    self.cancels(each)
        if presses:
            return "", session["back"]
        word = {"pay": ("pay", "Pay"), "portal": ("end", "Cancel plan")}[kind]
        return PAGE.format(*map(escape, word)), ""


PAGE = """<!doctype html><html lang="en"><title>Stripe's page</title><h1>Stripe's page</h1>
<form method="post"><button name="presses" value="{}">{}</button>
<button name="presses" value="back">Back</button></form>"""


def signed(event: Shape, secret: str = SECRET, at: int | None = None) -> tuple[str, dict[str, str]]:
    """An event's body, and its headers."""
    body = json.dumps(event)
    signature = WebhookSignature.generate_signature_header(body, secret, at)
    return body, {"Stripe-Signature": signature, "Content-Type": "application/json"}


def nested(pairs: list[tuple[str, str]]) -> Shape:
    """`items[0][price]=x` as it is meant."""
    found: Shape = {}
    for name, value in pairs:
        *folders, last = re.findall(r"[^\[\]]+", name)
        inside = found
        for folder in folders:
            inside = inside.setdefault(folder, {})
        inside[last] = value
    return found


class Handler(BaseHTTPRequestHandler):
    world: Stub

    def do_GET(self) -> None:
        self.handle_call("GET")

    def do_POST(self) -> None:
        self.handle_call("POST")

    def do_DELETE(self) -> None:
        self.handle_call("DELETE")

    def handle_call(self, method: str) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = nested(parse_qsl(parts.query + "&" + body, keep_blank_values=True))
        path = parts.path.strip("/").split("/")
        if path[0] != "v1":
            return self.show(*self.world.page(path, form.get("presses", "")))
        self.world.calls.append((method, parts.path))
        if self.world.is_away:
            return self.send(500, {"error": {"type": "api_error", "message": "no"}})
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return self.send(401, {"error": {"type": "invalid_request_error", "message": "who?"}})
        try:
            found = self.world.answer(method, path[1:], form)
            text = json.dumps(found)  # As it is now, however late it comes.
            self.world.hold(path)
            return self.send(200, json.loads(text))
        except Missing as missing:
            error = {"type": "invalid_request_error", "code": "resource_missing", "message": "no"}
            return self.send(404, {"error": error | {"param": str(missing)}})
        except Refused:
            return self.send(400, {"error": {"type": "invalid_request_error", "message": "no"}})
        except CardRefused:
            error = {"type": "card_error", "code": "card_declined", "message": "Card declined."}
            return self.send(402, {"error": error})

    def show(self, text: str, leads_to: str) -> None:
        self.send_response(303 if leads_to else 200)
        if leads_to:
            self.send_header("Location", leads_to)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def send(self, status: int, told: Shape) -> None:
        text = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Request-Id", "req_stub")
        if status == 500:
            self.send_header("Stripe-Should-Retry", "false")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Tests read what was asked, not what was printed."""


@contextmanager
def running() -> Iterator[Stub]:
    world = Stub()
    with answering(type("Bound", (Handler,), {"world": world})) as port:
        world.url = f"http://127.0.0.1:{port}"
        yield world
