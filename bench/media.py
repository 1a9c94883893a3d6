"""A 40 MB FLAC in random ranges and whole; beside it nginx with the same file.

`ratio` is throughput, ours ÷ nginx. `handed_off_ratio` is the same with nginx in front of Andre and
ANDRE_SENDFILE=nginx: Andre decides, nginx sends.
"""

import os
import random
import shutil
import socket
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from andre.launcher import valkey_server
from bench.report import Report
from bench.support import House, Running, house, session, wait_until

FILE_BYTES = 40 * 1024 * 1024
# A browser asks from where it stands to the end; the small ones show what an answer costs.
PARTS = (256 * 1024, 1024 * 1024, 4 * 1024 * 1024, 16 * 1024 * 1024)
ROUNDS = 100
WHOLE_ROUNDS = 25
WARMING_UP = 5
RENEW_EVERY_SECONDS = 60  # A token lives for ninety.
SECONDS = 20  # for any one answer
SEED = 7
BOB = "bob@example.com"
NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;
events {{ worker_connections 64; }}
http {{
    access_log off; sendfile on; keepalive_requests 100000; types {{ audio/flac flac; }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream andre {{ server 127.0.0.1:{web}; keepalive 4; }}
    server {{
        listen 127.0.0.1:{port};
        location /plain/ {{ alias {music}/; }}
        location /protected-media/ {{ internal; alias {music}/; }}
        location /media/ {{
            proxy_pass http://andre; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Host $host;
        }}
    }}
}}
"""


def main() -> None:
    report = Report("media")
    with house() as home:
        music = home.data_dir / "music"
        music.mkdir()
        make_file(music / "long.flac")
        track = add_to_catalogue()
        key = session(BOB)
        edge = start_nginx(home, music)
        for sendfile in ("", "nginx"):
            measure(home, report, track, key, edge, sendfile)


def measure(
    home: House, report: Report, track: int, key: str, edge: int | None, sendfile: str
) -> None:
    web = start_web(home, sendfile)
    before = web.memory_kib()
    ours = Side(edge if sendfile and edge else home.port, f"/media/tracks/{track}?token=", key)
    beside = Side(edge, "/plain/long.flac") if edge else None
    if sendfile and not edge:
        web.end()
        return
    for part in (*PARTS, FILE_BYTES):
        compare(report, part, ours, beside, web.memory_kib() - before, bool(sendfile))
    web.end()


def compare(
    report: Report, part: int, ours: "Side", beside: "Side | None", grown: int, handed: bool
) -> None:
    rng = random.Random(SEED)
    for side in (ours, beside):
        if side:
            side.times_ms, side.missed = [], 0
    for number in range(-WARMING_UP, WHOLE_ROUNDS if part == FILE_BYTES else ROUNDS):
        first = rng.randrange(FILE_BYTES - part + 1)
        for side in (ours, beside):
            if side:
                side.fetch(first, part, counts=number >= 0)
    mine = statistics.median(ours.times_ms)
    ratio = statistics.median(beside.times_ms) / mine if beside else None
    report.add(
        part,
        ours.times_ms,
        ours.missed,
        **{"handed_off_ratio" if handed else "ratio": ratio},
        mb_per_s=part / 1e3 / mine,
        grown_kib=grown,
    )


@dataclass
class Side:
    """One listener of one server, on one connection, reading into the same memory."""

    port: int
    path: str
    session_key: str = ""
    times_ms: list[float] = field(default_factory=list)
    missed: int = 0
    _renewed: float = float("-inf")
    _token: str = ""

    def __post_init__(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self.port), SECONDS)
        self._buffer = memoryview(bytearray(FILE_BYTES + 65_536))

    def fetch(self, first: int, length: int, counts: bool) -> None:
        request = self._request(first, first + length - 1)
        begun = time.perf_counter()
        self._socket.sendall(request)
        is_right = self._receive(length)
        if counts:
            self.times_ms.append((time.perf_counter() - begun) * 1000)
            self.missed += not is_right

    def _request(self, first: int, last: int) -> bytes:
        return (
            f"GET {self.path}{self._fresh_token()} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: sessionid={self.session_key}\r\nRange: bytes={first}-{last}\r\n\r\n"
        ).encode()

    def _fresh_token(self) -> str:
        if not self.session_key:
            return ""
        if time.monotonic() - self._renewed > RENEW_EVERY_SECONDS:
            from player.media import tokens

            track = self.path.split("/")[3].partition("?")[0]
            self._token, _ = tokens.mint_token(BOB, "main", self.session_key, track, 0)
            self._renewed = time.monotonic()
        return self._token

    def _receive(self, length: int) -> bool:
        got = 0
        while (end := bytes(self._buffer[:got]).find(b"\r\n\r\n")) < 0:
            got += self._some(self._buffer[got : got + 65_536])
        head = bytes(self._buffer[:end])
        if not head.startswith(b"HTTP/1.1 206"):
            raise ConnectionError(head.decode("latin-1"))
        got -= end + 4
        while got < length:
            got += self._some(self._buffer)
        return got == length

    def _some(self, room: memoryview) -> int:
        received = self._socket.recv_into(room)
        if not received:
            raise ConnectionError("The server hung up.")
        return received


def make_file(path: Path) -> None:
    """Noise, which FLAC cannot make smaller, cut to the size the bench is about."""
    noise = np.random.default_rng(SEED).uniform(-0.5, 0.5, (44_100 * 260, 2))
    soundfile.write(path, noise, 44_100, subtype="PCM_16", format="FLAC")
    with path.open("r+b") as file:
        file.truncate(FILE_BYTES)


def add_to_catalogue() -> int:
    from player.models import Track

    return Track.objects.create(path="long.flac", title="Long", duration_ms=240_000).pk


def start_nginx(home: House, music: Path) -> int | None:
    """Its port; None where there is no nginx, and then there is no ratio either."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        print("nginx is not installed: nothing stands beside ours.", file=sys.stderr)
        return None
    port = valkey_server.free_port()
    config = home.data_dir / "nginx.conf"
    config.write_text(NGINX.format(folder=home.data_dir, music=music, port=port, web=home.port))
    home.start("nginx", [program, "-p", str(home.data_dir), "-c", str(config)])
    wait_until(lambda: answers(port))
    return port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start_web(home: House, sendfile: str) -> Running:
    os.environ["ANDRE_SENDFILE"] = sendfile
    return home.web()


if __name__ == "__main__":
    main()
