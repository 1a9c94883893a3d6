"""What operators do, over HTTP: the same acts as on their pages, each with `reason`."""

from typing import Annotated

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.accounts.permissions import OperatorWithSecondFactor
from andre.core.address_numbers import describe_whole_number
from andre.core.admin_base import LONGEST_REASON
from andre.core.errors import NoSuchNest
from andre.core.http_headers import NO_STORE
from andre.core.rate_limits import consume
from andre.core.text import clean_text
from andre.protocol.frames import validate_body
from andre.protocol.shapes import Person, Shape, Throttle
from andre.web.admin import nests, operations
from andre.web.admin.operations import Why
from nests.moderation.throttling import A_MINUTE, MINUTES, MOST_A_MINUTE, MOST_MINUTES
from nests.registry import store
from nests.registry.records import Nest
from nests.registry.vanity_transfer import NO_SUCH_CODE

PAGE = [
    OpenApiParameter("q", description="words of a code, a name, a creator or an address"),
    OpenApiParameter("limit", describe_whole_number(1, 100), description="else 50"),
    OpenApiParameter("offset", describe_whole_number(0, None)),
]


class WithReason(BaseModel):
    """Written to the audit, with who did it."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[
        str, AfterValidator(clean_text), Field(min_length=1, max_length=LONGEST_REASON)
    ]


class AboutPerson(WithReason):
    """`person` is their id, or their address."""

    person: Annotated[str, Field(min_length=1, max_length=254)]


class PrivateWish(WithReason):
    """Without `is_private` it becomes private."""

    is_private: bool = True


class VanityNamed(WithReason):
    """`vanity_code` in any case of letters."""

    vanity_code: Annotated[str, Field(min_length=1, max_length=100)]


class VanityTransfer(VanityNamed):
    """`to` is the nest that has it from then on: its code, in any case of letters, or its slug."""

    to: Annotated[str, Field(min_length=1, max_length=240)]


class ThrottleWish(WithReason):
    """How much everybody in the nest has together, and for how long; one person has half of it."""

    a_minute: int = Field(default=A_MINUTE, ge=1, le=MOST_A_MINUTE)
    minutes: int = Field(default=MINUTES, ge=1, le=MOST_MINUTES)


class Page(BaseModel):
    """What an address asks for, so its numbers are spelled as text."""

    model_config = ConfigDict(extra="forbid")

    q: str = ""
    limit: int = Field(default=50, ge=1, le=100)
    offset: int = Field(default=0, ge=0)


class LiveNest(Shape):
    """`creator` is an address: operators read those. `listeners` is null if uncounted."""

    nest_id: str
    code: str
    name: str
    slug: str | None
    creator: str
    creator_name: str
    is_main: bool
    is_locked: bool
    is_private: bool
    throttle: Throttle | None
    listeners: int | None
    queue_size: int
    now_playing: str | None
    idle_minutes: int
    created_at: str


class LiveNests(Shape):
    """The Main Nest first, then the newest; `total` fit the words."""

    nests: list[LiveNest]
    total: int


class BanTold(Shape):
    """`by` has an empty id where an operator decided; `address` is empty where nobody knows it."""

    nest_id: str
    code: str
    nest_name: str
    person: Person
    address: str
    by: Person
    reason: str
    at_ms: int


class Bans(Shape):
    """The latest first."""

    bans: list[BanTold]
    total: int


class Deleted(Shape):
    deleted: str


class OperatorView(APIView):
    permission_classes = [OperatorWithSecondFactor]


class AllNests(OperatorView):
    @extend_schema(parameters=PAGE, responses=LiveNests)
    def get(self, request: Request) -> Response:
        """Every live nest, with who listens, what plays and how much waits."""
        page = page_in(request)
        found = nests.filter_nests(store.list_nests(), page.q.strip())
        shown = found[page.offset : page.offset + page.limit]
        told = LiveNests(nests=describe_nests(shown), total=len(found))
        return Response(told.model_dump(mode="json"), headers=NO_STORE)


class AllBans(OperatorView):
    @extend_schema(parameters=PAGE, responses=Bans)
    def get(self, request: Request) -> Response:
        """Who is banned from which nest, and why."""
        page = page_in(request)
        found = operations.list_bans(page.q.strip())
        shown = found[page.offset : page.offset + page.limit]
        told = Bans(bans=[describe_ban(ban) for ban in shown], total=len(found))
        return Response(told.model_dump(mode="json"), headers=NO_STORE)


class Delete(OperatorView):
    @extend_schema(request=WithReason, responses=Deleted)
    def post(self, request: Request, code: str) -> Response:
        """End a nest for good."""
        why = why_in(request, validate_body(WithReason, request.data))
        nest = store.get_nest(code)
        operations.end_nest(nest, why)
        return Response({"deleted": nest.nest_id})


class Lock(OperatorView):
    @extend_schema(request=WithReason, responses=LiveNest)
    def post(self, request: Request, code: str) -> Response:
        """Nobody new comes in but who is let in by name."""
        return operate(request, code, "lock", validate_body(WithReason, request.data))


class Unlock(OperatorView):
    @extend_schema(request=WithReason, responses=LiveNest)
    def post(self, request: Request, code: str) -> Response:
        """Whoever may come in comes in again."""
        return operate(request, code, "unlock", validate_body(WithReason, request.data))


class Private(OperatorView):
    @extend_schema(request=PrivateWish, responses=LiveNest)
    def post(self, request: Request, code: str) -> Response:
        """Make a nest private, or public again, whoever built it."""
        wanted = validate_body(PrivateWish, request.data)
        return operate(request, code, "private" if wanted.is_private else "public", wanted)


class Rotate(OperatorView):
    @extend_schema(request=WithReason, responses=LiveNest)
    def post(self, request: Request, code: str) -> Response:
        """Renew the invitation: the link before ends at once."""
        return operate(request, code, "rotate", validate_body(WithReason, request.data))


class Kick(OperatorView):
    @extend_schema(request=AboutPerson, responses=LiveNest)
    def post(self, request: Request, code: str) -> Response:
        """Send somebody out; they may come back."""
        return operate(request, code, "kick", validate_body(AboutPerson, request.data))


class Ban(OperatorView):
    @extend_schema(request=AboutPerson, responses=LiveNest)
    def post(self, request: Request, code: str) -> Response:
        """Send somebody out, who stays out."""
        return operate(request, code, "ban", validate_body(AboutPerson, request.data))


class Unban(OperatorView):
    @extend_schema(request=AboutPerson, responses=LiveNest)
    def post(self, request: Request, code: str) -> Response:
        """Somebody may come in again."""
        return operate(request, code, "unban", validate_body(AboutPerson, request.data))


class SlowNest(OperatorView):
    @extend_schema(request=ThrottleWish, responses=LiveNest)
    def post(self, request: Request, code: str) -> Response:
        """Limit what people do with the queue, the playback and the chat, for a while."""
        wanted = validate_body(ThrottleWish, request.data)
        why, nest = why_in(request, wanted), store.get_nest(code)
        return answer_with(
            operations.slow_nest(nest, why, a_minute=wanted.a_minute, minutes=wanted.minutes)
        )


class EndThrottle(OperatorView):
    @extend_schema(request=WithReason, responses=LiveNest)
    def post(self, request: Request, code: str) -> Response:
        """It goes at its own pace again."""
        return operate(request, code, "unthrottle", validate_body(WithReason, request.data))


class TransferVanity(OperatorView):
    @extend_schema(request=VanityTransfer, responses=LiveNest)
    def post(self, request: Request) -> Response:
        """Give a vanity code to another nest, in one step. Raises NoSuchNest."""
        wanted = validate_body(VanityTransfer, request.data)
        why, giver = why_in(request, wanted), nest_with_vanity(wanted.vanity_code)
        return answer_with(operations.transfer_vanity(giver, store.get_nest(wanted.to), why))


class ReleaseVanity(OperatorView):
    @extend_schema(request=VanityNamed, responses=LiveNest)
    def post(self, request: Request) -> Response:
        """Take a vanity code away from its nest, which frees it at once. Raises NoSuchNest."""
        wanted = validate_body(VanityNamed, request.data)
        nest = nest_with_vanity(wanted.vanity_code)
        return operate(request, nest.nest_id, "release", wanted)


def nest_with_vanity(typed: str) -> Nest:
    """Raises NoSuchNest, for a nest's code or slug, too."""
    vanity_code = typed.lower()
    nest = store.get_nest(vanity_code)
    if nest.vanity_code != vanity_code:
        raise NoSuchNest(NO_SUCH_CODE)
    return nest


def operate(request: Request, code: str, name: str, wanted: WithReason) -> Response:
    """Raises Refusal."""
    why = why_in(request, wanted)
    person = wanted.person if isinstance(wanted, AboutPerson) else ""
    return answer_with(operations.operate(name, store.get_nest(code), why, person))


def answer_with(nest: Nest) -> Response:
    return Response(describe_nests([nest])[0].model_dump(mode="json"), headers=NO_STORE)


def why_in(request: Request, wanted: WithReason) -> Why:
    """Raises Refusal `rate_limited`."""
    operator = identity_of_request(request).email
    consume("operations", operator)
    return Why(operator, wanted.reason)


def page_in(request: Request) -> Page:
    consume("lists", identity_of_request(request).email)
    return validate_body(Page, request.query_params.dict())


def describe_nests(found: list[Nest]) -> list[LiveNest]:
    return [
        LiveNest(
            nest_id=row.nest.nest_id,
            code=row.nest.code,
            name=row.nest.name,
            slug=row.nest.slug,
            creator=row.nest.creator,
            creator_name=row.nest.creator_name,
            is_main=row.nest.is_main,
            is_locked=bool(row.nest.setting("locked")),
            is_private=bool(row.nest.setting("is_private")),
            throttle=row.throttle,
            listeners=row.seen.listeners,
            queue_size=row.seen.queue_size,
            now_playing=row.seen.now_playing,
            idle_minutes=row.idle_minutes,
            created_at=row.nest.created_at,
        )
        for row in nests.nest_rows(found)
    ]


def describe_ban(ban: operations.Ban) -> BanTold:
    return BanTold(
        nest_id=ban.nest.nest_id,
        code=ban.nest.code,
        nest_name=ban.nest.name,
        person=Person.model_validate(ban.person),
        address=ban.address,
        by=Person.model_validate(ban.by),
        reason=ban.reason,
        at_ms=ban.at_ms,
    )
