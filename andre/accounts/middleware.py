"""Programs at the door: whose key they show, and whether it has asked too often."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.deprecation import MiddlewareMixin

from andre import stores
from andre.accounts.addresses import client_address
from andre.accounts.credentials import budget_of
from andre.accounts.development import is_here
from andre.accounts.proofs import Offer, Proof, examined
from andre.errors import Refusal
from andre.limits import REQUESTS_A_MINUTE, spend_request
from andre.telemetry.middleware import refusal_response

PROOF = "andre.proof"
UNCOUNTED = ("/healthz", "/readyz", "/health", "/metrics")
# A browser's EventSource can send no header; elsewhere `?token=` is another kind of token.
TAKES_TOKEN_IN_ADDRESS = re.compile(r"/api/(v1/)?(nests/[^/]+/)?events")


class Programs(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Counts before anybody is let in: guessing costs as much as knowing."""
        offer = offer_in(request.META, token_in(request))
        if not offer or request.path.startswith(UNCOUNTED):
            return None
        try:
            proof = request.META[PROOF] = examined(offer)
        except stores.FAULTS as error:
            return refused_if_away(request, error)
        try:
            spend_request(*counted(proof, client_address(request)))
        except Refusal as refusal:
            headers = {"Retry-After": str(refusal.more["retry_after_s"])}
            return JsonResponse(refusal.body(), status=refusal.status, headers=headers)
        return None


class Sessions(SessionMiddleware):
    """A session that cannot be kept is a page with a sentence, not an error."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except stores.FAULTS as error:
            return refused_if_away(request, error)


def refused_if_away(request: HttpRequest, error: Exception) -> HttpResponse:
    refusal = stores.refusal_for(error)
    if refusal is None:
        raise error
    return refusal_response(request, refusal)


sessions = Sessions
programs = Programs  # The settings name the middlewares by what they do.


def offer_in(meta: Mapping[str, Any], token: str | None) -> Offer:
    return Offer(
        key=meta.get("HTTP_X_ANDRE_API_KEY"),
        authorization=meta.get("HTTP_AUTHORIZATION"),
        token=token,
        is_here=is_here(meta.get("REMOTE_ADDR", ""), meta),
    )


def token_in(request: HttpRequest) -> str | None:
    if not TAKES_TOKEN_IN_ADDRESS.fullmatch(request.path):
        return None
    return request.GET.get("token")


def counted(proof: Proof, address: str) -> tuple[str, int]:
    """Who pays for a request, and how many a minute they have."""
    if proof.key is None:
        return address, REQUESTS_A_MINUTE["viewer"]
    return budget_of(proof.key)


def proof_of(request: HttpRequest) -> Proof | None:
    """What came of what a program showed; None if it showed nothing."""
    proof: Proof | None = request.META.get(PROOF)
    return proof
