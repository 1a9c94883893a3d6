"""What the caller has of the features that flags switch."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.core.http_headers import NO_STORE
from andre.flags import flags
from andre.protocol.shapes import Shape


class FeaturesTold(Shape):
    """Names of those that are on and whose role the caller reaches."""

    features: list[str]


class Features(APIView):
    """Which features the caller has."""

    @extend_schema(responses=FeaturesTold)
    def get(self, request: Request) -> Response:
        role = identity_of_request(request).role
        return Response({"features": flags.list_allowed(role)}, headers=NO_STORE)
