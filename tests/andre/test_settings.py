"""What Django, Celery and the databases are really given."""

import asyncio
import importlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from andre.audit import tasks as audit_tasks
from andre.backup import tasks as backup_tasks
from andre.billing import tasks as billing_tasks
from andre.celery import app
from andre.core import rate_limits
from andre.core.redis import redis
from andre.core.redis.client import async_redis, subscriber
from andre.jobs import tasks as job_tasks
from andre.launcher import valkey_server
from andre.webhooks import tasks as webhook_tasks
from bender import tasks as bender_tasks
from nests import tasks as nests_tasks
from player import tasks as player_tasks

ROOT = Path(__file__).resolve().parents[2]
SCHEDULE = settings.CELERY_BEAT_SCHEDULE


# K-7.2
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such mode")
def test_a_transaction_takes_sqlites_write_lock_before_its_first_statement():
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)

    with (
        transaction.atomic(),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")

    other.close()


# K-7.2
def test_postgresql_gets_a_pool_of_the_size_that_was_asked_for():
    wanted = {
        "DATABASE_URL": "postgres://andre@127.0.0.1:5432/andre",
        "ANDRE_DB_POOL_SIZE": "3",
        "ANDRE_DB_POOL_OVERFLOW": "4",
        "ANDRE_DB_POOL_RECYCLE": "77",
        "ANDRE_DB_POOL_PRE_PING": "false",
    }

    database = database_with(wanted)

    assert database["OPTIONS"]["pool"]["max_size"] == 7
    assert database["OPTIONS"]["pool"]["max_lifetime"] == 77
    assert database["CONN_HEALTH_CHECKS"] is False


# S-12.7
def test_two_andres_on_one_redis_close_no_connection_of_each_others():
    prefixes = [
        settings_with({"REDIS_URL": f"redis://127.0.0.1:6379{which}"}, "CHANNEL_LAYERS")["CONFIG"][
            "prefix"
        ]
        for which in ("", "/0", "/1")
    ]

    assert prefixes == ["CHANNELS", "CHANNELS", "CHANNELS:1"]


def database_with(environ: dict[str, str]) -> dict:
    return settings_with(environ, "DATABASES")


def settings_with(environ: dict[str, str], name: str) -> dict:
    code = f"import json, andre.settings as s; print(json.dumps(s.{name}['default'], default=str))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


# Beat


# N15 T3 T8
def test_beat_calls_exactly_these_tasks_this_often():
    assert {
        row["task"]: row["schedule"].run_every.total_seconds() for row in SCHEDULE.values()
    } == {
        "player.tasks.tick_all": 1,
        "player.tasks.sweep_nests": 30,
        "player.tasks.send_looks": 2,
        "player.tasks.send_scrobbles": 60,
        "player.tasks.show_life": 15,
        "player.tasks.scan_if_due": 60,
        "nests.tasks.clean_up_nests": 60,
        "nests.tasks.erase_old_guests": 3_600,
        "bender.tasks.forget_old_runs": 3_600,
        "andre.backup.tasks.make_daily_backup": 3_600,
        "andre.jobs.tasks.sweep_jobs": 30,
        "andre.jobs.tasks.forget_old_jobs": 3_600,
        "andre.audit.tasks.forget_old_audit": 3_600,
        "andre.webhooks.tasks.send_webhooks": 3,
        "andre.billing.tasks.refresh_subscriptions": 3_600,
    }


@pytest.mark.parametrize("row", SCHEDULE.values(), ids=SCHEDULE)
def test_every_row_of_beats_schedule_is_a_task_a_worker_knows(row):
    module, _, name = row["task"].rpartition(".")

    assert row["task"] in app.tasks
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("row", SCHEDULE.values(), ids=SCHEDULE)
def test_what_beat_sends_late_is_not_done_twice(row):  # T8
    assert row["options"]["expires"] <= row["schedule"].run_every.total_seconds()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "task",
    [
        player_tasks.tick_all,
        player_tasks.sweep_nests,
        player_tasks.send_looks,
        player_tasks.send_scrobbles,
        player_tasks.show_life,
        nests_tasks.clean_up_nests,
        nests_tasks.erase_old_guests,
        bender_tasks.forget_old_runs,
        backup_tasks.make_daily_backup,
        job_tasks.sweep_jobs,
        job_tasks.forget_old_jobs,
        audit_tasks.forget_old_audit,
        webhook_tasks.send_webhooks,
        billing_tasks.refresh_subscriptions,
    ],
    ids=lambda task: task.name,
)
def test_every_task_of_beats_runs_in_an_empty_house(task):
    task.apply(throw=True)


TIMEOUTS = ("socket_timeout", "socket_connect_timeout", "health_check_interval")


# K-7.3
def test_every_client_of_redis_says_how_long_it_waits():
    async def list_async():
        return [async_redis(), subscriber()]

    limits = rate_limits.limiter().storage.get_connection()
    clients = [redis(), *asyncio.run(list_async()), limits, valkey_server.client("redis://x:1")]
    found = [each.connection_pool.connection_kwargs for each in clients]
    found.append(settings.CACHES["default"]["OPTIONS"]["CONNECTION_POOL_KWARGS"])
    found.append(settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0])
    found.append(settings.CELERY_BROKER_TRANSPORT_OPTIONS)

    assert [name for options in found for name in TIMEOUTS if name not in options] == []
    # Only who waits for what others say waits for ever, and asks now and then who is there.
    assert [options["socket_timeout"] is None for options in found] == [
        *(False, False, True, False, False, False, True, False)
    ]
