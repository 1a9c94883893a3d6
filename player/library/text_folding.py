"""Text as the index knows it: without case, accents or punctuation."""

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256

from andre.core.text import without_invisible

# Letters that Unicode does not take apart.
PLAIN = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})
# Marks that a word is the same without: accents, Hebrew points, Arabic vowels. Marks that are
# letters of their script stay (the vowels of Thai and Hindi, the voice of Kana).
ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛`´ʼʻ′＇", "'"))
AND = frozenset("&＆+")
PLAIN_WORD = re.compile("[a-z0-9]+")
LONGEST_WORD = 60


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """ "Beyoncé: Don't!" becomes "beyonce dont"; a name of signs alone stays as it is."""
    chunks = chunks_of(text)
    spoken = [word for chunk in chunks for word in words_of(chunk.replace("'", ""))]
    return " ".join(spoken or chunks)


def words(text: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in fold(text).split()]


def sort_key(*names: str) -> str:
    """One short name for an artist, or an artist's album, however it is written."""
    return sha256("\n".join(fold(name) or name for name in names).encode()).hexdigest()[:16]


def chunks_of(text: str) -> list[str]:
    """What stands between spaces, with its punctuation, but without case and accents."""
    chunks = plain(text).split()
    if len(chunks) > 1:
        return ["and" if chunk in AND else chunk for chunk in chunks]
    return chunks


def words_of(chunk: str) -> list[str]:
    """The words of one chunk: "ac/dc" has two, "r&b" three, "!!!" none."""
    if chunk.isascii():
        return PLAIN_WORD.findall(chunk.strip("&").replace("&", " and "))
    return "".join(letter if is_letter(letter) else " " for letter in chunk).split()


def plain(text: str) -> str:
    if text.isascii():
        return text.lower().replace("`", "'")
    # Taken apart twice: some letters have their small form only after the first time.
    apart = unicodedata.normalize("NFKD", text.translate(APOSTROPHES)).casefold()
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", apart))
    return without_invisible(bare.translate(PLAIN))


@lru_cache(maxsize=20_000)
def is_letter(character: str) -> bool:
    """Letters, digits, and the marks that belong to them."""
    if character.isalnum() or unicodedata.category(character)[0] == "M":
        return True
    return 0x20000 <= ord(character) < 0x40000  # Han, younger than this Python's tables, too.
