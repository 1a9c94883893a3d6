"""What outlives a nest, and what operators choose for nests to come."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from nests.registry.themes import THEMED_NAMES


class NestTombstone(models.Model):
    """Terminal means terminal: an ended nest's code is never given out again."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=200)
    state = models.CharField(
        max_length=16, choices=[("EXPIRED", "expired"), ("DELETED", "deleted")]
    )
    reason = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-ended_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code}), {self.state.lower()}"


def theme_choices() -> list[tuple[str, str]]:
    return [(themed.name, themed.name) for themed in THEMED_NAMES]


class NameSeed(models.Model):
    """Another track than the table's for nests with a themed name to begin from."""

    name = models.CharField(max_length=40, unique=True, choices=theme_choices)
    seed_uri = models.CharField(
        max_length=300,
        validators=[RegexValidator(r"^(?:spotify:track:[A-Za-z0-9]{22}|library:track:[1-9]\d*)$")],
        help_text="spotify:track:… or library:track:…",
    )
    genre = models.CharField(max_length=100)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.seed_uri}"
