"""Roles in the house, rising. Rights in a nest are another matter, but for the owner's."""

from django.db import models


class Role(models.TextChoices):
    """Each may what the one before may."""

    GUEST = "guest"  # Has a pass for one nest, and no account.
    VIEWER = "viewer"
    OPERATOR = "operator"
    RESEARCHER = "researcher"
    OWNER = "owner"  # At home: who has pressed the owner's link. A creator in every nest.
    ADMIN = "admin"


# What a program's key may be given; the others are proved in a browser.
KEY_ROLES = tuple(role for role in Role if role not in (Role.GUEST, Role.OWNER))
RANK: dict[str, int] = {role.value: rank for rank, role in enumerate(Role, start=1)}


def reaches(role: str, needed: str) -> bool:
    """Whether `role` suffices where `needed` is asked for; a word that is no role denies."""
    return role in RANK and needed in RANK and RANK[role] >= RANK[needed]
