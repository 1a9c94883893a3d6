"""What a nest's host leaves out, lets rest and counts, for people."""

from dataclasses import replace

import pytest

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.protocol.commands import COMMAND
from andre.web import dispatch, snapshot
from nests.registry import settings, store
from player.history import history
from player.models import Play
from player.queue import queue, reactions, votes
from player.queue.rules import SongRules, find_refusal, names
from player.track_rows import track_of_play
from tests.nests.support import settings_of_the_house
from tests.support.nest import BEGIN_MS, NestStory, track

pytestmark = pytest.mark.django_db

MINUTE_MS = 60_000


@pytest.fixture
def den():
    """A nest of Alice's in which Bob listens."""
    with clock.freeze(BEGIN_MS):
        story = NestStory(store.create_nest("alice@example.com", "Alice").nest_id)
    story.person("Bob").listens()
    return story


def is_set(story, **wishes):
    with story.now():
        settings.change(CommandContext(story.nest_id), wishes)


def adds(story, name, *tracks):
    with story.now():
        return queue.add_tracks(story.person(name).act, tracks)


def refused(answer):
    return [each["error"] for each in answer["rejected"]]


def by(artist, title, **more):
    return track(title).model_copy(update={"artist": artist, **more})


def test_explicit_songs_are_played_unless_the_nest_is_set_otherwise(den):  # S-16.1
    explicit, plain = by("Band", "Blue", explicit=True), by("Band", "Green")
    before = adds(den, "Bob", explicit)

    is_set(den, explicit=False)
    others = [by("Band", "Red", explicit=True), plain]
    after = adds(den, "Bob", *others)

    assert len(before["added"]) == 1
    assert (len(after["added"]), refused(after)) == (1, ["explicit_song"])
    assert after["rejected"][0]["message"] == "Explicit songs are not played in this nest."


def test_the_history_knows_that_a_song_was_explicit(den):  # S-16.1
    adds(den, "Bob", by("Band", "Blue", explicit=True, duration_ms=60_000))
    den.passes(61)
    with den.now():
        history.record(den.nest_id)

    assert track_of_play(Play.objects.get()).explicit is True


def test_the_creator_keeps_to_the_rules_too(den):  # S-16.1
    is_set(den, explicit=False)

    assert refused(adds(den, "Alice", by("Band", "Red", explicit=True))) == ["explicit_song"]


def test_no_song_is_longer_than_the_nest_says(den):  # S-16.1
    is_set(den, max_song_minutes=4)

    answer = den.person("Bob").adds("Short", seconds=240)
    longer = den.person("Bob").adds("Long", seconds=240.001)

    assert len(answer["added"]) == 1
    assert refused(longer) == ["song_too_long"]
    assert longer["rejected"][0]["message"] == "In this nest no song lasts more than 4 min."


def test_a_song_rests_as_long_as_the_nest_says(den):  # S-16.1
    is_set(den, no_repeat_minutes=90)
    den.person("Bob").adds("Blue", seconds=60)
    den.passes(61)

    answer = den.person("Bob").adds("Blue")
    den.passes(90 * 60 - 2)
    still = den.person("Bob").adds("Blue")
    den.passes(1)

    welcome = BEGIN_MS + 60_000 + 90 * MINUTE_MS
    assert [each["welcome_at_ms"] for each in answer["rejected"]] == [welcome]
    assert refused(still) == ["played_recently"]
    assert len(den.person("Bob").adds("Blue")["added"]) == 1


def test_without_a_word_of_the_nest_the_server_says_how_long(den, monkeypatch):
    with settings_of_the_house(monkeypatch, NO_REPEAT_MINUTES="7"):
        assert den.person("Bob").sees()["nest"]["no_repeat_minutes"] == 7


def test_an_artist_rests_and_the_refusal_names_the_time(den):  # S-16.1
    is_set(den, artist_gap_minutes=30)
    adds(den, "Bob", by("Beyoncé", "Blue", duration_ms=60_000))

    playing = adds(den, "Bob", by("BEYONCE", "Green"))
    den.passes(61)
    heard = adds(den, "Alice", by("BEYONCE", "Green"))

    welcome = BEGIN_MS + 60_000 + 30 * MINUTE_MS
    told = [(each["error"], each["welcome_at_ms"]) for each in playing["rejected"]]
    assert told == [("artist_rests", welcome)]
    assert [each["welcome_at_ms"] for each in heard["rejected"]] == [welcome]
    assert heard["rejected"][0]["message"] == "This artist has just been heard here."
    den.passes(30 * 60 - 1)
    assert len(adds(den, "Alice", by("BEYONCE", "Green"))["added"]) == 1


def test_an_artist_who_waits_is_heard_when_the_queue_says(den):  # S-16.1
    is_set(den, artist_gap_minutes=30)
    adds(den, "Bob", by("A", "One"), by("B", "Two"))

    answer = adds(den, "Alice", by("B", "Three"))

    assert answer["rejected"][0]["welcome_at_ms"] == BEGIN_MS + 2 * 180_000 + 30 * MINUTE_MS


def test_of_an_album_the_first_is_taken_where_artists_rest(den):  # S-16.1
    is_set(den, artist_gap_minutes=30)

    answer = adds(den, "Bob", by("A", "One"), by("A", "Two"), by("B", "Three"))

    assert (len(answer["added"]), refused(answer)) == (2, ["artist_rests"])


def test_where_nobody_said_so_artists_need_no_rest(den):
    assert len(adds(den, "Bob", by("A", "One"), by("A", "Two"))["added"]) == 2


def test_who_may_play_something_again_at_once_need_not_let_it_rest(den):
    is_set(den, artist_gap_minutes=30)
    adds(den, "Bob", by("A", "One"))
    with den.now():
        again = queue.add_tracks(den.person("Alice").act, [by("A", "Two")], again=True)

    assert len(again["added"]) == 1


def test_the_page_is_told_who_has_to_rest(den):
    is_set(den, artist_gap_minutes=30)
    adds(den, "Bob", by("The Bänd", "Blue", duration_ms=60_000))
    den.passes(61)

    with den.now():
        _, text = snapshot.welcome(den.person("Bob").act, "{}", None, None)

    assert f'"artists_heard":{{"the band": {BEGIN_MS + 60_000}}}' in text


def test_of_one_person_so_many_songs_wait(den):  # S-16.1
    is_set(den, max_songs_per_person=2)
    adds(den, "Alice", track("Plays"))

    answer = den.person("Bob").adds("One", "Two", "Three")

    assert (len(answer["added"]), refused(answer)) == (2, ["queue_full"])
    assert answer["rejected"][0]["message"].startswith("2 songs of yours are waiting.")
    assert len(den.person("Alice").adds("Hers")["added"]) == 1


def test_a_guest_has_the_smaller_number(den):
    is_set(den, max_songs_per_person=2, guest_songs=4)
    act = den.person("Bob").act
    guest = replace(act, actor=replace(act.actor, nest_role="guest", guest_nest=den.nest_id))

    assert queue.limits_of(guest, store.get_nest(den.nest_id))["own"] == 2
    is_set(den, guest_songs=1)
    assert queue.limits_of(guest, store.get_nest(den.nest_id))["own"] == 1


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("christmas", True),
        ("CHRISTMÁS", True),
        ("last christmas", True),
        ("mas", False),
        ("wham", True),
        ("wham!", True),
        ("library:track:Last Christmas", True),
        ("library:track:Last", False),
        ("easter", False),
    ],
)
def test_what_is_blocked_is_compared_as_search_does(text, is_named):  # S-16.1
    assert names(text, by("Wham!", "Last Christmas")) is is_named


def test_a_blocked_song_is_refused_and_named(den):  # S-16.1
    is_set(den, blocked=["  Christmas ", "Christmas"])

    answer = adds(den, "Bob", by("Wham!", "Last Christmas"), by("Wham!", "Freedom"))

    assert den.person("Bob").sees()["nest"]["blocked"] == ["Christmas"]
    assert (len(answer["added"]), refused(answer)) == (1, ["song_blocked"])
    assert answer["rejected"][0]["message"] == "“Christmas” is not played in this nest."


def test_a_nest_without_rules_takes_everything():
    assert find_refusal(by("Wham!", "Last Christmas", explicit=True), SongRules()) is None


@pytest.mark.parametrize("blocked", [["x" * 101], [""], ["a"] * 51, "word"])
def test_what_is_blocked_is_a_bounded_list_of_short_texts(blocked):  # S-16.1
    with pytest.raises(ValueError, match="blocked"):
        COMMAND.validate_python({"type": "change_nest_settings", "blocked": blocked})


def test_votes_can_be_switched_off_and_taken_back(den):  # S-16.1
    den.person("Alice").adds("Plays", "Blue")
    bob = den.person("Bob")
    bob.votes("Blue", 1)

    is_set(den, votes=False)

    with pytest.raises(Refusal) as refusal:
        bob.votes("Blue", -1)
    assert refusal.value.code == "feature_not_allowed"
    assert bob.votes("Blue", 0)["net"] == 0
    with pytest.raises(Refusal) as refusal:
        bob.votes("Blue", 1)
    assert refusal.value.message == "In this nest songs are not voted for."


def test_without_downvotes_songs_only_rise(den):  # S-16.1
    den.person("Alice").adds("Plays", "Blue")
    is_set(den, downvotes=False)

    with pytest.raises(Refusal) as refusal:
        den.person("Bob").votes("Blue", -1)

    assert refusal.value.code == "feature_not_allowed"
    assert den.person("Bob").votes("Blue", 1)["net"] == 1


def test_airhorns_can_be_switched_off(den):  # S-16.1
    act = den.person("Bob").act
    is_set(den, airhorns=False)

    with den.now(), pytest.raises(Refusal) as refusal:
        reactions.blow_airhorn(act, "goose")
    is_set(den, airhorns=None)

    assert refusal.value.code == "feature_not_allowed"
    with den.now():
        assert reactions.blow_airhorn(act, "goose")["at_ms"] > den.now_ms


def test_a_rule_holds_for_the_very_next_command_of_who_was_there_before(den):  # S-16.2
    act = den.person("Bob").act
    alice = den.person("Alice").act
    den.person("Alice").adds("Plays", "Blue")
    before = den.person("Bob").sees()["rev"]

    with den.now():
        command = COMMAND.validate_python(
            {"type": "change_nest_settings", "downvotes": False, "max_song_minutes": 2}
        )
        dispatch.dispatch_command(alice, command)
        with pytest.raises(Refusal):
            votes.cast(act, den.id_of("Blue"), -1)
        answer = queue.add_tracks(act, [track("Red")])

    (event,) = den.events(before)
    assert (event["type"], event["downvotes"], event["max_song_minutes"]) == (
        "nest_settings_changed",
        False,
        2,
    )
    assert refused(answer) == ["song_too_long"]
