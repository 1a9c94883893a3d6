"""What a name is found by: its words, and how else people write them.

"AC/DC" is also "acdc", "Ke$ha" is "kesha"; what is not in Latin letters is also what it sounds like
in them. Where a script puts no space between words, every two neighbours in a row are a term, so
that the middle of a title is found as well as its beginning.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from anyascii import anyascii

from andre.core.text import without_invisible
from player.library.text_folding import (
    APOSTROPHES,
    LONGEST_WORD,
    chunks_of,
    is_letter,
    words,
    words_of,
)

# Han, Kana, Bopomofo, Yi, Hangul (its words are joined freely), Thai, Lao, Burmese, Khmer, the Tai
# scripts, Javanese.
SPACELESS = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u2fdf"
    "\u3005-\u3007\u3021-\u3029\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua000-\ua4cf\ua960-\ua9df\ua9e0-\ua9ff\uaa60-\uaa7f\ud7b0-\ud7ff\uf900-\ufaff"
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff]+)"
)
KANA = re.compile("[\u3040-\u30ff]{2,}")
LATER_IN_SYLLABLE = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")  # Vowels and ends of Hangul.
# Signs that stand for a letter, beside letters: Ke$ha, P!nk, A$AP.
LETTERS = str.maketrans({"$": "s", "€": "e", "¥": "y", "@": "a", "!": "i"})
LOOKALIKE = re.compile(r"(?<=[^\W\d])[$€¥@!](?=[^\W\d])|[$€¥@](?=[^\W\d])|(?<=[^\W\d])[$€¥]")
BRACKETS = "()[]{}<>«»„“”\"'"
SEPARATORS = frozenset("-–—|/\\~·•・:;,._*+&=")  # Between words they are no name.
LATIN_WORD = re.compile("[a-z0-9]+")


# Before the beginning of a whole name: characters that no term has.
ALBUM, ARTIST = "\ue000", "\ue001"
MARKS = (ALBUM, ARTIST)


class Asked(NamedTuple):
    """One thing somebody typed: its words, and what they may be when written as one."""

    words: list[str]
    joined: list[str]


@lru_cache(maxsize=20_000)
def terms_of(*names: str) -> str:
    """All that these names are found by in one line, beginning with the words of the first."""
    own = [word for name in names for word in words(name)]
    more = (term[:LONGEST_WORD] for name in names for term in respellings(name))
    known = {"", *own}
    return " ".join([*own, *(term for term in dict.fromkeys(more) if term not in known)])


def query_terms(query: str) -> list[Asked]:
    """Signs count where there is nothing else, or where they are no mere punctuation."""
    chunks = chunks_of(query)
    is_spoken = any(map(pronounce, chunks))
    found = [
        Asked(pieces_of(chunk), join_letters(chunk))
        if pronounce(chunk)
        else Asked(sign_in(chunk) if is_spoken else [chunk], [])
        for chunk in chunks
    ]
    return [asked for asked in found if asked.words]


@lru_cache(maxsize=20_000)
def line_of(name: str) -> str:
    """Its words and its signs in their order, to compare what was typed with."""
    chunks = chunks_of(name)
    spoken = [word for chunk in chunks for word in pronounce(chunk) or sign_in(chunk)]
    return " ".join(spoken or chunks)


def whole_name(mark: str, words: Iterable[str]) -> str:
    """The term by which an album or artist is found whose name begins with these words."""
    return mark + "_".join(words)[:LONGEST_WORD]


def respellings(name: str) -> Iterator[str]:
    chunks = chunks_of(name)
    if not any(map(pronounce, chunks)):
        yield "".join(chunks)
        return
    for chunk in chunks:
        if chunk.isascii() and chunk.isalnum() and chunk != "n":
            continue
        yield from sign_in(chunk)
        yield from join_letters(chunk)
        yield from words_of(chunk.replace("'", " "))
        yield from every_piece_of(chunk)
        if pronounce(chunk) == ["n"]:
            yield "and"  # Rock 'n' Roll
    yield from latin(name)


def pronounce(chunk: str) -> list[str]:
    return words_of(chunk.replace("'", ""))


def sign_in(chunk: str) -> list[str]:
    """The sign, or the few, that this is made of: ÷, but no dash."""
    sign = "" if pronounce(chunk) else chunk.strip(BRACKETS)
    return [] if not sign or sign in SEPARATORS else [sign]


def join_letters(chunk: str) -> list[str]:
    """The whole chunk as one word, if it has several or a sign that stands for a letter."""
    if chunk.isalnum():
        return []
    readings = [chunk, LOOKALIKE.sub(letter_of, chunk)]
    if "&" in chunk.strip("&"):
        readings += [chunk.replace("&", "n"), chunk.replace("&", "and")]
    words = ("".join(filter(is_letter, reading)) for reading in readings)
    return [word[:LONGEST_WORD] for word in dict.fromkeys(words) if pronounce(chunk) != [word]]


def is_spaceless(word: str) -> bool:
    return SPACELESS.match(word) is not None


def letter_of(sign: re.Match[str]) -> str:
    return sign.group().translate(LETTERS)


def pieces_of(chunk: str) -> list[str]:
    """The words of a chunk as they are looked for: runs without spaces by pairs of neighbours."""
    pieces: list[str] = []
    for word in pronounce(chunk):
        for part in filter(None, SPACELESS.split(word)):
            pieces += pairs(part) if SPACELESS.match(part) else [part[:LONGEST_WORD]]
    return pieces


def every_piece_of(chunk: str) -> Iterator[str]:
    """And as they are found: the last of a run begins no pair and stands alone."""
    if chunk.isascii():
        return
    yield from pieces_of(chunk)
    for word in pronounce(chunk):
        yield from (units(run)[-1] for run in SPACELESS.findall(word))


def pairs(run: str) -> list[str]:
    written = units(run)
    return [one + other for one, other in pairwise(written)] or [run]


def units(run: str) -> list[str]:
    """What is written as one: a letter with its marks, a syllable of Hangul."""
    found: list[str] = []
    for letter in run:
        if found and (unicodedata.category(letter)[0] == "M" or LATER_IN_SYLLABLE.match(letter)):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def latin(name: str) -> Iterator[str]:
    """How what is not in Latin letters sounds in them, about."""
    if name.isascii():
        return
    composed = unicodedata.normalize("NFC", without_invisible(name)).translate(APOSTROPHES)
    for chunk in composed.replace("'", "").split():
        spoken = "".join(letter if is_letter(letter) else " " for letter in chunk)
        readings = [*spoken.split(), "".join(spoken.split()), *KANA.findall(spoken)]
        for reading in readings:
            if not reading.isascii():
                yield "".join(LATIN_WORD.findall(anyascii(reading).lower()))
