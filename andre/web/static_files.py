"""Static files: named by their content, the modules' own imports included, and sent whole.

Collecting them writes each beside itself by Brotli and by gzip; who serves them picks one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import Redirect, StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of ours alone; what packages bring may have its licence in a comment.
OURS = re.compile(r"^(js|css)/")
COMMENTS = {
    ".js": re.compile(rb"^[ \t]*//.*\n", re.MULTILINE),
    ".css": re.compile(rb"^[ \t]*/\*[^*]*\*+(?:[^/*][^*]*\*+)*/[ \t]*\n", re.MULTILINE),
}


class HashedModuleStorage(CompressedManifestStaticFilesStorage):
    """Comments that stand on lines of their own are left out: an eighth of a first load."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 12  # Names travel up the imports, one module further each time.

    def post_process(self, paths: Mapping[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        light = {}
        for name, (storage, path) in paths.items():
            is_ours = OURS.match(name) is not None
            light[name] = (Uncommented(storage) if is_ours else storage, path)
            if is_ours:  # A module's hash is also asked of its collected file.
                content = Uncommented(storage).open(path)
                self.delete(name)
                self._save(name, content)
        yield from super().post_process(light, *args, **options)

    def compress_files(self, paths: Iterable[str]) -> Iterator[Any]:
        """Those named by their content: no page asks for the others, and Brotli takes its time."""
        wanted = set(self.hashed_files.values()).intersection(paths)
        yield from super().compress_files(wanted)


class Uncommented:
    """A storage of sources, read without their comments."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def open(self, path: str) -> "ContentFile[bytes]":
        with self.storage.open(path) as file:
            return ContentFile(leave_out_comments(path, file.read()))


def leave_out_comments(path: str, source: bytes) -> bytes:
    found = next((each for end, each in COMMENTS.items() if path.endswith(end)), None)
    return found.sub(b"", source) if found else source


class UnstreamedWhiteNoise(WhiteNoiseMiddleware):
    """They are small. Pieces of a file that is read without awaiting are gathered all the same, at
    the price of one more thread and of a warning.
    """

    @staticmethod
    def serve(static_file: StaticFile | Redirect, request: HttpRequest) -> HttpResponse:
        pieces = WhiteNoiseMiddleware.serve(static_file, request)
        whole = HttpResponse(b"".join(pieces), status=pieces.status_code)
        whole.headers = pieces.headers
        whole.headers["X-Content-Type-Options"] = "nosniff"
        pieces.close()
        return whole
