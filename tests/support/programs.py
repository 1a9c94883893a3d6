"""Programs, which show a key or a token and have no browser."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from andre.accounts import program_auth
from andre.accounts.models import ApiKey


@dataclass
class Program:
    """A client that has no browser, only what it shows."""

    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def asks(self, method: str, path: str, body: object = None, **meta: Any) -> Any:
        return self.client.generic(
            method,
            path,
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=self.headers,
            **meta,
        )

    def who(self, **meta: Any) -> Any:
        return self.asks("GET", "/api/auth/whoami", **meta)


def key_behind(secret: str) -> ApiKey | None:
    """The key with this secret, if it is good now: as the door finds it."""
    proof = program_auth.of_key(secret, is_here=True)
    return proof.key if proof.credential else None


def with_key(secret: str) -> Program:
    return Program({"X-Andre-API-Key": secret})


def with_bearer(shown: str) -> Program:
    return Program({"Authorization": f"Bearer {shown}"})
