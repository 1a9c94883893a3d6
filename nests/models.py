"""What outlives a nest."""

from django.db import models


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
        ordering = ("-ended_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.code}), {self.state.lower()}"
