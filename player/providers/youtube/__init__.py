"""YouTube as a provider: pasted links always, search with a key.

Without a key nobody tells how long a video is. The page that pastes it measures that in the
player it embeds, and hands the length in with the song. Later the plays tell; before, it is 0.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Max

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.models import Play
from player.providers import cache
from player.providers.base import PAGE_SIZE, Kind
from player.providers.source import Capabilities, Embedding, TrackSource, single_address
from player.providers.youtube import client, links
from player.providers.youtube.links import NAME

PICTURES = "https://i.ytimg.com"
MUSIC = "10"  # Their number for the category.
LENGTH = re.compile(r"P(?:(\d{1,2})D)?T(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})S)?")
FURTHEST_PAGE = 5  # A page costs a hundredth of a day's quota.

# Our page has the controls, and speaks to the frame.
OF_EVERY_FRAME = {"enablejsapi": 1, "playsinline": 1, "controls": 0, "rel": 0, "disablekb": 1}

Json = dict[str, Any]


class YouTube:
    name = NAME
    title = client.TITLE
    is_near = False

    @property
    def is_configured(self) -> bool:
        return conf().youtube_enabled

    @property
    def is_searchable(self) -> bool:
        return self.is_configured and conf().youtube_api_key is not None

    @property
    def tells_lengths(self) -> bool:
        return self.is_searchable

    def read(self, text: str) -> str | None:
        return links.parse_link(text)

    def search(self, query: str, kind: Kind, page: int) -> list[Track]:
        if kind != "track" or not 1 <= page <= FURTHEST_PAGE:
            return []
        question = f"search {page} {query}"
        found = cache.get_or_ask(
            NAME, question, cache.SEARCH_SECONDS, lambda: search_videos(query, page)
        )
        return [Track(**each) for each in found]

    def lookup(self, uri: str) -> Track:
        """Raises Refusal `track_not_found`."""
        name = links.id_of(uri)
        if name is None:
            raise not_found()
        look_up = with_length if self.is_searchable else by_title
        found = cache.get_or_ask(NAME, uri, cache.LOOKUP_SECONDS, lambda: look_up(name))
        return Track(**found | {"duration_ms": found["duration_ms"] or usual_length_ms(uri)})

    def expand(self, uri: str) -> list[Track]:
        return [self.lookup(uri)]

    def source_of(self, uri: str) -> TrackSource | None:
        name = links.id_of(uri)
        if name is None:
            return None
        return TrackSource(
            NAME,
            "video",
            name,
            supports_events=True,
            supports_progress=True,
            capabilities=Capabilities(autoplay=False),  # A browser wants a press before sound.
        )

    def embed_url(self, source: TrackSource, how: Embedding) -> str | None:
        return single_address(conf().youtube_embed_url, source, how, OF_EVERY_FRAME)

    def sources(self) -> Mapping[str, Sequence[str]]:
        parts = urlsplit(conf().youtube_embed_url)
        return {"frame-src": [f"{parts.scheme}://{parts.netloc}"], "img-src": [PICTURES]}


def search_videos(query: str, page: int) -> list[Json]:
    ids = [name for name in ids_found(query, page) if links.ID.fullmatch(name)]
    if not ids:
        return []
    rows = videos(ids)
    for row in rows:  # Who adds what was found asks nobody again.
        cache.remember(NAME, row["uri"], cache.LOOKUP_SECONDS, row)
    return rows


def ids_found(query: str, page: int) -> list[str]:
    """Pages are chained by tokens; who begins in the middle has none."""
    params = {
        "part": "id",
        "type": "video",
        "videoEmbeddable": "true",
        "videoCategoryId": MUSIC,
        "maxResults": str(PAGE_SIZE),
        "q": query,
    }
    if page > 1:
        token = cache.recall(NAME, f"page {page} {query}")
        if token is None:
            return []
        params["pageToken"] = token
    answer = client.fetch_data("search", params)
    if token := answer.get("nextPageToken"):
        cache.remember(NAME, f"page {page + 1} {query}", cache.SEARCH_SECONDS, str(token))
    return [str((item.get("id") or {}).get("videoId")) for item in items_of(answer)]


def items_of(answer: Json) -> list[Json]:
    """Where one is missing they may write null."""
    return [item for item in answer.get("items") or [] if isinstance(item, dict)]


def with_length(name: str) -> Json:
    """Raises Refusal `track_not_found`."""
    rows = videos([name])
    if not rows:
        raise not_found()
    return rows[0]


def videos(ids: list[str]) -> list[Json]:
    asked = {"part": "snippet,contentDetails,status", "id": ",".join(ids)}
    items = items_of(client.fetch_data("videos", asked))
    return [row_of(item).model_dump() for item in items if may_be_embedded(item)]


def may_be_embedded(item: Json) -> bool:
    name = str(item.get("id"))
    return bool(links.ID.fullmatch(name)) and (item.get("status") or {}).get("embeddable") is True


def row_of(item: Json) -> Track:
    snippet = item.get("snippet") or {}
    length = (item.get("contentDetails") or {}).get("duration") or ""
    return track(item["id"], snippet.get("title"), snippet.get("channelTitle"), ms_of(length))


def by_title(name: str) -> Json:
    answer = client.fetch_oembed(name)
    return track(name, answer.get("title"), answer.get("author_name"), 0).model_dump()


def usual_length_ms(uri: str) -> int:
    """As long as it mostly was when it played in this server; 0 if it never has."""
    lengths = Play.objects.filter(uri=uri).values("duration_ms").order_by()
    often = lengths.annotate(times=Count("id"), latest=Max("started_ms"))
    found = often.order_by("-times", "-latest").first()
    return found["duration_ms"] if found else 0


def track(name: str, title: object, author: object, duration_ms: int) -> Track:
    return Track(
        uri=f"{NAME}:video:{name}",
        provider=NAME,
        title=str(title or "A video"),
        artist=str(author or ""),
        album="",
        duration_ms=duration_ms,
        image=f"{PICTURES}/vi/{name}/mqdefault.jpg",
    )


def ms_of(length: str) -> int:
    """Of an ISO 8601 duration; 0 for what has none, as a live stream."""
    found = LENGTH.fullmatch(length)
    if found is None:
        return 0
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000


def not_found() -> Refusal:
    return Refusal("track_not_found", f"{client.TITLE} does not have this video.")
