"""Who asks, and tokens for programs that should not carry their key about."""

import time
from typing import Literal

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts import api_keys, device_links, jwt_tokens, views
from andre.accounts.authentication import credential_of, identity_of_request
from andre.accounts.client_address import client_address
from andre.accounts.credentials import Credential
from andre.accounts.models import ApiKey
from andre.accounts.roles import Role
from andre.core.errors import Refusal
from andre.core.http_headers import NO_STORE
from andre.flags.modes import list_modes
from andre.protocol.frames import validate_body


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
    modes: list[Literal["clean", "explicit"]]


class Token(BaseModel):
    """`expires_at` is in milliseconds of the epoch."""

    token: str
    expires_at: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105


class NewLink(BaseModel):
    """What the program is called where its owner looks at their keys."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=200)


class Link(BaseModel):
    """Show `code` and `address` to somebody who is signed in; ask with `code` and `secret`.

    `expires_at` is in milliseconds of the epoch.
    """

    code: str
    secret: str
    address: str
    expires_at: int
    poll_seconds: int


class LinkProof(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=40)
    secret: str = Field(max_length=200)


class LinkedKey(BaseModel):
    """`key` is told this once, and null while nobody has confirmed the code."""

    status: Literal["waiting", "linked"]
    key: str | None = None
    email: str | None = None


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
            modes=list_modes(
                seat.role,
                explicit_allowed=credential.kind == "session"
                or (key is not None and key.explicit_allowed),
            ),
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


class BeginLink(APIView):
    """A code for a program that has no key yet; somebody who is signed in confirms it on /link."""

    authentication_classes = ()
    permission_classes = [AllowAny]

    @extend_schema(request=NewLink, responses=Link)
    def post(self, request: Request) -> Response:
        wished = validate_body(NewLink, request.data)
        address = client_address(request._request)
        code, secret = device_links.begin_link("program", wished.name, address)
        told = Link(
            code=code,
            secret=secret,
            address=request.build_absolute_uri(reverse("link")),
            expires_at=round((time.time() + device_links.LINK_SECONDS) * 1000),
            poll_seconds=device_links.POLL_SECONDS,
        )
        return Response(told.model_dump(), headers=NO_STORE)


class CollectLink(APIView):
    """The key of a program whose code has been confirmed, once."""

    authentication_classes = ()
    permission_classes = [AllowAny]

    @extend_schema(request=LinkProof, responses=LinkedKey)
    def post(self, request: Request) -> Response:
        proof = validate_body(LinkProof, request.data)
        found = device_links.collect_link(proof.code, proof.secret, "program")
        if found is None:
            return Response(LinkedKey(status="waiting").model_dump(), headers=NO_STORE)
        person, link = found
        _, key = api_keys.issue(person, Role.VIEWER, name=link.name)
        told = LinkedKey(status="linked", key=key, email=person.email)
        return Response(told.model_dump(), headers=NO_STORE)


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
    """Raises Refusal `invalid_token`."""
    key = presented_key(credential_of(request))
    if key is None:
        raise jwt_tokens.invalid()  # It ended since this request began.
    token, ends_at = jwt_tokens.mint(key)
    told = Token(token=token, expires_at=round(ends_at * 1000))
    return Response(told.model_dump(), headers=NO_STORE)


def presented_key(credential: Credential) -> ApiKey | None:
    return None if credential.kind == "session" else api_keys.with_id(credential.name)
