"""A house that speaks TLS with its Redis, and believes no certificate but the one it was given."""

import shutil
import signal
import subprocess

import pytest
import requests

from andre.launcher.processes import tie_to_parent
from andre.launcher.valkey_server import answers, free_port, stop_server
from tests.ops.server import make_certificate
from tests.support.whole_house import House, within

HEADERS = {"X-Andre-API-Key": "dev-admin"}
REDIS = shutil.which("redis-server")


@pytest.fixture
def redis_with_tls(tmp_path):
    """Its address, and the certificate that it shows."""
    if REDIS is None:
        pytest.skip("The embedded Valkey knows no TLS; this needs Debian's redis-server.")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    make_certificate(certificate, key)
    port = free_port()
    options = {
        "--port": 0,
        "--tls-port": port,
        "--tls-cert-file": certificate,
        "--tls-key-file": key,
        "--tls-auth-clients": "no",
        "--dir": tmp_path,
        "--save": "",
    }
    command = [REDIS, *(str(each) for option in options.items() for each in option)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, preexec_fn=tie_to_parent(signal.SIGTERM)
    )
    yield f"rediss://localhost:{port}/0", certificate
    stop_server(process)


# K-7.3
@pytest.mark.slow
def test_a_house_lives_on_a_redis_behind_tls(redis_with_tls, tmp_path):
    url, certificate = redis_with_tls
    checked = f"{url}?ssl_ca_certs={certificate}"
    within(20, lambda: answers(checked))
    house = House(tmp_path / "house", REDIS_URL=checked)
    try:
        house.comes_up(120)
        built = requests.post(
            f"{house.url}/api/nests", json={"name": "Friday"}, headers=HEADERS, timeout=20
        )
        assert built.ok, built.text
        within(90, lambda: requests.get(f"{house.url}/health", timeout=20).status_code == 200)
    finally:
        house.ends(signal.SIGTERM)
    assert "CERT_NONE" not in house.log.read_text()


# K-7.3
@pytest.mark.slow
def test_a_redis_with_an_unknown_certificate_is_not_spoken_to(redis_with_tls):
    url, certificate = redis_with_tls
    within(20, lambda: answers(f"{url}?ssl_ca_certs={certificate}"))

    assert not answers(url)
