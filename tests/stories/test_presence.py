"""People come and go."""


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
    assert departure["left"] == [bob.email]
    assert departure["count"] == 1


def test_many_arrivals_are_one_event(alice, server):  # R12
    with alice.opens() as hers:
        hers.hears("listeners_changed", count=1)
        crowd = [server.visitor(f"Fan{number}").opens() for number in range(12)]
        hers.hears("listeners_changed", count=13)
        told = [frame for frame in hers.heard if frame["type"] == "listeners_changed"]
        for page in crowd:
            page.leaves()

    assert len(told) <= 4
