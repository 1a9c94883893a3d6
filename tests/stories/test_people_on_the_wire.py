"""People are ids on the wire: nobody reads another person's address, wherever they look."""

import json
import re
from collections.abc import Iterator
from typing import get_args

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from andre.core.context import CommandContext
from andre.core.person_ids import person_id
from andre.protocol.events import AnyEvent
from andre.web.admin import operations
from andre.web.admin.operations import Why
from bender.filling import preview
from bender.selection.context import Pick
from bender.state.nest_state import read_nest_state
from nests.registry import store
from player.history import history
from player.history.exports import FORMATS
from player.models import Track
from player.playback import playback
from player.track_rows import to_track
from tests.support.addresses import PEOPLE, leaks_in
from tests.support.recordings import recording, shelved
from tests.support.server import wait_for
from tests.support.streams import Listener

TITLES = ("Blue", "Green", "Red", "Gold", "Grey", "Pink", "Mint", "Rust", "Teal", "Plum")
# These end the session, lead to another server, or never end; a stream has its own test below.
NOT_READ = re.compile(r"^(admin|auth|accounts|sign-|dev/|api/v1/|media/)|events$|<path|<int")
AFTER_TEN_SECONDS = {"dj_away", "dj_back"}  # They name nobody.
EVENTS = {each.model_fields["type"].default for each in get_args(get_args(AnyEvent)[0])}


def addresses_of_the_site(
    patterns: list[URLPattern | URLResolver], before: str = ""
) -> Iterator[str]:
    for each in patterns:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses_of_the_site(each.url_patterns, path)
        else:
            yield path


@pytest.fixture
def evening(server):
    """Three people in a nest of Alice's, its pages open, and everything that can happen there."""
    rows = shelved(*map(recording, TITLES))
    uris = [row.uri for row in rows]
    alice, bob, carol = (server.visitor(name) for name in PEOPLE)
    code = alice.builds("Friday")["code"]
    with alice.opens(code) as hers, bob.opens(code) as his, carol.opens(code) as third:
        pages = dict(zip(PEOPLE, (hers, his, third), strict=True))
        hers.hears("listeners_changed")
        songs = hers.does("add_songs", uris=uris[:3])["added"]
        songs += his.does("add_songs", uris=uris[3:6])["added"]
        songs += third.does("add_songs", uris=uris[6:8])["added"]
        first, *waiting = songs
        for page, song in ((his, waiting[0]), (third, waiting[1]), (hers, waiting[3])):
            page.does("cast_vote", song_id=song, direction=1)
        for page in pages.values():
            for song in (first, waiting[0]):
                page.does("toggle_jam", song_id=song)
                page.does("add_comment", song_id=song, text="mine")
        third.does("toggle_jam", song_id=waiting[0])
        his.does("blow_airhorn", name="goose")
        his.does("send_chat_message", text="hello", song_id=first)
        third.does("pause")
        his.does("play", position_ms=1_000)
        his.does("set_volume", volume=40)
        third.does("set_options", repeat_mode="all")
        hers.does("set_options", repeat_mode="off")
        his.does("change_preferences", accent="pink")
        bob.asks("PUT", f"/api/tracks/{uris[0]}/favourite")
        kept = bob.asks("POST", "/api/playlists", name="Late trains", uris=uris[:1])
        bob.asks("DELETE", f"/api/playlists/{kept.json()['playlist']['id']}")
        bob.asks("POST", "/api/devices/register", id="his-phone")
        his.does("choose_speaker", device="his-phone")
        hers.does("change_nest_settings", bender=False)
        hers.does("change_nest_settings", bender=True)
        hers.does("change_nest_settings", name="Saturday")
        show_throwback(code, rows[8], bob.email)
        hers.does("queue_preview", track=uris[8])
        show_throwback(code, rows[9], carol.email)
        third.does("filter_preview", track=uris[9])
        with server.visitor("Dave").opens(code):
            hers.does("kick_listener", person=person_id("dave@example.com"))
        decide_about_songs_and_people(pages, uris)
        his.does("move_song", song_id=waiting[2])
        his.does("undo", undo_token=his.does("remove_song", song_id=waiting[3])["undo_token"])
        playback.correct_length(code, waiting[5], 100_000)
        why = Why("alice@example.com", "too fast")
        operations.slow_nest(store.get_nest(code), why, a_minute=600, minutes=15)
        operations.operate("unthrottle", store.get_nest(code), why)
        playback.fail(code, waiting[4], "Its recording is gone.")
        his.does("seek", position_ms=179_000)
        hers.hears("next_locked")
        third.does("skip")
        hers.does("previous")
        hers.does("undo", undo_token=hers.does("clear_queue")["undo_token"])
        carol.asks("POST", f"/api/nests/{code}/leave")
        hers.hears("listeners_changed", count=2)
        carol.joins(code)
        yield code, {"Alice": alice, "Bob": bob, "Carol": carol}, pages


def decide_about_songs_and_people(pages, uris):
    """Songs that wait for approval, a DJ, and what moderators do; in the end all is as before."""
    hers, third = pages["Alice"], pages["Carol"]
    hers.does("change_nest_settings", approval=True, control_mode="dj")
    for decision in ("refuse_song", "approve_song"):
        (song,) = third.does("add_songs", uris=[uris[9]])["waiting"]
        hers.does(decision, song_id=song)
    bob, carol = (person_id(f"{name.lower()}@example.com") for name in PEOPLE[1:])
    hers.does("name_dj", person=bob)
    hers.does("mute_listener", person=carol, reason="loud")
    hers.does("unmute_listener", person=carol)
    dave = person_id("dave@example.com")
    hers.does("ban_listener", person=dave, reason="louder")
    hers.does("unban_listener", person=dave)
    hers.does("change_nest_settings", approval=None, control_mode=None, skip_mode="vote")
    third.does("skip")
    hers.does("change_nest_settings", skip_mode=None)


def show_throwback(nest: str, row: Track, email: str) -> None:
    """Bender's idea, which somebody had earlier."""
    reason = "It was queued here on a Friday."
    pick = Pick(to_track(row), reason, original_user=email, strategy="throwback")
    preview.show(read_nest_state(store.get_nest(nest)), pick)


def silence(code, page):
    """Nothing is left to play."""
    page.does("clear_queue")
    page.does("skip")
    page.hears("nest_fell_silent")


def test_no_event_tells_anybody_the_address_of_another(evening):  # R7a
    code, _, pages = evening
    silence(code, pages["Alice"])
    pages["Bob"].catches_up(pages["Alice"].mirror.rev)

    told = {frame["type"] for page in pages.values() for frame in page.heard}
    leaks = [
        (name, frame["type"], leaks_in(json.dumps(frame), name))
        for name, page in pages.items()
        for frame in page.heard
    ]

    assert told >= EVENTS - AFTER_TEN_SECONDS
    assert [leak for leak in leaks if leak[2]] == []


def test_no_page_and_no_answer_tells_it(evening):  # R7a
    code, people, _ = evening
    history.record(code)

    read, leaks = set(), []
    for pattern in addresses_of_the_site(get_resolver().url_patterns):
        if NOT_READ.search(pattern):
            continue
        for kind in FORMATS if "<str:kind>" in pattern else ("",):
            path = pattern.replace("<str:code>", code).replace("<str:kind>", kind)
            path = re.sub("<[^>]+>", "spotify" if "provider" in path else code, path)
            for name, person in people.items():
                answer = person.asks("GET", f"/{path}?q=a&uri=x")
                read |= {pattern} if answer.status_code == 200 else set()
                leaks += [(path, name, each) for each in leaks_in(answer.text, name)]

    assert leaks == []
    parts = ("", "/snapshot", "/queue", "/listeners", "/playback", "/history", "/fairness")
    assert {f"api/nests/<str:code>{part}" for part in parts} <= read
    assert {"api/nests", "api/history", "api/nests/<str:code>/history.<str:kind>"} <= read
    assert {"nest/<str:code>", "nest/<str:code>/wall", "lobby"} <= read


def test_no_stream_and_no_return_tells_it(evening):  # R7a R15
    code, people, pages = evening
    begun = pages["Alice"].welcome

    returned = f"?since={begun['rev']}&epoch={begun['epoch']}"
    with (
        people["Bob"].opens(code, returned, mirror=pages["Bob"].mirror) as again,
        Listener(people["Bob"], f"/api/nests/{code}/events") as stream,
    ):
        snapshot = stream.hears("snapshot")
        resumed = Listener(
            people["Bob"], f"/api/nests/{code}/events", f"{begun['epoch']}-{begun['rev']}"
        )
        with resumed:
            resumed.hears("nest_renamed")

    texts = [json.dumps(each) for each in (again.welcome, snapshot, *resumed.heard)]
    assert again.welcome["events"]
    assert [leaks_in(text, "Bob") for text in texts if leaks_in(text, "Bob")] == []


def test_everybody_is_the_same_id_in_every_nest(server, evening):  # R7a
    code, people, pages = evening
    with people["Bob"].opens() as page:
        you = page.welcome["you"]

    assert you["id"] == pages["Bob"].welcome["you"]["id"] == person_id("bob@example.com")
    assert (you["email"], you["is_guest"]) == ("bob@example.com", False)
    listed = people["Alice"].asks("GET", f"/api/nests/{code}/listeners").json()["listeners"]
    bob = next(each for each in listed if each["name"] == "Bob")
    assert bob == {"id": you["id"], "name": "Bob", "picture": "", "is_guest": False}


def test_names_stand_where_an_address_stood(evening):  # R7a
    code, people, _ = evening
    history.record(code)
    wait_for(lambda: people["Alice"].asks("GET", f"/api/nests/{code}/history").json()["plays"])

    plays = people["Alice"].asks("GET", f"/api/nests/{code}/history").json()["plays"]
    cells = people["Alice"].asks("GET", f"/api/nests/{code}/history.csv").text.splitlines()
    hers = people["Bob"].asks("GET", f"/api/history?user={people['Alice'].id}").json()["plays"]

    blue = next(play for play in plays if play["title"] == "Blue")
    assert (blue["user"], blue["user_name"]) == (person_id("alice@example.com"), "Alice")
    assert {jam["name"] for jam in blue["jams"]} == set(PEOPLE)
    assert any(",Alice," in line for line in cells)
    assert {play["user_name"] for play in hers} == {"Alice"}


def test_the_creator_and_operators_read_the_creators_address(evening):  # R7a
    code, people, _ = evening
    nest = store.get_nest(code)

    told = {
        name: people[name].asks("GET", f"/api/nests/{code}").json() for name in ("Alice", "Bob")
    }

    assert told["Alice"]["creator"] == "alice@example.com"
    assert told["Bob"]["creator"] == "Alice"
    assert told["Bob"]["creator_id"] == person_id("alice@example.com")
    assert nest.info("bob@example.com", "operator").creator == "alice@example.com"
    assert CommandContext(code).user_id == ""
