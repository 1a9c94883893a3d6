"""Visitors with their browsers, and an OpenID provider on loopback where Google stands."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import oidc_provider_mock
import pytest
import requests
from django.test import Client

from andre.accounts import api_keys
from andre.accounts.models import ApiKey, Person
from tests.support.oidc_provider import OidcProvider, providing, tell_of

CSRF = "t" * 32


@dataclass
class Google:
    """What happens at Google, over real HTTP."""

    address: str

    def knows(self, sub: str, **claims: object) -> None:
        answer = requests.put(f"{self.address}/users/{sub}", json=claims, timeout=5)
        assert answer.status_code == 204

    def agreed(self, authorization_url: str, sub: str) -> str:
        """Where the browser is sent after pressing "Authorize" as `sub`."""
        return self._pressed(authorization_url, {"sub": sub})

    def declined(self, authorization_url: str) -> str:
        return self._pressed(authorization_url, {"action": "deny"})

    def _pressed(self, authorization_url: str, form: dict[str, str]) -> str:
        answer = requests.post(authorization_url, data=form, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@dataclass
class Visitor:
    """Somebody with a browser of their own, CSRF checks and all."""

    browser: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def opens(self, path: str, **headers: Any) -> Any:
        return self.browser.get(path, **headers)

    def sends(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> Any:
        self.browser.cookies["csrftoken"] = CSRF
        fields["csrfmiddlewaretoken"] = CSRF
        return self.browser.post(path, fields, headers=headers)

    def begins_at_google(self, next: str = "", **fields: str) -> str:
        return self.begins("google-oauth2", next=next, **fields)

    def begins(self, way: str, **fields: str) -> str:
        answer = self.sends(f"/auth/login/{way}/", **fields)
        assert answer.status_code == 302, answer.content
        return answer["Location"]

    def comes_back(self, location: str) -> Any:
        parts = urlsplit(location)
        return self.browser.get(parts.path, dict(parse_qsl(parts.query)))

    def signs_in(self, google: Google, sub: str, next: str = "") -> Any:
        return self.comes_back(google.agreed(self.begins_at_google(next), sub))

    def signs_in_by_oidc(self, provider: OidcProvider, **fields: str) -> Any:
        return self.comes_back(provider.agreed(self.begins("oidc", **fields)))

    def who(self) -> Any:
        answer = self.opens("/api/auth/whoami")
        if answer.status_code != 200:
            return None
        return {name: answer.json()[name] for name in ("email", "name", "picture", "role")}

    def session_key(self) -> str | None:
        cookie = self.browser.cookies.get("sessionid")
        return cookie.value or None if cookie else None


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


@pytest.fixture
def another_visitor() -> Visitor:
    return Visitor()


@pytest.fixture
def bob(settings, visitor: Visitor) -> Visitor:
    """Bob at his browser, signed in."""
    settings.DEBUG = True
    visitor.sends("/dev/sign-in", name="Bob")
    return visitor


@pytest.fixture
def super_admins(settle: Callable[..., None]) -> Callable[..., None]:
    """Names the SUPER_ADMIN_EMAILS of one test."""
    return lambda *emails: settle(SUPER_ADMIN_EMAILS=",".join(emails))


@pytest.fixture
def key_of(db) -> Callable[..., tuple[ApiKey, str]]:
    """A new key of somebody, and its secret."""

    def make(name: str, role: str = "viewer", **details: Any) -> tuple[ApiKey, str]:
        person = Person.objects.at(f"{name}@example.com", name=name.title())
        return api_keys.issue(person, role, **details)

    return make


@pytest.fixture(scope="session")
def google_server() -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def google(google_server, settings) -> Google:
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY = "andre"
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_SECRET = "between Google and Andre"
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_AUTHORIZATION_URL = f"{google_server}/oauth2/authorize"
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_ACCESS_TOKEN_URL = f"{google_server}/oauth2/token"
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_USERINFO_URL = f"{google_server}/userinfo"
    return Google(google_server)


@pytest.fixture
def provider(settings, settle: Callable[..., None]) -> Iterator[OidcProvider]:
    """A provider of one's own, called Houselogin, that this server is told of."""
    with providing() as running:
        tell_of(running, settings, settle)
        yield running


@pytest.fixture
def sentence() -> Callable[[Any], str]:
    """What a page says, without its markup."""
    return lambda answer: re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


# Addresses that look like ours, or hide where they lead.
OPEN_REDIRECTS = [
    "https://evil.example/",
    "http://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "\\/evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "\t//evil.example/",
    " //evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "ftp://testserver/",
    "https://testserver@evil.example/",
    "https://testserver:443@evil.example/",
    "https://evil.example#@testserver/",
    "https://evil.example?@testserver/",
    "https://evil.example\\@testserver/",
    "https://testserver.evil.example/",
    "//testserver@evil.example",
    "\x1fhttps://evil.example",
    "https://[evil.example",
    "//evil%00.example/",
    "http://testserver:81/",
]


@pytest.fixture(params=OPEN_REDIRECTS)
def open_redirect(request) -> str:
    return request.param


# What gives away that a request has come through something, as Django names it.
FOREIGN_HEADERS = [
    "HTTP_VIA",
    "HTTP_X_REAL_IP",
    "HTTP_CF_CONNECTING_IP",
    "HTTP_CF_RAY",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
]
