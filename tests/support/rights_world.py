"""A server with every caller of the table of rights in front of it, and a way back.

Alice built The Den, which is private, is led by Dora and has guests. Bob listens there, Gina is
there as a guest, Pia waits to be let in, Sam has heard of it. Olga operates the server and Ada runs
it, and neither is in the nest. The keys are Kim's, who listens, too; the token is of a key of
Alice's. Eve built Elsewhere, where none of them is.
"""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import SimpleCookie
from django.http.response import HttpResponseBase
from django.test import Client
from redis import Redis

from andre.accounts import api_keys, device_links, jwt_tokens
from andre.accounts.models import ApiKey, Person
from andre.accounts.roles import KEY_ROLES, Role
from andre.core import clock
from andre.core.context import CommandContext
from andre.core.keys import every_key_of
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.jobs.models import Job
from andre.jobs.times import current_time
from andre.plans.models import Tier
from andre.protocol import commands
from andre.web import dispatch
from bender.models import BenderRun
from nests.guests import invitations, passes
from nests.models import Device
from nests.registry import store
from player.models import Playlist, PlaylistEntry, Track
from player.playback import worker_heartbeats
from player.queue import queue
from tests.nests.guest_browsers import guest, person_of
from tests.nests.support import build
from tests.nests.test_isolation import held
from tests.support.backstage import operator_browser
from tests.support.nest import NestStory, main_nest
from tests.support.plans import give
from tests.support.recordings import recording, shelved

OUR_BACKEND = "django.contrib.auth.backends.ModelBackend"
ADA, ANOTHER = "ada@example.com", "zoe@example.com"
HOUSE = {
    "NEST_ADMIN_ENABLED": "true",
    "SUPER_ADMIN_EMAILS": f"{ADA},{ANOTHER}",
    "ANDRE_LIMITS_ENABLED": "false",
    "ANDRE_GUESTS": "true",
    "NO_REPEAT_MINUTES": "0",
}
EVE, HERS = "eve@example.com", "Eves own"
PRIVATE = commands.ChangeNestSettings(is_private=True, entry_mode="approval")
WHISPERED = "whispered in the den"


@dataclass
class World:
    """`browsers` by the names of callers; `named` is what addresses and bodies name."""

    story: NestStory
    browsers: dict[str, Client]
    named: dict[str, Any]
    own_songs: dict[str, int]
    kept: list[tuple[bytes, bytes, int]] = field(default_factory=list)

    point: str = ""

    def keep(self) -> None:
        """What there is now is the beginning."""
        self.point = transaction.savepoint()
        with bare_redis() as there:
            keys = list(there.scan_iter(count=10_000))
            with there.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.dump(key).pttl(key)
                found = pipe.execute()
        self.kept = list(zip(keys, found[::2], found[1::2], strict=True))

    def begin_anew(self) -> None:
        transaction.savepoint_rollback(self.point)
        with bare_redis() as there, there.pipeline(transaction=False) as pipe:
            pipe.flushdb()
            for key, dumped, ttl in self.kept:
                pipe.restore(key, max(ttl, 0), dumped)
            pipe.execute()


def bare_redis() -> Redis:
    """Of bytes: what DUMP answers is no text."""
    return Redis.from_url(settings.REDIS_URL)


def same_browser(client: Client) -> Client:
    """With the cookies of this one, which then keeps them whatever the answer says."""
    other = Client()
    other.defaults, other.handler = client.defaults, client.handler  # A new one loads everything.
    other.cookies = SimpleCookie({name: morsel.value for name, morsel in client.cookies.items()})
    return other


def furnish_world() -> World:
    """In front of The Den."""
    tracks = shelve_songs()
    nest = build("The Den", guests=True, control_mode="dj")
    story = NestStory(nest.nest_id, clock.now_ms())
    gina = fill(story, tracks, ("Alice", "Bob", "Dora", "Kim"))
    sends(gina, nest.code, type="send_chat_message", text=WHISPERED)
    alice = story.person("Alice").act
    dispatch.dispatch_command(alice, commands.NameDj(person=story.person("Dora").id))
    dispatch.dispatch_command(alice, PRIVATE)
    pia = browser_of("Pia")
    pia.post(f"/api/nests/{nest.code}/join")
    return begin(story, gina, pia, tracks)


def furnish_main_world() -> World:
    """In front of the Main Nest, where everybody is but Sam."""
    tracks = shelve_songs()
    story = main_nest()
    story.now_ms = clock.now_ms()
    dispatch.dispatch_command(CommandContext("main"), commands.ChangeNestSettings(guests=True))
    gina = fill(story, tracks, ("Alice", "Bob", "Dora", "Kim", "Pia", "Olga", "Ada"))
    return begin(story, gina, browser_of("Pia"), tracks)


@dataclass
class Elsewhere:
    """A nest of Eve's, with things of hers; the songs that wait there have higher ids."""

    story: NestStory
    named: dict[str, Any]
    undo_token: str

    def contents(self) -> dict[str, Any]:
        """All that is kept of it, and of her."""
        found = {
            key: held(key) for key in redis().scan_iter(match=every_key_of(self.story.nest_id))
        }
        rows = (
            *(Playlist.objects.filter(user=EVE), PlaylistEntry.objects.filter(playlist__user=EVE)),
            *(Device.objects.filter(owner=EVE), ApiKey.objects.filter(owner__email=EVE)),
            *(Job.objects.filter(created_by=EVE), passes.guests_of(self.story.nest_id)),
        )
        return found | {str(place): list(found.values()) for place, found in enumerate(rows)}

    def is_told_by(self, answer: HttpResponseBase) -> bool:
        return HERS.encode() in getattr(answer, "content", b"")

    def swap(self, frame: dict[str, Any]) -> dict[str, Any]:
        """This command about what is there."""
        theirs = {
            "song_id": 12,
            "person": self.named["bob"],
            "device": self.named["device"],
            "undo_token": self.undo_token,
        }
        return frame | {name: theirs[name] for name in theirs if name in frame}


def furnish_elsewhere(world: World) -> Elsewhere:
    nest = build(HERS, by=EVE, seed=2, guests=True)
    story = NestStory(nest.nest_id, clock.now_ms())
    for name in ("Eve", "Finn"):
        story.person(name).listens()
    gus = guest(invitations.read_token(nest), "Gus")
    eve = story.person("Eve").act
    tracks = [str(each.uri) for each in Track.objects.all()]
    removed = queue.add(eve, tracks[:14])["added"][-1]
    undone = queue.remove(eve, removed, may_remove_all=True)
    dispatch.dispatch_command(eve, PRIVATE)
    named = things_of("Eve", HERS) | {
        "code": nest.code,
        "guest": passes.guest_id(person_of(gus)),
        "bob": story.person("Finn").id,
    }
    found = Elsewhere(story, world.named | named, undone["undo_token"])
    world.keep()
    return found


def shelve_songs() -> list[str]:
    """Their URIs."""
    titles = [f"Song {number}" for number in range(20)]
    return [str(each.uri) for each in shelved(*map(recording, titles))]


def fill(story: NestStory, tracks: list[str], names: tuple[str, ...]) -> Client:
    """These people listen, and each has a song that waits behind the first; Gina's browser."""
    for name in names:
        story.person(name).listens()
    gina = guest(invitations.read_token(store.get_nest(story.nest_id)), "Gina")
    gina.post(f"/api/nests/{story.nest_id}/join")
    queue.add(story.person(names[0]).act, [tracks[0]])
    for number, name in enumerate(names, start=1):
        queue.add(story.person(name).act, [tracks[number]])
    sends(gina, story.nest_id, type="add_songs", uris=[tracks[len(names) + 1]])
    return gina


def begin(story: NestStory, gina: Client, pia: Client, tracks: list[str]) -> World:
    for process in (*worker_heartbeats.WORKERS, worker_heartbeats.BEAT):
        worker_heartbeats.record_heartbeat(process)  # The server is well (GET /health).
    Person.objects.at(ANOTHER, name="Zoe")
    give(*Tier)
    nest = store.get_nest(story.nest_id)
    named = things_of("Alice", "A thing") | {
        "code": nest.code,
        "name": nest.code,
        "invitation": invitations.read_token(nest),
        "guest": passes.guest_id(person_of(gina)),
        "bob": story.person("Bob").id,
        "pia": story.person("Pia").id,
        "uri": tracks[0],
        "another_uri": tracks[-1],
        "track_id": tracks[0].rpartition(":")[2],
        "run_id": BenderRun.objects.create(nest_id=nest.nest_id, profile="classic").pk,
    }
    world = World(story, callers(pia, gina), named, own_songs(story))
    world.keep()
    return world


def own_songs(story: NestStory) -> dict[str, int]:
    """The song of each caller that waits; of another one for who has none."""
    by = {row["user"]: int(row["song_id"]) for row in story.somebody.sees()["queue"]}
    names = {
        "pending": "Pia",
        "listener": "Bob",
        "DJ": "Dora",
        "creator": "Alice",
        "token": "Alice",
        "operator": "Olga",
        "admin": "Ada",
        "admin, no code": "Ada",
        **{f"key: {role.value}": "Kim" for role in KEY_ROLES},
    }
    of_gina = max(by.values())
    found = {caller: by.get(story.person(name).id, of_gina) for caller, name in names.items()}
    return found | {"guest": of_gina}


def callers(pia: Client, gina: Client) -> dict[str, Client]:
    return {
        "anonymous": Client(),
        "stranger": browser_of("Sam"),
        "pending": pia,
        "guest": gina,
        "listener": browser_of("Bob"),
        "DJ": browser_of("Dora"),
        "creator": browser_of("Alice"),
        "operator": browser_of("Olga", Role.OPERATOR),
        "admin, no code": browser_of("Ada", Role.ADMIN),
        "admin": operator_browser("Ada"),
        **{f"key: {role.value}": program("Kim", role) for role in KEY_ROLES},
        "token": program_with_token("Alice"),
    }


def things_of(name: str, title: str) -> dict[str, Any]:
    """What is hers, as addresses name it; and two codes that wait to be confirmed."""
    email, now = f"{name.lower()}@example.com", current_time()
    playlist = Playlist.objects.create(user=email, name=title, created_ms=1, changed_ms=1)
    entry = PlaylistEntry.objects.create(
        playlist=playlist, place=1, uri="library:track:1", title="Blue", duration_ms=180_000
    )
    job = Job.objects.create(
        type="sound", created_by=email, created_at=now, next_run_at=now, is_confidential=True
    )
    device = Device.objects.create(owner=email, device_id=person_id(email), name=title)
    key, _ = api_keys.issue(Person.objects.at(email, name=name), Role.VIEWER)
    asked, secret = device_links.begin_link("program", "A program", "")
    return {
        "playlist": playlist.pk,
        "entry": entry.pk,
        "job_id": job.pk,
        "device": device.device_id,
        "key_id": str(key.pk),
        "link_code": asked,
        "link_secret": secret,
    }


def sends(client: Client, code: str, **frame: object) -> None:
    answer = client.post(f"/api/nests/{code}/commands", frame, content_type="application/json")
    assert answer.status_code == 200, answer.content


def browser_of(name: str, role: str = Role.VIEWER) -> Client:
    person = Person.objects.at(f"{name.lower()}@example.com", name=name)
    person.role = role
    person.save()
    client = Client()
    client.force_login(person, backend=OUR_BACKEND)
    return client


def program(name: str, role: str) -> Client:
    _, secret = api_keys.issue(Person.objects.at(f"{name.lower()}@example.com", name=name), role)
    return Client(headers={"X-Andre-API-Key": secret})


def program_with_token(name: str) -> Client:
    person = Person.objects.at(f"{name.lower()}@example.com", name=name)
    key, _ = api_keys.issue(person, Role.ADMIN)
    token, _ = jwt_tokens.mint(key)
    return Client(headers={"Authorization": f"Bearer {token}"})
