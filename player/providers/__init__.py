"""Where tracks come from: a folder for each kind, and the table.

A URI begins with its provider's name: `library:track:7`.
"""

from dataclasses import replace

from andre.core.conf import CATALOGUES, conf
from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.providers.base import PAGE_SIZE, Kind, Provider, ProviderError
from player.providers.library import Library
from player.providers.linked import LinkedProvider
from player.providers.servers import SERVERS
from player.providers.source import Embedding, TrackSource
from player.providers.spotify import Spotify
from player.providers.youtube import YouTube

__all__ = [
    "PAGE_SIZE",
    "PROVIDERS",
    "Embedding",
    "Kind",
    "LinkedProvider",
    "Provider",
    "ProviderError",
    "TrackSource",
    "configured_providers",
    "embed_url",
    "expand",
    "find_source",
    "linked_provider",
    "lookup",
    "own_player",
    "provider_of",
    "providers_of_catalogue",
    "sources",
    "titles",
]

IN_ORDER: tuple[Provider, ...] = (Library(), *SERVERS.values(), Spotify(), YouTube())
PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in IN_ORDER}


def configured_providers() -> list[Provider]:
    """What this server has set up, in the table's order."""
    return [provider for provider in PROVIDERS.values() if provider.is_configured]


def titles() -> dict[str, str]:
    """What people call each of those this server has set up."""
    return {provider.name: provider.title for provider in configured_providers()}


def providers_of_catalogue(catalogue: str | None) -> list[Provider]:
    """Whose tracks a nest of this catalogue takes; None: any."""
    if catalogue is None or conf().andre_mix_catalogues:
        return configured_providers()
    taken = next((names for name, names in CATALOGUES.items() if name == catalogue), ())
    return [provider for provider in configured_providers() if provider.name in taken]


def sources() -> dict[str, list[str]]:
    """What pages have to let in to show and play all that is offered, each origin once."""
    found: dict[str, list[str]] = {}
    for provider in configured_providers():
        for directive, origins in provider.sources().items():
            found.setdefault(directive, []).extend(origins)
    return {directive: list(dict.fromkeys(origins)) for directive, origins in found.items()}


def own_player() -> dict[str, str] | None:
    """What a page needs to be a player of a listener's own account."""
    for provider in configured_providers():
        if isinstance(provider, LinkedProvider):
            return {"provider": provider.name, "sdk": provider.sdk}
    return None


def provider_of(uri: str) -> Provider:
    """Raises Refusal `unknown_provider`."""
    provider = PROVIDERS.get(uri.partition(":")[0])
    if provider is None or not provider.is_configured:
        raise Refusal("unknown_provider", "No provider here knows this address.")
    return provider


def linked_provider(name: str) -> LinkedProvider:
    """The provider, played on accounts of people's own, of this name. Raises Refusal."""
    provider = PROVIDERS.get(name)
    if not isinstance(provider, LinkedProvider) or not provider.is_configured:
        raise Refusal("unknown_provider", "No service here has accounts by this name.")
    return provider


def find_source(uri: str, disc: int | None = None, part: int | None = None) -> TrackSource | None:
    """What a URI names here, as a value; None where no provider knows it. Asks nobody."""
    provider = PROVIDERS.get(uri.partition(":")[0])
    found = provider.source_of(uri) if provider and provider.is_configured else None
    return found and replace(found, disc=disc, part=part)


def embed_url(source: TrackSource, how: Embedding) -> str | None:
    """A player's page for a frame; None for what has none. Asks nobody.

    Raises Refusal `unknown_provider`, or `validation_error` for an item without its numbers.
    """
    return provider_of(source.uri).embed_url(source, how)


def lookup(uri: str) -> Track:
    """Raises Refusal `unknown_provider` or `track_not_found`."""
    return provider_of(uri).lookup(uri)


def expand(uri: str) -> list[Track]:
    """The tracks of an album, playlist or artist, in their order; of a track, itself."""
    return provider_of(uri).expand(uri)
