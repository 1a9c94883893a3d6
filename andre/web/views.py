"""What the roof answers by itself."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.core.errors import Refusal


class Nowhere(APIView):
    """The API has no such address, and says so only to those whom it knows."""

    schema = None

    def handle(self, request: Request, **_: str) -> Response:
        """Raises Refusal `not_found`."""
        raise Refusal("not_found", "The API has no such address.")

    get = post = put = patch = delete = handle
