"""What people paste: exact hosts and patterns; the id is taken and the address never asked."""

import re
from urllib.parse import parse_qs, urlsplit

NAME = "youtube"
URI = re.compile(rf"{NAME}:video:([0-9A-Za-z_-]{{11}})", re.ASCII)
ID = re.compile(r"[0-9A-Za-z_-]{11}", re.ASCII)
HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"})
SHORT = "youtu.be"
PATH = re.compile(r"/(?:embed|shorts|live|v)/([^/]+)/?")


def parse_link(text: str) -> str | None:
    """`youtube:video:id` of a link or URI of ours; None for everything else."""
    if URI.fullmatch(text):
        return text
    found = id_in(text if "://" in text else f"https://{text}")
    return f"{NAME}:video:{found}" if found and ID.fullmatch(found) else None


def id_in(link: str) -> str | None:
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or port is not None or "@" in parts.netloc:
        return None
    if parts.netloc == SHORT:
        return parts.path.strip("/")
    if parts.netloc not in HOSTS:
        return None
    if parts.path == "/watch":
        return parse_qs(parts.query).get("v", [""])[0]
    found = PATH.fullmatch(parts.path)
    return found[1] if found else None


def id_of(uri: str) -> str | None:
    found = URI.fullmatch(uri)
    return found[1] if found else None
