"""Chromium, by its own DevTools protocol."""

import base64
import shutil
import time
from pathlib import Path
from typing import Any

from tests.support.engines.engine import PATIENCE_SECONDS, Engine, EngineError
from tests.support.engines.processes import start
from tests.support.engines.wire import Wire

ARGUMENTS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
)
# WebDriver's code points of keys, and what Chromium calls them: key, code, virtual key code.
NAMED = {
    "\ue003": ("Backspace", "Backspace", 8),
    "\ue004": ("Tab", "Tab", 9),
    "\ue007": ("Enter", "Enter", 13),
    "\ue00c": ("Escape", "Escape", 27),
    "\ue012": ("ArrowLeft", "ArrowLeft", 37),
    "\ue013": ("ArrowUp", "ArrowUp", 38),
    "\ue014": ("ArrowRight", "ArrowRight", 39),
    "\ue015": ("ArrowDown", "ArrowDown", 40),
}


class Chromium(Engine):
    name = "chromium"
    programs = {"chromium": "chromium"}

    def _launch(self) -> int:
        command = [
            *self._prefix,
            shutil.which("chromium") or "chromium",
            *ARGUMENTS,
            f"--user-data-dir={self.profile}",
            f"--window-size={self._size[0]},{self._size[1]}",
            "about:blank",
        ]
        pid = start(command, self._environment, self.profile / "browser.log")
        self.pid = pid  # Ended with us even if it never answers.
        self._wire = Wire(self._address())
        self._stack.callback(self._wire.close)
        targets = self._wire.ask("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = {"targetId": page["targetId"], "flatten": True}
        self._session = self._wire.ask("Target.attachToTarget", attached)["sessionId"]
        self._ask("Page.enable")
        width, height = self._size
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        return pid

    def _address(self) -> str:
        """Which port it found, it writes into its profile."""
        path = self.profile / "DevToolsActivePort"
        end = time.monotonic() + PATIENCE_SECONDS
        while not path.exists() or len(path.read_text().split()) < 2:
            if time.monotonic() > end:
                raise EngineError((self.profile / "browser.log").read_text())
            time.sleep(0.05)
        port, where = path.read_text().split()
        return f"ws://127.0.0.1:{port}{where}"

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self._wire.ask(method, params, sessionId=self._session)

    def open(self, url: str) -> None:
        self._wire.events.clear()
        answer = self._ask("Page.navigate", url=url)
        if "errorText" in answer:
            raise EngineError(f"{url}: {answer['errorText']}")
        if "loaderId" in answer:
            self._wire.take(lambda event: event["method"] == "Page.loadEventFired")

    def reload(self) -> None:
        self._wire.events.clear()
        self._ask("Page.reload")
        self._wire.take(lambda event: event["method"] == "Page.loadEventFired")

    def add_cookie(self, name: str, value: str, url: str) -> None:
        self._ask("Network.setCookie", name=name, value=value, url=url)

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot")["data"]))

    def slow_down(self, times: float) -> None:
        """As if the processor were so many times slower, for this page."""
        self._ask("Emulation.setCPUThrottlingRate", rate=times)

    def _evaluate_text(self, expression: str) -> str:
        answer = self._ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise EngineError(f"chromium: {answer['exceptionDetails']}")
        return str(answer["result"]["value"])

    def _press_at(self, x: float, y: float) -> None:
        for kind, buttons in (("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)):
            button = "none" if kind == "mouseMoved" else "left"
            self._ask(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button=button,
                buttons=buttons,
                clickCount=int(kind != "mouseMoved"),
            )

    def _type_keys(self, text: str) -> None:
        for character in text:
            if character in NAMED:
                key, code, number = NAMED[character]
                typed = {"text": "\r"} if key == "Enter" else {}
                named = {"key": key, "code": code, "windowsVirtualKeyCode": number}
                self._ask("Input.dispatchKeyEvent", type="keyDown", **named, **typed)
                self._ask("Input.dispatchKeyEvent", type="keyUp", **named)
            else:
                self._ask("Input.dispatchKeyEvent", type="keyDown", key=character, text=character)
                self._ask("Input.dispatchKeyEvent", type="keyUp", key=character)
