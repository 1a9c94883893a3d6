"""What nests ask the player when they are built."""

from django.db.models import Count

from player.models import Play, Track
from player.providers import LinkedProvider, configured_providers

LIBRARY = "library:track:"


def genre_of(uri: str) -> str | None:
    """Of a track of the library; of others nobody here can say."""
    if not uri.startswith(LIBRARY):
        return None
    track = Track.objects.filter(pk=int(uri.removeprefix(LIBRARY))).first()
    return (track.genre or None) if track else None


def default_seed() -> str | None:
    """Where everybody hears our own, its most played track, or any if nothing has been played."""
    if any(isinstance(provider, LinkedProvider) for provider in configured_providers()):
        return None
    plays = Play.objects.filter(uri__startswith=LIBRARY).values("uri")
    favourite = plays.annotate(count=Count("id")).order_by("-count", "uri").first()
    if favourite is not None:
        return str(favourite["uri"])
    track = Track.objects.filter(available=True).order_by("id").first()
    return track.uri if track else None


def has_history(code: str) -> bool:
    return Play.objects.filter(nest_id=code).exists()
