"""One person, or nobody at all, does what nobody should: the others notice nothing."""

import json
import socket
import threading
import time
from contextlib import ExitStack

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.accounts.roles import Role
from andre.core import rate_limits
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.launcher import http_protocol
from nests.realtime.connections import connections
from player.models import Play
from player.queue import reactions
from tests.support.logs import logged
from tests.support.server import wait_for
from tests.support.streams import Listener

FORM = "application/x-www-form-urlencoded"


def account_of(visitor):
    return Person.objects.get(email=visitor.email)


def listeners():
    return redis().smembers(NestKeys("main").listeners)


def a_bug(*_, **__):
    raise RuntimeError("a bug")


# A bug in a command


def test_a_bug_in_a_command_is_a_refusal_and_the_line_holds(alice, bob, tracks, monkeypatch):  # R3
    monkeypatch.setattr(reactions.lua, "toggle_jam", a_bug, raising=False)
    with alice.opens() as hers, bob.opens() as his, logged() as log:
        song = hers.does("add_songs", uris=tracks[:1])["added"][0]

        refused = his.does("toggle_jam", song_id=song)
        his.sends('{"type": "toggle_jam", "song_id": 1}')
        after = his.does("set_volume", volume=30)

    assert (refused["type"], refused["error"]) == ("refused", "unavailable")
    assert after["type"] == "done"
    failed = log.of("socket_message_failed")
    assert len(failed) == 2
    assert all("a bug" in line["exception"] for line in failed)


def test_a_bug_while_coming_in_leaves_nobody_behind(alice, bob, monkeypatch):  # R6 R12
    with bob.opens() as his:
        monkeypatch.setattr("nests.registry.store.rights_of", a_bug)

        hers = alice.opens()

        assert hers.is_closed_with() == 1013
        hers.leaves()
        wait_for(lambda: listeners() == {bob.email})
        assert his.does("set_volume", volume=20)["type"] == "done"
    wait_for(lambda: connections.count(alice.email) == 0)


def test_a_bug_while_leaving_keeps_nothing_else_from_being_left(alice, bob, monkeypatch):  # R12
    with bob.opens() as his:
        his.hears("listeners_changed")
        hers = alice.opens()
        his.hears("listeners_changed", count=2)
        monkeypatch.setattr("nests.realtime.consumer.ConnectionSendQueue.drop", a_bug)
        hers.leaves()

        wait_for(lambda: connections.count(alice.email) == 0)
        monkeypatch.undo()
        assert his.does("set_volume", volume=20)["type"] == "done"


# Bad input of nobody


@pytest.mark.parametrize("path", ["/nothing", "/socket/", "/socket/a/b", "/socket/%00/x", "//"])
def test_a_socket_that_is_none_of_ours_is_told_so(server, path):  # R6 X4
    address = f"ws://127.0.0.1:{server.port}{path}"
    with connect(address, origin=server.url) as nobody, pytest.raises(ConnectionClosed) as closed:
        nobody.recv(5)

    assert closed.value.rcvd.code == 4002


def test_a_number_without_end_is_no_time(alice):  # X4
    by_http = alice.http.post(
        f"{alice.server.url}/api/nests/main/commands",
        data='{"type": "probe_clock", "t0": 1e999}',
        headers={"Content-Type": "application/json"},
        timeout=10,
    )
    with alice.opens() as hers:
        hers.sends('{"type": "probe_clock", "id": "1", "t0": 1e999}')
        refused = hers.hears("refused", id="1")

    assert (by_http.status_code, by_http.json()["error"]) == (400, "malformed")
    assert refused["error"] == "malformed"


@pytest.mark.parametrize("charset", ["hex", "base64", "rot13", "utf-16", "cp1252", "strange", ""])
@pytest.mark.parametrize("path", ["/sign-in/?next=/", "/api/history?q=a", "/api/events?token=x"])
def test_an_encoding_that_is_not_ours_is_refused(server, path, charset):  # X4
    headers = {"Content-Type": f"{FORM}; charset={charset}"}

    answer = requests.post(server.url + path, data="a=b", headers=headers, timeout=10)

    assert (answer.status_code, answer.json()["error"]) == (415, "malformed")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf8"', "US-ASCII"])
def test_utf8_by_any_of_its_names_is_read(alice, charset):
    headers = {"Content-Type": f"application/json; charset={charset}"}

    answer = alice.http.get(f"{alice.server.url}/api/auth/whoami", headers=headers, timeout=10)

    assert answer.status_code == 200


def half_open(server, text=b"GET / HTTP/1.1\r\nHost: a\r\n"):
    line = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    line.sendall(text)
    return line


def test_requests_that_are_never_finished_make_room_for_whole_ones(server, monkeypatch):  # F3
    monkeypatch.setattr(http_protocol, "UNFINISHED_REQUESTS", 20)
    with ExitStack() as stack:
        lines = [stack.enter_context(half_open(server)) for _ in range(60)]

        answer = requests.get(f"{server.url}/healthz", timeout=5)

        assert answer.status_code == 200
        assert [was_hung_up_on(line) for line in lines[:30]] == [True] * 30
        assert len(http_protocol.TimedHttpProtocol.unfinished) <= 20


@pytest.mark.parametrize(
    "text",
    [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"],
)
def test_a_request_that_is_never_finished_ends(server, monkeypatch, text):  # F3
    monkeypatch.setattr(http_protocol, "REQUEST_SECONDS", 0.3)

    with half_open(server, text) as line:
        assert was_hung_up_on(line)


def test_who_waits_between_two_requests_is_not_unfinished(alice, monkeypatch):  # F3
    monkeypatch.setattr(http_protocol, "REQUEST_SECONDS", 0.3)
    with Listener(alice, "/api/events?observe=1") as stream, alice.opens() as hers:
        stream.hears("snapshot")
        time.sleep(0.6)
        hers.does("set_volume", volume=33)

        stream.hears("volume_changed")


def was_hung_up_on(line):
    line.settimeout(5)
    try:
        return line.recv(1_000) == b""
    except ConnectionResetError:
        return True


# Too much of one person


def test_jams_have_a_limit(alice, tracks):  # K-3.3
    with alice.opens() as hers:
        song = hers.does("add_songs", uris=tracks[:1])["added"][0]
        most = rate_limits.LIMITS["jams"].amount
        for _ in range(most):
            rate_limits.consume("jams", alice.email)

        refused = hers.does("toggle_jam", song_id=song)

    assert refused["error"] == "rate_limited"
    assert refused["retry_after_s"] >= 1


def test_the_settings_of_a_nest_change_only_so_often(alice):  # K-3.3
    nest = alice.builds("Friday")
    for _ in range(rate_limits.LIMITS["settings"].amount):
        rate_limits.consume("settings", alice.email)
    path = f"/api/nests/{nest['code']}"

    by_patch = alice.asks("PATCH", path, emoji="🎷")
    by_command = alice.asks("POST", f"{path}/commands", type="change_nest_settings", emoji="🎷")

    assert (by_patch.status_code, by_command.status_code) == (429, 429)


def test_one_person_has_so_many_lines_and_no_more(alice, bob, settle):  # F3
    settle(ANDRE_CONNECTIONS_PER_PERSON="3")
    with alice.opens(), Listener(alice, "/api/events"):
        hers = alice.opens()
        hers.hears("welcome")

        one_too_many = alice.opens()
        stream = Listener(alice, "/api/events")
        with bob.opens():
            assert one_too_many.is_closed_with() == 4008
        assert (stream.status, stream.response.headers["Retry-After"]) == (429, "60")
        hers.leaves()
        wait_for(lambda: connections.count(alice.email) == 2)
        with alice.opens():
            pass
    wait_for(lambda: connections.count(alice.email) == 0)


def test_streams_hold_no_threads(alice, settle):  # R17
    settle(ANDRE_CONNECTIONS_PER_PERSON="100")
    with ExitStack() as stack:
        first = stack.enter_context(Listener(alice, "/api/events?observe=1"))
        first.hears("snapshot")
        ours = threads_of_requests()
        streams = [stack.enter_context(Listener(alice, "/api/events?observe=1")) for _ in range(30)]
        for stream in streams:
            stream.hears("snapshot")

        wait_for(lambda: threads_of_requests() <= ours)


def threads_of_requests():
    """Those of asgiref; the tests' own and our pools have names that say so."""
    return sum(thread.name.startswith("ThreadPoolExecutor-") for thread in threading.enumerate())


def program(server, secret):
    return connect(
        f"ws://127.0.0.1:{server.port}/socket",
        additional_headers={"X-Andre-API-Key": secret},
        compression=None,
    )


def test_a_key_that_is_blocked_commands_over_no_socket(server, alice):  # K-3.1
    _, secret = api_keys.issue(account_of(alice), "viewer", rate_limit_per_minute=0)

    with program(server, secret) as line, pytest.raises(ConnectionClosed) as closed:
        line.recv(5)

    assert closed.value.rcvd.code == 4008


def test_a_key_has_as_many_commands_over_a_socket_as_over_http(server, alice):  # K-3.1
    _, secret = api_keys.issue(account_of(alice), "viewer", rate_limit_per_minute=3)

    with program(server, secret) as line:
        for number in range(4):
            line.send(json.dumps({"type": "set_volume", "id": str(number), "volume": 30}))
        line.send(json.dumps({"type": "beat", "id": "beat", "rev": 0}))
        answers = heard_answers(line, 5)
    by_http = requests.get(
        f"{server.url}/api/auth/whoami", headers={"X-Andre-API-Key": secret}, timeout=10
    )

    assert answers == ["done", "done", "refused", "refused", "done"]
    assert by_http.status_code == 429


def heard_answers(line, count):
    found = []
    while len(found) < count:
        frame = json.loads(line.recv(5))
        if frame["type"] in ("done", "refused"):
            found.append(frame["type"])
    return found


def test_looking_through_the_history_is_counted(alice):  # K-3.3
    for _ in range(rate_limits.LIMITS["lists"].amount):
        rate_limits.consume("lists", alice.email)

    found = [alice.asks("GET", path) for path in ("/api/history?q=a", "/api/nests/main/history")]

    assert [answer.status_code for answer in found] == [429, 429]


def test_a_search_is_no_longer_than_anybody_types(alice):  # X4
    found = alice.asks("GET", f"/api/search?q={'ab+' * 66}c")
    refused = alice.asks("GET", f"/api/search?q={'ab+' * 68}")
    pasted = alice.asks("GET", f"/api/search?q={'library:track:1 ' * 20}")

    assert (found.status_code, refused.status_code) == (200, 400)
    assert refused.json()["error"] == "validation_error"
    assert pasted.status_code != 400


def test_an_evening_is_taken_home_whole_and_only_so_often(alice):  # K-3.3
    Play.objects.bulk_create(
        Play(
            nest_id="main",
            nest_name="Main Nest",
            uri=f"library:track:{number}",
            title=f"Song {number}",
            artist="The Band",
            duration_ms=60_000,
            song_id=number,
            started_ms=number,
            ended_ms=1,
            outcome="played",
        )
        for number in range(1_234)
    )
    kinds = ("m3u8", "xspf", "jspf", "csv")

    answers = [alice.asks("GET", f"/api/nests/main/history.{kind}") for kind in kinds]
    for _ in range(rate_limits.LIMITS["exports"].amount - len(kinds)):
        rate_limits.consume("exports", alice.email)
    refused = alice.asks("GET", "/api/nests/main/history.csv")

    assert all(answer.text.count("Song ") == 1_234 for answer in answers)
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert refused.status_code == 429


# A person changes


CHANGES = {
    "closed": lambda person: setattr(person, "is_active", False),
    "another role": lambda person: setattr(person, "role", Role.OPERATOR),
}


@pytest.mark.parametrize("change", CHANGES)
def test_who_is_no_longer_who_they_were_is_out_within_two_seconds(alice, bob, change):  # R10
    person = account_of(alice)
    with alice.opens() as hers, Listener(alice, "/api/events") as stream, bob.opens() as his:
        stream.hears("snapshot")
        begun = time.monotonic()

        CHANGES[change](person)
        person.save()

        assert hers.is_closed_with() == 4012
        assert stream.has_ended(2)
        assert time.monotonic() - begun < 2
        assert alice.asks("GET", "/api/auth/whoami").status_code == 401
        assert his.does("set_volume", volume=20)["type"] == "done"


def test_a_change_that_concerns_no_right_ends_nothing(alice):  # R10
    person = account_of(alice)
    with alice.opens() as hers, Listener(alice, "/api/events") as stream:
        stream.hears("snapshot")
        person.name = "Alice B."
        person.save()

        assert hers.does("set_volume", volume=20)["type"] == "done"
        stream.hears("volume_changed")
    assert alice.asks("GET", "/api/auth/whoami").status_code == 200


def test_somebody_signs_out_everywhere(server, alice, bob):  # X6
    at_home, on_the_phone = alice, server.visitor("Alice")
    with at_home.opens() as one, on_the_phone.opens() as two, bob.opens() as his:
        answer = on_the_phone.asks("POST", "/api/auth/sign-out-everywhere")

        assert (answer.status_code, answer.json()) == (200, {"signed_out": "everywhere"})
        assert (one.is_closed_with(), two.is_closed_with()) == (4012, 4012)
        assert his.does("set_volume", volume=20)["type"] == "done"
    assert [
        visitor.asks("GET", "/api/auth/whoami").status_code
        for visitor in (at_home, on_the_phone, bob)
    ] == [401, 401, 200]


def test_the_page_signs_out_everywhere_by_a_form(alice):  # X6
    page = alice.asks("GET", "/").text
    path = f"{alice.server.url}/sign-out/everywhere/"

    answer = alice.http.post(path, allow_redirects=False, timeout=10)

    assert 'action="/sign-out/everywhere/"' in page
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/")
    assert alice.asks("GET", "/api/auth/whoami").status_code == 401


def test_a_key_signs_nobody_out(server, alice):  # K-2.2
    _, secret = api_keys.issue(account_of(alice), "viewer")

    answer = requests.post(
        f"{server.url}/api/auth/sign-out-everywhere",
        headers={"X-Andre-API-Key": secret},
        timeout=10,
    )

    assert (answer.status_code, answer.json()["error"]) == (403, "session_required")
    assert alice.asks("GET", "/api/auth/whoami").status_code == 200


def test_a_character_that_no_text_has_over_a_socket_is_refused_too(alice, tracks):  # X4
    with alice.opens() as hers:
        song = hers.does("add_songs", uris=tracks[:1])["added"][0]

        refused = hers.does("add_comment", song_id=song, text="a\x00b")

    assert (refused["type"], refused["error"]) == ("refused", "malformed")


def test_programs_stay_when_their_person_signs_out_everywhere(server, alice):  # X6 K-2.2
    _, secret = api_keys.issue(account_of(alice), "viewer")
    shown = {"X-Andre-API-Key": secret}
    events = f"{server.url}/api/events"
    with (
        program(server, secret) as line,
        requests.get(events, headers=shown, stream=True, timeout=10) as stream,
    ):
        wait_for(lambda: connections.count(alice.email) == 2)
        alice.asks("POST", "/api/auth/sign-out-everywhere")
        time.sleep(0.5)
        line.send(json.dumps({"type": "set_volume", "id": "1", "volume": 30}))

        assert heard_answers(line, 1) == ["done"]
        assert any(b"volume_changed" in each for each in stream.iter_lines())
