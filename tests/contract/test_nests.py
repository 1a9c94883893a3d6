"""The contracts of nests, a class each: what other programs may rely on, exactly."""

from datetime import UTC, datetime, timedelta

import fakeredis
import pytest
from celery import current_app as celery
from django.test import Client

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.audit.models import AuditEvent
from andre.core import clock
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import GLOBAL, SPOTIFY_RATE_LIMITED, NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis
from bender.selection.strategies import WEIGHTS
from nests import (
    NestManager,
    join_nest,
    leave_nest,
    legacy_key_mapping,
    member_key,
    members_key,
    pubsub_channel,
    refresh_member_ttl,
    should_delete_nest,
)
from nests.management.commands.migrate_legacy_keys import migrate
from player.tasks import master_player_tick_all, tick_all
from tests.nests.support import ALICE, BOB, asks, visitor
from tests.support.nest import NestStory
from tests.support.plans import give, lapse
from tests.support.programs import with_key

NEST = "X7K2P"


@pytest.fixture(params=["decoding", "bytes", "real"])
def client(request):
    """Any client will do: a fake one, whichever way it decodes, or the server's own."""
    if request.param == "real":
        return redis()
    return fakeredis.FakeRedis(decode_responses=request.param == "decoding")


def text(value):
    return value.decode() if isinstance(value, bytes) else value


class TestRedisKeyPrefixing:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("now_playing", "NEST:X7K2P|MISC|now-playing"),
            ("now_playing_done", "NEST:X7K2P|MISC|now-playing-done"),
            ("playback", "NEST:X7K2P|MISC|playback"),
            ("queue", "NEST:X7K2P|MISC|priority-queue"),
            ("song_count", "NEST:X7K2P|MISC|playlist-plays"),
            ("tick_lease", "NEST:X7K2P|MISC|master-player"),
            ("last_queued", "NEST:X7K2P|MISC|last-queued"),
            ("volume", "NEST:X7K2P|MISC|volume"),
            ("pause_flag", "NEST:X7K2P|MISC|paused"),
            ("nest_state", "NEST:X7K2P|MISC|life"),
            ("epoch", "NEST:X7K2P|MISC|epoch"),
            ("rev", "NEST:X7K2P|MISC|rev"),
            ("last_activity", "NEST:X7K2P|MISC|last-activity"),
            ("deleting", "NEST:X7K2P|MISC|DELETING"),
            ("presence_pending", "NEST:X7K2P|MISC|presence-pending"),
            ("fair", "NEST:X7K2P|FAIR"),
            ("events", "NEST:X7K2P|EVENTS"),
            ("play_log", "NEST:X7K2P|PLAYED"),
            ("airhorns", "NEST:X7K2P|AIRHORNS"),
            ("listeners", "NEST:X7K2P|MEMBERS"),
            ("members", "NEST:X7K2P|DOOR|approved"),
            ("song_prefix", "NEST:X7K2P|QUEUE|"),
            ("votes_prefix", "NEST:X7K2P|QUEUE|VOTE|"),
            ("jams_prefix", "NEST:X7K2P|QUEUEJAM|"),
            ("comments_prefix", "NEST:X7K2P|COMMENTS|"),
            ("connections_prefix", "NEST:X7K2P|CONNECTIONS:"),
            ("freehorn_prefix", "NEST:X7K2P|FREEHORN_"),
            ("undo_prefix", "NEST:X7K2P|UNDO|"),
        ],
    )
    def test_every_key_begins_with_its_nest(self, name, key):
        assert getattr(NestKeys(NEST), name) == key

    def test_the_main_nest_is_prefixed_like_any_other(self):
        assert NestKeys("main").now_playing == "NEST:main|MISC|now-playing"

    def test_members_have_keys_of_their_own(self):
        assert members_key(NEST) == "NEST:X7K2P|MEMBERS"
        assert member_key(NEST, "user@example.com") == "NEST:X7K2P|MEMBER:user@example.com"
        assert member_key(NEST, " User@Example.com ") == "NEST:X7K2P|MEMBER:user@example.com"

    def test_global_keys_are_no_nests(self):
        assert GLOBAL.registry == "NESTS|registry"
        assert GLOBAL.code(NEST) == "NESTS|code:X7K2P"
        assert GLOBAL.slug("friday-vibes") == "NESTS|slug:friday-vibes"
        assert GLOBAL.vanity("friday") == "NESTS|vanity:friday"

    @pytest.mark.parametrize("nest", ["x7k2p", "X7K2P|MISC", "*", ""])
    def test_what_is_no_nest_id_has_no_keys(self, nest):
        with pytest.raises(NoSuchNest):
            members_key(nest)


class TestMigrationHelpers:
    @pytest.mark.parametrize(
        "old",
        [
            "MISC|now-playing",
            "MISC|now-playing-done",
            "MISC|priority-queue",
            "MISC|backup-queue",
            "MISC|backup-queue-data",
            "MISC|master-player",
            "MISC|playlist-plays",
            "MISC|last-queued",
            "MISC|last-bender-track",
            "MISC|bender_streak_start",
            "MISC|volume",
            "MISC|paused",
            "BENDER|seed-info",
            "BENDER|next-preview",
            "BENDER|throwback-users",
            "AIRHORNS",
        ],
    )
    def test_each_fixed_old_name_has_its_new_one(self, old):
        assert legacy_key_mapping[old] == f"NEST:main|{old}"

    def test_what_concerns_the_house_stays(self):
        assert SPOTIFY_RATE_LIMITED == "MISC|spotify-rate-limited"
        assert SPOTIFY_RATE_LIMITED not in legacy_key_mapping


class TestPubSubChannels:
    def test_each_nest_has_its_channel(self):
        assert pubsub_channel(NEST) == "NEST:X7K2P|MISC|update-pubsub"
        assert pubsub_channel("main") == "NEST:main|MISC|update-pubsub"
        assert pubsub_channel(NEST) != pubsub_channel("A2B3C")


class TestNestCleanupLogic:
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def idle(self, minutes, **more):
        since = (self.now - timedelta(minutes=minutes)).isoformat()
        return {"nest_id": NEST, "last_activity": since, "ttl_minutes": 120, **more}

    def test_an_idle_empty_nest_goes(self):
        assert should_delete_nest(self.idle(180), 0, 0, self.now) is True

    def test_a_nest_with_members_stays(self):
        assert should_delete_nest(self.idle(180), 1, 0, self.now) is False

    def test_a_nest_with_songs_stays(self):
        assert should_delete_nest(self.idle(180), 0, 1, self.now) is False

    def test_the_main_nest_stays(self):
        assert should_delete_nest(self.idle(180, is_main=True), 0, 0, self.now) is False

    def test_a_busy_nest_stays(self):
        assert should_delete_nest(self.idle(119), 0, 0, self.now) is False

    def test_abandoned_songs_keep_nothing(self):
        assert should_delete_nest(self.idle(24 * 60), 0, 1, self.now) is True


@pytest.mark.django_db
class TestMembershipHeartbeat:
    def test_a_heartbeat_holds_for_ninety_seconds(self, client):
        nest = NestManager(client).create_nest(ALICE)["nest_id"]

        refresh_member_ttl(client, nest, BOB)

        assert client.ttl(member_key(nest, BOB)) in {89, 90}

    def test_a_heartbeat_holds_for_as_long_as_one_says(self, client):
        nest = NestManager(client).create_nest(ALICE)["nest_id"]

        refresh_member_ttl(client, nest, BOB, ttl_seconds=10)

        assert client.ttl(member_key(nest, BOB)) in {9, 10}

    def test_a_nest_that_is_gone_gets_no_key_back(self, client):
        manager = NestManager(client)
        nest = manager.create_nest(ALICE)["nest_id"]
        manager.delete_nest(nest)

        with pytest.raises(NoSuchNest):
            refresh_member_ttl(client, nest, BOB)
        assert client.exists(member_key(nest, BOB)) == 0


@pytest.mark.django_db
class TestMasterPlayerMultiNest:
    @pytest.fixture(autouse=True)
    def _tasks_at_once(self):
        celery.conf.task_always_eager = True
        yield
        celery.conf.task_always_eager = False

    def playing(self, *names):
        manager = NestManager(redis())
        stories = []
        for name in names:
            story = NestStory(manager.create_nest(ALICE, name)["nest_id"], clock.now_ms())
            story.person("Bob").listens()
            story.person("Alice").adds("First", "Second", seconds=59)
            story.now_ms += 60_000
            stories.append(story)
        return stories

    def tick(self, story):
        """At the story's moment, a minute after its first song began."""
        with story.now():
            tick_all()

    def test_it_is_another_name_of_the_tick_of_all(self):
        assert master_player_tick_all is tick_all

    def test_every_nest_with_work_is_ticked(self):
        first, second = self.playing("One", "Two")

        self.tick(first)

        assert (first.now_ms, first.plays()) == (first.now_ms, "Second")
        assert second.plays() == "Second"

    def test_ticking_again_changes_nothing(self):
        (story,) = self.playing("One")
        self.tick(story)
        before = story.somebody.sees()["rev"]

        self.tick(story)

        assert story.somebody.sees()["rev"] == before

    def test_a_deleted_nest_is_ticked_no_more(self):
        first, second = self.playing("One", "Two")
        NestManager(redis()).delete_nest(first.nest_id)

        self.tick(second)

        assert redis().zscore(GLOBAL.deadlines, first.nest_id) is None
        assert second.plays() == "Second"


@pytest.mark.django_db
class TestNestManagerCRUD:
    def test_creating_gives_the_metadata(self, client):
        nest = NestManager(client).create_nest("Alice@Example.com", name="Friday Vibes")

        assert nest["nest_id"] == nest["code"]
        assert len(nest["code"]) == 5
        assert (nest["name"], nest["slug"]) == ("Friday Vibes", "friday-vibes")
        assert (nest["creator"], nest["ttl_minutes"], nest["is_main"]) == (ALICE, 5, False)
        assert nest["seed_uri"] == "spotify:track:3utq2FgD1pkmIoaWfjXWAU"
        assert datetime.fromisoformat(nest["created_at"]).tzinfo == UTC
        assert nest["last_activity"] == nest["created_at"]

    def test_registry_code_and_slug_are_written_together(self, client):
        nest = NestManager(client).create_nest(ALICE, name="Friday Vibes")

        assert client.hexists(GLOBAL.registry, nest["nest_id"])
        assert text(client.get(GLOBAL.code(nest["code"]))) == nest["nest_id"]
        assert text(client.get(GLOBAL.slug("friday-vibes"))) == nest["nest_id"]

    def test_a_nest_is_found_by_every_address(self, client):
        manager = NestManager(client)
        nest = manager.create_nest(ALICE, name="Friday Vibes")

        found = [manager.get_nest(each) for each in (nest["code"].lower(), "friday-vibes")]

        assert [each["nest_id"] for each in found] == [nest["nest_id"]] * 2
        assert manager.get_nest("ZZZZZ") is None

    def test_first_use_makes_the_main_nest(self, client):
        main = NestManager(client).get_nest("main")

        assert (main["name"], main["creator"], main["ttl_minutes"]) == ("Main Nest", "system", 0)
        assert main["is_main"] is True

    def test_a_list_has_listeners_and_what_plays(self, client):
        manager = NestManager(client)
        nest = manager.create_nest(ALICE, name="Friday Vibes")["nest_id"]
        join_nest(client, nest, BOB)

        listed = {each["nest_id"]: each for each in manager.list_nests()}

        assert set(listed) == {"main", nest}
        assert (listed[nest]["listeners"], listed["main"]["listeners"]) == (1, 0)
        assert listed[nest]["now_playing"] is None

    def test_touching_moves_the_last_activity(self, client):
        manager = NestManager(client)
        nest = manager.create_nest(ALICE)
        client.set(NestKeys(nest["nest_id"]).last_activity, "1000")

        manager.touch_nest(nest["nest_id"])

        assert manager.get_nest(nest["code"])["last_activity"] >= nest["last_activity"]

    def test_renaming_moves_the_slug(self, client):
        manager = NestManager(client)
        nest = manager.create_nest(ALICE, name="Friday Vibes")["nest_id"]

        renamed = manager.rename_nest(nest, "Monday Blues")

        assert (renamed["name"], renamed["slug"]) == ("Monday Blues", "monday-blues")
        assert manager.get_nest("friday-vibes") is None

    def test_deleting_leaves_no_key(self, client):
        manager = NestManager(client)
        nest = manager.create_nest(ALICE, name="Friday Vibes")["nest_id"]
        join_nest(client, nest, BOB)

        assert manager.delete_nest(nest) is True

        assert list(client.scan_iter(match=f"NEST:{nest}|*")) == []
        assert client.exists(GLOBAL.code(nest), GLOBAL.slug("friday-vibes")) == 0
        assert not client.hexists(GLOBAL.registry, nest)

    def test_deleting_what_is_not_there_does_nothing(self, client):
        assert NestManager(client).delete_nest("ZZZZZ") is False

    def test_the_main_nest_cannot_be_deleted(self, client):
        with pytest.raises(Refusal) as refused:
            NestManager(client).delete_nest("main")

        assert refused.value.code == "forbidden"

    def test_two_clients_are_two_houses(self):
        one, other = fakeredis.FakeRedis(), fakeredis.FakeRedis()

        nest = NestManager(one).create_nest(ALICE)

        assert NestManager(other).get_nest(nest["code"]) is None
        assert list(redis().scan_iter()) == []


@pytest.mark.django_db
class TestMigrationScriptBehavior:
    def test_keys_move_with_value_and_time_to_live(self, client):
        client.set("MISC|volume", "70")
        client.set("FILTER|spotify:track:x", "1", ex=500)

        summary = migrate(client)

        assert summary == {"moved": 2, "skipped": summary["skipped"], "conflicts": 0, "failed": 0}
        assert text(client.get("NEST:main|MISC|volume")) == "70"
        assert 490 < client.ttl("NEST:main|FILTER|spotify:track:x") <= 500
        assert client.exists("MISC|volume", "FILTER|spotify:track:x") == 0

    def test_a_dry_run_changes_nothing(self, client):
        client.set("MISC|volume", "70")

        summary = migrate(client, dry_run=True)

        assert summary["moved"] == 1
        assert [text(key) for key in client.keys("*")] == ["MISC|volume"]

    def test_a_destination_that_exists_is_not_touched(self, client):
        client.set("MISC|volume", "70")
        client.set("NEST:main|MISC|volume", "33")

        assert migrate(client)["conflicts"] == 1

        assert text(client.get("NEST:main|MISC|volume")) == "33"
        assert text(client.get("MISC|volume")) == "70"

    def test_running_twice_changes_nothing(self, client):
        client.rpush("BENDER|cache:genre", "a", "b")
        migrate(client)
        before = sorted(client.keys("*"))

        again = migrate(client)

        assert again["moved"] == 0
        assert sorted(client.keys("*")) == before
        assert [text(each) for each in client.lrange("NEST:main|BENDER|cache:genre", 0, -1)] == [
            "a",
            "b",
        ]

    def test_what_is_new_or_global_stays(self, client):
        client.set(SPOTIFY_RATE_LIMITED, "1")
        client.set("NEST:X7K2P|MISC|volume", "50")

        assert migrate(client)["moved"] == 0

        assert client.exists(SPOTIFY_RATE_LIMITED, "NEST:X7K2P|MISC|volume") == 2

    def test_an_old_vote_set_becomes_a_vote_hash(self, client):
        client.sadd("QUEUE|VOTE|7", ALICE)

        migrate(client)

        votes = client.hgetall("NEST:main|QUEUE|VOTE|7")
        assert {text(who): text(vote) for who, vote in votes.items()} == {ALICE: "1"}


@pytest.mark.django_db
class TestNestAuthGating:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", "/api/nests"),
            ("post", "/api/nests"),
            ("get", "/api/nests/main"),
            ("patch", "/api/nests/main"),
            ("delete", "/api/nests/main"),
            ("post", "/api/nests/main/join"),
            ("post", "/api/nests/main/leave"),
        ],
    )
    def test_the_api_wants_a_sign_in(self, method, path):
        answer = asks(Client(), method, path)

        assert answer.status_code == 401
        assert answer.json()["error"] == "unauthorized"
        assert set(answer.json()) == {"error", "message"}

    @pytest.mark.parametrize("path", ["/", "/nest/X7K2P", "/X7K2P", "/friday-vibes"])
    def test_a_page_sends_to_the_sign_in_and_back(self, path):
        answer = Client().get(path)

        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={path}")


@pytest.mark.django_db
class TestWebSocketMembership:
    def test_joining_makes_a_listener(self, client):
        nest = NestManager(client).create_nest(ALICE)["nest_id"]

        join_nest(client, nest, "Bob@Example.com")

        assert client.sismember(members_key(nest), BOB)
        assert client.ttl(member_key(nest, BOB)) in {89, 90}

    def test_joining_twice_is_joining_once(self, client):
        nest = NestManager(client).create_nest(ALICE)["nest_id"]

        join_nest(client, nest, BOB)
        join_nest(client, nest, BOB)

        assert client.scard(members_key(nest)) == 1

    def test_leaving_ends_it(self, client):
        nest = NestManager(client).create_nest(ALICE)["nest_id"]
        join_nest(client, nest, BOB)

        leave_nest(client, nest, BOB)
        leave_nest(client, nest, BOB)

        assert not client.sismember(members_key(nest), BOB)
        assert client.exists(member_key(nest, BOB)) == 0

    def test_two_tabs_are_one_listener_and_closing_one_is_not_leaving(self, client):
        nest = NestManager(client).create_nest(ALICE)["nest_id"]
        join_nest(client, nest, BOB, connection="first")
        join_nest(client, nest, BOB, connection="second")

        leave_nest(client, nest, BOB, connection="first")
        still = client.scard(members_key(nest))
        leave_nest(client, nest, BOB, connection="second")

        assert (still, client.scard(members_key(nest))) == (1, 0)

    def test_nobody_joins_a_nest_that_is_not_there(self, client):
        with pytest.raises(NoSuchNest):
            join_nest(client, "ZZZZZ", BOB)
        assert list(client.scan_iter(match="NEST:ZZZZZ*")) == []


@pytest.mark.django_db
class TestNestsAPI:
    @pytest.fixture
    def alice(self):
        return visitor("Alice")

    @pytest.fixture
    def bob(self):
        return visitor("Bob")

    @pytest.fixture
    def code(self, alice):
        return asks(alice, "post", "/api/nests", name="Friday Vibes").json()["code"]

    def test_creating_answers_200_with_the_address(self, alice):
        answer = asks(alice, "post", "/api/nests", name="Friday Vibes")

        nest = answer.json()
        assert answer.status_code == 200
        assert (nest["slug"], nest["creator"]) == ("friday-vibes", ALICE)
        assert nest["share_url"] == f"http://testserver/nest/{nest['code']}"

    def test_a_list_answers_200_with_nests(self, alice, code):
        answer = alice.get("/api/nests")

        listed = {nest["code"]: nest for nest in answer.json()["nests"]}
        assert answer.status_code == 200
        assert set(listed) == {"main", code}
        assert (listed[code]["listeners"], listed[code]["now_playing"]) == (0, None)

    def test_one_nest_answers_200_with_what_is_going_on(self, bob, code):
        answer = bob.get(f"/api/nests/{code}")

        nest = answer.json()
        assert answer.status_code == 200
        assert (nest["listeners"], nest["queue_size"], nest["now_playing"]) == (0, 0, None)

    def test_an_unknown_nest_answers_404(self, alice):
        answer = alice.get("/api/nests/ZZZZZ")

        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")

    def test_the_creator_renames_and_others_are_403(self, alice, bob, code):
        theirs = asks(bob, "patch", f"/api/nests/{code}", name="Mine")
        hers = asks(alice, "patch", f"/api/nests/{code}", name="Monday Blues")

        assert (theirs.status_code, theirs.json()["error"]) == (403, "forbidden")
        assert (hers.status_code, hers.json()["slug"]) == (200, "monday-blues")

    def test_a_bad_name_answers_400(self, alice, code):
        answer = asks(alice, "patch", f"/api/nests/{code}", name="x" * 41)

        assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")

    def test_the_creator_deletes_and_others_are_403(self, alice, bob, code):
        theirs = asks(bob, "delete", f"/api/nests/{code}")
        hers = asks(alice, "delete", f"/api/nests/{code}")
        again = asks(alice, "delete", f"/api/nests/{code}")

        assert [each.status_code for each in (theirs, hers, again)] == [403, 200, 404]

    def test_the_main_nest_answers_403(self, alice):
        answer = asks(alice, "delete", "/api/nests/main")

        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")

    def test_joining_and_leaving_are_idempotent(self, bob, code):
        paths = ["join", "join", "leave", "leave"]

        answers = [asks(bob, "post", f"/api/nests/{code}/{each}") for each in paths]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 200]

    def test_the_limit_answers_403_and_sells_nothing(self, alice):
        manager = NestManager(redis())
        for _ in range(20):
            manager.create_nest(ALICE)

        answer = asks(alice, "post", "/api/nests")

        assert (answer.status_code, answer.json()["error"]) == (403, "nest_limit_reached")
        assert "upgrade_url" not in answer.json()

    def test_a_short_address_leads_to_the_nest(self, bob, code):
        answers = [bob.get(f"/{name}") for name in (code.lower(), "friday-vibes", "nowhere")]

        assert [answer.status_code for answer in answers] == [302, 302, 404]
        assert {answer["Location"] for answer in answers[:2]} == {f"/nest/{code}"}

    def test_the_api_is_there_under_its_version_too(self, bob, code):
        assert bob.get(f"/api/v1/nests/{code}").json() == bob.get(f"/api/nests/{code}").json()


@pytest.mark.django_db
class TestAuditLogs:
    """What admins read of who did what, by GET /api/audit."""

    @pytest.fixture
    def admin(self):
        _, secret = api_keys.issue(Person.objects.at("root@example.com"), "admin")
        return with_key(secret)

    @pytest.fixture
    def code(self):
        return asks(visitor("Alice"), "post", "/api/nests", name="Friday Vibes").json()["code"]

    def entries(self, admin, query):
        answer = admin.asks("GET", f"/api/audit?{query}")
        assert answer.status_code == 200
        return answer.json()["entries"]

    def test_a_new_nest_is_one_entry(self, admin, code):
        (entry,) = self.entries(admin, "action=nest_created")

        assert (entry["outcome"], entry["nest_id"]) == ("done", code)
        assert (entry["actor"], entry["credential"]) == (person_id(ALICE), "session")

    def test_a_new_name_is_one_entry(self, admin, code):
        asks(visitor("Alice"), "patch", f"/api/nests/{code}", name="Monday Blues")

        (entry,) = self.entries(admin, f"action=nest_renamed&nest={code}")
        assert entry["actor"] == person_id(ALICE)

    def test_settings_name_what_changed(self, admin, code):
        asks(
            visitor("Alice"),
            "post",
            f"/api/nests/{code}/commands",
            type="change_nest_settings",
            approval=True,
            emoji="🎷",
        )

        (entry,) = self.entries(admin, "action=settings_changed")
        assert entry["details"] == {"settings": ["approval", "emoji"]}

    def test_an_end_is_one_entry(self, admin, code):
        asks(visitor("Alice"), "delete", f"/api/nests/{code}")

        (entry,) = self.entries(admin, "action=nest_deleted")
        assert (entry["nest_id"], entry["outcome"]) == (code, "done")

    def test_a_refused_attempt_is_kept_with_its_code(self, admin, code):
        answer = asks(visitor("Bob"), "delete", f"/api/nests/{code}")

        (entry,) = self.entries(admin, "action=nest_deleted")
        assert answer.status_code == 403
        assert (entry["outcome"], entry["actor"]) == ("forbidden", person_id(BOB))

    def test_a_key_is_named_by_eight_characters_of_its_hash(self, admin):
        key, secret = api_keys.issue(Person.objects.at(BOB), "viewer")
        answer = with_key(secret).asks("GET", "/api/audit")

        (entry,) = self.entries(admin, "action=auth_denied")
        assert answer.status_code == 403
        assert (entry["subject"], entry["outcome"]) == (key.hash[:8], "forbidden")
        assert entry["details"] == {
            "role": "viewer",
            "required_role": "admin",
            "endpoint": "/api/audit",
        }

    def test_nobody_else_reads_it(self):
        _, secret = api_keys.issue(Person.objects.at(BOB), "researcher")

        answers = [Client().get("/api/audit"), with_key(secret).asks("GET", "/api/audit")]

        assert [answer.status_code for answer in answers] == [401, 403]

    def test_nobody_changes_it(self, admin):
        answers = [admin.asks(method, "/api/audit") for method in ("POST", "PUT", "DELETE")]

        assert [answer.status_code for answer in answers] == [405, 405, 405]


@pytest.mark.django_db
class TestEntitlementGates:
    """K-8.2: each gate is exact."""

    A_ONLY = (
        {"theme": {"accent": "#1db954"}},
        {"theme": {"font": "serif"}},
        {"vanity_code": "friday-club"},
        {"vanity_code": None},
    )
    B_ONLY = (
        {"bender": {"enabled": False}},
        {"bender": {"weights": {"genre": 40}}},
        {"bender": {"max_minutes": 30}},
    )

    @pytest.fixture
    def alice(self, sold):
        return visitor("Alice")

    @pytest.fixture
    def code(self, alice):
        return asks(alice, "post", "/api/nests").json()["code"]

    def saves(self, alice, code, wish):
        return asks(alice, "patch", f"/api/nests/{code}/admin", **wish)

    @pytest.mark.parametrize("wish", [*A_ONLY, *B_ONLY])
    def test_without_a_plan_saving_is_refused(self, alice, code, wish):
        answer = self.saves(alice, code, wish)

        assert answer.status_code == 403
        assert answer.json()["error"] == "feature_not_allowed"
        assert answer.json()["message"]
        assert answer.json()["upgrade_url"] == "/billing/upgrade"

    @pytest.mark.parametrize(
        ("tier", "wish", "status"),
        [
            *(("tier_a", wish, 200) for wish in A_ONLY),
            *(("tier_a", wish, 403) for wish in B_ONLY),
            *(("tier_b", wish, 403) for wish in A_ONLY),
            *(("tier_b", wish, 200) for wish in B_ONLY),
        ],
    )
    def test_a_tier_opens_what_is_its_own_and_nothing_else(self, alice, code, tier, wish, status):
        give(tier)

        answer = self.saves(alice, code, wish)

        assert answer.status_code == status
        assert answer.json().get("error") == ("feature_not_allowed" if status == 403 else None)

    def test_of_a_save_with_one_setting_too_many_nothing_is_kept(self, alice, code):
        give("tier_a")

        answer = self.saves(alice, code, {"theme": {"font": "serif"}, "bender": {"enabled": False}})

        assert answer.status_code == 403
        assert alice.get(f"/api/nests/{code}/admin").json()["theme"]["font"] is None

    @pytest.mark.parametrize("verb", ["kick", "ban"])
    @pytest.mark.parametrize(("tier", "status"), [("tier_a", 403), ("tier_b", 200)])
    def test_kicking_and_banning_need_tier_b(self, alice, code, verb, tier, status):
        give(tier)
        NestStory(code).person("Bob").listens()

        answer = asks(alice, "post", f"/api/nests/{code}/{verb}", person=BOB)

        assert answer.status_code == status
        assert answer.json().get("error") == ("feature_not_allowed" if status == 403 else None)

    def test_the_way_around_by_the_socket_and_the_plain_routes_is_the_same(self, alice, code):
        command = {"type": "change_nest_settings", "bender": False}

        answers = [
            asks(alice, "post", f"/api/nests/{code}/commands", **command),
            asks(alice, "patch", f"/api/nests/{code}", bender=False),
            asks(alice, "post", "/api/nests", bender=False),
        ]

        assert [(it.status_code, it.json()["error"]) for it in answers] == [
            (403, "feature_not_allowed")
        ] * 3

    @pytest.mark.parametrize(
        "wish",
        [
            {"chat": False},
            {"approval": True},
            {"is_private": True, "entry_mode": "approval"},
            {"is_private": True, "entry_mode": "password"},
            {"name": "Friday Vibes"},
        ],
    )
    def test_house_rules_approval_and_passwords_are_free(self, alice, code, wish):
        assert asks(alice, "patch", f"/api/nests/{code}", **wish).status_code == 200

    def test_muting_and_letting_in_again_are_free(self, alice, code):
        NestStory(code).person("Bob").listens()

        statuses = [
            asks(alice, "post", f"/api/nests/{code}/{verb}", person=BOB).status_code
            for verb in ("mute", "unmute", "unban")
        ]

        assert statuses == [200, 200, 200]

    def test_a_plan_that_has_ended_keeps_what_is_set_and_blocks_edits(self, alice, code):
        give("tier_a", "tier_b")
        self.saves(alice, code, {"theme": {"font": "serif"}, "bender": {"enabled": False}})

        lapse()
        refused = self.saves(alice, code, {"theme": {"font": "mono"}})

        told = alice.get(f"/api/nests/{code}/admin").json()
        assert refused.status_code == 403
        assert (told["theme"]["font"], told["bender"]["enabled"]) == ("serif", False)
        assert told["features"] == []


@pytest.mark.django_db
class TestNestsAdminAPI:
    @pytest.fixture
    def alice(self, console):
        return visitor("Alice")

    @pytest.fixture
    def code(self, alice):
        return asks(alice, "post", "/api/nests", name="Friday Vibes").json()["code"]

    def test_a_creator_reads_what_the_nest_is_set_to(self, alice, code):
        answer = alice.get(f"/api/nests/{code}/admin")

        told = answer.json()
        assert answer.status_code == 200
        assert told["theme"] == {"accent": None, "background": None, "font": None}
        assert told["bender"] == {
            "enabled": True,
            "weights": None,
            "max_minutes": 120,
            "strategies": WEIGHTS,
        }
        assert told["banlist"] == []
        assert told["updated"] == dict.fromkeys(("general", "theme", "bender", "moderation"))
        assert told["features"] == ["bender", "invite_only", "moderation", "theme", "vanity"]

    def test_a_creator_saves_and_is_told_what_is_so_now(self, alice, code):
        answer = asks(
            alice,
            "patch",
            f"/api/nests/{code}/admin",
            name="Sunday Vibes",
            vanity_code="sunday",
            theme={"accent": "#1db954", "background": "#101418", "font": "serif"},
            bender={"enabled": False, "weights": {"genre": 2.5}, "max_minutes": 30},
        )

        told = answer.json()
        assert answer.status_code == 200
        assert (told["name"], told["vanity_code"]) == ("Sunday Vibes", "sunday")
        assert told["theme"] == {"accent": "#1db954", "background": "#101418", "font": "serif"}
        bender = {"enabled": False, "weights": {"genre": 2.5}, "max_minutes": 30}
        assert told["bender"] == bender | {"strategies": WEIGHTS}

    def test_each_tab_says_who_changed_it_last(self, alice, code):
        NestStory(code).person("Bob").listens()
        asks(alice, "patch", f"/api/nests/{code}/admin", theme={"font": "serif"})
        asks(alice, "post", f"/api/nests/{code}/ban", person=BOB)

        told = alice.get(f"/api/nests/{code}/admin").json()

        by = {"id": person_id(ALICE), "name": "Alice"}
        assert {tab: at and at["by"] for tab, at in told["updated"].items()} == {
            "general": None,
            "theme": by,
            "bender": None,
            "moderation": by,
        }
        assert datetime.fromisoformat(told["updated"]["theme"]["at"]) <= datetime.now(UTC)
        assert told["banlist"] == [{"id": person_id(BOB), "name": "Bob"}]

    def test_an_empty_theme_is_none(self, alice, code):
        asks(alice, "patch", f"/api/nests/{code}/admin", theme={"font": "serif"})

        answer = asks(alice, "patch", f"/api/nests/{code}/admin", theme=None)

        assert answer.json()["theme"]["font"] is None

    @pytest.mark.parametrize(
        "wish",
        [
            {"theme": {}},
            {"unknown": 1},
            {"theme": {"accent": "green"}},
            {"theme": {"font": "comic"}},
            {"theme": {"accent": "#202020", "background": "#101010"}},
            {"theme": {"background": "#808080"}},
            {"bender": {"max_minutes": -1}},
            {"bender": {"weights": {"genre": -1}}},
            {"name": ""},
            {"vanity_code": "1x"},
        ],
    )
    def test_what_cannot_be_is_400_and_changes_nothing(self, alice, code, wish):
        before = alice.get(f"/api/nests/{code}/admin").json()

        answer = asks(alice, "patch", f"/api/nests/{code}/admin", **wish)

        assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
        assert alice.get(f"/api/nests/{code}/admin").json() == before

    @pytest.mark.parametrize("method", ["get", "patch"])
    def test_it_is_the_creators_alone(self, alice, code, method):
        bob = visitor("Bob")
        asks(bob, "post", f"/api/nests/{code}/join")

        answer = asks(bob, method, f"/api/nests/{code}/admin", theme={"font": "serif"})

        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")

    @pytest.mark.parametrize("method", ["get", "patch"])
    def test_a_nest_that_is_not_there_is_404(self, alice, method):
        answer = asks(alice, method, "/api/nests/ZZZZZ/admin", theme={"font": "serif"})

        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")

    @pytest.mark.parametrize("method", ["get", "patch"])
    def test_nobody_is_told_without_signing_in(self, alice, code, method):
        answer = asks(Client(), method, f"/api/nests/{code}/admin", theme={"font": "serif"})

        assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")


@pytest.mark.django_db
class TestInviteOnly:
    """K-8.3: nobody comes in without the token; who is in stays in."""

    @pytest.fixture
    def alice(self, console):
        return visitor("Alice")

    @pytest.fixture
    def code(self, alice):
        code = asks(alice, "post", "/api/nests", name="The Den").json()["code"]
        asks(alice, "patch", f"/api/nests/{code}/admin", is_private=True)
        return code

    @pytest.fixture
    def token(self, alice, code):
        return alice.get(f"/api/nests/{code}/admin").json()["invite_token"]

    def test_the_creator_is_told_the_token(self, alice, code, token):
        told = alice.get(f"/api/nests/{code}/admin").json()

        assert told["is_private"] is True
        assert told["invite_url"] == f"http://testserver/nest/{code}?invite={token}"
        assert len(token) >= 32

    def test_without_it_the_page_answers_403_and_tells_nothing_of_the_nest(self, code):
        answer = visitor("Bob").get(f"/nest/{code}")

        assert answer.status_code == 403
        assert "The Den" not in answer.content.decode()
        assert "for the invited" in answer.content.decode()

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", ""),
            ("get", "?invite=nothing"),
            ("post", "/join"),
            ("post", "/join?invite=nothing"),
            ("get", "/queue"),
            ("get", "/snapshot"),
            ("get", "/chat"),
            ("post", "/commands"),
            ("get", "/qr.svg"),
        ],
    )
    def test_without_it_the_api_answers_403_invite_required(self, code, method, path):
        answer = asks(visitor("Bob"), method, f"/api/nests/{code}{path}", type="skip")

        assert (answer.status_code, answer.json()["error"]) == (403, "invite_required")
        assert set(answer.json()) <= {"error", "message", "why"}

    def test_with_it_everything_opens(self, code, token):
        seen = visitor("Bob").get(f"/api/nests/{code}?invite={token}")
        joined = asks(visitor("Bob"), "post", f"/api/nests/{code}/join?invite={token}")
        page = visitor("Charlie").get(f"/nest/{code}?invite={token}")

        assert (seen.status_code, seen.json()["name"]) == (200, "The Den")
        assert (joined.status_code, joined.json()["status"]) == (200, "APPROVED")
        assert (page.status_code, page.headers["Location"]) == (302, f"/nest/{code}")
        assert visitor("Charlie").get(f"/nest/{code}").status_code == 200

    def test_rotation_ends_the_one_before_at_once_and_who_is_in_stays(self, alice, code, token):
        asks(visitor("Bob"), "post", f"/api/nests/{code}/join?invite={token}")

        answer = asks(alice, "post", f"/api/nests/{code}/invites/rotate")

        fresh = answer.json()["invite_token"]
        assert (answer.status_code, fresh == token) == (200, False)
        assert visitor("Charlie").get(f"/nest/{code}?invite={token}").status_code == 403
        assert visitor("Bob").get(f"/nest/{code}").status_code == 200
        assert visitor("Charlie").get(f"/nest/{code}?invite={fresh}").status_code == 302

    def test_rotation_is_the_creators_alone(self, code, token):
        asks(visitor("Bob"), "post", f"/api/nests/{code}/join?invite={token}")

        answer = asks(visitor("Bob"), "post", f"/api/nests/{code}/invites/rotate")

        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")

    def test_five_rotations_an_hour_are_enough(self, alice, code, settle):  # K-3.3
        settle(ANDRE_LIMITS_ENABLED="true")

        statuses = [
            asks(alice, "post", f"/api/nests/{code}/invites/rotate").status_code for _ in range(6)
        ]

        assert statuses == [200] * 5 + [429]

    def test_rotation_is_in_the_audit_without_the_token(self, alice, code):
        fresh = asks(alice, "post", f"/api/nests/{code}/invites/rotate").json()["invite_token"]

        entry = AuditEvent.objects.get(action="invitation_rotated")
        assert (entry.actor, entry.nest_id) == (ALICE, code)
        assert fresh not in str(vars(entry))

    def test_switched_off_the_nest_is_open_again(self, alice, code):
        answer = asks(alice, "patch", f"/api/nests/{code}/admin", is_private=False)

        assert (answer.json()["is_private"], answer.json()["invite_token"]) == (False, None)
        assert visitor("Bob").get(f"/nest/{code}").status_code == 200

    def test_with_the_console_off_there_is_no_rotation(self, alice, code, settle):
        settle(NEST_ADMIN_ENABLED="false")

        answer = asks(alice, "post", f"/api/nests/{code}/invites/rotate")

        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")

    def test_it_needs_tier_b_to_begin_to_end_and_to_rotate(self, alice, code, sold):
        give("tier_a")
        answers = [
            asks(alice, "patch", f"/api/nests/{code}/admin", is_private=True),
            asks(alice, "patch", f"/api/nests/{code}/admin", is_private=False),
            asks(alice, "patch", f"/api/nests/{code}", is_private=False),
            asks(alice, "patch", f"/api/nests/{code}", entry_mode="approval"),
            asks(alice, "patch", f"/api/nests/{code}", entry_mode="invitation"),
            asks(alice, "post", f"/api/nests/{code}/invites/rotate"),
        ]

        assert [(it.status_code, it.json()["error"]) for it in answers] == [
            (403, "feature_not_allowed")
        ] * 6
        assert visitor("Bob").get(f"/nest/{code}").status_code == 403


@pytest.mark.django_db
class TestFreeCap:
    """K-8.4: free nests are counted apart, and whoever pays may still build."""

    @pytest.fixture(autouse=True)
    def cap(self, settle, sold):
        settle(NEST_FREE_MAX_ACTIVE="2", NEST_MAX_ACTIVE="1")

    def builds(self, name):
        return asks(visitor(name), "post", "/api/nests")

    def test_beyond_it_a_free_creator_is_told_to_upgrade(self):
        answers = [self.builds(name) for name in ("Alice", "Bob", "Charlie")]

        refused = answers[2].json()
        assert [it.status_code for it in answers] == [200, 200, 403]
        assert refused["error"] == "nest_limit_reached"
        assert "Upgrade" in refused["message"]
        assert refused["upgrade_url"] == "/billing/upgrade"

    def test_who_pays_still_may(self):
        give("tier_a", to="charlie@example.com")

        answers = [self.builds(name) for name in ("Alice", "Bob", "Charlie", "Dora")]

        assert [it.status_code for it in answers] == [200, 200, 200, 403]

    def test_paid_nests_take_no_place_of_a_free_one(self):
        give("tier_b")

        answers = [self.builds(name) for name in ("Alice", "Alice", "Alice", "Bob", "Charlie")]

        assert [it.status_code for it in answers] == [200] * 5

    def test_a_plan_that_has_ended_makes_its_nests_free_ones(self):
        give("tier_b")
        self.builds("Alice")
        self.builds("Alice")
        lapse()

        assert self.builds("Bob").status_code == 403

    def test_one_that_ends_makes_room(self):
        code = self.builds("Alice").json()["code"]
        self.builds("Bob")
        asks(visitor("Alice"), "delete", f"/api/nests/{code}")

        assert self.builds("Charlie").status_code == 200

    def test_where_nothing_is_sold_the_servers_own_limit_holds(self, settle):
        settle(NEST_ADMIN_ENABLED="false")

        answers = [self.builds(name) for name in ("Alice", "Bob")]

        assert [it.status_code for it in answers] == [200, 403]
        assert answers[1].json()["error"] == "nest_limit_reached"
        assert "upgrade_url" not in answers[1].json()
