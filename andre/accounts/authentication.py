"""Who calls the API: what a program shows, else the seat of the browser's session."""

from typing import cast

from django.http import HttpRequest
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from andre.accounts.credentials import Credential, close_db_connections
from andre.accounts.identity import Identity, identity_of_session, require_pass
from andre.accounts.middleware import proof_of
from andre.core.errors import Refusal


class ProgramAuthentication(BaseAuthentication):
    """A key or a token in the headers. No browser sends those by itself: no CSRF, no cookie."""

    def authenticate(self, request: Request) -> tuple[Identity, Credential] | None:
        """Raises Refusal for what is shown and not good."""
        proof = proof_of(request._request)
        if proof is None:
            return None
        credential = proof.require_credential()
        return credential.seat, credential

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing sign-in a 401 rather than a 403."""
        return "Bearer"


class SessionIdentityAuthentication(SessionAuthentication):
    """Django's session, with its CSRF token demanded for whatever changes something."""

    def authenticate(self, request: Request) -> tuple[Identity, Credential] | None:
        credential = credential_of_session(request._request)
        if credential is None:
            return None
        self.enforce_csrf(request)
        return credential.seat, credential

    def authenticate_header(self, request: Request) -> str:
        return "Session"


def identity_of_request(request: Request) -> Identity:
    """The caller of a view that only signed-in people reach."""
    return cast("Identity", request.user)


def credential_of(request: Request) -> Credential:
    """What that caller proved it with."""
    return cast("Credential", request.auth)


def require_session_or_key(request: Request) -> None:
    """For what a token alone must not do, lest one that leaked does it. Raises Refusal."""
    if credential_of(request).kind == "token":
        raise Refusal("session_required", "A token is not enough for this; sign in or use a key.")


def caller_of(request: HttpRequest) -> Credential:
    """The caller of a view that is not the API framework's. Raises Refusal."""
    proof = proof_of(request)
    if proof is not None:
        return proof.require_credential()
    try:
        credential = credential_of_session(request)
    finally:
        close_db_connections()
    if credential is None:
        raise Refusal("unauthorized", "Please sign in first.")
    return credential


def credential_of_session(request: HttpRequest) -> Credential | None:
    """Raises Refusal `pass_ended` for a guest whose pass is good no longer."""
    seat = identity_of_session(request.session)
    if seat is None:
        require_pass(request.session)
    return None if seat is None else Credential("session", request.session.session_key or "", seat)


class SessionIdentityScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """How the API's description names it; being defined is what registers it."""

    target_class = "andre.accounts.authentication.SessionIdentityAuthentication"


class ProgramScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "andre.accounts.authentication.ProgramAuthentication"
    name = ["apiKey", "bearer"]

    def get_security_requirement(self, auto_schema: object) -> list[dict[str, list[str]]]:
        """Either of them, not both."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: object) -> list[dict[str, str]]:
        return [
            {"type": "apiKey", "in": "header", "name": "X-Andre-API-Key"},
            {"type": "http", "scheme": "bearer", "description": "An API key, or a JWT of one"},
        ]
