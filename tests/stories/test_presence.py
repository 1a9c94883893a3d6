"""People come and go."""

import time

from nests.realtime.hub import GATHER_SECONDS
from tests.support.streams import Listener


def test_two_people_meet_in_a_nest_that_one_of_them_built(alice, bob):  # N12 R7
    nest = alice.builds("Friday Vibes")

    with alice.opens(nest["code"]) as hers:
        hers.hears("listeners_changed", count=1)
        with bob.opens(nest["code"].lower()) as his:
            arrival = hers.hears("listeners_changed", count=2)

    assert his.welcome["snapshot"]["count"] == 2
    assert [person["name"] for person in arrival["joined"]] == ["Bob"]
    assert hers.welcome["you"]["is_creator"] is True
    assert his.welcome["you"]["is_creator"] is False


def test_two_tabs_of_one_person_are_one_listener(alice, bob):  # N12
    with alice.opens() as hers, bob.opens() as first:
        hers.hears("listeners_changed", count=2)
        with bob.opens() as second:
            assert second.welcome["snapshot"]["count"] == 2
        stayed = hers.hears_nothing(0.6)
        first.leaves()
        departure = hers.hears("listeners_changed")

    assert stayed
    assert departure["left"] == [bob.id]
    assert departure["count"] == 1


def test_many_arrivals_are_one_event(alice, server):  # R12
    with alice.opens() as hers:
        hers.hears("listeners_changed", count=1)
        began = time.monotonic()
        crowd = [server.visitor(f"Fan{number}").opens() for number in range(12)]
        hers.hears("listeners_changed", count=13)
        gathered = (time.monotonic() - began) / GATHER_SECONDS
        told = [frame for frame in hers.heard if frame["type"] == "listeners_changed"]
        for page in crowd:
            page.leaves()

    assert len(told) <= 2 + gathered  # Hers, and one for each time that was gathered for.


def ids_in(events):
    return {
        each
        for event in events
        for each in (*(person["id"] for person in event["joined"]), *event["left"])
    }


def presence_of(frames):
    return [frame for frame in frames if frame["type"] == "listeners_changed"]


def test_nobody_is_told_of_their_own_arrival(alice, bob):  # N12
    with alice.opens() as hers:
        hers.hears("listeners_changed", count=1)
        with bob.opens() as his:
            hers.hears("listeners_changed", count=2)
            his.hears("listeners_changed", count=2)

    assert his.welcome["snapshot"]["count"] == 2
    assert bob.id in ids_in(presence_of(hers.heard))
    assert bob.id not in ids_in(presence_of(his.heard))
    assert alice.id not in ids_in(presence_of(hers.heard))


def test_who_comes_back_is_told_neither_of_their_going_nor_of_their_coming(alice, bob):  # N12 R7
    with alice.opens() as hers:
        with bob.opens() as his:
            since, epoch = his.catches_up(his.welcome["rev"]).rev, his.welcome["epoch"]
            hers.hears("listeners_changed", count=2)
        hers.hears("listeners_changed", left=[bob.id])
        with bob.opens(query=f"?since={since}&epoch={epoch}", mirror=his.mirror) as back:
            rev = hers.hears("listeners_changed", count=2)["rev"]
            listed = back.catches_up(rev).state["listeners"]

    assert back.welcome["snapshot"] is None
    assert presence_of(back.welcome["events"])
    assert bob.id not in ids_in(presence_of([*back.welcome["events"], *back.heard]))
    assert {person["id"] for person in listed} == {alice.id, bob.id}


def test_a_stream_is_not_told_of_its_own_arrival_and_an_observer_is(alice, bob):  # N12 R15a
    with Listener(bob, "/api/events?observe=1") as observer, Listener(bob, "/api/events") as stream:
        told = [each.hears("listeners_changed")["data"] for each in (observer, stream)]

    assert [ids_in([event]) for event in told] == [{bob.id}, set()]
    assert told[0]["rev"] == told[1]["rev"]


def test_only_members_observe(alice, charlie):  # R15a
    code = alice.builds("Friday Vibes")["code"]
    address = f"/api/nests/{code}/events?observe=1"
    with Listener(charlie, address) as outside:
        refused = outside.status

    with Listener(charlie.joins(code), address) as inside:
        assert inside.hears()["event"] == "snapshot"
    assert refused == 403
