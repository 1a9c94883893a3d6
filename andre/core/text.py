"""Text that people, files and other services bring: what of it is kept, and whether it can be seen.

Every name, title, comment and parameter passes here. What is taken out is a short list, not what
some table of Unicode calls printable: joiners hold words and emoji together, and a character that
this Python has not heard of yet is still somebody's.
"""

import re

# Never part of a text: controls, halves of surrogate pairs, and the marks that turn round what
# comes after them, on the page far beyond the text itself (Trojan Source, CVE-2021-42574).
REMOVED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

# Alone they are nothing to look at. First Unicode's Default_Ignorable_Code_Point (17.0,
# DerivedCoreProperties.txt), then blanks that belong to a script, then what never is a character.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\u2800\ufff9-\ufffb\U00013441\U00013442\U0001d159"
    "\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | end) for plane in range(17) for end in (65534, 65535))
)
VISIBLE = re.compile(f"[^\\s{INVISIBLE}]")
IGNORABLE = re.compile(f"[{INVISIBLE}]")


def clean_text(text: str, longest: int | None = None) -> str:
    """One line of at most `longest` characters; empty if nobody could see any of it."""
    # White space first: a tabulator is a control too, but it stands between words.
    line = " ".join(REMOVED.sub("", " ".join(text.split())).split())[:longest].rstrip()
    return line if has_visible_character(line) else ""


def has_visible_character(text: str) -> bool:
    return VISIBLE.search(REMOVED.sub("", text)) is not None


def without_invisible(text: str) -> str:
    """For comparing: soft hyphens, joiners and variation selectors say nothing about a word."""
    return IGNORABLE.sub("", text)
