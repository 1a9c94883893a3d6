"""The table of rights, tested whole: each caller in front of each address and each command."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from andre.web.rights.callers import CALLERS, Caller, place_in_another_nest, place_in_main_nest
from andre.web.rights.gates import (
    ACCOUNT,
    OPERATORS,
    PAGE,
    PAGE_OF_NEST,
    RUNNERS,
    SIGNED_IN,
    SITE,
    ask_presence,
)
from andre.web.rights.routes import GATES, SITE_PREFIX, list_command_gates
from tests.support import stripe_stub
from tests.support.rights_world import (
    HOUSE,
    WHISPERED,
    World,
    furnish_elsewhere,
    furnish_main_world,
    furnish_world,
    same_browser,
)

pytestmark = pytest.mark.django_db

EXAMPLES = Path(__file__).resolve().parents[1] / "wire"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WANT_OF_RIGHTS = {
    *("unauthorized", "forbidden", "not_a_member", "session_required", "mfa_required", "dj_only"),
}
CODE_OF_PAGE = {401: "unauthorized", 403: "forbidden", 404: "not_found"}


@pytest.fixture
def world(settle) -> Iterator[World]:
    with stripe_stub.running() as stub:
        settle(**stub.settings | HOUSE)
        yield furnish_world()


# The addresses there are


def addresses(patterns: Any = None, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for each in get_resolver().url_patterns if patterns is None else patterns:
        path = before + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(each.pattern))
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, path)
        else:
            yield path, each


def ours() -> Iterator[tuple[str, URLPattern]]:
    """What the table has a row for: the admin's pages have one together, /api/v1/ is the same."""
    for path, each in addresses():
        if not path.startswith((SITE_PREFIX, "/api/v1/")):
            yield path, each


def class_of(pattern: URLPattern) -> type | None:
    """The view's; None for a function, which says itself which methods it takes."""
    return getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)


# What is asked, so that whoever may ask is answered well


@dataclass(frozen=True)
class Ask:
    """`reached` are refusals of who comes through: the address has found nothing more to mind."""

    query: str = ""
    body: Any = None
    form: dict[str, Any] | None = None
    reached: tuple[str, ...] = ()
    by: tuple[str, ...] = tuple(caller.name for caller in CALLERS)


def asks_of(named: dict[str, Any]) -> dict[str, Ask]:
    """What is not asked with a bare address; a song's id is the caller's own, or another's."""
    why, bob = {"reason": "because"}, {"person": named["bob"]}
    code, uri = named["code"], named["uri"]
    nothing_there = Ask(reached=("not_found",))
    at_door = "/api/nests/{code}"
    at_back = "/api/admin/nests/{code}"
    return {
        **{f"GET {path}": nothing_there for path in ("/owner", "/owner/code", "/dev/sign-in")},
        **{f"POST {path}": nothing_there for path in ("/owner", "/owner/code", "/dev/sign-in")},
        "POST /auth/login/{backend}/": nothing_there,
        "GET /auth/complete/{backend}/": nothing_there,
        "POST /auth/complete/{backend}/": nothing_there,
        "POST /join": Ask(form={"token": named["invitation"], "name": "Nobody"}),
        "POST /join/again": Ask(reached=("forbidden",)),  # Whose browser was never a guest's.
        "POST /second-factor": Ask(reached=("forbidden",)),  # A wrong code.
        "POST /link": Ask(form={"code": named["link_code"]}),
        "POST /api/auth/link": Ask(body={"name": "A program"}),
        "POST /api/auth/link/key": Ask(
            body={"code": named["link_code"], "secret": named["link_secret"]}
        ),
        "GET /api/schema": Ask(
            query="format=json", by=("anonymous", "guest")
        ),  # Half a second each.
        "POST /api/ws-ticket": Ask(body={"nest": code}),
        "POST /api/billing/webhook": Ask(reached=("invalid_signature",)),
        "POST /billing/upgrade": Ask(reached=("400",)),
        "POST /billing/portal": nothing_there,
        "POST /api/billing/portal": nothing_there,
        "POST /api/billing/checkout": Ask(body={"price_id": "none"}, reached=("validation_error",)),
        "POST /accounts/{provider}/connect": Ask(reached=("400",)),
        "GET /accounts/{provider}/back": Ask(reached=("forbidden",)),  # Who was not sent there.
        "GET /api/{provider}/devices": Ask(reached=("unknown_provider",)),
        "POST /api/{provider}/token": Ask(reached=("unknown_provider",)),
        "POST /api/{provider}/transfer": Ask(body={"nest": code}),
        "GET /api/{provider}/status": Ask(query=f"nest={code}"),
        "PATCH /api/me/preferences": Ask(body={}),
        "GET /api/embed": Ask(query=f"uri={uri}"),
        "POST /api/paste": Ask(body={"text": uri}),
        "GET /api/search": Ask(query=f"q=blue&nest={code}"),
        "GET /api/suggestions": Ask(query=f"nest={code}"),
        "GET /api/library/{kind}": Ask(query=f"nest={code}"),
        "GET /api/tracks/{uri}/lyrics": nothing_there,
        "GET /media/covers/{track_id}": nothing_there,
        "GET /media/server-covers/{name}": nothing_there,
        "GET /media/server-covers/jellyfin/{name}": nothing_there,
        "POST /api/devices/register": Ask(body={"id": named["device"], "name": "Phone"}),
        "PATCH /api/devices/heartbeat": Ask(body={"id": named["device"]}),
        "POST /api/guest/browser": Ask(body={"browser": "a" * 32}),
        "PUT /api/scrobbling/{service}": Ask(body={"token": "t"}, reached=("not_found",)),
        "DELETE /api/scrobbling/{service}": nothing_there,
        "POST /api/scrobbling/{service}/consent": nothing_there,
        "POST /api/playlists": Ask(body={"name": "Mine"}),
        "POST /api/playlists/import": Ask(reached=("unreadable_playlist",)),
        "PATCH /api/playlists/{playlist}": Ask(body={"name": "Other"}),
        "POST /api/playlists/{playlist}/entries": Ask(body={"uris": [named["another_uri"]]}),
        "POST /api/playlists/{playlist}/match": Ask(body={}),
        "PATCH /api/playlists/{playlist}/entries/{entry}": Ask(body={"before": None}),
        "POST /api/jobs/submit": Ask(body={"job_type": "library_scan"}),
        "POST /api/bender/runs": Ask(body={"nest": code, "execution_mode": "async"}),
        "GET /api/bender/runs/{run_id}/shadow": Ask(reached=("shadow_not_found",)),
        "POST /api/nests": Ask(body={}),
        "POST /api/nests/join": Ask(body={"code": code}),
        f"POST {at_door}/commands": Ask(body={"type": "toggle_jam", "song_id": 2}),
        f"POST {at_door}/queue/enqueue": Ask(body={"uris": [named["another_uri"]]}),
        f"POST {at_door}/queue/move": Ask(body={"song_id": "own"}),
        f"POST {at_door}/playback/seek": Ask(body={"position_ms": 1000}),
        f"POST {at_door}/playback/ended": Ask(body={"song_id": 1}),
        f"POST {at_door}/playback/options": Ask(body={"repeat_mode": "all"}),
        f"POST {at_door}/source": Ask(
            body={"provider": "library", "external_id": named["another_uri"].split(":")[-1]}
        ),
        f"POST {at_door}/speaker": Ask(body={"device": named["device"], "tab": "e" * 32}),
        f"POST {at_door}/media-token": Ask(body={"track": uri}),
        f"POST {at_door}/heard": Ask(body={"song_id": 1, "heard_ms": 1000}),
        f"GET {at_door}/progress": Ask(query=f"uri={uri}"),
        f"PUT {at_door}/progress": Ask(body={"uri": uri, "position_ms": 1, "duration_ms": 2}),
        **{
            f"POST {at_door}/{verb}": Ask(body=bob)
            for verb in ("mute", "unmute", "kick", "ban", "unban")
        },
        f"PATCH {at_door}": Ask(body={"name": "Another"}),
        f"POST {at_door}/password": Ask(reached=("invalid_entry_mode",)),
        f"PATCH {at_door}/admin": Ask(body={"name": "Another"}),
        f"POST {at_door}/invitation": Ask(body={}),
        f"PATCH {at_door}/invitation": Ask(body={"asks_first": True}),
        f"PATCH {at_door}/guests/{{guest}}": Ask(body={"let_in": True}, reached=("not_found",)),
        "POST /api/admin/billing/{email}/refresh": Ask(body=why, reached=("not_found",)),
        "POST /api/admin/vanity/release": Ask(
            body=why | {"vanity_code": "none"}, reached=("not_found",)
        ),
        "POST /api/admin/vanity/transfer": Ask(
            body=why | {"vanity_code": "none", "to": "none"}, reached=("not_found",)
        ),
        **{
            f"POST {at_back}/{verb}": Ask(body=why)
            for verb in ("delete", "lock", "unlock", "private", "invites/rotate")
        },
        # Nothing is limited here, so that each may ask as often as this test does.
        f"POST {at_back}/throttle": Ask(body=why, reached=("feature_not_allowed",)),
        f"POST {at_back}/unthrottle": Ask(body=why, reached=("not_found",)),
        **{f"POST {at_back}/{verb}": Ask(body=why | bob) for verb in ("kick", "ban")},
        f"POST {at_back}/unban": Ask(body=why | bob, reached=("not_found",)),
    }


def values_of(path: str, named: dict[str, Any]) -> dict[str, Any]:
    """For the parts of an address that have names."""
    other = {
        "kind": "m3u8" if path.endswith(".{kind}") else "albums",
        "provider": "spotify",
        "service": "nobody",
        "email": "alice@example.com",
        "quality": "low",
        "backend": "oidc",
        "rest": "nowhere",
    }
    if path.startswith("/media/"):
        named = named | {"name": "a" * 32}
    return other | named


@dataclass
class Tried:
    """What an answer says of the caller's rights: a code, or nothing for who came through."""

    answer: HttpResponseBase

    @property
    def code(self) -> str:
        answer = self.answer
        if answer.status_code in (301, 302):
            asks_who = answer["Location"].startswith(("/sign-in/?", "/admin/login/"))
            return "unauthorized" if asks_who else ""
        if answer.status_code < 400:
            return ""
        try:
            return str(json.loads(answer.content)["error"])
        except ValueError:
            return CODE_OF_PAGE.get(answer.status_code, str(answer.status_code))


def tries(world: World, caller: Caller, row: str, ask: Ask, **instead: str) -> Tried:
    method, path = row.split(" ")
    path = path.format(**values_of(path, world.named | instead))
    client = same_browser(world.browsers[caller.name])
    if ask.form is not None:
        return Tried(client.post(path, ask.form))
    body = ask.body
    if isinstance(body, dict) and body.get("song_id") == "own":
        body = body | {"song_id": world.own_songs.get(caller.name, 1)}
    text = "" if body is None else json.dumps(body)
    path = f"{path}?{ask.query}" if ask.query else path
    return Tried(client.generic(method, path, text, content_type="application/json"))


def difference(expected: str, tried: Tried, reached: tuple[str, ...]) -> str:
    """Empty where the answer is what the table says."""
    got = tried.code
    is_right = got == expected if expected else got == "" or got in reached
    return "" if is_right else f"{expected or 'through'}, and not {got or 'through'}"


# The tests


# X1
def test_every_address_has_its_rows_and_every_row_an_address():
    known = {row.split(" ")[1] for row in GATES} - {f"{SITE_PREFIX}…"}
    views = {
        f"{method} {path}"
        for path, each in ours()
        for method in METHODS
        if hasattr(class_of(each), method.lower())
    }

    assert {path for path, _ in ours()} == known
    assert views <= set(GATES)


# X1 X3
def test_everybody_is_told_what_the_table_says(world):
    asks, wrong, told = asks_of(world.named), [], set()
    for row, gate in GATES.items():
        if gate is SITE:
            continue
        ask = asks.get(row, Ask())
        for caller in (each for each in CALLERS if each.name in ask.by):
            tried = tries(world, caller, row, ask)
            if differs := difference(gate.refuse(caller), tried, ask.reached):
                wrong.append(f"{row} by {caller.name}: {differs}")
            if tells_of_nest(tried.answer) and gate is not RUNNERS:
                told.add(caller.name)
            if not (tried.code or row.startswith("GET")):
                world.begin_anew()

    assert not wrong, "\n".join(wrong)
    assert told == {each.name for each in CALLERS if each.actor and not ask_presence(each)}


def tells_of_nest(answer: HttpResponseBase) -> bool:
    """What only who is in the nest may read: what was said there, and who leads it."""
    text = getattr(answer, "content", b"").decode(errors="replace")
    return WHISPERED in text or "Dora" in text


# X1 X3
@pytest.mark.parametrize("page", ["", "/wall"])
def test_a_page_of_a_private_nest_is_for_who_is_in_it_and_others_see_the_door(world, page):
    whole = {"": "nests/nest.html", "/wall": "nests/wall.html"}[page]
    row, seen = f"GET /nest/{{code}}{page}", set()
    for caller in CALLERS:
        answer = tries(world, caller, row, Ask()).answer
        if whole in {each.name for each in answer.templates}:
            seen.add(caller.name)

    gate = GATES[row]
    assert seen == {each.name for each in CALLERS if not (gate.refuse(each) or ask_presence(each))}


# X1
def test_the_api_stands_once_more_under_v1_with_the_same_views(world):
    found = dict(addresses())
    first = {path: each for path, each in found.items() if path.startswith("/api/v1/")}

    plain = {path.replace("/v1", "", 1): each.callback for path, each in first.items()}

    assert plain == {
        path: each.callback
        for path, each in found.items()
        if path.startswith("/api/") and path not in first and path != "/api/{rest}"
    }
    guest = next(each for each in CALLERS if each.is_guest)
    by_guest = {tries(world, guest, f"GET {path}", Ask()).code for path in first}
    assert by_guest == {"forbidden"}


# X1
def test_whatever_is_under_admin_is_for_who_runs_the_server(world):
    asked = [path for path, _ in addresses() if path.startswith(SITE_PREFIX)]
    pages = [re.sub(r"\{\w+\}", "1", path).split("^")[0].split("(")[0] for path in asked]
    doors = {f"{SITE_PREFIX}{page}/" for page in ("login", "logout")}
    wrong = []
    for page in set(pages) - doors:
        for caller in CALLERS:
            # Pages about one row are drawn by tests/nests/test_admin.py; many take no new ones.
            if not SITE.refuse(caller) and re.search(r"/1/|/add/$|/autocomplete/$", page):
                continue
            tried = tries(world, caller, f"GET {page}", Ask())
            if bool(SITE.refuse(caller)) != bool(tried.code):
                wrong.append(f"{page} by {caller.name}: {tried.code or 'through'}")

    assert len(pages) > 100
    assert not wrong, "\n".join(wrong)


# X2
UNSIGNED = {  # Of no session: what comes back from elsewhere, and programs that have no key yet.
    *("POST /auth/complete/{backend}/", "POST /api/billing/webhook"),
    *("POST /api/auth/link", "POST /api/auth/link/key"),
}


def test_whatever_changes_something_asks_a_browser_for_its_form_token(world):
    asks, browser = asks_of(world.named), Client(enforce_csrf_checks=True)
    browser.cookies = same_browser(world.browsers["creator"]).cookies
    world.browsers["creator"] = browser
    creator = next(each for each in CALLERS if each.name == "creator")
    open_to = [row for row, gate in GATES.items() if not gate.refuse(creator)]

    unasked = []
    for row in open_to:
        if not row.startswith("GET"):
            tried = tries(world, creator, row, asks.get(row, Ask()))
            unasked += [row] if tried.code != "forbidden" else []

    assert set(unasked) == UNSIGNED


# Another nest


# X3
def test_what_somebody_is_in_one_nest_opens_no_other(world):
    elsewhere = furnish_elsewhere(world)
    asks, before, wrong = asks_of(elsewhere.named), elsewhere.contents(), []
    for row, gate in GATES.items():
        if "{code}" not in row or gate in (RUNNERS, SIGNED_IN, ACCOUNT, PAGE, PAGE_OF_NEST):
            continue
        for caller in CALLERS:
            expected = (
                "forbidden" if caller.is_guest else gate.refuse(place_in_another_nest(caller))
            )
            tried = tries(world, caller, row, asks.get(row, Ask()), **elsewhere.named)
            if tried.code != expected or not expected:
                wrong.append(f"{row} by {caller.name}: {expected}, and not {tried.code}")
            if row.endswith("/events"):
                world.begin_anew()  # Whoever comes so has knocked.

    assert not wrong, "\n".join(wrong)
    assert elsewhere.contents() == before


IDS = ("guest", "bob", "playlist", "entry", "device", "key_id", "job_id")


# X3
@pytest.mark.parametrize("name", ["creator", "token", "DJ"])
def test_ids_of_another_nest_or_person_lead_nowhere(world, name):
    caller = next(each for each in CALLERS if each.name == name)
    elsewhere = furnish_elsewhere(world)
    plain, before = asks_of(world.named), elsewhere.contents()
    asked = []
    for named in IDS:
        swapped = world.named | {named: elsewhere.named[named]}
        asks = asks_of(swapped)
        for row in GATES:
            is_about_it = f"{{{named}}}" in row or asks.get(row) != plain.get(row)
            if not is_about_it or GATES[row] is OPERATORS:
                continue
            tried = tries(world, caller, row, asks.get(row, Ask()), **swapped)
            asked.append((named, row))
            assert not elsewhere.is_told_by(tried.answer), (named, row)
            assert elsewhere.contents() == before, (named, row)

    assert len(asked) > 25


ABOUT_A_WAITING_SONG = {
    *("remove_song", "move_song", "approve_song", "refuse_song"),
    *("cast_vote", "toggle_jam", "add_comment"),
}


# X3
@pytest.mark.parametrize("name", ["creator", "token", "DJ", "guest"])
def test_no_command_reaches_songs_people_or_devices_of_another_nest(world, name):
    caller = next(each for each in CALLERS if each.name == name)
    elsewhere = furnish_elsewhere(world)
    before = elsewhere.contents()
    for kind, _ in list_command_gates():
        frame = elsewhere.swap(frame_of(kind.kind(), world, caller))
        tried = tries(world, caller, "POST /api/nests/{code}/commands", Ask(body=frame))
        if kind.kind() in ABOUT_A_WAITING_SONG:
            assert tried.code in WANT_OF_RIGHTS | {"song_not_queued"}, (kind.kind(), tried.code)
        assert elsewhere.contents() == before, kind.kind()


# Of commands: what is not there, or not theirs, is found out after the right to ask for it.
REACHED_BY_COMMANDS = {
    "undo": "not_found",
    "approve_song": "song_not_queued",
    "refuse_song": "song_not_queued",
    "queue_preview": "preview_changed",
    "choose_speaker": "device_not_found",
    "report_ended": "not_active_speaker",
    # In the Main Nest nobody waits.
    "approve_listener": "not_found",
    "refuse_listener": "not_found",
}
ABOUT_WHO_WAITS = ("approve_listener", "refuse_listener")
INSTEAD = {
    "change_nest_settings": {"bender": False},
    "report_ended": {"song_id": 1},
}


def frame_of(kind: str, world: World, caller: Caller) -> dict[str, Any]:
    """The example of the wire, about what there is in this nest."""
    frame = json.loads((EXAMPLES / f"{kind}.json").read_text())
    if kind in INSTEAD:
        return {"type": kind} | INSTEAD[kind]
    frame.pop("id", None)
    if kind in ("remove_song", "move_song"):
        return {"type": kind, "song_id": world.own_songs.get(caller.name, 2)}
    if "song_id" in frame:
        frame["song_id"] = next(each for each in (2, 3) if world.own_songs.get(caller.name) != each)
    if "person" in frame:
        frame["person"] = world.named["pia" if kind in ABOUT_WHO_WAITS else "bob"]
    if "uris" in frame:
        frame["uris"] = [world.named["another_uri"]]
    return frame


def wrong_of_commands(world: World, place: Callable[[Caller], Caller]) -> list[str]:
    wrong = []
    for kind, gate in list_command_gates():
        reached = REACHED_BY_COMMANDS.get(kind.kind(), "")
        for caller in CALLERS:
            ask = Ask(body=frame_of(kind.kind(), world, caller))
            tried = tries(world, caller, "POST /api/nests/{code}/commands", ask)
            if differs := difference(gate.refuse(place(caller)), tried, (reached,)):
                wrong.append(f"{kind.kind()} by {caller.name}: {differs}")
            if not tried.code:
                world.begin_anew()
    return wrong


# X1
def test_every_command_is_refused_as_the_table_says(world):
    wrong = wrong_of_commands(world, lambda caller: caller)

    assert not wrong, "\n".join(wrong)


# X1
def test_every_command_is_refused_so_in_the_main_nest(settle):
    settle(**HOUSE)
    world = furnish_main_world()

    wrong = wrong_of_commands(world, place_in_main_nest)

    assert not wrong, "\n".join(wrong)
