"""A music folder of songs that are not what they say, all written by our own hand.

`fill(root)` makes it; REPORT is what a scan prints of it, line by line, and LENGTHS_MS how long
what can be played is when it is decoded.
"""

import io
import os
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import soundfile

from andre.demo.library import flac_writer
from player.library.containers import mpeg

RATE = 8_000
AAC_RATE = 44_100
# A frame of AAC-LC with one silent channel, and what a decoder has to know before it.
SILENT_AAC = bytes.fromhex("00c800802380")
AAC_CONFIG = bytes.fromhex("1208")
# Three lines of 300 syllables without any pattern, so that no database makes them shorter.
DICE = random.Random(11)
HANGUL, BY_HANGUL, IN_HANGUL = (
    "".join(chr(DICE.randrange(0xAC00, 0xD7A4)) for _ in range(300)) for _ in range(3)
)
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\nshowpage\n"
DEEP = "d/" * 450
TOO_DEEP = "d/" * 600

LENGTHS_MS = {
    "plain.flac": 3_000,
    "cut off.flac": 29_184,
    "bare.mp3": 12_042,
    "two in one.mp3": 15_099,
    "chained.ogg": 7_000,
    "chained.opus": 7_000,
    "song.oga": 3_000,
    "song.opus": 3_000,
    "song.aac": 10_008,
    "song.m4a": 10_008,
    "song.mp4": 10_008,
    "cut off.m4a": 4_992,
    "song.wav": 3_000,
    "cut off.wav": 1_995,
}


def fill(root: Path) -> None:
    for make in (honest, lengths, unplayable, several_names, pictures, places):
        make(root)


def honest(root: Path) -> None:
    flac(root / "plain.flac")
    sound(root / "song.oga", 3, "OGG", "VORBIS")
    sound(root / "song.opus", 3, "OGG", "OPUS", rate=48_000)
    sound(root / "song.wav", 3, "WAV", "PCM_16")
    (root / "song.aac").write_bytes(id3(root / "song.aac") + adts(431))
    (root / "song.m4a").write_bytes(mp4(b"mp4a", 431, title="song.m4a"))
    (root / "song.mp4").write_bytes(mp4(b"mp4a", 431, title="song.mp4"))
    flac(root / "hangul.flac", title=HANGUL, artist=BY_HANGUL, album=IN_HANGUL)


def lengths(root: Path) -> None:
    cut(flac(root / "cut off.flac", 60), 3)
    (root / "bare.mp3").write_bytes(id3(root / "bare.mp3") + without_count(mp3(12, "VARIABLE")))
    two = mp3(10, "CONSTANT") + mp3(5, "VARIABLE")
    (root / "two in one.mp3").write_bytes(id3(root / "two in one.mp3") + two)
    for name, kind, rate in (("chained.ogg", "VORBIS", RATE), ("chained.opus", "OPUS", 48_000)):
        whole = sound(root / name, 4, "OGG", kind, rate)
        second = sound(root / "second.part", 3, "OGG", kind, rate)
        whole.write_bytes(whole.read_bytes() + second.read_bytes())
        second.unlink()
    cut(sound(root / "cut off.wav", 6, "WAV", "PCM_16"), 3)
    index_first = mp4(b"mp4a", 431, title="cut off.m4a")
    (root / "cut off.m4a").write_bytes(index_first[: -len(SILENT_AAC) * 216])


def unplayable(root: Path) -> None:
    (root / "lossless.m4a").write_bytes(mp4(b"alac", 431, title="lossless.m4a"))
    (root / "dolby.mp4").write_bytes(mp4(b"ac-3", 431, title="dolby.mp4"))
    (root / "bought.m4a").write_bytes(mp4(b"drms", 431, title="bought.m4a"))
    (root / "layer 2.mp3").write_bytes((b"\xff\xfd\x80\xc0" + bytes(413)) * 50)
    (root / "voice.ogg").write_bytes(speex())
    sound(root / "small.wav", 3, "WAV", "IMA_ADPCM")
    headed = flac(root / "no frames.flac")
    blocks, audio_at = flac_writer.read_blocks(headed.read_bytes())
    assert blocks
    headed.write_bytes(headed.read_bytes()[:audio_at])
    damaged = flac(root / "no sound.wav")
    damaged.write_bytes(
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0"
    )
    (root / "no index.m4a").write_bytes(mp4(b"mp4a", 431, title="no index")[:32])
    (root / "text.mp3").write_text("not music at all, only its name says so")
    (root / "empty.flac").touch()


def several_names(root: Path) -> None:
    two = {"TPE1": "Ann\0Ben", "TPE2": "Cy\0Di", "TCON": "Funk\0Soul"}
    (root / "several.mp3").write_bytes(id3(root / "several.mp3", **two) + mp3(3, "CONSTANT"))
    several = flac(root / "several.flac")
    named = [("ARTIST", "Eve"), ("ARTIST", "Fay"), ("GENRE", "Jazz"), ("GENRE", "Dub")]
    comments(several, [("TITLE", "several.flac"), ("ALBUM", "Something"), *named])
    atoms = mp4(b"mp4a", 431, title="several.m4a", artist=["Gus", "Hal"])
    (root / "several.m4a").write_bytes(atoms)


def pictures(root: Path) -> None:
    eps = flac_writer.Picture(EPS, "application/postscript", 64, 64)
    flac(root / "eps.flac", cover=eps)
    flac(
        root / "59 megapixels.flac", cover=flac_writer.Picture(large_png(7_700), "image/png", 1, 1)
    )
    flac(root / "odd cover" / "song.flac")
    (root / "odd cover" / "cover.jpg").mkdir()


def places(root: Path) -> None:
    left_out = (".Trash-1000", "@eaDir", ".stfolder", "#recycle", "lost+found", "$RECYCLE.BIN")
    for name in left_out:
        flac(root / name / "gone.flac")
    (root / "._plain.flac").write_bytes(b"\0\5\x16\7")
    flac(root / ".38 Special" / "a band.flac")
    (root / "linked").symlink_to(root / "odd cover")
    (root / "linked.flac").symlink_to(root / "plain.flac")
    os.rename(flac(root / "latin.flac"), os.fsencode(root) + b"/latin \xe9.flac")
    flac(root / DEEP / "deep.flac")
    flac(root / TOO_DEEP / "too deep.flac")


ADDED = len(LENGTHS_MS) + 9
SKIPPED = (
    r"latin \xe9.flac: its name is not valid text",
    "linked: a link, which is not followed",
    "linked.flac: a link, which is not followed",
    f"{TOO_DEEP}too deep.flac: its path is too long",
    "bought.m4a: Protected by Apple: this codec is not played by browsers",
    "dolby.mp4: Dolby Digital: this codec is not played by browsers",
    "empty.flac: empty",
    "layer 2.mp3: MPEG layer I or II: this codec is not played by browsers",
    "lossless.m4a: Apple Lossless: this codec is not played by browsers",
    "no frames.flac: no sound in it",
    "no index.m4a: cannot be read as mp4: its index is missing",
    "no sound.wav: no sound in it",
    "small.wav: ADPCM: this codec is not played by browsers",
    "text.mp3: not a mp3 file inside",
    "voice.ogg: Speex: this codec is not played by browsers",
)
FALSE_LENGTHS = (
    "cut off.flac: 0:29 can be played, its header says 1:00",
    "cut off.m4a: 0:05 can be played, its header says 0:10",
    "cut off.wav: 0:02 can be played, its header says 0:06",
)
REPORT = (
    f"{ADDED} added, 0 updated, 0 unchanged, 0 gone, {len(SKIPPED)} skipped",
    *(f"  skipped: {line}" for line in SKIPPED),
    *(f"  length: {line}" for line in FALSE_LENGTHS),
)


def noise(seconds: float, rate: int) -> np.ndarray:
    """Quiet first, so that what varies its bit rate does so."""
    wave = 0.1 * np.random.default_rng(3).standard_normal(int(seconds * rate))
    wave[: wave.size // 3] *= 0.001
    return wave


def flac(
    path: Path, seconds: float = 3, cover: flac_writer.Picture | None = None, **tags: str
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = io.BytesIO()  # libsndfile opens no path of more than 1,024 bytes.
    soundfile.write(plain, noise(seconds, RATE), RATE, subtype="PCM_16", format="FLAC")
    path.write_bytes(plain.getvalue())
    named = {"title": path.name, "artist": "Somebody", "album": "Something"} | tags
    flac_writer.write_metadata(
        path, named, cover or flac_writer.Picture(large_png(64), "image/png", 64, 64)
    )
    return path


def sound(path: Path, seconds: float, kind: str, subtype: str, rate: int = RATE) -> Path:
    with soundfile.SoundFile(path, "w", rate, 1, subtype, format=kind) as file:
        file.title, file.artist, file.album = path.name, "Somebody", "Something"
        file.write(noise(seconds, rate))
    return path


def cut(path: Path, part: int) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // part])


def mp3(seconds: float, mode: str) -> bytes:
    out = io.BytesIO()
    wave = noise(seconds, 44_100)
    soundfile.write(out, wave, 44_100, format="MP3", bitrate_mode=mode, compression_level=0.5)
    return out.getvalue()


def without_count(data: bytes) -> bytes:
    """Without the first frame, which has no sound but the number of the others."""
    frame = mpeg.mp3_frame(data[:8])
    assert frame
    assert b"Xing" in data[: frame.length]
    return data[frame.length :]


def id3(path: Path, **frames: str) -> bytes:
    named = {"TIT2": path.name, "TPE1": "Somebody", "TALB": "Something"} | frames
    body = b"".join(
        code.encode() + synchsafe(len(text.encode()) + 1) + b"\0\0\3" + text.encode()
        for code, text in named.items()
    )
    return b"ID3\4\0\0" + synchsafe(len(body)) + body


def synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def comments(path: Path, named: list[tuple[str, str]]) -> None:
    """The Vorbis comments of a FLAC anew, several with one name as they come."""
    data = path.read_bytes()
    blocks, audio_at = flac_writer.read_blocks(data)
    lines = [f"{name}={text}".encode() for name, text in named]
    body = struct.pack("<II", 0, len(lines))
    body += b"".join(struct.pack("<I", len(line)) + line for line in lines)
    stream_info = next(body for kind, body in blocks if kind == 0)
    head = b"fLaC" + b"\0" + len(stream_info).to_bytes(3) + stream_info
    path.write_bytes(head + b"\x84" + len(body).to_bytes(3) + body + data[audio_at:])


def adts(frames: int) -> bytes:
    length = 7 + len(SILENT_AAC)
    head = bytes(
        (0xFF, 0xF1, 0x50, 0x40 | length >> 11, length >> 3 & 0xFF, (length & 7) << 5 | 0x1F, 0xFC)
    )
    return (head + SILENT_AAC) * frames


def mp4(
    codec: bytes, frames: int, title: str, artist: str | list[str] = "Somebody", lyrics: str = ""
) -> bytes:
    """The index first, then `frames` samples of silence, all in one chunk."""
    start = box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom")
    told = tags(title, artist, lyrics)
    index = moov(codec, frames, 0, told)
    index = moov(codec, frames, len(start) + len(index) + 8, told)
    return start + index + box(b"mdat", SILENT_AAC * frames)


def moov(codec: bytes, frames: int, sound_at: int, told: bytes) -> bytes:
    length = frames * 1024
    times = struct.pack(">IIIII", 0, 0, 0, AAC_RATE, length)
    unity = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    movie = box(
        b"mvhd", times + struct.pack(">IH10x", 0x10000, 0x100) + unity + bytes(24) + b"\0\0\0\2"
    )
    head = struct.pack(">IIIIII8xHHHH", 7, 0, 0, 1, 0, length, 0, 0, 0x100, 0) + unity + bytes(8)
    tables = b"".join(
        (
            box(b"stsd", struct.pack(">II", 0, 1) + entry(codec)),
            box(b"stts", struct.pack(">IIII", 0, 1, frames, 1024)),
            box(b"stsc", struct.pack(">IIIII", 0, 1, 1, frames, 1)),
            box(b"stsz", struct.pack(">III", 0, len(SILENT_AAC), frames)),
            box(b"stco", struct.pack(">III", 0, 1, sound_at)),
        )
    )
    data = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1) + box(b"url ", b"\0\0\0\1")))
    information = box(b"minf", box(b"smhd", bytes(8)) + data + box(b"stbl", tables))
    media = box(b"mdhd", times + b"\x55\xc4\0\0")
    media += box(b"hdlr", bytes(8) + b"soun" + bytes(13)) + information
    return box(
        b"moov",
        movie + box(b"trak", box(b"tkhd", head) + box(b"mdia", media)) + told,
    )


def entry(codec: bytes) -> bytes:
    config = b"\5" + bytes((len(AAC_CONFIG),)) + AAC_CONFIG
    decoder = b"\4" + bytes((13 + len(config),)) + b"\x40\x15" + bytes(11) + config
    stream = b"\3" + bytes((3 + len(decoder) + 3,)) + b"\0\1\0" + decoder + b"\6\1\2"
    fixed = struct.pack(">6xH8xHHHHI", 1, 1, 16, 0, 0, AAC_RATE << 16)
    inside = box(b"esds", bytes(4) + stream) if codec == b"mp4a" else box(codec, bytes(28))
    return box(codec, fixed + inside)


def tags(title: str, artist: str | list[str], lyrics: str = "") -> bytes:
    artists = [artist] if isinstance(artist, str) else artist
    items = box(b"\xa9nam", text_of(title)) + box(b"\xa9alb", text_of("Something"))
    if "explicit" in title:
        items += box(b"rtng", box(b"data", b"\0\0\0\x15" + bytes(4) + b"\x01"))
    items += b"".join(box(b"\xa9ART", text_of(name)) for name in artists)
    if lyrics:
        items += box(b"\xa9lyr", text_of(lyrics))
    handler = box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    return box(b"udta", box(b"meta", bytes(4) + handler + box(b"ilst", items)))


def text_of(value: str) -> bytes:
    return box(b"data", b"\0\0\0\1" + bytes(4) + value.encode())


def box(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4) + name + content


def speex() -> bytes:
    head = b"Speex   " + b"1.2".ljust(20, b"\0") + struct.pack("<III", 1, 80, 16_000)
    first = b"OggS\0\2" + struct.pack("<qIII", 0, 7, 0, 0) + bytes((1, len(head))) + head
    return first + b"OggS\0\4" + struct.pack("<qIII", 16_000, 7, 1, 0) + bytes((1, 40)) + bytes(40)


def large_png(side: int) -> bytes:
    """One bit for each pixel, all black: a few kilobytes, however large it is."""
    rows = zlib.compress((b"\0" + bytes((side + 7) // 8)) * side, 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
