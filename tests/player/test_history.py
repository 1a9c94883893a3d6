"""What played: each once, findable, and to take home."""

import csv
import json
from io import StringIO
from xml.etree import ElementTree

import pytest

from andre.errors import Refusal
from player.models import Play
from player.services import exports, history

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
    from andre.keys import NestKeys
    from andre.redis import redis

    play = redis().lindex(NestKeys(nest.nest_id).played, 0)
    song = json.loads(play)
    field = f"{song['song']['song_id']}:{song['started_ms']}"
    redis().hset(NestKeys(nest.nest_id).unrecorded, field, play)

    history.record(nest.nest_id)

    assert Play.objects.count() == 3


def test_plays_are_found_by_their_words(evening):
    assert [play.title for play in history.matching(Play.objects.all(), "gold green")] == [
        "<Green> & Gold"
    ]


def test_a_stranger_sees_no_history_of_a_nest_that_has_ended(evening, alice):
    Play.objects.update(nest_id="GONE5")

    assert history.visible_to("charlie@example.com").count() == 0
    assert history.visible_to(alice.email).count() == 3


def test_m3u8_names_every_song_on_a_line_of_its_own(evening):
    _, text = exports.exported("m3u8", "Friday\nNight", evening)

    assert text.splitlines()[:4] == [
        "#EXTM3U",
        "#PLAYLIST:Friday Night",
        "#EXTINF:60,The Band - Blue",
        "library:track:Blue",
    ]


def test_xspf_is_well_formed_whatever_the_titles(evening):
    _, text = exports.exported("xspf", "Friday", evening)

    titles = ElementTree.fromstring(text).iter(f"{{{exports.XSPF}}}title")
    assert [title.text for title in titles] == ["Friday", "Blue", "<Green> & Gold", '=SUM("x")']


def test_jspf_has_a_location_for_every_track(evening):
    _, text = exports.exported("jspf", "Friday", evening)

    tracks = json.loads(text)["playlist"]["track"]
    assert [track["location"][0] for track in tracks][::2] == [
        "library:track:Blue",
        'library:track:=SUM("x")',
    ]


def test_csv_has_no_cell_that_a_spreadsheet_would_run(evening):
    _, text = exports.exported("csv", "Friday", evening)

    rows = list(csv.DictReader(StringIO(text)))
    assert [row["title"] for row in rows] == ["Blue", "<Green> & Gold", '\'=SUM("x")']
    assert rows[1]["heard_seconds"] == "10.0"


def test_an_unknown_format_is_named():
    with pytest.raises(Refusal) as refused:
        exports.exported("pdf", "Friday", [])

    assert refused.value.code == "validation_error"
