"""The bytes of a file, read in threads of their own: a slow disk keeps nobody's vote waiting."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, Protocol

from andre.core.executors import BoundedPool, free_request_thread

CHUNK_BYTES = 256 * 1024  # Few thread hops; a slow client holds one chunk, not a file.
READERS = 8

media_pool = BoundedPool("media", READERS)


class Readable(Protocol):
    def read(self, most: int, /) -> bytes: ...

    def close(self) -> None: ...


def open_at(path: Path, first: int) -> BinaryIO:
    """Unbuffered: we read in large pieces, and a buffer would only copy them."""
    file = path.open("rb", buffering=0)
    file.seek(first)
    return file


async def read_chunks(file: Readable, length: int) -> AsyncIterator[bytes]:
    """The next `length` bytes. Memory holds one chunk, however long the file is."""
    await free_request_thread()
    left = length
    try:
        while left > 0:
            chunk = await media_pool.run(file.read, min(left, CHUNK_BYTES))
            if not chunk:
                return  # Cut short under our hands; the length we promised shows it.
            left -= len(chunk)
            yield chunk
    finally:
        file.close()
