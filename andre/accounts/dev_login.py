"""Being anybody, for whoever develops Andre and sits at this very machine."""

import hashlib
from collections.abc import Iterable
from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.text import slugify

from andre.accounts.models import LONGEST_NAME, Person
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.text import clean_text

DOMAIN = "andre.test"  # Reserved by RFC 2606: nobody can own an address there.
# What proxies, tunnels and content networks add. Each stands for all names that begin so.
CAME_THROUGH_SOMETHING = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_REAL_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_X_CLUSTER_CLIENT_IP",
    "HTTP_X_ORIGINAL_",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_CLIENT_IP",
    "HTTP_CF_",
    "HTTP_FLY_",
    "HTTP_FASTLY_",
    "HTTP_TAILSCALE_",
    "HTTP_X_ENVOY_",
)


def is_local_request(request: HttpRequest) -> bool:
    """A tunnel, too, arrives from loopback; it gives itself away by the headers it adds."""
    return settings.DEBUG and is_here(request.META.get("REMOTE_ADDR", ""), request.META)


def is_here(address: str, headers: Iterable[str]) -> bool:
    """Whether a caller with this address, and with headers of these names, is at this machine."""
    if conf().andre_auth_proxy_header:
        return False  # That proxy may sit here, too, and its header is gone by now.
    forwarded = any(name.startswith(CAME_THROUGH_SOMETHING) for name in headers)
    return not forwarded and is_loopback(address)


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def person_named(email: str, name: str) -> Person:
    """The person with this address; without one, with an address made from the name.

    Raises Refusal `validation_error`.
    """
    name = clean_text(name, LONGEST_NAME)
    email = email.strip().lower() or address_of(name)
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refusal("validation_error", "This is not an e-mail address.") from error
    return Person.objects.at(email, name=name or email.partition("@")[0])


def address_of(name: str) -> str:
    """Raises Refusal `validation_error`."""
    if not name:
        raise Refusal("validation_error", "Please type a name or an e-mail address.")
    # A name in letters that no slug knows still gets an address, and always the same one.
    local = slugify(name) or "person-" + hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{local[:64].strip('-')}@{DOMAIN}"
