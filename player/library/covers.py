"""Covers as the page shows them: one set of thumbnails per picture, however many songs share it."""

import io
import os
import struct
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from PIL.Image import DecompressionBombError

from player.library.moods import mood_of
from player.library.tags import LARGEST_PICTURE

SIZES = (96, 320, 640)  # a row, a stage on a phone, a stage
QUALITY = 86
MOST_PIXELS = 60_000_000
FOLDER_NAMES = ("cover.jpg", "cover.jpeg", "cover.png")
UNREADABLE = (
    UnidentifiedImageError,
    DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,  # Pillow's word for a broken PNG
    struct.error,
)


@dataclass(frozen=True)
class Kept:
    name: str
    mood: str


NONE = Kept("", "")


class CoverShelf:
    """Thumbnails in one folder. Remembers what it has kept, so that an album costs one picture."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[str, Kept] = {}
        self._of_folders: dict[Path, Kept] = {}

    def keep(self, picture: bytes) -> Kept:
        """What `picture` is called here, and its mood; NONE if nobody can make it out."""
        name = sha256(picture).hexdigest()[:32]
        if name not in self._kept:
            self._kept[name] = self._drawn(name, picture)
        return self._kept[name]

    def keep_of_folder(self, folder: Path) -> Kept:
        if folder not in self._of_folders:
            picture = picture_in(folder)
            self._of_folders[folder] = self.keep(picture) if picture else NONE
        return self._of_folders[folder]

    def _drawn(self, name: str, picture: bytes) -> Kept:
        try:
            with Image.open(io.BytesIO(picture)) as image:
                if image.width * image.height > MOST_PIXELS:
                    return NONE
                image.draft("RGB", (SIZES[-1], SIZES[-1]))
                whole = squared(image.convert("RGB"))
        except UNREADABLE:
            return NONE
        for size in SIZES:
            save(whole, size, path_of(self.folder, name, size))
        return Kept(name, mood_of(whole))


def path_of(folder: Path, name: str, size: int) -> Path:
    return folder / name[:2] / f"{name}-{size}.jpg"


def squared(image: Image.Image) -> Image.Image:
    """The middle of it: rows and stages are square."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))


def save(image: Image.Image, size: int, path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    small = image.resize((size, size), Image.Resampling.LANCZOS)
    small.save(unfinished, "JPEG", quality=QUALITY, progressive=True)
    unfinished.replace(path)


def picture_in(folder: Path) -> bytes | None:
    for name in FOLDER_NAMES:
        path = folder / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST_PICTURE:
            return path.read_bytes()
    return None
