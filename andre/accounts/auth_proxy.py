"""A sign-in proxy in front (Authelia, oauth2-proxy, Tailscale): whom it names is signed in.

`AuthProxyHeaders` stands before everything else. It takes the proxy's headers out of every request
and socket, and writes into the scope whom they named, if the peer is one that is believed; no
header proves anything further in. `ProxySessions` makes a session of it for pages, and ends one as
soon as the proxy names somebody else, or nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header

import structlog
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from social_django.models import UserSocialAuth

from andre.accounts.client_address import is_in
from andre.accounts.identity import PROXY_ENTRY, identity_of_session
from andre.accounts.middleware import proof_of
from andre.accounts.models import LONGEST_NAME, Person
from andre.accounts.pipeline import CLOSED
from andre.accounts.sessions import tell_session_ended
from andre.accounts.sign_in_ways import PROXY, not_invited
from andre.core import stores
from andre.core.asgi_types import App, Receive, Scope, Send
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.keys import address, log_name
from andre.core.person_ids import OF_NOBODY
from andre.core.rate_limits import require_counting
from andre.core.text import clean_text
from andre.telemetry.middleware import is_spoken_in_json, refusal_in, refusal_response

SCOPE_ENTRY = "andre.auth_proxy"
OUR_BACKEND = "django.contrib.auth.backends.ModelBackend"
NO_ADDRESS = (
    "The sign-in proxy in front of Andre does not name you by an e-mail address. Whoever runs it"
    " can choose another header: ANDRE_AUTH_PROXY_HEADER."
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ProxyPerson:
    """Whom the proxy names, in the header's own words."""

    email: str
    name: str


class AuthProxyHeaders:
    """Goes by the socket's own peer, for requests, streams and sockets alike."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = {conf().andre_auth_proxy_header, conf().andre_auth_proxy_name_header} - {""}
        if ours:
            headers = [pair for pair in scope["headers"] if normalize_header(pair[0]) not in ours]
            scope = {**scope, "headers": headers, SCOPE_ENTRY: read_person(scope)}
        await self.app(scope, receive, send)


def normalize_header(name: bytes) -> str:
    """In the one spelling of the settings: servers take _ for -, and any case for another."""
    return name.decode("latin-1").lower().replace("_", "-")


def read_person(scope: Scope) -> ProxyPerson | None:
    """Nobody where it is said twice: then the proxy has added to what a stranger sent."""
    peer, _ = scope.get("client") or ("", 0)
    if not is_in(peer, conf().andre_auth_proxies):
        return None
    emails = values(scope, conf().andre_auth_proxy_header)
    names = values(scope, conf().andre_auth_proxy_name_header)
    if len(emails) != 1 or not emails[0]:
        return None
    return ProxyPerson(emails[0], names[0] if len(names) == 1 else "")


def values(scope: Scope, wanted: str) -> list[str]:
    pairs: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return [as_text(value) for name, value in pairs if name == wanted.encode()]


def as_text(value: bytes) -> str:
    """UTF-8, or the encoded words of RFC 2047, which Tailscale sends."""
    text = value.decode(errors="replace").strip()
    try:
        return str(make_header(decode_header(text))) if "=?" in text else text
    except (HeaderParseError, LookupError, UnicodeDecodeError):
        return text


def person_in(scope: Scope) -> ProxyPerson | None:
    found: ProxyPerson | None = scope.get(SCOPE_ENTRY)
    return found


def is_of_another(proxied_as: str, said: ProxyPerson | None) -> bool:
    """Whether a session that was made for `proxied_as` has to end; others are not its matter."""
    return bool(proxied_as) and (said is None or said.email != proxied_as)


class ProxySessions(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if not conf().andre_auth_proxy_header:
            return None
        said = person_in(getattr(request, "scope", {}))
        try:
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                end_what_is_of_another(request, said)
            if said is not None and proof_of(request) is None and is_for_a_page(request):
                sign_in_as(request, said)
        except (Refusal, *stores.FAULTS) as error:
            # Django hands what a view raises to other middlewares, but nothing raised before it.
            refusal = refusal_in(error)
            if refusal is None:
                raise
            return refusal_response(request, refusal)
        return None


proxy_sessions = ProxySessions  # The settings name the middlewares by what they do.


def is_for_a_page(request: HttpRequest) -> bool:
    """Programs and what a page fetches would leave a session behind with every request."""
    wants_html = "text/html" in request.headers.get("Accept", "")
    return request.method == "GET" and wants_html and not is_spoken_in_json(request)


def end_what_is_of_another(request: HttpRequest, said: ProxyPerson | None) -> None:
    if not is_of_another(request.session.get(PROXY_ENTRY, ""), said):
        return
    key = request.session.session_key
    logout(request)
    if key:
        tell_session_ended(key)
    log.info("proxied_session_ended")


def sign_in_as(request: HttpRequest, said: ProxyPerson) -> None:
    """Unless somebody is signed in already. Raises Refusal."""
    seat = identity_of_session(request.session)
    if seat is not None and not seat.is_guest:
        return
    require_counting()
    person = person_of(said)
    login(request, person, backend=OUR_BACKEND)
    request.session[PROXY_ENTRY] = said.email


def person_of(said: ProxyPerson) -> Person:
    """The person with the address that the proxy vouches for, made if new. Raises Refusal."""
    try:
        email = address(said.email)
    except Refusal as refusal:
        raise Refusal("forbidden", NO_ADDRESS) from refusal
    domains = [domain.lower() for domain in conf().allowed_email_domains]
    if email.endswith(OF_NOBODY) or (domains and email.partition("@")[2] not in domains):
        log.warning("sign_in_refused", way=PROXY, person=log_name(email))
        raise not_invited()
    person = Person.objects.filter(email=email).first()
    if person is not None and not person.is_active:
        raise Refusal("forbidden", CLOSED)
    name = clean_text(said.name, LONGEST_NAME)
    kept = {"admin_group": ""} | ({"name": name} if name else {})
    person = Person.objects.at(email, **kept)
    UserSocialAuth.objects.get_or_create(provider=PROXY, uid=email, defaults={"user": person})
    return person
