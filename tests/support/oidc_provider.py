"""A small OpenID provider on loopback, over real HTTP: discovery, keys, codes, signed tokens.

It says of its one person what a test tells it to say, and lies in its tokens where it is told to.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

CLIENT_ID, CLIENT_SECRET = "andre", "between the provider and Andre"
KEY_ID = "the only key"

Answer = tuple[int, dict[str, Any]]


@cache
def signing_key(name: str) -> RSAPrivateKey:
    return generate_private_key(public_exponent=65_537, key_size=2048)


@dataclass
class OidcProvider:
    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)  # What the provider says of the person.
    lies: dict[str, Any] = field(default_factory=dict)  # In the ID token, over what is true.
    documents: dict[str, Any] = field(default_factory=dict)  # In the discovery, the same.
    key: str = KEY_ID  # Tokens are signed with it; the published one is always KEY_ID.
    begun: list[dict[str, str]] = field(default_factory=list)  # Queries of the sign-ins.
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def knows(self, sub: str, **claims: Any) -> None:
        self.claims = {"sub": sub, **claims}

    def agreed(self, authorization_url: str) -> str:
        """Where the browser is sent after the person has agreed."""
        answer = requests.get(authorization_url, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def declined(self, authorization_url: str) -> str:
        asked = dict(parse_qsl(urlsplit(authorization_url).query))
        told = {"error": "access_denied", "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(told)}"

    # What is at its addresses

    def describe(self) -> Answer:
        endpoints = {
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return 200, {"issuer": self.issuer} | endpoints | self.documents

    def publish_keys(self) -> Answer:
        public = json.loads(RSAAlgorithm.to_jwk(signing_key(KEY_ID).public_key()))
        return 200, {"keys": [public | {"kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        self.begun.append(asked)
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> Answer:
        shown = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if shown != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return 401, {"error": "invalid_client"}
        if asked is None or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if hashed(form.get("code_verifier", "")) != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "bearer", "token_type": "Bearer", "id_token": self.sign(asked)}

    def sign(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        true = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        true |= {"sub": self.claims["sub"], "nonce": asked["nonce"]}
        told = {name: value for name, value in (true | self.lies).items() if value is not None}
        headers = {"kid": KEY_ID}
        return jwt.encode(told, signing_key(self.key), algorithm="RS256", headers=headers)

    def tell(self, authorization: str) -> Answer:
        if authorization != "Bearer bearer":
            return 401, {"error": "invalid_token"}
        return 200, self.claims


def tell_of(provider: OidcProvider, settings: Any, settle: Callable[..., None]) -> None:
    """This server has the provider configured, under the name Houselogin."""
    settings.SOCIAL_AUTH_OIDC_OIDC_ENDPOINT = provider.issuer
    settings.SOCIAL_AUTH_OIDC_KEY = CLIENT_ID
    settings.SOCIAL_AUTH_OIDC_SECRET = CLIENT_SECRET
    settle(
        OIDC_ISSUER=provider.issuer,
        OIDC_CLIENT_ID=CLIENT_ID,
        OIDC_CLIENT_SECRET=CLIENT_SECRET,
        OIDC_NAME="Houselogin",
    )


def hashed(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@contextmanager
def providing() -> Iterator[OidcProvider]:
    """At an address that no other one had, since what is read from there is kept for a day."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    place = f"/{secrets.token_hex(6)}"
    server.provider = provider = OidcProvider(f"http://127.0.0.1:{server.server_port}{place}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        provider: OidcProvider = self.server.provider
        parts = urlsplit(self.path)
        match parts.path.removeprefix(urlsplit(provider.issuer).path):
            case "/.well-known/openid-configuration":
                self.answer(*provider.describe())
            case "/keys":
                self.answer(*provider.publish_keys())
            case "/userinfo":
                self.answer(*provider.tell(self.headers.get("Authorization", "")))
            case "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(dict(parse_qsl(parts.query))))
                self.send_header("Content-Length", "0")
                self.end_headers()
            case _:
                self.answer(404, {})

    def do_POST(self) -> None:
        provider: OidcProvider = self.server.provider
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form, authorization = dict(parse_qsl(body)), self.headers.get("Authorization", "")
        self.answer(*provider.exchange(form, authorization))

    def answer(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        """Nothing: a test's output is the test's."""
