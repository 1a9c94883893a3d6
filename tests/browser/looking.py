"""One view seen as everybody may see it: in every size, every theme, and by axe."""

import json

import pytest

from tests.support.browser import LAPTOP, PHONE, ROOT, TABLET, Tab

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA, and what axe knows to be good beyond it.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
THEMES = {"dark": "green", "light": "green", "pink": "pink"}  # Name of a picture: its accent.
# Another theme's colours come within a moment; what is looked at is what has come to rest.
WEAR = """async ([mode, accent]) => {
  window.displayPreferences.change({ mode, accent });
  const changes = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(changes.map((each) => each.finished));
}"""
SMALLEST, LARGEST = (320, 640), (2560, 1440)
ZOOMED = (LAPTOP[0] // 2, LAPTOP[1] // 2)  # What 200 % leaves of a laptop.


def wears(tab: Tab, theme: str) -> None:
    tab.page.evaluate(WEAR, ["light" if theme == "light" else "dark", THEMES[theme]])


def photographed(tab: Tab, name: str) -> None:
    """Nine pictures; nothing sticks out, also on the smallest and the largest of screens."""
    for size in (PHONE, TABLET, LAPTOP):
        tab.measures(size)
        tab.shows_no_sideways_scroll()
        for theme in THEMES:
            wears(tab, theme)
            tab.photographs(f"{name}-{theme}")
    for size in (SMALLEST, ZOOMED, LARGEST):
        tab.measures(size)
        tab.shows_no_sideways_scroll()
    tab.measures(LAPTOP)


def axed(tab: Tab, name: str) -> None:
    """Every rule in the dark, those about colours in the other themes, too; frames are not ours."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm ci).")
    tab.page.evaluate(AXE.read_text())
    for theme in THEMES:
        wears(tab, theme)
        rules = RULES if theme == "dark" else COLOUR_RULES
        result = tab.page.evaluate("rules => axe.run({ runOnly: rules, iframes: false })", rules)
        assert result["passes"], "axe looked at nothing"
        faults = [described(fault) for fault in result["violations"]]
        assert faults == [], f"{name}, {theme}: {json.dumps(faults, indent=1)}"


def described(fault: dict) -> tuple[str, list[tuple[str, str]]]:
    return fault["id"], [(node["html"][:160], node["failureSummary"]) for node in fault["nodes"]]
