"""What concerns the connections of one nest reaches no other nest."""


def test_deleting_one_nest_closes_nobody_in_another(alice, bob):  # X3
    doomed, other = alice.builds("Friday Vibes"), alice.builds("Saturday Vibes")

    with alice.opens(doomed["code"]) as hers, bob.opens(other["code"]) as his:
        alice.asks("DELETE", f"/api/nests/{doomed['code']}")
        hers.hears("nest_deleted")

        assert his.does("set_volume", volume=40)["type"] == "done"
