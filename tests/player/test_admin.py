"""Behind the scenes of the music: what Alice, who runs this server, may look up."""

from datetime import UTC, datetime

import pytest

from player.models import Play, ScannedFile, Track
from tests.support.backstage import ESCAPED, HOSTILE, browser_of, operator_browser, rows_of, text_of

PLAYS, TRACKS, FILES = (f"/admin/player/{name}/" for name in ("play", "track", "scannedfile"))

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(settle):
    settle(SUPER_ADMIN_EMAILS="alice@example.com")
    return operator_browser("Alice")


def played(title, *when, **more):
    started_ms = int(datetime(*(when or (2026, 10, 7)), tzinfo=UTC).timestamp() * 1000)
    about = {
        "nest_id": "main",
        "nest_name": "Main Nest",
        "song_id": Play.objects.count() + 1,
        "uri": f"library:track:{title}",
        "title": title,
        "artist": "The Band",
        "duration_ms": 187_000,
        "user": "bob@example.com",
        "started_ms": started_ms,
        "ended_ms": started_ms + 60_000,
        "heard_ms": 60_000,
        "outcome": "skipped",
    }
    return Play.objects.create(**about | more)


def track(title, **more):
    about = {
        "path": f"{title}.flac",
        "title": title,
        "artist": "The Band",
        "album": "One",
        "album_artist": "The Band",
        "duration_ms": 187_000,
        "folded": title.lower(),
        "album_key": "one",
        "artist_key": "band",
    }
    return Track.objects.create(**about | more)


def titles(answer, column=1):
    return [row[column] for row in rows_of(answer)]


@pytest.mark.parametrize("page", [PLAYS, TRACKS, FILES])
def test_a_listener_gets_nothing(page, settle):
    settle(SUPER_ADMIN_EMAILS="alice@example.com")

    assert browser_of("Bob").get(page, follow=True).status_code == 403


def test_a_play_tells_what_was_heard(operator):
    play = played("Blue", 2026, 10, 7, 20, 15)

    line, whole = operator.get(PLAYS), operator.get(f"{PLAYS}{play.pk}/change/")

    assert rows_of(line) == [
        [
            *("Oct. 7, 2026, 8:15 p.m.", "Blue", "The Band", "Main Nest (main)"),
            *("bob@example.com", "skipped", "1:00"),
        ]
    ]
    assert "Length: 3:07" in text_of(whole)


def test_plays_are_found_by_title_person_and_nest(operator):
    played("Blue", user="alice@example.com")
    played("Green", nest_id="X7K2P", nest_name="Friday Vibes")

    def found(words):
        return titles(operator.get(PLAYS, {"q": words}))

    assert found("blue") == found("alice@") == ["Blue"]
    assert found("friday") == found("X7K2P") == found("green band") == ["Green"]


def test_plays_are_narrowed_by_year_month_and_day(operator):
    played("Before", 2025, 12, 31, 23, 59)
    played("Begin", 2026, 2, 1)
    played("End", 2026, 2, 28, 23, 59)
    played("After", 2026, 3, 1)

    def found(span):
        return titles(operator.get(PLAYS, {"started": span}))

    assert found("2026") == ["After", "End", "Begin"]
    assert found("2026-02") == ["End", "Begin"]
    assert found("2026-02-28") == ["End"]


def test_the_calendar_offers_what_there_can_be(operator):
    played("Begin", 2026, 2, 27)
    played("End", 2026, 4, 1)

    def offered(**query):
        answer = operator.get(PLAYS, query)
        (calendar,) = [s for s in answer.context["cl"].filter_specs if s.title == "started"]
        return [said for _, said in calendar.lookup_choices]

    assert offered() == ["2026"]
    assert offered(started="2026") == ["2026", "February 2026", "March 2026", "April 2026"]
    assert offered(started="2026-02") == ["2026", "February 2026", "27 February", "28 February"]


@pytest.mark.parametrize("span", ["x", "2026-13", "2026-02-30", "20260207", "0000", "9" * 40])
def test_a_date_that_is_none_shows_everything(operator, span):
    played("Blue")

    answer = operator.get(PLAYS, {"started": span}, follow=True)

    assert answer.redirect_chain == [(f"{PLAYS}?e=1", 302)]
    assert titles(answer) == ["Blue"]


def test_the_last_year_there_can_be_is_no_fault(operator):
    played("Blue")

    assert rows_of(operator.get(PLAYS, {"started": "9999"})) == []


def test_tracks_that_have_vanished_are_told_apart(operator):
    track("Blue")
    track("Green", available=False)

    answer = operator.get(TRACKS, {"available__exact": "0"})

    assert titles(answer, 0) == ["Green"]


def test_tracks_are_found_by_path_and_album(operator):
    track("Blue", path="Vinyl/side a.flac")
    track("Green", album="Two")

    assert titles(operator.get(TRACKS, {"q": "vinyl"}), 0) == ["Blue"]
    assert titles(operator.get(TRACKS, {"q": "two"}), 0) == ["Green"]


def test_a_file_that_could_not_be_read_says_why(operator):
    ScannedFile.objects.create(path="good.flac", size=1, mtime_ns=10**18)
    ScannedFile.objects.create(path="bad.flac", size=2, mtime_ns=10**18, problem="no music in it")

    answer = operator.get(FILES, {"problem__isempty": "0"})

    assert [row[:2] for row in rows_of(answer)] == [["bad.flac", "no music in it"]]


def test_everything_here_is_for_reading(operator):
    file = ScannedFile.objects.create(path="good.flac", size=1, mtime_ns=10**18)
    for row, page in ((played("Blue"), PLAYS), (track("Blue"), TRACKS), (file, FILES)):
        one = f"{page}{row.pk}"

        assert operator.get(f"{one}/change/").status_code == 200
        assert operator.post(f"{one}/change/", {"title": "Other"}).status_code == 403
        assert operator.post(f"{one}/delete/", {"post": "yes"}).status_code == 403
        assert operator.get(f"{page}add/").status_code == 403
        assert "delete_selected" not in operator.get(page).content.decode()


def test_titles_are_shown_as_text(operator):  # I16
    play, song = played(HOSTILE), track(HOSTILE, path="a.flac")
    comments = [{"user": "bob@example.com", "text": HOSTILE}]
    Play.objects.update(comments=comments)

    for page in (PLAYS, f"{PLAYS}{play.pk}/change/", TRACKS, f"{TRACKS}{song.pk}/change/"):
        said = operator.get(page).content.decode()

        assert ESCAPED in said
        assert HOSTILE not in said
