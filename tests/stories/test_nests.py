"""Nests as people meet them: built, shared, joined, left, ended."""

import pytest

from andre.core import clock
from nests.lifecycle import deletion
from nests.models import NestTombstone
from tests.support.streams import Listener


def test_the_count_reaches_every_open_page(alice, bob, server):  # N12
    with alice.opens() as hers, bob.opens() as his:
        hers.hears("listeners_changed", count=2)
        carol = server.visitor("Carol")
        with carol.opens():
            told = [page.hears("listeners_changed", count=3) for page in (hers, his)]
        left = [carol.id]
        gone = [page.hears("listeners_changed", left=left) for page in (hers, his)]

    assert all([each["name"] for each in event["joined"]] == ["Carol"] for event in told)
    assert [event["count"] for event in gone] == [2, 2]


def test_who_joined_over_http_is_in_the_list_of_nests_and_listens_later(alice, bob):  # N14 S-4.3
    nest = alice.builds("Friday Vibes")
    joined = bob.asks("POST", f"/api/nests/{nest['code']}/join").json()
    mine = [each["code"] for each in bob.asks("GET", "/api/nests").json()["nests"]]

    with bob.opens(nest["code"]):
        listening = bob.asks("GET", f"/api/nests/{nest['code']}").json()["listeners"]

    assert (joined["status"], joined["listeners"]) == ("APPROVED", 0)
    assert nest["code"] in mine
    assert listening == 1


def test_a_slug_leads_people_and_a_code_leads_sockets(alice, bob):  # N5 N6 section 9
    nest = alice.builds("Friday Vibes")

    page = bob.asks("GET", "/friday-vibes")

    assert page.url.endswith(f"/nest/{nest['code']}")
    assert f'data-nest-code="{nest["code"]}"' in page.text
    with bob.opens(nest["code"].lower()) as his:
        assert his.welcome["snapshot"]["nest"]["name"] == "Friday Vibes"


def test_a_nest_that_has_expired_is_told_apart_from_one_that_never_was(alice):  # N2
    NestTombstone.objects.create(code="ABCDE", name="Old", state="EXPIRED", reason="grace")
    NestTombstone.objects.create(code="BCDEF", name="Old", state="DELETED", reason="its creator")

    codes = [alice.opens(code).is_closed_with() for code in ("ABCDE", "BCDEF", "CDEFG")]

    assert codes == [4004, 4002, 4002]


def test_everyone_hears_the_new_name_and_the_old_address_is_gone(alice, bob):  # N5
    nest = alice.builds("Friday Vibes")
    with bob.opens(nest["code"]) as his:
        alice.asks("PATCH", f"/api/nests/{nest['code']}", name="Monday Blues")
        told = his.hears("nest_renamed")

    assert (told["name"], told["slug"]) == ("Monday Blues", "monday-blues")
    assert bob.asks("GET", "/friday-vibes").status_code == 404


def test_who_never_says_goodbye_is_gone_all_the_same(alice, bob):  # N12
    with alice.opens() as hers:
        his = bob.opens()
        hers.hears("listeners_changed", count=2)

        his._socket.socket.close()

        assert hers.hears("listeners_changed", count=1)["left"] == [bob.id]


def test_a_nest_that_nobody_was_in_ends_and_says_so_at_every_door(alice):  # N2 N9 N15
    code = alice.builds("Friday Vibes")["code"]

    with clock.freeze(clock.now_ms() + 6 * 60_000):
        deletion.clean_up()

    page, told = alice.asks("GET", f"/nest/{code}"), alice.asks("GET", f"/api/nests/{code}")
    never_was = alice.asks("GET", "/api/nests/ZZZZZ")
    assert alice.opens(code.lower()).is_closed_with() == 4004
    assert (page.status_code, told.status_code, told.json()["error"]) == (404, 404, "not_found")
    assert "This nest has ended" in page.text
    assert told.json()["message"] == "This nest has ended."
    assert never_was.json()["message"] == "There is no nest with this code."


def test_who_watches_a_nest_in_which_nobody_is_hears_that_it_expired(alice):  # N2 R15a
    code = alice.builds("Friday Vibes")["code"]
    with Listener(alice, f"/api/nests/{code}/events?observe=1") as stream:
        stream.hears("snapshot")

        with clock.freeze(clock.now_ms() + 6 * 60_000):
            deletion.clean_up()

        stream.hears("nest_expired")


@pytest.mark.parametrize("nest", ["MAIN", "main", ""])
def test_the_main_nest_has_one_room_by_any_address(alice, nest):  # section 9
    with alice.opens(nest) as hers:
        assert hers.welcome["nest_id"] == "main"


def test_who_leaves_for_good_is_shown_out(alice, bob):  # N14
    nest = alice.builds("Friday Vibes")
    with alice.opens(nest["code"]) as hers, bob.opens(nest["code"]) as his:
        hers.hears("listeners_changed", count=2)

        left = bob.asks("POST", f"/api/nests/{nest['code']}/leave")

        assert left.status_code == 200
        assert his.is_closed_with() == 4011
        assert hers.hears("listeners_changed", count=1)["left"] == [bob.id]


def test_a_link_begins_where_the_page_is(alice, server):  # N29
    nest = alice.builds("Friday Vibes")
    with alice.opens(nest["code"]) as hers:
        welcomed = hers.welcome["snapshot"]["nest"]["share_url"]
        alice.asks("PATCH", f"/api/nests/{nest['code']}", name="Monday Blues")
        renamed = hers.hears("nest_renamed")["share_url"]

    assert welcomed == renamed == f"{server.url}/nest/{nest['code']}"
