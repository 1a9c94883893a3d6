"""A music server of one's own: found, opened, and never asked twice for the same."""

import traceback
from datetime import datetime
from random import Random

import pytest

from andre.core.conf import SettingsFault, conf, load
from andre.core.errors import Refusal
from andre.core.redis import redis
from andre.telemetry.logs import logging_config
from player import providers
from player.catalogues import CATALOGUES
from player.discovery import paste, search
from player.history import history
from player.playback import failures
from player.providers import ProviderError
from player.providers.base import Wish
from player.providers.music_servers import outages
from player.providers.servers import SERVERS
from player.queue import queue
from player.tasks import TELL_TRIES, tell_play
from tests.player.external_providers.people import worker
from tests.support import jellyfin_server, music_server
from tests.support.logs import logged
from tests.support.music_server import PASSWORD, song
from tests.support.server import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

BLUE = "subsonic:track:tr-1"


def opened(running, settle):
    with running() as server:
        settle(**server.settings)
        server.has(song("tr-1", "Blue"), song("tr-2", "Green"))
        yield server


@pytest.fixture(
    params=[music_server.running, jellyfin_server.running], ids=["subsonic", "jellyfin"]
)
def server(request, settle):
    yield from opened(request.param, settle)


@pytest.fixture
def subsonic(settle):
    yield from opened(music_server.running, settle)


@pytest.fixture
def jellyfin(settle):
    yield from opened(jellyfin_server.running, settle)


def titles(found):
    return [each["title"] for each in found["results"]]


def test_three_values_make_a_nest_play_from_it(server):  # V5
    found = search.everywhere("blue", None, 1, catalogue="library")

    assert titles(found) == ["Blue"]
    assert found["results"][0]["uri"] == server.uri("tr-1")
    assert found["late"] == []


@pytest.mark.parametrize("uri", [BLUE, f"jellyfin:track:{jellyfin_server.hex_of('tr-1')}"])
def test_without_them_nobody_is_asked(uri):  # V5 V12
    assert {"subsonic", "jellyfin"}.isdisjoint(providers.titles())
    with pytest.raises(Refusal, match="No provider"):
        providers.lookup(uri)


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


def test_the_password_itself_is_sent_only_where_no_token_can_be_checked(subsonic):  # V6
    providers.lookup(BLUE)
    by_token = subsonic.asked("getSong")
    redis().flushdb()
    subsonic.knows_tokens = False
    providers.lookup(BLUE)
    redis().flushdb()
    providers.lookup(BLUE)

    assert "p" not in by_token[0]
    assert PASSWORD not in str(by_token)
    assert ["t" in asked for asked in subsonic.asked("getSong")] == [True, True, False, False]


def test_a_wrong_password_or_key_is_named_in_the_log_and_tells_nobody_more(server, settle):
    # V6 V12
    settle(**{server.secret_setting: "a wrong one"})
    with logged() as lines, pytest.raises(ProviderError) as refused:
        providers.lookup(server.uri("tr-1"))

    assert refused.value.body()["message"].startswith(f"{server.title} does not accept the ")
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
    assert server.secret not in lines.getvalue()
    assert server.asked("search3")[0].get("t", server.secret) not in lines.getvalue()


def test_what_was_found_is_not_asked_for_again(server):  # V7
    search.everywhere("blue", None, 1)
    search.everywhere("blue", None, 1)
    providers.lookup(server.uri("tr-1"))

    assert [method for method, _ in server.log] == ["search3"]


def test_albums_and_artists_open_as_their_songs(server):  # V7
    for kind in ("album", "artist"):
        [thing] = search.everywhere("one", None, 1, kind=kind)["results"]

        assert thing["uri"].startswith(f"{server.provider}:{kind}:")
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
        providers.lookup(server.uri("tr-3"))
    assert refused.value.code == "track_unplayable"


def test_a_loud_recording_is_turned_down_as_the_server_measured_it(server):  # V7
    server.has(
        song("tr-3", "Loud", replayGain={"trackGain": -7.5}),
        song("tr-4", "Soft", replayGain={"trackGain": 4}),
    )

    assert providers.lookup(server.uri("tr-3")).gain_db == -7.5
    assert providers.lookup(server.uri("tr-4")).gain_db == 0.0


def test_alice_adds_a_song_of_it_and_the_nest_plays_it(nest, alice, server):  # V5
    with nest.now():
        answer = queue.add(alice.act, [server.uri("tr-1")])

    song = alice.sees()["song"]
    assert answer["rejected"] == []
    assert (song["title"], song["src"], song["duration_ms"]) == ("Blue", server.provider, 180_000)
    assert song["img"] == f"{server.path('covers', 'al-1')}?size=640"
    assert server.url not in str(alice.sees())


def test_a_nest_that_plays_from_elsewhere_takes_none_of_it(server):  # V5
    found = paste.understood(server.uri("tr-1"), "spotify", "bob@example.com")

    assert [line["message"] for line in found.unread] == [paste.ELSEWHERE]


def test_a_server_that_is_away_is_late_and_holds_up_nobody(server):  # V9
    server.status = 502

    assert search.everywhere("blue", None, 1) == {"results": [], "late": [server.provider]}


def test_a_nest_goes_on_when_a_song_has_been_out_of_reach_for_a_while(nest, alice, bob, server):
    # V9
    with nest.now():
        [blue, _] = queue.add(alice.act, [server.uri("tr-1"), server.uri("tr-2")])["added"]
        outages.note_unreachable(server.uri("tr-1"))
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
    assert failed["reason"] == f"{server.title} does not answer."


def test_a_song_that_was_reached_meanwhile_plays_on(nest, alice, bob, server):  # V9
    with nest.now():
        [blue] = queue.add(alice.act, [server.uri("tr-1")])["added"]
        outages.note_unreachable(server.uri("tr-1"))
        outages.note_reached(server.uri("tr-1"))
    nest.passes(30)
    with nest.now():
        failures.report(bob.act, blue, "unreachable", 0)

    assert nest.plays() == "Blue"


# Told what was listened to


def listens_for(nest, person, server, seconds):
    with nest.now():
        queue.add(person.act, [server.uri("tr-1")])
    began = nest.now_ms
    nest.passes(seconds)
    person.skips()
    history.record(nest.nest_id)
    return began


def moment_of(told):
    """In whole seconds, as both kinds are told."""
    if "time" in told:
        return int(told["time"]) // 1000
    return int(datetime.fromisoformat(told["datePlayed"]).timestamp())


def left_to_tell():
    return redis().llen("providers")


def test_what_was_listened_to_is_told_once_for_the_nest(nest, alice, server):  # V11
    began = listens_for(nest, alice, server, 95)
    history.record(nest.nest_id)

    assert left_to_tell() == 1
    with worker():
        wait_for(lambda: server.asked("scrobble"))
    [told] = server.asked("scrobble")
    assert told["id"] == server.id_of("tr-1")
    assert moment_of(told) == began // 1000


def test_what_was_skipped_early_is_not(nest, alice, server):  # V11
    listens_for(nest, alice, server, 80)

    assert left_to_tell() == 0


def test_whoever_does_not_want_it_tells_nothing(nest, alice, server, settle):  # V11
    settle(SUBSONIC_SCROBBLE="false", JELLYFIN_SCROBBLE="false")
    listens_for(nest, alice, server, 95)

    assert left_to_tell() == 0


def test_a_server_that_is_away_is_told_again_and_nothing_of_it_is_logged(server):  # V6 V11
    told = (server.id_of("tr-1"), 1_700_000_000_000, server.provider)
    if server.provider == "jellyfin":
        providers.lookup(server.uri("tr-1"))  # Who the user is has been asked before.
    server.status = 502
    with logged() as lines:
        result = tell_play.apply(told, retries=TELL_TRIES)
    tried = len(server.asked("scrobble"))
    server.status = 200
    tell_play.apply(told, throw=True)

    assert (result.state, tried) == ("FAILURE", 1)
    assert server.url.rpartition(":")[2] not in lines.getvalue()
    assert moment_of(server.asked("scrobble")[-1]) == 1_700_000_000


@pytest.mark.parametrize("server", [music_server.MusicServer(), jellyfin_server.JellyfinServer()])
def test_a_line_that_is_cut_tells_nothing_of_who_was_asked(settle, server):  # V6
    server.url = "http://127.0.0.1:9"
    settle(**server.settings | {server.secret_setting: "secret words"})

    with pytest.raises(ProviderError) as refused:
        providers.lookup(server.uri("tr-1"))

    told = "".join(traceback.format_exception(refused.value))
    assert "127.0.0.1" not in told
    assert "secret" not in told


def test_another_server_is_asked_anew(server, settle):  # V7
    providers.lookup(server.uri("tr-1"))
    settle(**{server.user_setting: "somebody else"})

    with pytest.raises(ProviderError):
        providers.lookup(server.uri("tr-1"))


def test_plays_that_an_older_version_left_in_the_queue_are_told(subsonic):  # V11
    tell_play.apply(("tr-1", 1_700_000_000_000), throw=True)

    assert subsonic.asked("scrobble")[0]["submission"] == "true"


# Jellyfin


@pytest.mark.parametrize(
    "told",
    [
        {"JELLYFIN_URL": "http://music.lan:8096"},
        {"JELLYFIN_USER": "andre", "JELLYFIN_API_KEY": "x", "JELLYFIN_URL": "music.lan"},
    ],
)
def test_half_of_its_values_are_named_at_start(told):  # V12
    with pytest.raises(SettingsFault, match="JELLYFIN_URL"):
        load(told)


def test_its_address_may_end_as_its_own_page_does():  # V12
    told = {"JELLYFIN_USER": "andre", "JELLYFIN_API_KEY": "x"}

    assert load(told | {"JELLYFIN_URL": "https://a.b/fin/web/"}).jellyfin_url == "https://a.b/fin"


def test_its_key_is_in_no_address(jellyfin):  # V6 V12
    search.everywhere("blue", None, 1)
    jellyfin.has(song("tr-3", "Red"))
    providers.lookup(jellyfin.uri("tr-3"))

    assert len(jellyfin.addresses) >= 3
    assert jellyfin.secret not in str(jellyfin.addresses)


def test_it_is_asked_as_its_user_and_once_who_that_is(jellyfin):  # V12
    search.everywhere("blue", None, 1)
    search.everywhere("green", None, 1)

    assert [path for path in jellyfin.addresses if path.startswith("/Users")] == ["/Users"]
    assert {asked["userId"] for _, asked in jellyfin.log} == {jellyfin_server.USER_ID}


def test_a_container_of_several_names_is_played_as_the_one_that_browsers_know(jellyfin):  # V7 V12
    jellyfin.has(
        song("tr-3", "In MP4", suffix="mov,mp4,m4a,3gp"), song("tr-4", "Odd", suffix="tak")
    )

    assert SERVERS["jellyfin"].facts_of(jellyfin.uri("tr-3"))["type"] == "audio/mp4"
    with pytest.raises(Refusal):
        providers.lookup(jellyfin.uri("tr-4"))


def test_a_user_that_it_does_not_know_is_said_so(jellyfin):  # V12
    jellyfin.users = ["Somebody"]

    with logged() as lines, pytest.raises(ProviderError, match="does not know the user"):
        providers.lookup(jellyfin.uri("tr-1"))
    assert "provider_credentials_refused" in lines.getvalue()


def test_a_user_who_was_made_anew_is_looked_up_again(jellyfin, monkeypatch):  # V12
    providers.lookup(jellyfin.uri("tr-1"))
    monkeypatch.setattr(jellyfin_server, "USER_ID", "b" * 32)

    with pytest.raises(ProviderError):
        providers.lookup(jellyfin.uri("tr-2"))

    assert providers.lookup(jellyfin.uri("tr-2")).title == "Green"


def test_an_id_that_it_could_not_have_is_not_asked_for(jellyfin):  # V12
    for name in ("tr-1", "../Users", "A" * 32):
        with pytest.raises(Refusal) as refused:
            providers.lookup(f"jellyfin:track:{name}")
        assert refused.value.code == "track_not_found"
    assert jellyfin.addresses == []


def test_a_proxy_that_says_not_found_of_everything_is_no_word_of_a_song(jellyfin):  # V9 V12
    providers.lookup(jellyfin.uri("tr-1"))
    jellyfin.status = 404

    with pytest.raises(ProviderError, match="did not answer"):
        SERVERS["jellyfin"].open_song(jellyfin.id_of("tr-1"), "")


def test_both_kinds_are_searched_side_by_side(subsonic, jellyfin):  # V4 V12
    found = search.everywhere("blue", None, 1, catalogue="library")
    subsonic.status = 502
    redis().flushdb()
    without = search.everywhere("blue", None, 1, catalogue="library")

    assert {each["provider"] for each in found["results"]} == {"subsonic", "jellyfin"}
    assert ([each["provider"] for each in without["results"]], without["late"]) == (
        ["jellyfin"],
        ["subsonic"],
    )


def test_while_one_is_away_the_other_is_picked_from(subsonic, jellyfin):  # V10 V12
    subsonic.status = 502

    picked = CATALOGUES["library"].of_genre("funk", Wish(10, Random(7)))

    assert {track.uri for track in picked} == {jellyfin.uri("tr-1"), jellyfin.uri("tr-2")}
