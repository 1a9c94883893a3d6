"""A source that somebody has chosen by provider, kind and id: whether it can be played here."""

from andre.core.errors import Refusal
from player import providers
from player.providers import TrackSource

GONE = {"track_not_found", "track_unplayable"}


def find_available(provider: str, kind: str, external_id: str) -> TrackSource:
    """The source as its provider knows it, which has it now; what is found so is not asked twice.

    Raises Refusal `unknown_provider` or `track_unavailable`, or ProviderError.
    """
    uri = f"{provider}:{kind}:{external_id}"
    found = providers.provider_of(uri)
    source = providers.find_source(uri)
    if source is None:
        raise unavailable(f"{found.title} has nothing of this kind and id.")
    try:
        found.expand(uri)
    except Refusal as refusal:
        if refusal.code not in GONE:
            raise
        raise unavailable(refusal.message) from refusal
    return source


def unavailable(sentence: str) -> Refusal:
    return Refusal("track_unavailable", sentence)
