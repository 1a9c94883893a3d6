"""Text as the index knows it: without case, accents or punctuation."""

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256

# Letters that Unicode does not take apart.
PLAIN = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})
APOSTROPHES = re.compile("['’`´ʼ]")
LONGEST_WORD = 60


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """ "Beyoncé: Don't!" becomes "beyonce dont"."""
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(PLAIN)
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", APOSTROPHES.sub("", bare)))


def words(text: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in fold(text).split()]


def key_of(*names: str) -> str:
    """One short name for an artist, or an artist's album, however it is written."""
    return sha256("\n".join(fold(name) or name for name in names).encode()).hexdigest()[:16]
