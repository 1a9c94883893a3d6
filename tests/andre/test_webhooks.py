"""Webhooks: what happens in nests, told to Slack and to servers that check a signature."""

import hmac
import json
from hashlib import sha256
from http.server import BaseHTTPRequestHandler

import pytest
from celery.exceptions import Retry

from andre.core.conf import SettingsFault, load, read_environ
from andre.core.rate_limits import LIMITS
from andre.webhooks import delivery, reader, tasks
from andre.webhooks.delivery import Message, NotDelivered
from andre.webhooks.notices import Notice, escape_slack
from tests.nests.support import build
from tests.support.logs import logged
from tests.support.nest import NestStory, main_nest
from tests.support.stand_ins import answering

pytestmark = pytest.mark.django_db

SECRET = "a-secret-of-thirty-two-characters"


class Receiver:
    """Somebody else's server, and what it was sent."""

    def __init__(self):
        self.status = 200
        self.got = []
        self.url = ""


@pytest.fixture
def receiver():
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((self.path, dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with answering(Handler) as port:
        found.url = f"http://127.0.0.1:{port}"
        yield found


@pytest.fixture
def told(settle, receiver):
    settle(
        SLACK_WEBHOOK_URL=f"{receiver.url}/slack",
        ANDRE_WEBHOOK_URLS=f"{receiver.url}/hook",
        ANDRE_WEBHOOK_SECRET=SECRET,
    )
    return receiver


def evening():
    """Bob plays a song, pauses, blows the airhorn and skips in the Main Nest."""
    story = main_nest()
    bob = story.person("Bob")
    bob.listens()
    return bob


def kinds():
    return [notice.kind for notice in reader.read_new_notices()]


def test_what_happens_is_told_once_and_nothing_from_before(told):  # K-10.2
    bob = evening()
    bob.adds("Blue", "Green")
    before = kinds()
    bob.does("pause")
    bob.does("play")
    bob.skips()
    first = kinds()

    assert before == []
    assert first == ["pause", "skip", "now_playing"]
    assert kinds() == []


def test_a_new_nest_is_told_and_a_private_one_is_not(told):  # K-10.2
    main_nest()
    kinds()
    build("Friday")
    hidden = build("Hidden", seed=2, is_private=True, entry_mode="approval")
    NestStory(hidden.nest_id).person("Alice").listens()

    notices = reader.read_new_notices()

    assert [(notice.kind, notice.nest_name) for notice in notices] == [("nest_built", "Friday")]
    assert notices[0].sentence == "Alice has built this nest."


def test_a_song_is_named_with_who_added_it():  # K-10.2
    bob = evening()
    kinds()
    bob.adds("Blue")

    (notice,) = reader.read_new_notices()

    assert "Blue" in notice.sentence
    assert notice.data["added_by"] == "Bob"
    assert "bob@example.com" not in notice.as_json()


def test_arrivals_are_told_with_their_time_and_not_to_slack(told):
    evening()
    kinds()
    NestStory("main").person("Charlie").listens()

    (notice,) = reader.read_new_notices()
    targets = {message.target for message in delivery.messages_of(notice)}

    assert (notice.kind, notice.sentence) == ("listener_joined", "Charlie has joined.")
    assert notice.data["names"] == ["Charlie"]
    assert json.loads(notice.as_json())["at_ms"] == notice.at_ms > 0
    assert delivery.SLACK not in targets
    assert targets


def test_slack_gets_a_sentence_in_which_nothing_is_a_mention(told):  # K-10.2
    notice = Notice("airhorn", "main", "R&B", "<!channel> blows <https://x|it>.", {})
    for message in delivery.messages_of(notice):
        delivery.deliver_message(message)

    (slack,) = [body for path, _, body in told.got if path == "/slack"]
    assert json.loads(slack) == {"text": "R&amp;B: &lt;!channel&gt; blows &lt;https://x|it&gt;."}
    assert escape_slack("a") == "a"


def test_a_signed_message_can_be_checked_and_names_its_delivery(told):  # K-10.2
    notice = Notice("pause", "main", "Main Nest", "The music is paused.", {"position_ms": 7})
    message = next(m for m in delivery.messages_of(notice) if m.target == "webhook-1")
    delivery.deliver_message(message)

    ((path, headers, body),) = told.got
    signed = f"{headers['X-Andre-Timestamp']}.".encode() + body
    expected = hmac.new(SECRET.encode(), signed, sha256).hexdigest()
    assert path == "/hook"
    assert headers["X-Andre-Signature"] == f"sha256={expected}"
    assert (headers["X-Andre-Event"], headers["X-Andre-Delivery"]) == ("pause", message.delivery)
    assert json.loads(body)["data"] == {"position_ms": 7}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_cannot_take_it_now_is_tried_again_later(told, status):  # K-10.2
    told.status = status
    message = Message("webhook-1", "pause", "d", "{}")

    with pytest.raises(NotDelivered):
        delivery.deliver_message(message)
    with pytest.raises(Retry) as again:
        tasks.deliver_webhook.apply(
            kwargs={"target": "webhook-1", "kind": "pause", "delivery": "d", "body": "{}"},
            throw=True,
        ).get()

    assert again.value.when == 5


def test_a_server_that_never_takes_it_is_given_up_with_a_line_in_the_log(told):  # K-10.2
    told.status = 503
    message = {"target": "webhook-1", "kind": "pause", "delivery": "d", "body": "{}"}

    with logged() as log:
        tasks.deliver_webhook.apply(kwargs=message, retries=len(delivery.RETRY_SECONDS), throw=True)

    (line,) = log.of("webhook_given_up")
    assert (line["target"], line["error"]) == ("webhook-1", "503")


def test_beat_sends_what_has_happened_to_every_target(told, monkeypatch):  # K-10.2
    deliver = tasks.deliver_webhook
    monkeypatch.setattr(deliver, "delay", lambda **message: deliver.apply(kwargs=message))
    bob = evening()
    bob.adds("Blue")
    tasks.send_webhooks()  # From before: told to nobody.
    bob.does("pause")

    tasks.send_webhooks()

    assert sorted(path for path, _, _ in told.got) == ["/hook", "/slack"]


@pytest.mark.parametrize("status", [301, 400, 404, 410])
def test_what_is_refused_is_not_tried_again(told, status):  # K-10.2
    told.status = status

    delivery.deliver_message(Message("webhook-1", "pause", "d", "{}"))

    assert len(told.got) == 1


def test_a_server_is_told_so_many_a_minute(told):  # K-10.2
    notice = Notice("pause", "main", "Main Nest", "The music is paused.", {})
    most = LIMITS["webhooks"].amount

    sent = [len(delivery.messages_of(notice)) for _ in range(most + 2)]

    assert sent == [2] * most + [0, 0]


def test_without_a_target_nothing_is_read(monkeypatch):  # K-10.2
    def refuse():
        raise AssertionError("nobody asked for it")

    monkeypatch.setattr(reader, "read_new_notices", refuse)

    tasks.send_webhooks()


def test_addresses_without_a_secret_stop_the_start(settle, monkeypatch):  # K-10.2
    monkeypatch.setenv("ANDRE_WEBHOOK_URLS", "https://example.org/hook")

    with pytest.raises(SettingsFault, match="ANDRE_WEBHOOK_SECRET"):
        load(read_environ())
