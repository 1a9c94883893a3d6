"""Which encoding a request says it has: before Django makes a request of it, and fails on `hex`."""

import codecs
import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from django.utils.http import parse_header_parameters

from andre.core.errors import Refusal

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

OURS = ("utf-8", "ascii")  # The second is part of the first.


def names_only_ours(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Python knows encodings that are none of text, and some that read a form as another one."""
    kinds = [value.decode("latin-1") for name, value in headers if name == b"content-type"]
    return all(
        is_ours(parameters.get("charset", "utf-8")) for parameters in map(read_charset, kinds)
    )


def read_charset(kind: str) -> dict[str, str]:
    try:
        return parse_header_parameters(kind)[1]
    except ValueError:  # More parameters than anybody reads, or one in an encoding of its own.
        return {"charset": ""}


def is_ours(name: str) -> bool:
    try:
        return codecs.lookup(name).name in OURS
    except (LookupError, ValueError):
        return False


async def refuse(send: Send) -> None:
    refusal = Refusal("malformed", "Only UTF-8 is read here.", status=415)
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(refusal.body()).encode()})
