"""Programs at the door: whose key they show, and whether it has asked too often."""

import re

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.deprecation import MiddlewareMixin

from andre.accounts.client_address import client_address
from andre.accounts.credentials import budget_of
from andre.accounts.dev_login import is_here
from andre.accounts.program_auth import AuthResult, PresentedCredentials, authenticate
from andre.core import stores
from andre.core.errors import Refusal
from andre.core.rate_limits import REQUESTS_A_MINUTE, consume_request
from andre.telemetry.middleware import refusal_response

PROOF = "andre.proof"
UNCOUNTED = ("/healthz", "/readyz", "/health", "/metrics")
# A browser's EventSource can send no header; elsewhere `?token=` is another kind of token.
TAKES_TOKEN_IN_ADDRESS = re.compile(r"/api/(v1/)?(nests/[^/]+/)?events")


class Programs(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Counts before anybody is let in: guessing costs as much as knowing."""
        offer = offer_in(request)
        if not offer or request.path.startswith(UNCOUNTED):
            return None
        try:
            proof = request.META[PROOF] = authenticate(offer)
        except stores.FAULTS as error:
            return store_away_response(request, error)
        try:
            consume_request(*rate_limit_of(proof, client_address(request)))
        except Refusal as refusal:
            return JsonResponse(refusal.body(), status=refusal.status, headers=refusal.headers())
        return None


class Sessions(SessionMiddleware):
    """A session that cannot be kept is a page with a sentence, not an error."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except stores.FAULTS as error:
            return store_away_response(request, error)


def store_away_response(request: HttpRequest, error: Exception) -> HttpResponse:
    refusal = stores.refusal_for(error)
    if refusal is None:
        raise error
    return refusal_response(request, refusal)


sessions = Sessions
programs = Programs  # The settings name the middlewares by what they do.


def offer_in(request: HttpRequest) -> PresentedCredentials:
    meta = request.META
    return PresentedCredentials(
        key=meta.get("HTTP_X_ANDRE_API_KEY"),
        authorization=meta.get("HTTP_AUTHORIZATION"),
        token=token_in(request),
        is_here=is_here(meta.get("REMOTE_ADDR", ""), meta),
        address=client_address(request),
        endpoint=request.path,
    )


def token_in(request: HttpRequest) -> str | None:
    if not TAKES_TOKEN_IN_ADDRESS.fullmatch(request.path):
        return None
    return request.GET.get("token")


def rate_limit_of(proof: AuthResult, address: str) -> tuple[str, int]:
    """Who pays for a request, and how many a minute they have."""
    if proof.key is None:
        return address, REQUESTS_A_MINUTE["viewer"]
    return budget_of(proof.key)


def proof_of(request: HttpRequest) -> AuthResult | None:
    """What came of what a program showed; None if it showed nothing."""
    proof: AuthResult | None = request.META.get(PROOF)
    return proof
