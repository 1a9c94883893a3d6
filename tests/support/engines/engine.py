"""What every engine can do, and what it leaves to its own module."""

import json
import os
import shutil
import signal
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from tests.support.engines.processes import end_tree, tree

PATIENCE_SECONDS = 15.0
LOOK_EVERY_SECONDS = 0.05

# The middle of an element once it is there, shown, at rest, and not under another one.
PLACE = """(selector => {
  const element = [...document.querySelectorAll(selector)].find(each => each.checkVisibility());
  if (!element) return "it is not there";
  const moves = (each) => each.getAnimations().some(({ playState, effect }) =>
    playState === "running" && effect.getComputedTiming().iterations !== Infinity);
  for (let each = element; each; each = each.parentElement) {
    if (moves(each)) return "it is moving";
  }
  element.scrollIntoView({ block: "center", behavior: "instant" });
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const above = document.elementFromPoint(x, y);
  if (!above || !(element.contains(above) || above.contains(element))) return "it is covered";
  return { x, y, width, height };
})"""


class EngineError(Exception):
    """The browser could not do what it was asked."""


@dataclass(frozen=True)
class Rectangle:
    """An element's middle in pixels of the viewport, and its size."""

    x: float
    y: float
    width: float
    height: float


class Engine(ABC):
    """One browser with one page."""

    name: ClassVar[str]
    programs: ClassVar[Mapping[str, str]]  # Program: the Debian package it comes with.

    def __init__(
        self,
        *,
        size: tuple[int, int] = (1366, 850),
        environment: Mapping[str, str] | None = None,
        prefix: tuple[str, ...] = (),
    ) -> None:
        """`prefix` is put before the browser's command, to run it in a network namespace or so."""
        self._stack = ExitStack()
        self._size = size
        self._prefix = list(prefix)
        self.profile = Path(tempfile.mkdtemp(prefix=f"andre-{self.name}-"))
        self._stack.callback(shutil.rmtree, self.profile, ignore_errors=True)
        self._environment = {**os.environ, **(environment or {})}
        try:
            self.pid = self._launch()
        except BaseException:
            self.close()
            raise

    @classmethod
    def missing_packages(cls) -> list[str]:
        found = {package: shutil.which(program) for program, package in cls.programs.items()}
        return [package for package, path in found.items() if path is None]

    # What each engine does its own way

    @abstractmethod
    def _launch(self) -> int:
        """Start the browser with one empty page; the process id of its root."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Go there and wait until the document is loaded."""

    @abstractmethod
    def reload(self) -> None: ...

    @abstractmethod
    def add_cookie(self, name: str, value: str, url: str) -> None: ...

    @abstractmethod
    def screenshot(self, path: Path) -> None: ...

    @abstractmethod
    def _evaluate_text(self, expression: str) -> str:
        """The text that this expression, or its promise, comes to."""

    @abstractmethod
    def _press_at(self, x: float, y: float) -> None: ...

    @abstractmethod
    def _type_keys(self, text: str) -> None: ...

    # What is the same in all of them

    def evaluate(self, js: str) -> Any:
        """The value of an expression, as JSON; promises are awaited."""
        code = (
            f"Promise.resolve().then(() => ({js}))"
            ".then(value => JSON.stringify({ value }),"
            " fault => JSON.stringify({ fault: `${fault}` }))"
        )
        answer = json.loads(self._evaluate_text(code))
        if "fault" in answer:
            raise EngineError(f"{self.name}: {answer['fault']}")
        return answer.get("value")

    def click(self, selector: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Press the first shown element of this selector in its middle, as a person does."""
        place = self.place(selector, seconds)
        self._press_at(place.x, place.y)

    def fill(self, selector: str, text: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Press a field, and write in place of what is in it."""
        self.click(selector, seconds)
        self.evaluate("document.activeElement.select?.()")
        self._type_keys(text)

    def press(self, key: str) -> None:
        """One key of those that a page may listen to: a letter, or a name as `Escape`."""
        self._type_keys(KEYS.get(key, key))

    def place(self, selector: str, seconds: float = PATIENCE_SECONDS) -> Rectangle:
        """Where an element is, once it can be pressed and stands still."""
        end = time.monotonic() + seconds
        last: Any = None
        while True:
            found = self.evaluate(f"{PLACE}({json.dumps(selector)})")
            if isinstance(found, dict) and found == last:
                return Rectangle(**found)
            if time.monotonic() > end:
                raise EngineError(f"{self.name}: {selector} cannot be pressed: {found}")
            last = found
            time.sleep(LOOK_EVERY_SECONDS)

    def wait_until(self, js: str, seconds: float = PATIENCE_SECONDS) -> Any:
        """The value of an expression as soon as it is true in the sense of JavaScript.

        A page that is being left answers nothing, or a fault: then the next one is asked.
        """
        end = time.monotonic() + seconds
        while True:
            last = "false"
            try:
                if value := self.evaluate(js):
                    return value
            except EngineError as fault:
                last = str(fault)
            if time.monotonic() > end:
                raise EngineError(f"{self.name}: this never came true: {js}, last: {last}")
            time.sleep(LOOK_EVERY_SECONDS)

    def text(self, selector: str) -> str:
        """What is written in the first element of this selector; empty without one."""
        found = self.evaluate(f"document.querySelector({json.dumps(selector)})?.textContent ?? ''")
        return str(found).strip()

    def sees(self, sentence: str, seconds: float = PATIENCE_SECONDS) -> None:
        self.wait_until(f"document.body.innerText.includes({json.dumps(sentence)})", seconds)

    # The processes

    def processes(self) -> list[int]:
        """The browser and everything it has started."""
        return tree(self.pid)

    def sleep(self) -> None:
        """Stop all of it where it stands, as a closed laptop does."""
        for pid in self.processes():
            os.kill(pid, signal.SIGSTOP)

    def wake(self) -> None:
        for pid in self.processes():
            os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        if getattr(self, "pid", None):
            end_tree(self.pid)
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


# Keys without a character, by the code points that WebDriver gives them.
KEYS = {
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Space": " ",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}
