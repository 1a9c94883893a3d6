"""What people paste: exact hosts and patterns; the id is taken and the address never asked."""

import re

NAME = "spotify"
KIND = r"(track|album|artist|playlist)"
ID = r"([0-9A-Za-z]{22})"
URI = re.compile(rf"spotify:{KIND}:{ID}", re.ASCII)
LINK = re.compile(
    rf"(?:https?://)?(?:open|play)\.spotify\.com/(?:intl-[a-z]{{2,5}}/)?(?:embed/)?{KIND}/{ID}"
    r"/?(?:[?#][^\s]{0,400})?",
    re.ASCII,
)


def parse_link(text: str) -> str | None:
    """`spotify:kind:id` of a link or URI of ours; None for everything else."""
    found = URI.fullmatch(text) or LINK.fullmatch(text)
    return f"{NAME}:{found[1]}:{found[2]}" if found else None


def parts(uri: str) -> tuple[str, str] | None:
    """(kind, id) of a URI exactly as we write it."""
    found = URI.fullmatch(uri)
    return (found[1], found[2]) if found else None
