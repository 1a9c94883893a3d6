"""WebKitGTK's own small browser, by WebDriver, on a screen that is nowhere."""

import base64
import os
import select
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import requests

from andre.launcher.valkey_server import free_port
from tests.support.engines.engine import PATIENCE_SECONDS, Engine, EngineError
from tests.support.engines.processes import start

ANSWER_SECONDS = 20.0
Verb = Literal["GET", "POST", "DELETE"]


class WebKit(Engine):
    name = "webkit"
    programs = {"WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"}

    def _launch(self) -> int:
        width, height = self._size
        self._environment |= {
            "DISPLAY": self._screen(),
            "GDK_BACKEND": "x11",
            "HOME": str(self.profile),
            "XDG_DATA_HOME": str(self.profile / "data"),
            "XDG_CACHE_HOME": str(self.profile / "cache"),
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }
        port = free_port()
        driver = shutil.which("WebKitWebDriver") or "WebKitWebDriver"
        command = [*self._prefix, driver, f"--port={port}"]
        pid = start(command, self._environment, self.profile / "browser.log")
        self.pid = pid  # Ended with us even if it never answers.
        self._http = requests.Session()
        self._stack.callback(self._http.close)
        self._base = f"http://127.0.0.1:{port}"
        options = {"binary": find_browser(), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = self._new_session({"capabilities": wanted})
        self._base += f"/session/{session['sessionId']}"
        self._ask("POST", "/window/rect", x=0, y=0, width=width, height=height)
        return pid

    def _screen(self) -> str:
        """An X server without a screen; it finds a free number itself and tells us."""
        ours, theirs = os.pipe()
        width, height = (side + 100 for side in self._size)
        server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(theirs),
                "-nolisten",
                "tcp",
                "-screen",
                "0",
                f"{width}x{height}x24",
            ],
            pass_fds=[theirs],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._stack.callback(server.wait, 5)
        self._stack.callback(server.terminate)
        os.close(theirs)
        with os.fdopen(ours) as told:
            if not select.select([told], [], [], PATIENCE_SECONDS)[0]:
                raise EngineError("Xvfb did not start.")
            return f":{told.readline().strip()}"

    def _new_session(self, wanted: dict[str, Any]) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                found: dict[str, Any] = self._ask("POST", "/session", **wanted)
                return found
            except requests.ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def _ask(self, verb: Verb, path: str, **body: Any) -> Any:
        answer = self._http.request(
            verb, self._base + path, json=body if verb == "POST" else None, timeout=ANSWER_SECONDS
        )
        value = answer.json()["value"]
        if answer.status_code != 200:
            raise EngineError(f"webkit: {path}: {value['error']}: {value['message']}")
        return value

    def open(self, url: str) -> None:
        self._ask("POST", "/url", url=url)

    def reload(self) -> None:
        self._ask("POST", "/refresh")

    def add_cookie(self, name: str, value: str, url: str) -> None:
        """WebDriver gives cookies only to the site that is open."""
        if not str(self._ask("GET", "/url")).startswith(url):
            self.open(url)
        self._ask("POST", "/cookie", cookie={"name": name, "value": value, "path": "/"})

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._ask("GET", "/screenshot")))

    def close(self) -> None:
        if hasattr(self, "_http") and "/session/" in self._base:
            with suppress(requests.RequestException, EngineError):
                self._ask("DELETE", "")
        super().close()

    def _evaluate_text(self, expression: str) -> str:
        script = f"const done = arguments[0]; ({expression}).then(done);"
        return str(self._ask("POST", "/execute/async", script=script, args=[]))

    def _press_at(self, x: float, y: float) -> None:
        actions = [
            {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        pointer = {"type": "pointer", "id": "mouse", "actions": actions}
        self._ask("POST", "/actions", actions=[pointer])

    def _type_keys(self, text: str) -> None:
        actions = [
            {"type": kind, "value": character}
            for character in text
            for kind in ("keyDown", "keyUp")
        ]
        self._ask("POST", "/actions", actions=[{"type": "key", "id": "keys", "actions": actions}])


def find_browser() -> str:
    """Debian keeps it beside the library, for each architecture and version."""
    found = sorted(Path("/usr/lib").glob("*/webkit*/MiniBrowser"))
    if not found:
        raise EngineError("MiniBrowser is not installed (Debian: libwebkit2gtk-4.1-0).")
    return str(found[-1])
