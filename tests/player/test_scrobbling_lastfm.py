"""Last.fm, which listeners allow on a page of its own (spec 07, L6)."""

import os
import signal
import subprocess
import sys

import pytest

from andre.core import clock
from player.models import ConnectedAccount, Scrobble
from player.scrobbling import outbox
from tests.nests.support import asks, settings_of_the_house, visitor
from tests.support import lastfm
from tests.support.database import database_url
from tests.support.nest import main_nest

pytestmark = pytest.mark.django_db
PATH = "/api/scrobbling/lastfm"
# A worker of its own process: one that sends, and one that is killed before it could.
SENDS = "outbox.send_waiting()"
DIES = "outbox.lease(outbox.find_due(clock.now_ms())[0]); os.kill(os.getpid(), signal.SIGKILL)"
WORKER = """
import os, signal, sys, django
django.setup()
from andre.core import clock
from player.scrobbling import outbox
with clock.freeze(int(sys.argv[1])):
    {work}
"""


@pytest.fixture
def service(monkeypatch):
    with (
        lastfm.running() as world,
        settings_of_the_house(
            monkeypatch,
            LASTFM_API_KEY=lastfm.KEY,
            LASTFM_API_SECRET=lastfm.SECRET,
            LASTFM_API_URL=world.url,
        ),
    ):
        monkeypatch.setattr(outbox.current_app, "signature", lambda *_: NotYet())
        yield world


class NotYet:
    def apply_async(self, **_):
        """A worker comes when the test says so."""


@pytest.fixture
def alice(service):
    """She has allowed it."""
    client = visitor("Alice")
    token = asks(client, "post", f"{PATH}/consent").json()["token"]
    service.allowed[token] = "alice_fm"
    assert asks(client, "put", PATH, token=token).status_code == 200
    return client


@pytest.fixture
def den(alice):
    story = main_nest()
    story.person("Alice").listens()
    story.person("Alice").adds("Blue")
    return story


def listens(story, seconds) -> bool:
    song_id = int(story.row_of_what_plays()["song_id"])
    story.passes(seconds)
    with story.now():
        told = outbox.HeardSong(song_id, seconds * 1_000)
        return outbox.note_heard(story.person("Alice").act, told)


def send(story, after_s: float = 0) -> int:
    with clock.freeze(story.now_ms + round(after_s * 1_000)):
        return outbox.send_waiting()


def test_a_listener_allows_it_there_and_is_connected(service):  # L6
    client = visitor("Alice")

    begun = asks(client, "post", f"{PATH}/consent").json()
    too_early = asks(client, "put", PATH, token=begun["token"])
    service.allowed[begun["token"]] = "alice_fm"
    told = asks(client, "put", PATH, token=begun["token"]).json()["services"]

    allow = f"https://www.last.fm/api/auth/?api_key={lastfm.KEY}&token={begun['token']}"
    assert begun["url"] == allow
    assert (too_early.status_code, too_early.json()["error"]) == (400, "validation_error")
    assert [(row["service"], row["state"], row["name"]) for row in told] == [
        *(("listenbrainz", "none", ""), ("lastfm", "connected", "alice_fm")),
    ]
    assert "key-of-alice" not in ConnectedAccount.objects.get().tokens


def test_half_of_a_song_is_told_signed(den, service):  # L6
    began_ms = den.now_ms
    assert listens(den, 90)

    assert send(den) == 1
    (told,) = service.scrobbled()
    assert lastfm.is_signed(told)
    assert (told["track"], told["artist"], told["duration"]) == ("Blue", "The Band", "180")
    assert (told["timestamp"], told["sk"]) == (str(began_ms // 1_000), "key-of-alice_fm")
    assert "album" not in told


def test_what_is_too_short_for_it_is_not_told(den):  # L6
    den.person("Alice").adds("Brief", seconds=30)
    den.passes(180)

    assert den.plays() == "Brief"
    assert listens(den, 16)
    assert Scrobble.objects.count() == 0


@pytest.mark.parametrize(
    "answer", [(500, {}), (503, {"error": 11}), (200, {"error": 16}), (400, {"error": 29})]
)
def test_what_is_away_is_asked_again(den, service, answer):  # L6
    listens(den, 90)
    service.failures = [answer]

    assert [send(den, after_s) for after_s in (0, 59, 60)] == [0, 0, 1]


def test_what_is_ignored_is_not_told_again(den, service):  # L6
    listens(den, 90)
    service.failures = [(200, {"scrobbles": {"@attr": {"accepted": 0, "ignored": 1}}})]

    assert (send(den), send(den, 3_600), len(service.scrobbled())) == (0, 0, 1)
    assert Scrobble.objects.get().state == Scrobble.REFUSED


def test_a_key_that_ended_asks_the_listener_again(den, alice, service):  # L6
    listens(den, 90)
    service.keys.clear()
    send(den)

    states = {
        row["service"]: row["state"] for row in alice.get("/api/scrobbling").json()["services"]
    }
    assert states["lastfm"] == "ended"
    assert send(den, 3_600) == 0
    assert len(service.scrobbled()) == 1


def test_without_a_key_of_the_server_it_is_not_offered(client, monkeypatch):  # L6
    bob = visitor("Bob")

    assert [row["service"] for row in bob.get("/api/scrobbling").json()["services"]] == [
        "listenbrainz"
    ]
    assert asks(bob, "post", f"{PATH}/consent").status_code == 404
    assert asks(bob, "post", "/api/scrobbling/listenbrainz/consent").status_code == 404


# After a crash


def worker(story, work) -> subprocess.Popen:
    """On this test's database, at the story's time."""
    return subprocess.Popen(
        [sys.executable, "-c", WORKER.format(work=work), str(story.now_ms)],
        env=os.environ | {"DATABASE_URL": database_url()},
    )


@pytest.fixture
def waiting(den):
    """Two songs of Alice's wait to be told."""
    assert listens(den, 90)
    den.person("Alice").adds("Green")
    den.passes(90)
    assert listens(den, 90)
    return den


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_had_told_is_there_once(waiting, service):  # L6
    workers = []
    service.before_answer = lambda: workers[0].kill()
    workers.append(worker(waiting, SENDS))

    died = workers[0].wait(60)
    service.before_answer = lambda: None
    at_once = send(waiting)
    blue = Scrobble.objects.get(title="Blue")
    later = [send(waiting, after_s) for after_s in (59, 60, 3_600)]

    assert (died, at_once, later) == (-signal.SIGKILL, 1, [0, 1, 0])
    assert [call["track"] for call in service.scrobbled()] == ["Blue", "Green", "Blue"]
    assert service.listens() == ["Blue", "Green"]
    assert blue.state == Scrobble.WAITING
    assert set(Scrobble.objects.values_list("state", flat=True)) == {Scrobble.SENT}


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_had_only_taken_up_is_told_once(waiting, service):  # L6
    died = worker(waiting, DIES).wait(60)

    sent = [send(waiting, after_s) for after_s in (0, 59, 60, 3_600)]

    assert (died, sent) == (-signal.SIGKILL, [1, 0, 1, 0])
    assert [call["track"] for call in service.scrobbled()] == ["Green", "Blue"]
    assert service.listens() == ["Blue", "Green"]
