"""The chat over real connections: Alice and Bob write, and the music waits for nobody."""

import json
import threading
import time
import uuid
from contextlib import ExitStack

import pytest
from django.contrib.sessions.models import Session

from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.hooks import hooks
from tests.support.server import wait_for

CROWD, MESSAGES_EACH = 20, 10


def frame(text, **fields):
    return json.dumps({"type": "send_chat_message", "id": uuid.uuid4().hex, "text": text, **fields})


def refusal_of(page, **fields):
    answer = page.does("send_chat_message", **fields)
    assert answer["type"] == "refused"
    return answer["error"]


# S-9.1
def test_everybody_hears_what_somebody_writes(alice, bob):
    with alice.opens() as hers, bob.opens() as his:
        answer = his.does("send_chat_message", text="hello", mentions=[alice.id])

        for page in (hers, his):
            message = page.hears("chat_message", rev=answer["rev"])["message"]
            assert (message["text"], message["name"]) == ("hello", "Bob")
            assert message["mentions"] == [alice.id]


# S-9.2 S-9.10
def test_whatever_is_refused_reaches_its_sender_alone_and_closes_nothing(alice, bob):
    sessions = Session.objects.count()
    with alice.opens() as hers, bob.opens() as his:
        redis().hset(NestKeys("main").nest_state, "chat", "")
        off = refusal_of(his, text="hello")
        redis().hdel(NestKeys("main").nest_state, "chat")
        his.does("send_chat_message", text="hello")
        codes = [off, refusal_of(his, text="hello"), refusal_of(his, text="x" * 501)]
        for number in range(3):
            his.does("send_chat_message", text=f"message {number}")
        codes.append(refusal_of(his, text="and"))
        redis().delete(NestKeys("main").chat_rate(bob.email))
        redis().hset(NestKeys("main").mutes, bob.id, json.dumps({"reason": ""}))
        codes.append(refusal_of(his, text="one more"))

        assert his.does("set_volume", volume=30)["type"] == "done"
        heard = [each["message"]["text"] for each in texts_until(hers, "volume_changed")]

    assert codes == [
        "chat_disabled",
        "duplicate_message",
        "message_too_long",
        "rate_limited",
        "muted",
    ]
    assert heard == ["hello", "message 0", "message 1", "message 2"]
    assert his.close_code is None
    assert Session.objects.count() == sessions


def texts_until(page, last):
    page.hears(last)
    return [each for each in page.heard if each["type"] == "chat_message"]


# S-9.9
def test_who_comes_back_misses_no_message_and_gets_none_twice(alice, bob):
    with alice.opens() as hers:
        with bob.opens() as his:
            first = hers.does("send_chat_message", text="before")
            his.catches_up(first["rev"])
            since, epoch = his.mirror.rev, his.welcome["epoch"]
        missed = hers.does("send_chat_message", text="meanwhile")
        query = f"?since={since}&epoch={epoch}"
        with bob.opens(query=query, mirror=his.mirror) as back:
            last = hers.does("send_chat_message", text="after")
            mirror = back.catches_up(last["rev"])

            assert back.welcome["snapshot"] is None
        with bob.opens() as anew:
            fresh = anew.welcome["snapshot"]["chat"]

    assert [each["text"] for each in mirror.state["chat"]] == ["before", "meanwhile", "after"]
    assert fresh == mirror.state["chat"]
    ids = [first["message_id"], missed["message_id"], last["message_id"]]
    assert [each["message_id"] for each in fresh] == ids


@pytest.fixture
def held(monkeypatch):
    """Messages about a song are not finished before this is set."""
    event = threading.Event()
    monkeypatch.setattr(hooks, "title_of_song", lambda nest, song: event.wait(20) and "Blue")
    yield event
    event.set()


# S-9.12
def test_a_pause_is_out_while_200_messages_are_queued(server, alice, bob, tracks, held):
    with ExitStack() as stack:
        hers, his = (stack.enter_context(each.opens()) for each in (alice, bob))
        hers.does("add_songs", uris=tracks)
        crowd = [server.visitor(f"Guest{number}").joins() for number in range(CROWD)]
        pages = [stack.enter_context(each.opens()) for each in crowd[:-1]] + [hers]
        for number in range(MESSAGES_EACH):
            for page in pages:
                page.sends(frame(f"message {number}", song_id=1))

        began = time.monotonic()
        hers.sends(json.dumps({"type": "pause"}))
        his.hears("playback_state", is_playing=False)
        took = time.monotonic() - began

        print(f"{1000 * took:.0f} ms, wanted 200")
        assert not redis().exists(NestKeys("main").chat)
        held.set()
        for page in pages:
            answered = [page.hears("done", "refused") for _ in range(MESSAGES_EACH)]
            assert sum(each["type"] == "done" for each in answered) >= 5
        last = int(redis().get(NestKeys("main").rev))
        for page in (his, *pages):
            page.catches_up(last)


# S-9.12
def test_one_connection_queues_only_so_many_messages(alice, held):
    with alice.opens() as hers:
        for number in range(15):
            hers.sends(frame(f"message {number}", song_id=1))

        refused = [hers.hears("refused") for _ in range(4)]
        held.set()

        assert {each["error"] for each in refused} == {"rate_limited"}
        assert all("Rate limit" in each["message"] for each in refused)
        wait_for(lambda: redis().llen(NestKeys("main").chat) == 5)
        texts = [json.loads(each)["text"] for each in redis().lrange(NestKeys("main").chat, 0, -1)]
        assert texts == [f"message {number}" for number in range(5)]


# R3
def test_a_bug_in_the_chat_is_a_refusal_and_the_line_holds(alice, monkeypatch):
    def a_bug(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(hooks, "title_of_song", a_bug)
    with alice.opens() as hers:
        assert refusal_of(hers, text="hello", song_id=1) == "unavailable"
        assert hers.does("send_chat_message", text="hello")["type"] == "done"
