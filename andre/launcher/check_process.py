"""Whether one process of a server is alive, for health checks: exit code 0, or 1 and a sentence.

    python -m andre.launcher.check_process web|ticks|upkeep|beat

Without Django, because a health check runs twice a minute for as long as the server does.
"""

import http.client
import sys
from collections.abc import Sequence
from contextlib import suppress

from andre.core.conf import SettingsFault, load, read_environ
from andre.core.keys import GLOBAL
from andre.launcher.valkey_server import has_key

WITH_HEARTBEAT = ("ticks", "upkeep", "beat")


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in ("web", *WITH_HEARTBEAT):
        print(
            "Usage: python -m andre.launcher.check_process web|ticks|upkeep|beat", file=sys.stderr
        )
        return 2
    try:
        missing = fault_of(arguments[0])
    except SettingsFault as fault:
        missing = str(fault)
    if missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


def fault_of(process: str) -> str:
    """Empty if all is well. Raises SettingsFault."""
    settings = load(read_environ())
    if process == "web":
        return "" if is_ready(settings.port) else "web is not ready; /readyz says what it lacks"
    url = settings.redis_url or f"unix://{settings.andre_data_dir.resolve() / 'valkey.sock'}"
    if has_key(url, GLOBAL.alive(process)):
        return ""
    return f"{process} has given no sign of life for a minute, or Redis does not answer"


def is_ready(port: int, address: str = "127.0.0.1") -> bool:
    connection = http.client.HTTPConnection(address, port, timeout=2)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
