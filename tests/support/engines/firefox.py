"""Firefox, by WebDriver BiDi, which it speaks itself: Debian has no geckodriver."""

import base64
import json
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.engines.engine import PATIENCE_SECONDS, Engine, EngineError
from tests.support.engines.processes import start
from tests.support.engines.wire import Wire

LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
Preference = bool | int | str
# Nothing that calls home, asks, or comes up by itself.
PREFERENCES: dict[str, Preference] = {
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.tabs.warnOnClose": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.manage-offline-status": False,
    "services.settings.server": "data:,none",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "trailhead.firstrun.didSeeAboutWelcome": True,
}


class Firefox(Engine):
    name = "firefox"
    programs = {"firefox-esr": "firefox-esr"}

    def __init__(self, *, preferences: Mapping[str, Preference] | None = None, **options: Any):
        """`preferences` as about:config has them, beside the usual ones."""
        self._preferences = PREFERENCES | dict(preferences or {})
        super().__init__(**options)

    def _launch(self) -> int:
        settings = "".join(
            f'user_pref("{name}", {json.dumps(value)});\n'
            for name, value in self._preferences.items()
        )
        (self.profile / "user.js").write_text(settings)
        command = [
            *self._prefix,
            shutil.which("firefox-esr") or "firefox-esr",
            "--headless",
            "--remote-debugging-port=0",
            "--no-remote",
            *("--profile", str(self.profile)),
            *("--width", str(self._size[0]), "--height", str(self._size[1])),
            "about:blank",
        ]
        log = self.profile / "browser.log"
        pid = start(command, self._environment, log)
        self.pid = pid  # Ended with us even if it never answers.
        self._wire = Wire(f"{read_address(log)}/session")
        self._stack.callback(self._wire.close)
        self._wire.ask("session.new", {"capabilities": {}})
        contexts = self._wire.ask("browsingContext.getTree")["contexts"]
        self._context = contexts[0]["context"]
        width, height = self._size
        self._ask("browsingContext.setViewport", viewport={"width": width, "height": height})
        return pid

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self._wire.ask(method, {"context": self._context, **params})

    def open(self, url: str) -> None:
        self._ask("browsingContext.navigate", url=url, wait="complete")

    def reload(self) -> None:
        self._ask("browsingContext.reload", wait="complete")

    def add_cookie(self, name: str, value: str, url: str) -> None:
        cookie = {
            "name": name,
            "value": {"type": "string", "value": value},
            "domain": urlsplit(url).hostname,
            "path": "/",
        }
        self._wire.ask("storage.setCookie", {"cookie": cookie})

    def screenshot(self, path: Path) -> None:
        answer = self._ask("browsingContext.captureScreenshot")
        path.write_bytes(base64.b64decode(answer["data"]))

    def _evaluate_text(self, expression: str) -> str:
        answer = self._wire.ask(
            "script.evaluate",
            {
                "expression": expression,
                "target": {"context": self._context},
                "awaitPromise": True,
            },
        )
        if answer["type"] != "success":
            raise EngineError(f"firefox: {answer['exceptionDetails']['text']}")
        return str(answer["result"]["value"])

    def _press_at(self, x: float, y: float) -> None:
        actions = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._ask(
            "input.performActions", actions=[{"type": "pointer", "id": "mouse", "actions": actions}]
        )

    def _type_keys(self, text: str) -> None:
        actions = [
            {"type": kind, "value": character}
            for character in text
            for kind in ("keyDown", "keyUp")
        ]
        self._ask(
            "input.performActions", actions=[{"type": "key", "id": "keys", "actions": actions}]
        )


def read_address(log: Path) -> str:
    """Which port it found, it says on its error output."""
    end = time.monotonic() + 2 * PATIENCE_SECONDS
    while not (found := LISTENING.search(log.read_text(errors="replace"))):
        if time.monotonic() > end:
            raise EngineError(log.read_text(errors="replace"))
        time.sleep(0.05)
    return found[1]
