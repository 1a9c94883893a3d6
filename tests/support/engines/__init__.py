"""Real browsers of three engines behind one small interface, for stories and benches.

Each browser is a process tree with a fresh profile, started here and ended here by process id.
Presses and keys are real input, so that they count as what browsers call a user's gesture.
"""

from typing import Any

from tests.support.engines.chromium import Chromium
from tests.support.engines.engine import Engine, EngineError, Rectangle
from tests.support.engines.firefox import Firefox
from tests.support.engines.webkit import WebKit

ENGINES: dict[str, type[Engine]] = {each.name: each for each in (Chromium, Firefox, WebKit)}


def launch(name: str, **options: Any) -> Engine:
    return ENGINES[name](**options)


def missing(*names: str) -> list[str]:
    """What Debian packages are wanted before these engines can be launched."""
    return sorted({package for name in names for package in ENGINES[name].missing_packages()})


__all__ = [
    "ENGINES",
    "Chromium",
    "Engine",
    "EngineError",
    "Firefox",
    "Rectangle",
    "WebKit",
    "launch",
    "missing",
]
