"""Redis names about providers of tracks: limits, tokens and what they answered."""

from andre.core.keys.people import person_hash

SPOTIFY_RATE_LIMITED = "MISC|spotify-rate-limited"  # Concerns the whole server and stays.


def provider_limited(provider: str) -> str:
    """string, TTL: a provider wants to be left alone for so long."""
    return f"MISC|{provider}-rate-limited"


def provider_broken(provider: str) -> str:
    """string, TTL 30 s: a provider has failed too often to be asked just now."""
    return f"PROVIDER|{provider}|broken"


def provider_token(provider: str) -> str:
    """string, TTL: this server's own token for a provider."""
    return f"PROVIDER|{provider}|token"


def provider_lock(provider: str, what: str) -> str:
    """string, TTL 15 s: somebody renews this token already."""
    return f"PROVIDER|{provider}|lock|{what}"


def provider_cache(provider: str, digest: str) -> str:
    """string, TTL: what a provider answered, as JSON."""
    return f"PROVIDER|{provider}|cache|{digest}"


def provider_unreachable(provider: str, digest: str) -> str:
    """string, TTL 60 s: since when, in ms, the bytes of a track could not be fetched."""
    return f"PROVIDER|{provider}|unreachable|{digest}"


def provider_devices(provider: str, account: str) -> str:
    """string, TTL 30 s: ids of the devices an account was just seen to have, as JSON."""
    return f"PROVIDER|{provider}|devices|{person_hash(account)}"
