"""Static files: named by their content, the modules' own imports included, and sent whole."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import Redirect, StaticFile


class HashedModuleStorage(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True


class UnstreamedWhiteNoise(WhiteNoiseMiddleware):
    """They are small. Pieces of a file that is read without awaiting are gathered all the same, at
    the price of one more thread and of a warning.
    """

    @staticmethod
    def serve(static_file: StaticFile | Redirect, request: HttpRequest) -> HttpResponse:
        pieces = WhiteNoiseMiddleware.serve(static_file, request)
        whole = HttpResponse(b"".join(pieces), status=pieces.status_code)
        whole.headers = pieces.headers
        pieces.close()
        return whole
