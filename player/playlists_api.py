"""One's own playlists over HTTP, and to read, what others share."""

from urllib.parse import quote

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from andre.protocol.frames import validate_body
from andre.protocol.shapes import Playlist
from nests.api import act_of_member
from player import response_schemas
from player.models import PlaylistEntry
from player.playlists import entries, exporting, importing, playlists, saved

CREATED = 201
LARGEST_ID = 2**63 - 1


class Playlists(APIView):
    """One's own playlists and those that others share, without their songs."""

    @extend_schema(responses=response_schemas.PlaylistList)
    def get(self, request: Request) -> Response:
        listener = identity_of_request(request).email
        consume("lists", listener)
        found = playlists.list_playlists(listener)
        return Response({"playlists": [playlist.model_dump() for playlist in found]})

    @extend_schema(
        request=response_schemas.PlaylistWish, responses={201: response_schemas.EntriesAdded}
    )
    def post(self, request: Request) -> Response:
        """Also of the queue or the evening of a nest one is a member of."""
        listener = identity_of_request(request).email
        wish = validate_body(response_schemas.PlaylistWish, request.data)
        consume("playlists", listener)
        begun = entries_wished(wish, request)
        made, added = playlists.make_playlist(listener, wish.name, begun), entries.Added(begun)
        if wish.uris:
            made, added = entries.add_entries(listener, made.id, wish.uris)
        return Response(describe_added(made, added), status=CREATED)


def entries_wished(wish: response_schemas.PlaylistWish, request: Request) -> list[PlaylistEntry]:
    """Raises Refusal."""
    if wish.of is None:
        return []
    if wish.nest is None or wish.uris:
        raise Refusal("validation_error", "of: it needs a nest, and takes no uris besides.")
    act = act_of_member(request, wish.nest)
    if wish.of == "queue":
        return saved.entries_of_queue(act)
    return saved.entries_of_evening(act.nest)


class OnePlaylist(APIView):
    @extend_schema(responses=response_schemas.PlaylistRead)
    def get(self, request: Request, playlist: int) -> Response:
        listener = identity_of_request(request).email
        consume("lists", listener)
        found = playlists.read_playlist(listener, require_id(playlist))
        rows = entries.read_entries(listener, playlist)
        return Response({"playlist": found.model_dump(), "entries": describe_entries(rows)})

    @extend_schema(request=response_schemas.PlaylistChange, responses=response_schemas.OnePlaylist)
    def patch(self, request: Request, playlist: int) -> Response:
        """Rename it, share it, or share it no longer."""
        listener = identity_of_request(request).email
        wish = validate_body(response_schemas.PlaylistChange, request.data)
        consume("playlists", listener)
        changed = playlists.change_playlist(
            listener, require_id(playlist), name=wish.name, shared=wish.shared
        )
        return Response({"playlist": changed.model_dump()})

    @extend_schema(responses={200: response_schemas.DeletedPlaylist})
    def delete(self, request: Request, playlist: int) -> Response:
        listener = identity_of_request(request).email
        consume("playlists", listener)
        playlists.delete_playlist(listener, require_id(playlist))
        return Response({"id": playlist, "deleted": True})


class PlaylistEntries(APIView):
    @extend_schema(request=response_schemas.EntriesWish, responses=response_schemas.EntriesAdded)
    def post(self, request: Request, playlist: int) -> Response:
        """Add tracks, albums or artists. Each is answered on its own."""
        listener = identity_of_request(request).email
        wish = validate_body(response_schemas.EntriesWish, request.data)
        consume("playlists", listener)
        changed, added = entries.add_entries(
            listener, require_id(playlist), wish.uris, wish.before, again=wish.again
        )
        return Response(describe_added(changed, added))


class OneEntry(APIView):
    @extend_schema(request=response_schemas.EntryPlace, responses=response_schemas.OnePlaylist)
    def patch(self, request: Request, playlist: int, entry: int) -> Response:
        """Put it before another one, or behind all."""
        listener = identity_of_request(request).email
        wish = validate_body(response_schemas.EntryPlace, request.data)
        consume("playlists", listener)
        changed = entries.move_entry(listener, require_id(playlist), require_id(entry), wish.before)
        return Response({"playlist": changed.model_dump()})

    @extend_schema(responses={200: response_schemas.OnePlaylist})
    def delete(self, request: Request, playlist: int, entry: int) -> Response:
        listener = identity_of_request(request).email
        consume("playlists", listener)
        changed = entries.remove_entry(listener, require_id(playlist), require_id(entry))
        return Response({"playlist": changed.model_dump()})


class PlaylistImport(APIView):
    """A playlist of another program: M3U, M3U8, XSPF, JSPF or CSV."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "name": {"type": "string"},
                },
                "required": ["file"],
            }
        },
        responses={201: response_schemas.PlaylistImported},
    )
    def post(self, request: Request) -> Response:
        """Its songs are found here by address, path, ISRC, or artist and title."""
        listener = identity_of_request(request).email
        consume("playlist_imports", listener)
        file = request.FILES.get("file")
        if file is None or (file.size or 0) > importing.LONGEST_FILE:
            sentence = f"file: a playlist of at most {importing.LONGEST_FILE // 1_000_000} MB."
            raise Refusal("unreadable_playlist", sentence)
        name = str(request.POST.get("name", ""))
        made, missing, following = importing.import_playlist(
            listener, file.name or "", file.read(), name
        )
        body = {"playlist": made.model_dump(), "missing": describe_entries(missing)}
        return Response(body | {"next": following}, status=CREATED)


class PlaylistMatch(APIView):
    @extend_schema(request=response_schemas.MatchWish, responses=response_schemas.PlaylistMatched)
    def post(self, request: Request, playlist: int) -> Response:
        """Look again for the entries that nothing here was, some at a time."""
        listener = identity_of_request(request).email
        wish = validate_body(response_schemas.MatchWish, request.data)
        consume("playlists", listener)
        changed, found, following = importing.match_missing(
            listener, require_id(playlist), wish.after
        )
        body = {"playlist": changed.model_dump(), "found": describe_entries(found)}
        return Response(body | {"next": following})


class PlaylistExport(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("kind", location="path", enum=sorted(exporting.FORMATS))],
        responses={
            (200, each.content_type): OpenApiTypes.STR for each in exporting.FORMATS.values()
        },
    )
    def get(self, request: Request, playlist: int, kind: str) -> HttpResponse:
        """As M3U8, XSPF, JSPF or CSV."""
        listener = identity_of_request(request).email
        found = playlists.read_playlist(listener, require_id(playlist))
        consume("exports", listener)
        rows = entries.read_entries(listener, playlist)
        content_type, content = exporting.export_playlist(kind, found.name, rows)
        file_name = quote(f"{found.name}.{kind}", safe="")
        return HttpResponse(
            content,
            content_type=f"{content_type}; charset=utf-8",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{file_name}"},
        )


def require_id(number: int) -> int:
    """An address may name more than a database counts to. Raises Refusal `playlist_not_found`."""
    if number > LARGEST_ID:
        raise Refusal("playlist_not_found", "There is no such playlist of yours.")
    return number


def describe_added(playlist: Playlist, added: entries.Added) -> dict[str, object]:
    return {
        "playlist": playlist.model_dump(),
        "added": describe_entries(added.entries),
        "already": added.already,
        "rejected": added.rejected,
    }


def describe_entries(rows: list[PlaylistEntry]) -> list[dict[str, object]]:
    return [
        {
            "id": row.pk,
            "uri": row.uri,
            "provider": row.uri.partition(":")[0],
            "title": row.title,
            "artist": row.artist,
            "album": row.album,
            "image": row.image,
            "duration_ms": row.duration_ms,
        }
        for row in rows
    ]
