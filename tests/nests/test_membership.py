"""Whoever has not joined a nest, or has left it, neither commands it nor reads what is in it."""

from dataclasses import replace

import pytest
from django.urls import URLPattern

from andre.core import permissions
from andre.core.errors import Refusal
from andre.protocol import commands
from andre.urls import addresses
from andre.web import dispatch
from nests.membership import members
from nests.registry.store import get_nest
from player.models import Play
from player.queue import queue
from tests.nests.support import ALICE, BOB, asks, build, visitor
from tests.support.nest import NestStory, main_nest, track

pytestmark = pytest.mark.django_db

# Of a nest anybody who knows its code may do these: come, go, look at what the list shows.
OPEN_TO_ALL = {"", "/join", "/leave", "/qr.svg"}
MODERATION = ("mute", "unmute", "kick", "ban", "unban")
CONTROLS = {
    "/commands": {"type": "toggle"},
    "/media-token": {"track": "library:track:1"},
    "/queue/enqueue": {"uris": ["library:track:1"]},
    "/queue/move": {"song_id": 1},
    "/playback/ended": {"song_id": 1},
    "/playback/seek": {"position_ms": 1},
    "/speaker": {"device": None},
    "/playback/options": {"repeat_mode": "off"},
    **{f"/{verb}": {"person": "f" * 32} for verb in MODERATION},
}


def routes(patterns):
    """What follows the code in every address of a nest, but for the stream of its events."""
    for each in patterns:
        if not isinstance(each, URLPattern):
            yield from routes(each.url_patterns)
        elif str(each.pattern).startswith("api/nests/<str:code>"):
            yield (
                str(each.pattern).removeprefix("api/nests/<str:code>").replace("<str:kind>", "csv")
            )


# Closed to members as well, which test_guests.py, test_moderation.py and the contract's
# test_nests.py see to.
FOR_CREATORS = {
    "/moderation",
    "/door",
    "/password",
    "/invitation",
    "/guests",
    "/guests/<str:guest>",
    "/admin",
    "/invites/rotate",
}
CLOSED = sorted(set(routes(addresses)) - OPEN_TO_ALL - FOR_CREATORS - {"/events"})


def answers_of(client, nest, route):
    """By the methods that this address knows."""
    body = CONTROLS.get(route, {})
    both = [
        client.get(f"/api/nests/{nest}{route}"),
        asks(client, "post", f"/api/nests/{nest}{route}", **body),
    ]
    return [answer for answer in both if answer.status_code != 405]


@pytest.fixture
def den():
    return build("The Den").nest_id


def test_the_addresses_of_a_nest_are_all_looked_at():
    assert {"/commands", "/snapshot", "/queue", "/playback", "/playback/next", "/fairness"} <= set(
        CLOSED
    )
    assert len(CLOSED) >= 16


@pytest.mark.parametrize("route", CLOSED)
@pytest.mark.parametrize("where", ["den", "main"])
def test_a_stranger_gets_403_until_they_join_and_again_once_they_left(den, where, route):  # U-2.9
    nest = den if where == "den" else main_nest().nest_id
    charlie = visitor("Charlie")

    outside = answers_of(charlie, nest, route)
    asks(charlie, "post", f"/api/nests/{nest}/join")
    inside = answers_of(charlie, nest, route)
    asks(charlie, "post", f"/api/nests/{nest}/leave")
    gone = answers_of(charlie, nest, route)

    for answer in (*outside, *gone):
        assert (answer.status_code, answer.json()["error"]) == (403, "not_a_member")
    assert inside
    for answer in inside:
        assert answer.status_code != 403 or answer.json()["error"] != "not_a_member"


def test_a_stranger_who_knows_the_code_sees_what_the_list_shows(den):  # section 8
    queue.add_tracks(replace(NestStory(den).person("Alice").act), [track("Blue"), track("Green")])
    members.enter(NestStory(den).person("Alice").act, "tab")
    charlie = visitor("Charlie")

    seen = charlie.get(f"/api/nests/{den}").json()
    listed = next(each for each in charlie.get("/api/nests").json()["nests"] if each["code"] == den)

    assert seen == listed
    assert "@" not in str(seen)


def test_who_disconnects_listens_no_more_and_still_commands(den):  # N12 N14
    bob = NestStory(den).person("Bob")
    bob.listens()
    bob.leaves()

    answer = asks(visitor("Bob"), "post", f"/api/nests/{den}/commands", type="set_volume", volume=7)

    assert answer.status_code == 200


@pytest.mark.parametrize("command", [commands.SetVolume(volume=7), commands.Beat(rev=1, id="1")])
def test_a_socket_that_stays_open_after_its_person_left_commands_nothing(den, command):  # N14
    story = NestStory(den)
    bob = story.person("Bob")
    bob.listens()
    members.disconnect_everywhere(bob.act)
    before = story.events()

    with pytest.raises(Refusal) as refused:
        dispatch.dispatch_command(bob.act, command)

    assert (refused.value.code, refused.value.status) == ("not_a_member", 403)
    assert story.events() == before


def test_settings_over_http_are_for_the_creator_while_she_is_a_member(den):  # spec 03 section 5
    alice = visitor("Alice")
    asks(alice, "post", f"/api/nests/{den}/leave")

    refused = asks(alice, "patch", f"/api/nests/{den}", name="The Attic")

    assert (refused.status_code, refused.json()["error"]) == (403, "not_a_member")
    assert get_nest(den).name == "The Den"


def test_history_is_of_the_nests_one_is_in_and_of_ended_ones_one_played_in(den):  # section 8
    main_nest()
    for nest, who in ((den, ALICE), ("main", ALICE), ("GONE5", BOB), ("GONE6", ALICE)):
        number = Play.objects.count() + 1
        Play.objects.create(
            nest_id=nest, song_id=number, uri="library:track:1", title=nest, artist="x", user=who,
            duration_ms=1, heard_ms=1, started_ms=number, ended_ms=number + 1,
        )  # fmt: skip
    bob = visitor("Bob")

    def seen():
        return {play["title"] for play in bob.get("/api/history").json()["plays"]}

    assert seen() == {"GONE5"}
    asks(bob, "post", f"/api/nests/{den}/join")
    assert seen() == {"GONE5", den}


# Rights


def of(story, name, role="viewer"):
    return story.person(name).with_role(role)


@pytest.mark.parametrize(
    ("name", "role", "may"),
    [
        ("Alice", "viewer", True),  # She built it.
        ("Bob", "viewer", False),
        ("Bob", "operator", True),
        ("Bob", "researcher", True),
        ("Bob", "admin", True),
    ],
)
def test_the_creator_and_operators_remove_and_clear_what_others_queued(den, name, role, may):  # Q4
    story = NestStory(den)
    for each in ("Alice", "Bob", "Carol"):
        story.person(each).listens()
    story.person("Carol").adds("Blue", "Green", "Red")
    act = of(story, name, role)
    song = story.id_of("Green")

    outcomes = [
        outcome_of(act, commands.RemoveSong(song_id=song)),
        outcome_of(act, commands.ClearQueue()),
    ]

    assert outcomes == (["done", "done"] if may else ["forbidden", "forbidden"])
    assert story.order() == ([] if may else ["Green", "Red"])
    told = permissions.list_rights(act.actor)
    assert (told["remove_others_songs"], told["clear_queue"]) == (may, may)


def outcome_of(act, command):
    try:
        dispatch.dispatch_command(act, command)
    except Refusal as refusal:
        return refusal.code
    return "done"


def test_in_the_main_nest_operators_have_the_rights_of_a_creator(nest, bob):  # A1
    wish = commands.ChangeNestSettings(bender=False)

    told = [
        (
            outcome_of(of(nest, "Bob", role), wish),
            permissions.is_allowed(of(nest, "Bob", role).actor, "change_nest_settings"),
        )
        for role in ("viewer", "operator")
    ]

    assert told == [("forbidden", False), ("done", True)]
    assert bob.sees()["nest"]["bender"] is False


def test_not_even_operators_rename_the_main_nest(nest, bob):  # A1
    renamed = outcome_of(of(nest, "Bob", "admin"), commands.ChangeNestSettings(name="Ours"))

    assert renamed == "forbidden"
    assert get_nest("main").name == "Main Nest"


def test_a_temporary_nest_is_set_up_by_its_creator_alone(den):  # A1
    story = NestStory(den)
    story.person("Bob").listens()

    assert (
        outcome_of(of(story, "Bob", "admin"), commands.ChangeNestSettings(bender=False))
        == "forbidden"
    )


def test_a_welcome_says_of_every_command_whether_it_may_be_sent(den):  # spec 03 section 5
    told = permissions.list_rights(of(NestStory(den), "Bob").actor)

    refused = {name for name, may in told.items() if not may}
    assert {kind.kind() for kind in dispatch.HANDLERS} <= set(told)
    assert refused == {
        "add_songs_again",
        "approve_song",
        "refuse_song",
        "set_fallback_songs",
        "remove_others_songs",
        "clear_queue",
        "change_nest_settings",
        "name_dj",
        "manage_guests",
        "delete_nest",
        *(f"{verb}_listener" for verb in (*MODERATION, "approve", "refuse")),
        "lock_nest",
    }
