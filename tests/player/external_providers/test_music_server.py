"""A music server of one's own: found, opened, and never asked twice for the same."""

import traceback

import pytest

from andre.core.conf import SettingsFault, conf, load
from andre.core.errors import Refusal
from andre.core.redis import redis
from andre.telemetry.logs import logging_config
from player import providers
from player.discovery import paste, search
from player.history import history
from player.playback import failures
from player.providers import ProviderError
from player.providers.subsonic import outages
from player.queue import queue
from player.tasks import TELL_TRIES, tell_play
from tests.player.external_providers.people import worker
from tests.support.logs import logged
from tests.support.music_server import PASSWORD, running, song
from tests.support.server import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

BLUE = "subsonic:track:tr-1"


@pytest.fixture
def server(settle):
    with running() as server:
        settle(**server.settings)
        server.has(song("tr-1", "Blue"), song("tr-2", "Green"))
        yield server


def titles(found):
    return [each["title"] for each in found["results"]]


def test_three_values_make_a_nest_play_from_it(server):  # V5
    found = search.everywhere("blue", None, 1, catalogue="library")

    assert titles(found) == ["Blue"]
    assert found["results"][0]["uri"] == BLUE
    assert found["late"] == []


def test_without_them_nobody_is_asked(settle):  # V5
    assert "subsonic" not in providers.titles()
    with pytest.raises(Refusal, match="No provider"):
        providers.lookup(BLUE)


@pytest.mark.parametrize(
    "told",
    [
        {"SUBSONIC_URL": "http://music.lan"},
        {"SUBSONIC_USER": "andre", "SUBSONIC_PASSWORD": "x", "SUBSONIC_URL": "music.lan"},
        {"SUBSONIC_USER": "andre", "SUBSONIC_PASSWORD": "x", "SUBSONIC_URL": "http://a:b@music"},
    ],
)
def test_half_of_them_and_addresses_that_are_none_are_named_at_start(told):  # V5
    with pytest.raises(SettingsFault, match="SUBSONIC_URL") as fault:
        load(told)

    assert "a:b@" not in str(fault.value)


def test_an_address_may_end_as_the_protocols_own_do():  # V5
    told = {"SUBSONIC_USER": "andre", "SUBSONIC_PASSWORD": "x"}

    assert load(told | {"SUBSONIC_URL": "https://a.b/music/rest/"}).subsonic_url == (
        "https://a.b/music"
    )


def test_the_password_itself_is_sent_only_where_no_token_can_be_checked(server):  # V6
    providers.lookup(BLUE)
    by_token = server.asked("getSong")
    redis().flushdb()
    server.knows_tokens = False
    providers.lookup(BLUE)
    redis().flushdb()
    providers.lookup(BLUE)

    assert "p" not in by_token[0]
    assert PASSWORD not in str(by_token)
    assert ["t" in asked for asked in server.asked("getSong")] == [True, True, False, False]


def test_a_wrong_password_is_named_in_the_log_and_tells_nobody_more(server, settle):  # V6
    settle(SUBSONIC_PASSWORD="a wrong one")
    with logged() as lines, pytest.raises(ProviderError) as refused:
        providers.lookup(BLUE)

    assert refused.value.code == "unavailable"
    assert "provider_credentials_refused" in lines.getvalue()
    for secret in ("a wrong one", server.url, server.url.rpartition(":")[2]):
        assert secret not in lines.getvalue() + str(refused.value.body())


def test_who_is_asked_is_in_no_log_line_however_much_is_logged(server):  # V6
    logging_config("DEBUG")
    try:
        with logged() as lines:
            search.everywhere("blue", None, 1)
    finally:
        logging_config(conf().andre_log_level)

    assert "provider_asked" in lines.getvalue()
    assert server.url.rpartition(":")[2] not in lines.getvalue()
    assert server.asked("search3")[0]["t"] not in lines.getvalue()


def test_what_was_found_is_not_asked_for_again(server):  # V7
    search.everywhere("blue", None, 1)
    search.everywhere("blue", None, 1)
    providers.lookup(BLUE)

    assert [method for method, _ in server.log] == ["search3"]


def test_albums_and_artists_open_as_their_songs(server):  # V7
    for kind in ("album", "artist"):
        [thing] = search.everywhere("one", None, 1, kind=kind)["results"]

        assert thing["uri"].startswith(f"subsonic:{kind}:")
        assert [each.title for each in providers.expand(thing["uri"])] == ["Blue", "Green"]


def test_what_browsers_do_not_play_is_not_offered(server):  # V7
    server.has(
        song("tr-3", "Blue in WMA", suffix="wma"),
        song("tr-4", "Blue in ALAC", suffix="m4a", bitRate=900),
        song("tr-5", "Blue without a length", duration=0),
        song("../tr-6", "Blue at a strange address"),
        song("tr-7", "Blue in AAC", suffix="m4a", bitRate=256),
    )

    assert titles(search.everywhere("blue", None, 1)) == ["Blue", "Blue in AAC"]
    with pytest.raises(Refusal) as refused:
        providers.lookup("subsonic:track:tr-3")
    assert refused.value.code == "track_unplayable"


def test_a_loud_recording_is_turned_down_as_the_server_measured_it(server):  # V7
    server.has(
        song("tr-3", "Loud", replayGain={"trackGain": -7.5}),
        song("tr-4", "Soft", replayGain={"trackGain": 4}),
    )

    assert providers.lookup("subsonic:track:tr-3").gain_db == -7.5
    assert providers.lookup("subsonic:track:tr-4").gain_db == 0.0


def test_alice_adds_a_song_of_it_and_the_nest_plays_it(nest, alice, server):  # V5
    with nest.now():
        answer = queue.add(alice.act, [BLUE])

    song = alice.sees()["song"]
    assert answer["rejected"] == []
    assert (song["title"], song["src"], song["duration_ms"]) == ("Blue", "subsonic", 180_000)
    assert song["img"] == "/media/server-covers/al-1?size=640"
    assert server.url not in str(alice.sees())


def test_a_nest_that_plays_from_elsewhere_takes_none_of_it(server):  # V5
    found = paste.understood(BLUE, "spotify", "bob@example.com")

    assert [line["message"] for line in found.unread] == [paste.ELSEWHERE]


def test_a_server_that_is_away_is_late_and_holds_up_nobody(server):  # V9
    server.status = 502

    assert search.everywhere("blue", None, 1) == {"results": [], "late": ["subsonic"]}


def test_a_nest_goes_on_when_a_song_has_been_out_of_reach_for_a_while(nest, alice, bob, server):
    # V9
    with nest.now():
        [blue, _] = queue.add(alice.act, [BLUE, "subsonic:track:tr-2"])["added"]
        outages.note_unreachable(BLUE)
        failures.report(bob.act, blue, "unreachable", 0)
    nest.passes(19)
    with nest.now():
        failures.report(bob.act, blue, "unreachable", 0)
    patient = nest.plays()
    nest.passes(1)
    with nest.now():
        failures.report(bob.act, blue, "unreachable", 0)

    assert (patient, nest.plays()) == ("Blue", "Green")
    failed = next(event for event in nest.events() if event["type"] == "song_failed")
    assert failed["reason"] == failures.AWAY


def test_a_song_that_was_reached_meanwhile_plays_on(nest, alice, bob, server):  # V9
    with nest.now():
        [blue] = queue.add(alice.act, [BLUE])["added"]
        outages.note_unreachable(BLUE)
        outages.note_reached(BLUE)
    nest.passes(30)
    with nest.now():
        failures.report(bob.act, blue, "unreachable", 0)

    assert nest.plays() == "Blue"


# Told what was listened to


def listens_for(nest, person, seconds):
    with nest.now():
        queue.add(person.act, [BLUE])
    began = nest.now_ms
    nest.passes(seconds)
    person.skips()
    history.record(nest.nest_id)
    return began


def left_to_tell():
    return redis().llen("providers")


def test_what_was_listened_to_is_told_once_for_the_nest(nest, alice, server):  # V11
    began = listens_for(nest, alice, 95)
    history.record(nest.nest_id)

    assert left_to_tell() == 1
    with worker():
        wait_for(lambda: server.asked("scrobble"))
    told = server.asked("scrobble")
    assert [(asked["id"], int(asked["time"])) for asked in told] == [("tr-1", began)]


def test_what_was_skipped_early_is_not(nest, alice, server):  # V11
    listens_for(nest, alice, 80)

    assert left_to_tell() == 0


def test_whoever_does_not_want_it_tells_nothing(nest, alice, server, settle):  # V11
    settle(SUBSONIC_SCROBBLE="false")
    listens_for(nest, alice, 95)

    assert left_to_tell() == 0


def test_a_server_that_is_away_is_told_again_and_nothing_of_it_is_logged(server):  # V6 V11
    server.status = 502
    with logged() as lines:
        result = tell_play.apply(("tr-1", 1_700_000_000_000), retries=TELL_TRIES)
    tried = len(server.asked("scrobble"))
    server.status = 200
    tell_play.apply(("tr-1", 1_700_000_000_000), throw=True)

    assert (result.state, tried) == ("FAILURE", 1)
    assert server.url.rpartition(":")[2] not in lines.getvalue()
    assert server.asked("scrobble")[-1]["submission"] == "true"


def test_a_line_that_is_cut_tells_nothing_of_who_was_asked(settle):  # V6
    settle(
        SUBSONIC_URL="http://127.0.0.1:9", SUBSONIC_USER="andre", SUBSONIC_PASSWORD="secret words"
    )

    with pytest.raises(ProviderError) as refused:
        providers.lookup(BLUE)

    told = "".join(traceback.format_exception(refused.value))
    assert "127.0.0.1" not in told
    assert "secret" not in told


def test_another_server_is_asked_anew(server, settle):  # V7
    providers.lookup(BLUE)
    settle(SUBSONIC_USER="somebody")

    with pytest.raises(ProviderError):
        providers.lookup(BLUE)
    assert conf().subsonic_user == "somebody"
