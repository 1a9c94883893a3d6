"""Moderation on real sockets and streams: who is sent out hears why, and nothing stays open."""

import time

import pytest

from andre.core.context import Actor, CommandContext
from nests.moderation import moderation, removals
from nests.scripts import lua
from tests.support.plans import give
from tests.support.server import serving, wait_for
from tests.support.streams import Listener


@pytest.fixture
def den(alice):
    """A nest of Alice's: its code."""
    return alice.builds("The Den")["code"]


def decides(alice, code, verb, whom, **fields):
    answer = alice.asks("POST", f"/api/nests/{code}/{verb}", person=whom.id, **fields)
    assert answer.status_code == 200, answer.text


def test_who_is_kicked_hears_why_in_every_process_and_may_come_back(alice, bob, den):  # S-10.3
    with serving() as second, alice.opens(den) as hers, bob.opens(den) as here:
        elsewhere = second.visitor("Bob").opens(den)
        hers.hears("listeners_changed", count=2)
        began = time.monotonic()

        decides(alice, den, "kick", bob, reason="Shouting.")

        for page in (here, elsewhere):
            assert page.is_closed_with() == 4011
            (notice,) = [each for each in page.heard if each["type"] == "sent_out"]
            assert notice == {"type": "sent_out", "banned": False, "reason": "Shouting."}
        assert time.monotonic() - began < 2
        told = hers.hears("listener_kicked")
        assert (told["person"]["id"], told["user"]) == (bob.id, alice.id)
        assert hers.hears("listeners_changed", count=1)["left"] == [bob.id]
        with bob.opens(den) as again:
            assert again.welcome["you"]["name"] == "Bob"


def test_who_is_banned_is_cut_off_and_stays_out_until_unbanned(alice, bob, den):  # S-10.2
    bob.joins(den)
    with alice.opens(den) as hers, bob.opens(den) as his:
        with Listener(bob, f"/api/nests/{den}/events?observe=1") as stream:
            stream.hears("snapshot")
            began = time.monotonic()

            decides(alice, den, "ban", bob, reason="Shouting.")

            assert his.is_closed_with() == 4011
            assert stream.hears("sent_out")["data"]["reason"] == "Shouting."
            assert stream.has_ended()
            assert time.monotonic() - began < 2
        assert hers.hears("listener_banned")["person"]["id"] == bob.id

    back = bob.opens(den)
    assert back.is_closed_with() == 4010
    assert [each["reason"] for each in back.heard if each["type"] == "sent_out"] == ["Shouting."]
    refused = bob.asks("GET", f"/api/nests/{den}/events")
    assert (refused.status_code, refused.json()["error"]) == (403, "banned")

    decides(alice, den, "unban", bob)
    with bob.opens(den) as his:
        assert his.welcome["nest_id"] == den


def test_a_mute_reaches_open_pages_and_stands_in_later_snapshots(alice, bob, den):  # S-10.5
    with bob.opens(den) as his:
        decides(alice, den, "mute", bob)
        assert his.hears("listener_muted")["person"]["id"] == bob.id
        with alice.opens(den) as hers:
            assert hers.welcome["snapshot"]["muted"] == [bob.id]


def test_somebody_else_sends_nobody_out(alice, bob, server, den):  # S-10.4
    carol = server.visitor("Carol")
    with carol.opens(den) as hers, bob.opens(den) as his:
        refused = [his.does(verb, person=carol.id) for verb in ("kick_listener", "ban_listener")]

        assert [each["error"] for each in refused] == ["forbidden", "forbidden"]
        assert hers.does("set_volume", volume=7)["type"] == "done"


def test_who_is_muted_writes_and_nobody_hears_it(alice, bob, den):  # S-10.1
    with alice.opens(den) as hers, bob.opens(den) as his:
        decides(alice, den, "mute", bob, reason="Shouting.")

        refused = his.does("send_chat_message", text="hello")

        assert (refused["error"], refused["reason"]) == ("muted", "Shouting.")
        assert hers.does("send_chat_message", text="good evening")["type"] == "done"
        assert his.hears("chat_message")["message"]["text"] == "good evening"
        decides(alice, den, "unmute", bob)
        assert his.does("send_chat_message", text="sorry")["type"] == "done"
        told = [hers.hears("chat_message")["message"]["text"] for _ in range(2)]

    assert told == ["good evening", "sorry"]


# S-10.2 S-10.3: the net under the message that closes, which may be lost


@pytest.mark.parametrize("verb", ["ban_listener", "kick_listener"])
def test_who_is_sent_out_is_cut_off_though_nobody_was_told(alice, bob, den, monkeypatch, verb):
    monkeypatch.setattr("andre.accounts.credentials.CHECK_SECONDS", 0.05)
    with alice.opens(den) as hers, bob.opens(den) as his:
        with Listener(bob, f"/api/nests/{den}/events") as stream:
            stream.hears("snapshot")

            send_out_silently(den, verb, bob, reason="Shouting.")

            assert his.is_closed_with() == 4011
            notice = {"type": "sent_out", "banned": verb == "ban_listener", "reason": "Shouting."}
            assert [each for each in his.heard if each["type"] == "sent_out"] == [notice]
            assert stream.hears("sent_out")["data"]["reason"] == "Shouting."
            assert stream.has_ended()
        assert hers.close_code is None


def test_who_came_back_after_a_kick_is_not_cut_off_again(alice, bob, den, monkeypatch):  # S-10.3
    with bob.opens(den) as his:
        decides(alice, den, "kick", bob)
        assert his.is_closed_with() == 4011
    monkeypatch.setattr("andre.accounts.credentials.CHECK_SECONDS", 0.01)
    asked = []
    find = removals.find_removal
    monkeypatch.setattr(
        removals, "find_removal", lambda *told: asked.append(find(*told)) or asked[-1]
    )

    with bob.opens(den) as again:
        wait_for(lambda: len(asked) >= 3)

        assert again.does("set_volume", volume=7)["type"] == "done"
    assert set(asked) == {None}


def send_out_silently(den, verb, whom, reason):
    """The script alone, as where the message to whoever holds the connection is lost."""
    act = CommandContext(den, Actor("alice@example.com", "Alice", nest_role="creator"))
    target = moderation.find_target(den, whom.id)
    script = getattr(lua, verb)
    script(act, person=target.address, target=target.id, whom=target.face, reason=reason)


def welcomed(visitor, code):
    with visitor.opens(code) as page:
        return page.welcome["you"]


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize(("tier", "is_open"), [("tier_a", False), ("tier_b", True)])
def test_a_page_hears_what_the_creators_plan_does_not_open(alice, bob, tier, is_open):  # K-8.2
    give(tier)
    den = alice.builds("The Den")["code"]

    hers, his = welcomed(alice, den), welcomed(bob.joins(den), den)

    assert [hers["may"][f"{verb}_listener"] for verb in ("mute", "kick", "ban", "unban")] == [
        *(True, is_open, is_open, True)
    ]
    closed = [] if is_open else ["kick_listener", "ban_listener"]
    assert (hers["needs_plan"], his["needs_plan"]) == (closed, closed)  # Bob may be the DJ one day.
    assert welcomed(alice, "main")["needs_plan"] == []


def test_without_the_console_nothing_needs_a_plan(alice, den):  # K-8.1
    assert welcomed(alice, den)["needs_plan"] == []
