"""The contracts of nests, a class each: what other programs may rely on, exactly."""

from datetime import UTC, datetime, timedelta

import fakeredis
import pytest
from celery import current_app as celery
from django.test import Client

from andre.core import clock
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import GLOBAL, SPOTIFY_RATE_LIMITED, NestKeys
from andre.core.redis import redis
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

NEST = "X7K2P"


@pytest.fixture(params=["decoding", "bytes", "real"])
def client(request):
    """Any client will do: a fake one, whichever way it decodes, or the house's own."""
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
