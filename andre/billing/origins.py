"""Where somebody is brought back to from Stripe's pages."""

from django.http import HttpRequest

from andre.core.conf import conf


def find_origin(request: HttpRequest) -> str:
    return conf().andre_base_url or f"{request.scheme}://{request.get_host()}"
