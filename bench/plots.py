"""The page of plots: every result in `bench/results`, beside its goal where it has one."""

import json
from html import escape
from pathlib import Path
from typing import Any

from bench.report import RESULTS

# Of a bench, what is promised: the field, the most or the least it may be.
GOALS: dict[str, list[tuple[str, str, float]]] = {
    "fanout": [("missed", "≤", 0), ("ratio", "≤", 2.5), ("cpu_us_per_delivery", "≤", 25)],
    "chat": [("missed", "≤", 0), ("ratio", "≤", 1.3), ("pause_worst_ms", "≤", 200)],
    "tick": [("missed", "≤", 0), ("p99_ms", "≤", 25), ("worker_cpu_share", "≤", 0.15)],
    "nests": [("missed", "≤", 0), ("strangers", "≤", 0), ("p99_ms", "≤", 100)],
    "commands": [("commands_per_s", "≥", 1_000), ("redis_calls_per_command", "≤", 3)],
    "connections": [("kib_per_socket", "≤", 64), ("left_share", "≤", 0.02)],
    "storm": [("missed", "≤", 0), ("all_back_s", "≤", 5), ("p99_ms", "≤", 2_000)],
    "sync": [("p50_ms", "≤", 2), ("p95_ms", "≤", 5)],
    "heard": [("p95_ms", "≤", 20), ("silent_untold_s", "≤", 0), ("cents", "≤", 2)],
    "song_changes": [("missed", "≤", 0), ("p50_ms", "≤", 30), ("worst_ms", "≤", 150)],
    "media": [("ratio", "≥", 0.25), ("handed_off_ratio", "≥", 0.9)],
    "library_search": [("p99_ms", "≤", 50)],
    "shelf_opened": [("p50_ms", "≤", 300)],
    "shelf_scrolled": [("p95_ms", "≤", 50), ("nodes", "≤", 3_000)],
    "shelf_page": [("p95_ms", "≤", 50)],
    "library_rescan": [("p50_ms", "≤", 5_000)],
    "fairness": [("jain", "≥", 0.95)],
    "bender": [("missed", "≤", 0), ("mean_ms", "≤", 50)],
    "bender_far": [("missed", "≤", 0), ("mean_ms", "≤", 1_500), ("p95_ms", "≤", 2_000)],
    "sync_far": [("p50_ms", "≤", 10)],
    "late_joiner": [("p50_ms", "≤", 3_000)],
    "start": [("p50_ms", "≤", 3_000), ("first_s", "≤", 45), ("pss_mib", "≤", 300)],
    "own_players": [("missed", "≤", 0), ("p99_ms", "≤", 500), ("worst_off_ms", "≤", 400)],
    "first_load": [("html_ms", "≤", 100), ("p50_ms", "≤", 1_000), ("kib", "≤", 120)],
    "press": [("missed", "≤", 0), ("p99_ms", "≤", 100)],
    "shown_elsewhere": [("missed", "≤", 0), ("p50_ms", "≤", 100)],
    "long_queue": [("p50_ms", "≤", 50)],
}
WIDTH, BAR, GAP, LABEL = 720, 18, 6, 210
HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Andre, measured</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #e8e6e3; background: #16181d; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { padding: .15rem .8rem .15rem 0; text-align: right; font-weight: normal; }
th, .muted { color: #9aa0aa; }
.kept { color: #7fc98f; } .broken { color: #e58a7b; }
svg text { font: 12px system-ui, sans-serif; fill: #e8e6e3; }
</style></head><body><h1>Andre, measured</h1>
"""


def write() -> Path:
    """Make the page anew; where it lies."""
    found = [(path.stem, json.loads(path.read_text())) for path in sorted(RESULTS.glob("*.json"))]
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "index.html"
    sections = "".join(section(bench, kept) for bench, kept in found)
    path.write_text(HEAD + sections + "</body></html>\n", encoding="utf-8")
    return path


def section(bench: str, kept: dict[str, Any]) -> str:
    lines = kept["lines"]
    where = f"{kept['cores']} cores, load {kept['load']}, Python {kept['python']}"
    return (
        f"<h2>{escape(bench)}</h2><p class='muted'>{escape(where)}</p>"
        f"{plot(lines)}{table(bench, lines)}"
    )


def plot(lines: list[dict[str, Any]]) -> str:
    """Two bars for each size, p50 inside p99, on one scale."""
    most = max((line["p99_ms"] for line in lines), default=0) or 1
    height = len(lines) * (BAR + GAP)
    bars = []
    for place, line in enumerate(lines):
        top = place * (BAR + GAP)
        outer, inner = (scaled(line[name], most) for name in ("p99_ms", "p50_ms"))
        bars.append(
            f"<text x='0' y='{top + 13}'>{escape(label(line))}</text>"
            f"<rect x='{LABEL}' y='{top}' width='{outer}' height='{BAR}' fill='#3b4558'/>"
            f"<rect x='{LABEL}' y='{top}' width='{inner}' height='{BAR}' fill='#6f9bd8'/>"
            f"<text x='{LABEL + outer + 6}' y='{top + 13}'>"
            f"{line['p50_ms']:,.9g} ms, p99 {line['p99_ms']:,.9g} ms</text>"
        )
    return f"<svg width='{WIDTH}' height='{height}' role='img'>{''.join(bars)}</svg>"


def label(line: dict[str, Any]) -> str:
    return str(line.get("pair") or f"n = {line['n']:,}")


def scaled(value: float, most: float) -> float:
    return round(value / most * (WIDTH - LABEL - 200), 1)


def table(bench: str, lines: list[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(name for line in lines for name in line if name != "bench"))
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    rows = "".join(
        "<tr>" + "".join(cell(bench, name, line.get(name)) for name in names) + "</tr>"
        for line in lines
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def cell(bench: str, name: str, value: float | str | None) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, str):
        return f"<td>{escape(value)}</td>"
    for field, sign, goal in GOALS.get(bench, []):
        if field == name:
            kept = value <= goal if sign == "≤" else value >= goal
            word = "kept" if kept else "broken"
            return f"<td class='{word}' title='{sign} {goal:g}'>{value:,.9g}</td>"
    return f"<td>{value:,.9g}</td>"
