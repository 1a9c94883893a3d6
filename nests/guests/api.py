"""Invitations and guests of a nest over HTTP, for whoever looks after it."""

from io import BytesIO
from typing import Annotated

import segno
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.accounts.models import Person
from andre.core import permissions
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.http_headers import NO_STORE
from andre.core.rate_limits import consume
from nests.api import act_in, nest_named, validate_body
from nests.guests import arrivals, browsers, departures, invitations, passes
from nests.guests.departures import Parting
from nests.models import GuestArrival, Invitation
from nests.registry import store
from nests.registry.records import Nest
from nests.registry.share_links import origin_of, site_of

PARTING = [
    OpenApiParameter("songs", OpenApiTypes.BOOL, description="their waiting songs go, too"),
    OpenApiParameter("renew", OpenApiTypes.BOOL, description="false: the link they had stays good"),
]


class InvitationTold(BaseModel):
    """`url` and `qr`, an SVG, are null where the invitation is closed; `ends_at` without an end.

    `asks_first`: who comes waits until somebody lets them in.
    """

    url: str | None
    qr: str | None
    ends_at: str | None
    most_guests: int
    asks_first: bool


class InvitationChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    asks_first: bool


class GuestTold(BaseModel):
    id: str
    name: str
    came_at: str
    ends_at: str


class WaitingTold(BaseModel):
    id: str
    name: str
    came_at: str


class GuestsTold(BaseModel):
    """Who has a pass, and who waits to be let in."""

    guests: list[GuestTold]
    waiting: list[WaitingTold]


class Decision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    let_in: bool


class PartingWish(BaseModel):
    """What an address asks for, so its truth is spelled as text."""

    songs: bool = False
    renew: bool = True


class BrowserNamed(BaseModel):
    """By a name that this browser has given itself and keeps where no cookie is."""

    model_config = ConfigDict(extra="forbid")

    browser: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class PassTold(BaseModel):
    moved: bool


class InvitationOfNest(APIView):
    @extend_schema(responses=InvitationTold)
    def get(self, request: Request, code: str) -> Response:
        """The link of the invitation, made if there never was one."""
        nest = nest_looked_after(request, code)
        return invitation_response(request, nest, invitations.read(nest))

    @extend_schema(request=invitations.Terms, responses=InvitationTold)
    def post(self, request: Request, code: str) -> Response:
        """Renew it: the link before ends at once."""
        nest = nest_to_change(request, code)
        consume("invitation_rotations", nest.nest_id)
        terms = validate_body(invitations.Terms, request.data)
        by = identity_of_request(request).email
        return invitation_response(request, nest, invitations.renew_invitation(nest, terms, by))

    @extend_schema(request=InvitationChange, responses=InvitationTold)
    def patch(self, request: Request, code: str) -> Response:
        """Whether new guests wait until somebody lets them in."""
        nest = nest_to_change(request, code)
        wanted = validate_body(InvitationChange, request.data).asks_first
        return invitation_response(request, nest, invitations.ask_first(nest, wanted=wanted))

    @extend_schema(responses={200: InvitationTold})
    def delete(self, request: Request, code: str) -> Response:
        """Close it: nobody else comes in, and who is in stays."""
        nest = nest_to_change(request, code)
        invitations.close(nest.nest_id, identity_of_request(request).email)
        return invitation_response(request, nest, invitations.read(nest))


class Guests(APIView):
    @extend_schema(responses=GuestsTold)
    def get(self, request: Request, code: str) -> Response:
        """Who has a pass, and who waits for one."""
        return guests_response(nest_looked_after(request, code))

    @extend_schema(parameters=PARTING, responses={200: GuestsTold})
    def delete(self, request: Request, code: str) -> Response:
        """End every visit."""
        nest = nest_to_change(request, code)
        departures.send_all_out(act_of_keeper(request, nest), nest, parting_in(request))
        return guests_response(nest)


class OneGuest(APIView):
    @extend_schema(request=Decision, responses=GuestsTold)
    def patch(self, request: Request, code: str, guest: str) -> Response:
        """Let somebody in who waits, or send them away."""
        nest = nest_to_change(request, code)
        let_in = validate_body(Decision, request.data).let_in
        arrivals.decide(nest.nest_id, guest, let_in=let_in)
        return guests_response(nest)

    @extend_schema(parameters=PARTING, responses={200: GuestsTold})
    def delete(self, request: Request, code: str, guest: str) -> Response:
        """End their pass, and what they have open; that browser stays out."""
        nest = nest_to_change(request, code)
        departures.send_out(act_of_keeper(request, nest), nest, guest, parting_in(request))
        return guests_response(nest)


class GuestBrowser(APIView):
    @extend_schema(request=BrowserNamed, responses=PassTold)
    def post(self, request: Request) -> Response:
        """A guest's page says which browser it is in: the later one has the pass."""
        if not identity_of_request(request).is_guest:
            raise Refusal("forbidden", "Only a guest's visit is in one browser at a time.")
        browser = validate_body(BrowserNamed, request.data).browser
        return Response({"moved": browsers.bind(request._request, browser)}, headers=NO_STORE)


def nest_looked_after(request: Request, code: str) -> Nest:
    """Raises Refusal for whoever may not."""
    nest = nest_named(code, request)
    permissions.require_right(act_in(nest, request).actor, "manage_guests")
    invitations.require_invited(nest)
    return nest


def nest_to_change(request: Request, code: str) -> Nest:
    """Raises Refusal, as `nest_looked_after`, and `rate_limited`."""
    nest = nest_looked_after(request, code)
    consume("settings", identity_of_request(request).email)
    return nest


def act_of_keeper(request: Request, nest: Nest) -> CommandContext:
    return act_in(store.get_nest(nest.nest_id), request)


def parting_in(request: Request) -> Parting:
    """Raises Refusal `validation_error`."""
    wish = validate_body(PartingWish, request.query_params.dict())
    return Parting(takes_songs=wish.songs, renews=wish.renew)


def invitation_response(request: Request, nest: Nest, invitation: Invitation) -> Response:
    token = invitations.token_of(nest, invitation)
    url = None if token is None else address_of_invitation(request, nest, token)
    told = InvitationTold(
        url=url,
        qr=None if url is None else draw_code(url),
        ends_at=invitation.ends_at.isoformat() if invitation.ends_at else None,
        most_guests=invitation.most_guests,
        asks_first=invitation.asks_first,
    )
    return Response(told.model_dump(), headers=NO_STORE)


def address_of_invitation(request: Request, nest: Nest, token: str) -> str:
    """Guests type a name; where there are none, one comes in as oneself."""
    site = site_of(origin_of(request))
    if nest.setting("guests"):
        return f"{site}/join#{token}"
    return f"{site}/nest/{nest.code}?invite={token}"


def draw_code(url: str) -> str:
    picture = BytesIO()
    segno.make(url, error="m").save(
        picture, kind="svg", scale=6, border=2, light="#fff", xmldecl=False
    )
    return picture.getvalue().decode()


def guests_response(nest: Nest) -> Response:
    told = {
        "guests": [describe_guest(each) for each in passes.guests_of(nest.nest_id)],
        "waiting": [describe_arrival(each) for each in arrivals.waiting(nest.nest_id)],
    }
    return Response(told, headers=NO_STORE)


def describe_arrival(arrival: GuestArrival) -> dict[str, str]:
    return {
        "id": arrival.key,
        "name": arrival.name,
        "came_at": arrival.arrived_at.isoformat(),
    }


def describe_guest(person: Person) -> dict[str, str]:
    return {
        "id": passes.guest_id(person),
        "name": person.name,
        "came_at": person.joined_at.isoformat(),
        "ends_at": person.pass_ends_at.isoformat() if person.pass_ends_at else "",
    }
