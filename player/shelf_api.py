"""The library to walk through over HTTP: albums, artists, genres, decades."""

from collections.abc import Callable, Sequence
from itertools import islice

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.core.address_numbers import describe_whole_number
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from player import response_schemas
from player.library import browse
from player.library.browse import AlbumOnShelf, AlbumWish, ArtistOnShelf, GroupOnShelf, Shelf
from player.models import Track
from player.providers.library.genres import genres_in
from player.response_schemas import OnShelf, ShelfPage
from player.track_rows import NAME, image_of

Thing = AlbumOnShelf | ArtistOnShelf | GroupOnShelf
KINDS = ("albums", "artists", "genres", "decades")
MOST_PAGES = 100_000
LONGEST_WORDS = 100


class LibraryShelf(APIView):
    """What the library has, a page at a time, in the order of a shelf."""

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", location="path", enum=KINDS),
            OpenApiParameter("page", describe_whole_number(1, 100_000)),
            OpenApiParameter("artist", description="albums: only theirs, by the artist's uri"),
            OpenApiParameter("genre", description="albums: only those with a song of it"),
            OpenApiParameter("decade", description='albums: only of these years, like "1970s"'),
            OpenApiParameter("words", description="albums and artists: only those named so"),
            OpenApiParameter("sort", enum=["artist", "newest"], description="albums: artist"),
            OpenApiParameter("nest", description="needed by guests: the nest they are in"),
        ],
        responses=response_schemas.ShelfPage,
    )
    def get(self, request: Request, kind: str) -> Response:
        consume("shelf", identity_of_request(request).email)
        page = page_in(request.query_params.get("page", "1"))
        shelf = browse.kept.shelf(genres_in)
        found = find_things(kind, shelf, request)
        start = (page - 1) * browse.PAGE_SIZE
        shown = list(islice(found, start, start + browse.PAGE_SIZE))
        tracks = browse.tracks_named(thing.track for thing in shown)
        there = [thing for thing in shown if thing.track in tracks]
        items = [describe_thing(thing, tracks[thing.track]) for thing in there]
        body = ShelfPage(results=items, total=len(found), page=page, page_size=browse.PAGE_SIZE)
        return Response(body.model_dump())


def page_in(text: str) -> int:
    """Raises Refusal `validation_error`."""
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_PAGES:
        raise Refusal("validation_error", "page: a whole number from 1 is needed.")
    return int(text[:9])


def find_things(kind: str, shelf: Shelf, request: Request) -> Sequence[Thing]:
    """Raises Refusal `validation_error`."""
    match kind:
        case "albums":
            return browse.albums_wanted(shelf, wish_in(request))
        case "artists":
            return browse.with_words(words_in(request), shelf.artists, lambda each: each.name)
        case "genres":
            return shelf.genres
        case "decades":
            return shelf.decades
        case _:
            raise Refusal("validation_error", f"kind: one of {', '.join(KINDS)}.")


def wish_in(request: Request) -> AlbumWish:
    asked = request.query_params
    return AlbumWish(
        artist=asked.get("artist", "").removeprefix(f"{NAME}:artist:"),
        genre=asked.get("genre", ""),
        decade=asked.get("decade", ""),
        words=words_in(request),
        newest=asked.get("sort") == "newest",
    )


def words_in(request: Request) -> str:
    return request.query_params.get("words", "")[:LONGEST_WORDS]


def describe_thing(thing: Thing, track: Track) -> OnShelf:
    return DESCRIBES[type(thing)](thing, image_of(track))


def describe_album(album: AlbumOnShelf, image: str) -> OnShelf:
    return OnShelf(
        uri=f"{NAME}:album:{album.key}",
        title=album.title,
        artist=album.artist,
        year=album.year or None,
        songs=album.songs,
        duration_ms=album.duration_ms,
        image=image,
    )


def describe_artist(artist: ArtistOnShelf, image: str) -> OnShelf:
    return OnShelf(
        uri=f"{NAME}:artist:{artist.key}",
        title=artist.name,
        songs=artist.songs,
        albums=artist.albums,
        image=image,
    )


def describe_group(group: GroupOnShelf, image: str) -> OnShelf:
    return OnShelf(uri=group.name, title=group.name, albums=group.albums, image=image)


DESCRIBES: dict[type, Callable[..., OnShelf]] = {
    AlbumOnShelf: describe_album,
    ArtistOnShelf: describe_artist,
    GroupOnShelf: describe_group,
}
