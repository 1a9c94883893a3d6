"""The console over HTTP, for a nest's creator. Where it is off, none of it is there."""

from typing import Annotated, Any

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.core import permissions
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.http_headers import NO_STORE
from andre.core.rate_limits import consume
from andre.plans import plans
from andre.protocol.commands import ChangeNestSettings
from andre.protocol.nest_settings import BenderWeights, Colour, Minutes, ThemeFont
from nests.api import act_in, nest_named, validate_body
from nests.console import gates, updates
from nests.console.updates import Tab
from nests.guests import invitations
from nests.guests.api import address_of_invitation
from nests.guests.invitations import Terms
from nests.hooks import hooks
from nests.moderation import listing
from nests.registry import store
from nests.registry.records import Nest


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ThemeWish(Closed):
    accent: Colour | None = None
    background: Colour | None = None
    font: ThemeFont | None = None


class BenderWish(Closed):
    enabled: bool | None = None
    weights: BenderWeights | None = None
    max_minutes: Minutes | None = None


class ConsoleWish(Closed):
    """What is named is changed, all of it or nothing; null is as the server has it.

    `is_private`: nobody comes in without an invitation.
    """

    id: Annotated[str, Field(max_length=64)] | None = None
    name: Annotated[str, Field(max_length=400)] | None = None
    vanity_code: Annotated[str, Field(max_length=100)] | None = None
    is_private: bool | None = None
    theme: ThemeWish | None = None
    bender: BenderWish | None = None


class NamedPerson(BaseModel):
    id: str
    name: str


class UpdateTold(BaseModel):
    by: NamedPerson
    at: str


class BenderTold(BaseModel):
    enabled: bool
    weights: dict[str, float] | None
    max_minutes: int
    strategies: dict[str, float]


class ConsoleTold(BaseModel):
    """`features` are those of the creator's plan; `updated` has null for what nobody changed.

    `is_private`: nobody comes in without an invitation. Else, or where that was closed, its token
    and address are null.
    """

    code: str
    name: str
    vanity_code: str | None
    is_private: bool
    invite_token: str | None
    invite_url: str | None
    theme: ThemeWish
    bender: BenderTold
    banlist: list[NamedPerson]
    updated: dict[Tab, UpdateTold | None]
    features: list[str]


class InviteTold(BaseModel):
    invite_token: str | None
    invite_url: str | None


class Console(APIView):
    @extend_schema(responses=ConsoleTold)
    def get(self, request: Request, code: str) -> Response:
        """What the nest is set to beyond its house rules: for its creator."""
        return console_response(request, nest_to_set_up(request, code))

    @extend_schema(request=ConsoleWish, responses=ConsoleTold)
    def patch(self, request: Request, code: str) -> Response:
        """Save what is named, as one change."""
        nest = nest_to_set_up(request, code)
        wanted = validate_body(ConsoleWish, request.data)
        wishes = wishes_in(wanted) | wishes_of_door(wanted, nest)
        if wanted.is_private is not None and not nest.is_main:
            plans.require_features(nest.creator, ["invite_only"])
        command = validate_body(ChangeNestSettings, wishes | {"id": wanted.id})
        hooks.dispatch(act_in(nest, request), command)
        return console_response(request, after_door(store.get_nest(nest.nest_id), wanted))


class InviteRotation(APIView):
    @extend_schema(request=None, responses=InviteTold)
    def post(self, request: Request, code: str) -> Response:
        """Another token; the one before ends at once, and who is in stays in."""
        nest = nest_to_set_up(request, code)
        plans.require_features(nest.creator, ["invite_only"])
        invitations.require_invited(nest)
        consume("invitation_rotations", nest.nest_id)
        invitations.renew_invitation(nest, Terms(), identity_of_request(request).email)
        return Response(describe_invitation(request, nest), headers=NO_STORE)


def nest_to_set_up(request: Request, code: str) -> Nest:
    """Raises Refusal: `not_found` where the console is off, `forbidden` for who may not."""
    if not conf().nest_admin_enabled:
        raise Refusal("not_found", "This server has no console.")
    nest = nest_named(code, request)
    permissions.require_right(act_in(nest, request).actor, "change_nest_settings")
    return nest


def wishes_of_door(wanted: ConsoleWish, nest: Nest) -> dict[str, Any]:
    """A nest that asks for something else than an invitation goes on asking for that."""
    if wanted.is_private:
        return {"is_private": True, "entry_mode": "invitation"}
    ends = wanted.is_private is False and nest.is_invite_only
    return {"is_private": False, "entry_mode": None} if ends else {}


def after_door(nest: Nest, wanted: ConsoleWish) -> Nest:
    if wanted.is_private and nest.is_invite_only:
        invitations.keep_open(nest)
    return nest


def wishes_in(wanted: ConsoleWish) -> dict[str, Any]:
    """As `change_nest_settings` names them."""
    named = wanted.model_dump(exclude_unset=True, exclude={"id"})
    wishes: dict[str, Any] = {
        name: named[name] for name in ("name", "vanity_code") if name in named
    }
    for group, fields in (("theme", THEME_FIELDS), ("bender", BENDER_FIELDS)):
        if group in named:
            said = dict.fromkeys(fields) if named[group] is None else named[group]
            wishes |= {fields[name]: value for name, value in said.items()}
    return wishes


THEME_FIELDS = {
    "accent": "theme_accent",
    "background": "theme_background",
    "font": "theme_font",
}
BENDER_FIELDS = {
    "enabled": "bender",
    "weights": "bender_weights",
    "max_minutes": "bender_max_minutes",
}


def console_response(request: Request, nest: Nest) -> Response:
    banned = listing.read_moderation(nest.nest_id)["banned"]
    told = ConsoleTold(
        code=nest.code,
        name=nest.name,
        vanity_code=nest.vanity_code,
        is_private=nest.is_invite_only,
        **describe_invitation(request, nest),
        theme=ThemeWish(**read_fields(nest, THEME_FIELDS)),
        bender=BenderTold(
            **read_fields(nest, BENDER_FIELDS), strategies=dict(hooks.strategy_weights())
        ),
        banlist=[NamedPerson(**name_person(each["person"])) for each in banned],
        updated=updates.read_updates(nest.nest_id),
        features=sorted(gates.features_of_nest(nest)),
    )
    return Response(told.model_dump(), headers=NO_STORE)


def describe_invitation(request: Request, nest: Nest) -> dict[str, str | None]:
    token = invitations.read_token(nest) if nest.is_invite_only else None
    url = None if token is None else address_of_invitation(request, nest, token)
    return {"invite_token": token, "invite_url": url}


def read_fields(nest: Nest, fields: dict[str, str]) -> dict[str, Any]:
    return {name: nest.setting(setting) for name, setting in fields.items()}


def name_person(face: dict[str, Any]) -> dict[str, str]:
    return {"id": face["id"], "name": face["name"]}
