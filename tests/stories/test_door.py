"""The door on real sockets: who may not come in hears why, and who knocks is heard at once."""

from tests.support.streams import Listener


def test_who_knocks_is_heard_at_once_and_comes_in_when_let_in(alice, bob, charlie):  # S-3.7 S-3.8
    code = alice.builds("The Den")["code"]
    with alice.opens(code) as hers, bob.opens(code) as his:
        alice.asks("PATCH", f"/api/nests/{code}", is_private=True, entry_mode="approval")

        asked = charlie.asks("POST", f"/api/nests/{code}/join")

        assert asked.json() == {"code": code, "status": "PENDING"}
        knock = hers.hears("listeners_waiting")
        assert (knock["count"], knock["person"]["name"]) == (1, "Charlie")
        waiting = charlie.opens(code)
        assert waiting.is_closed_with() == 4003
        assert waiting.hears("not_let_in")["why"] == "pending"
        assert hers.does("approve_listener", person=charlie.id)["approved"] is True
        assert hers.hears("listeners_waiting")["count"] == 0
        with charlie.opens(code) as inside:
            assert inside.welcome["nest_id"] == code
        assert "listeners_waiting" not in [frame["type"] for frame in his.heard]


def test_a_socket_knocks_by_itself_and_is_told_why_it_stays_out(alice, charlie):  # S-3.8 S-3.11
    code = alice.builds("The Den")["code"]
    told = []
    with alice.opens(code) as hers:
        for wishes in (
            {"is_private": True, "entry_mode": "password"},
            {"entry_mode": "approval"},
            {"locked": True},
        ):
            alice.asks("PATCH", f"/api/nests/{code}", **wishes)
            page = charlie.opens(code)
            told.append((page.is_closed_with(), page.hears("not_let_in")["why"]))
        assert hers.hears("listeners_waiting")["person"]["name"] == "Charlie"

    assert told == [(4003, "password"), (4003, "pending"), (4003, "locked")]


def test_a_lock_keeps_who_is_in(alice, bob, charlie):  # S-3.10
    code = alice.builds("The Den")["code"]
    with bob.opens(code) as his:
        alice.asks("PATCH", f"/api/nests/{code}", locked=True)
        assert his.hears("nest_settings_changed")["locked"] is True
        assert charlie.opens(code).is_closed_with() == 4003
        refused = charlie.asks("GET", f"/api/nests/{code}/events")
        assert (refused.status_code, refused.json()["error"]) == (403, "locked")
        assert his.does("set_volume", volume=7)["type"] == "done"
    with bob.opens(code), Listener(bob, f"/api/nests/{code}/events") as stream:
        stream.hears("snapshot")


def test_an_invitation_in_the_address_of_a_socket_opens_it(alice, bob, charlie):  # K-8.3 S-3.11
    code = alice.builds("The Den")["code"]
    wishes = {"guests": True, "is_private": True, "entry_mode": "approval"}
    alice.asks("PATCH", f"/api/nests/{code}", **wishes)
    token = alice.asks("GET", f"/api/nests/{code}/invitation").json()["url"].partition("#")[2]

    refused = charlie.opens(code, query="?invite=nothing")
    streamed = charlie.asks("GET", f"/api/nests/{code}/events?invite=nothing")
    with charlie.opens(code, query=f"?invite={token}") as inside:
        assert inside.welcome["nest_id"] == code
    with Listener(bob, f"/api/nests/{code}/events?invite={token}") as stream:
        stream.hears("snapshot")
    alice.asks("POST", f"/api/nests/{code}/invitation")

    assert refused.is_closed_with() == 4003
    assert (streamed.status_code, streamed.json()["error"]) == (403, "invite_required")
    with charlie.opens(code, query=f"?invite={token}") as again:
        assert again.welcome["nest_id"] == code


def test_where_it_is_for_the_invited_nothing_else_opens_a_socket(alice, bob, charlie):  # K-8.3
    code = alice.builds("The Den")["code"]
    with bob.opens(code) as his:
        wishes = {"guests": True, "is_private": True, "entry_mode": "invitation"}
        alice.asks("PATCH", f"/api/nests/{code}", **wishes)
        token = alice.asks("GET", f"/api/nests/{code}/invitation").json()["url"].partition("#")[2]

        refused = charlie.opens(code)
        streamed = charlie.asks("GET", f"/api/nests/{code}/events")
        with charlie.opens(code, query=f"?invite={token}") as inside:
            assert inside.welcome["nest_id"] == code
        alice.asks("POST", f"/api/nests/{code}/invitation")
        assert his.does("set_volume", volume=7)["type"] == "done"

    assert (refused.is_closed_with(), refused.hears("not_let_in")["why"]) == (4003, "invitation")
    assert (streamed.status_code, streamed.json()["error"]) == (403, "invite_required")
    with bob.opens(code) as again:
        assert again.welcome["nest_id"] == code


def test_a_socket_and_a_stream_find_a_nest_by_its_vanity_code(alice, bob):  # K-8.1
    code = alice.builds("The Den")["code"]
    alice.asks("PATCH", f"/api/nests/{code}", vanity_code="den-of-alice")

    with bob.opens("Den-of-Alice") as his:
        assert his.welcome["nest_id"] == code
    with Listener(bob, "/api/nests/den-of-alice/events") as stream:
        stream.hears("snapshot")
