"""A music folder for a test: small real files, written by our own hand."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from andre.demo.library import flac_writer

RATE = 8_000


def red(side: int = 64, colour: str = "#c02020") -> flac_writer.Picture:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "JPEG")
    return flac_writer.Picture(out.getvalue(), "image/jpeg", side, side)


def flac(path: Path, seconds: float = 1.0, cover: flac_writer.Picture | None = None, **tags: str):
    """A quiet tone with these tags; title, artist and album are filled in unless told."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = 0.1 * np.sin(np.arange(int(RATE * seconds)) * 0.3)
    soundfile.write(path, tone, RATE, subtype="PCM_16", format="FLAC")
    named = {"title": path.stem, "artist": "Somebody", "album": "Something"} | tags
    flac_writer.write_metadata(path, {k: v for k, v in named.items() if v}, cover or red())
    return path


def cut_at(seconds: float, path: Path) -> Path:
    """A FLAC as an aborted copy leaves it: its header tells more than there is."""
    whole = path.read_bytes()
    told = soundfile.info(path).duration
    begin = whole.index(b"\xff\xf8")  # The first frame.
    path.write_bytes(whole[: begin + round((len(whole) - begin) * seconds / told)])
    return path


def ogg(path: Path, **tags: str) -> Path:
    tone = 0.1 * np.sin(np.arange(RATE) * 0.3)
    with soundfile.SoundFile(path, "w", RATE, 1, "VORBIS", format="OGG") as file:
        for name, text in tags.items():
            setattr(file, name, text)
        file.write(tone)
    return path


def mp3(path: Path, **tags: str) -> Path:
    """With an ID3v2.4 header of text frames in front."""
    tone = 0.1 * np.sin(np.arange(44_100) * 0.05)
    soundfile.write(path, tone, 44_100, format="MP3")
    return write_id3(path, **tags)


def write_id3(path: Path, **tags: str) -> Path:
    codes = {"title": b"TIT2", "artist": b"TPE1", "album": b"TALB"}
    frames = b"".join(
        codes[name] + synchsafe(len(text.encode()) + 1) + b"\0\0\3" + text.encode()
        for name, text in tags.items()
    )
    path.write_bytes(b"ID3\4\0\0" + synchsafe(len(frames)) + frames + path.read_bytes())
    return path


def synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


Shelf = Callable[..., Path]
