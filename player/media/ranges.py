"""Which part of a file a request asks for (RFC 9110)."""

import re
from dataclasses import dataclass

# More digits than any file has bytes are no range but a joke.
RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """Part of a file, both ends included, as RFC 9110 counts."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class NotThere(Exception):
    """A range that lies beyond the file."""


def span_of(header: str | None, size: int) -> Span | None:
    """The one range asked for; None for the whole file. Raises NotThere.

    What cannot be understood, and several ranges at once, count as not asked.
    """
    found = RANGE.fullmatch(header) if header else None
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        return suffix(int(found[2]), size)
    first = int(found[1])
    last = int(found[2]) if found[2] else size - 1
    if found[2] and last < first:
        return None
    if first >= size:
        raise NotThere
    return Span(first, min(last, size - 1))


def suffix(length: int, size: int) -> Span | None:
    """Raises NotThere."""
    if length == 0:
        raise NotThere
    return Span(max(0, size - length), size - 1) if size else None
