"""What a role may: `permission_classes = [at_least("operator")]`."""

import structlog
from django.contrib.auth import get_user
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from andre.accounts.authentication import credential_of
from andre.accounts.identity import Identity
from andre.accounts.operators import is_operator
from andre.accounts.roles import Role, reaches
from andre.accounts.second_factor import is_second_factor_given
from andre.audit import trail
from andre.audit.models import Action
from andre.core.conf import conf
from andre.core.errors import Refusal

NO_OPERATOR = "Only the operators of this server may do this."

log = structlog.get_logger(__name__)


class AtLeast(BasePermission):
    needed: str

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises Refusal `forbidden` for a caller whose role is too low."""
        seat = request.user
        if not isinstance(seat, Identity):
            return False
        if not reaches(seat.role, self.needed):
            record_denial(request, seat, self.needed)
            sentence = f"This needs the role {self.needed}, and yours is {seat.role}."
            raise Refusal("forbidden", sentence, role=seat.role, required_role=self.needed)
        return True


class OperatorWithSecondFactor(BasePermission):
    """K-10.1: an admin by a source of A1, in a browser's session that has the second factor."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises Refusal `forbidden` or `mfa_required`."""
        seat = request.user
        if not isinstance(seat, Identity):
            return False
        try:
            require_operator(request, seat)
        except Refusal as refusal:
            record_denial(request, seat, Role.ADMIN, refusal.code)
            raise
        return True


def require_operator(request: Request, seat: Identity) -> None:
    """Raises Refusal `forbidden` or `mfa_required`."""
    is_owner = conf().is_home and seat.role == Role.OWNER
    if not is_owner and not reaches(seat.role, Role.ADMIN):
        raise Refusal("forbidden", NO_OPERATOR, role=seat.role, required_role=Role.ADMIN.value)
    if credential_of(request).kind != "session":
        raise Refusal("mfa_required", "No key and no token has a second factor; use a session.")
    user = get_user(request._request)  # As the session has it: the framework has put `seat` there.
    if not is_operator(user):
        raise Refusal("forbidden", NO_OPERATOR)
    if not is_second_factor_given(request._request, user):
        raise Refusal("mfa_required", "Give your second factor first: open /admin/.")


def record_denial(
    request: Request, seat: Identity, needed: str, outcome: str = "forbidden"
) -> None:
    log.warning("auth_denied", role=seat.role, required=needed, endpoint=request.path)
    credential = credential_of(request)
    trail.record_refusal(
        Action.AUTH_DENIED,
        seat.email,
        outcome,
        actor=seat.email,
        credential=credential.kind,
        subject=credential.budget[0][:8] if credential.budget else "",
        details={
            "role": seat.role,
            "required_role": str(needed),
            "endpoint": request.path,
        },
    )


def at_least(needed: str) -> type[AtLeast]:
    return type("AtLeast", (AtLeast,), {"needed": needed})
