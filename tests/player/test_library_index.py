"""The search's index in a database that an earlier version of Andre has filled."""

import pytest
from django.core.management import call_command
from django.db import connection

from player.library.indexing import update_index
from player.library.scan import scan_library
from player.library.search import search
from player.library.search.indexes import index
from player.models import Track, Word
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db

OLD = {
    "sqlite": [
        (
            "CREATE VIRTUAL TABLE player_track_index USING fts5("
            "folded, content='player_track', content_rowid='id')"
        ),
        "CREATE VIRTUAL TABLE player_word_index USING fts5(padded, content='', tokenize='trigram')",
        (
            "CREATE TRIGGER player_track_added AFTER INSERT ON player_track BEGIN "
            "INSERT INTO player_track_index(rowid, folded) VALUES (new.id, new.folded); END"
        ),
    ],
    "postgresql": [
        (
            "CREATE INDEX player_track_index ON player_track "
            "USING gin (to_tsvector('simple', folded)) WITH (fastupdate = off)"
        ),
        "CREATE INDEX player_track_start ON player_track (folded text_pattern_ops)",
    ],
}


@pytest.fixture(autouse=True)
def old_library() -> None:
    """As version 1 left it."""
    shelved(
        recording("Thunderstruck", "AC/DC", "The Razors Edge"), recording("さくら", "森山直太朗")
    )
    index().remove()
    Track.objects.filter(title="Thunderstruck").update(folded="thunderstruck ac dc the razors edge")
    Track.objects.filter(title="さくら").update(folded="さくら 森山直太朗 one")
    Word.objects.all().delete()
    Word.objects.create(text="nonsense")
    with connection.cursor() as cursor:
        for statement in OLD[connection.vendor]:
            cursor.execute(statement)


def test_migrating_makes_an_old_index_anew():
    call_command("migrate", verbosity=0)

    assert [track.artist for track in search("acdc")] == ["AC/DC"]
    assert [track.title for track in search("くら")] == ["さくら"]
    assert not Word.objects.filter(text="nonsense").exists()


def test_a_scan_makes_an_old_index_anew(settings, tmp_path):
    settings.MUSIC_ROOT = tmp_path

    scan_library(tmp_path)

    assert [track.artist for track in search("acdc")] == ["AC/DC"]


def test_what_comes_later_is_in_the_new_index_alone():
    update_index()

    shelved(recording("Back in Black", "AC/DC", "Back in Black"))

    assert {track.title for track in search("acdc")} == {"Thunderstruck", "Back in Black"}


def test_an_index_of_today_is_left_alone():
    update_index()
    Track.objects.update(folded="something else")

    update_index()

    assert set(Track.objects.values_list("folded", flat=True)) == {"something else"}


def test_the_longest_names_fit_into_the_index():
    long_name = "값" * 300

    shelved(recording(long_name, long_name, long_name, path="long.flac"))
    update_index()

    assert [track.title for track in search("값값")] == [long_name]
