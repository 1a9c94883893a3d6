"""A house for tests: a data directory and a real Valkey of this process's own.

Imported before Django reads its settings. TEST_REDIS_URL names another server to test against
(its databases 8 and above are emptied), DATABASE_URL another database.
"""

import atexit
import os
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from andre.launcher.valkey_server import running

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
_stack = ExitStack()


@cache
def furnish() -> None:
    data_dir = Path(_stack.enter_context(tempfile.TemporaryDirectory(prefix="andre-")))
    atexit.register(_stack.close)
    os.environ["DJANGO_SETTINGS_MODULE"] = "andre.settings"
    os.environ["ANDRE_ENVIRONMENT"] = "test"
    os.environ["ANDRE_BOOTSTRAP_KEYS_ENABLED"] = "false"  # Nobody is there before they come.
    os.environ["ANDRE_DATA_DIR"] = str(data_dir)
    os.environ["REDIS_URL"] = redis_url(data_dir)


def redis_url(data_dir: Path) -> str:
    named = os.environ.get("TEST_REDIS_URL")
    if named:
        return f"{named.rstrip('/')}/{8 + int(WORKER.removeprefix('gw'))}"
    return _stack.enter_context(running(data_dir))
