"""Backups: all of a server goes into one archive, and out of it into an empty one."""

import io
import itertools
import json
import os
import stat
import tarfile
import threading
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from andre.accounts import owner
from andre.accounts.models import Person, Preferences
from andre.backup import backups, databases, keys, passphrase, restoration, secret_files, tasks
from andre.backup.archive import MANIFEST, BackupFault, Manifest, write_archive
from andre.core.errors import Refusal
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import database_number, redis
from andre.jobs.models import Job, WorkerHeartbeat
from andre.jobs.workers import record_worker
from andre.web.management.commands import upgrade
from nests.guests import arrivals, invitations, passes
from nests.models import GuestArrival, NestTombstone
from nests.registry import records, store
from player.history import history
from player.media import tokens
from player.models import Play, ScannedFile
from tests.andre.accounts.test_owner import HOME
from tests.nests.support import build, visitor

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
NOT_COMPARED = {"django_migrations", "django_session", "social_auth_partial", "social_auth_code"}


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """A data directory of its own, so that no test finds another one's archives."""
    place = tmp_path / "data"
    place.mkdir()
    monkeypatch.setattr(settings, "DATA_DIR", place)
    return place


@pytest.fixture
def evening(nest, alice, bob):
    """Two songs wait, one plays, one has been heard; who did what is kept."""
    for name in ("Alice", "Bob"):
        Person.objects.at(f"{name.lower()}@example.com", name=name)
    Preferences.objects.create(email="bob@example.com", chosen={"theme": "dark"})
    ScannedFile.objects.create(path="blue.flac", size=1, mtime_ns=2, rules=1)
    alice.adds("Blue", "Green")
    alice.does("play")
    bob.adds("Red", "Grey", "Brown")
    alice.votes("Brown", 1)
    nest.passes(200)
    history.record(nest.nest_id)
    redis().set(NestKeys("main").filter_prefix + "Ümläut", b"\xff\x00", ex=5000)
    assert Play.objects.count() == 1
    return nest


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "evening.tar.gz"


def everything():
    """(rows of every table, all that Redis has of nests and server) as it is now."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.django_table_names(only_existing=True))
        rows = {table: sorted(map(repr, rows_of(cursor, table))) for table in tables - NOT_COMPARED}
    names = sorted(redis().scan_iter("NEST*"))
    return rows, {name: (redis().type(name), value_of(name)) for name in names}


def rows_of(cursor, table):
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
    return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor]


def value_of(name):
    client = keys.binary_client()
    match client.type(name):
        case "string":
            return client.get(name)
        case "hash":
            return client.hgetall(name)
        case "list":
            return client.lrange(name, 0, -1)
        case "set":
            return client.smembers(name)
        case "zset":
            return client.zrange(name, 0, -1, withscores=True)
        case "stream":
            return client.xinfo_stream(name)["last-generated-id"], client.xrange(name)


def becomes_empty():
    """As another machine is, on which Andre has never run; it may have been upgraded."""
    call_command("flush", interactive=False, verbosity=0)
    redis().flushdb()


def without_what_begins_anew(found):
    rows, in_redis = found
    assert rows.pop(ScannedFile._meta.db_table)
    return rows, {name: value for name, value in in_redis.items() if not name.endswith("|epoch")}


def restores(path, passphrase=None):
    return restoration.restore(path, lambda: passphrase)


# H19
def test_everything_is_equal_after_a_backup_and_the_way_back(evening, archive):
    build("Alice's evening")
    call_command("migrate", interactive=False, verbosity=0)  # As every start does, and a restore.
    order, epoch = evening.order(), redis().get(NestKeys("main").epoch)
    before = everything()

    backups.make_backup(archive, NOW)
    becomes_empty()
    restores(archive)

    after = everything()
    assert without_what_begins_anew(after) == without_what_begins_anew(before)
    assert 0 < redis().ttl(NestKeys("main").filter_prefix + "Ümläut") <= 5000
    assert redis().get(NestKeys("main").epoch) not in (None, epoch)  # Pages begin anew.
    assert evening.order() == order
    assert not ScannedFile.objects.filter(rules=1).exists()  # Read again, for the covers.


# H19
def test_ids_go_on_where_they_were_also_after_rows_that_are_gone(evening, archive):
    gone = Person.objects.at("charlie@example.com").pk
    Person.objects.filter(pk=gone).delete()

    backups.make_backup(archive, NOW)
    becomes_empty()
    restores(archive)

    assert Person.objects.at("dora@example.com").pk > gone


# H19
def test_nobody_is_signed_in_after_it_and_no_link_or_pass_is_good(settle, evening, archive):
    settle(**HOME)
    token = invitations.read_token(store.get_nest("main"))
    nest, invitation = invitations.find_invitation(token, "127.0.0.1")
    arrivals.arrive(nest, invitation, "Dora")
    guest = passes.guests_of("main").get()
    for state in ("waiting", "refused"):
        GuestArrival.objects.create(key=state, nest_id="main", name="Eve", state=state)
    bob, link = visitor("Bob"), owner.issue_link()
    media, _ = tokens.mint_token("bob@example.com", "main", bob.session.session_key, 7, 0)
    key = bob.session.session_key

    backups.make_backup(archive, NOW)
    becomes_empty()
    restores(archive)

    assert bob.get("/api/auth/whoami").status_code == 401
    assert not session_store()(key).exists(key)
    assert list(passes.guests_of("main")) == []
    assert Person.objects.get(pk=guest.pk).name == "Dora"
    assert list(GuestArrival.objects.exclude(name="Dora").values_list("state", flat=True)) == [
        "refused"
    ]
    assert invitations.find_invitation(token, "127.0.0.1")[0].is_main  # It hangs on the wall.
    with pytest.raises(Refusal):
        owner.redeem_link(link, "Bob", "127.0.0.1")
    claim = tokens.decode_claim(media)
    assert int(redis().get(tokens.revocation("bob@example.com"))) >= claim.issued_at


# H19
def test_jobs_come_along_but_nothing_of_that_day_is_begun_again(evening, archive):
    record_worker("attic", "upkeep", NOW)
    for status in ("succeeded", "running", "queued", "retry_wait"):
        Job.objects.create(type="library_scan", status=status, next_run_at=NOW, created_at=NOW)

    backups.make_backup(archive, NOW)
    becomes_empty()
    restores(archive)

    assert list(Job.objects.order_by("pk").values_list("status", flat=True)) == [
        "succeeded",
        *["cancelled"] * 3,
    ]
    assert not WorkerHeartbeat.objects.exists()


def session_store():
    return import_module(settings.SESSION_ENGINE).SessionStore


# H19
def test_an_archive_holds_no_session_and_nothing_for_other_peoples_eyes(evening, archive):
    key = visitor("Bob").session.session_key

    call_command("backup", str(archive), stdout=io.StringIO())

    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as tar:
        assert tar.getnames()[0] == MANIFEST
        assert keys.MEMBER in tar.getnames()
        assert secret_files.MEMBER not in tar.getnames()
        contents = b"".join(tar.extractfile(member).read() for member in tar)
    assert key.encode() not in contents
    assert sorted(os.listdir(archive.parent)) == ["data", archive.name]


# H19
def test_a_backup_replaces_no_file_and_leaves_none_behind_where_it_fails(evening, archive):
    archive.write_text("precious")

    with pytest.raises(CommandError, match="already"):
        call_command("backup", str(archive))
    with pytest.raises(CommandError, match="no folder"):
        call_command("backup", str(archive / "there"))

    assert archive.read_text() == "precious"
    assert sorted(os.listdir(archive.parent)) == ["data", archive.name]


# H19
def test_each_nest_in_an_archive_is_of_one_moment_while_music_goes_on(evening, tmp_path):
    ended = threading.Event()
    titles = (f"Song {number}" for number in itertools.count())

    def bob_goes_on():
        while not ended.is_set():
            evening.person("Bob").adds(next(titles))
            evening.person("Alice").removes(evening.order()[-1], may_remove_all=True)

    thread = threading.Thread(target=bob_goes_on)
    thread.start()
    try:
        for number in range(20):
            keys.write_keys(tmp_path / f"{number}.jsonl")
    finally:
        ended.set()
        thread.join()

    revs = set()
    for number in range(20):
        there = {key.name: key for key in keys.parse_keys(tmp_path / f"{number}.jsonl")}
        rev = there[NestKeys("main").rev].values[0]
        revs.add(rev)
        assert there[NestKeys("main").events].last_id == f"{rev}-0"
        queued = {int(song) for song in there[NestKeys("main").queue].values[1::2]}
        prefix = NestKeys("main").song_prefix
        songs = {name.removeprefix(prefix) for name in there if name.startswith(prefix)}
        assert queued <= {int(song) for song in songs if song.isdigit()}
    assert len(revs) > 1, "nothing happened meanwhile"


# H19
def test_a_nest_that_ended_while_the_backup_was_made_stays_ended(evening, archive):
    built = build("Alice's evening")
    NestTombstone.objects.create(code=built.code, name=built.name, state="DELETED")

    backups.make_backup(archive, NOW)
    becomes_empty()
    restores(archive)

    assert [nest.nest_id for nest in store.list_nests()] == ["main"]
    assert list(redis().scan_iter(f"NEST:{built.nest_id}|*")) == []


# What is refused


@pytest.fixture(scope="module")
def once():
    """What was made once, and is the same for every test."""
    return {}


@pytest.fixture
def somewhere_else(request, once, archive):
    """An archive of the evening, and an empty server."""
    if not once:
        request.getfixturevalue("evening")
        once["archive"] = backups.make_backup(archive, NOW).read_bytes()
        becomes_empty()
    archive.write_bytes(once["archive"])
    return archive


def is_still_empty():
    return databases.is_empty() and keys.is_empty()


# H19
@pytest.mark.parametrize(
    ("something", "sentence"),
    [
        (lambda: Person.objects.at("charlie@example.com"), "data already"),
        (lambda: records.read_all() or store.ensure_main(), "nests already"),
        (lambda: redis().set(GLOBAL.alive("upkeep"), "1", ex=60), "running"),
    ],
    ids=["people", "nests", "running"],
)
def test_a_backup_goes_into_an_empty_server_that_is_stopped(somewhere_else, something, sentence):
    something()
    before = everything()

    with pytest.raises(CommandError, match=sentence):
        call_command("restore", str(somewhere_else))

    assert everything() == before


def test_an_andre_on_another_database_of_the_same_redis_may_run_meanwhile(somewhere_else):  # H19
    own = database_number(redis())
    with redis().pubsub() as hub:
        hub.subscribe(GLOBAL.hub_channel(own))
        hub.get_message(timeout=1)
        with pytest.raises(CommandError, match="running"):
            call_command("restore", str(somewhere_else))
    with redis().pubsub() as hub:
        hub.subscribe(GLOBAL.hub_channel(own + 1))
        hub.get_message(timeout=1)
        call_command("restore", str(somewhere_else))


# H19
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"format": 2}, "newer version"),
        ({"version": "99.0"}, "made by Andre 99.0"),
        ({"version": "none"}, "cannot be read"),
        ({"database": "oracle"}, "is of oracle"),
        ({"has_hash_tags": True}, "NEST_KEY_HASH_TAG=true"),
        ({"migrations": [("player", "9999_from_tomorrow")]}, "newer version"),
    ],
    ids=lambda said: next(iter(said)) if isinstance(said, dict) else "",
)
def test_an_archive_of_another_kind_or_of_tomorrow_is_refused(somewhere_else, said, sentence):
    repacked = repack(somewhere_else, manifest=said)

    with pytest.raises(CommandError, match=sentence):
        call_command("restore", str(repacked))

    assert is_still_empty()


def repack(archive, manifest=None, change=None, more=()):
    """The same archive with another manifest, with members changed, or with `more` behind them."""
    target = archive.with_name("changed.tar.gz")
    with tarfile.open(archive) as source, tarfile.open(target, "w:gz") as tar:
        for info in source:
            content = source.extractfile(info).read()
            if info.name == MANIFEST and manifest:
                content = json.dumps(json.loads(content) | manifest).encode()
            if change:
                content = change(info, content)
            info.size = 0 if info.issym() or info.islnk() or info.isfifo() else len(content)
            tar.addfile(info, io.BytesIO(content))
        for info in more:
            tar.addfile(info, io.BytesIO(b"x" * info.size))
    return target


def renamed(name):
    def change(info, content):
        if info.name == keys.MEMBER:
            info.name = name
        return content

    return change


def of_type(kind):
    def change(info, content):
        if info.name == keys.MEMBER:
            info.type, info.linkname = kind, "/etc/passwd"
        return content

    return change


def one_bit_other(info, content):
    return bytes([content[0] ^ 1]) + content[1:] if info.name == keys.MEMBER else content


def further(name, size=1, kind=tarfile.REGTYPE):
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info


BROKEN = {
    "a path out": {"change": renamed("../../evil")},
    "an absolute path": {"change": renamed("/tmp/evil")},
    "a symbolic link": {"change": of_type(tarfile.SYMTYPE)},
    "a hard link": {"change": of_type(tarfile.LNKTYPE)},
    "a device": {"change": of_type(tarfile.FIFOTYPE)},
    "a wrong checksum": {"change": one_bit_other},
    "another length": {"change": lambda _, content: content + b"\n"},
    "one member more": {"more": [further("evil")]},
    "a folder more": {"more": [further("evil", 0, tarfile.DIRTYPE)]},
    "a member named twice": {"more": [further(keys.MEMBER)]},
    "no member": {"manifest": {"members": []}},
    "a member of a path": {
        "manifest": {"members": [{"name": "../evil", "size": 1, "sha256": ""}]},
    },
}


# H19 X5
@pytest.mark.parametrize("fault", BROKEN)
def test_an_archive_that_was_changed_is_refused_and_leads_nowhere(somewhere_else, data_dir, fault):
    changed = repack(somewhere_else, **BROKEN[fault])
    there = set(somewhere_else.parent.rglob("*"))

    with pytest.raises(CommandError, match=r"Nothing was restored|manifest"):
        call_command("restore", str(changed))

    assert is_still_empty()
    assert set(somewhere_else.parent.rglob("*")) == there
    assert not Path("/tmp/evil").exists()


# H19 X5
def test_a_header_that_would_fill_the_memory_is_not_read(somewhere_else):
    swollen = repack(somewhere_else, more=[further("pax", 2**26, tarfile.XHDTYPE)])

    with pytest.raises(CommandError, match="headers is too long"):
        call_command("restore", str(swollen))

    assert is_still_empty()


# H19 X5
def test_an_archive_that_says_it_is_larger_than_the_disk_is_refused(somewhere_else):
    with tarfile.open(somewhere_else) as tar:
        members = json.load(tar.extractfile(MANIFEST))["members"]
    large = [member | {"size": 2**60} for member in members]

    with pytest.raises(CommandError, match=r"the disk of .* has less"):
        call_command("restore", str(repack(somewhere_else, manifest={"members": large})))

    assert is_still_empty()


# H19
@pytest.mark.parametrize("part", [0, 0.001, 0.2, 0.5, 0.9, 0.999])
def test_an_archive_that_was_cut_off_is_refused(somewhere_else, part):
    whole = somewhere_else.read_bytes()
    somewhere_else.write_bytes(whole[: int(len(whole) * part)])

    with pytest.raises(CommandError, match="Nothing was restored"):
        call_command("restore", str(somewhere_else))

    assert is_still_empty()


# H19
def test_what_is_no_archive_at_all_is_refused_with_a_sentence(somewhere_else, tmp_path):
    (tmp_path / "letter").write_text("Dear Bob")

    named_so = {"": "Which", tmp_path / "none": "No such", tmp_path / "letter": "damaged"}
    for named, sentence in named_so.items():
        with pytest.raises(CommandError, match=sentence):
            call_command("restore", str(named))


# H19
def test_names_in_redis_that_are_not_andres_are_refused(somewhere_else, tmp_path):
    line = {"name": "TICKET|evil", "type": "string", "ends_at_ms": None, "values": ["x"]}
    (tmp_path / "lines").write_text(json.dumps(line) + "\n")

    with pytest.raises(BackupFault, match="not of Andre"):
        keys.load_keys(tmp_path / "lines")

    assert redis().keys("*evil*") == []


# H19
@pytest.mark.skipif(connection.vendor != "sqlite", reason="its file is what is damaged here")
def test_where_the_database_is_damaged_redis_is_empty_again(somewhere_else, tmp_path):
    members = tmp_path / "members"
    members.mkdir()
    with tarfile.open(somewhere_else) as tar:
        manifest = Manifest.model_validate_json(tar.extractfile(MANIFEST).read())
        (members / keys.MEMBER).write_bytes(tar.extractfile(keys.MEMBER).read())
    (members / "database.sqlite3").write_bytes(b"SQLite format 3\0" + b"rubbish" * 1000)
    write_archive(tmp_path / "damaged", manifest, members)

    with pytest.raises(CommandError, match="damaged"):
        call_command("restore", str(tmp_path / "damaged"))

    assert is_still_empty()


# Secrets

PASSPHRASE = "a horse of another colour"


@pytest.fixture
def passphrase_file(tmp_path, data_dir):
    (data_dir / ".env").write_text("ANDRE_BASE_URL=https://andre.example\n")
    (data_dir / "secrets").mkdir()
    (data_dir / "secrets/andre_secret_key").write_text("the-innermost")
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    return str(tmp_path / "passphrase")


# H19
def test_secrets_come_along_only_if_asked_and_under_a_passphrase(
    evening, archive, passphrase_file, data_dir
):
    call_command("backup", str(archive), with_secrets=True, passphrase_file=passphrase_file)
    becomes_empty()
    (data_dir / "secrets/andre_secret_key").write_text("another, made by a first start")
    (data_dir / ".env").write_text("ANDRE_BASE_URL=https://elsewhere.example\n")

    with tarfile.open(archive) as tar:
        assert all(b"innermost" not in tar.extractfile(each).read() for each in tar)
    with pytest.raises(BackupFault, match="passphrase is another"):
        restores(archive, "a horse of the same colour")
    assert is_still_empty()
    call_command("restore", str(archive), passphrase_file=passphrase_file)

    key = data_dir / "secrets/andre_secret_key"
    assert key.read_text() == "the-innermost"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "elsewhere" in (data_dir / ".env").read_text()
    assert "andre.example" in (data_dir / ".env.from-backup").read_text()


# H19
def test_secrets_that_are_not_here_or_badly_guarded_are_a_sentence(evening, archive, data_dir):
    with pytest.raises(BackupFault, match="no secrets"):
        backups.make_backup(archive, NOW, PASSPHRASE)
    with pytest.raises(BackupFault, match="12 characters"):
        backups.make_backup(archive, NOW, "short")
    with pytest.raises(CommandError, match="--passphrase-file"):
        call_command("backup", str(archive), with_secrets=True)

    assert not archive.exists()


# H19
def test_secrets_can_be_left_out_on_the_way_back(evening, archive, passphrase_file, data_dir):
    call_command("backup", str(archive), with_secrets=True, passphrase_file=passphrase_file)
    becomes_empty()
    (data_dir / "secrets/andre_secret_key").write_text("mine")

    call_command("restore", str(archive), without_secrets=True)

    assert (data_dir / "secrets/andre_secret_key").read_text() == "mine"


# Every day


# H19
def test_a_backup_is_made_every_day_and_as_many_are_kept_as_were_asked_for(settle, evening):
    settle(ANDRE_BACKUP_DAYS="3")
    folder = backups.backups_folder()
    by_hand = backups.make_backup(backups.name_backup(NOW - timedelta(days=99)), NOW)
    others = [folder / "andre-daily-2001-01-01.tar.gz.txt", folder / "andre-daily-old.tar.gz"]
    for other in others:
        other.touch()
    (folder / "andre-daily-2001-01-01.tar.gz").symlink_to(others[0])

    for hours in range(0, 24 * 5, 7):
        backups.make_daily_backup(NOW + timedelta(hours=hours))

    assert [path.name for path in backups.find_daily_backups()] == [
        f"andre-daily-2026-12-{day}.tar.gz" for day in ("02", "03", "04")
    ]
    assert by_hand.exists()
    assert all(other.exists() for other in others)
    assert (folder / "andre-daily-2001-01-01.tar.gz").is_symlink()


# H19
def test_no_backup_is_made_by_itself_where_nobody_asked_for_it(evening, data_dir):
    tasks.make_daily_backup.apply(throw=True)

    assert not (data_dir / "backups").exists()


# H19
def test_what_a_backup_that_was_killed_has_left_goes_a_day_later(settle, evening):
    settle(ANDRE_BACKUP_DAYS="1")
    old, new = (backups.backups_folder() / f"{backups.UNFINISHED}{name}" for name in "ab")
    for folder in (old, new):
        folder.mkdir()
        (folder / "database.sqlite3").touch()
    os.utime(old, (0, 0))

    tasks.make_daily_backup.apply(throw=True)

    assert not old.exists()
    assert new.exists()
    assert len(backups.find_daily_backups()) == 1


# H19 H20
@pytest.mark.usefixtures("own_figures")
def test_an_upgrade_that_changes_the_database_has_a_backup_of_before(monkeypatch, evening):
    monkeypatch.setattr(upgrade, "is_changed_by_migrating", lambda: True)
    said = io.StringIO()

    call_command("upgrade", no_static=True, stdout=said)

    (made,) = backups.backups_folder().glob("andre-2*.tar.gz")
    assert said.getvalue().count(str(made)) == 1


# H19
@pytest.mark.parametrize(("said", "is_good"), [(["one", "one"], True), (["one", "two"], False)])
def test_a_passphrase_is_asked_for_twice_at_a_terminal(monkeypatch, said, is_good):
    answers = iter(said)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))

    if is_good:
        assert passphrase.ask_new_passphrase() == "one"
    else:
        with pytest.raises(BackupFault, match="two different"):
            passphrase.ask_new_passphrase()


# H19
def test_a_file_without_a_passphrase_is_none(tmp_path):
    (tmp_path / "empty").write_text("\n")

    with pytest.raises(BackupFault, match="no passphrase"):
        passphrase.read_passphrase(str(tmp_path / "empty"))
