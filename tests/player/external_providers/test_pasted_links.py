"""Whatever people paste: links, URIs, many lines. What cannot be read is named."""

import pytest

from player.discovery import paste, search
from player.providers import PROVIDERS, Embedding, embed_url, find_source
from player.queue import queue
from tests.nests.support import asks, visitor
from tests.player.external_providers.people import Listener, den
from tests.support.canned import canned
from tests.support.nest import track
from tests.support.spotify_stub import catalogue

pytestmark = pytest.mark.django_db(transaction=True)

SONG = next(iter(catalogue.TRACKS.values()))
ALBUM = next(iter(catalogue.ALBUMS.values()))
LINK = f"https://open.spotify.com/track/{SONG['id']}"
VIDEO = "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "text",
    [
        SONG["uri"],
        LINK,
        f"{LINK}?si=0123456789abcdef&utm_source=copy-link",
        f"https://open.spotify.com/intl-de/track/{SONG['id']}",
        f"open.spotify.com/track/{SONG['id']}",
    ],
)
def test_each_way_to_write_a_song_of_spotify_is_read(stub, text):  # SP8
    assert paste.parse_pasted(text) == SONG["uri"]


@pytest.mark.parametrize(
    "text",
    [
        f"https://open.spotify.com.evil.example/track/{SONG['id']}",
        f"https://evil.example/?u=https://open.spotify.com/track/{SONG['id']}",
        f"https://open.spotify.com@evil.example/track/{SONG['id']}",
        f"https://openXspotify.com/track/{SONG['id']}",
        f"https://open.spotify.com/track/{SONG['id']}0",
        f"https://open.spotify.com/track/../me/{SONG['id']}",
        f"{SONG['uri']}\n",
        "spotify:track:ééééééééééééééééééééééé",
        "spotify:user:alice",
        f"https://www.youtube.com.evil.example/watch?v={VIDEO}",
        f"https://youtube.com:8080/watch?v={VIDEO}",
        f"https://user@youtube.com/watch?v={VIDEO}",
        f"javascript://youtube.com/watch?v={VIDEO}",
        "https://youtu.be/too-short",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_nothing_else_is(stub, text):  # SP8
    assert paste.parse_pasted(text) is None


@pytest.mark.parametrize(
    "text",
    [
        f"youtube:video:{VIDEO}",
        f"https://www.youtube.com/watch?v={VIDEO}&list=RD{VIDEO}&t=42s",
        f"https://youtu.be/{VIDEO}?si=abc",
        f"https://music.youtube.com/watch?v={VIDEO}",
        f"https://m.youtube.com/shorts/{VIDEO}",
        f"youtube.com/watch?v={VIDEO}",
    ],
)
def test_each_way_to_write_a_video_is_read(text):  # V2
    assert paste.parse_pasted(text) == f"youtube:video:{VIDEO}"


def test_many_lines_are_understood_and_the_rest_is_named(stub):  # V2
    text = f"{LINK}\n\n  hello there \n{ALBUM['uri']} {SONG['uri']}\nhttps://evil.example/x"

    pasted = paste.understood(text, "spotify", "")

    assert pasted.tracks[0].uri == SONG["uri"]
    assert len(pasted.tracks) == 6  # The song is on the album, and once is enough.
    assert [each["text"] for each in pasted.unread] == ["hello there", "https://evil.example/x"]


def test_what_another_catalogue_has_is_named_too(stub):
    pasted = paste.understood(LINK, "library", "")

    assert (pasted.tracks, len(pasted.unread)) == ([], 1)
    assert stub.world.calls("GET") == []


def test_no_pasted_address_is_ever_fetched(stub):  # SP8
    with canned() as trap:
        lines = [f"{trap.url}/track/{SONG['id']}", f"{trap.url}/watch?v={VIDEO}"]
        paste.understood("\n".join(lines), "spotify", "")

        assert trap.log == []


def test_the_paste_is_shown_before_it_is_added(stub):  # V2
    alice, nest = visitor("Alice"), den()

    answer = asks(alice, "post", "/api/paste", text=f"{LINK}\nwhat?", nest=nest)

    assert [each["title"] for each in answer.json()["tracks"]] == [SONG["name"]]
    assert answer.json()["unread"][0]["text"] == "what?"


def test_a_link_in_the_search_box_is_the_song_it_stands_for(stub):  # V2
    found = visitor("Alice").get("/api/search", {"q": LINK, "nest": den()}).json()

    assert [each["uri"] for each in found["results"]] == [SONG["uri"]]


def test_a_search_in_a_nest_asks_its_own_catalogue(stub):  # V4
    alice = visitor("Alice")

    found = alice.get("/api/search", {"q": "morning", "nest": den()}).json()["results"]
    here = alice.get("/api/search", {"q": "morning", "nest": "main"}).json()["results"]

    assert {each["provider"] for each in found} == {"spotify"}
    assert here == []


def test_a_slow_catalogue_is_late_and_holds_up_no_other(stub, monkeypatch):  # V4
    stub.goes_wrong("/search", kind="hang", seconds=30)
    monkeypatch.setattr(PROVIDERS["library"], "search", lambda *_: [track("Here")], raising=False)

    found = search.everywhere("here", None, 1)

    assert [each["title"] for each in found["results"]] == ["Here"]
    assert found["late"] == ["spotify"]


def test_many_songs_from_elsewhere_are_added_in_their_order(stub):  # Q6
    alice = Listener(stub, "Alice", den()).arrives()
    album = SONG["album"]["uri"]

    answer = queue.add(
        alice.act, [catalogue.PIANO_MAN, f"spotify:track:{catalogue.PIANO_MAN}", album]
    )

    assert len(answer["added"]) == 7
    assert [each["error"] for each in answer["rejected"]] == ["unknown_provider"]


# YouTube


@pytest.fixture
def tube(settle):
    with canned() as server:
        settle(YOUTUBE_OEMBED_URL=f"{server.url}/oembed", YOUTUBE_API_URL=f"{server.url}/v3")
        yield server


def titled(tube, title="Never Gonna"):
    answer = {"title": title, "author_name": "Rick", "type": "video"}
    tube.answers("/oembed", answer)


def test_a_video_is_added_with_the_length_its_page_measured(nest, alice, tube):  # V2
    titled(tube)
    uri = f"youtube:video:{VIDEO}"

    refused = queue.add(alice.act, [uri])
    answer = queue.add(alice.act, [uri], {uri: 213_000})

    assert refused["rejected"][0]["error"] == "track_unplayable"
    assert len(answer["added"]) == 1
    assert alice.sees()["song"]["duration_ms"] == 213_000


def test_a_length_that_is_known_is_not_taken_from_a_page(nest, alice, stub, settle):
    settle(ANDRE_MIX_CATALOGUES="true")

    queue.add(alice.act, [SONG["uri"]], {SONG["uri"]: 5_000})

    assert alice.sees()["song"]["duration_ms"] == SONG["duration_ms"]


@pytest.mark.parametrize("ms", [4_999, 10_800_001])
def test_a_measured_length_has_bounds(ms):
    answer = asks(
        visitor("Alice"),
        "post",
        "/api/nests/main/queue/enqueue",
        uris=["youtube:video:dQw4w9WgXcQ"],
        lengths={"youtube:video:dQw4w9WgXcQ": ms},
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("status", "code"), [(401, "track_unplayable"), (404, "track_not_found"), (500, "unavailable")]
)
def test_a_video_that_cannot_be_played_here_says_why(nest, alice, tube, status, code):
    tube.answers("/oembed", {}, status=status)

    answer = queue.add(alice.act, [f"youtube:video:{VIDEO}"])

    assert answer["rejected"][0]["error"] == code


def test_with_a_key_youtube_is_searched_and_lengths_are_known(tube, settle):  # V4
    settle(YOUTUBE_API_KEY="key")
    tube.answers("/v3/search", {"items": [{"id": {"videoId": VIDEO}}]})
    tube.answers(
        "/v3/videos",
        {
            "items": [
                {
                    "id": VIDEO,
                    "snippet": {"title": "Never Gonna", "channelTitle": "Rick"},
                    "contentDetails": {"duration": "PT3M33S"},
                    "status": {"embeddable": True},
                }
            ]
        },
    )

    (found,) = search.everywhere("never", "youtube", 1)["results"]

    assert (found["title"], found["artist"], found["duration_ms"]) == (
        "Never Gonna",
        "Rick",
        213_000,
    )


def test_the_players_page_is_a_pure_function():  # V4
    how = Embedding(start_ms=42_500, origin="https://andre.example")

    source = find_source(f"youtube:video:{VIDEO}")
    url = embed_url(source, how)

    assert url == embed_url(source, how)
    assert url.startswith(f"https://www.youtube-nocookie.com/embed/{VIDEO}?enablejsapi=1")
    assert "start=42" in url
    assert "origin=https%3A%2F%2Fandre.example" in url
