"""A nest that an operator slows: Alice built it, Bob and Charlie listen, Olive runs the server."""

import pytest

from andre.audit.models import AuditEvent
from andre.core import clock
from andre.core.context import HOUSE, CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.rate_limits import COMMAND_LIMITS
from andre.core.redis import redis
from andre.core.throttle import NEVER_SLOWED
from andre.protocol.commands import (
    AddSongs,
    Beat,
    CastVote,
    ChangeNestSettings,
    MuteListener,
    ReportProgress,
    SendChatMessage,
    SetVolume,
)
from andre.web import dispatch
from andre.web.admin import operations
from andre.web.admin.operations import Why
from nests.lifecycle import deletion
from nests.registry import store
from tests.nests.support import ALICE, BOB, build
from tests.support.backstage import operator_browser, rows_of, text_of
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db

WHY = Why("olive@example.com", "a flood of songs")
LIVE = "/admin/nests/live/"


@pytest.fixture
def den():
    """A nest of Alice's in which Bob, Charlie and Dora listen."""
    story = NestStory(build("The Den").nest_id, now_ms=clock.now_ms())
    for name in ("Alice", "Bob", "Charlie", "Dora"):
        story.person(name).listens()
    return story


def slows(story, a_minute=4, minutes=15):
    with story.now():
        operations.slow_nest(store.get_nest(story.nest_id), WHY, a_minute=a_minute, minutes=minutes)


def sends(story, name, command):
    with story.now():
        return dispatch.dispatch_command(story.person(name).act, command)


def refusal_of(story, name, command):
    with pytest.raises(Refusal) as refused:
        sends(story, name, command)
    return refused.value


# K-10.1
def test_one_person_has_half_of_what_everybody_has(den):
    slows(den)

    for volume in (10, 20):
        sends(den, "Bob", SetVolume(volume=volume))
    bobs = refusal_of(den, "Bob", SetVolume(volume=30))
    sends(den, "Charlie", SendChatMessage(text="one"))
    sends(den, "Charlie", SendChatMessage(text="two"))
    doras = refusal_of(den, "Dora", SetVolume(volume=40))

    assert (bobs.code, doras.code) == ("rate_limited", "rate_limited")
    assert bobs.message == "An operator has slowed this nest: one person has 2 a minute of this."
    assert "everybody together has 4 a minute" in doras.message
    assert all(1 <= each.more["retry_after_s"] <= 60 for each in (bobs, doras))


# K-10.1
@pytest.mark.parametrize(
    "command",
    [
        AddSongs(uris=["library:track:1"]),
        CastVote(song_id=1, direction=1),
        SendChatMessage(text="again"),
        SetVolume(volume=30),
    ],
)
def test_queue_playback_and_chat_are_slowed(den, command):
    slows(den, a_minute=1)
    sends(den, "Bob", SetVolume(volume=10))

    assert refusal_of(den, "Bob", command).code == "rate_limited"


# K-10.1
def test_signs_of_life_moderation_and_the_house_are_not_slowed(den):
    slows(den, a_minute=1)
    sends(den, "Bob", SetVolume(volume=10))

    sends(den, "Bob", Beat(rev=0))
    sends(den, "Alice", MuteListener(person=BOB, reason="calm down"))
    sends(den, "Alice", ChangeNestSettings(locked=True))
    with den.now():
        dispatch.dispatch_command(CommandContext(den.nest_id, HOUSE), SetVolume(volume=50))

    assert redis().get(NestKeys(den.nest_id).volume) == "50"


def test_what_is_never_slowed_are_commands():
    assert set(COMMAND_LIMITS) > NEVER_SLOWED
    assert ReportProgress.kind() in NEVER_SLOWED


# K-10.1
def test_it_ends_by_itself(den):
    slows(den, a_minute=1, minutes=2)
    sends(den, "Bob", SetVolume(volume=10))

    den.now_ms += 119_000
    assert refusal_of(den, "Bob", SetVolume(volume=20)).code == "rate_limited"
    assert den.person("Bob").sees()["throttle"]["a_minute"] == 1
    den.now_ms += 1_000
    sends(den, "Bob", SetVolume(volume=20))
    assert den.person("Bob").sees()["throttle"] is None
    assert 0 < redis().pttl(NestKeys(den.nest_id).throttle) <= 120_000


# K-10.1
def test_it_ends_by_a_press_and_everybody_is_told_both(den):
    before = den.person("Bob").sees()["rev"]
    slows(den, a_minute=1, minutes=2)
    with den.now():
        operations.operate("unthrottle", store.get_nest(den.nest_id), WHY)
    sends(den, "Bob", SetVolume(volume=20))
    sends(den, "Bob", SetVolume(volume=30))

    told = [e["throttle"] for e in den.events(before) if e["type"] == "throttle_changed"]
    assert told == [
        {
            "until_ms": den.now_ms + 120_000,
            "a_minute": 1,
            "a_minute_each": 1,
            "reason": "a flood of songs",
        },
        None,
    ]


# K-10.1
def test_another_nest_keeps_its_pace(den):
    other = NestStory(build("Other", seed=2).nest_id, now_ms=den.now_ms)
    other.person("Bob").listens()
    slows(den, a_minute=1)

    for volume in (10, 20, 30):
        sends(other, "Bob", SetVolume(volume=volume))


# K-10.1
def test_it_goes_with_its_nest(den):
    slows(den)

    with den.now():
        deletion.delete(store.get_nest(den.nest_id), "done")

    assert not redis().exists(NestKeys(den.nest_id).throttle)


def test_a_server_that_counts_nothing_says_so(den, settle):
    settle(ANDRE_LIMITS_ENABLED="false")

    with pytest.raises(Refusal) as refused:
        slows(den)

    assert refused.value.code == "feature_not_allowed"
    assert not redis().exists(NestKeys(den.nest_id).throttle)
    assert not AuditEvent.objects.filter(action="nest_throttled").exists()


# K-10.1
def test_the_admin_slows_a_nest_and_shows_until_when(settle):
    settle(SUPER_ADMIN_EMAILS=ALICE)
    operator, nest = operator_browser("Alice"), build("Friday Vibes", by=BOB)
    page = f"{LIVE}{nest.nest_id}/"

    bare = operator.post(f"{page}throttle/", {"a_minute": 5, "minutes": 20})
    many = operator.post(f"{page}throttle/", {"a_minute": 601, "minutes": 20, "reason": "x"})
    assert (bare.status_code, many.status_code) == (200, 200)
    assert not redis().exists(NestKeys(nest.nest_id).throttle)

    form = {"a_minute": 5, "minutes": 20, "reason": "a flood"}
    done = text_of(operator.post(f"{page}throttle/", form, follow=True))
    in_list = rows_of(operator.get(LIVE, {"q": nest.code}))[0][4]

    assert "is slowed for 20 minutes." in done
    assert "Throttled until:" in done
    assert "Throttled because: a flood" in done
    assert "End the throttle" in done
    assert in_list != "–"
    entry = AuditEvent.objects.get(action="nest_throttled")
    assert (entry.actor, entry.reason, entry.nest_id) == (ALICE, "a flood", nest.nest_id)
    assert entry.details == {"a_minute": 5, "minutes": 20}

    ended = text_of(operator.post(f"{page}unthrottle/", {"reason": "calm"}, follow=True))
    assert "goes at its own pace again." in ended
    assert "Throttled until:" not in ended
