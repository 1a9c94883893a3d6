"""Caddy and nginx, the real ones, with the files of ops/ in front of the image's own command."""

import json
import shutil
import time
import uuid

import pytest
from websockets.sync.client import connect

from andre.launcher.valkey_server import free_port
from tests.ops.server import EDGES, SONG, Server, make_certificate, serving
from tests.support.browser import chromium, load_and_count
from tests.support.server import wait_for

# Beside the browser stories, although one test of it drives one: each edge starts once.
pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(600)]
# Of a first load, without covers and songs. nginx knows no Brotli, and repeats the headers of all
# 125 files, where Caddy names them once.
MOST_BYTES = {"caddy": 130 * 1024, "nginx": 168 * 1024}
SOON = 10  # Seconds, on a busy machine; what is buffered waits for the next sign of life at least.


@pytest.fixture(scope="module", params=EDGES)
def edge(request, tmp_path_factory):
    skip_without(request.param)
    with (
        serving(tmp_path_factory.mktemp(request.param), request.param) as server,
        EDGES[request.param](server) as log,
    ):
        yield server, log


@pytest.fixture
def server(edge) -> Server:
    return edge[0]


@pytest.fixture
def log(edge):
    return edge[1]


@pytest.fixture
def alice(server):
    browser = server.visitor()
    assert browser.post(f"{server.url}/api/nests/main/join", timeout=10).status_code == 200
    return browser


def sends(server, alice, verb: str, **fields: object):
    command = {"type": verb, "id": str(uuid.uuid4()), **fields}
    return alice.post(f"{server.url}/api/nests/main/commands", json=command, timeout=10)


# H15 H16
def test_a_page_comes_over_tls_compressed_and_says_to_insist_on_it(server):
    page = server.visitor().get(f"{server.url}/", timeout=20)

    assert page.status_code == 200
    assert "data-nest-code" in page.text
    assert page.headers["Content-Encoding"] in ("gzip", "zstd")
    assert page.headers["Strict-Transport-Security"] == "max-age=3600"


def test_figures_are_not_for_whoever_comes_through_the_edge(server):  # K-6.3
    for path in ("/metrics", "/metrics/prometheus"):
        assert server.visitor().get(server.url + path, timeout=20).status_code == 404


# H15
def test_a_static_file_comes_from_the_edge_compressed_and_for_good(server):
    named = json.loads((server.static / "staticfiles.json").read_text())["paths"]
    path = named["js/core/reducers.js"]

    answer = server.visitor().get(f"{server.url}/static/{path}", timeout=10)
    by_its_own_name = server.visitor().get(f"{server.url}/static/css/tokens.css", timeout=10)

    assert answer.content == (server.static / path).read_bytes()
    assert answer.headers["Content-Encoding"] in ("gzip", "br")
    assert "javascript" in answer.headers["Content-Type"]
    assert answer.headers["Cache-Control"].endswith("max-age=31536000, immutable")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" not in by_its_own_name.headers["Cache-Control"]
    assert by_its_own_name.status_code == 200
    assert path.removeprefix("js/") not in (server.folder / "web.log").read_text()


def first_load(browser, server) -> dict[str, int]:
    context = browser.new_context(ignore_https_errors=True)
    context.add_cookies([{"name": "sessionid", "value": server.session, "url": server.url}])
    loads = load_and_count(context.new_page(), f"{server.url}/")
    context.close()
    return loads


# H23 I17
def test_a_first_load_is_light_as_the_browser_counts_it(server):
    with chromium() as browser:
        both = [first_load(browser, server) for _ in range(2)]

    # The first use of a page fetches more, and once in a while a pointer is said to move.
    loads = min(both, key=lambda each: sum(each.values()))
    assert len(loads) > 20
    assert sum(loads.values()) <= MOST_BYTES[server.environ["ANDRE_SENDFILE"]], sorted(
        loads.items(), key=lambda each: each[1]
    )[-15:]


# H15
def test_a_socket_goes_through(server, alice):
    with connect(
        server.url.replace("https", "wss") + "/socket",
        ssl=server.trust,
        origin=server.url,
        additional_headers={"Cookie": f"sessionid={server.session}"},
    ) as socket:
        welcome = json.loads(socket.recv(timeout=SOON))

    assert welcome["type"] == "welcome"


# H15 K-11.1
def test_an_event_comes_when_it_happens_and_not_when_the_stream_ends(server, alice):
    with alice.get(f"{server.url}/api/events", stream=True, timeout=60) as stream:
        lines = stream.iter_lines(chunk_size=1)
        next(line for line in lines if line == b"event: snapshot")
        began = time.monotonic()
        assert sends(server, alice, "set_volume", volume=40).status_code == 200
        changed = next(line for line in lines if b"volume_changed" in line)
        took = time.monotonic() - began

    assert changed
    assert took < SOON
    assert "Content-Encoding" not in stream.headers


# H15 H22 K-11.1
def test_a_part_of_a_song_is_sent_by_the_edge_once_andre_has_allowed_it(server, alice):
    sends(server, alice, "add_songs", uris=[f"library:track:{server.track}"])
    asked = alice.post(
        f"{server.url}/api/nests/main/media-token",
        json={"track": f"library:track:{server.track}"},
        timeout=10,
    )
    assert asked.status_code == 200, asked.text
    server.secrets.append(asked.json()["token"])
    song = (server.music / SONG).read_bytes()

    url = server.url + asked.json()["url"]
    part = alice.get(url, headers={"Range": "bytes=1000-1999"}, timeout=10)
    whole = alice.get(url, timeout=10)
    without = alice.get(url.partition("?")[0], timeout=10)

    assert (part.status_code, part.content) == (206, song[1000:2000])
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(song)}"
    assert (whole.status_code, whole.content) == (200, song)
    assert whole.headers["Content-Type"] == "audio/flac"
    assert whole.headers["Cache-Control"] == "no-store"
    assert "X-Accel-Redirect" not in whole.headers
    assert "Content-Encoding" not in whole.headers
    assert without.status_code == 401


# H15
@pytest.mark.parametrize("path", ["", SONG, "..%2f..%2fdata/.env"])
def test_nobody_takes_a_song_from_the_edge_without_asking_andre(server, path):
    answer = server.visitor().get(f"{server.url}/protected-media/{path}", timeout=10)

    assert answer.status_code in (400, 404)


# H22 X7
def test_the_edges_log_names_the_path_and_no_token(server, log, alice):
    ticket = alice.post(f"{server.url}/api/ws-ticket", json={"nest": "main"}, timeout=10)
    assert ticket.status_code == 200, ticket.text
    with connect(
        server.url.replace("https", "wss") + f"/socket?ticket={ticket.json()['ticket']}",
        ssl=server.trust,
        origin=server.url,
    ) as socket:
        assert json.loads(socket.recv(timeout=SOON))["type"] == "welcome"
    alice.get(f"{server.url}/media/tracks/1?token=quite-a-secret-token", timeout=10)
    secrets = [*server.secrets, ticket.json()["ticket"], "quite-a-secret-token"]

    wait_for(lambda: "/media/tracks/1" in log.read_text())
    written = log.read_text()
    assert "/socket" in written
    assert [secret for secret in secrets if secret in written] == []
    assert "token=" not in written


# H22
@pytest.mark.parametrize("name", EDGES)
def test_an_edge_with_nobody_behind_it_logs_no_token_either(tmp_path, name):
    """What it cannot pass on is an error, and in errors an edge writes all it knows."""
    skip_without(name)
    edge_port = free_port()
    server = Server(tmp_path, f"https://localhost:{edge_port}", free_port(), edge_port)
    make_certificate(server.certificate, server.key)
    with EDGES[name](server) as log:
        answer = server.visitor().get(f"{server.url}/media/tracks/1?token=quite-a-secret-token")
        wait_for(lambda: "/media/tracks/1" in log.read_text())

    assert answer.status_code == 502
    assert "quite-a-secret-token" not in log.read_text()


def skip_without(name: str) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed (Debian: apt-get install {name})")
