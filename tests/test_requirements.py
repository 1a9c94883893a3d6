"""docs/requirements.md and the tests name the same promises."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FAMILY = r"(?:SP|[NQPTVCRIBFLGXH])\d{1,2}a?|[SKU]-\d+\.\d+|A[123]"
LINE = re.compile(rf"^\| ({FAMILY}) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(rf"\b({FAMILY})(?![\w-])")
NOT_BY_TESTS = ("*later*", "*bench*")

PROMISES = dict(LINE.findall((ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")))


def named_by_tests() -> set[str]:
    found = set()
    for path in [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tests" / "js").rglob("*.js")]:
        for comment in re.findall(r"(?:#|//|\"\"\")\s*(.*)", path.read_text(encoding="utf-8")):
            found |= set(NAMED.findall(comment))
    return found


NAMES = named_by_tests()


@pytest.mark.parametrize("promise", sorted(PROMISES))
def test_every_promise_has_a_test_that_names_it(promise):
    if PROMISES[promise].endswith(NOT_BY_TESTS):
        return
    assert promise in NAMES, f"{promise}: {PROMISES[promise]}"


@pytest.mark.parametrize("promise", sorted(PROMISES))
def test_what_is_open_has_no_test_yet(promise):
    """Else the line is kept, at least in part, and says so."""
    if PROMISES[promise].endswith("*later*"):
        assert promise not in NAMES, f"{promise} has a test: is it open still?"


def test_the_page_knows_every_family_of_promises():
    families = {re.match(r"[A-Z]+", promise)[0] for promise in PROMISES}

    assert families == set("NQPTVCRIBFSKULGXHA") | {"SP"}


def test_no_test_names_a_promise_that_nobody_made():
    known = set(PROMISES)
    assert {name for name in NAMES if name not in known} == set()
