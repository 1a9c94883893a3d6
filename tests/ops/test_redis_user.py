"""A house whose Redis lets it do only what docs/running.md says: nothing it needs is denied."""

import re
import signal
from pathlib import Path

import pytest
import requests

from andre.launcher.valkey_server import client, free_port, running
from tests.support.whole_house import House, within

ROOT = Path(__file__).resolve().parents[2]
USER = re.compile(r"^ACL SETUSER (.+)$", re.MULTILINE)


# K-7.3
@pytest.mark.slow
def test_a_house_lives_with_the_user_that_is_documented(tmp_path):
    (line,) = USER.findall((ROOT / "docs/running.md").read_text())
    port = free_port()
    with running(tmp_path) as url, client(url) as redis:
        redis.config_set("bind", "127.0.0.1")
        redis.config_set("port", port)
        redis.execute_command("ACL", "SETUSER", *line.replace("PASSWORD", "hush").split())
        house = House(tmp_path / "house", REDIS_URL=f"redis://andre:hush@127.0.0.1:{port}/0")
        try:
            house.comes_up(120)
            headers = {"X-Andre-API-Key": "dev-admin"}
            built = requests.post(
                f"{house.url}/api/nests", json={"name": "Friday"}, headers=headers, timeout=20
            )
            code = built.json()["code"]
            address = f"{house.url}/api/nests/{code}"
            requests.post(f"{address}/join", headers=headers, timeout=20).raise_for_status()
            requests.delete(address, headers=headers, timeout=20).raise_for_status()
            within(90, lambda: requests.get(f"{house.url}/health", timeout=20).status_code == 200)
        finally:
            house.ends(signal.SIGTERM)

        assert [entry["object"] for entry in redis.acl_log()] == []
