"""Plain addresses for simple clients: twins of commands, parts of the snapshot, tickets."""

import uuid

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.support.server import Page


@pytest.fixture
def playing(alice, bob, tracks):
    """Bob listens while Alice's first song plays and two more wait."""
    with bob.opens() as page:
        page.hears("listeners_changed")
        added = tells(alice, "queue/enqueue", uris=tracks)
        assert added.status_code == 200, added.text
        page.hears("song_started")
        yield page


def tells(visitor, address, nest="main", **body):
    return visitor.asks("POST", f"/api/nests/{nest}/{address}", **body)


def reads(visitor, part, nest="main"):
    answer = visitor.asks("GET", f"/api/nests/{nest}/{part}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_nothing_ever_played_is_a_state_and_no_error(alice):  # U-2.2
    found = reads(alice, "playback")

    assert (found["play_state"], found["position_ms"], found["song_id"]) == ("stopped", 0, None)


def test_a_row_tells_why_it_stands_there(alice, playing):  # Q10
    first, second, *_ = reads(alice, "queue")["queue"]
    ends = reads(alice, "playback")["ends_at_ms"]

    assert (first["starts_at_ms"], second["starts_at_ms"]) == (ends, ends + first["duration_ms"])
    assert first["why"] == {"songs_ahead": 0, "seconds_ahead": 0, "votes": 0}
    assert second["why"] == {"songs_ahead": 1, "seconds_ahead": 180, "votes": 0}

    tells(alice, "playback/pause")

    assert {row["starts_at_ms"] for row in reads(alice, "queue")["queue"]} == {None}


def test_the_parts_are_the_snapshot_in_pieces(alice, playing):  # U-2.1
    whole = reads(alice, "snapshot")

    queue, people, stage = (reads(alice, part) for part in ("queue", "listeners", "playback"))

    assert [row["song_id"] for row in queue["queue"]] == [row["song_id"] for row in whole["queue"]]
    assert (people["listeners"], people["count"]) == (whole["listeners"], 1)
    assert stage["song"] == whole["song"]
    assert stage["queue_head"] == whole["queue"][0]
    assert stage["ends_at_ms"] == whole["playback"]["ends_at_ms"]
    assert {found["rev"] for found in (whole, queue, people, stage)} == {whole["rev"]}


def test_every_twin_does_what_its_command_does(alice, bob, playing):  # R3
    told = [
        ("playback/pause", {}, "playback_state"),
        ("playback/play", {"position_ms": 10_000}, "playback_state"),
        ("playback/toggle", {}, "playback_state"),
        ("playback/seek", {"position_ms": 90_000}, "playback_state"),
        ("playback/options", {"repeat_mode": "all"}, "options_changed"),
        ("playback/next", {}, "song_started"),
        ("playback/prev", {}, "song_started"),
    ]
    for address, body, event in told:
        answer = tells(bob, address, **body)

        assert answer.status_code == 200, (address, answer.text)
        assert answer.json()["type"] == "done"
        playing.hears(event)
    assert reads(alice, "playback")["repeat_mode"] == "all"


def test_ones_own_songs_change_places_at_an_address_of_their_own(alice, playing):  # R3
    first, *others, last = (row["song_id"] for row in reads(alice, "queue")["queue"])

    answer = tells(alice, "queue/move", song_id=last, before=first).json()

    assert answer["changed"]
    assert playing.hears("song_moved")["song_id"] == last
    order = [row["song_id"] for row in reads(alice, "queue")["queue"]]
    assert order == [last, first, *others]


def test_the_twins_of_skip_and_previous_name_their_song(alice, bob, playing):  # P3 R3
    song_id = reads(bob, "playback")["song"]["song_id"]

    answers = [tells(who, "playback/next", song_id=song_id).json() for who in (alice, bob)]
    rev = reads(bob, "playback")["rev"]
    late = tells(bob, "playback/prev", song_id=song_id).json()

    assert [answer["changed"] for answer in answers] == [True, False]
    assert late["changed"] is False
    assert reads(bob, "playback")["rev"] == rev


def test_the_same_id_is_one_act_and_one_answer(alice, bob, playing):  # U-2.7 R3
    same = str(uuid.uuid4())

    first = tells(bob, "playback/toggle", id=same)
    rev = reads(bob, "playback")["rev"]
    again = tells(bob, "playback/toggle", id=same)
    after = reads(bob, "playback")["rev"]
    of_alice = tells(alice, "playback/toggle", id=same)

    assert first.json() == again.json()
    assert first.json()["id"] == same
    assert after == rev
    assert of_alice.json()["rev"] == rev + 1


@pytest.mark.parametrize(
    ("address", "body", "error"),
    [
        ("playback/seek", {"position_ms": -1}, "invalid_position"),
        ("playback/seek", {"position_ms": 180_001}, "invalid_position"),
        ("playback/seek", {}, "malformed"),
        ("playback/options", {"repeat_mode": "some"}, "invalid_repeat_mode"),
        ("playback/pause", {"volume": 3}, "malformed"),
        ("playback/play", {"type": "skip"}, "malformed"),
        ("queue/enqueue", {"uris": []}, "malformed"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(bob, playing, address, body, error):  # U-2.6
    refused = tells(bob, address, **body)

    assert (refused.status_code, refused.json()["error"]) == (400, error)


def test_a_socket_refuses_the_same_by_the_same_name(bob, playing):  # U-2.6
    assert playing.does("set_options", repeat_mode="some")["error"] == "invalid_repeat_mode"
    assert playing.does("seek", position_ms=-1)["error"] == "invalid_position"


def test_the_thirty_first_command_in_ten_seconds_is_too_many(bob):  # U-2.8
    answers = [tells(bob, "playback/toggle") for _ in range(62)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(answers) - len(refused) in (30, 60)  # The ten seconds may end in between.
    assert refused[0].json()["error"] == "rate_limited"
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 10


def test_enqueue_says_for_each_what_became_of_it(bob, tracks):  # U-5.1
    answer = tells(bob, "queue/enqueue", uris=[tracks[0], "library:track:999", tracks[1]]).json()

    titles = [row["title"] for row in reads(bob, "queue")["queue"]]
    assert len(answer["added"]) == 2
    assert [each["error"] for each in answer["rejected"]] == ["track_not_found"]
    assert titles[-1] == "Green"


def test_nobody_signed_out_and_no_foreign_page_commands(alice, charlie):  # U-2.9
    del charlie.http.cookies["sessionid"]
    signed_out = tells(charlie, "playback/play")
    del alice.http.headers["X-CSRFToken"]
    foreign = tells(alice, "playback/play")

    assert (signed_out.status_code, signed_out.json()["error"]) == (401, "unauthorized")
    assert (foreign.status_code, foreign.json()["error"]) == (403, "forbidden")


# Tickets


def test_a_ticket_opens_one_socket_once(alice, server):
    nest = alice.builds("Ticketed")
    ticket = alice.asks("POST", "/api/ws-ticket", nest=nest["code"]).json()
    address = f"ws://127.0.0.1:{server.port}{ticket['url']}"

    with connect(address, compression=None) as first:
        welcome = first.recv(timeout=5)
    with connect(address, compression=None) as second, pytest.raises(ConnectionClosed) as closed:
        second.recv(timeout=5)

    assert f'"id": "{alice.id}"' in welcome
    assert ticket["expires_in_s"] == 30
    assert closed.value.rcvd.code == 4001


def test_a_ticket_is_for_its_own_nest_only(alice, server):
    nest = alice.builds("Ticketed")
    ticket = alice.asks("POST", "/api/ws-ticket", nest=nest["code"]).json()["ticket"]

    address = f"ws://127.0.0.1:{server.port}/socket?ticket={ticket}"
    with connect(address, compression=None) as page, pytest.raises(ConnectionClosed) as closed:
        page.recv(timeout=5)

    assert closed.value.rcvd.code == 4001


def test_with_a_ticket_no_cookie_counts_and_a_foreign_page_stays_out(alice):  # R6
    ticket = alice.asks("POST", "/api/ws-ticket").json()["ticket"]

    with pytest.raises(InvalidStatus) as foreign:
        Page(alice, "/socket", f"?ticket={ticket}", origin="https://evil.example")
    made_up = Page(alice, "/socket", "?ticket=made-up")

    assert foreign.value.response.status_code == 403
    assert made_up.is_closed_with() == 4001


def test_a_ticket_ends_with_its_session_and_after_half_a_minute(alice):
    from andre.accounts.ws_tickets import TICKET_SECONDS
    from andre.core.keys import ticket as name_of
    from andre.core.redis import redis

    ticket = alice.asks("POST", "/api/ws-ticket").json()["ticket"]
    lives = redis().ttl(name_of(ticket))
    alice.asks("POST", "/sign-out/")

    assert 0 < lives <= TICKET_SECONDS == 30
    assert Page(alice, "/socket", f"?ticket={ticket}").is_closed_with() == 4001
