"""Addresses of what a music server has: `subsonic:track:id`, by the server's own ids."""

import re

NAME = "subsonic"
# Numbers, UUIDs, hashes or "tr-12", each server's own way; never a path.
ID = re.compile(r"[0-9A-Za-z_][0-9A-Za-z._~-]{0,127}", re.ASCII)
URI = re.compile(rf"{NAME}:(track|album|artist):({ID.pattern})", re.ASCII)


def parts(uri: str) -> tuple[str, str] | None:
    """(kind, id) of a URI exactly as we write it."""
    found = URI.fullmatch(uri)
    return (found[1], found[2]) if found else None


def uri_of(kind: str, name: object) -> str | None:
    """None for an id that we could not write."""
    uri = f"{NAME}:{kind}:{name}"
    return uri if parts(uri) else None
