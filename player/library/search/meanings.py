"""What may be meant by what somebody typed, the likeliest first.

A meaning has an entry for everything that has to be found, each with the words that will do.
"""

import re
from collections.abc import Iterator
from itertools import chain, combinations, groupby, islice, product

from rapidfuzz.distance import DamerauLevenshtein

from player.library.search.indexes import index
from player.library.terms import Asked, is_spaceless, query_terms
from player.models import Word

Meaning = list[list[str]]

MOST_WORDS = 8
MOST_ENTRIES = 16  # A line of Japanese is one word of many entries.
MOST_JOINED = 4
MOST_CORRECTED = 4  # Among more words a wrong one is sooner left out than put right.
MOST_CORRECTIONS = 6
SHORTEST_CORRECTED = 3  # letters; a typo in fewer could be anything
SHORT_WORD = 4  # letters; up to here only one slip is put right
MOST_BEGINNING_ALIKE = 2_000
MOST_SPLIT = 4
MOST_TOGETHER, MOST_PARTS = 6, 12  # Bounds for what eight common words could cost.
# What people type beside a name, because the place they have it from says so.
ASIDES = frozenset(
    "audio by clip explicit feat featuring from ft full hd hq lyric lyrics mv official remaster "
    "remastered song version video visualiser visualizer with".split()
)

YEAR = re.compile("(?:19|20)[0-9]{2}")


def meanings(query: str) -> Iterator[list[Meaning]]:
    """Levels of meanings alike in likelihood; where one finds anything, the next are not needed.

    As typed; written as one word or as several; with unknown words as slips of the fingers; without
    what stood beside the name; with known words as slips, too; and in the end with as few words
    left out as possible.
    """
    typed = entries(query_terms(query)[:MOST_WORDS])
    if not typed:
        return
    beginnings = index().which_begin_words([*chain(*typed), *join_neighbours(typed)])
    known = [not beginnings.isdisjoint(entry) for entry in typed]
    if all(known):
        yield [typed]
    yield respell(typed, known, beginnings)
    likely = [
        entry if fine or is_aside(entry) else correct_spelling(entry[0]) or entry
        for entry, fine in zip(typed, known, strict=True)
    ]
    if not all(known):
        yield [likely]
    named = without_asides(likely)
    if named != likely:
        yield [named]
    if len(named) <= MOST_CORRECTED:
        wider = [[*entry, *similar_words(entry)] for entry in named]
        if wider != named:
            yield [wider]
    unknown = [entry for entry, fine in zip(typed, known, strict=True) if not fine]
    yield from with_fewer([entry for entry in named if entry not in unknown])


def entries(asked: list[Asked]) -> Meaning:
    """AC/DC is looked for as acdc, if there is anything of that name, and else as its two words."""
    joined = index().which_begin_words([word for each in asked for word in each.joined])
    found: Meaning = []
    for each in asked:
        known = [word for word in each.joined if word in joined]
        found += [known] if known else [[word] for word in each.words]
    return found[:MOST_ENTRIES]


def join_neighbours(typed: Meaning) -> dict[str, slice]:
    """What neighbours make when written as one word, and which of them."""
    return {
        "".join(entry[0] for entry in typed[start : start + length]): slice(start, start + length)
        for length in range(2, min(MOST_JOINED, len(typed)) + 1)
        for start in range(len(typed) - length + 1)
    }


def respell(typed: Meaning, known: list[bool], beginnings: set[str]) -> list[Meaning]:
    """With neighbours written as one, or with unknown words written as two."""
    found = [
        [*typed[: part.start], [word], *typed[part.stop :]]
        for word, part in join_neighbours(typed).items()
        if word in beginnings
    ]
    if not all(known):
        halves = [
            [[entry]] if fine else in_two(entry) for entry, fine in zip(typed, known, strict=True)
        ]
        found += [list(chain(*choice)) for choice in islice(product(*halves), MOST_SPLIT)]
    return found


def in_two(entry: list[str]) -> list[Meaning]:
    """Both halves are words of the catalogue; two of about the same length are the likeliest."""
    word = entry[0]
    cuts = sorted(range(1, len(word)), key=lambda at: abs(at - len(word) / 2))
    halves = {at: (word[:at], word[at:]) for at in cuts}
    words = Word.objects.filter(text__in=chain(*halves.values()))
    known = set(words.values_list("text", flat=True))
    return [[[half] for half in halves[at]] for at in cuts if known.issuperset(halves[at])]


def correct_spelling(word: str) -> list[str]:
    """Words of the catalogue that are one slip (in long words two) from one it does not have."""
    if not is_correctable(word):
        return []
    return nearest(word, index().words_like(word))


def similar_words(entry: list[str]) -> list[str]:
    """Words that somebody may have meant who typed a known one.

    Only those that begin alike are looked at: nearly all slips come later in a word, and a look at
    every word that shares letters costs ten times as much.
    """
    word = entry[0]
    if not is_correctable(word):
        return []
    beginning = word[: 2 if len(word) <= SHORT_WORD else 3]
    others = index().words_beginning(beginning, MOST_BEGINNING_ALIKE)
    return nearest(word, [other for other in others if not other.startswith(tuple(entry))])


def is_correctable(word: str) -> bool:
    return len(word) >= SHORTEST_CORRECTED and not is_spaceless(word)


def nearest(word: str, others: list[str]) -> list[str]:
    slips = 1 if len(word) <= SHORT_WORD else 2
    near = [(slips_between(word, other, slips), other) for other in others]
    return [other for far, other in sorted(near) if far <= slips][:MOST_CORRECTIONS]


def slips_between(typed: str, word: str, most: int) -> int:
    """Exchanged neighbours count once. The word may go on: people type beginnings."""
    begun = word[: len(typed) + 1]
    return min(
        DamerauLevenshtein.distance(typed, other, score_cutoff=most)
        for other in (word, begun, begun[:-1])
    )


def without_asides(meant: Meaning) -> Meaning:
    """A year goes with them: "remastered 2009". A name made of nothing else stays."""
    named = [entry for entry in meant if not is_aside(entry)]
    if len(named) < len(meant):
        named = [entry for entry in named if not YEAR.fullmatch(entry[0])]
    return named or meant


def is_aside(entry: list[str]) -> bool:
    return not ASIDES.isdisjoint(entry)


def with_fewer(known: Meaning) -> Iterator[list[Meaning]]:
    """Parts of it, the one with the most letters first: long words say more than many.

    A part can be found only if any two of its words are found together, so most need no look.
    """
    longest = sorted(known, key=lambda entry: -len(entry[0]))[:MOST_TOGETHER]
    there = [entry for entry in known if entry in longest]
    together = {
        pair
        for pair in combinations(range(len(there)), 2)
        if index().with_words([there[i] for i in pair], 1)
    }
    parts = [
        [there[i] for i in part]
        for size in range(len(there), 0, -1)
        for part in combinations(range(len(there)), size)
        if together.issuperset(combinations(part, 2))
    ]
    likeliest = sorted(filter(says_enough, parts), key=letters_of, reverse=True)[:MOST_PARTS]
    yield from (list(level) for _, level in groupby(likeliest, key=letters_of))


def letters_of(part: Meaning) -> int:
    return sum(len(entry[0]) for entry in part)


def says_enough(part: Meaning) -> bool:
    """One or two Latin letters begin some word of almost everything."""
    return letters_of(part) >= SHORTEST_CORRECTED or not part[0][0].isascii()
