"""docs/requirements.md and the tests name the same promises."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"^\| ((?:SP|[NQPTVCRIBF])\d+a?) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"\b((?:SP|[NQPTVCRIBF])\d{1,2}a?)\b")
NOT_BY_TESTS = ("*later*", "*bench*")

PROMISES = dict(LINE.findall((ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")))


def named_by_tests() -> set[str]:
    found = set()
    for path in [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tests" / "js").glob("*.js")]:
        for comment in re.findall(r"(?:#|//|\"\"\")\s*(.*)", path.read_text(encoding="utf-8")):
            found |= set(NAMED.findall(comment))
    return found


NAMES = named_by_tests()


@pytest.mark.parametrize("promise", sorted(PROMISES))
def test_every_promise_has_a_test_that_names_it(promise):
    if PROMISES[promise].endswith(NOT_BY_TESTS):
        return
    assert promise in NAMES, f"{promise}: {PROMISES[promise]}"


def test_no_test_names_a_promise_that_nobody_made():
    known = set(PROMISES)
    assert {name for name in NAMES if name not in known} == set()
