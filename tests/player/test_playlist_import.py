"""Playlists from elsewhere: their songs are found here, what is not found keeps its names."""

import csv
import json
from io import BytesIO, StringIO

import pytest

from andre.accounts.models import Person
from player.playlists import importing, playlists
from player.playlists.formats import read_playlist_file
from player.playlists.formats.base import to_ms
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db

ALICE = "alice@example.com"
XSPF = '<playlist version="1" xmlns="http://xspf.org/ns/0/">{}</playlist>'
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><playlist><title>&i;</title></playlist>"
)
OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<playlist><trackList><track><title>&a;</title></track></trackList></playlist>"
)


@pytest.fixture(autouse=True)
def songs():
    return shelved(
        recording("Blue Lantern", "The Band", "One", isrc="DEA123456789"),
        recording("Red Kite (Remastered 2011)", "Beyoncé", "Two", seconds=60),
        recording("Green Harbour", "The Band", "One"),
        recording("Green Harbour", "The Band", "Live at the Mill", seconds=400),
        recording("Green Harbour (Live)", "The Band", "Live"),
        recording("=SUM(A1)", "The Band", "One"),
    )


@pytest.fixture
def alice(client):
    client.force_login(Person.objects.at(ALICE, name="Alice"))
    return client


def bring(client, name, content, **more):
    file = BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = name
    return client.post("/api/playlists/import", {"file": file, **more})


def entries_of(client, answer):
    assert answer.status_code == 201, answer.content
    playlist = answer.json()["playlist"]["id"]
    return client.get(f"/api/playlists/{playlist}").json()["entries"]


def found(client, answer):
    return [entry["uri"] for entry in entries_of(client, answer)]


def test_an_m3u_is_found_by_its_paths_whatever_the_root_was(alice, songs):  # L12
    answer = bring(alice, "Trains.m3u", (
        "#EXTM3U\r\n"
        "#EXTINF:180,Somebody - Misspelled\r\n/home/alice/Music/The Band/One/Blue Lantern.flac\r\n"
        "C:\\Music\\Beyonc\u00e9\\Two\\Red Kite (Remastered 2011).flac\r\n"
        "file:///srv/The%20Band/One/Green%20Harbour.flac\r\n"
    ))  # fmt: skip

    assert found(alice, answer) == [songs[0].uri, songs[1].uri, songs[2].uri]
    assert answer.json()["playlist"]["name"] == "Trains"
    assert answer.json()["missing"] == []


def test_songs_are_found_by_artist_and_title_however_they_are_written(alice, songs):  # L12
    answer = bring(alice, "x.m3u8", (
        "#EXTM3U\n#PLAYLIST:Late trains\n"
        "#EXTINF:180,the band - BLUE LANTERN\nmissing/1.mp3\n"
        "#EXTINF:61,Beyonce feat. Jay - Red Kite\nmissing/2.mp3\n"
        "#EXTINF:180,The Bnad - Blue Lantren\nmissing/3.mp3\n"
        "#EXTINF:398,The Band - Green Harbour\nmissing/4.mp3\n"
        "03 - The Band - Green Harbour (Live).mp3\n"
    ))  # fmt: skip

    assert found(alice, answer) == [
        songs[0].uri, songs[1].uri, songs[0].uri, songs[3].uri, songs[4].uri,
    ]  # fmt: skip
    assert answer.json()["playlist"]["name"] == "Late trains"


def test_what_nothing_here_is_keeps_its_names_and_its_place(alice, songs):  # L12
    answer = bring(alice, "x.csv", (
        "Track Name,Artist Name(s),Album Name,Duration (ms)\n"
        "Unheard Of,Nobody,Nothing,1000\n"
        "Blue Lantern,The Band,One,180000\n"
        "Blue Lantern,Somebody Else Entirely,One,180000\n"
        "Green Harbour (Club Remix),The Band,,180000\n"
    ))  # fmt: skip

    assert [(e["title"], e["artist"], bool(e["uri"])) for e in entries_of(alice, answer)] == [
        ("Unheard Of", "Nobody", False),
        ("Blue Lantern", "The Band", True),
        ("Blue Lantern", "Somebody Else Entirely", False),
        ("Green Harbour (Club Remix)", "The Band", False),
    ]
    assert [each["title"] for each in answer.json()["missing"]] == [
        "Unheard Of", "Blue Lantern", "Green Harbour (Club Remix)",
    ]  # fmt: skip
    assert answer.json()["playlist"]["missing"] == 3


def test_an_isrc_finds_what_is_called_otherwise(alice, songs):  # L12
    answer = bring(alice, "x.csv", "title;artist;isrc\nAzul;La Banda;dea123456789\n")

    assert found(alice, answer) == [songs[0].uri]


def test_a_number_of_another_server_is_believed_only_where_the_title_agrees(alice, songs):  # L12
    rows = [
        f"{songs[0].uri},Blue Lantern,X",
        f"{songs[0].uri},Unheard Of,Nobody",
        f"{songs[0].uri},,",
    ]
    answer = bring(alice, "x.csv", "\n".join(["uri,title,artist", *rows]))

    assert found(alice, answer) == [songs[0].uri, "", songs[0].uri]


def test_xspf_and_jspf_say_the_same(alice, songs):  # L12
    track = "<track><title>Blue Lantern</title><creator>The Band</creator></track>"
    xspf = bring(alice, "a.xspf", XSPF.format(f"<title>X</title><trackList>{track}</trackList>"))
    track = {"title": "Blue Lantern", "creator": "The Band", "location": ["nowhere"]}
    jspf = bring(alice, "a.jspf", json.dumps({"playlist": {"title": "J", "track": [track, 7]}}))

    assert found(alice, xspf) == found(alice, jspf) == [songs[0].uri]
    assert [each.json()["playlist"]["name"] for each in (xspf, jspf)] == ["X", "J"]


@pytest.mark.parametrize("kind", ["m3u8", "xspf", "jspf", "csv"])
def test_what_is_taken_along_comes_back_as_it_was(alice, songs, kind):  # L12
    first = bring(alice, "x.csv", (
        "title,artist\n=SUM(A1),The Band\nBlue Lantern,The Band\n<Unheard> & of,No body\n"
        "Green Harbour (Live),The Band\nBlue Lantern,The Band\n+1,Nobody\n"
    ))  # fmt: skip
    playlist = first.json()["playlist"]["id"]
    file = alice.get(f"/api/playlists/{playlist}.{kind}")

    again = bring(alice, f"again.{kind}", file.content)

    told = ("title", "artist", "uri")
    before, after = entries_of(alice, first), entries_of(alice, again)
    assert [[e[name] for name in told] for e in after] == [
        [e[name] for name in told] for e in before
    ]


def test_no_cell_of_an_export_is_a_formula(alice, songs):  # L12
    first = bring(alice, "x.csv", "title,artist\n=SUM(A1),The Band\n")
    content = alice.get(f"/api/playlists/{first.json()['playlist']['id']}.csv").content.decode()

    assert [row[0] for row in csv.reader(StringIO(content))][1:] == ["'=SUM(A1)"]


HOSTILE = {
    "a bomb of entities": ("x.xspf", BOMB),
    "a file of the server": ("x.xspf", OUTSIDE),
    "half of an XML": ("x.xspf", "<playlist><trackList>"),
    "an encoding nobody knows": ("x.xspf", '<?xml version="1.0" encoding="x-none"?><playlist/>'),
    "another XML": ("x.xspf", "<svg/>"),
    "a deep XML": ("x.xspf", "<a>" * 100_000),
    "a deep JSON": ("x.jspf", "[" * 200_000),
    "another JSON": ("x.jspf", '{"playlist": []}'),
    "tracks that are none": ("x.jspf", '{"playlist": {"track": {"a": 1}}}'),
    "half of a JSON": ("x.jspf", "{"),
    "no column of ours": ("x.csv", "colour,size\nred,3\n"),
    "an empty CSV": ("x.csv", ""),
    "a field without an end": ("x.csv", 'title\n"' + "x" * 200_000),
    "no song": ("x.m3u", "#EXTM3U\n#EXTINF:1,A - B\n"),
    "another kind": ("x.exe", "MZ"),
    "no kind": ("playlist", "x"),
    "too large": ("x.m3u", "x" * (importing.LONGEST_FILE + 1)),
}


@pytest.mark.parametrize("fault", HOSTILE)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(alice, fault):  # L12
    answer = bring(alice, *HOSTILE[fault])

    assert (answer.status_code, answer.json()["error"]) == (400, "unreadable_playlist")
    assert alice.get("/api/playlists").json()["playlists"] == []


def test_more_than_a_playlist_holds_is_refused_as_a_whole(alice, monkeypatch):  # L12
    monkeypatch.setattr(importing, "MOST_ENTRIES", 2)

    answer = bring(alice, "x.m3u", "a.mp3\nb.mp3\nc.mp3\n")

    assert (answer.status_code, answer.json()["error"]) == (409, "playlist_full")


def test_names_in_a_file_are_lines_that_can_be_seen(alice):  # L12
    answer = bring(
        alice, "x.m3u", "#PLAYLIST:a\u202eb\x07\n#EXTINF:1,A\u202e - <img src=x>\x01\nx\n"
    )

    assert answer.json()["playlist"]["name"] == "ab"
    assert [entry["title"] for entry in entries_of(alice, answer)] == ["<img src=x>"]


def test_old_files_of_windows_are_read(alice, songs):  # L12
    answer = bring(alice, "x.m3u", "#EXTINF:60,Beyonc\u00e9 - Red Kite\nx.mp3\n".encode("cp1252"))

    assert found(alice, answer) == [songs[1].uri]


def test_a_long_list_is_searched_for_some_at_a_time(alice, songs, monkeypatch):  # L12
    monkeypatch.setattr(importing, "SEARCHED_AT_ONCE", 2)
    rows = ["Blu Lantern", "Unheard", "Never", "Gren Harbour", "Blue Lantrn"]
    answer = bring(alice, "x.csv", "title,artist\n" + "".join(f"{row},The Band\n" for row in rows))
    playlist, following = answer.json()["playlist"]["id"], answer.json()["next"]

    asked = 0
    while following is not None:
        more = alice.post(
            f"/api/playlists/{playlist}/match",
            {"after": following},
            content_type="application/json",
        )
        following, asked = more.json()["next"], asked + 1

    assert [bool(uri) for uri in found(alice, answer)] == [True, False, False, True, True]
    assert asked == 2


def test_what_was_missing_is_found_once_the_library_has_it(alice, songs):  # L12
    answer = bring(alice, "x.csv", "title,artist\nUnheard Of,Nobody\n")
    playlist = answer.json()["playlist"]["id"]
    (new,) = shelved(recording("Unheard Of", "Nobody"))

    again = alice.post(
        f"/api/playlists/{playlist}/match", {}, content_type="application/json"
    ).json()

    assert [entry["uri"] for entry in again["found"]] == [new.uri]
    assert again["playlist"]["missing"] == 0


def test_a_stranger_brings_nothing(client):  # L12
    assert bring(client, "x.m3u", "a.mp3").status_code == 401


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e300", "x", ""])
def test_a_length_that_no_song_has_is_none(text):  # L12
    assert to_ms(text) == 0


def test_columns_may_stand_in_any_order_and_lines_be_short():  # L12
    listed = read_playlist_file("x.tsv", b"Artist\tTitle\n\nThe Band\n\tBlue\n")

    assert [(song.artist, song.title) for song in listed.songs] == [("The Band", ""), ("", "Blue")]


def test_as_many_playlists_as_fit_are_not_exceeded_by_files(alice, monkeypatch):  # L12
    monkeypatch.setattr(playlists, "MOST_PLAYLISTS", 0)

    answer = bring(alice, "x.m3u", "a.mp3\n")

    assert (answer.status_code, answer.json()["error"]) == (409, "playlists_full")
