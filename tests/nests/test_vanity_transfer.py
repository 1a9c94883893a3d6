"""A vanity code goes from one nest to another: Bob's has it, Charlie's is to have it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from andre.audit.models import AuditEvent
from andre.core.context import HOUSE, CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import redis
from andre.protocol.commands import ChangeNestSettings
from andre.web import dispatch
from andre.web.admin import operations
from andre.web.admin.operations import Why
from nests.registry import store, vanity_codes
from nests.registry.records import RegistryNames
from nests.registry.slugs import RESERVED
from nests.scripts import lua
from tests.nests.support import ALICE, BOB, CHARLIE, build
from tests.support.backstage import operator_browser, text_of
from tests.support.nest import NestStory
from tests.support.plans import SOLD, give

pytestmark = pytest.mark.django_db(transaction=True)  # A command closes old connections.

WHY = Why("olive@example.com", "their trade mark")


def claims(nest, code):
    wish = ChangeNestSettings.model_validate({"vanity_code": code})
    dispatch.dispatch_command(CommandContext(nest.nest_id, HOUSE), wish)
    return store.get_nest(nest.nest_id)


@pytest.fixture
def disco():
    return claims(build("Disco Nights", by=BOB, seed=1), "disco")


@pytest.fixture
def den():
    return build("The Den", by=CHARLIE, seed=2)


def refusal_of(giver, taker):
    with pytest.raises(Refusal) as refused:
        operations.transfer_vanity(giver, taker, WHY)
    return refused.value.code


def share_urls(nest, since=0):
    events = NestStory(nest.nest_id).events(since)
    return [event["share_url"] for event in events if event["type"] == "nest_renamed"]


# K-10.1 K-8.1
def test_it_leads_to_the_other_nest_and_the_first_keeps_its_code(disco, den):
    found = operations.transfer_vanity(disco, den, WHY)

    assert found.vanity_code == "disco"
    assert store.get_nest("disco").nest_id == den.nest_id
    assert store.get_nest(disco.code).vanity_code is None
    assert store.get_nest("disco-nights").nest_id == disco.nest_id
    assert share_urls(den)[-1].endswith("/disco")
    assert not share_urls(disco)[-1].endswith("/disco")
    entries = AuditEvent.objects.filter(action="vanity_transferred")
    assert {entry.nest_id for entry in entries} == {disco.nest_id, den.nest_id}
    for entry in entries:
        assert (entry.actor, entry.reason) == ("olive@example.com", "their trade mark")
        assert entry.details == {"code": "disco", "from": disco.nest_id, "to": den.nest_id}
    claims(disco, "disco-two")
    assert store.get_nest("disco-two").nest_id == disco.nest_id


# K-10.1 K-8.1
def test_a_nest_that_has_one_already_keeps_it(disco, den):
    claims(den, "cave")

    assert refusal_of(disco, den) == "vanity_taken"
    assert store.get_nest("disco").nest_id == disco.nest_id
    assert store.get_nest("cave").nest_id == den.nest_id
    assert not AuditEvent.objects.filter(action="vanity_transferred").exists()


# K-10.1 K-8.1
def test_not_to_itself_not_to_the_main_nest_and_not_to_one_that_is_gone(disco, den):
    assert refusal_of(disco, disco) == "validation_error"
    assert refusal_of(disco, store.ensure_main()) == "forbidden"
    operations.end_nest(den, WHY)
    with pytest.raises(NoSuchNest):
        operations.transfer_vanity(disco, den, WHY)

    assert store.get_nest("disco").nest_id == disco.nest_id


# K-10.1 K-8.1
def test_a_word_that_is_reserved_since_goes_nowhere(disco, den, monkeypatch):
    monkeypatch.setattr(vanity_codes, "RESERVED", RESERVED | {"disco"})

    assert refusal_of(disco, den) == "validation_error"


# K-10.1 K-8.2
def test_where_plans_are_sold_the_other_creator_needs_one(disco, den, settle):
    settle(**SOLD)

    assert refusal_of(disco, den) == "feature_not_allowed"
    give("tier_a", to=CHARLIE)
    operations.transfer_vanity(disco, den, WHY)

    assert store.get_nest("disco").nest_id == den.nest_id


# K-10.1 K-8.1
@pytest.mark.parametrize("stale", ["giver_before", "taker_before"])
def test_what_changed_since_it_was_read_is_not_overwritten(disco, den, stale):
    giver, taker = redis().hmget(GLOBAL.registry, [disco.nest_id, den.nest_id])
    texts = {"giver_before": giver, "taker_before": taker, stale: "read long ago"}

    reply = lua.transfer_vanity(
        RegistryNames(disco.nest_id, vanity="disco"),
        **texts,
        giver=disco.nest_id,
        giver_after="{}",
        taker=den.nest_id,
        taker_after="{}",
    )

    assert reply == ["changed"]
    assert redis().hmget(GLOBAL.registry, [disco.nest_id, den.nest_id]) == [giver, taker]
    assert store.get_nest("disco").nest_id == disco.nest_id


# K-10.1 K-8.1
def test_of_many_transfers_at_once_one_is_done(disco):
    takers = [build(f"Nest {seed}", by=CHARLIE, seed=seed) for seed in range(3, 9)]

    def transfer(taker):
        try:
            operations.transfer_vanity(disco, taker, WHY)
        except Refusal:
            return None
        finally:
            connection.close()
        return taker.nest_id

    with ThreadPoolExecutor(len(takers)) as pool:
        done = [nest_id for nest_id in pool.map(transfer, takers) if nest_id]

    assert len(done) == 1
    having = [nest.nest_id for nest in store.list_nests() if nest.vanity_code == "disco"]
    assert having == done == [store.get_nest("disco").nest_id]
    assert AuditEvent.objects.filter(action="vanity_transferred").count() == 2


# K-10.1
def test_the_admin_transfers_one_for_a_reason(disco, den, settle):
    settle(SUPER_ADMIN_EMAILS=ALICE)
    operator = operator_browser("Alice")
    page = f"/admin/nests/live/{disco.nest_id}/"

    bare = operator.post(f"{page}transfer/", {"to": den.code})
    wrong = operator.post(f"{page}transfer/", {"to": "NOWHERE", "reason": "because"})
    assert "There is no nest with this code." in text_of(wrong)
    assert (bare.status_code, store.get_nest("disco").nest_id) == (200, disco.nest_id)

    done = operator.post(f"{page}transfer/", {"to": den.slug, "reason": "because"}, follow=True)

    assert f"The vanity code disco leads to The Den ({den.code})." in text_of(done)
    assert "Transfer the vanity code" not in text_of(done)
    assert store.get_nest("disco").nest_id == den.nest_id
