"""Where tracks come from: a folder for each kind, and the table.

A URI begins with its provider's name: `library:track:7`.
"""

from andre.errors import Refusal
from andre.protocol.shapes import Track
from player.providers.base import PAGE_SIZE, Provider, ProviderError
from player.providers.library import Library

__all__ = ["PAGE_SIZE", "PROVIDERS", "Provider", "ProviderError", "expand", "lookup", "provider_of"]

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in (Library(),)}


def provider_of(uri: str) -> Provider:
    """Raises Refusal `unknown_provider`."""
    name = uri.partition(":")[0]
    if name not in PROVIDERS:
        raise Refusal("unknown_provider", "No provider here knows this address.")
    return PROVIDERS[name]


def lookup(uri: str) -> Track:
    """Raises Refusal `unknown_provider` or `track_not_found`."""
    return provider_of(uri).lookup(uri)


def expand(uri: str) -> list[Track]:
    """The tracks of an album, playlist or artist, in their order; of a track, itself."""
    return provider_of(uri).expand(uri)
