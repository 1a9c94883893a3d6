"""The library as Bender sees it: genres, artists, albums, neighbours, sound."""

from random import Random

import numpy as np
import pytest

from nests.registry.themes import THEMED_NAMES
from player.library.audio_features import CEPSTRA, RATE, analyse
from player.models import Track
from player.providers.base import OwnCatalogue, Wish
from player.providers.library import genres
from player.providers.library.catalogue import LibraryCatalogue
from player.track_rows import to_track
from tests.bender.support import played
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db
LIBRARY = LibraryCatalogue()
ALICE, BOB = "alice@example.com", "bob@example.com"


def wish(n=10, *without):
    return Wish(n, Random(7), frozenset(without))


def titles(tracks):
    return sorted(track.title for track in tracks)


def test_the_library_can_be_asked_everything():
    assert isinstance(LIBRARY, OwnCatalogue)


def test_a_genre_is_found_however_files_spell_it():  # B3
    shelved(
        recording("One", genre="Hip-Hop"),
        recording("Two", genre="hip hop / Soul"),
        recording("Three", genre="hiphop"),
        recording("Four", genre="Trip Hop"),
        recording("Gone", genre="Hip Hop", available=False),
    )

    assert titles(LIBRARY.of_genre("hip hop", wish())) == ["One", "Three", "Two"]


def test_an_artists_genres_come_the_most_frequent_first():  # B3
    blue, *_ = shelved(
        recording("Blue", genre="Funk"),
        recording("Green", genre="Funk; Soul"),
        recording("Red", "Others", genre="Metal"),
    )

    assert LIBRARY.genres_of(to_track(blue)) == ["funk", "soul"]


@pytest.mark.parametrize("theme", THEMED_NAMES, ids=lambda theme: theme.name)
def test_every_themed_nests_genre_has_neighbours(theme):  # B3
    assert theme.genre in genres.KNOWN.values() or theme.genre in genres.ALIASES.values()
    assert len(genres.neighbours(theme.genre)) >= 3


def test_an_unknown_kind_of_a_known_genre_is_its_kin():
    assert "house" in genres.neighbours("melodic techno")
    assert genres.neighbours("polka") == []


def test_by_an_artist_are_features_and_collaborations_too():
    blue, *_ = shelved(
        recording("Blue", "The Band"),
        recording("Green", "The Band feat. Somebody"),
        recording("Red (with The Band)", "Others"),
        recording("Grey", "The Bandits"),
    )

    found = LIBRARY.by_artist(to_track(blue), wish())

    assert titles(found) == ["Blue", "Green", "Red (with The Band)"]


def test_others_go_with_an_artist_by_who_queued_them_and_by_genre():
    blue, liked, alike, _ = shelved(
        recording("Blue", "The Band", genre="funk", year=1975),
        recording("Liked", "Friends", genre="metal"),
        recording("Alike", "Cousins", genre="funk", year=1978),
        recording("Too late", "Children", genre="funk", year=2020),
    )
    played(blue.uri, "The Band", at=1)
    played(liked.uri, "Friends", at=2)

    found = LIBRARY.near_artist(to_track(blue), wish())

    assert titles(found) == [alike.title, liked.title]


def test_the_most_heard_and_cheered_for_come_first():
    blue, green, red = shelved(recording("Blue"), recording("Green"), recording("Red"))
    played(green.uri, at=1)
    played(green.uri, at=2)
    played(red.uri, at=3, jams=[{"email": ALICE}, {"email": BOB}])

    found = LIBRARY.top_of_artist(to_track(blue), wish())

    assert [track.title for track in found] == ["Red", "Green", "Blue"]


def test_an_album_goes_on():
    blue, _, _ = shelved(
        recording("Blue", album="One"),
        recording("Green", album="One"),
        recording("Red", album="Two"),
    )

    assert titles(LIBRARY.of_album(to_track(blue), wish(10, blue.uri))) == ["Green"]


def test_long_unheard_is_what_nobody_heard_and_then_the_least_lately_heard():  # B5
    blue, green, red = (row.uri for row in shelved(*map(recording, ("Blue", "Green", "Red"))))

    found = [track.uri for track in LIBRARY.long_unheard([red, green], wish())]

    assert found == [blue, red, green]


def tone(hertz, beats_a_minute, seconds=20):
    time = np.arange(RATE * seconds) / RATE
    beat = np.exp(-12 * ((time * beats_a_minute / 60) % 1.0))
    return sum(np.sin(2 * np.pi * each * time) for each in hertz) * beat * 0.2


def test_tempo_and_key_are_heard():
    a_minor = [220.0, 261.63, 329.63, 440.0, 523.25, 659.25]

    sound = analyse(tone(a_minor, 96))

    assert abs(sound.tempo - 96) < 3
    assert sound.key == "Am"
    assert len(sound.timbre) == 4 * 2 * CEPSTRA


def test_the_nearest_in_sound_are_those_that_sound_alike():
    def timbre(level):
        return np.full(2 * CEPSTRA, level, np.float32).tobytes()

    rows = shelved(
        recording("Slow", tempo=70.0, key="C", loudness=-20.0, timbre=timbre(0.0)),
        recording("Slow too", tempo=72.0, key="Am", loudness=-19.0, timbre=timbre(0.1)),
        recording("Fast", tempo=140.0, key="F#", loudness=-8.0, timbre=timbre(5.0)),
        recording("Faster", tempo=150.0, key="F#", loudness=-8.0, timbre=timbre(5.0)),
        recording("Unmeasured"),
    )

    found = LIBRARY.nearest_in_sound(to_track(rows[0]), wish())

    assert found[0].title == "Slow too"
    assert {track.title for track in found[1:]} == {"Fast", "Faster"}
    assert LIBRARY.nearest_in_sound(to_track(rows[4]), wish()) == []


def test_a_recording_is_listened_to_once(tmp_path, settings):
    import soundfile

    from player.library.audio_features import measure_some

    settings.MUSIC_ROOT = tmp_path
    soundfile.write(tmp_path / "blue.flac", tone([220.0], 120, 5), RATE)
    shelved(recording("Away"), recording("Blue", path="blue.flac"))

    first = measure_some(1)
    second = measure_some(1, first)
    third = measure_some(1, second)

    away, blue = Track.objects.order_by("title")
    assert (first, second, third) == (away.pk, blue.pk, None)
    assert blue.timbre
    assert blue.tempo
    assert not away.sound_failed  # Its disk may come back.
