"""Codes that one device shows and somebody types on another."""

import secrets

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # Without what looks alike.
LONGEST_TYPED = 40


def make_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normal_code(typed: str) -> str:
    """However it was typed: in small letters, with dashes or spaces."""
    return "".join(typed[:LONGEST_TYPED].upper().replace("-", "").split())
