"""What the API of songs takes and answers, as shapes for its description."""

from typing import Annotated, Any, Literal

from pydantic import Field
from rest_framework import serializers

from andre.core.transcoding import Quality
from andre.protocol.commands import URIS_AT_ONCE, DeviceId, Uri
from andre.protocol.shapes import Playlist, Shape, Title, Track
from player.models import Play
from player.providers.linked import Device


class Found(Shape):
    """`late` are the catalogues that did not answer in time."""

    results: list[Track]
    late: list[str]


class PasteWish(Shape):
    """Of a `nest` only what it plays from is taken."""

    text: str
    nest: str | None = None


class Unread(Shape):
    text: str
    message: str


class Pasted(Shape):
    """A track of unknown length has 0: the page measures it, and hands that in with the song."""

    tracks: list[Track]
    unread: list[Unread]


class LibraryScan(Shape):
    """`done` of `total` files of this step; `report` is one line about the last that ended.

    `added` is how many tracks that one found, `fault` the code of what it refused.
    """

    state: Literal["never", "waiting", "running", "finished", "failed"]
    step: str
    done: int
    total: int
    asked_ms: int
    began_ms: int
    ended_ms: int
    report: str
    added: int
    fault: str


class OnShelf(Shape):
    """An album, an artist, a genre or a decade. `uri` opens the first two; the others are names."""

    uri: str
    title: str
    artist: str = ""
    year: int | None = None
    songs: int | None = None
    albums: int | None = None
    duration_ms: int | None = None
    image: str


class ShelfPage(Shape):
    """`total` things of this kind, of which a page shows `page_size`."""

    results: list[OnShelf]
    total: int
    page: int
    page_size: int


class ProgressWish(Shape):
    """`disc` (or season) and `part` (track of it, or episode) of what has parts, else 0."""

    uri: Annotated[str, Field(min_length=1, max_length=300)]
    position_ms: Annotated[int, Field(ge=0, le=2**53)]
    duration_ms: Annotated[int, Field(ge=0, le=2**53)]
    completed: bool = False
    disc: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    part: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class ProgressTold(Shape):
    uri: str
    disc: int
    part: int
    position_ms: int
    duration_ms: int
    progress_percent: float
    completed: bool
    updated_ms: int


class ProgressFound(Shape):
    progress: ProgressTold | None


class ResumeTold(Shape):
    """What this listener heard last in the nest. Completed, it begins again at 0."""

    uri: str | None
    progress_percent: float
    last_position_seconds: float
    completed: bool


class CapabilitiesTold(Shape):
    """What a page around its player can make it do."""

    seek: bool
    pause: bool
    resume: bool
    autoplay: bool


class SourceTold(Shape):
    """Of an item of a collection, `disc` (or season) and `part` (track or episode) say which."""

    provider: str
    kind: str
    external_id: str
    disc: int | None
    part: int | None
    supports_events: bool
    supports_progress: bool
    capabilities: CapabilitiesTold


class Embed(Shape):
    url: str | None
    source: SourceTold | None


class SourceWish(Shape):
    id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    provider: Annotated[str, Field(min_length=1, max_length=40)]
    kind: Annotated[str, Field(min_length=1, max_length=40)] = "track"
    external_id: Annotated[str, Field(min_length=1, max_length=200)]


class SourceChosen(Shape):
    """`added`, `waiting` and `rejected` are as `add_songs` answers them."""

    source: SourceTold
    rev: int
    added: list[int]
    waiting: list[int]
    rejected: list[dict[str, Any]]


class Suggested(Shape):
    results: list[Track]


class FavouriteTrack(Shape):
    uri: str
    provider: str
    title: str
    artist: str
    album: str
    image: str
    duration_ms: int
    liked_ms: int


class FavouriteList(Shape):
    favourites: list[FavouriteTrack]


class FavouriteUris(Shape):
    uris: list[str]


class Liked(Shape):
    uri: str
    liked: bool


class LyricsLine(Shape):
    """`at_ms` is when it is sung, in ms of the song; an empty line is a pause."""

    at_ms: int | None
    text: str


class Lyrics(Shape):
    """Where they are `timed` every line has its time, in order; elsewhere none has."""

    uri: str
    timed: bool
    lines: list[LyricsLine]


PlaylistName = Annotated[str, Field(min_length=1, max_length=300)]
PlaylistUris = Annotated[list[Uri], Field(max_length=URIS_AT_ONCE)]
EntryId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class PlaylistWish(Shape):
    """Empty, of these tracks, or of what a nest has: `queue` is what plays and waits there,
    `evening` what was played to its end there since the last three hours of silence.
    """

    name: PlaylistName
    uris: PlaylistUris = []
    nest: str | None = None
    of: Literal["queue", "evening"] | None = None


class PlaylistChange(Shape):
    """What is null stays as it is. `shared`: everybody signed in may read it."""

    name: PlaylistName | None = None
    shared: bool | None = None


class EntriesWish(Shape):
    """Tracks, albums and artists; without `before` they come last.

    What is in the playlist already is added once more only with `again`.
    """

    uris: Annotated[list[Uri], Field(min_length=1, max_length=URIS_AT_ONCE)]
    before: EntryId | None = None
    again: bool = False


class EntryPlace(Shape):
    """The entry that it is to stand before; null: behind all."""

    before: EntryId | None


class MatchWish(Shape):
    """Where an answer had a `next`: the entry behind which to go on."""

    after: EntryId | None = None


class PlaylistEntry(Shape):
    """A track as it was called when it was added. Without a `uri` nothing here is this song."""

    id: int
    uri: str
    provider: str
    title: Title
    artist: Title
    album: Title
    image: str
    duration_ms: int


class PlaylistList(Shape):
    """One's own, then what others share; of both what changed last comes first."""

    playlists: list[Playlist]


class OnePlaylist(Shape):
    playlist: Playlist


class PlaylistRead(Shape):
    playlist: Playlist
    entries: list[PlaylistEntry]


class DeletedPlaylist(Shape):
    id: int
    deleted: bool


class EntriesAdded(Shape):
    """What there was `already`, and why others were refused: `{uri, error, message}` each."""

    playlist: Playlist
    added: list[PlaylistEntry]
    already: list[str]
    rejected: list[dict[str, Any]]


class PlaylistImported(Shape):
    """`missing` are the entries that nothing here is. Where `next` is an entry, no more than those
    before it have been searched for: `match` goes on behind it.
    """

    playlist: Playlist
    missing: list[PlaylistEntry]
    next: int | None


class PlaylistMatched(Shape):
    """`found` are entries that were missing and are tracks now; `next` as of an import."""

    playlist: Playlist
    found: list[PlaylistEntry]
    next: int | None


class MediaTokenWish(Shape):
    """`device` and `tab` have to be the caller's speaker in this nest; where there is none, they
    become it.

    Without a device the token is for the session or key that asks. Further fields are ignored.
    """

    model_config = Shape.model_config | {"extra": "ignore"}
    track: str
    device: DeviceId | Literal[""] | None = None
    tab: DeviceId | None = None
    quality: Quality = "original"


class MediaToken(Shape):
    """`quality` is that of `url`: the original where what was asked for is not made yet, and while
    `preparing` it will soon be.
    """

    url: str
    token: str
    expires_at: int
    quality: Quality
    preparing: bool


class PersonsAirtime(Shape):
    """Seconds."""

    id: str
    name: str
    last_hour_s: float
    finish_tag: float


class Airtime(Shape):
    virtual_time: float
    people: list[PersonsAirtime]


class SyncErrors(Shape):
    devices: int
    median_ms: float | None
    worst_ms: float | None


class PlayRow(serializers.ModelSerializer[Play]):
    """People are ids and names."""

    user_name = serializers.CharField()
    skipped_by_name = serializers.CharField()

    class Meta:
        model = Play
        fields = "__all__"


class Plays(serializers.Serializer[dict[str, list[Play]]]):
    plays = PlayRow(many=True)


class Account(Shape):
    """`state`: none, connected, ending, ended. Connect by POST of a form to `connect_url`."""

    provider: str
    title: str
    state: Literal["none", "connected", "ending", "ended"]
    name: str
    warning: str
    consented_at: str | None
    ends_at: str | None
    connect_url: str


class Accounts(Shape):
    accounts: list[Account]


class ScrobbleService(Shape):
    """`state`: none, connected, or ended (its token is not taken any more). `waiting`: songs that
    it has not got yet. The token is found at `token_url`; where that is empty, one is made by
    `POST /api/scrobbling/{service}/consent`.
    """

    service: str
    title: str
    state: Literal["none", "connected", "ended"]
    name: str
    waiting: int
    token_url: str


class ScrobbleServices(Shape):
    services: list[ScrobbleService]


class ScrobbleConsent(Shape):
    """Allow it at `url`, then connect with `token`."""

    token: str
    url: str


class ScrobbleToken(Shape):
    token: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\s*[!-~]+\s*$")]


class HeardWish(Shape):
    song_id: Annotated[int, Field(ge=1, le=2**53)]
    heard_ms: Annotated[int, Field(ge=0, le=2**53)]


class HeardCounted(Shape):
    counted: bool


class OwnDevices(Shape):
    devices: list[Device]


class TransferWish(Shape):
    """Without `nest` the Main Nest; `device_id` null: no longer."""

    device_id: str | None = None
    nest: str = "main"


class OwnStatus(Shape):
    """`message` is for the listener; `why` is the same for programs."""

    following: bool
    provider: str
    device_id: str
    device: str
    state: Literal["off", "on", "silent", "away", "held", "trouble"]
    why: str
    message: str
    error_ms: int | None


class OwnToken(Shape):
    """`expires_at` is in milliseconds of the epoch."""

    access_token: str
    expires_at: int
