"""Behind the scenes: Alice runs this server, Bob listens."""

import pytest
from django.test import Client

from andre.accounts import api_keys
from andre.accounts.models import ApiKey, Person
from andre.accounts.roles import Role
from andre.audit.models import AuditEvent
from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.keys import EVERY_NEST_KEY, NestKeys, log_name
from andre.core.person_ids import person_id
from andre.core.redis import client, redis
from andre.flags.models import Flag
from andre.jobs.models import Job
from andre.web.admin.operations import OPERATIONS
from nests.guests import invitations
from nests.membership import members
from nests.models import NameSeed, NestTombstone
from nests.registry import store
from tests.nests.support import ALICE, BOB, CHARLIE, build
from tests.support.backstage import ESCAPED, HOSTILE, browser_of, operator_browser, rows_of, text_of
from tests.support.nest import BEGIN_MS, NestStory

LIVE = "/admin/nests/live/"
WHY = {"reason": "because"}
EVERY_PAGE = (
    *("/admin/", LIVE, f"{LIVE}main/", f"{LIVE}main/set-up/", f"{LIVE}main/end/", "/admin/nests/"),
    "/admin/nowhere/",
    *("/admin/nests/nameseed/", "/admin/nests/nesttombstone/", "/admin/accounts/person/"),
    *("/admin/player/play/", "/admin/player/track/", "/admin/player/scannedfile/"),
    "/admin/player/unwritableplay/",
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _alice_runs_the_server(settle):
    settle(SUPER_ADMIN_EMAILS=ALICE)


@pytest.fixture
def operator():
    return operator_browser("Alice")


@pytest.fixture
def listener():
    return browser_of("Bob")


@pytest.fixture
def friday():
    """Bob's nest, in which he listens and has two songs."""
    nest = build("Friday Vibes", by=BOB)
    story = NestStory(nest.nest_id, now_ms=clock.now_ms())
    bob = story.person("Bob")
    bob.listens()
    bob.adds("Blue", HOSTILE, seconds=187)
    return nest


def address(nest, page=""):
    return f"{LIVE}{nest.nest_id}/{page}"


# Who gets in: K-10.1


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_stranger_is_sent_to_our_sign_in(page):
    visitor = Client()

    answer = visitor.get(page, follow=True)

    # Through the admin's own door, and back to the page afterwards.
    assert answer.redirect_chain[-1] == (f"/sign-in/?next={page}", 302)


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_listener_gets_nothing(listener, friday, page):
    answer = listener.get(page, follow=True)

    assert answer.status_code == 403
    assert "Only the operators of this server come in here." in text_of(answer)


def test_a_listener_ends_no_nest(listener, friday):
    answer = listener.post(address(friday, "end/"), {"reason": "mine"})

    assert answer.status_code == 302
    assert store.find_nest(friday.code) is not None


def test_a_role_written_into_a_row_by_hand_opens_nothing(listener):
    Person.objects.filter(email=BOB).update(role=Role.ADMIN, is_superuser=True)

    assert listener.get(LIVE, follow=True).status_code == 403


def test_whom_the_environment_no_longer_names_is_out_at_once(operator, settle):
    assert operator.get(LIVE).status_code == 200

    settle(SUPER_ADMIN_EMAILS="")

    assert operator.get(LIVE, follow=True).status_code == 403


def test_who_signed_out_everywhere_is_out_of_here_too(operator):  # X6
    assert operator.get(LIVE).status_code == 200

    Person.objects.get(email=ALICE).end_sessions()

    assert operator.get(LIVE).status_code == 302


@pytest.mark.parametrize("change", [{"role": Role.VIEWER}, {"is_active": ""}])
def test_whom_an_operator_closes_or_lowers_is_signed_out(operator, listener, change):  # R10
    bob = Person.objects.get(email=BOB)
    form = {"email": BOB, "name": "Bob", "role": Role.OPERATOR, "is_active": "on", **WHY}
    operator.post(f"/admin/accounts/person/{bob.pk}/change/", form)
    listener = browser_of("Bob")
    before = listener.get("/api/auth/whoami")

    operator.post(f"/admin/accounts/person/{bob.pk}/change/", form | change)

    assert (before.status_code, before.json()["role"]) == (200, Role.OPERATOR)
    assert listener.get("/api/auth/whoami").status_code == 401


def test_an_operator_sees_every_table_of_ours_and_none_of_the_libraries(operator):
    answer = operator.get("/admin/")

    shown = [model["admin_url"] for app in answer.context["app_list"] for model in app["models"]]
    assert {LIVE, "/admin/player/play/", "/admin/player/track/", "/admin/accounts/person/"} <= set(
        shown
    )
    assert operator.get("/admin/auth/group/").status_code == 404
    assert operator.get("/admin/social_django/usersocialauth/").status_code == 404


def test_signing_out_here_is_signing_out_everywhere(operator):
    answer = operator.post("/admin/logout/")

    assert answer["Location"] == "/sign-in/"
    assert operator.get("/api/auth/whoami").status_code == 401


def test_the_pages_are_ours_by_name_and_run_no_foreign_script(operator):
    answer = operator.get(LIVE)

    assert "<title>Live nests | Andre</title>" in answer.content.decode()
    assert "unsafe" not in answer["Content-Security-Policy"]


# The list


def test_every_nest_is_on_one_line(operator, friday):
    answer = operator.get(LIVE)

    assert rows_of(answer) == [
        ["main", "Main Nest", "system", "open", "–", "0", "0", "–", "0", "0 minutes"],
        [
            friday.code,
            "Friday Vibes",
            BOB,
            "open",
            "–",
            "1",
            "1",
            "Blue · The Band",
            "0 of 5",
            "0 minutes",
        ],
    ]


def test_idle_minutes_are_counted(operator, friday):
    with clock.freeze(clock.now_ms() + 3 * 60_000 + 500):
        line = rows_of(operator.get(LIVE))[-1]

    assert line[-2:] == ["3 of 5", "3 minutes"]


@pytest.mark.parametrize("words", ["friday-v", "FRIDAY", "bob@example", "{code}", "bob"])
def test_a_nest_is_found_by_address_name_creator_and_code(operator, friday, words):
    build("Monday Blues", by=ALICE, seed=2)

    found = rows_of(operator.get(LIVE, {"q": words.format(code=friday.code.lower())}))

    assert [line[0] for line in found] == [friday.code]


def test_what_nobody_has_is_not_found(operator):
    answer = operator.get(LIVE, {"q": "nothing of the kind"})

    assert "No nest fits these words." in text_of(answer)


def test_more_nests_than_a_page_holds_are_on_the_next(operator, monkeypatch):
    monkeypatch.setattr("andre.web.admin.nests.NESTS_PER_PAGE", 2)
    for number in range(3):
        with clock.freeze(BEGIN_MS + number):
            build(f"Nest {number}", seed=number)

    first, second = operator.get(LIVE), operator.get(LIVE, {"page": 2})

    assert [line[1] for line in rows_of(first)] == ["Main Nest", "Nest 2"]
    assert [line[1] for line in rows_of(second)] == ["Nest 1", "Nest 0"]


# The first page


def figures_of(answer):
    return {figure.name: (figure.value, figure.address) for figure in answer.context["figures"]}


# K-10.1
def test_the_first_page_says_how_the_server_is_and_leads_on(operator, friday):
    api_keys.issue(Person.objects.at(BOB), "viewer")
    redis().hset(NestKeys(friday.nest_id).bans, "x", '{"by":"","reason":"","at_ms":1}')
    operator.post(address(friday, "lock/"), {"reason": "too loud"})

    answer = operator.get("/admin/")

    found = figures_of(answer)
    assert found["Live nests"] == ("2, 1 with a song", LIVE)
    assert (found["Listeners"][0], found["Songs that wait"][0]) == ("1", "1")
    assert found["Bans"] == ("1", "/admin/nests/bans/")
    assert found["API keys"] == ("1 enabled", "/admin/accounts/apikey/?enabled__exact=1")
    assert found["Flags"][0] == "1 of 3 on"
    assert found["Jobs"][0] == "0 run, 0 wait"
    assert "settings_changed" in text_of(answer)
    assert "too loud" in text_of(answer)
    for _, page in found.values():
        assert operator.get(page).status_code == 200


def test_the_first_page_opens_while_redis_is_away(operator, friday, monkeypatch):
    gone = client.RefusingRedis.from_url("redis://127.0.0.1:9/0", decode_responses=True)
    monkeypatch.setattr(client, "own_redis", lambda: gone)

    found = figures_of(operator.get("/admin/"))

    assert (found["Live nests"][0], found["Bans"][0]) == ("not known just now",) * 2
    assert found["Flags"][0] == "1 of 3 on"


# One nest


def test_a_nest_is_seen_from_inside(operator, friday):
    said = text_of(operator.get(address(friday)))

    keys = sum(1 for _ in redis().scan_iter(NestKeys(friday.nest_id).prefix + "*"))
    assert f"Keys in Redis: {keys} " in said
    assert "State: playing" in said
    assert "Title: Blue" in said
    assert "Length: 3:07" in said
    assert f"Listeners: 1 Name E-mail address Bob {BOB} Send out · Ban " in said
    assert "Queue: 1 " in said


def test_looking_changes_nothing(operator, friday):
    def state():
        keys = sorted(redis().scan_iter(EVERY_NEST_KEY))
        return keys, redis().get(NestKeys(friday.nest_id).rev)

    operator.get(LIVE)
    before = state()
    for page in (LIVE, address(friday), address(friday, "end/")):
        operator.get(page)

    assert state() == before


def test_titles_and_names_are_shown_as_text(operator, friday):  # I16
    nest = build(HOSTILE, by=BOB, seed=5)
    members.enter(CommandContext(nest.nest_id, Actor(BOB, HOSTILE)), "tab")
    members.publish_presence(nest.nest_id)

    pages = [
        operator.get(page).content.decode()
        for page in (LIVE, address(friday), address(nest), address(nest, "end/"))
    ]
    ended = operator.post(address(nest, "end/"), {"reason": HOSTILE}, follow=True)
    pages += [ended.content.decode(), operator.get("/admin/nests/nesttombstone/").content.decode()]

    assert all(ESCAPED in page for page in pages)
    assert all(HOSTILE not in page for page in pages)


def test_a_nest_that_lost_its_life_is_still_shown(operator, friday):
    redis().delete(NestKeys(friday.nest_id).nest_state)

    answer = operator.get(address(friday))

    assert "This nest has no life in Redis" in text_of(answer)


def test_a_nest_that_is_gone_is_said_to_be(operator):
    for page in ("GONE5/", "GONE5/end/", "no%20such%7Cthing/"):
        answer = operator.get(f"{LIVE}{page}", follow=True)

        assert answer.redirect_chain == [(LIVE, 302)]
        assert "There is no nest" in text_of(answer)


# Its end


def test_an_operator_ends_a_nest_with_a_reason(operator, friday, caplog):
    answer = operator.post(address(friday, "end/"), {"reason": "  Too loud, twice. "}, follow=True)

    assert f"Friday Vibes ({friday.code}) has ended." in text_of(answer)
    assert store.find_nest(friday.code) is None
    assert list(redis().scan_iter(NestKeys(friday.nest_id).prefix + "*")) == []
    stone = NestTombstone.objects.get(code=friday.code)
    assert (stone.state, stone.reason) == ("DELETED", "by an operator: Too loud, twice.")
    (line,) = [r.msg for r in caplog.records if "nest_force_deleted" in str(r.msg)]
    assert (line["nest"], line["reason"], line["by"]) == (
        friday.nest_id,
        "Too loud, twice.",
        log_name(ALICE),
    )


@pytest.mark.parametrize("reason", ["", "   ", "x" * 181])
def test_without_a_good_reason_nothing_ends(operator, friday, reason):
    answer = operator.post(address(friday, "end/"), {"reason": reason})

    assert answer.context["form"].errors["reason"]
    assert store.find_nest(friday.code) is not None


def test_the_longest_reason_fits_the_tombstone(operator, friday):
    operator.post(address(friday, "end/"), {"reason": "x" * 180})

    stone = NestTombstone.objects.get()
    stone.full_clean()
    assert stone.reason.endswith("x" * 180)


def test_opening_the_page_ends_nothing(operator, friday):
    answer = operator.get(address(friday, "end/?reason=because"))

    assert "with 1 listener and 1 song waiting" in text_of(answer)
    assert store.find_nest(friday.code) is not None


def test_another_site_ends_nothing_with_my_cookie(friday):
    operator = operator_browser("Alice", enforce_csrf_checks=True)

    answer = operator.post(address(friday, "end/"), {"reason": "because"})

    assert answer.status_code == 403
    assert store.find_nest(friday.code) is not None


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_main_nest_stays(operator, method):
    store.ensure_main()

    answer = getattr(operator, method)(f"{LIVE}main/end/", {"reason": "because"})

    assert answer.status_code == 403
    assert redis().exists(NestKeys("main").nest_state)


def test_a_tombstone_is_for_reading(operator, friday):
    operator.post(address(friday, "end/"), {"reason": "because"})
    stone = NestTombstone.objects.get()
    page = f"/admin/nests/nesttombstone/{stone.pk}"

    assert "by an operator: because" in text_of(operator.get(f"{page}/change/"))
    assert operator.post(f"{page}/change/", {"code": "OTHER"}).status_code == 403
    assert operator.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    assert operator.get("/admin/nests/nesttombstone/add/").status_code == 403


def test_an_operator_replaces_the_seed_of_a_name(operator):  # N11
    seed = {"name": "BassNest", "genre": "dub", "seed_uri": "library:track:7", **WHY}

    operator.post("/admin/nests/nameseed/add/", seed)

    assert NameSeed.objects.get().seed_uri == "library:track:7"


# Each act has a reason: K-10.1


def audited(action):
    entries = AuditEvent.objects.filter(action=action, actor=ALICE)
    return [(entry.nest_id, entry.reason, entry.credential) for entry in entries]


# K-10.1 K-5.2
def test_an_operator_locks_and_unlocks_a_nest_and_makes_it_private(operator, friday):
    for name, said, setting, value in (
        ("lock", "is locked", "locked", True),
        ("unlock", "is open again", "locked", False),
        ("private", "is private", "is_private", True),
        ("public", "is public", "is_private", False),
    ):
        answer = operator.post(address(friday, f"{name}/"), WHY, follow=True)

        assert f"Friday Vibes ({friday.code}) {said}." in text_of(answer)
        assert store.get_nest(friday.nest_id).setting(setting) is value

    assert audited("settings_changed") == [(friday.nest_id, "because", "admin")] * 4


# K-10.1 K-5.2
def test_an_operator_bans_and_unbans_whom_they_see(operator, friday):
    members.enter(CommandContext(friday.nest_id, Actor(CHARLIE, "Charlie")), "tab")
    members.publish_presence(friday.nest_id)
    page = operator.get(address(friday)).content.decode()
    charlie = person_id(CHARLIE)
    assert f'href="{address(friday, "ban/")}?person={charlie}"' in page

    operator.post(address(friday, f"ban/?person={charlie}"), {"reason": "spam"})
    listed = rows_of(operator.get("/admin/nests/bans/", {"q": "charlie@"}))
    elsewhere = rows_of(operator.get("/admin/nests/bans/", {"q": "no such person"}))
    shown = text_of(operator.get(address(friday, f"unban/?person={charlie}")))
    operator.post(address(friday, f"unban/?person={charlie}"), {"reason": "sorry"})
    again = operator.post(address(friday, f"unban/?person={charlie}"), {"reason": "sorry"})

    assert [row[:5] for row in listed] == [
        [f"Friday Vibes ({friday.code})", "Charlie", CHARLIE, "spam", "An operator"]
    ]
    assert elsewhere == [["No ban fits these words."]]
    assert "Unban somebody: Charlie" in shown
    assert "They are not banned from this nest." in text_of(again)
    assert not redis().hlen(NestKeys(friday.nest_id).bans)
    assert audited("listener_banned") == [(friday.nest_id, "spam", "admin")]
    assert audited("listener_unbanned") == [(friday.nest_id, "sorry", "admin")]


# K-10.1
def test_an_operator_renews_the_invitation_of_a_nest(operator):
    nest = build("The Den", by=BOB, guests=True)
    before = invitations.read_token(nest)

    operator.post(address(nest, "rotate/"), WHY)

    assert invitations.read_token(nest) != before
    assert audited("invitation_rotated") == [(nest.nest_id, "because", "admin")]


# K-10.1
@pytest.mark.parametrize("reason", ["", "   ", "x" * 181])
def test_without_a_good_reason_nothing_is_done(operator, friday, reason):
    bob = Person.objects.at(BOB)
    key, _ = api_keys.issue(bob, "viewer")
    seed = NameSeed.objects.create(name="BassNest", genre="dub", seed_uri="library:track:7")
    flag = Flag.objects.get(name="smart_bender")
    before = AuditEvent.objects.count()

    for page, fields in (
        *((address(friday, f"{name}/"), {}) for name in OPERATIONS),
        (address(friday, "set-up/"), {"bender": "0"}),
        ("/admin/player/track/scan/", {}),
        (f"/admin/accounts/person/{bob.pk}/change/", {"name": "Bob", "role": "operator"}),
        (f"/admin/accounts/apikey/{key.pk}/change/", {"role": "admin"}),
        (f"/admin/flags/flag/{flag.pk}/change/", {"active": "on", "minimum_role": "viewer"}),
        (f"/admin/nests/nameseed/{seed.pk}/change/", {"name": "Other", "genre": "dub"}),
    ):
        answer = operator.post(page, fields | {"reason": reason})
        assert (page, answer.status_code) == (page, 200)
        assert 'class="errorlist" id="id_reason_error"' in answer.content.decode()
    operator.post("/admin/nests/nameseed/", {"action": "remove", "_selected_action": seed.pk})

    assert store.get_nest(friday.nest_id).settings == {}
    assert NameSeed.objects.get().name == "BassNest"
    assert Person.objects.get(email=BOB).role == Role.VIEWER
    assert ApiKey.objects.get().role == "viewer"
    assert not Flag.objects.get(pk=flag.pk).active
    assert not Job.objects.exists()
    assert AuditEvent.objects.count() == before


# K-10.1 K-5.2
def test_a_seed_goes_for_a_reason(operator):
    seed = NameSeed.objects.create(name="BassNest", genre="dub", seed_uri="library:track:7")
    asked = {"action": "remove", "_selected_action": seed.pk, "reason": "gone"}

    deleted = operator.post(f"/admin/nests/nameseed/{seed.pk}/delete/", {"post": "yes"})
    operator.post("/admin/nests/nameseed/", asked)

    assert deleted.status_code == 403
    assert not NameSeed.objects.exists()
    (entry,) = AuditEvent.objects.filter(action="operator_acted")
    assert (entry.reason, entry.details["what"]) == ("gone", "removed")
    assert entry.details["of"] == "nests.nameseed"


# How it is set up


def test_an_operator_sets_bender_up_in_any_nest(operator, friday):
    store.ensure_main()
    wishes = {
        "bender": "0",
        "bender_profile": "classic",
        "bender_weights": "genre=40, album=0",
        **WHY,
    }

    for nest in (friday, store.get_nest("main")):
        answer = operator.post(address(nest, "set-up/"), wishes, follow=True)

        assert f"{nest.name} ({nest.code}) is set up." in text_of(answer)
        assert "Bender: off" in text_of(answer)
        assert "Bender's weights: album=0, genre=40" in text_of(answer).replace("&#x27;", "'")
        kept = store.get_nest(nest.nest_id)
        assert kept.settings == {
            "bender": False,
            "bender_profile": "classic",
            "bender_weights": {"genre": 40, "album": 0},
        }


def test_what_is_left_empty_is_as_the_house_has_it_again(operator, friday):
    page = address(friday, "set-up/")
    operator.post(page, {"bender": "0", "bender_weights": "genre=40", **WHY})
    shown = operator.get(page).content.decode()

    operator.post(page, {"bender": "", "bender_profile": "", "bender_weights": "", **WHY})

    assert '<option value="0" selected>Off</option>' in shown
    assert 'value="genre=40"' in shown
    kept = store.get_nest(friday.nest_id)
    assert kept.settings == {}


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"bender_weights": "genre"}, "A name and a number each, with commas."),
        ({"bender_weights": "genre=-1"}, "A name and a number each, with commas."),
        ({"bender_weights": "genre=nan"}, "A name and a number each, with commas."),
        ({"bender_weights": "throwback=5"}, "Throwbacks are for the Main Nest alone."),
        ({"bender_profile": "smart_only"}, "On this server Bender does not go by sound."),
        ({"bender_profile": "clever"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_in_this_nest_says_why(operator, friday, wishes, sentence):
    answer = operator.post(address(friday, "set-up/"), {"bender": "0", **wishes, **WHY})

    assert sentence in text_of(answer)
    assert store.get_nest(friday.nest_id).settings == {}


def test_a_listener_sets_up_nothing_here(listener, friday):
    answer = listener.post(address(friday, "set-up/"), {"bender": "0", **WHY}, follow=True)

    assert answer.status_code == 403
    assert store.get_nest(friday.nest_id).settings == {}


def test_a_nest_that_lost_its_life_cannot_be_set_up(operator, friday):
    redis().delete(NestKeys(friday.nest_id).nest_state)

    answer = operator.post(address(friday, "set-up/"), {"bender": "0", **WHY})

    assert "There is no nest with this code." in text_of(answer)
