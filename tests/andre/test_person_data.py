"""What is kept about somebody: handed over to them, and erased wherever anything knows them."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import CharField, EmailField, ForeignKey
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from social_django.models import Code

from andre.accounts import api_keys, second_factor
from andre.accounts.identity import SIGNED_IN_AT
from andre.accounts.models import Person, Preferences
from andre.audit import trail
from andre.audit.models import Action, AuditEvent
from andre.billing.models import Customer
from andre.core.keys import GLOBAL, NestKeys, device_link_answer
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.jobs.models import Job
from andre.person_data import erasure
from andre.person_data.erased import NOBODY, Erased
from andre.person_data.places import PLACES
from andre.person_data.tasks import erase_leftovers
from andre.plans.models import Plan
from andre.protocol.commands import (
    AddComment,
    AddSongs,
    BanListener,
    BlowAirhorn,
    CastVote,
    ChangeNestSettings,
    ChangePreferences,
    ChooseSpeaker,
    NameDj,
    SendChatMessage,
    Skip,
    ToggleJam,
)
from andre.web import dispatch
from bender.models import BenderRun, Rejection
from nests.devices import devices
from nests.guests import passes
from nests.hooks import hooks
from nests.registry import store
from player.models import (
    ConnectedAccount,
    Favourite,
    ListeningProgress,
    Play,
    Playlist,
    Scrobble,
    UnwritablePlay,
)
from tests.nests.support import ALICE, BOB, CHARLIE, build
from tests.support.backstage import browser_of, text_of
from tests.support.nest import NestStory
from tests.support.programs import with_bearer, with_key
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db

TITLES = ("Blue", "Green", "Red", "Gold")
READ = {
    "string": lambda key: redis().get(key),
    "hash": lambda key: redis().hgetall(key),
    "set": lambda key: redis().smembers(key),
    "zset": lambda key: redis().zrange(key, 0, -1),
    "list": lambda key: redis().lrange(key, 0, -1),
    "stream": lambda key: redis().xrange(key),
}
# A limit's hour, and messages of Celery's that nobody takes out in a test.
OF_THE_MOMENT = ("LIMITS", "_kombu", "upkeep", "bender", "ticks", "providers", "celery", "CACHE")


@pytest.fixture
def den():
    """A nest of Alice's in which she, Bob and Charlie listen."""
    story = NestStory(build("The Den").nest_id)
    for name in ("Alice", "Bob", "Charlie"):
        Person.objects.at(f"{name.lower()}@example.com", name=name)
        story.person(name).listens()
    return story


def does(person, *commands):
    with person.nest.now():
        return [dispatch.dispatch_command(person.act, command) for command in commands]


def is_everywhere_in_the_nest(den):
    """Bob does whatever leaves something of him in a nest's memory."""
    alice, bob = (den.person(name) for name in ("Alice", "Bob"))
    uris = [row.uri for row in shelved(*map(recording, TITLES))]
    does(bob, AddSongs(uris=uris[:3]))
    does(alice, AddSongs(uris=uris[3:]))
    hers = den.id_of("Gold")
    does(
        bob,
        CastVote(song_id=hers, direction=1),
        ToggleJam(song_id=hers),
        AddComment(song_id=hers, text="mine"),
        BlowAirhorn(name="goose"),
        SendChatMessage(text="hello"),
        ChangePreferences(accent="pink"),
    )
    with den.now():
        devices.register_device(BOB, "his-phone", "Phone", "")
    does(bob, ChooseSpeaker(device="his-phone"))
    does(alice, ChangeNestSettings(control_mode="dj"), NameDj(person=person_id(BOB)))
    does(bob, BanListener(person=person_id(CHARLIE), reason="loud"), Skip())
    does(alice, SendChatMessage(text="and you?", mentions=[person_id(BOB)]))
    keys = NestKeys(den.nest_id)
    redis().hset(keys.followers, BOB, "{}")
    redis().hset(keys.sync, BOB, "3:4")
    redis().sadd(keys.skip_votes, BOB)
    redis().hset(GLOBAL.following, BOB, den.nest_id)
    redis().zadd(GLOBAL.follower_poll_due, {BOB: 7})
    redis().set(device_link_answer("abc"), BOB)


def is_everywhere_in_the_database(browser):
    bob = Person.objects.get(email=BOB)
    api_keys.issue(bob, "viewer")
    TOTPDevice.objects.create(user=bob, name="His phone")
    second_factor.write_recovery_codes(bob)
    ConnectedAccount.objects.create(
        person=bob, provider="spotify", account="b", name="Bob", consented_at=timezone.now()
    )
    Preferences.objects.update_or_create(email=BOB)
    Plan.objects.create(email=BOB, tier="tier_a", reason="for Bob")
    Customer.objects.create(customer_id="cus_1", email=BOB)
    track = {"title": "Blue", "artist": "A", "uri": "library:track:1", "duration_ms": 1}
    Favourite.objects.create(user=BOB, folded="blue", liked_ms=1, **track)
    Playlist.objects.create(user=BOB, name="Mine", created_ms=1, changed_ms=1).entries.create(
        place=1, **track
    )
    scrobbled = {"service": "listenbrainz", "nest_id": "main", "song_id": 1, "started_ms": 1}
    Scrobble.objects.create(person=bob, heard_at_ms=1, due_ms=1, **scrobbled, **track)
    ListeningProgress.objects.create(
        user=BOB,
        nest_code="main",
        uri="library:track:1",
        position_ms=1,
        duration_ms=2,
        progress_percent=50,
        updated_ms=1,
    )
    face = {"id": person_id(BOB), "name": "Bob", "picture": "", "is_guest": False}
    Play.objects.create(
        nest_id="main",
        nest_name="Main",
        song_id=1,
        user=BOB,
        skipped_by=BOB,
        **{"started_ms": 1, "ended_ms": 2, "outcome": "played", **track},
        jams=[face | {"at_ms": 1}],
        comments=[face | {"at_ms": 1, "text": "lovely"}, {"id": "", "name": "Al", "text": "yes"}],
    )
    UnwritablePlay.objects.create(nest_id="main", field="1:1", play=json.dumps(BOB), reason="x")
    BenderRun.objects.create(
        nest_id="main",
        profile="classic",
        asked_by=BOB,
        picks=[{"original_user": BOB}],
        context={"listeners": [BOB]},
    )
    Rejection.objects.create(user=BOB, nest_id="main", uri="library:track:1", at_ms=1)
    Job.objects.create(
        type="hum", next_run_at=timezone.now(), created_at=timezone.now(), created_by=BOB
    )
    trail.record_event(Action.LISTENER_KICKED, actor=BOB, subject=person_id(BOB))
    LogEntry.objects.create(
        user=Person.objects.at(ALICE),
        action_flag=CHANGE,
        object_repr=BOB,
    )
    Code.objects.create(email=BOB, code="c")
    browser.get("/api/me/preferences")


def where(text):
    """Every table, session and key in which this stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [table for row in cursor.fetchall() if text in str(row)]
    found += ["session" for row in Session.objects.all() if text in str(row.get_decoded())]
    for key in redis().scan_iter():
        if not key.startswith(OF_THE_MOMENT):
            content = str(READ[redis().type(key)](key))
            found += [key] if text in key or text in content else []
    return found


@pytest.fixture
def bob(den):
    """His browser; he is everywhere."""
    browser = browser_of("Bob")
    is_everywhere_in_the_nest(den)
    is_everywhere_in_the_database(browser)
    return browser


# Erased: A3


def test_bob_was_everywhere_and_is_found_nowhere_afterwards(bob, den):  # A3
    before = where(BOB)
    counted = {line.title: line.count for line in erasure.preview_erasure(BOB)}
    untouched = where(BOB)

    erasure.erase(Erased(BOB, "Bob"))

    assert len(before) > 30
    assert untouched == before
    assert set(counted) == {each.title for each in PLACES} - {"Nests of yours"}
    assert where(BOB) == []
    assert where('"name": "Bob"') == where('"name":"Bob"') == []
    still = [key for key in where(person_id(BOB)) if key != "audit_auditevent"]
    assert still == []


def test_what_a_closing_page_of_his_writes_afterwards_goes_a_minute_later(den):  # A3
    people = NestKeys(den.nest_id).people
    erasure.erase(Erased(BOB, "Bob"))
    redis().hset(people, BOB, "{}")
    Favourite.objects.create(user=BOB, uri="u", duration_ms=1, liked_ms=1)

    erase_leftovers(BOB, "Bob")
    forgotten = where(BOB)
    redis().hset(people, BOB, "{}")
    Person.objects.at(BOB, name="Bob, who came back")
    erase_leftovers(BOB, "Bob")

    assert forgotten == []
    assert redis().hexists(people, BOB)


def test_what_he_gave_to_others_stays_without_his_name(bob, den):  # A3
    before = den.somebody.sees()

    erasure.erase(Erased(BOB, "Bob"))

    after = den.somebody.sees()
    play = Play.objects.get(song_id=1, nest_id="main")
    assert [row["title"] for row in after["queue"]] == [row["title"] for row in before["queue"]]
    theirs = [row for row in after["queue"] if row["user"] == person_id(NOBODY)]
    assert {row["user_name"] for row in theirs} == {"Somebody"}
    assert (play.user, play.skipped_by) == (NOBODY, NOBODY)
    assert [(each["name"], each["text"]) for each in play.comments] == [
        ("Somebody", "lovely"),
        ("Al", "yes"),
    ]
    said = [json.loads(text) for text in redis().lrange(NestKeys(den.nest_id).chat, 0, -1)]
    assert [(each["name"], each["text"]) for each in said] == [
        ("Somebody", "hello"),
        ("Alice", "and you?"),
    ]
    assert after["epoch"] != before["epoch"]
    assert AuditEvent.objects.filter(actor=NOBODY, action="listener_kicked").count() == 1


def test_nobody_else_is_touched(bob, den):  # A3
    Person.objects.at(f"not{BOB}", name="Rob")
    Favourite.objects.create(user=f"not{BOB}", uri="u", duration_ms=1, liked_ms=1)
    redis().hset(NestKeys(den.nest_id).people, f"not{BOB}", "{}")
    banned = redis().hkeys(NestKeys(den.nest_id).bans)

    erasure.erase(Erased(BOB, "Bob"))

    assert Favourite.objects.get().user == f"not{BOB}"
    assert redis().hexists(NestKeys(den.nest_id).people, f"not{BOB}")
    assert redis().hkeys(NestKeys(den.nest_id).bans) == banned == [person_id(CHARLIE)]
    assert den.person("Alice").sees()["nest"]["name"] == "The Den"


def test_nests_of_his_pass_to_their_dj_or_end_and_where_he_led_alice_leads(bob, den):  # A3
    passed, ended = build("Passed", by=BOB, seed=2), build("Ended", by=BOB, seed=3)
    story = NestStory(passed.nest_id)
    for name in ("Alice", "Bob"):
        story.person(name).listens()
    does(story.person("Bob"), ChangeNestSettings(control_mode="dj"))
    does(story.person("Bob"), NameDj(person=person_id(ALICE)))

    erasure.erase(Erased(BOB, "Bob"))

    assert store.get_nest(passed.nest_id).creator == ALICE
    assert store.find_nest(ended.nest_id) is None
    assert store.get_nest(den.nest_id).dj == ALICE
    assert redis().hget(NestKeys(den.nest_id).nest_state, "dj") == ALICE


def test_a_guest_is_erased_by_the_same_list_and_plays_keep_the_name(den):  # H9 A3
    email = passes.address_of("abc")
    Person.objects.create(email=email, name="Gast", role="guest", guest_nest=den.nest_id)
    Play.objects.create(
        nest_id=den.nest_id,
        song_id=5,
        user=email,
        duration_ms=1,
        started_ms=1,
        ended_ms=2,
        outcome="played",
        skipped_by=email,
    )

    hooks.erase_guest(email, "Gast")

    play = Play.objects.get()
    assert where(email) == []
    assert (play.user, play.skipped_by) == ("Gast@guest.invalid", "Gast@guest.invalid")


def test_every_model_that_knows_people_is_on_the_list():  # A3
    listed = {
        *(each.place.model for each in PLACES if hasattr(each.place, "model")),
        # Django's own, which go with the person, and are no people of ours.
        *(apps.get_model(name) for name in ("social_django.UserSocialAuth", "social_django.Code")),
    }

    knowing = {
        model
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EmailField)
        or (isinstance(field, ForeignKey) and field.related_model is Person)
        or (
            isinstance(field, CharField)
            and field.max_length == 254
            and model.__module__[:6] in ("nests.", "player", "bender", "andre.")
        )
    }

    assert knowing - listed == set()


def test_texts_lose_whole_addresses_only():
    person = Erased(BOB, 'Bob "B"', picture="https://pictures.example/bob")

    text = json.dumps({"a": BOB, "b": f"x{BOB}", "c": f"{BOB}.au", "name": 'Bob "B"', "d": "Bob"})
    found = json.loads(person.take_out(text))

    assert found == {
        "a": NOBODY,
        "b": f"x{BOB}",
        "c": f"{BOB}.au",
        "name": "Somebody",
        "d": "Bob",
    }
    assert person.take_out(f'{BOB} {{"picture":"https://pictures.example/bob"}}').endswith(
        '{"picture":""}'
    )


# Asked for: A3


def erases(browser, **body):
    return browser.delete("/api/me", body, content_type="application/json")


def age_sign_in(browser, seconds_ago):
    session = browser.session
    session[SIGNED_IN_AT] -= seconds_ago
    session.save()


def test_over_http_it_is_a_dry_run_first_and_done_with_its_code(den):  # A3
    bob = browser_of("Bob")

    dry = erases(bob).json()
    wrong = erases(bob, confirm=erasure.confirm_code(ALICE))
    there = Person.objects.filter(email=BOB).exists()
    done = erases(bob, confirm=dry["confirm"])

    assert dry["erased"] is False
    assert {"title": "Your account", "count": 1, "kept": "gone"} in dry["places"]
    assert (wrong.status_code, wrong.json()["error"]) == (400, "validation_error")
    assert there
    assert done.json() == {"erased": True, "places": [], "confirm": None}
    assert not Person.objects.filter(email=BOB).exists()
    assert bob.get("/api/auth/whoami").status_code == 401


def test_whoever_signed_in_long_ago_or_is_a_program_signs_in_first(den):  # A3
    bob = browser_of("Bob")
    age_sign_in(bob, 601)
    _, secret = api_keys.issue(Person.objects.get(email=BOB), "viewer")

    answers = [erases(bob), with_key(secret).asks("DELETE", "/api/me", {})]

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [
        (403, "session_required")
    ] * 2


def test_the_last_admin_stays_until_there_is_another(settle, den):  # A3
    settle(SUPER_ADMIN_EMAILS=ALICE)
    alice = browser_of("Alice")

    alone = erases(alice)
    Person.objects.at(BOB, is_admin_by_command=True)
    with_another = erases(alice)

    assert (alone.status_code, alone.json()["error"]) == (403, "forbidden")
    assert with_another.status_code == 200


def test_on_the_page_he_is_asked_twice(den):  # A3
    bob = browser_of("Bob")

    shown = text_of(bob.get("/me"))
    asked = bob.post("/me")
    code = asked.context["confirm"]
    still = Person.objects.filter(email=BOB).exists()
    done = text_of(bob.post("/me", {"confirm": code}))

    assert ("Take it along" in shown, "Erase me" in shown) == (True, True)
    assert "Nothing has been erased yet" in text_of(asked)
    assert still
    assert "You are erased" in done
    assert not Person.objects.filter(email=BOB).exists()
    assert bob.get("/me").status_code == 302


def test_on_the_page_too_he_signs_in_first(den):  # A3
    bob = browser_of("Bob")
    age_sign_in(bob, 601)

    assert "Sign in again" in text_of(bob.get("/me"))
    assert bob.post("/me").status_code == 403
    assert Person.objects.filter(email=BOB).exists()


# Taken along: A3


def test_the_archive_has_what_is_his_and_nobody_elses_words(bob, den):  # A3
    answer = bob.get("/api/me/export")

    with ZipFile(BytesIO(answer.content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    told = {name.removesuffix(".json"): json.loads(text) for name, text in files.items()}
    assert answer["Content-Type"] == "application/zip"
    assert told["profile"]["email"] == BOB
    assert [row["title"] for row in told["favourites"]] == ["Blue"]
    assert [row["nest_id"] for row in told["plays"]] == ["main"]
    assert [row["uri"] for row in told["heard"]] == ["library:track:1"]
    assert sorted(row["text"] for row in told["comments"]) == ["lovely", "mine"]
    assert [row["text"] for row in told["chat"]] == ["hello"]
    assert told["connected_accounts"][0]["provider"] == "spotify"
    assert told["preferences"]["accent"] == "pink"
    assert [device["name"] for device in told["devices"]] == ["Phone"]
    everything = "".join(files.values())
    assert "and you?" not in everything
    assert ALICE not in everything
    assert "tokens" not in everything


def test_a_token_that_leaked_takes_nothing_along():  # A3
    _, secret = api_keys.issue(Person.objects.at(BOB), "viewer")
    token = with_key(secret).asks("POST", "/api/auth/token").json()["token"]

    assert with_bearer(token).asks("GET", "/api/me/export").status_code == 403
    assert with_key(secret).asks("GET", "/api/me/export").status_code == 200
