"""Ways of signing in: which there are, which of them this server offers, and what faults they have.

A name here is that of social-auth's backend; it stands in addresses and beside people's accounts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.urls import reverse
from social_core.exceptions import AuthCanceled, SocialAuthBaseException

from andre.core.conf import conf
from andre.core.errors import Refusal

GOOGLE = "google-oauth2"
OIDC = "oidc"
PROXY = "proxy"  # No backend of social-auth's: see auth_proxy.

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """A provider whose button the sign-in page has."""

    name: str

    @property
    def title(self) -> str:
        return title_of(self.name)

    @property
    def path_back(self) -> str:
        """What is registered at the provider, without scheme and host."""
        return reverse("social:complete", args=[self.name])


def list_ways() -> list[Way]:
    keys = {
        GOOGLE: settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY,
        OIDC: settings.SOCIAL_AUTH_OIDC_KEY,
    }
    return [Way(name) for name, key in keys.items() if key]


def is_offered(name: str) -> bool:
    if name == PROXY:
        return bool(conf().andre_auth_proxy_header)
    return Way(name) in list_ways()


def has_several() -> bool:
    """Whether one person may sign in here in more than one way, and so connect them."""
    return len(list_ways()) + is_offered(PROXY) > 1


def title_of(name: str) -> str:
    match name:
        case "google-oauth2":
            return "Google"
        case "oidc":
            return conf().oidc_name
        case _:
            return "the sign-in proxy"


@contextmanager
def explain_faults(way: Way) -> Iterator[None]:
    """Raises Refusal for what goes wrong inside, whatever the library calls it."""
    try:
        yield
    except SocialAuthBaseException as fault:
        log.warning("sign_in_refused", way=way.name, reason=fault.code, stage=fault.stage)
        raise sign_in_refusal(fault, way.title) from fault


def sign_in_refusal(fault: SocialAuthBaseException, title: str) -> Refusal:
    if fault.code == "authentication_disallowed":
        return not_invited()
    if getattr(fault, "claim", None) == "email_verified":
        sentence = "has not verified your e-mail address, so Andre cannot tell who you are."
        return Refusal("forbidden", f"{title} {sentence}")
    if isinstance(fault, AuthCanceled):
        return Refusal("forbidden", f"You stopped the sign-in at {title}. Nothing has changed.")
    if fault.recovery == "retry_later":
        sentence = "does not answer just now. Please try again in a minute."
        return Refusal("unavailable", f"{title} {sentence}")
    return Refusal("forbidden", f"The sign-in at {title} did not finish. Please begin again.")


def not_invited() -> Refusal:
    return Refusal("forbidden", "Andre does not take people with your e-mail address here.")
