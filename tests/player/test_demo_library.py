"""The demonstration library: our own music, tagged and seekable (L3)."""

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from tinytag import TinyTag

from andre.demo.library import flac_writer, make
from andre.demo.library.catalogue import ALBUMS
from andre.demo.library.covers import cover
from andre.demo.library.desk import CEILING, TARGET_LUFS, Desk, loudness, master
from andre.demo.library.styles import STYLES
from andre.demo.library.theory import INTERVALS, chord, scale
from andre.demo.library.waves import RATE
from player.library.loudness import measure

pytestmark = pytest.mark.storeless
SEEKTABLE_POINT = 18


@pytest.fixture(scope="module")
def acorn(tmp_path_factory) -> Path:
    """One piece of the library, made as all are."""
    job = next(
        job for job in make.jobs(tmp_path_factory.mktemp("music")) if piece_of(job) == "Acorn"
    )
    make.record(job)
    return job.path


def piece_of(job: make.Job) -> str:
    return ALBUMS[job.album].pieces[job.piece].title


def test_the_catalogue_is_varied_and_every_piece_is_short():
    pieces = [piece for album in ALBUMS for piece in album.pieces]

    # L3
    assert len(pieces) == 48
    assert len({album.artist for album in ALBUMS}) == len({album.genre for album in ALBUMS}) == 12
    assert len({piece.title for piece in pieces}) == 48
    assert {piece.style for piece in pieces} == set(STYLES)
    for piece in pieces:
        assert 30 <= piece.length * 60 / piece.bpm + 4.5 <= 90


def test_every_chord_can_be_read_and_most_belong_to_their_key():
    for piece in (piece for album in ALBUMS for piece in album.pieces):
        inside = [tone in scale(piece.key) for change in piece.changes for tone in change.tones]

        assert sum(inside) / len(inside) > 0.7, piece.title
    for quality in INTERVALS:
        assert chord(f"Bb{quality}").root == 10
    with pytest.raises(ValueError, match="not a chord"):
        chord("H7")


def test_a_file_says_what_it_is(acorn):
    found = TinyTag.get(acorn, image=True)

    # L3
    assert (found.title, found.artist, found.album) == (
        "Acorn",
        "Wren & Alder",
        "Small Songs for Big Trees",
    )
    assert (found.genre, found.year, found.track) == ("singer-songwriter", "2017", 1)
    assert found.other["replaygain_track_gain"] == ["-2.00 dB"]
    assert Image.open(io.BytesIO(found.images.front_cover.data)).size == (640, 640)


def test_a_file_is_loud_as_the_others_and_never_clips(acorn):
    info = soundfile.info(acorn)
    found = measure(acorn.parent, acorn.name)
    wave, _ = soundfile.read(acorn)

    # L3, L4
    assert (info.samplerate, info.channels, info.subtype) == (44_100, 2, "PCM_16")
    assert found.loudness == pytest.approx(TARGET_LUFS, abs=0.3)
    assert found.peak < CEILING
    assert abs(wave.mean()) < 0.001
    assert np.abs(wave[-200:]).max() < 0.001


def test_the_seek_table_points_at_frames(acorn):
    data = acorn.read_bytes()
    blocks, audio_at = flac_writer.read_blocks(data)
    table = next(body for kind, body in blocks if kind == flac_writer.SEEKTABLE)
    info = flac_writer.parse_streaminfo(blocks[0][1])
    points = [
        (int.from_bytes(table[at : at + 8]), int.from_bytes(table[at + 8 : at + 16]))
        for at in range(0, len(table), SEEKTABLE_POINT)
    ]

    # L3: a point a second, in order, each at a frame that says it is the one.
    assert len(points) == info.samples // info.rate + 1
    assert all(a < b for a, b in pairwise(points))
    for sample, offset in points:
        header = data[audio_at + offset : audio_at + offset + flac_writer.MAX_FRAME_HEADER]
        assert flac_writer.frame_number(header) == sample // info.block_size


def test_every_frame_is_found_once(acorn):
    data = acorn.read_bytes()
    blocks, audio_at = flac_writer.read_blocks(data)
    info = flac_writer.parse_streaminfo(blocks[0][1])

    offsets = list(flac_writer.frame_offsets(data[audio_at:]))

    assert len(offsets) == -(-info.samples // info.block_size)


def test_the_same_piece_is_the_same_to_the_last_byte(acorn, tmp_path):
    job = next(job for job in make.jobs(tmp_path) if piece_of(job) == "Acorn")

    make.record(job)

    # L3
    assert job.path.read_bytes() == acorn.read_bytes()
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_band_can_play(style):
    piece = next(p for album in ALBUMS for p in album.pieces if p.style == style)
    short = type(piece)(piece.title, style, piece.bpm, piece.key, piece.chords, "4", piece.beats)
    desk = STYLES[style](short)

    wave = master(desk.recording())

    assert isinstance(desk, Desk)
    assert np.isfinite(wave).all()
    assert loudness(wave) == pytest.approx(TARGET_LUFS, abs=0.5)
    assert wave.shape[1] > 5 * RATE


@pytest.mark.parametrize("album", ALBUMS, ids=lambda album: album.title)
def test_every_cover_has_its_colours(album):
    picture = cover(album)
    colours = Image.open(io.BytesIO(picture.data)).convert("RGB").quantize(16).getcolors()

    assert len(picture.data) < 100_000
    assert max(count for count, _ in colours) < 0.8 * 640 * 640
    assert cover(album) == picture


def test_the_first_few_are_by_different_bands(tmp_path):
    first = [job.album for job in make.jobs(tmp_path)][: len(ALBUMS)]

    assert len(set(first)) == len(ALBUMS)


def test_no_more_are_made_than_wanted_and_the_rest_later(tmp_path):
    for job in list(make.jobs(tmp_path))[2:]:
        job.path.parent.mkdir(parents=True, exist_ok=True)
        job.path.write_bytes(b"mine")
    told: list[tuple[int, int]] = []

    first = make.make_demo_library(
        tmp_path, most=1, workers=1, progress=lambda *done: told.append(done)
    )
    rest = make.make_demo_library(tmp_path, workers=1)

    assert (len(first), len(rest), told) == (1, 1, [(1, 1)])
    assert first != rest


def test_what_is_there_already_is_kept(tmp_path):
    for job in make.jobs(tmp_path):
        job.path.parent.mkdir(parents=True, exist_ok=True)
        job.path.write_bytes(b"mine")

    assert make.make_demo_library(tmp_path, workers=1) == []


def test_a_file_that_is_no_flac_is_refused(tmp_path):
    (tmp_path / "a.flac").write_bytes(b"RIFF")

    with pytest.raises(ValueError, match="not a FLAC"):
        flac_writer.write_metadata(tmp_path / "a.flac", {}, cover(ALBUMS[0]))
