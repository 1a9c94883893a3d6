"""Vanity codes: a chosen address, wherever a code does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from andre.audit.models import AuditEvent
from andre.core.errors import Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import redis
from andre.protocol.commands import ChangeNestSettings
from andre.web import dispatch
from nests.lifecycle import deletion
from nests.membership import members
from nests.models import NestTombstone
from nests.registry import store, vanity_codes
from nests.registry.slugs import RESERVED
from tests.nests.support import ALICE, asks, build, visitor
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db(transaction=True)  # A command closes old connections.

SPECIFIED = (
    "admin api socket nest login signup static assets health status metrics terms privacy".split()
)


@pytest.fixture
def alice():
    return visitor("Alice")


@pytest.fixture
def den():
    return build("The Den").code


def claims(alice, code, vanity, **more):
    return asks(alice, "patch", f"/api/nests/{code}", vanity_code=vanity, **more)


def found(name):
    nest = store.find_nest(name)
    return nest and nest.code


def test_it_leads_to_the_nest_wherever_a_code_does(alice, den):  # K-8.1 N6
    told = claims(alice, den, "Friday-Club").json()

    page = alice.get("/nest/friday-club")
    assert told["vanity_code"] == "friday-club"
    assert told["share_url"] == "http://testserver/friday-club"
    assert page.status_code == 200
    assert f'data-nest-code="{den}"' in page.content.decode()
    assert alice.get("/FRIDAY-club").headers["Location"] == f"/nest/{den}"
    assert alice.get("/api/nests/friday-club").json()["code"] == den
    assert asks(alice, "post", "/api/nests/friday-club/join").status_code == 200
    assert asks(alice, "patch", "/api/nests/Friday-Club", chat=False).status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        "ab",
        "a" * 25,
        "1st-club",
        "-club",
        "club-",
        "the club",
        "klub_",
        "müsli",
        "a.b.c",
        "x" * 101,
    ],
)
def test_one_of_another_form_is_400(alice, den, typed):  # K-8.1
    answer = claims(alice, den, typed)

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
    assert store.get_nest(den).vanity_code is None


@pytest.mark.parametrize("length", [3, 24])
def test_three_to_24_characters_it_has(alice, den, length):  # K-8.1
    assert claims(alice, den, "b" * length).status_code == 200


@pytest.mark.parametrize("word", SPECIFIED)
def test_words_of_the_site_are_reserved(alice, den, word):  # K-8.1
    answer = claims(alice, den, word.upper())

    assert word in RESERVED
    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")


@pytest.mark.parametrize("typed", ["official", "andre-support", "spotify2", "you-tube"])
def test_nobody_takes_the_address_of_somebody_else(alice, den, typed):  # K-8.1
    answer = claims(alice, den, typed)

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")


def test_operators_say_which_words_are_denied(alice, den, settle):  # K-8.1
    settle(NEST_VANITY_DENIED="Acme")

    assert claims(alice, den, "acme-party").status_code == 400
    assert claims(alice, den, "spotify").status_code == 200


@pytest.mark.parametrize("kind", ["vanity", "slug", "code", "code that has ended"])
def test_what_leads_somewhere_already_is_taken(alice, den, kind):  # K-8.1 N2
    other = build("Elsewhere", seed=2)
    if kind == "vanity":
        claims(alice, other.code, "elsewhere-club")
    if kind == "code that has ended":
        NestTombstone.objects.create(code="PARTY", name="Party", state="DELETED")
    wanted = {
        "vanity": "Elsewhere-Club",
        "slug": "Elsewhere",
        "code": other.code.lower(),
        "code that has ended": "party",
    }[kind]
    if kind == "code" and not wanted[0].isalpha():
        wanted = rename_code(other, "PUFFY")

    answer = claims(alice, den, wanted, chat=False)

    assert (answer.status_code, answer.json()["error"]) == (409, "vanity_taken")
    assert store.get_nest(den).setting("chat") is True


def rename_code(nest, code):
    """As if another nest had this code."""
    redis().set(GLOBAL.code(code), nest.nest_id)
    return code.lower()


def test_another_frees_the_one_before_at_once(alice, den):  # K-8.1
    other = build("Elsewhere", seed=2).code
    claims(alice, den, "friday-club")

    claims(alice, den, "sunday-club")

    assert (found("friday-club"), found("sunday-club")) == (None, den)
    assert claims(alice, other, "friday-club").status_code == 200
    assert found("friday-club") == other


def test_it_is_given_back_and_goes_with_its_nest(alice, den):  # K-8.1 N9
    claims(alice, den, "friday-club")
    given_back = claims(alice, den, None).json()
    gone = found("friday-club")
    claims(alice, den, "friday-club")

    deletion.delete(store.get_nest(den), "over")

    assert (given_back["vanity_code"], gone) == (None, None)
    assert redis().exists(GLOBAL.vanity("friday-club")) == 0


def test_only_the_creator_claims_one(den):  # K-8.1
    bob = visitor("Bob")
    asks(bob, "post", f"/api/nests/{den}/join")

    answer = claims(bob, den, "friday-club")

    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


def test_the_main_nest_keeps_its_address():  # K-8.1
    with pytest.raises(Refusal, match="keeps its address"):
        vanity_codes.validate_vanity("friday-club", store.get_nest("main"))


def test_three_claims_a_day_are_enough_for_a_nest(alice, den):  # K-3.3
    answers = [claims(alice, den, f"club-{word}") for word in ("a", "b", "c", "d")]

    assert [it.status_code for it in answers] == [200, 200, 200, 429]
    assert (found("club-c"), found("club-d")) == (den, None)
    assert claims(alice, den, "club-c").status_code == 200  # It has that one.


def test_one_that_is_refused_for_another_reason_is_free_again(alice, den):  # K-8.1
    other = build("Elsewhere", seed=2).code
    NestStory(den).person("Alice").adds("Blue")

    refused = claims(alice, den, "friday-club", catalogue="spotify")

    assert refused.status_code == 400
    assert claims(alice, other, "friday-club").status_code == 200


def test_everybody_in_the_nest_hears_of_the_address(alice, den):  # K-8.1
    claims(alice, den, "friday-club")

    (event,) = (it for it in NestStory(den).events() if it["type"] == "nest_renamed")
    assert event["share_url"] == "http://testserver/friday-club"


def test_the_same_command_twice_claims_it_once(den):  # R3 K-8.1
    act = NestStory(den).person("Alice").act
    command = ChangeNestSettings(id="1", vanity_code="friday-club", chat=False)

    answers = [dispatch.dispatch_command(act, command) for _ in range(2)]

    events = [it["type"] for it in NestStory(den).events()]
    assert answers[0] == answers[1]
    assert events.count("nest_renamed") == events.count("nest_settings_changed") == 1
    assert redis().ttl(GLOBAL.vanity("friday-club")) == -1


def test_of_many_who_want_it_at_once_one_has_it():  # K-8.1
    nests = [build(f"Den {number}", seed=number).code for number in range(8)]

    def claim(code):
        try:
            act = NestStory(code).person("Alice").act
            dispatch.dispatch_command(act, ChangeNestSettings(vanity_code="friday-club"))
            return code
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(claim, nests))

    (winner,) = (answer for answer in answers if answer in nests)
    assert answers.count("vanity_taken") == 7
    assert found("friday-club") == winner
    assert [code for code in nests if store.get_nest(code).vanity_code] == [winner]


def test_claims_and_releases_are_in_the_audit(alice, den):  # K-5.2
    claims(alice, den, "friday-club")
    claims(alice, den, None)

    entries = AuditEvent.objects.filter(action__startswith="vanity_").order_by("id")
    assert [(it.action, it.actor, it.details) for it in entries] == [
        ("vanity_claimed", ALICE, {"code": "friday-club"}),
        ("vanity_released", ALICE, {}),
    ]


def test_a_member_is_found_under_it_too(alice, den):  # K-8.1
    claims(alice, den, "friday-club")

    asks(visitor("Bob"), "post", "/api/nests/join", code="friday-club")

    assert members.is_member(den, "bob@example.com")
