"""Programs over HTTP: what they show says who they are, and nothing else does."""

import pytest
from django.contrib.admin import AdminSite
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from andre.accounts import bootstrap
from andre.accounts.admin import ApiKeyAdmin
from andre.accounts.api_keys import hash_of
from andre.accounts.authentication import require_session_or_key
from andre.accounts.credentials import Credential
from andre.accounts.identity import Identity
from andre.accounts.models import ApiKey, Person
from andre.accounts.permissions import at_least
from andre.core.errors import Refusal
from andre.web.api import refusal_response
from tests.support.logs import logged
from tests.support.programs import Program, with_bearer, with_key

pytestmark = pytest.mark.django_db


# K-1.5
@pytest.mark.parametrize("shown_by", [with_key, with_bearer])
def test_a_key_says_whose_it_is_and_what_it_may(key_of, shown_by):
    key, secret = key_of("alice", "researcher", explicit_allowed=True)

    answer = shown_by(secret).who()

    assert answer.json() == {
        "email": "alice@example.com",
        "name": "Alice",
        "picture": "",
        "role": "researcher",
        "kind": "key",
        "key_id": str(key.pk),
        "owner": "alice@example.com",
        "flags": {"explicit_allowed": True},
        "modes": ["clean", "explicit"],
    }


def test_a_session_has_no_key(bob):
    answer = bob.opens("/api/auth/whoami").json()

    assert (answer["kind"], answer["key_id"]) == ("session", None)


# K-1.4
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Andre-API-Key": ""},
        {"X-Andre-API-Key": "andre_made-up"},
        {"X-Andre-API-Key": "\xff\xfe" * 9},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "bearer andre_made-up"},
        {"Authorization": "Basic YWxpY2U6YWxpY2U="},
    ],
)
def test_nobody_is_told_so(headers):
    answer = Program(headers).who()

    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthorized"


# K-1.4
def test_a_disabled_key_opens_nothing(key_of):
    _, secret = key_of("alice", "admin", enabled=False)

    with logged() as log:
        answer = with_key(secret).who()

    assert answer.status_code == 401
    assert [line["key"] for line in log.of("auth_failure")] == [hash_of(secret)[:8]]


# K-2.2
def test_where_a_program_shows_something_no_cookie_counts(key_of, bob):
    _, secret = key_of("alice")
    headers = {"X-Andre-API-Key": secret}

    as_alice = bob.opens("/api/auth/whoami", headers=headers).json()["email"]
    as_nobody = bob.opens("/api/auth/whoami", headers={"Authorization": "Bearer andre_made-up"})
    as_bob = bob.opens("/api/auth/whoami", headers={"Authorization": "Basic YWxpY2U6YWxpY2U="})

    assert as_alice == "alice@example.com"
    assert as_nobody.status_code == 401
    assert as_bob.json()["email"] == "bob@andre.test"  # The edge's password, not ours.


# X2
def test_a_program_needs_no_csrf_token_and_a_browser_does(key_of, bob):
    _, secret = key_of("alice")

    by_program = with_key(secret).asks("POST", "/api/auth/token")
    by_browser = bob.browser.post("/api/auth/token", content_type="application/json")

    assert (by_program.status_code, by_browser.status_code) == (200, 403)


# K-2.2
def test_of_a_key_and_a_bearer_the_key_wins_if_it_is_good(key_of):
    key, alices = key_of("alice")
    _, bobs = key_of("bob")
    both = Program({"X-Andre-API-Key": alices, "Authorization": f"Bearer {bobs}"})

    with_both = both.who().json()["email"]
    ApiKey.objects.filter(pk=key.pk).update(enabled=False)
    with_one = both.who().json()["email"]

    assert (with_both, with_one) == ("alice@example.com", "bob@example.com")


def test_a_program_asks_the_database_once_to_be_let_in(key_of, django_assert_num_queries):
    _, secret = key_of("alice")
    program = with_key(secret)
    program.who()

    with django_assert_num_queries(1):
        answer = program.asks("GET", "/api/nests/not-a-code")

    assert answer.json()["error"] == "not_found"  # So it was let in.


# K-1.7
def test_the_keys_everybody_knows_work_at_this_machine_only(settle):
    settle(ANDRE_BOOTSTRAP_KEYS_ENABLED="true")
    bootstrap.ensure_keys()
    program = with_key("dev-admin")

    here = program.who()
    elsewhere = program.who(REMOTE_ADDR="192.168.1.7")
    through_a_tunnel = program.who(HTTP_X_FORWARDED_FOR="127.0.0.1")

    assert here.json()["role"] == "admin"
    assert (elsewhere.status_code, through_a_tunnel.status_code) == (401, 401)


# Roles


def asked_by(role: str | None, needed: str) -> Response:
    """The answer of a view that needs a role."""

    class Protected(APIView):
        authentication_classes = ()
        permission_classes = (at_least(needed),)

        def get_exception_handler(self):
            return refusal_response

        def get(self, request):
            return Response("in")

    request = APIRequestFactory().get("/protected")
    if role is not None:
        request._force_auth_user = Identity("alice@example.com", "Alice", "", role)
        request._force_auth_token = Credential("session", "", request._force_auth_user)
    return Protected.as_view()(request)


# K-1.4
def test_a_rank_too_low_is_told_both_roles():
    with logged() as log:
        answer = asked_by("viewer", "operator")

    assert answer.status_code == 403
    assert answer.data["error"] == "forbidden"
    assert "operator" in answer.data["message"]
    assert "viewer" in answer.data["message"]
    (line,) = log.of("auth_denied")
    assert (line["role"], line["required"], line["endpoint"]) == (
        "viewer",
        "operator",
        "/protected",
    )


# K-1.3
def test_a_rank_high_enough_gets_in():
    assert asked_by("operator", "operator").status_code == 200
    assert asked_by("admin", "operator").status_code == 200
    assert asked_by("captain", "viewer").status_code == 403


# K-2.2
def test_a_token_alone_is_not_enough_where_a_session_is_asked_for():
    seat = Identity("alice@example.com", "Alice", "", "viewer")

    def asked_with(kind: str) -> None:
        request = APIRequestFactory().delete("/")
        request.auth = Credential(kind, "name", seat)
        require_session_or_key(request)

    asked_with("session")
    asked_with("key")
    with pytest.raises(Refusal) as refused:
        asked_with("token")

    assert (refused.value.code, refused.value.status) == ("session_required", 403)


# Who looks after them


@pytest.fixture
def desk(rf):
    """The pages of Django's administration for keys, and a request of who may do all there."""
    request = rf.get("/")
    request.user = Person(email="olga@example.com", role="admin", is_superuser=True)
    return ApiKeyAdmin(ApiKey, AdminSite()), request


# K-1.8
def test_operators_see_no_more_of_a_key_than_its_beginning(desk, key_of):
    key, secret = key_of("alice")
    pages, request = desk

    shown = [
        pages.changelist_view(request).rendered_content,
        pages.change_view(request, str(key.pk)).rendered_content,
    ]

    assert all(key.prefix in page for page in shown)
    assert not any(secret[len(key.prefix) :] in page or key.hash in page for page in shown)


def test_operators_disable_keys_and_make_or_delete_none(desk, key_of):
    _, secret = key_of("alice")
    pages, request = desk

    pages.disable(request, ApiKey.objects.all())

    assert with_key(secret).who().status_code == 401
    assert not pages.has_add_permission(request)
    assert not pages.has_delete_permission(request)
