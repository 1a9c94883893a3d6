"""What a role may: `permission_classes = [at_least("operator")]`."""

import structlog
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from andre.accounts.identity import Identity
from andre.accounts.roles import reaches
from andre.core.errors import Refusal

log = structlog.get_logger(__name__)


class AtLeast(BasePermission):
    needed: str

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises Refusal `forbidden` for a caller whose role is too low."""
        seat = request.user
        if not isinstance(seat, Identity):
            return False
        if not reaches(seat.role, self.needed):
            log.warning("auth_denied", role=seat.role, required=self.needed, endpoint=request.path)
            sentence = f"This needs the role {self.needed}, and yours is {seat.role}."
            raise Refusal("forbidden", sentence, role=seat.role, required_role=self.needed)
        return True


def at_least(needed: str) -> type[AtLeast]:
    return type("AtLeast", (AtLeast,), {"needed": needed})
