"""Codes of nests: five characters that nobody confuses when they are read aloud."""

from random import Random

from andre.core.conf import conf

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # No 0 O 1 I L.


def roll(rng: Random) -> str:
    return "".join(rng.choices(ALPHABET, k=conf().nest_code_length))
