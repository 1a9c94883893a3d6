"""The words of songs: found by the scan, read from file when somebody wants to see them."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from andre.accounts.models import Person
from player.library import lyrics
from player.library.lrc import MOST_LINES, parse_lyrics
from player.library.scan import scan_library
from player.models import Track
from player.providers import lookup
from player.queue import queue
from tests.player.library_shelf import flac, ogg, synchsafe
from tests.player.test_library_scan import opened_files
from tests.support import strange_files

pytestmark = pytest.mark.django_db

TIMED = "[ti:Blue]\n[00:01.50]Down by the water\n[00:03]up on the hill\n"
PLAIN = "Down by the water\nup on the hill\n"
BOTH = [(1_500, "Down by the water"), (3_000, "up on the hill")]


def lines(text: str) -> list[tuple[int | None, str]]:
    return [(line.at_ms, line.text) for line in parse_lyrics(text).lines]


def scanned(root: Path) -> Track:
    scan_library(root)
    return Track.objects.get(title="Blue")


@pytest.fixture
def alice(client):
    client.force_login(Person.objects.at("alice@example.com"))
    return client


def ask(client, track: Track, **headers: str):
    return client.get(f"/api/tracks/{track.uri}/lyrics", headers=headers)


def said(client, track: Track) -> list[tuple[int | None, str]]:
    return [(line["at_ms"], line["text"]) for line in ask(client, track).json()["lines"]]


# LRC


def test_one_line_may_be_sung_at_several_times_and_lines_stand_in_any_order():
    text = "[00:09.00][00:01.00]La la\n[00:05.250]Down\n[01:02:50]Far\n[00:03]Up\r\n"

    assert lines(text) == [
        *((1_000, "La la"), (3_000, "Up"), (5_250, "Down"), (9_000, "La la"), (62_500, "Far")),
    ]


def test_times_of_single_words_are_left_out():
    assert lines("[00:01.00]<00:01.00> Down <00:01.40>by\n[00:02.00]the [00:02.20]water") == [
        *((1_000, "Down by"), (2_000, "the water")),
    ]


def test_an_offset_brings_the_words_sooner_or_later_and_never_before_the_song():
    text = "[00:01.00]Down\n[00:03.00]up"

    assert lines("[offset:+1500]\n" + text) == [(0, "Down"), (1_500, "up")]
    assert lines("[offset: -500]\n" + text) == [(1_500, "Down"), (3_500, "up")]
    assert lines("[offset:99999999999]\n[offset:soon]\n" + text) == [(1_000, "Down"), (3_000, "up")]


def test_an_empty_line_is_a_pause():
    text = "[00:00.00]\n[00:01.00]Down\n[00:02.00]\n[00:03.00] \n[00:04.00]up\n[00:05.00]"

    assert lines(text) == [(1_000, "Down"), (2_000, ""), (4_000, "up"), (5_000, "")]


def test_words_without_times_stay_as_they_are_written():
    text = "[ar:The Band]\n\n[Chorus: all]\nDown\n\n\n\nup\n"

    assert lines(text) == [(None, "[Chorus: all]"), (None, "Down"), (None, ""), (None, "up")]
    assert parse_lyrics(text).kind == "plain"


def test_one_time_for_all_lines_is_none():
    assert lines("[00:00.00]Down\n[00:00.00]up") == [(None, "Down"), (None, "up")]


def test_a_text_of_nothing_but_headers_has_no_words():
    assert parse_lyrics("[ar:The Band]\n[00:01.00]\n\n[00:02.00]  ").kind == ""


def test_hostile_text_stays_small_and_one_line_is_one_line():
    flood = parse_lyrics("[00:01.00][00:02.00]" * 20_000 + "x" * 5_000)

    assert len(flood.lines) <= MOST_LINES
    assert {len(line.text) for line in flood.lines} == {300}
    assert lines("[00:01.00]a\u202eb\0c\n[00:02.00]\t d") == [(1_000, "abc"), (2_000, "d")]


@given(st.text(alphabet="[]<>:.0159-+ aä\n\0", max_size=200))
def test_whatever_is_written_comes_in_order_or_without_any_time(text):
    times = [line.at_ms for line in parse_lyrics(text).lines]

    assert times == [None] * len(times) or times == sorted(times)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_is_read(encoding):
    assert lyrics.decode("Où est l’été".encode(encoding)) == "Où est l’été"
    assert lyrics.decode("Où est l’été".encode("cp1252")) == "Où est l’été"
    assert "\ufffd" in lyrics.decode(b"\xff\xfe\0\xd8a")


# Where they are


def test_a_text_beside_the_song_is_found(root, alice):
    flac(root / "Blue.flac")
    (root / "Blue.lrc").write_text(TIMED, encoding="utf-16")

    track = scanned(root)

    answer = ask(alice, track).json()
    assert (track.lyrics, lookup(track.uri).lyrics) == ("timed", "timed")
    assert (answer["uri"], answer["timed"]) == (track.uri, True)
    assert said(alice, track) == BOTH


def test_a_plain_text_beside_the_song_is_found(root, alice):
    flac(root / "Blue.flac")
    (root / "Blue.txt").write_text(PLAIN)

    track = scanned(root)

    assert track.lyrics == "plain"
    assert said(alice, track) == [(None, text) for _, text in BOTH]


def id3_with(frame: bytes, body: bytes, path: Path) -> Path:
    """An MP3 with one frame more."""
    path.write_bytes(strange_files.id3(path, TIT2="Blue") + strange_files.mp3(3, "CONSTANT"))
    head, rest = path.read_bytes()[:10], path.read_bytes()[10:]
    whole = frame + synchsafe(len(body)) + b"\0\0" + body
    size = sum(byte << 7 * place for place, byte in enumerate(reversed(head[6:10])))
    path.write_bytes(head[:6] + synchsafe(size + len(whole)) + whole + rest)
    return path


def test_the_words_in_an_mp3_are_found(root, alice):
    id3_with(b"USLT", b"\3eng\0" + TIMED.encode(), root / "a.mp3")

    assert scanned(root).lyrics == "timed"
    assert said(alice, scanned(root)) == BOTH


def test_the_timed_words_in_an_mp3_are_found(root, alice):
    sung = b"".join(text.encode() + b"\0" + at_ms.to_bytes(4) for at_ms, text in BOTH)
    id3_with(b"SYLT", b"\3eng\2\1\0" + sung, root / "a.mp3")

    assert scanned(root).lyrics == "timed"
    assert said(alice, scanned(root)) == BOTH


@pytest.mark.parametrize("name", ["lyrics", "unsyncedlyrics", "syncedlyrics"])
def test_the_words_in_a_flac_are_found(root, alice, name):
    flac(root / "Blue.flac", **{name: TIMED})

    assert said(alice, scanned(root)) == BOTH


def test_the_words_in_an_m4a_are_found(root, alice):
    whole = strange_files.mp4(b"mp4a", 43, title="Blue", lyrics=PLAIN)
    (root / "a.m4a").write_bytes(whole)

    assert scanned(root).lyrics == "plain"
    assert said(alice, scanned(root)) == [(None, text) for _, text in BOTH]


def test_the_text_beside_comes_first_unless_only_the_tags_tell_times(root, alice):
    flac(root / "Blue.flac", lyrics="[00:01]Old\n[00:02]words")
    (root / "Blue.lrc").write_text(TIMED)
    beside = said(alice, scanned(root))

    (root / "Blue.lrc").write_text(PLAIN)
    tags = said(alice, scanned(root))

    assert (beside, tags) == (BOTH, [(1_000, "Old"), (2_000, "words")])


def test_a_song_without_words_says_so(root, alice):
    ogg(root / "a.ogg", title="Blue", artist="Us", album="Sky")

    track = scanned(root)

    assert track.lyrics == ""
    assert ask(alice, track).status_code == 404
    assert ask(alice, track).json()["error"] == "not_found"


# What a scan opens


def test_a_text_that_came_later_is_noticed_and_then_nothing_is_opened(root):
    flac(root / "Blue.flac")
    flac(root / "Green.flac")
    scan_library(root)
    (root / "Blue.lrc").write_text(TIMED)

    with opened_files(root) as opened:
        found = scan_library(root)
    with opened_files(root) as opened_again:
        again = scan_library(root)

    # U-7.1, U-7.2
    assert (found.updated, found.unchanged) == (["Blue.flac"], 1)
    assert set(opened) == {str(root / "Blue.flac"), str(root / "Blue.lrc")}
    assert (again.updated, again.unchanged, opened_again) == ([], 2, [])
    assert Track.objects.get(title="Blue").lyrics == "timed"


def test_a_text_that_is_changed_or_gone_is_noticed_and_measurements_stay(root):
    flac(root / "Blue.flac")
    text = root / "Blue.lrc"
    text.write_text(TIMED)
    scan_library(root)
    Track.objects.update(tempo=120.0, loudness=-9.0)

    text.write_text(PLAIN)
    changed = scanned(root).lyrics
    text.unlink()
    gone = scanned(root)

    assert (changed, gone.lyrics) == ("plain", "")  # U-7.2
    assert (gone.tempo, gone.loudness) == (120.0, -9.0)


def test_links_and_whole_books_are_no_lyrics(root, alice):
    flac(root / "Blue.flac")
    for place, name in ((root.parent, "Blue.lrc"), (root, "Blue.LRC")):
        (place / "secret.txt").write_text("a secret")
        (root / name).symlink_to(place / "secret.txt")
    (root / "Blue.txt").write_text(PLAIN + "x" * lyrics.LARGEST)

    track = scanned(root)

    assert track.lyrics == ""  # X5
    assert ask(alice, track).status_code == 404


# Over HTTP


def test_what_a_browser_has_is_not_sent_again(root, alice):
    flac(root / "Blue.flac")
    text = root / "Blue.lrc"
    text.write_text(TIMED)
    track = scanned(root)
    first = ask(alice, track)

    with opened_files(root) as opened:
        same = ask(alice, track, if_none_match=first["ETag"])
    text.write_text(PLAIN)
    os.utime(text, ns=(1, 1))
    changed = ask(alice, track, if_none_match=first["ETag"])

    assert (same.status_code, same.content, opened) == (304, b"", [])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert first["Cache-Control"] == "private, max-age=300"


def test_a_song_that_is_away_or_none_of_ours_has_no_words(root, alice):
    flac(root / "Blue.flac", lyrics=PLAIN)
    track = scanned(root)
    (root / "Blue.flac").unlink()

    away = ask(alice, track)
    Track.objects.update(available=False)

    assert (away.status_code, away.json()["error"]) == (404, "not_found")
    for uri in (track.uri, "library:track:0", "library:album:1", "youtube:video:x", "nothing"):
        answer = alice.get(f"/api/tracks/{uri}/lyrics")
        assert (answer.status_code, answer.json()["error"]) == (404, "track_not_found")


def test_strangers_read_nothing(root, client):
    flac(root / "Blue.flac", lyrics=PLAIN)

    assert ask(client, scanned(root)).status_code == 401


def test_a_queued_song_says_whether_its_words_can_be_seen(root, nest):
    flac(root / "Blue.flac", seconds=6.0, lyrics=TIMED)
    flac(root / "Green.flac", seconds=6.0)
    scan_library(root)

    with nest.now():
        tracks = [lookup(track.uri) for track in Track.objects.all()]
        queue.add_tracks(nest.person("Alice").act, tracks)

    told = nest.person("Bob").sees()
    rows = [told["song"], *told["queue"]]
    assert {row["title"]: row["lyrics"] for row in rows} == {"Blue": "timed", "Green": ""}
