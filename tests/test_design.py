"""docs/design.md and the tokens are the same language."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOKEN = re.compile(r"(--[a-z]+(?:-[a-z0-9]+)*)")
MADE_BY_SCRIPTS = {"--hue", "--placeholder-hue"}  # Set on an element, by what it shows.

TOKENS = set(
    re.findall(r"^\s*(?:@property )?(--[\w-]+)", (ROOT / "static/css/tokens.css").read_text(), re.M)
)
NAMED = set(TOKEN.findall((ROOT / "docs/design.md").read_text()))


def test_every_token_the_design_names_is_there():
    unknown = NAMED - TOKENS

    assert unknown == set()


def test_the_design_names_every_token_there_is():
    untold = TOKENS - NAMED - MADE_BY_SCRIPTS

    assert untold == set()


def test_no_colour_is_spelled_outside_the_tokens():
    spelled = {
        f"{path.name}: {found}"
        for path in (ROOT / "static/css").rglob("*.css")
        if path.name != "tokens.css"
        for found in re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\([^)]*\)", path.read_text())
    }

    assert spelled == set()
