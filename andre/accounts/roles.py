"""Roles in the house, rising. Rights in a nest are another matter."""

from django.db import models


class Role(models.TextChoices):
    """Each may what the one before may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    RESEARCHER = "researcher"
    ADMIN = "admin"


RANK: dict[str, int] = {role.value: rank for rank, role in enumerate(Role, start=1)}


def reaches(role: str, needed: str) -> bool:
    """Whether `role` suffices where `needed` is asked for; a word that is no role denies."""
    return role in RANK and needed in RANK and RANK[role] >= RANK[needed]
