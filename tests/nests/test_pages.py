"""The pages around the rooms: wall, lobby, and what makes the house installable."""

import json
import re

import pytest
from django.test import Client
from segno.helpers import make_wifi_data

from tests.andre.accounts.test_owner import HOME, alice_the_owner
from tests.nests.support import build, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return visitor("Alice")


def test_the_wall_shows_its_nest(alice):  # I9
    nest = build("Friday Vibes")

    page = alice.get(f"/nest/{nest.code}/wall").content.decode()

    assert f'data-ws-path="/socket/{nest.code}"' in page
    assert f"/api/nests/{nest.code}/qr.svg" in page


def test_the_main_nest_has_a_wall_and_an_unknown_one_has_not(alice):  # I9
    assert 'data-ws-path="/socket"' in alice.get("/nest/main/wall").content.decode()
    assert alice.get("/nest/ZZZZZ/wall").status_code == 404


@pytest.fixture
def wifi(settle):
    settle(**HOME, ANDRE_WIFI_SSID="Our; network", ANDRE_WIFI_PASSWORD='a:b\\c"d')


def test_a_wall_that_the_owner_opens_brings_phones_into_the_network(wifi):  # H3a
    owner = alice_the_owner()

    page = owner.get("/nest/main/wall").content.decode()

    assert "QR code that joins a phone" in page
    assert make_wifi_data("Our; network", 'a:b\\c"d', "WPA") == (
        r"WIFI:T:WPA;S:Our\; network;P:a\:b\\c\"d;;"
    )


def test_nobody_else_is_told_of_the_network(wifi):  # H3a
    bob = visitor("Bob")

    pages = bob.get("/nest/main/wall").content + bob.get("/").content

    assert b"joins a phone" not in pages


def field(page, name):
    return re.search(rf'<input [^>]*id="{name}"[^>]*>', page)[0]


def test_the_dialogs_take_codes_and_names_as_long_as_they_are_here(alice, settle):  # section 10
    as_they_come = alice.get("/").content.decode()
    settle(NEST_CODE_LENGTH="7", NEST_VANITY_MAX_LEN="12")
    nest = build("Friday Vibes")
    page = alice.get(f"/nest/{nest.code}").content.decode()

    assert 'maxlength="5"' in field(as_they_come, "join-code")
    assert 'maxlength="40"' in field(as_they_come, "create-nest-name")
    assert len(nest.code) == 7
    assert 'maxlength="7" ' in field(page, "join-code")
    assert 'placeholder="X7K2PMW"' in field(page, "join-code")
    assert 'maxlength="12"' in field(page, "create-nest-name")
    assert 'maxlength="12"' in field(page, "rename-name")


@pytest.mark.parametrize(
    ("settings", "is_named", "is_renamed"),
    [
        ({}, True, True),
        ({"NEST_VANITY_ALLOW_RENAME": "false"}, True, False),
        ({"NEST_ALLOW_VANITY": "false"}, False, False),
    ],
)
def test_what_would_be_refused_is_not_offered(alice, settle, settings, is_named, is_renamed):  # N5
    nest = build()
    settle(**settings)

    page = alice.get(f"/nest/{nest.code}").content.decode()

    assert (" hidden" not in field(page, "create-nest-name")) is is_named
    assert ('data-action="rename"' in page) is is_renamed


def test_an_address_with_a_slash_at_its_end_leads_to_the_nest(alice):  # section 8
    nest = build("Friday Vibes")

    for path in (f"/nest/{nest.code}/", f"/nest/{nest.code.lower()}/", f"/{nest.code}/"):
        answer = alice.get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"/nest/{nest.code}")
    assert alice.get("/friday-vibes/")["Location"] == f"/nest/{nest.code}"
    assert alice.get("/nest/ZZZZZ/").status_code == alice.get("/zzzzz/").status_code == 404
    assert Client().get(f"/{nest.code}/")["Location"] == f"/sign-in/?next=/{nest.code}/"


def test_the_lobby_is_a_page(alice):  # I10
    assert "Lobby" in alice.get("/lobby").content.decode()


@pytest.mark.parametrize("path", ["/nest/main/wall", "/lobby"])
def test_signing_in_comes_before_the_wall_and_the_lobby(path):  # N27
    answer = Client().get(path)

    assert answer["Location"] == f"/sign-in/?next={path}"


def test_the_house_can_be_installed():  # I14
    manifest = json.loads(Client().get("/manifest.webmanifest").content)

    assert manifest["start_url"] == manifest["scope"] == "/"
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}


def test_the_worker_looks_after_the_whole_house_and_keeps_only_the_shell():  # I14
    answer = Client().get("/sw.js")
    source = answer.content.decode()

    assert answer["Content-Type"] == "text/javascript"
    assert answer["Service-Worker-Allowed"] == "/"
    assert 'startsWith("/static/")' in source
    assert "/api" not in source
    assert "/media" not in source


def test_the_page_for_being_offline_is_nobodys_own(alice):  # I14
    page = alice.get("/offline").content.decode()

    assert "No connection" in page
    assert "alice" not in page.lower()


def test_without_nests_only_the_main_nest_hangs_on_a_wall(alice, settle):  # I9
    nest = build("Friday Vibes")
    settle(NESTS_ENABLED="false")

    answers = [alice.get(f"/nest/{code}/wall").status_code for code in (nest.code, "main")]

    assert answers == [404, 200]


def test_a_page_names_its_modules_at_once(alice):  # I17
    page = alice.get("/").content.decode()

    named = re.findall(r'rel="modulepreload" href="/static/js/([^"]+)"', page)

    assert {"core/socket.js", "core/dom.js", "queue/queue.js"} <= set(named)
    assert len(named) == len(set(named))
    assert "nest_page.js" not in named
