"""What people of a nest write: Alice opened it, Bob listens, Charlie is not invited."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from andre.core import clock
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.protocol.commands import SendChatMessage
from andre.web import dispatch
from nests.chat import messages
from nests.registry import settings
from tests.nests.support import asks, build, visitor
from tests.support.nest import BEGIN_MS, NestStory

pytestmark = pytest.mark.django_db

WINDOW_MS = 3_000


def den_of(name="The Den", seed=1):
    with clock.freeze(BEGIN_MS):
        story = NestStory(build(name, seed=seed).nest_id)
    for person in ("Alice", "Bob"):
        story.person(person).listens()
    return story


@pytest.fixture
def den():
    """A nest of Alice's in which Bob listens."""
    return den_of()


def says(person, text, **fields):
    with person.nest.now():
        return dispatch.dispatch_command(person.act, SendChatMessage(text=text, **fields))


def refused(person, text, **fields):
    with pytest.raises(Refusal) as refusal:
        says(person, text, **fields)
    return refusal.value


def code(person, text, **fields):
    return refused(person, text, **fields).code


def texts(nest):
    return [message["text"] for message in nest.somebody.sees()["chat"]]


def stored(nest):
    return redis().llen(NestKeys(nest.nest_id).chat)


def is_set(nest, **wishes):
    settings.change(nest.person("Alice").act, wishes)


def rate_key(person):
    return NestKeys(person.nest.nest_id).chat_rate(person.email)


def window_ends(person):
    """The three seconds of this person are over."""
    assert 0 < redis().pttl(rate_key(person)) <= WINDOW_MS
    redis().delete(rate_key(person))
    person.nest.now_ms += WINDOW_MS


# S-9.1
def test_everybody_hears_a_message_and_it_is_stored(den):
    bob = den.person("Bob")

    answer = says(bob, "  hello \n there")

    event = den.events()[-1]
    message = event["message"]
    assert (event["type"], event["rev"]) == ("chat_message", answer["rev"])
    assert (message["text"], message["id"], message["name"]) == ("hello there", bob.id, "Bob")
    assert message["at_ms"] == den.now_ms
    assert den.person("Alice").sees()["chat"] == [message]
    assert bob.email not in str(event)


# S-9.1
def test_a_message_is_a_sign_of_life_of_the_nest(den):
    den.now_ms += 60_000
    says(den.person("Bob"), "hello")

    assert int(redis().get(NestKeys(den.nest_id).last_activity)) == den.now_ms


# S-9.2
def test_where_chat_is_off_nothing_is_stored_and_only_the_sender_is_told(den):
    is_set(den, chat=False)
    before = len(den.events())

    assert code(den.person("Bob"), "hello") == "chat_disabled"
    assert (stored(den), len(den.events())) == (0, before)

    is_set(den, chat=True)
    says(den.person("Bob"), "hello")
    assert texts(den) == ["hello"]


# S-9.2
def test_off_comes_before_anything_that_is_wrong_with_a_message(den):
    is_set(den, chat=False)

    for text in ("", "x" * 501):
        assert code(den.person("Bob"), text) == "chat_disabled"
    assert not redis().exists(rate_key(den.person("Bob")))


# S-9.3
def test_a_message_has_one_to_500_characters(den):
    bob = den.person("Bob")
    says(bob, "  " + "é" * 500 + "\n")

    assert code(bob, "é" * 501) == "message_too_long"
    for nothing in ("", " \n ", "\u200b"):
        assert code(bob, nothing) == "validation_error"
    assert redis().get(rate_key(bob)) == "1"  # Only what is a message counts.
    assert texts(den) == ["é" * 500]


# S-9.4
def test_the_sixth_message_within_three_seconds_is_one_too_many(den):
    bob = den.person("Bob")
    for number in range(5):
        says(bob, f"message {number}")

    for text in ("the sixth", "the seventh"):
        refusal = refused(bob, text)
        assert (refusal.code, refusal.status) == ("rate_limited", 429)
        assert "Rate limit" in refusal.message
        assert 1 <= refusal.more["retry_after_s"] <= 3
    assert stored(den) == 5


# S-9.5
def test_three_seconds_later_there_is_room_again(den):
    bob = den.person("Bob")
    for number in range(5):
        says(bob, f"message {number}")
    assert code(bob, "the sixth") == "rate_limited"

    window_ends(bob)

    says(bob, "later")
    assert texts(den)[-1] == "later"


# S-9.5
def test_what_counts_never_stays_without_an_end(den):
    bob = den.person("Bob")
    for number in range(7):
        if number < 5:
            says(bob, f"message {number}")
        else:
            refused(bob, f"message {number}")
        assert 0 < redis().pttl(rate_key(bob)) <= WINDOW_MS


# S-9.5
def test_a_window_that_the_clock_of_redis_has_made_longer_begins_anew(den):
    bob = den.person("Bob")
    redis().set(rate_key(bob), "9", px=3_600_000)

    says(bob, "hello")

    assert 0 < redis().pttl(rate_key(bob)) <= WINDOW_MS


# S-9.6
def test_the_limit_is_of_one_person_in_one_nest(den):
    attic = den_of("The Attic", seed=2)
    for number in range(5):
        says(den.person("Bob"), f"message {number}")
    assert code(den.person("Bob"), "the sixth") == "rate_limited"

    says(attic.person("Bob"), "from the attic")
    says(den.person("Alice"), "from me")

    assert texts(attic) == ["from the attic"]
    assert texts(den)[-1] == "from me"


# S-9.7
def test_the_same_text_twice_within_three_seconds_is_said_once(den):
    bob = den.person("Bob")
    says(bob, "hello")
    says(bob, "and")

    assert code(bob, " hello ") == "duplicate_message"
    says(den.person("Alice"), "hello")
    den.now_ms += WINDOW_MS - 1
    assert code(bob, "hello") == "duplicate_message"
    den.now_ms += 1
    says(bob, "hello")

    assert texts(den) == ["hello", "and", "hello", "hello"]
    assert 0 < redis().pttl(NestKeys(den.nest_id).chat_duplicates(bob.email)) <= WINDOW_MS


# S-9.8
def test_500_messages_are_kept_and_the_oldest_goes(den, settle):
    settle(ANDRE_LIMITS_ENABLED="false")
    bob = den.person("Bob")
    for number in range(501):
        with den.now():
            messages.send(bob.act, f"message {number}", None, [])

    kept = messages.read(den.nest_id, None, 500)["messages"]
    assert stored(den) == 500
    assert [kept[0]["text"], kept[-1]["text"]] == ["message 1", "message 500"]


def fill(nest, count):
    bob = nest.person("Bob")
    for number in range(count):
        redis().delete(rate_key(bob))
        says(bob, f"message {number}")


# S-9.9
def test_who_joins_sees_the_latest_50_oldest_first(den):
    fill(den, 52)

    assert texts(den) == [f"message {number}" for number in range(2, 52)]


# S-9.9
def test_older_messages_are_read_page_by_page(den):
    fill(den, 7)
    bob = visitor("Bob")
    api = f"/api/nests/{den.nest_id}/chat"

    latest = asks(bob, "get", f"{api}?limit=3").json()
    before = asks(bob, "get", f"{api}?limit=3&before={latest['messages'][0]['message_id']}").json()
    rest = asks(bob, "get", f"{api}?limit=3&before={before['messages'][0]['message_id']}").json()

    pages = [[each["text"][-1] for each in page["messages"]] for page in (latest, before, rest)]
    assert pages == [["4", "5", "6"], ["1", "2", "3"], ["0"]]
    assert [page["has_older"] for page in (latest, before, rest)] == [True, True, False]
    assert asks(bob, "get", f"{api}?limit=0").status_code == 400


# S-9.9
def test_the_chat_is_for_members_alone(den):
    says(den.person("Bob"), "hello")

    answer = asks(visitor("Charlie"), "get", f"/api/nests/{den.nest_id}/chat")

    assert (answer.status_code, answer.json()["error"]) == (403, "not_a_member")
    assert code(den.person("Charlie"), "hello") == "not_a_member"


# S-9.11
def test_writing_asks_the_database_nothing(den):
    with CaptureQueriesContext(connection) as queries:
        says(den.person("Bob"), "hello")
        code(den.person("Bob"), "hello")

    assert queries.captured_queries == []


# S-9.13
def test_without_a_cooldown_the_window_is_fixed(den):
    bob = den.person("Bob")
    for number in range(5):
        says(bob, f"message {number}")
    redis().pexpire(rate_key(bob), 1_000)

    refused(bob, "the sixth")

    assert redis().pttl(rate_key(bob)) <= 1_000


# S-9.13
def test_a_cooldown_follows_a_breach_once(den, settle):
    settle(CHAT_COOLDOWN_SECONDS="60")
    bob = den.person("Bob")
    for number in range(5):
        says(bob, f"message {number}")
    assert redis().pttl(rate_key(bob)) <= WINDOW_MS

    assert refused(bob, "the sixth").more["retry_after_s"] == 60
    redis().pexpire(rate_key(bob), 30_000)
    assert refused(bob, "the seventh").more["retry_after_s"] <= 30


# S-9.10
def test_who_is_muted_is_told_so_and_nobody_hears_anything(den):
    bob = den.person("Bob")
    redis().hset(NestKeys(den.nest_id).mutes, bob.id, '{"reason": ""}')
    before = len(den.events())

    assert code(bob, "hello") == "muted"
    assert code(bob, "hello") == "muted"
    assert (stored(den), len(den.events())) == (0, before)
    says(den.person("Alice"), "hello")


# S-9.4
def test_what_is_wrong_first_is_told_first(den):
    bob = den.person("Bob")
    says(bob, "hello")
    redis().hset(NestKeys(den.nest_id).mutes, bob.id, '{"reason": ""}')

    assert code(bob, "hello") == "duplicate_message"
    for _ in range(3):
        assert code(bob, "another") == "muted"
    assert code(bob, "hello") == "rate_limited"


def test_a_message_about_a_song_keeps_its_title(den):
    alice = den.person("Alice")
    alice.adds("Blue", "Green")
    playing = den.row_of_what_plays()["song_id"]
    says(alice, "this one", song_id=playing)

    assert den.somebody.sees()["chat"][0]["song"] == {"song_id": playing, "title": "Blue"}
    says(alice, "the next one", song_id=den.id_of("Green"))
    den.passes(200)
    says(alice, "what was that", song_id=playing)
    titles = [message["song"]["title"] for message in den.somebody.sees()["chat"]]
    assert titles == ["Blue", "Green", "Blue"]


def test_a_song_that_never_was_is_no_subject(den):
    assert code(den.person("Bob"), "this one", song_id=99) == "song_not_queued"
    assert stored(den) == 0


def test_people_are_mentioned_by_their_ids(den):
    alice, bob = den.person("Alice"), den.person("Bob")
    says(bob, "@Alice hello", mentions=[alice.id, alice.id])

    assert den.somebody.sees()["chat"][0]["mentions"] == [alice.id]
