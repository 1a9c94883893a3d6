"""What every template knows."""

from django.http import HttpRequest

from andre import __version__
from andre.core.conf import conf
from nests.registry.share_links import origin_of


def version(_: HttpRequest) -> dict[str, str]:
    return {"version": __version__}


def share_preview(request: HttpRequest) -> dict[str, str]:
    """What a chat shows of a link to here: it wants the address of a picture in full."""
    return {"server_name": conf().andre_name, "origin": conf().andre_base_url or origin_of(request)}
