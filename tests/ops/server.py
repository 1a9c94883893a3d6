"""Andre as a server runs it, by hand: the image's own command behind an edge with TLS."""

import json
import os
import re
import ssl
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import requests

from andre.launcher.valkey_server import free_port, running
from tests.player.library_shelf import flac
from tests.support.whole_house import ROOT, answers, surroundings, within

SECONDS_TO_START = 300
SONG = "Ünder {env.HOME} & so.flac"
MAKE_ALICE = """
from importlib import import_module
from django.conf import settings
from andre.accounts.models import Person
store = import_module(settings.SESSION_ENGINE).SessionStore()
Person.objects.get_or_create(email="alice@example.com", defaults={"name": "Alice"})
store["seat"] = {"email": "alice@example.com", "name": "Alice", "picture": "", "role": "viewer"}
store.create()
store.save()
from player.models import Track
print("found", store.session_key, Track.objects.get().pk)
"""


@dataclass
class Server:
    """`web` behind an edge; `url` is what people type."""

    folder: Path
    url: str
    web_port: int
    edge_port: int
    environ: dict[str, str] = field(default_factory=dict)
    session: str = ""
    track: int = 0
    secrets: list[str] = field(default_factory=list)

    @property
    def music(self) -> Path:
        return self.folder / "music"

    @property
    def static(self) -> Path:
        return self.folder / "static"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    @cached_property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def manage(self, *arguments: str) -> str:
        run = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=surroundings(**self.environ),
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_START,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    def visitor(self) -> requests.Session:
        """Alice's browser, on the other side of the edge."""
        alice = requests.Session()
        alice.trust_env = False  # A bundle named in the environment would win.
        alice.verify = str(self.certificate)
        token = uuid.uuid4().hex
        alice.cookies.update({"sessionid": self.session, "csrftoken": token})
        alice.headers.update({"X-CSRFToken": token, "Origin": self.url})
        return alice


@contextmanager
def serving(folder: Path, edge: str = "nginx") -> Iterator[Server]:
    """The image's command on a database of its own, with one song and Alice signed in."""
    web_port, edge_port = free_port(), free_port()
    server = Server(folder, f"https://localhost:{edge_port}", web_port, edge_port)
    data_dir = folder / "data"
    for each in (data_dir, server.music):
        each.mkdir(parents=True)
    make_certificate(server.certificate, server.key)
    subprocess.run([ROOT / "ops/make-secrets", data_dir / ".env"], check=True, capture_output=True)
    flac(server.music / SONG, seconds=120.0)
    with running(data_dir) as redis_url:
        server.environ = {
            "ANDRE_DATA_DIR": str(data_dir),
            "ANDRE_MUSIC_ROOT": str(server.music),
            "ANDRE_STATIC_ROOT": str(server.static),
            "ANDRE_BASE_URL": server.url,
            "ALLOWED_HOSTS": "localhost",
            "ANDRE_SENDFILE": edge,
            "ANDRE_TRUSTED_PROXIES": "127.0.0.1",
            "ANDRE_LOG_FORMAT": "json",
            "DJANGO_SETTINGS_MODULE": "andre.settings",
            "PORT": str(web_port),
            "REDIS_URL": redis_url,
        }
        server.manage("upgrade")
        server.manage("scan_library")
        said = re.search(r"found (\S+) (\d+)", server.manage("shell", "-c", MAKE_ALICE))
        assert said is not None
        server.session, server.track = said[1], int(said[2])
        server.secrets.append(server.session)
        with process(command_of_the_image(web_port), folder / "web.log", server.environ):
            within(SECONDS_TO_START, lambda: answers(f"http://127.0.0.1:{web_port}/readyz"))
            yield server


def command_of_the_image(port: int) -> list[str]:
    """What the Dockerfile runs, on loopback and another port."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    found = re.search(r"^CMD (\[.*\])$", text, re.MULTILINE)
    assert found is not None
    command: list[str] = json.loads(found[1])
    for name, value in (("--host", "127.0.0.1"), ("--port", str(port))):
        command[command.index(name) + 1] = value
    return [sys.executable, "-m", *command]


def make_certificate(certificate: Path, key: Path) -> None:
    """For localhost, signed by itself."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )


@contextmanager
def process(command: list[str], log: Path, environ: dict[str, str]) -> Iterator[None]:
    with log.open("ab") as file:
        running_one = subprocess.Popen(
            command, cwd=ROOT, env=surroundings(**environ), stdout=file, stderr=file
        )
    try:
        yield
    finally:
        running_one.terminate()
        try:
            running_one.wait(10)
        except subprocess.TimeoutExpired:
            running_one.kill()
            running_one.wait()
        print(log.read_text()[-4000:])


# The edges, with the files of ops/ and nothing changed but places


@contextmanager
def caddy(server: Server) -> Iterator[Path]:
    """Caddy with ops/Caddyfile; where its log is."""
    text = (ROOT / "ops/Caddyfile").read_text()
    text = changed(text, "{$ANDRE_BASE_URL} {", own_certificate(server))
    text = changed(text, "\nlog {\n", "\nadmin off\nauto_https disable_redirects\nlog {\n", "\t")
    text = text.replace("127.0.0.1:2080", f"127.0.0.1:{free_port()}")
    file = server.folder / "Caddyfile"
    file.write_text(text)
    environ = {
        "ANDRE_BASE_URL": server.url,
        "ANDRE_UPSTREAM": f"127.0.0.1:{server.web_port}",
        "ANDRE_STATIC_ROOT": str(server.static),
        "ANDRE_MUSIC_ROOT": str(server.music),
        "HOME": str(server.folder),
        "XDG_DATA_HOME": str(server.folder),
        "XDG_CONFIG_HOME": str(server.folder),
    }
    log = server.folder / "caddy.log"
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]
    with process(command, log, environ):
        wait_for_the_edge(server)
        yield log


def own_certificate(server: Server) -> str:
    return f"{{$ANDRE_BASE_URL}} {{\n\ttls {server.certificate} {server.key}"


@contextmanager
def nginx(server: Server) -> Iterator[Path]:
    """nginx with ops/nginx.conf as a site; where its logs are, in one file."""
    log = server.folder / "nginx.log"
    text = (ROOT / "ops/nginx.conf").read_text()
    for old, new in (
        ("127.0.0.1:8000", f"127.0.0.1:{server.web_port}"),
        ("    listen 80;\n    listen [::]:80;", f"    listen 127.0.0.1:{free_port()};"),
        (
            "    listen 443 ssl http2;\n    listen [::]:443 ssl http2;",
            f"    listen 127.0.0.1:{server.edge_port} ssl http2;",
        ),
        ("server_name andre.example.org;", "server_name localhost;"),
        ("/etc/letsencrypt/live/andre.example.org/fullchain.pem", str(server.certificate)),
        ("/etc/letsencrypt/live/andre.example.org/privkey.pem", str(server.key)),
        ("/var/lib/andre-static/", f"{server.static}/"),
        ("/srv/music/", f"{server.music}/"),
        ("/var/log/nginx/andre.log", str(log)),
        ("/var/log/nginx/error.log", str(log)),
    ):
        text = changed(text, old, new)
    (server.folder / "site.conf").write_text(text)
    places = "".join(
        f"{kind}_temp_path {server.folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    main = server.folder / "nginx.conf"
    main.write_text(
        f"{user}daemon off;\nworker_processes 1;\npid {server.folder}/nginx.pid;\n"
        f"error_log {log} emerg;\nevents {{}}\nhttp {{\ninclude /etc/nginx/mime.types;\n{places}"
        f"include {server.folder}/site.conf;\n}}\n"
    )
    with process(["nginx", "-c", str(main)], server.folder / "nginx.out", {}):
        wait_for_the_edge(server)
        yield log


def changed(text: str, old: str, new: str, indent: str = "") -> str:
    if indent:
        old, new = (each.replace("\n", "\n" + indent).removesuffix(indent) for each in (old, new))
    assert old in text, f"not in the file: {old}"
    return text.replace(old, new)


def wait_for_the_edge(server: Server) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            requests.get(f"{server.url}/healthz", verify=str(server.certificate), timeout=5)
        except requests.ConnectionError:
            assert time.monotonic() < end, "the edge does not answer"
            time.sleep(0.1)
        else:
            return


EDGES = {"caddy": caddy, "nginx": nginx}
