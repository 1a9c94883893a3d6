"""Who may fetch what, and for how long (spec 07, section 3)."""

import pytest

from andre.core import clock
from andre.core.errors import Refusal
from player.media import tokens

ALICE, BOB = "alice@example.com", "bob@example.com"
NOW = 1_700_000_000_000
RIGHT = {"user": ALICE, "nest": "main", "device": "phone", "track": 7, "epoch": 3, "now_ms": NOW}


def minted() -> str:
    with clock.freeze(NOW):
        token, _ = tokens.mint_token(ALICE, "main", "phone", 7, 3)
    return token


def test_a_token_opens_what_it_was_made_for():
    # U-4.6
    tokens.verify_claim(minted(), **RIGHT)


@pytest.mark.parametrize(
    "changed",
    [{"user": BOB}, {"nest": "K7QRT"}, {"device": "laptop"}, {"track": 8}, {"epoch": 4}],
)
def test_any_one_thing_different_and_it_opens_nothing(changed):
    # U-4.6, U-4.8
    with pytest.raises(Refusal) as refusal:
        tokens.verify_claim(minted(), **RIGHT | changed)

    assert (refusal.value.code, refusal.value.status) == ("invalid_token", 403)


def test_a_token_lives_ninety_seconds():
    # U-4.6
    tokens.verify_claim(minted(), **RIGHT | {"now_ms": NOW + 89_999})

    with pytest.raises(Refusal) as refusal:
        tokens.verify_claim(minted(), **RIGHT | {"now_ms": NOW + 90_000})

    assert (refusal.value.code, refusal.value.status) == ("token_expired", 403)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\u2603", minted()[:-1], minted() + "x"])
def test_a_forged_token_is_refused(token):
    # U-4.6
    with pytest.raises(Refusal, match="not for this listener"):
        tokens.verify_claim(token, **RIGHT)


def test_a_token_shows_neither_address_nor_session():
    # U-6.5
    import base64

    head = minted().split(":")[0]
    shown = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))

    assert b"alice" not in shown
    assert b"phone" not in shown
