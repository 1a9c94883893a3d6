"""What outlives a nest, and what operators choose for nests to come."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

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


class Invitation(models.Model):
    """The one invitation of a nest: who has its token comes in as a guest."""

    nest_id = models.CharField(max_length=12, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    sealed_token = models.TextField(help_text="encrypted; the share dialog shows it again")
    created_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)
    most_guests = models.PositiveIntegerField()
    asks_first = models.BooleanField(default=False, help_text="new guests wait to be let in")

    def __str__(self) -> str:
        return f"invitation of {self.nest_id}"


class GuestArrival(models.Model):
    """One browser that came by an invitation: waits, is in, or was sent out and stays out.

    `key` is what that browser keeps in a cookie, and stands before the @ of its guest's address.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        LET_IN = "let_in"  # Allowed, and has not come in yet.
        CAME_IN = "came_in"
        REFUSED = "refused"

    key = models.CharField(max_length=20, unique=True)
    nest_id = models.CharField(max_length=12, db_index=True)
    name = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State.choices)
    arrived_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-arrived_at"]

    def __str__(self) -> str:
        return f"{self.name} at {self.nest_id}, {self.state}"


class Device(models.Model):
    """What somebody listens with. Two people may have one of the same `device_id`."""

    owner = models.EmailField(max_length=254)
    device_id = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    platform = models.CharField(max_length=40, blank=True)
    last_seen = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "device_id"], name="one_device_per_id")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.owner}"


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
