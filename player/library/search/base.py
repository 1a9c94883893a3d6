"""What an index can do, whichever database it is part of."""

from collections.abc import Iterable
from typing import Protocol

# Raise it with everything that changes what terms.py makes of a name or how an index is built: the
# next migrate or scan then makes all of it anew. Its objects bear this number.
VERSION = 2


class Index(Protocol):
    def is_installed(self) -> bool:
        """Whether all of it is there, as this version makes it."""
        ...

    def remove(self) -> None:
        """Take away all of it, of whichever version."""
        ...

    def install(self) -> None:
        """Make what the models do not describe, from the rows there are."""
        ...

    def which_begin_words(self, beginnings: Iterable[str]) -> set[str]:
        """Those with which any word of the catalogue begins, in one query."""
        ...

    def words_like(self, word: str) -> list[str]:
        """Words that share enough letter triples with this one, most alike first."""
        ...

    def words_beginning(self, beginning: str, limit: int) -> list[str]:
        """Words of the catalogue that begin so, in no order."""
        ...

    def starting_with(self, text: str, limit: int) -> list[int]:
        """Tracks whose title begins with these words, the last of them perhaps unfinished."""
        ...

    def with_words(self, meant: list[list[str]], limit: int) -> list[int]:
        """Tracks that have, for every entry of `meant`, a word beginning like one of it."""
        ...
