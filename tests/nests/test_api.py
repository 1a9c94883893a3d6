"""Nests over HTTP: routes, refusals, links, and what nobody who is signed out may learn."""

import json

import pytest
from django.test import Client, override_settings

from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.membership import members
from nests.models import NestTombstone
from nests.registry import store
from player.queue import queue
from tests.nests.support import ALICE, BOB, asks, build, settings_of_the_house, visitor
from tests.support.nest import track

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return visitor("Alice")


@pytest.fixture
def bob():
    return visitor("Bob")


def listens(email, nest):
    members.enter(CommandContext(nest, Actor(email, email.partition("@")[0].title())), "tab")


# Building


def test_building_answers_with_code_slug_and_link(alice):  # section 8
    answer = asks(alice, "post", "/api/nests", name="Friday Vibes")

    built = answer.json()
    assert answer.status_code == 200
    assert (built["name"], built["slug"], built["creator"]) == (
        "Friday Vibes",
        "friday-vibes",
        ALICE,
    )
    assert built["nest_id"] == built["code"]
    assert built["share_url"] == f"http://testserver/nest/{built['code']}"
    assert (built["is_creator"], built["is_dj"]) == (True, True)
    assert (built["ttl_minutes"], built["is_main"]) == (5, False)
    assert built["created_at"].endswith("+00:00")
    assert members.is_member(built["code"], ALICE)  # S-3.1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": 7}, "validation_error"),
        ({"name": "x" * 41}, "validation_error"),
        ({"nome": "x"}, "validation_error"),
        ({"seed_track": "youtube:video:x"}, "invalid_seed"),
        ({"emoji": "abc"}, "validation_error"),
    ],
)
def test_what_cannot_be_built_is_refused_with_a_sentence(alice, body, code):  # section 8
    answer = asks(alice, "post", "/api/nests", **body)

    assert (answer.status_code, answer.json()["error"]) == (400, code)
    assert set(answer.json()) == {"error", "message"}


def test_what_is_not_json_is_malformed(alice):  # section 8
    answer = alice.post("/api/nests", "{", content_type="application/json")

    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")


def test_beyond_the_limit_nothing_is_sold_where_nothing_is_for_sale(alice):  # N3
    for number in range(20):
        build(seed=number)

    answer = asks(alice, "post", "/api/nests", name="One More")

    assert answer.status_code == 403
    assert answer.json()["error"] == "nest_limit_reached"
    assert set(answer.json()) == {"error", "message"}
    assert "pgrade" not in answer.json()["message"]


# Listing


def test_a_live_public_nest_is_listed_with_its_listeners(bob):  # N7 S-4.1 S-4.7
    nest = build("Friday Vibes").nest_id
    for who in ("alice", "bob", "carol"):
        listens(f"{who}@example.com", nest)
    listens(BOB, nest)
    queue.add_tracks(CommandContext(nest, Actor(ALICE, "Alice")), [track("Blue"), track("Green")])

    listed = bob.get("/api/nests/public").json()["nests"]

    assert [found["code"] for found in listed] == [nest]
    assert listed[0]["listeners"] == 3
    assert listed[0]["now_playing"] == "Blue · The Band"
    assert (listed[0]["queue_size"], listed[0]["dj"]) == (1, "Alice")
    assert listed[0]["created_at"]


def test_a_list_has_main_the_public_live_ones_and_my_own(alice, bob):  # N7 S-4.3
    build("Mine", by=ALICE, seed=1)
    build("Theirs", by=BOB, seed=2)
    live, joined = build("Live", by=BOB, seed=3), build("Joined", by=BOB, seed=4)
    listens(BOB, live.nest_id)
    asks(alice, "post", f"/api/nests/{joined.code}/join")

    hers = {found["name"] for found in alice.get("/api/nests").json()["nests"]}
    everyones = {found["name"] for found in alice.get("/api/nests/public").json()["nests"]}

    assert hers == {"Main Nest", "Mine", "Live", "Joined"}
    assert everyones == {"Live"}


def test_the_newest_comes_first_and_main_before_all(alice):  # S-4.4
    for number in range(3):
        with clock.freeze(clock.now_ms() + number):
            build(f"Nest {number}", seed=number)

    names = [found["name"] for found in alice.get("/api/nests").json()["nests"]]

    assert names == ["Main Nest", "Nest 2", "Nest 1", "Nest 0"]


def test_a_list_comes_in_pages_and_by_listeners(alice):  # S-4.10
    nests = [build(f"Nest {number}", seed=number) for number in range(4)]
    listens(ALICE, nests[1].nest_id)
    listens(BOB, nests[1].nest_id)
    listens(BOB, nests[2].nest_id)

    first = alice.get("/api/nests?sort=listeners&limit=2&offset=1").json()
    wrong = [alice.get(f"/api/nests?{query}") for query in ("limit=0", "limit=101", "sort=x")]

    assert [found["name"] for found in first["nests"]] == ["Nest 1", "Nest 2"]
    assert first["total"] == 5
    assert {answer.status_code for answer in wrong} == {400}


def test_listing_writes_nothing(alice):  # S-4.5
    nest = build("Friday Vibes").nest_id
    listens(ALICE, nest)
    listens(BOB, nest)
    redis().delete(NestKeys(nest).member(BOB))  # He has crashed.
    alice.get("/api/nests")
    keys = NestKeys(nest)
    before = {key: held(key) for key in nest_keys(keys)}

    count = alice.get("/api/nests").json()["nests"][1]["listeners"]

    assert count == 1
    assert {key: held(key) for key in nest_keys(keys)} == before
    assert NestTombstone.objects.count() == 0


def nest_keys(keys):
    return sorted(redis().scan_iter(match=f"{keys.prefix}*"))


def held(key):
    kind = redis().type(key)
    reads = {"string": "get", "hash": "hgetall", "set": "smembers", "stream": "xrange"}
    return redis().zrange(key, 0, -1) if kind == "zset" else getattr(redis(), reads[kind])(key)


def test_a_count_that_fails_is_null_and_the_list_still_answers(alice):  # S-4.6
    nest = build("Friday Vibes").nest_id
    redis().set(NestKeys(nest).listeners, "not a set")

    answer = alice.get("/api/nests")

    assert answer.status_code == 200
    assert [found["listeners"] for found in answer.json()["nests"]] == [None, None]


def test_sixty_lists_a_minute_are_enough(alice):  # S-4.9
    for _ in range(60):
        last = alice.get("/api/nests")

    refused = alice.get("/api/nests/public")

    assert last.status_code == 200
    assert (refused.status_code, refused.json()["error"]) == (429, "rate_limited")
    assert int(refused["Retry-After"]) >= 1


def test_the_creators_address_is_for_themself(alice, bob):  # S-4.3 R7a
    nest = build("Friday Vibes")

    creator = alice.get(f"/api/nests/{nest.code}").json()
    stranger = bob.get(f"/api/nests/{nest.code}").json()
    asks(bob, "post", f"/api/nests/{nest.code}/join")
    member = bob.get(f"/api/nests/{nest.code}").json()

    assert (creator["creator"], stranger["creator"], member["creator"]) == (ALICE, "Alice", "Alice")
    assert ALICE not in json.dumps([stranger, member])


# One nest


def test_one_nest_is_told_by_code_in_any_case_and_by_slug(bob):  # N6
    nest = build("Friday Vibes")

    answers = [bob.get(f"/api/nests/{name}") for name in (nest.code.lower(), "friday-vibes")]

    assert [answer.json()["code"] for answer in answers] == [nest.code, nest.code]
    assert answers[0].json()["listeners"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/nests/ZZZZZ"),
        ("patch", "/api/nests/ZZZZZ"),
        ("delete", "/api/nests/ZZZZZ"),
        ("post", "/api/nests/ZZZZZ/join"),
        ("post", "/api/nests/ZZZZZ/leave"),
        ("get", "/api/nests/ZZZZZ/qr.svg"),
        ("get", "/api/nests/ZZZZZ/snapshot"),
        ("get", "/api/nowhere"),
        ("post", "/api/nests/main/nothing"),
    ],
)
def test_what_is_not_there_is_not_found(alice, method, path):  # section 8
    answer = asks(alice, method, path)

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_the_creator_renames(alice):  # section 8
    nest = build("Friday Vibes")

    answer = asks(alice, "patch", f"/api/nests/{nest.code}", name="Monday Blues", emoji="🔥")

    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["slug"]) == ("Monday Blues", "monday-blues")
    assert answer.json()["share_text"].startswith("🔥 Monday Blues")


def test_renaming_twice_at_once_is_rate_limited(alice):  # N5
    nest = build("Friday Vibes")
    asks(alice, "patch", f"/api/nests/{nest.code}", name="Monday Blues")

    answer = asks(alice, "patch", f"/api/nests/{nest.code}", name="Tuesday")

    assert (answer.status_code, answer.json()["error"]) == (429, "rate_limited")
    assert int(answer["Retry-After"]) >= 1


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": None}, {"name": 5}, {"nome": "x"}])
def test_a_bad_name_is_400(alice, body):  # section 8
    nest = build("Friday Vibes")

    answer = alice.patch(f"/api/nests/{nest.code}", body, content_type="application/json")

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")


def test_other_people_change_and_delete_nothing(bob):  # section 8 S-15.1
    nest = build("Friday Vibes")

    answers = [
        asks(bob, "patch", f"/api/nests/{nest.code}", name="Mine"),
        asks(bob, "delete", f"/api/nests/{nest.code}"),
        asks(bob, "patch", "/api/nests/main", name="Mine"),
        asks(bob, "delete", "/api/nests/main"),
    ]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (403, "forbidden")
    ] * 4


def test_a_deleted_nest_is_gone_and_deleting_again_is_404(alice):  # N9 S-15.1
    nest = build("Friday Vibes")

    statuses = [asks(alice, "delete", f"/api/nests/{nest.code}").status_code for _ in range(2)]

    assert statuses == [200, 404]
    assert alice.get(f"/nest/{nest.code}").status_code == 404
    assert alice.get(f"/api/nests/{nest.code}").status_code == 404


# Joining


def test_joining_and_leaving_are_idempotent(bob):  # S-3.3 S-3.4 N14
    nest = build("Friday Vibes")
    keys = NestKeys(nest.nest_id)

    joined = [asks(bob, "post", f"/api/nests/{nest.code}/join") for _ in range(2)]
    there = redis().smembers(keys.members)
    left = [asks(bob, "post", f"/api/nests/{nest.code}/leave") for _ in range(2)]

    assert [answer.status_code for answer in joined + left] == [200] * 4
    assert [answer.json()["status"] for answer in joined] == ["APPROVED"] * 2
    assert there == {ALICE, BOB}
    assert redis().smembers(keys.members) == {ALICE}
    assert joined[0].json()["listeners"] == 0  # A member, not yet a listener.


def test_the_creator_joins_with_all_rights(alice):  # S-3.5
    nest = build("Friday Vibes")

    joined = asks(alice, "post", f"/api/nests/{nest.code}/join").json()

    assert (joined["is_creator"], joined["is_dj"]) == (True, True)


def test_joining_and_leaving_are_activity(bob):  # N8
    nest = build("Friday Vibes")
    last_activity = NestKeys(nest.nest_id).last_activity
    redis().set(last_activity, "1")
    asks(bob, "post", f"/api/nests/{nest.code}/join")
    joined = redis().getset(last_activity, "1")
    asks(bob, "post", f"/api/nests/{nest.code}/leave")

    assert (int(joined) > 1, int(redis().get(last_activity)) > 1) == (True, True)


# Pages and short addresses


def test_the_page_says_which_nest_it_is(alice):  # N28
    nest = build('Friday "Vibes" <b>')

    page = alice.get(f"/nest/{nest.code}").content.decode()

    assert f'data-nest-id="{nest.code}" data-nest-code="{nest.code}"' in page
    assert 'data-nest-name="Friday &quot;Vibes&quot; &lt;b&gt;" data-is-main-nest="false"' in page
    assert "js/core/globals.js" in page


def test_the_root_is_the_main_nest(alice):  # N28
    page = alice.get("/").content.decode()

    assert 'data-nest-id="main" data-nest-code="main"' in page
    assert 'data-nest-name="Main Nest" data-is-main-nest="true"' in page


def test_a_code_in_any_case_and_a_slug_lead_to_the_nest(alice):  # section 8
    nest = build("Friday Vibes")

    answers = [alice.get(f"/{name}") for name in (nest.code, nest.code.lower(), "Friday-Vibes")]

    assert [answer.status_code for answer in answers] == [302] * 3
    assert {answer["Location"] for answer in answers} == {f"/nest/{nest.code}"}


@pytest.mark.parametrize("name", ["nowhere", "ZZZZZ", "main", "public", "api", "a b", "ü"])
def test_any_other_address_is_404(alice, name):  # section 8
    assert alice.get(f"/{name}").status_code == 404


def test_an_unknown_nest_has_a_page_that_says_so(alice):  # section 8
    answer = alice.get("/nest/ZZZZZ")

    assert answer.status_code == 404
    assert "No nest here" in answer.content.decode()


def test_signing_in_comes_first_and_leads_back():  # section 8
    answer = Client().get("/nest/ABCDE?from=link")

    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/nest/ABCDE%3Ffrom%3Dlink"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/nests"),
        ("post", "/api/nests"),
        ("get", "/api/nests/public"),
        ("get", "/api/nests/{}"),
        ("patch", "/api/nests/{}"),
        ("delete", "/api/nests/{}"),
        ("post", "/api/nests/{}/join"),
        ("post", "/api/nests/{}/leave"),
        ("get", "/api/nests/{}/qr.svg"),
        ("get", "/api/nests/{}/snapshot"),
        ("post", "/api/nests/{}/commands"),
        ("get", "/api/nests/{}/history"),
        ("get", "/api/nests/{}/nothing"),
        ("get", "/api/v1/nests/{}"),
        ("get", "/nest/{}"),
        ("get", "/{}"),
    ],
)
def test_nothing_about_a_nest_reaches_who_is_signed_out(method, path):  # N27
    nest = build("Friday Vibes")
    stranger = Client()

    there = asks(stranger, method, path.format(nest.code))
    slug = asks(stranger, method, path.format("friday-vibes"))
    nowhere = asks(stranger, method, path.format("ZZZZZ"))

    told = [(each.status_code, each.content) for each in (there, slug, nowhere)]
    assert told[0] == told[1] == told[2]
    assert there.status_code == (401 if path.startswith("/api/") else 302)
    assert "Friday" not in there.content.decode() + str(there.headers)


def test_the_api_is_served_under_its_version_too(alice):  # section 11
    nest = build("Friday Vibes")

    plain = alice.get(f"/api/nests/{nest.code}").json()
    versioned = alice.get(f"/api/v1/nests/{nest.code}").json()
    gone = alice.get("/api/v1/nests/ZZZZZ")

    assert versioned == plain
    assert (gone.status_code, gone.json()["error"]) == (404, "not_found")


# Where nests are switched off


def test_where_there_is_only_the_main_nest_the_others_are_404(alice, monkeypatch):  # section 10
    nest = build("Friday Vibes")
    with settings_of_the_house(monkeypatch, NESTS_ENABLED="false"):
        gone = [
            asks(alice, "get", "/api/nests"),
            asks(alice, "post", "/api/nests", name="x"),
            asks(alice, "get", f"/api/nests/{nest.code}"),
            asks(alice, "get", f"/nest/{nest.code}"),
            asks(alice, "get", "/nest/main"),
            asks(alice, "get", f"/{nest.code}"),
        ]
        asks(alice, "post", "/api/nests/main/join")
        main = [alice.get("/"), alice.get("/api/nests/main"), alice.get("/api/nests/main/snapshot")]

        assert store.find_nest(nest.code) is None

    assert [answer.status_code for answer in gone] == [404] * 6
    assert [answer.status_code for answer in main] == [200] * 3


# Links


def test_links_use_the_short_domain_where_it_is_ours(alice):  # N29
    nest, plain = build("Friday Vibes"), build("深夜", seed=2)
    with override_settings(ALLOWED_HOSTS=["testserver", "echone.st"]):
        links = [
            alice.get(f"/api/nests/{code}").json()["share_url"] for code in (nest.code, plain.code)
        ]

    assert links == ["https://echone.st/friday-vibes", f"https://echone.st/{plain.code}"]


def test_links_use_the_houses_own_address_where_it_has_one(alice, monkeypatch):  # N29
    nest = build("Friday Vibes")
    with settings_of_the_house(monkeypatch, ANDRE_BASE_URL="https://music.example.org"):
        link = alice.get(f"/api/nests/{nest.code}").json()["share_url"]

    assert link == f"https://music.example.org/nest/{nest.code}"


def test_without_one_links_begin_where_the_browser_is(alice):  # N29
    nest = build("Friday Vibes")
    with override_settings(ALLOWED_HOSTS=["192.168.1.7"]):
        page = alice.get(f"/nest/{nest.code}", headers={"host": "192.168.1.7:8000"})

    assert f'data-share-url="http://192.168.1.7:8000/nest/{nest.code}"' in page.content.decode()


@pytest.mark.parametrize("path", ["/", "/nest/ABCDE?a=b", "/friday-vibes", "/api/nests"])
def test_an_old_host_sends_everyone_to_the_new_one(monkeypatch, path):  # N29
    with (
        settings_of_the_house(
            monkeypatch,
            ANDRE_REDIRECT_HOSTS="www.example.org,old.example",
            ANDRE_BASE_URL="https://example.org",
        ),
    ):
        answer = Client().get(path, headers={"host": "OLD.example:80"})
        stays = Client().get(path)

    assert (answer.status_code, answer["Location"]) == (301, f"https://example.org{path}")
    assert stays.status_code != 301
