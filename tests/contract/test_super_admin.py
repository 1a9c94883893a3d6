"""The contract of the operators' API: who gets in, and what is done for which reason."""

import pytest

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.accounts.roles import Role
from andre.audit.models import AuditEvent
from andre.core import clock
from andre.core.context import HOUSE, Actor, CommandContext
from andre.core.keys import NestKeys
from andre.core.person_ids import person_id
from andre.core.rate_limits import LIMITS
from andre.core.redis import redis
from andre.protocol.commands import ChangeNestSettings
from andre.web import dispatch
from nests.guests import invitations
from nests.membership import members
from nests.models import NestTombstone
from nests.registry import store
from tests.nests.support import ALICE, BOB, CHARLIE, build
from tests.support.backstage import browser_of, operator_browser
from tests.support.nest import NestStory
from tests.support.programs import with_key

pytestmark = pytest.mark.django_db

LISTS = ("nests", "bans")
ACTS = (
    *("delete", "lock", "unlock", "private", "invites/rotate", "kick", "ban", "unban"),
    *("throttle", "unthrottle"),
)
ABOUT_PERSON = ("kick", "ban", "unban")


@pytest.fixture(autouse=True)
def _alice_runs_the_server(settle):
    settle(SUPER_ADMIN_EMAILS=ALICE)


@pytest.fixture
def operator():
    return operator_browser("Alice")


@pytest.fixture
def friday():
    """Bob's nest, with guests; he and Charlie listen, and Blue waits."""
    nest = build("Friday Vibes", by=BOB, guests=True)
    story = NestStory(nest.nest_id, now_ms=clock.now_ms())
    bob = story.person("Bob")
    bob.listens()
    bob.adds("Blue", "Green", seconds=187)
    members.enter(CommandContext(nest.nest_id, Actor(CHARLIE, "Charlie")), "tab")
    return nest


def asks(browser, nest, act, version="", **fields):
    path = f"/api/{version}admin/nests/{nest.code}/{act}"
    return browser.post(path, fields, content_type="application/json")


def does(browser, nest, act, reason="because", **fields):
    more = {"person": CHARLIE} if act in ABOUT_PERSON else {}
    return asks(browser, nest, act, **{"reason": reason, **more, **fields})


def audited():
    entries = AuditEvent.objects.filter(actor=ALICE).exclude(action__in=("sign_in", "key_made"))
    return [(entry.action, entry.outcome, entry.reason) for entry in entries.order_by("pk")]


# K-10.1
class TestSuperAdminAPI:
    @pytest.mark.parametrize("act", ACTS)
    def test_without_the_second_factor_nothing_is_done(self, friday, act):
        answer = does(browser_of("Alice"), friday, act)

        assert (answer.status_code, answer.json()["error"]) == (403, "mfa_required")
        assert audited() == [("auth_denied", "mfa_required", "")]
        assert store.get_nest(friday.code).settings == friday.settings

    @pytest.mark.parametrize("page", LISTS)
    def test_without_the_second_factor_nothing_is_told(self, friday, page):
        answer = browser_of("Alice").get(f"/api/admin/{page}")

        assert (answer.status_code, answer.json()["error"]) == (403, "mfa_required")

    def test_a_second_factor_of_yesterday_is_none(self, operator, friday):
        session = operator.session
        session["second_factor_at"] -= 12 * 3_600
        session.save()

        assert does(operator, friday, "lock").json()["error"] == "mfa_required"

    @pytest.mark.parametrize("act", ACTS)
    def test_a_listener_is_forbidden_whatever_they_have(self, friday, act):
        bob = operator_browser("Bob")
        Person.objects.filter(email=BOB).update(is_superuser=True)

        answer = does(bob, friday, act)

        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")

    def test_no_key_and_no_token_of_an_admin_is_enough(self, friday):
        _, secret = api_keys.issue(Person.objects.at(ALICE), Role.ADMIN)
        program = with_key(secret)

        answers = [program.asks("GET", f"/api/admin/{page}") for page in LISTS]

        assert {(a.status_code, a.json()["error"]) for a in answers} == {(403, "mfa_required")}

    def test_a_stranger_is_asked_to_sign_in(self, client, friday):
        assert client.get("/api/admin/nests").status_code == 401
        assert does(client, friday, "lock").status_code == 401

    def test_at_home_the_machine_is_the_second_factor(self, settle, friday):
        settle(
            ANDRE_ENVIRONMENT="home",
            ANDRE_SECRET_KEY="a-long-and-quite-random-secret-of-this-house",
            ANDRE_JWT_SECRET="another-long-and-quite-random-secret",
            ANDRE_BOOTSTRAP_KEYS_ENABLED="false",
        )
        here, elsewhere = browser_of("Alice"), browser_of("Alice", REMOTE_ADDR="192.168.1.30")

        assert here.get("/api/admin/nests").status_code == 200
        assert elsewhere.get("/api/admin/nests").json()["error"] == "mfa_required"

    @pytest.mark.parametrize("words", ["bob@example", "BOB", "friday", "{code}"])
    def test_nests_are_found_with_their_figures(self, operator, friday, words):
        build("Monday Blues", by=ALICE, seed=2)

        found = operator.get("/api/admin/nests", {"q": words.format(code=friday.code)}).json()

        assert found["total"] == 1
        (nest,) = found["nests"]
        assert (nest["code"], nest["creator"], nest["listeners"]) == (friday.code, BOB, 2)
        assert (nest["now_playing"], nest["queue_size"]) == ("Blue · The Band", 1)
        assert (nest["is_locked"], nest["is_private"], nest["is_main"]) == (False, False, False)

    def test_pages_of_nests(self, operator):
        store.ensure_main()
        for number in range(3):
            with clock.freeze(clock.now_ms() + number):
                build(f"Nest {number}", seed=number)

        page = operator.get("/api/admin/nests?limit=2&offset=1").json()
        bad = operator.get("/api/admin/nests?limit=0")

        assert (page["total"], [nest["name"] for nest in page["nests"]]) == (
            4,
            ["Nest 2", "Nest 1"],
        )
        assert (bad.status_code, bad.json()["error"]) == (400, "validation_error")

    def test_lock_and_unlock(self, operator, friday):
        locked = does(operator, friday, "lock", "too loud")
        unlocked = does(operator, friday, "unlock", "quiet now")

        assert (locked.json()["is_locked"], unlocked.json()["is_locked"]) == (True, False)
        assert audited() == [
            ("settings_changed", "done", "too loud"),
            ("settings_changed", "done", "quiet now"),
        ]

    def test_private_and_public_again(self, operator, friday):
        private = does(operator, friday, "private")
        public = does(operator, friday, "private", is_private=False)

        assert (private.json()["is_private"], public.json()["is_private"]) == (True, False)

    def test_delete(self, operator, friday):
        answer = does(operator, friday, "delete", "spam")

        assert answer.json() == {"deleted": friday.nest_id}
        assert store.find_nest(friday.code) is None
        assert NestTombstone.objects.get().reason == "by an operator: spam"
        assert audited() == [("nest_deleted", "done", "spam")]

    def test_the_main_nest_stays(self, operator):
        main = store.ensure_main()

        answers = [does(operator, main, act) for act in ("delete", "lock", "private")]

        assert [answer.status_code for answer in answers] == [403, 403, 403]
        assert redis().exists(NestKeys("main").nest_state)

    def test_the_invitation_is_renewed(self, operator, friday):
        before = invitations.read_token(friday)

        answer = does(operator, friday, "invites/rotate", "leaked")

        assert answer.status_code == 200
        assert invitations.read_token(friday) != before
        assert audited() == [("invitation_rotated", "done", "leaked")]

    @pytest.mark.parametrize("named", [CHARLIE, person_id(CHARLIE)])
    def test_ban_list_and_unban(self, operator, friday, named):
        banned = does(operator, friday, "ban", "spam", person=named)
        listed = operator.get("/api/admin/bans", {"q": "charlie"}).json()
        unbanned = does(operator, friday, "unban", "sorry", person=named)
        again = does(operator, friday, "unban", "sorry", person=named)

        assert banned.json()["listeners"] == 1
        (ban,) = listed["bans"]
        assert (ban["code"], ban["reason"], ban["address"]) == (friday.code, "spam", CHARLIE)
        assert (ban["person"]["id"], ban["by"]["id"]) == (person_id(CHARLIE), "")
        assert operator.get("/api/admin/bans").json() == {"bans": [], "total": 0}
        assert (unbanned.status_code, again.status_code) == (200, 404)
        assert audited() == [
            ("listener_banned", "done", "spam"),
            ("listener_unbanned", "done", "sorry"),
        ]

    def test_a_vanity_code_is_released(self, operator, friday):
        command = ChangeNestSettings.model_validate({"vanity_code": "disco"})
        dispatch.dispatch_command(CommandContext(friday.nest_id, HOUSE), command)
        path = "/api/admin/vanity/release"
        wish = {"vanity_code": "Disco", "reason": "not theirs"}

        bare = operator.post(path, {"vanity_code": "disco"}, content_type="application/json")
        by_code = operator.post(
            path, wish | {"vanity_code": friday.code}, content_type="application/json"
        )
        done = operator.post(path, wish, content_type="application/json")
        again = operator.post(path, wish, content_type="application/json")

        answers = (bare, by_code, done, again)
        assert [answer.status_code for answer in answers] == [400, 404, 200, 404]
        assert store.find_nest("disco") is None
        assert store.get_nest(friday.code).vanity_code is None
        assert audited() == [("vanity_released", "done", "not theirs")]

    def test_a_vanity_code_goes_to_another_nest(self, operator, friday):
        monday = build("Monday Blues", by=CHARLIE, seed=2)
        command = ChangeNestSettings.model_validate({"vanity_code": "disco"})
        dispatch.dispatch_command(CommandContext(friday.nest_id, HOUSE), command)
        path = "/api/admin/vanity/transfer"
        wish = {"vanity_code": "Disco", "to": monday.code.lower(), "reason": "their trade mark"}

        def sends(browser, **fields):
            return browser.post(path, wish | fields, content_type="application/json")

        refused = [
            sends(browser_of("Alice")).json()["error"],
            sends(operator_browser("Bob")).json()["error"],
            *(sends(operator, reason=reason).json()["error"] for reason in (None, " ", "x" * 181)),
            sends(operator, vanity_code=friday.code).json()["error"],
            sends(operator, to="NOWHERE").json()["error"],
            sends(operator, to="main").json()["error"],
        ]
        done = sends(operator)
        again = sends(operator)

        assert refused == [
            *("mfa_required", "forbidden", "validation_error", "validation_error"),
            *("validation_error", "not_found", "not_found", "forbidden"),
        ]
        assert (done.status_code, done.json()["code"]) == (200, monday.code)
        assert (again.status_code, again.json()["error"]) == (400, "validation_error")
        assert store.get_nest("disco").code == monday.code
        assert store.get_nest(friday.code).vanity_code is None
        transferred = ("vanity_transferred", "done", "their trade mark")
        assert audited() == [("auth_denied", "mfa_required", ""), transferred, transferred]

    def test_throttle_and_its_end(self, operator, friday):
        slowed = does(operator, friday, "throttle", "a flood", a_minute=9, minutes=30)
        listed = operator.get("/api/admin/nests", {"q": friday.code}).json()["nests"][0]
        ended = does(operator, friday, "unthrottle", "quiet now")
        again = does(operator, friday, "unthrottle", "quiet now")

        throttle = slowed.json()["throttle"]
        left_ms = throttle.pop("until_ms") - clock.now_ms()
        assert 29 * 60_000 < left_ms <= 30 * 60_000
        assert throttle == {"a_minute": 9, "a_minute_each": 5, "reason": "a flood"}
        assert listed["throttle"]["a_minute"] == 9
        assert (ended.json()["throttle"], again.status_code) == (None, 404)
        assert audited() == [
            ("nest_throttled", "done", "a flood"),
            ("throttle_ended", "done", "quiet now"),
        ]

    @pytest.mark.parametrize(
        "wish", [{"a_minute": 0}, {"a_minute": 601}, {"minutes": 0}, {"minutes": 1441}]
    )
    def test_a_throttle_has_bounds(self, operator, friday, wish):
        answer = does(operator, friday, "throttle", **wish)

        assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")

    def test_kick(self, operator, friday):
        kicked = does(operator, friday, "kick", "calm down")

        assert kicked.json()["listeners"] == 1
        assert audited() == [("listener_kicked", "done", "calm down")]

    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("reason", [None, "", " \t", "\u200b", "x" * 181, 7])
    def test_each_act_has_a_reason(self, operator, friday, act, reason):
        answer = does(operator, friday, act, reason)

        assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
        assert store.get_nest(friday.code).settings == friday.settings
        assert audited() == []

    @pytest.mark.parametrize("act", ACTS)
    def test_a_nest_that_is_none_is_not_found(self, operator, friday, act):
        does(operator, friday, "delete")

        answer = does(operator, friday, act)

        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")

    def test_another_site_does_nothing_with_my_cookie(self, friday):
        alice = operator_browser("Alice", enforce_csrf_checks=True)

        assert does(alice, friday, "lock").status_code == 403
        assert not store.get_nest(friday.code).setting("locked")

    def test_under_v1_it_is_the_same(self, operator, friday):
        answer = asks(operator, friday, "lock", version="v1/", reason="because")

        assert answer.json()["is_locked"]

    def test_sixty_decisions_a_minute_are_enough(self, operator, friday, monkeypatch):
        amount = LIMITS["operations"].amount
        answers = [does(operator, friday, "unlock").status_code for _ in range(amount + 1)]

        assert answers == [200] * amount + [429]
