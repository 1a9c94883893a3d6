"""People with accounts at the stub, in a nest that plays from Spotify, with a worker at work."""

import time
from contextlib import contextmanager

from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.utils import timezone

from andre.accounts.models import Person
from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.redis import redis
from nests.membership import members
from nests.registry import store
from player.linked_accounts import accounts
from player.models import ConnectedAccount
from player.playback import playback
from player.providers import PROVIDERS
from player.queue import queue
from player.remote_players import linked_devices

SPOTIFY = PROVIDERS["spotify"]
PATIENCE_SECONDS = 20  # What is there sooner is not waited for.


@contextmanager
def worker(queue="providers"):
    """What the upkeep process does for one of its queues."""
    with start_worker(
        current_app,
        pool="threads",
        concurrency=4,
        queues=[queue],
        perform_ping_check=False,
        shutdown_timeout=5,
    ):
        yield


class Listener:
    """Somebody with a device; `account` is what the stub knows of theirs."""

    def __init__(self, stub, name, nest, **account):
        self.stub, self.name, self.nest = stub, name, nest
        self.email = f"{name.lower()}@example.com"
        Person.objects.at(self.email, name=name)
        self.account = stub.world.account(name.lower(), **account)
        self.device = self.account.gets("Kitchen", "Speaker")

    @property
    def act(self):
        return CommandContext(self.nest, Actor(self.email, self.name, ""))

    def arrives(self):
        members.enter(self.act, "tab")
        members.publish_presence(self.nest)
        return self

    def connects(self):
        back = "http://127.0.0.1:8000/accounts/spotify/back"
        url = SPOTIFY.consent_url("state", "v" * 48, back)
        code = self.stub.consents(url, self.name.lower()).partition("code=")[2].partition("&")[0]
        accounts.connect(self.email, SPOTIFY, SPOTIFY.consent(code, "v" * 48, back))
        return self

    def listens(self):
        linked_devices.follow(self.nest, self.email, SPOTIFY, self.device)
        return self

    def adds(self, *uris):
        answer = queue.add(self.act, list(uris))
        assert not answer["rejected"], answer
        return answer

    def does(self, verb, position_ms=None):
        playback.control(self.act, verb, position_ms)

    def skips(self):
        playback.skip(self.act)

    @property
    def status(self):
        return linked_devices.status(self.nest, self.email)

    @property
    def row(self):
        return ConnectedAccount.objects.get(person__email=self.email)

    def consented(self, ago):
        ConnectedAccount.objects.filter(person__email=self.email).update(
            consented_at=timezone.now() - ago
        )

    def plays(self, uri):
        player = self.account.player
        return player.is_playing and player.uri == uri

    def off_by_ms(self):
        """How far the device is from the nest at this moment."""
        now = clock.now_ms()
        state = redis().hgetall(CommandContext(self.nest).keys.playback)
        wanted = float(state["position_ms"]) + now - float(state["changed_at_ms"])
        return self.account.player.position(time.time() * 1000) - wanted

    def calls(self, method="", path=""):
        mine = self.name.lower()
        return [call for call in self.stub.world.calls(method, path) if call.account == mine]


def den(creator="alice@example.com"):
    return store.create_nest(creator, "Alice", "The Den", catalogue="spotify").nest_id


def until(happened, seconds=PATIENCE_SECONDS):
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
