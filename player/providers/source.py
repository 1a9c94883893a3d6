"""What is played, as a plain value, and the address of a page that plays it in a frame.

Nothing here asks anybody: the same source and options give the same address, byte for byte.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlencode

from andre.core.errors import Refusal

WHOLE_NUMBERS = "disc and part: an item of a collection has both, from 1."


@dataclass(frozen=True)
class Capabilities:
    """What a page around its player can make it do."""

    seek: bool = True
    pause: bool = True
    resume: bool = True
    autoplay: bool = True


@dataclass(frozen=True)
class TrackSource:
    """Of a collection, `disc` (or season) and `part` (track or episode) say which item."""

    provider: str
    kind: str
    external_id: str
    disc: int | None = None
    part: int | None = None
    supports_events: bool = False
    supports_progress: bool = False
    capabilities: Capabilities = Capabilities()

    @property
    def uri(self) -> str:
        return f"{self.provider}:{self.kind}:{self.external_id}"

    def fields(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Embedding:
    """How a player's page is to look and to begin; what is None or empty is left to it.

    `origin` is the page around it, which may speak to it.
    """

    color: str = ""
    autoplay: bool | None = None
    next: bool | None = None
    selector: bool | None = None
    progress: bool | None = None
    start_ms: int = 0
    origin: str = ""

    def query(self) -> dict[str, str]:
        """In this order, whatever was asked for first."""
        switches = {
            name: str(int(value))
            for name in ("autoplay", "next", "selector", "progress")
            if (value := getattr(self, name)) is not None
        }
        asked = {"color": self.color} | switches
        asked["start"] = str(self.start_ms // 1000) if self.start_ms >= 1000 else ""
        asked["origin"] = self.origin
        return {name: value for name, value in asked.items() if value}


def single_address(
    page: str, source: TrackSource, how: Embedding, always: Mapping[str, str | int] = {}
) -> str:
    """`page/id?...`; `always` is what the player is told in any case."""
    return with_query(f"{page}/{quote(source.external_id, safe='')}", {**always, **how.query()})


def item_address(
    page: str, source: TrackSource, how: Embedding, always: Mapping[str, str | int] = {}
) -> str:
    """`page/id/disc/part?...`. Raises Refusal `validation_error` where a number is missing."""
    if not source.disc or not source.part:
        raise Refusal("validation_error", WHOLE_NUMBERS)
    path = f"{quote(source.external_id, safe='')}/{source.disc}/{source.part}"
    return with_query(f"{page}/{path}", {**always, **how.query()})


def with_query(address: str, asked: Mapping[str, str | int]) -> str:
    return f"{address}?{urlencode(asked)}" if asked else address
