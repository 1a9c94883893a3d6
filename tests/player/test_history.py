"""What played: each once, findable, and to take home."""

import csv
import json
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.db import OperationalError, connection

from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from player.history import exports, history
from player.models import Play, UnwritablePlay
from tests.support.backstage import operator_browser
from tests.support.logs import logged

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(nest, alice, bob):
    alice.adds("Blue", '=SUM("x")', seconds=60)
    bob.adds("<Green> & Gold", seconds=60)
    nest.passes(70)
    bob.skips()
    nest.passes(120)
    history.record(nest.nest_id)
    return list(Play.objects.order_by("started_ms"))


def test_every_play_has_one_row_with_what_was_heard(evening, nest, bob):  # T4
    again = history.record(nest.nest_id)

    assert again == 0
    assert [(play.title, play.heard_ms, play.outcome) for play in evening] == [
        ("Blue", 60_000, "played"),
        ("<Green> & Gold", 10_000, "skipped"),
        ('=SUM("x")', 60_000, "played"),
    ]
    assert evening[1].skipped_by == bob.email
    assert evening[0].nest_name == "Main Nest"


def test_writing_the_same_play_twice_leaves_one_row(evening, nest):  # T4
    play = redis().lindex(NestKeys(nest.nest_id).play_log, 0)
    song = json.loads(play)
    field = f"{song['song']['song_id']}:{song['started_ms']}"
    redis().hset(NestKeys(nest.nest_id).pending_plays, field, play)

    history.record(nest.nest_id)

    assert Play.objects.count() == 3


def waits(nest, field, play):
    redis().hset(NestKeys(nest.nest_id).pending_plays, field, play)


def last_played(nest, **song):
    """A finished play as a script keeps it, with something else about its song."""
    play = json.loads(redis().lindex(NestKeys(nest.nest_id).play_log, 0))
    return json.dumps({**play, "song": {**play["song"], **song}})


UNWRITABLE = {
    "no text at all": lambda nest: "{",
    "no song": lambda nest: "{}",
    "a number too large": lambda nest: last_played(nest, song_id=2**70),
    "a character PostgreSQL has not": lambda nest: last_played(
        nest, song_id=99, comments=[{"text": "a\x00b"}], title="Bl\x00ue" * 60
    ),
}


@pytest.mark.parametrize("fault", UNWRITABLE)
def test_a_play_that_cannot_be_written_holds_up_no_other(evening, nest, fault):  # T4
    waits(nest, "1:1", UNWRITABLE[fault](nest))
    waits(nest, "98:1", last_played(nest, song_id=98))

    with logged() as log:
        history.record(nest.nest_id)

    takes_all = connection.vendor == "sqlite" and fault == "a character PostgreSQL has not"
    aside = UnwritablePlay.objects.filter(nest_id=nest.nest_id)
    assert Play.objects.filter(song_id=98).exists()
    assert redis().hgetall(NestKeys(nest.nest_id).pending_plays) == {}
    assert [each.field for each in aside] == ([] if takes_all else ["1:1"])
    assert len(log.of("play_not_written")) == len(aside)


def test_what_is_set_aside_is_seen_by_the_operator_as_it_was(evening, nest, settle):
    settle(SUPER_ADMIN_EMAILS="alice@example.com")
    waits(nest, "1:1", '{"song": "\\u0000"}')
    history.record(nest.nest_id)

    page = operator_browser("Alice").get("/admin/player/unwritableplay/").content.decode()

    assert "1:1" in page
    assert json.loads(UnwritablePlay.objects.get().play) == '{"song": "\\u0000"}'


def test_a_database_that_is_away_loses_no_play(evening, nest, monkeypatch):  # F1
    waits(nest, "98:1", last_played(nest, song_id=98))
    monkeypatch.setattr(Play.objects, "bulk_create", away)

    with pytest.raises(OperationalError):
        history.record(nest.nest_id)

    assert redis().hkeys(NestKeys(nest.nest_id).pending_plays) == ["98:1"]
    assert UnwritablePlay.objects.count() == 0


def away(*_, **__):
    raise OperationalError("the server closed the connection")


@pytest.mark.parametrize("text", ["one " * 9, "x" * 201])
def test_more_words_than_anybody_looks_for_are_refused(evening, text):  # X4
    with pytest.raises(Refusal) as refused:
        history.filter_plays(Play.objects.all(), text)

    assert refused.value.code == "validation_error"


def test_eight_words_are_looked_for(evening):
    found = history.filter_plays(Play.objects.all(), "gold green the band " * 2)

    assert [play.title for play in found] == ["<Green> & Gold"]


def test_plays_are_found_by_their_words(evening):
    assert [play.title for play in history.filter_plays(Play.objects.all(), "gold green")] == [
        "<Green> & Gold"
    ]


def test_a_stranger_sees_no_history_of_a_nest_that_has_ended(evening, alice):
    Play.objects.update(nest_id="GONE5")

    assert history.visible_to("charlie@example.com").count() == 0
    assert history.visible_to(alice.email).count() == 3


def exported(kind, title, plays):
    return "".join(exports.format_of(kind).write(title, plays))


def test_m3u8_names_every_song_on_a_line_of_its_own(evening):
    text = exported("m3u8", "Friday\nNight", evening)

    assert text.splitlines()[:4] == [
        "#EXTM3U",
        "#PLAYLIST:Friday Night",
        "#EXTINF:60,The Band - Blue",
        "library:track:Blue",
    ]


def test_xspf_is_well_formed_whatever_the_titles(evening):
    text = exported("xspf", "Friday", evening)

    titles = ElementTree.fromstring(text).iter(f"{{{exports.XSPF}}}title")
    assert [title.text for title in titles] == ["Friday", "Blue", "<Green> & Gold", '=SUM("x")']


def test_jspf_has_a_location_for_every_track(evening):
    text = exported("jspf", "Friday", evening)

    tracks = json.loads(text)["playlist"]["track"]
    assert [track["location"][0] for track in tracks][::2] == [
        "library:track:Blue",
        'library:track:=SUM("x")',
    ]


def test_csv_has_no_cell_that_a_spreadsheet_would_run(evening):
    text = exported("csv", "Friday", evening)

    rows = list(csv.DictReader(StringIO(text)))
    assert [row["title"] for row in rows] == ["Blue", "<Green> & Gold", '\'=SUM("x")']
    assert rows[1]["heard_seconds"] == "10.0"


@pytest.mark.parametrize("sign", "=+-@＝")
@pytest.mark.parametrize("before", ["", "x;", "x,", "x\t", "x\r", "x\n", "x|", "x; ", " ", "\t"])
def test_no_sign_for_the_end_of_a_cell_lets_a_formula_through(before, sign):  # X5
    shown = exports.harmless(f"{before}{sign}1+1")

    assert f"'{sign}1" in shown
    assert shown.replace("'", "") == f"{before}{sign}1+1"


def test_titles_that_are_no_formula_stay_as_they_are():
    for title in ("Blue", "Up; down", "-", "Rock & Roll, Part 2", "A - B", "7+1"):
        assert exports.harmless(title).removeprefix("'") == title


def test_an_export_holds_every_play_once_however_many_pages_it_takes(nest, evening):
    first = evening[0]
    rows = [
        Play(**{**values_of(first), "song_id": 1_000 + number, "started_ms": number // 3})
        for number in range(2 * exports.PLAYS_AT_ONCE + 7)
    ]
    Play.objects.bulk_create(rows)

    found = [play.song_id for play in exports.plays_of(nest.nest_id)]

    assert sorted(found) == sorted(Play.objects.values_list("song_id", flat=True))
    assert len(set(found)) == len(found)


def values_of(play):
    return {
        field.name: getattr(play, field.name) for field in Play._meta.fields if field.name != "id"
    }


def test_an_unknown_format_is_named():
    with pytest.raises(Refusal) as refused:
        exports.format_of("pdf")

    assert refused.value.code == "validation_error"
