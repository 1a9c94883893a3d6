"""Listening on one's own account: every device does what the nest does, at the same moment."""

import threading
import time
from dataclasses import replace

import pytest

from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis
from andre.protocol.commands import COMMAND
from andre.web import dispatch
from nests.lifecycle import deletion
from nests.registry import store
from player.remote_players import followers, linked_devices, remote_controller
from tests.player.external_providers.people import SPOTIFY, Listener, den, until, worker
from tests.support.spotify_stub import catalogue

pytestmark = pytest.mark.django_db(transaction=True)

ONE, TWO, THREE = [each["uri"] for each in catalogue.TRACKS.values()][:3]


@pytest.fixture
def nest(stub):
    return den()


@pytest.fixture
def work(nest):
    with worker():
        yield


@pytest.fixture
def alice(stub, nest, work):
    return Listener(stub, "Alice", nest).arrives().connects().listens()


@pytest.fixture
def bob(stub, nest, work):
    return Listener(stub, "Bob", nest).arrives().connects().listens()


@pytest.fixture
def looks(monkeypatch):
    """Accounts are looked at as soon as somebody asks, instead of every five to ten seconds."""
    monkeypatch.setattr(followers, "LOOK_AFTER_MS", (0, 0))
    monkeypatch.setattr("player.remote_players.remote_controller.SETTLES_MS", 300)

    def look():
        time.sleep(0.35)
        followers.send_due_polls()

    return look


def test_two_listeners_start_together_at_the_right_place(alice, bob):  # SP5
    alice.adds(ONE)

    until(lambda: alice.plays(ONE) and bob.plays(ONE))  # `bench/own_players.py` says how soon.

    assert abs(alice.off_by_ms()) < 400
    assert abs(bob.off_by_ms()) < 400
    assert alice.account.player.device == alice.device


def test_a_device_chosen_as_the_speaker_plays_the_song_where_it_is(stub, nest, work):  # U-3.9
    alice = Listener(stub, "Alice", nest).arrives().connects()
    alice.adds(ONE)
    alice.does("seek", 60_000)
    wish = {"type": "choose_speaker", "device": alice.device, "provider": "spotify"}

    act = replace(alice.act, actor=replace(alice.act.actor, nest_role="creator"))
    dispatch.dispatch_command(act, COMMAND.validate_python(wish))
    until(lambda: alice.plays(ONE))

    assert alice.account.player.device == alice.device
    assert abs(alice.off_by_ms()) < 400


def test_pause_seek_and_skip_are_followed(alice, bob):  # SP5
    alice.adds(ONE, TWO)
    until(lambda: alice.plays(ONE) and bob.plays(ONE))

    alice.does("pause")
    until(lambda: not alice.account.player.is_playing and not bob.account.player.is_playing)

    alice.does("play", 60_000)
    until(lambda: bob.plays(ONE) and bob.account.player.position_ms >= 60_000)
    assert abs(bob.off_by_ms()) < 400

    alice.skips()
    until(lambda: alice.plays(TWO) and bob.plays(TWO))
    assert abs(bob.off_by_ms()) < 400


def test_who_comes_later_begins_in_the_middle(stub, nest, alice):  # SP5
    alice.adds(ONE)
    alice.does("seek", 90_000)

    bob = Listener(stub, "Bob", nest).arrives().connects().listens()
    until(lambda: bob.plays(ONE))

    assert abs(bob.off_by_ms()) < 400


def test_a_lost_device_is_named_and_found_again(alice, looks):  # SP5
    alice.adds(ONE)
    until(lambda: alice.plays(ONE))
    kitchen = alice.account.devices[alice.device]

    alice.account.loses(alice.device)
    until(lambda: looks() or alice.status["why"] == "device_gone")
    alice.account.devices[alice.device] = kitchen
    until(lambda: looks() or alice.plays(ONE))

    assert "not there any more" not in alice.status["message"]
    assert abs(alice.off_by_ms()) < 400


def test_a_drifting_player_is_corrected_once_in_ten_seconds(alice, looks):  # SP5
    alice.adds(ONE)
    until(lambda: alice.plays(ONE))
    alice.account.becomes(position_ms=alice.account.player.position_ms + 2_000)

    until(lambda: looks() or alice.calls("PUT", "/me/player/seek"))
    alice.account.becomes(position_ms=alice.account.player.position_ms + 2_000)
    for _ in range(4):
        looks()

    assert len(alice.calls("PUT", "/me/player/seek")) == 1


def test_who_pauses_their_own_player_is_left_alone(alice, looks):  # P6
    alice.adds(ONE, TWO)
    until(lambda: looks() or alice.status["error_ms"] is not None)

    alice.account.becomes(is_playing=False)
    until(lambda: looks() or alice.status["state"] == "held")

    assert alice.status["why"] == "paused_there"
    alice.listens()
    until(lambda: alice.plays(ONE))


def test_an_account_without_premium_hears_why(stub, nest, work):  # SP5
    frida = Listener(stub, "Frida", nest, product="free").arrives().connects().listens()
    frida.adds(ONE)

    until(lambda: frida.status["state"] == "trouble")

    assert frida.status["why"] == "premium_needed"
    assert "Premium" in frida.status["message"]


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"status": 403, "message": "Player command failed: Restriction violated"}, "restricted"),
        ({"status": 403, "message": "User not registered in the Dev Dashboard"}, "not_listed"),
        ({"status": 404, "message": "Device not found"}, "device_gone"),
        ({"status": 429, "retry_after": 3}, "unavailable"),
    ],
)
def test_each_trouble_has_a_sentence(stub, alice, fault, why):  # SP5
    stub.goes_wrong("/me/player/play", **fault)
    alice.adds(ONE)

    until(lambda: alice.status["state"] == "trouble")

    assert alice.status["why"] == why
    assert alice.status["message"]


def test_one_listeners_trouble_is_not_the_others(stub, nest, alice, work):
    frida = Listener(stub, "Frida", nest, product="free").arrives().connects().listens()
    alice.adds(ONE)

    until(lambda: alice.plays(ONE) and frida.status["state"] == "trouble")

    assert alice.status["state"] == "on"


def test_an_unsure_write_is_read_and_not_repeated(stub, alice):  # SP2
    stub.goes_wrong("/me/player/play", status=502, after=True, times=1)
    alice.adds(ONE)

    until(lambda: alice.status["error_ms"] is not None)

    assert len(alice.calls("PUT", "/me/player/play")) == 1
    assert alice.status["state"] == "on"


def test_a_write_that_was_not_done_is_done_later(stub, alice, looks):  # SP2
    stub.goes_wrong("/me/player/play", status=502, times=1)
    alice.adds(ONE)
    until(lambda: alice.calls("PUT", "/me/player/play"))

    until(lambda: looks() or alice.plays(ONE))

    assert len(alice.calls("PUT", "/me/player/play")) == 2


def test_a_player_that_tells_old_news_is_not_told_twice(stub, alice, looks):  # SP7
    stub.world.lag_ms = 250
    alice.adds(ONE)
    until(lambda: alice.plays(ONE))

    for _ in range(3):
        looks()

    assert len(alice.calls("PUT", "/me/player/play")) == 1


def test_a_call_that_hangs_keeps_no_other_listener_waiting(stub, nest, alice, bob):  # SP7
    stub.goes_wrong("/me/player/play", kind="hang", seconds=30, times=1)
    alice.adds(ONE)

    until(lambda: alice.plays(ONE) or bob.plays(ONE), 4)  # After five the call is given up.


def test_an_access_token_that_was_refused_is_renewed_once(stub, alice):  # SP4
    stub.world.access = {t: h for t, h in stub.world.access.items() if h[0] is None}
    alice.adds(ONE)

    until(lambda: alice.plays(ONE))

    assert len([c for c in stub.world.calls("POST", "/api/token") if "refresh" in str(c.body)]) == 1


def test_a_consent_that_was_withdrawn_is_asked_for_again(stub, alice):  # SP4
    stub.world.withdraws_consent("alice")
    alice.adds(ONE)

    until(lambda: alice.status["state"] == "trouble")

    assert alice.status["why"] == "consent_ended"
    assert alice.row.tokens == ""


def test_who_leaves_the_nest_is_not_played_to_an_empty_room(alice, bob, looks):
    from nests.membership import members

    bob.adds(ONE)
    until(lambda: alice.plays(ONE))

    members.leave(alice.act, "tab")
    until(lambda: looks() or not alice.account.player.is_playing)
    assert alice.status["state"] == "away"

    alice.arrives()
    until(lambda: alice.status["state"] == "on" and alice.plays(ONE))


def test_who_stops_listening_falls_silent_and_is_asked_no_more(alice, looks):  # SP5
    alice.adds(ONE)
    until(lambda: alice.plays(ONE))

    followers.unfollow(alice.nest, alice.email)
    until(lambda: not alice.account.player.is_playing)

    assert alice.status["state"] == "off"
    until(lambda: redis().zcard(GLOBAL.follower_poll_due) == 0)


def test_a_nest_that_ends_takes_its_music_along(alice):
    alice.adds(ONE)
    until(lambda: alice.plays(ONE))

    deletion.delete(store.get_nest(alice.act.nest), "over")

    until(lambda: not alice.account.player.is_playing)
    assert not redis().hexists(GLOBAL.following, alice.email)


@pytest.mark.parametrize("step", ["start", "once"])
def test_a_nest_that_ends_while_the_device_is_told_to_play_falls_silent(alice, monkeypatch, step):
    """Between the step that begins the end and the one that looks who follows, and after both."""
    nest, take_step = store.get_nest(alice.nest), getattr(remote_controller, step)
    is_added = threading.Event()

    def nest_ends_meanwhile(*args):
        is_added.wait(20)
        monkeypatch.setattr(remote_controller, step, take_step)
        taken = take_step(*args)
        deletion.begin_delete(nest, only_if_idle=False)
        if step == "start":
            followers.dismiss_all(alice.nest)
            until(lambda: alice.calls("PUT", "/me/player/pause"))
            alice.account.becomes(is_playing=True)  # It was told to play after that.
        return taken

    monkeypatch.setattr(remote_controller, step, nest_ends_meanwhile)
    alice.adds(ONE)
    is_added.set()

    until(lambda: alice.calls("PUT", "/me/player/play"))
    until(lambda: not alice.account.player.is_playing)
    assert not redis().hexists(GLOBAL.following, alice.email)
    assert not redis().hexists(NestKeys(alice.nest).follow_status, alice.email)


def test_who_leaves_while_the_device_is_told_to_play_hears_nothing(alice, monkeypatch):  # SP5
    started = remote_controller.start

    def leaves_meanwhile(*args):
        followers.unfollow(alice.nest, alice.email)
        until(lambda: alice.calls("PUT", "/me/player/pause"))
        return started(*args)

    monkeypatch.setattr(remote_controller, "start", leaves_meanwhile)
    alice.adds(ONE)

    until(lambda: alice.calls("PUT", "/me/player/play"))
    until(lambda: not alice.account.player.is_playing)
    assert not redis().hexists(NestKeys(alice.nest).follow_status, alice.email)


def test_who_goes_to_another_nest_meanwhile_hears_that_one(alice, monkeypatch):  # SP5
    other = Listener(alice.stub, "Alice", den())
    other.arrives().adds(TWO)
    started = remote_controller.start

    def moves_meanwhile(*args):
        monkeypatch.setattr(remote_controller, "start", started)
        linked_devices.follow(other.nest, alice.email, SPOTIFY, alice.device)
        until(lambda: alice.plays(TWO))
        return started(*args)

    monkeypatch.setattr(remote_controller, "start", moves_meanwhile)
    alice.adds(ONE)

    until(lambda: len(alice.calls("PUT", "/me/player/play")) == 3)
    until(lambda: alice.plays(TWO))


def test_one_follows_one_nest_at_a_time(alice):
    other = den()

    alice.nest = other
    alice.arrives().listens()

    assert redis().hget(GLOBAL.following, alice.email) == other


def test_nobody_is_asked_where_nobody_follows(stub, nest, work):  # SP6
    charlie = Listener(stub, "Charlie", nest).arrives()

    charlie.adds(ONE)
    charlie.skips()

    assert charlie.calls() == []
    assert charlie.status["state"] == "off"
