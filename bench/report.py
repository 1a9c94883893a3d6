"""What a measurement says: one line of JSON for each size, kept for the page of plots."""

import json
import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


class Report:
    """The lines of one bench, printed as they come and written at the end."""

    def __init__(self, bench: str) -> None:
        self.bench = bench
        self._lines: list[dict[str, Any]] = []

    def add(self, n: int, times_ms: Sequence[float], missed: int, **more: float | None) -> None:
        line = {
            "bench": self.bench,
            "n": n,
            "p50_ms": rounded(statistics.median(times_ms)),
            "p99_ms": rounded(percentile(times_ms, 99)),
            "missed": missed,
            **{name: rounded(value) for name, value in more.items() if value is not None},
        }
        self._lines.append(line)
        print(json.dumps(line), flush=True)
        self._write()

    def _write(self) -> None:
        RESULTS.mkdir(exist_ok=True)
        kept = {
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 2),
            "python": platform.python_version(),
            "lines": self._lines,
        }
        path = RESULTS / f"{self.bench}.json"
        path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def percentile(values: Sequence[float], rank: float) -> float:
    """By nearest rank: a value that was really measured."""
    ordered = sorted(values)
    place = max(0, -(-len(ordered) * rank // 100) - 1)
    return ordered[int(place)]


def rounded(value: float) -> float:
    return round(value, 3)
