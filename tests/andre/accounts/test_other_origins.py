"""Programs on other origins come with a key, a token or a ticket; cookies do not count there."""

import pytest
from django.test import Client

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.core.conf import Conf
from tests.andre.accounts.test_sockets import opened
from tests.support.backstage import browser_of

pytestmark = pytest.mark.django_db
THEIRS = "https://player.example.org"


@pytest.fixture(autouse=True)
def let_in(settings):
    settings.CORS_ALLOWED_ORIGINS = [THEIRS]
    settings.ALLOWED_HOSTS = ["testserver", "andre.example"]


@pytest.fixture
def key():
    return api_keys.issue(Person.objects.at("alice@example.com", name="Alice"), "viewer")[1]


def test_a_program_on_an_origin_that_is_let_in_reads_the_answer(key):  # H22a
    answer = Client().get("/api/nests", headers={"X-Andre-API-Key": key, "Origin": THEIRS})

    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == THEIRS
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Origin" in answer["Vary"].title()


def test_its_browser_may_ask_first(key):  # H22a
    asked = {
        "Origin": THEIRS,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-andre-api-key,content-type",
    }

    answer = Client().options("/api/nests", headers=asked)

    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == THEIRS
    assert "x-andre-api-key" in answer["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("origin", "path"), [("https://evil.example", "/api/nests"), (THEIRS, "/sign-in/")]
)
def test_nobody_else_and_no_other_page_is_let_in(key, origin, path):  # H22a
    answer = Client().get(path, headers={"X-Andre-API-Key": key, "Origin": origin})

    assert "Access-Control-Allow-Origin" not in answer


def test_a_cookie_does_not_count_there(settings):  # H22a
    alice = browser_of("Alice")
    assert alice.get("/api/nests").status_code == 200

    assert alice.get("/api/nests", headers={"Origin": THEIRS}).status_code == 401


@pytest.mark.parametrize("shown", [{}, {"X-Andre-API-Key": "wrong"}, {"Authorization": "Bearer x"}])
def test_who_is_not_let_in_reads_how_one_would_be(shown):  # H22a
    answer = Client().get("/api/nests", headers={"Origin": THEIRS, **shown})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Access-Control-Allow-Origin"] == THEIRS


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("origin", "query", "is_open"),
    [
        (THEIRS, "ticket=some", True),
        (THEIRS, "token=some", False),
        (THEIRS, "", False),
        ("https://evil.example", "ticket=some", False),
    ],
)
async def test_a_socket_from_there_needs_a_ticket(origin, query, is_open):  # H22a
    headers = {b"host": b"andre.example", b"origin": origin.encode()}

    accepted, _ = await opened(headers, query=query)

    assert accepted is is_open


@pytest.mark.parametrize(
    "wrong", ["*", "https://*.example.org", "player.example.org", THEIRS + "/x"]
)
def test_only_whole_origins_can_be_let_in(wrong):  # H22a
    with pytest.raises(ValueError, match="must"):
        Conf(andre_cors_origins=(wrong,))

    assert Conf(andre_cors_origins=(THEIRS + "/",)).andre_cors_origins == (THEIRS,)


def test_a_shared_link_shows_the_server_and_nothing_of_the_nest(settle):  # H22a N27
    settle(ANDRE_NAME="The Back Office")
    bob = browser_of("Bob")
    nest = bob.post("/api/nests", {"name": "Friday Vibes"}, content_type="application/json").json()

    page = Client().get(f"/nest/{nest['code']}", follow=True).content.decode()

    assert '<meta property="og:site_name" content="The Back Office">' in page
    assert 'content="http://testserver/static/img/icon-512.png"' in page
    assert "everybody hears the same song" in page
    assert "Friday Vibes" not in page
    assert nest["code"] not in page.partition("</head>")[0]
