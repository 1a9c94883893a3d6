"""The services that a listener may connect, by name."""

from andre.core.errors import Refusal
from player.scrobbling.services.base import ScrobbleService
from player.scrobbling.services.lastfm import LastFm
from player.scrobbling.services.listenbrainz import ListenBrainz

SERVICES: dict[str, ScrobbleService] = {
    service.name: service for service in (ListenBrainz(), LastFm())
}


def configured_services() -> list[ScrobbleService]:
    return [service for service in SERVICES.values() if service.is_configured]


def find_service(name: str) -> ScrobbleService:
    """Raises Refusal `not_found`."""
    service = SERVICES.get(name)
    if service is None or not service.is_configured:
        raise Refusal("not_found", "There is no such service here.")
    return service
