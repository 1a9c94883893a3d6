"""Who asks, and tokens for programs that should not carry their key about."""

from typing import Literal

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts import api_keys, jwt_tokens, views
from andre.accounts.authentication import credential_of, identity_of_request
from andre.accounts.credentials import Credential
from andre.accounts.models import ApiKey
from andre.core.errors import Refusal

NO_STORE = {"Cache-Control": "no-store"}


class Flags(BaseModel):
    explicit_allowed: bool


class Caller(BaseModel):
    """`key_id` is null where no key or token was shown; `role` then is the person's own."""

    email: str
    name: str
    picture: str
    role: str
    kind: Literal["session", "key", "token"]
    key_id: str | None
    owner: str
    flags: Flags


class Token(BaseModel):
    """`expires_at` is in milliseconds of the epoch."""

    token: str
    expires_at: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105


class SignedOut(BaseModel):
    signed_out: Literal["everywhere"] = "everywhere"


class WhoAmI(APIView):
    """Who asks here."""

    @extend_schema(responses=Caller)
    def get(self, request: Request) -> Response:
        seat, credential = identity_of_request(request), credential_of(request)
        key = presented_key(credential)
        caller = Caller(
            email=seat.email,
            name=seat.name,
            picture=seat.picture,
            role=seat.role,
            kind=credential.kind,
            key_id=str(key.pk) if key else None,
            owner=seat.email,
            flags=Flags(explicit_allowed=key is not None and key.explicit_allowed),
        )
        return Response(caller.model_dump(), headers=NO_STORE)


class SignOutEverywhere(APIView):
    """End every session of the caller, this one included."""

    @extend_schema(request=None, responses=SignedOut)
    def post(self, request: Request) -> Response:
        if credential_of(request).kind != "session":
            raise Refusal("session_required", "Only somebody who is signed in can sign out.")
        views.sign_out_everywhere(request._request)
        return Response(SignedOut().model_dump())


class NewToken(APIView):
    """A token for an API key, in X-Andre-API-Key or as Bearer."""

    permission_classes = [AllowAny]

    @extend_schema(request=None, responses=Token)
    def post(self, request: Request) -> Response:
        if request.auth is None or credential_of(request).kind != "key":
            raise Refusal("unauthorized", "An API key is needed to ask for a token.")
        return fresh_token(request)


class FreshToken(APIView):
    """Another token for one that has not ended yet, as Bearer."""

    permission_classes = [AllowAny]

    @extend_schema(request=None, responses=Token)
    def post(self, request: Request) -> Response:
        if request.auth is None or credential_of(request).kind != "token":
            raise Refusal("unauthorized", "A token is needed to ask for another one.")
        return fresh_token(request)


def fresh_token(request: Request) -> Response:
    key = presented_key(credential_of(request))
    if key is None:
        raise jwt_tokens.invalid()  # It ended since this request began.
    token, ends_at = jwt_tokens.mint(key)
    told = Token(token=token, expires_at=round(ends_at * 1000))
    return Response(told.model_dump(), headers=NO_STORE)


def presented_key(credential: Credential) -> ApiKey | None:
    return None if credential.kind == "session" else api_keys.with_id(credential.name)
