"""Asking for a media token: for members, and for the session or key that asks."""

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings

from player.media import tokens
from tests.nests.support import asks, visitor
from tests.support.nest import track

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def listener(nest, bob):
    """Bob, in whose nest the library's seventh track plays."""
    bob.adds("7")
    return visitor("Bob")


def asked(client, **more):
    wish = {"track": track("7").uri, **more}
    return asks(client, "post", "/api/nests/main/media-token", **wish)


@pytest.mark.parametrize("device", [None, ""])
def test_who_names_no_device_has_the_session_as_one(listener, device):  # U-4.6, spec 03 section 5
    told = asked(listener, device=device).json()
    session = listener.cookies[settings.SESSION_COOKIE_NAME].value

    async_to_sync(tokens.admit_request)(told["token"], "bob@example.com", session, 7)

    assert told["url"] == f"/media/tracks/7?token={told['token']}"


def test_naming_devices_gives_no_more_tokens(listener):  # U-4.9
    for name in ("phone", "laptop"):
        asks(listener, "post", "/api/devices/register", id=name)

    answers = [asked(listener, device="phone").status_code for _ in range(11)]
    answers += [asked(listener, device="laptop").status_code for _ in range(10)]

    assert answers == [200] * 11 + [403] * 9 + [429]


def test_a_second_session_has_a_share_of_its_own(listener):  # U-4
    for _ in range(21):
        asked(listener)

    assert asked(visitor("Bob")).status_code == 200
