"""Where a nest is found: the links that people share."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from andre.core.conf import conf
from andre.core.home_hosts import sites_for_others


def share_url(
    code: str,
    slug: str | None,
    origin: str = "",
    *,
    is_main: bool = False,
    vanity: str | None = None,
) -> str:
    """The short domain where it is ours; else this site's own address. A vanity code was chosen.

    `origin` is where the one who asks is: a house without ANDRE_BASE_URL is where it is found. At
    home it is where others find it now: the owner's own page may be on loopback.
    """
    site = site_of(origin)
    if is_main:
        return f"{site}/"
    if conf().echonest_domain in settings.ALLOWED_HOSTS:
        return f"https://{conf().echonest_domain}/{vanity or slug or code}"
    if vanity:
        return f"{site}/{vanity}"
    return f"{site}/nest/{code}"


def site_of(origin: str) -> str:
    """The beginning of every link, without a slash at its end."""
    here = next(iter(sites_for_others()), "") if conf().is_home else ""
    site = conf().andre_base_url or here or origin or f"http://127.0.0.1:{conf().port}"
    return site.rstrip("/")


def origin_of_socket(scope: Mapping[str, Any]) -> str:
    """What the browser says of its page; the door has let in only pages of our own hosts."""
    found = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
    return found if found.startswith(("http://", "https://")) else ""


def origin_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
