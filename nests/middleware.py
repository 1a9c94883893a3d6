"""Old and other addresses of the site send people to the one it has now."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.deprecation import MiddlewareMixin

from andre.core.conf import conf


class RedirectHosts(MiddlewareMixin):
    """Comes first: these hosts are not among the allowed ones, and nothing else is served there."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        host = request.META.get("HTTP_HOST", "").partition(":")[0].lower()
        if host not in conf().andre_redirect_hosts:
            return None
        return HttpResponsePermanentRedirect(site(request) + request.get_full_path())


def site(request: HttpRequest) -> str:
    return conf().andre_base_url or f"{request.scheme}://{settings.ALLOWED_HOSTS[0]}"


redirect_hosts = RedirectHosts  # The settings name the middlewares by what they do.
