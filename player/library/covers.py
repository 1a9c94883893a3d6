"""Covers as the page shows them: one set of thumbnails per picture, however many songs share it."""

import io
import os
import struct
import zlib
from hashlib import sha256
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from PIL.Image import DecompressionBombError

from player.library.tags import LARGEST_PICTURE

SIZES = (96, 320, 640)  # a row, a stage on a phone, a stage
QUALITY = 86
# Others start programs (an EPS is handed to Ghostscript) or are nothing for a page.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# A pixel takes four bytes, in some decoders four times over. A JPEG is read at an eighth of its
# size, unless it is progressive: then all of it is held first.
MOST_PIXELS = 12_000_000
MOST_PIXELS_OF_JPEG = 80_000_000
FOLDER_NAMES = ("cover.jpg", "cover.jpeg", "cover.png")
UNREADABLE = (
    UnidentifiedImageError,
    DecompressionBombError,
    OSError,
    EOFError,  # of a GIF without a picture
    ValueError,
    SyntaxError,  # Pillow's word for a broken PNG
    struct.error,
    zlib.error,
)


class ThumbnailStore:
    """Thumbnails in one folder. Remembers what it has kept, so that an album costs one picture."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cached: dict[str, str] = {}
        self._of_folders: dict[Path, str] = {}

    def keep(self, picture: bytes) -> str:
        """What `picture` is called here; empty if nobody can make it out."""
        name = sha256(picture).hexdigest()[:32]
        if name not in self._cached:
            self._cached[name] = self.draw(name, picture)
        return self._cached[name]

    def keep_of_folder(self, folder: Path) -> str:
        if folder not in self._of_folders:
            picture = picture_in(folder)
            self._of_folders[folder] = self.keep(picture) if picture else ""
        return self._of_folders[folder]

    def draw(self, name: str, picture: bytes) -> str:
        """By a name of the caller's. Empty also where the disk takes no thumbnail: a song is in the
        library without one.
        """
        try:
            with Image.open(io.BytesIO(picture), formats=FORMATS) as image:
                if is_too_large(image):
                    return ""
                whole = crop_square(image)
            small = whole
            for size in sorted(SIZES, reverse=True):
                small = shrink(small, size)
                save(small, cover_path(self.folder, name, size))
        except UNREADABLE:
            return ""
        return name


def cover_path(folder: Path, name: str, size: int) -> Path:
    return folder / name[:2] / f"{name}-{size}.jpg"


def is_too_large(image: Image.Image) -> bool:
    """Asks a JPEG to be read small, so its size is another one afterwards."""
    if image.width * image.height > MOST_PIXELS_OF_JPEG:
        return True
    if not image.info.get("progressive"):
        image.draft("RGB", (SIZES[-1], SIZES[-1]))
    return image.width * image.height > MOST_PIXELS


def crop_square(image: Image.Image) -> Image.Image:
    """The middle of it, at most as large as the largest thumbnail: rows and stages are square."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    middle = image.crop((left, top, left + side, top + side))
    if middle.mode not in ("RGB", "RGBA", "L", "LA", "CMYK"):
        middle = middle.convert("RGB")  # Colours of a palette have nothing between them.
    if side > SIZES[-1]:
        middle = middle.resize((SIZES[-1],) * 2, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return middle.convert("RGB")


def shrink(image: Image.Image, size: int) -> Image.Image:
    """Never larger than it is: the browser enlarges a small picture as well, from fewer bytes."""
    if image.width <= size:
        return image
    return image.resize((size, size), Image.Resampling.LANCZOS)


def save(image: Image.Image, path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    image.save(unfinished, "JPEG", quality=QUALITY, progressive=True)
    unfinished.replace(path)


def picture_in(folder: Path) -> bytes | None:
    for name in FOLDER_NAMES:
        path = folder / name
        try:
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST_PICTURE:
                return path.read_bytes()
        except OSError:
            continue  # A picture that the disk does not give keeps no song out.
    return None
