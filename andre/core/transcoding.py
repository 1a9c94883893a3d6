"""Whether recordings can be made smaller on this machine: by ffmpeg, where it is installed."""

import shutil
from functools import cache
from typing import Literal, get_args

from andre.core.conf import conf

Quality = Literal["original", "high", "saver"]
QUALITIES: tuple[Quality, ...] = get_args(Quality)


@cache
def find_ffmpeg() -> str | None:
    """Its path. Asked once: who installs it starts Andre again."""
    return shutil.which("ffmpeg")


def has_encodings() -> bool:
    """Whether devices may choose something smaller than the recording itself."""
    return conf().andre_transcode_cache_gb > 0 and find_ffmpeg() is not None
