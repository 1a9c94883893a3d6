"""Who is let in, and what a refusal looks like."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.support.server import Page


def test_nobody_signed_out_gets_further_than_the_door(server, alice):  # R6
    alice.session_key = "nobody"

    page = alice.opens()

    assert page.is_closed_with() == 4001


def test_a_nest_that_never_was_is_named_so(alice):  # R6
    page = alice.opens("ZZZZZ")

    assert page.is_closed_with() == 4002


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "https://127.0.0.1"])
def test_a_foreign_origin_is_turned_away_before_the_door(alice, origin):  # R6
    with pytest.raises(InvalidStatus) as refused:
        Page(alice, "/socket", origin=origin)

    assert refused.value.response.status_code == 403


def test_a_frame_that_nobody_understands_is_ignored_or_refused(alice):  # R4
    nonsense = ["", "{", "[]", '"x"', '{"type":"nothing"}', '{"type":"skip","more":1}', b"\x00"]
    with alice.opens() as page:
        page.hears("listeners_changed")

        for frame in nonsense:
            page.sends(frame)
        silent = page.hears_nothing(0.4)
        refused = page.does("cast_vote", song_id="seven", direction=1)
        too_long = page.does("add_songs", uris=["x" * 300] * 60)

    assert silent
    assert refused["error"] == "malformed"
    assert too_long["error"] == "malformed"


def test_too_many_frames_are_refused_and_a_flood_is_closed(alice):  # R4
    with alice.opens() as page:
        answers = [page.does("beat", rev=0)["type"] for _ in range(55)]
        page.floods("{}", 500)

        assert page.is_closed_with() == 4008
    assert answers[:50] == ["done"] * 50
    assert answers[50:] == ["refused"] * 5


def test_signing_out_ends_the_connection_within_two_seconds(alice, server):  # R6 R10
    with alice.opens() as page:
        alice.asks("POST", "/sign-out/")

        assert page.is_closed_with() == 4012


def test_a_deleted_nest_says_goodbye_and_leaves_no_key(alice, bob):  # S-15.1 N9
    from andre.core.keys import every_key_of
    from andre.core.redis import redis

    nest = alice.builds("Short Lived")
    with bob.opens(nest["code"]) as his:
        forbidden = bob.asks("DELETE", f"/api/nests/{nest['code']}")
        deleted = alice.asks("DELETE", f"/api/nests/{nest['code']}")
        his.hears("nest_deleted")

        assert his.is_closed_with() == 4005
    again = alice.asks("DELETE", f"/api/nests/{nest['code']}")

    assert [forbidden.status_code, deleted.status_code, again.status_code] == [403, 200, 404]
    assert list(redis().scan_iter(match=every_key_of(nest["code"]))) == []
