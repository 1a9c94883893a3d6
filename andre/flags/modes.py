"""Which songs a caller may have picked for them: clean ones, explicit ones as well, or none."""

from andre.accounts.roles import Role, reaches
from andre.flags import flags

CLEAN, EXPLICIT = "clean", "explicit"


def list_modes(role: str, *, explicit_allowed: bool) -> list[str]:
    """`explicit_allowed` is what the caller's key says; a session is not bounded by one."""
    if not reaches(role, Role.OPERATOR):
        return []
    is_explicit = (
        explicit_allowed and reaches(role, Role.RESEARCHER) and flags.allows("explicit_mode", role)
    )
    return [CLEAN, EXPLICIT] if is_explicit else [CLEAN]
