"""One's own favourites over HTTP."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.core.rate_limits import consume
from player import response_schemas
from player.favourites import favourites
from player.models import Favourite


class Favourites(APIView):
    """What one keeps, the latest first."""

    @extend_schema(
        parameters=[OpenApiParameter("q", description="words of title, artist or album")],
        responses=response_schemas.FavouriteList,
    )
    def get(self, request: Request) -> Response:
        listener = identity_of_request(request).email
        consume("search", listener)
        found = favourites.find_favourites(listener, request.query_params.get("q", "")[:200])
        return Response({"favourites": [describe_favourite(row) for row in found]})


class FavouriteUris(APIView):
    """Which tracks one keeps, so that a page can show it beside each."""

    @extend_schema(responses=response_schemas.FavouriteUris)
    def get(self, request: Request) -> Response:
        listener = identity_of_request(request).email
        consume("search", listener)
        return Response({"uris": favourites.find_uris(listener)})


class OneFavourite(APIView):
    """A track among one's favourites, or not: asked twice, it is the same."""

    @extend_schema(request=None, responses=response_schemas.Liked)
    def put(self, request: Request, uri: str) -> Response:
        listener = identity_of_request(request).email
        consume("favourites", listener)
        favourites.like(listener, uri)
        return Response({"uri": uri, "liked": True})

    @extend_schema(request=None, responses={200: response_schemas.Liked})
    def delete(self, request: Request, uri: str) -> Response:
        listener = identity_of_request(request).email
        consume("favourites", listener)
        favourites.unlike(listener, uri)
        return Response({"uri": uri, "liked": False})


def describe_favourite(row: Favourite) -> dict[str, object]:
    return {
        "uri": row.uri,
        "provider": row.uri.partition(":")[0],
        "title": row.title,
        "artist": row.artist,
        "album": row.album,
        "image": row.image,
        "duration_ms": row.duration_ms,
        "liked_ms": row.liked_ms,
    }
