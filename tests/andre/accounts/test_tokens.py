"""Tokens: what a program shows instead of its key, for an hour."""

import base64
import json
import time
from datetime import timedelta

import jwt
import pytest
import time_machine

from andre.accounts import jwt_tokens
from andre.accounts.credentials import revalidate
from andre.accounts.models import ApiKey
from andre.accounts.program_auth import PresentedCredentials, authenticate
from andre.core.conf import conf
from andre.core.errors import Refusal
from tests.support.programs import Program, with_bearer, with_key

pytestmark = pytest.mark.django_db

SECRET = conf().andre_jwt_secret.get_secret_value()
HOUR = timedelta(hours=1)


@pytest.fixture
def alices(key_of):
    """Alice's key, its secret, and a token of it."""
    key, secret = key_of("alice", "operator")
    token, _ = jwt_tokens.mint(key)
    return key, secret, token


def claims_of(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


# K-2.1
def test_a_key_is_given_a_token(alices):
    key, secret, _ = alices

    answer = with_key(secret).asks("POST", "/api/auth/token")

    told = answer.json()
    claims = claims_of(told["token"])
    assert answer["Cache-Control"] == "no-store"
    assert told["token_type"] == "Bearer"
    assert abs(told["expires_at"] - (time.time() + 3600) * 1000) < 5000
    assert (claims["sub"], claims["owner"], claims["role"]) == (
        str(key.pk),
        "alice@example.com",
        "operator",
    )
    assert claims["exp"] - claims["iat"] == pytest.approx(3600)
    assert (claims["iss"], claims["aud"]) == ("andre", "andre-api")


# K-2.1
def test_nothing_but_a_key_is_given_one(alices, visitor, settings):
    settings.DEBUG = True
    visitor.sends("/dev/sign-in", name="Bob")
    _, _, token = alices

    answers = [
        Program().asks("POST", "/api/auth/token"),
        with_bearer(token).asks("POST", "/api/auth/token"),
        with_key("andre_made-up").asks("POST", "/api/auth/token"),
        visitor.browser.post(
            "/api/auth/token",
            content_type="application/json",
            headers={"X-CSRFToken": visitor.browser.cookies["csrftoken"].value},
        ),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4


# K-2.2
def test_a_token_is_as_good_as_its_key(alices):
    _, _, token = alices

    told = with_bearer(token).who().json()

    assert (told["email"], told["role"], told["kind"]) == ("alice@example.com", "operator", "token")


def forged(**changes: object) -> dict[str, object]:
    now = time.time()
    claims = {"sub": "0" * 32, "iss": "andre", "aud": "andre-api", "iat": now, "exp": now + 3600}
    return {name: value for name, value in (claims | changes).items() if value is not None}


def unsigned(claims: dict[str, object]) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)
    return ".".join(part.rstrip("=") for part in encoded) + "."


def nested() -> str:
    header = base64.urlsafe_b64encode(('{"alg":' + "[" * 9000).encode()).decode().rstrip("=")
    return f"{header}.e30.e30"


# K-2.3
@pytest.mark.parametrize(
    "token",
    [
        jwt.encode(forged(), "another secret, and also a long one", "HS256"),
        jwt.encode(forged(), conf().andre_secret_key.get_secret_value(), "HS256"),
        jwt.encode(forged(), SECRET * 2, "HS512"),
        jwt.encode(forged(), SECRET + SECRET, "HS384"),
        jwt.encode(forged(nbf=time.time() + 600), SECRET, "HS256"),
        jwt.encode(forged(iat=time.time() + 600), SECRET, "HS256"),
        jwt.encode(forged(iss="somebody"), SECRET, "HS256"),
        jwt.encode(forged(aud="something"), SECRET, "HS256"),
        jwt.encode(forged(exp=None), SECRET, "HS256"),
        jwt.encode(forged(sub=None), SECRET, "HS256"),
        jwt.encode(forged(sub="no id"), SECRET, "HS256"),
        jwt.encode(forged(), SECRET, "HS256"),  # Genuine, but of no key there is.
        unsigned(forged()),
        nested(),
        "eyJ.eyJ.eyJ",
        "eyJ\xff.\xfe.\xfd",
        "eyJ..",
    ],
)
def test_what_is_not_a_token_of_ours_is_refused(token):
    answer = with_bearer(token).who()

    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_token"


# K-2.3
def test_a_token_changed_by_one_letter_is_refused(alices):
    _, _, token = alices
    head, body, signature = token.split(".")
    claims = claims_of(token) | {"role": "admin"}
    promoted = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    flipped = "A" if signature[0] != "A" else "B"

    tampered = [f"{head}.{promoted}.{signature}", f"{head}.{body}.{flipped}{signature[1:]}"]

    assert [with_bearer(each).who().json()["error"] for each in tampered] == ["invalid_token"] * 2


# K-2.3
def test_a_token_is_over_after_its_time(alices):
    _, _, token = alices

    with time_machine.travel(time.time() + 3601):
        answer = with_bearer(token).who()

    assert (answer.status_code, answer.json()["error"]) == (401, "token_expired")


# K-2.4
def test_a_token_is_refreshed_with_a_later_end(alices):
    _, _, token = alices

    first = with_bearer(token).asks("POST", "/api/auth/token/refresh").json()
    time.sleep(0.002)
    second = with_bearer(first["token"]).asks("POST", "/api/auth/token/refresh").json()

    assert second["expires_at"] > first["expires_at"]
    assert claims_of(second["token"])["exp"] > claims_of(token)["exp"]
    assert with_bearer(second["token"]).who().status_code == 200


# K-2.4
def test_a_key_is_no_token_to_be_refreshed(alices):
    _, secret, _ = alices

    refused = [
        program.asks("POST", "/api/auth/token/refresh")
        for program in (with_key(secret), with_bearer(secret))
    ]

    assert [(each.status_code, each.json()["error"]) for each in refused] == [
        (401, "unauthorized")
    ] * 2


# K-2.4
def test_nobody_whose_account_is_closed_gets_another_token(alices):
    key, _, token = alices
    key.owner.is_active = False
    key.owner.save()

    refused = with_bearer(token).asks("POST", "/api/auth/token/refresh")

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")


# K-2.4
def test_what_has_ended_is_not_refreshed(alices):
    key, _, token = alices
    program = with_bearer(token)

    with time_machine.travel(time.time() + 3601):
        expired = program.asks("POST", "/api/auth/token/refresh")
    ApiKey.objects.filter(pk=key.pk).update(enabled=False)
    disabled = program.asks("POST", "/api/auth/token/refresh")
    anonymous = Program().asks("POST", "/api/auth/token/refresh")

    assert [expired.status_code, expired.json()["error"]] == [401, "token_expired"]
    assert [disabled.status_code, disabled.json()["error"]] == [401, "invalid_token"]
    assert anonymous.status_code == 401


# K-2.4
def test_a_disabled_key_takes_its_tokens_with_it(alices):
    key, _, token = alices
    before = with_bearer(token).who().status_code

    key.enabled = False
    key.save()

    assert (before, with_bearer(token).who().status_code) == (200, 401)


def test_a_token_has_the_rights_its_key_has_now(alices):
    key, _, token = alices

    ApiKey.objects.filter(pk=key.pk).update(role="viewer")

    assert with_bearer(token).who().json()["role"] == "viewer"


def test_a_credential_knows_when_it_is_over(alices):
    key, _, token = alices

    held = authenticate(PresentedCredentials(authorization=f"Bearer {token}")).require_credential()
    now = held.is_alive()
    with time_machine.travel(time.time() + 3601):
        later = held.is_alive()
    ApiKey.objects.filter(pk=key.pk).update(enabled=False)

    assert (now, later, held.is_alive()) == (True, False, False)
    assert revalidate("key", str(key.pk)) is None


def test_a_token_in_an_address_must_be_one(alices):
    _, secret, token = alices

    assert authenticate(PresentedCredentials(token=token)).require_credential().kind == "token"
    with pytest.raises(Refusal):
        authenticate(PresentedCredentials(token=secret)).require_credential()
