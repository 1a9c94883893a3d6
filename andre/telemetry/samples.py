"""Counters and timings of one process, as `GET /metrics` shows them, and of all that live.

A timing keeps its newest 1,024 samples; its count goes on. Each process leaves its figures in a
file now and then, where the others find them.
"""

import json
import math
import os
import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from andre.telemetry.metric_files import files_by_life, metrics_folder, process_name

MOST_SAMPLES = 1_024
FLUSH_SECONDS = 5.0


@dataclass
class Timing:
    """`newest` in milliseconds; `count` and `total_ms` are of all there ever were."""

    count: int = 0
    total_ms: float = 0.0
    newest: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_SAMPLES))

    def add(self, ms: float) -> None:
        self.count += 1
        self.total_ms += ms
        self.newest.append(ms)

    def summary(self) -> dict[str, float]:
        return {
            "count": self.count,
            "avg_ms": round(self.total_ms / self.count, 3),
            "p95_ms": round(p95(self.newest), 3),
        }


def p95(samples: Iterable[float]) -> float:
    """The sample at `max(0, floor(0.95 n) - 1)` of the sorted ones: 95 of 1 to 100."""
    ordered = sorted(samples)
    return ordered[max(0, math.floor(0.95 * len(ordered)) - 1)]


class Samples:
    """Counts and times by name, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.counters: Counter[str] = Counter()
        self.timings: dict[str, Timing] = {}
        self._keeper = 0  # The process whose thread writes the file; a fork has none yet.

    def count(self, name: str, amount: int = 1) -> None:
        with self._lock:
            self.counters[name] += amount
        self._keep_a_file()

    def time(self, name: str, ms: float) -> None:
        with self._lock:
            self.timings.setdefault(name, Timing()).add(ms)
        self._keep_a_file()

    def merge(self, other: Mapping[str, Any]) -> None:
        """Add what another process has left in its file."""
        self.counters.update(other["counters"])
        for name, told in other["timings"].items():
            timing = self.timings.setdefault(name, Timing(newest=deque()))
            timing.count += told["count"]
            timing.total_ms += told["total_ms"]
            timing.newest.extend(told["newest"])

    def summary(self) -> dict[str, dict[str, Any]]:
        with self._lock:
            return {
                "counters": dict(sorted(self.counters.items())),
                "timings": {name: each.summary() for name, each in sorted(self.timings.items())},
            }

    def as_written(self) -> str:
        with self._lock:
            timings = {
                name: {"count": each.count, "total_ms": each.total_ms, "newest": list(each.newest)}
                for name, each in self.timings.items()
            }
            return json.dumps({"counters": self.counters, "timings": timings})

    def flush(self) -> None:
        path = own_file()
        unfinished = path.with_suffix(".part")
        unfinished.write_text(self.as_written())
        unfinished.replace(path)

    def _keep_a_file(self) -> None:
        if self._keeper == os.getpid():
            return
        self._keeper = os.getpid()
        threading.Thread(target=self._flush_for_ever, name="metrics", daemon=True).start()

    def _flush_for_ever(self) -> None:
        pause = threading.Event()
        while not pause.wait(FLUSH_SECONDS):
            try:
                self.flush()
            except OSError:
                continue  # A full disk: the next time may find room, and nothing else needs it.


def own_file() -> Path:
    return metrics_folder() / f"samples_{process_name()}.json"


def samples_of_all() -> Samples:
    """This process's figures as they are, the others' as they were some seconds ago."""
    found = Samples()
    found.merge(json.loads(samples.as_written()))
    for path, is_alive in files_by_life():
        if is_alive and path.suffix == ".json" and path != own_file():
            found.merge(json.loads(path.read_text()))
    return found


samples = Samples()
