"""What a nest is set to and has been through survives who reconnects; rows survive a Redis."""

import time

from django.apps import apps

from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.moderation import listing
from tests.support.reducer import comparable
from tests.support.server import PATIENCE_SECONDS

KEPT = ("player", "nests", "accounts")  # Apps whose rows are of people, songs and plays.


def evening(alice, bob, tracks):
    """A nest in which every feature of being together has been used; its code."""
    wishes = {"control_mode": "dj", "approval": True, "blocked": ["polka"], "guests": True}
    code = alice.asks("POST", "/api/nests", name="The Den", **wishes).json()["code"]
    bob.joins(code)
    with alice.opens(code) as hers, bob.opens(code) as his:
        ids = hers.does("add_songs", uris=tracks[:3])["added"]
        waiting = his.does("add_songs", uris=tracks[3:])["waiting"]
        assert len(waiting) == 1
        for page, verb, fields in (
            (his, "cast_vote", {"song_id": ids[2], "direction": 1}),
            (his, "toggle_jam", {"song_id": ids[1]}),
            (his, "add_comment", {"song_id": ids[1], "text": "this one"}),
            (his, "send_chat_message", {"text": "good evening"}),
            (hers, "send_chat_message", {"text": "hello", "song_id": ids[1]}),
            (hers, "mute_listener", {"person": bob.id, "reason": "Shouting."}),
            (hers, "seek", {"position_ms": 20_000}),
            (hers, "pause", {}),
            (hers, "set_volume", {"volume": 40}),
            (his, "change_preferences", {"accent": "purple"}),
        ):
            answer = page.does(verb, **fields)
            assert answer["type"] == "done", (verb, answer)
    return code


def settles(code, listeners):
    """Once that many listen and everybody has been told so, the nest's revision.

    Who comes and goes within one batch of arrivals is not told at all, so no event is waited for.
    """
    keys, end = NestKeys(code), time.monotonic() + PATIENCE_SECONDS
    while redis().scard(keys.listeners) != listeners or redis().exists(keys.presence_pending):
        assert time.monotonic() < end, redis().smembers(keys.listeners)
        time.sleep(0.02)
    return int(redis().get(keys.rev))


def sees(visitor, code):
    return comparable(visitor.asks("GET", f"/api/nests/{code}/snapshot").json())


def test_every_feature_survives_who_reconnects(alice, bob, charlie, tracks):  # S-12.6
    code = evening(alice, bob, tracks)
    with alice.opens(code) as hers:
        with bob.opens(code) as his:
            before = his.catches_up(his.welcome["rev"])
            since = f"?since={before.rev}&own_since={before.state['mine']['rev']}"
            epoch = his.welcome["epoch"]
        settles(code, listeners=1)
        hers.does("set_volume", volume=50)  # While he is away.
        with bob.opens(code, f"{since}&epoch={epoch}", mirror=before) as back:
            rev = settles(code, listeners=2)
            caught_up = comparable(back.catches_up(rev).state)
            anew = sees(bob, code)

            muted = back.does("send_chat_message", text="hello?")
            dj_only = back.does("pause")

    assert back.welcome["snapshot"] is None
    assert caught_up == anew
    assert (muted["error"], dj_only["error"]) == ("muted", "dj_only")
    assert (anew["nest"]["blocked"], anew["nest"]["approval"]) == (["polka"], True)
    assert [len(anew[name]) for name in ("queue", "proposals", "muted")] == [2, 1, 1]
    assert [each["text"] for each in anew["chat"]] == ["good evening", "hello"]
    assert [each["reason"] for each in listing.read_moderation(code)["muted"]] == ["Shouting."]


def rows():
    return {
        model.__name__: sorted(map(repr, model.objects.values_list()))
        for app in KEPT
        for model in apps.get_app_config(app).get_models()
    }


def test_a_redis_that_comes_back_empty_takes_no_row_along(alice, bob, tracks):  # S-12.6
    code = evening(alice, bob, tracks)
    report = {"position_ms": 4_000, "duration_ms": 180_000, "uri": tracks[0]}
    assert bob.asks("PUT", f"/api/nests/{code}/progress", **report).status_code == 200
    assert alice.asks("GET", f"/api/nests/{code}/invitation").status_code == 200
    alice.asks("DELETE", f"/api/nests/{alice.builds('Last week')['code']}")
    before = rows()

    redis().flushdb()
    with alice.opens() as hers:
        answer = hers.does("add_songs", uris=tracks[:1])
        assert answer["type"] == "done"

    after = rows()
    assert {name: set(kept) - set(after[name]) for name, kept in before.items()} == {
        name: set() for name in before
    }
    there = ("Track", "ListeningProgress", "Invitation", "NestTombstone", "Person")
    assert all(before[name] for name in there)
