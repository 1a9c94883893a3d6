"""Names of nests and the addresses made from them."""

import re
import unicodedata

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.text import clean_text

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,238}[a-z0-9])?")  # What a slug or vanity code may be.
# First segments of our own routes, and words that people would take for one.
RESERVED = frozenset(
    "accounts admin api assets auth billing dev events favicon health healthz history join link "
    "lobby login main manifest manifest.webmanifest me media metrics nest nests offline owner "
    "privacy public readyz second-factor sign-in sign-out signup socket static status sw sw.js "
    "terms".split()
)


def clean_name(name: str | None) -> str:
    """As it will be shown; empty if there is nothing to see. Raises Refusal if too long."""
    found = clean_text(name or "")
    if len(found) > conf().nest_vanity_max_len:
        raise Refusal(
            "validation_error",
            f"A nest's name has at most {conf().nest_vanity_max_len} characters.",
        )
    return found


def slug_of(name: str) -> str:
    """Lower case, every run of other characters one hyphen; empty if nothing usable remains."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def number_slug(slug: str, attempt: int) -> str:
    """friday-vibes, friday-vibes-2, friday-vibes-3 …"""
    return slug if attempt == 1 else f"{slug}-{attempt}"
