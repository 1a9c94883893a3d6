"""Where a nest is found: the links that people share."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from andre.core.conf import conf


def share_url(code: str, slug: str | None, origin: str = "", *, is_main: bool = False) -> str:
    """The short domain where it is ours; else this site's own address.

    `origin` is where the one who asks is: a house without ANDRE_BASE_URL is where it is found.
    """
    site = conf().andre_base_url or origin or f"http://127.0.0.1:{conf().port}"
    if is_main:
        return f"{site.rstrip('/')}/"
    if conf().echonest_domain in settings.ALLOWED_HOSTS:
        return f"https://{conf().echonest_domain}/{slug or code}"
    return f"{site.rstrip('/')}/nest/{code}"


def origin_of_socket(scope: Mapping[str, Any]) -> str:
    """What the browser says of its page; the door has let in only pages of our own hosts."""
    found = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
    return found if found.startswith(("http://", "https://")) else ""


def origin_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
