"""What a listener has truly heard is told to the service they have connected (spec 07, L6)."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from andre.accounts.models import Person
from andre.core import clock
from nests.lifecycle import deletion
from player import tasks
from player.models import ConnectedAccount, Scrobble
from player.scrobbling import connections, outbox
from tests.nests.support import asks, build, settings_of_the_house, visitor
from tests.support import listenbrainz
from tests.support.nest import NestStory, main_nest

pytestmark = pytest.mark.django_db
ALICE, BOB = "alice@example.com", "bob@example.com"
TOKEN = {"token": "alices-token"}
DAY_MS = 24 * 3_600_000


@pytest.fixture
def service(monkeypatch):
    with (
        listenbrainz.running() as world,
        settings_of_the_house(monkeypatch, LISTENBRAINZ_API_URL=world.url),
    ):
        yield world


@pytest.fixture
def submitted(monkeypatch):
    """What is handed to the workers: nothing runs by itself."""
    names: list[str] = []

    class Later:
        def __init__(self, name, args=()):
            self.name = name

        def apply_async(self, **_):
            names.append(self.name)

    monkeypatch.setattr(outbox.current_app, "signature", Later)
    return names


@pytest.fixture
def den(service, submitted):
    """A nest where three minutes of "Blue" play, then "Green"; Alice and Bob listen."""
    story = main_nest()
    for name in ("Alice", "Bob"):
        visitor(name)
        story.person(name).listens()
    story.person("Alice").adds("Blue", "Green")
    return story


@pytest.fixture
def alice(den):
    """Her list is connected."""
    client = visitor("Alice")
    assert asks(client, "put", "/api/scrobbling/listenbrainz", **TOKEN).status_code == 200
    return client


def heard(story, name, seconds, song_id=None) -> bool:
    """What somebody's page says: so much of what plays has sounded there."""
    song_id = song_id or story.row_of_what_plays()["song_id"]
    with story.now():
        told = outbox.HeardSong(int(song_id), seconds * 1_000)
        return outbox.note_heard(story.person(name).act, told)


def send(story, after_s: float = 0) -> int:
    """The worker comes, so much later."""
    with clock.freeze(story.now_ms + round(after_s * 1_000)):
        return outbox.send_waiting()


def listens_to_blue(story) -> None:
    story.passes(90)
    assert heard(story, "Alice", 90)


# What counts


def test_half_of_a_song_counts_and_less_does_not(den, alice, service):  # L6
    den.passes(89)
    early = heard(den, "Alice", 89)
    den.passes(1)
    half = heard(den, "Alice", 90)

    assert (early, half) == (False, True)
    assert send(den) == 1
    assert service.titles() == ["Blue"]


def test_four_minutes_of_a_long_song_count(den, alice):  # L6
    den.person("Alice").adds("Long", seconds=3_600)
    den.passes(360)
    assert den.plays() == "Long"

    den.passes(239)
    early = heard(den, "Alice", 239)
    den.passes(1)

    assert (early, heard(den, "Alice", 240)) == (False, True)


def test_nobody_has_heard_more_than_has_sounded(den, alice):  # L6
    den.person("Alice").does("seek", 170_000)
    den.passes(2)

    assert heard(den, "Alice", 170) is False
    assert Scrobble.objects.count() == 0


def test_who_is_not_there_and_what_does_not_play_do_not_count(den, alice):  # L6
    den.passes(100)
    other = heard(den, "Alice", 100, song_id=999)
    den.person("Alice").leaves()

    assert (other, heard(den, "Alice", 100)) == (False, False)


def test_a_paused_song_is_not_heard(den, alice):  # L6
    den.passes(10)
    den.person("Alice").does("pause")
    den.passes(600)

    assert heard(den, "Alice", 600) is False


def test_it_is_off_until_somebody_connects(den, service, submitted):  # L6
    den.passes(100)

    assert heard(den, "Bob", 100) is False
    assert (service.requests, submitted, Scrobble.objects.count()) == ([], [], 0)


def test_what_is_told_is_the_song_and_when_it_was_heard(den, alice, service):  # L6
    began_ms = den.now_ms
    den.passes(100)
    heard(den, "Alice", 95)
    send(den)

    (listen,) = service.listens.values()
    assert listen["listened_at"] == (began_ms + 5_000) // 1_000
    assert listen["track_metadata"]["artist_name"] == "The Band"
    assert listen["track_metadata"]["additional_info"]["duration_ms"] == 180_000
    assert "release_name" not in listen["track_metadata"]  # Nothing empty is taken.
    assert "example.com" not in json.dumps(listen)


# Once


def test_a_play_is_told_once_however_many_devices_and_reports(den, alice, service):  # L6
    listens_to_blue(den)
    send(den)
    den.passes(20)
    again = heard(den, "Alice", 110)

    assert again is True
    assert (send(den, 3_600), service.submissions()) == (0, 1)


def test_the_same_song_played_anew_is_told_anew(den, alice, service):  # L6
    listens_to_blue(den)
    den.passes(91)
    den.person("Alice").returns_to_previous()
    listens_to_blue(den)

    assert send(den) == 2
    assert service.titles() == ["Blue", "Blue"]


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_sends(den, alice, service):  # L6
    listens_to_blue(den)

    def work(_):
        try:
            return outbox.send_waiting()
        finally:
            connection.close()

    with den.now():
        row = Scrobble.objects.get()
        rows = [Scrobble.objects.get(pk=row.pk) for _ in range(2)]
        assert [outbox.lease(each) for each in rows] == [True, False]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    assert service.submissions() == 1


def test_a_worker_that_dies_between_sending_and_marking_tells_the_same_listen(
    den, alice, service, monkeypatch
):  # L6
    listens_to_blue(den)

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(outbox, "mark", die)
        with pytest.raises(KeyboardInterrupt):
            send(den)
    at_once = send(den)
    later = send(den, 61)

    assert (at_once, later, service.submissions()) == (0, 1, 2)
    assert service.titles() == ["Blue"]  # The same time and song: the service has it once.
    assert Scrobble.objects.get().state == Scrobble.SENT


# Services that do not do as they should


def test_a_dead_service_is_asked_once_a_round_with_growing_pauses(den, alice, service):  # L6
    listens_to_blue(den)
    den.passes(180)
    assert heard(den, "Alice", 90)
    service.failures = [(0, {}), (503, {}), (500, {})]

    asked = []
    for after_s in (0, 59, 60, 179, 180, 419, 420):
        send(den, after_s)
        asked.append(service.submissions())

    # Two songs wait: one request tells that it is dead; 1, 2, then 4 minutes until the next.
    assert asked == [1, 1, 2, 2, 3, 3, 5]
    assert service.titles() == ["Blue", "Green"]


@pytest.mark.parametrize("header", ["Retry-After", "X-RateLimit-Reset-In"])
def test_who_asks_us_to_wait_is_waited_for(den, alice, service, header):  # L6
    listens_to_blue(den)
    service.failures = [(429, {header: "600"})]

    assert [send(den, after_s) for after_s in (0, 599, 600)] == [0, 0, 1]
    assert service.submissions() == 2


def test_nobody_waits_for_longer_than_a_day(den, alice, service):  # L6
    listens_to_blue(den)
    service.failures = [(429, {"Retry-After": "9999999"})]
    send(den)

    assert send(den, 24 * 3_600) == 1


def test_a_listen_that_is_never_taken_holds_up_no_other(den, alice, service):  # L6
    listens_to_blue(den)
    den.passes(180)
    heard(den, "Alice", 90)
    service.failures = [(400, {})]

    assert send(den) == 1
    assert service.titles() == ["Green"]
    assert send(den, 3_600) == 0


def test_a_token_that_ended_is_forgotten_and_the_songs_wait_for_a_new_one(
    den, alice, service, monkeypatch
):  # L6
    listens_to_blue(den)
    monkeypatch.delitem(listenbrainz.TOKENS, "alices-token")
    send(den)
    (told,) = alice.get("/api/scrobbling").json()["services"]
    asked = service.submissions()
    send(den, 3_600)

    assert (told["state"], told["waiting"]) == ("ended", 1)
    assert service.submissions() == asked

    monkeypatch.setitem(listenbrainz.TOKENS, "another", "alice_lb")
    asks(alice, "put", "/api/scrobbling/listenbrainz", token="another")
    assert send(den, 3_600) == 1


def test_a_service_that_hangs_up_touches_no_song(den, alice, service):  # L6
    service.failures = [(0, {})] * 50
    listens_to_blue(den)
    send(den)

    den.passes(90)

    assert den.plays() == "Green"
    assert heard(den, "Alice", 0) is False


def test_old_rows_are_forgotten(den, alice):  # L6
    listens_to_blue(den)
    send(den)
    sent = Scrobble.objects.get()
    sent.pk, sent.song_id, sent.state = None, 99, Scrobble.WAITING
    sent.due_ms = den.now_ms + 99 * DAY_MS
    sent.save()

    send(den, 3 * 24 * 3_600)
    after_days = [row.state for row in Scrobble.objects.all()]
    send(den, 31 * 24 * 3_600)

    assert after_days == [Scrobble.WAITING]
    assert Scrobble.objects.count() == 0


def test_a_page_reports_over_http(alice, submitted):  # L6
    den = main_nest()
    den.now_ms = round(time.time() * 1_000) - 100_000
    den.person("Alice").listens()
    den.person("Alice").skips()
    den.person("Alice").does("play")
    told = {"song_id": den.row_of_what_plays()["song_id"], "heard_ms": 100_000}
    path = f"/api/nests/{den.nest_id}/heard"

    answers = [asks(alice, "post", path, **told) for _ in range(2)]

    assert [answer.json() for answer in answers] == [{"counted": True}] * 2
    assert submitted.count(outbox.SEND_SCROBBLES) == 2
    assert Scrobble.objects.count() == 1
    assert asks(alice, "post", path, song_id=0, heard_ms=1).status_code == 400
    assert asks(visitor("Charlie"), "post", path, **told).status_code in (403, 404)


def test_the_task_sends(den, alice, service):  # L6
    listens_to_blue(den)

    with den.now():
        tasks.send_scrobbles.apply(throw=True)

    assert service.titles() == ["Blue"]


# Connecting


def test_a_token_is_kept_encrypted_and_shown_to_nobody(den, alice):  # L6
    row = ConnectedAccount.objects.get()
    answer = alice.get("/api/scrobbling")

    assert "alices-token" not in row.tokens + answer.content.decode()
    assert answer.json()["services"] == [
        {
            "service": "listenbrainz",
            "title": "ListenBrainz",
            "state": "connected",
            "name": "alice_lb",
            "waiting": 0,
            "token_url": "https://listenbrainz.org/settings/",
        }
    ]
    assert alice.get("/api/accounts").json() == {"accounts": []}  # Nothing is heard on it.


def test_a_wrong_token_is_refused_and_a_dead_service_is_said(den, service):  # L6
    bob = visitor("Bob")
    wrong = asks(bob, "put", "/api/scrobbling/listenbrainz", token="nobodys")
    service.failures = [(502, {})]
    dead = asks(bob, "put", "/api/scrobbling/listenbrainz", token="bobs-token")
    blank = asks(bob, "put", "/api/scrobbling/listenbrainz", token="two words")

    assert (wrong.status_code, wrong.json()["error"]) == (400, "validation_error")
    assert (dead.status_code, dead.json()["error"]) == (503, "unavailable")
    assert blank.status_code == 400
    assert not ConnectedAccount.objects.exists()


def test_who_disconnects_leaves_nothing_behind(den, alice, service):  # L6
    listens_to_blue(den)

    answer = alice.delete("/api/scrobbling/listenbrainz")

    assert answer.json()["services"][0]["state"] == "none"
    assert not ConnectedAccount.objects.exists()
    assert (send(den), service.submissions(), Scrobble.objects.count()) == (0, 0, 0)


def test_each_listener_has_a_list_of_their_own(den, alice, service):  # L6 U-6.5
    bob = visitor("Bob")
    asks(bob, "put", "/api/scrobbling/listenbrainz", token="bobs-token")
    den.passes(90)
    heard(den, "Bob", 90)
    bob.delete("/api/scrobbling/listenbrainz")

    assert connections.list_services(ALICE)[0]["state"] == "connected"
    assert connections.list_services(BOB)[0]["state"] == "none"
    assert send(den) == 0


def test_what_was_heard_is_told_after_the_nest_has_ended(alice, service):  # L6
    nest = build("The Den")
    story = NestStory(nest.nest_id)
    story.person("Alice").listens()
    story.person("Alice").adds("Blue")
    listens_to_blue(story)
    deletion.delete(nest, "deleted")

    assert send(story) == 1


def test_a_server_may_offer_none(den, alice, service, monkeypatch):  # L6
    listens_to_blue(den)
    asked = len(service.requests)

    with settings_of_the_house(monkeypatch, ANDRE_SCROBBLING="false"):
        told = alice.get("/api/scrobbling").json()
        refused = asks(alice, "put", "/api/scrobbling/listenbrainz", **TOKEN)
        den.passes(200)
        counted = heard(den, "Alice", 100)
        sent = send(den)

    assert (counted, sent, len(service.requests)) == (False, 0, asked)
    assert told == {"services": []}
    assert (refused.status_code, refused.json()["error"]) == (404, "not_found")


def test_strangers_connect_nothing(client, service):
    assert client.get("/api/scrobbling").status_code == 401
    assert asks(client, "put", "/api/scrobbling/listenbrainz", **TOKEN).status_code == 401


def test_who_closes_their_account_takes_it_all_with_them(den, alice):
    listens_to_blue(den)

    Person.objects.get(email=ALICE).delete()

    assert Scrobble.objects.count() == 0
