"""A key for a terminal that has none: it shows a code that somebody signed in confirms."""

import socket
import time
from typing import Any

import requests

from andre.web.terminal_listener import NotLetIn, Pause, Say

SECONDS_TO_ANSWER = 10


def ask_for_key(server: str, say: Say, pause: Pause = time.sleep) -> str:
    """Waits until the code is confirmed. Raises NotLetIn."""
    base = server.rstrip("/")
    link = post(f"{base}/api/auth/link", {"name": f"{socket.gethostname()[:24]}, terminal"})
    say(f"Open {link['address']} where you are signed in, and type {link['code']}.")
    proof = {"code": link["code"], "secret": link["secret"]}
    while True:
        pause(link["poll_seconds"])
        found = post(f"{base}/api/auth/link/key", proof)
        if found["status"] == "linked":
            return str(found["key"])


def post(address: str, body: dict[str, Any]) -> dict[str, Any]:
    """Raises NotLetIn with the server's sentence, or with what keeps it from answering."""
    try:
        answer = requests.post(address, json=body, timeout=SECONDS_TO_ANSWER)
        told: dict[str, Any] = answer.json()
    except requests.RequestException as fault:
        raise NotLetIn(f"The server does not answer ({type(fault).__name__}).") from fault
    if not answer.ok:
        raise NotLetIn(str(told.get("message", f"The server answers {answer.status_code}.")))
    return told
