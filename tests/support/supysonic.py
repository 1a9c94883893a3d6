"""A real music server that somebody may have: supysonic, with a shelf, a user and a database of its
own. It keeps passwords as hashes and so checks no tokens; waitress serves it.
"""

import io
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests
from PIL import Image

from andre.demo.library.flac_writer import Picture
from andre.launcher.valkey_server import free_port
from tests.player.library_shelf import flac, red
from tests.support.music_server import PASSWORD, USER
from tests.support.server import wait_for

ALBUMS, SONGS = 20, 10
LONG_SECONDS, SHORT_SECONDS = 60, 6  # Shorter ones than five seconds no nest takes.
LONG_SONGS = 2  # Of the first album.
CAMERA_SIDE = 2800
GENRES = ("Funk", "Jazz")
PROGRAMS = Path(sys.executable).parent
SCAN_SECONDS = 100

CONFIG = """
[base]
database_uri = sqlite:///{home}/supysonic.db
[webapp]
cache_dir = {home}/cache
[daemon]
socket = {home}/supysonic.sock
[listenbrainz]
api_url = {listenbrainz}
"""


def fill_shelf(folder: Path, albums: int) -> None:
    """Albums of ten songs, by four bands, and one song whose cover is as large as cameras make
    them, so that its file is longer than what a connection holds.

    The names of the files are in another order than their numbers.
    """
    for album in range(albums):
        cover = red(colour=f"#{album * 12:02x}6040")
        for number in range(1, SONGS + 1):
            flac(
                folder / f"album-{album:02}" / f"{SONGS - number}.flac",
                LONG_SECONDS if album == 0 and number <= LONG_SONGS else SHORT_SECONDS,
                cover,
                title=title_of(album, number),
                artist=f"Band {album % 4}",
                album=f"Record {album:02}",
                tracknumber=str(number),
                genre=GENRES[album % 2],
                date=str(1999 - album),
            )
    flac(folder / "camera.flac", SHORT_SECONDS, photograph(), title="Camera", artist="Somebody")


def photograph() -> Picture:
    """Of noise, about 6 MB."""
    out = io.BytesIO()
    Image.effect_noise((CAMERA_SIDE, CAMERA_SIDE), 90).save(out, "JPEG", quality=95)
    return Picture(out.getvalue(), "image/jpeg", CAMERA_SIDE, CAMERA_SIDE)


def title_of(album: int, number: int) -> str:
    return f"Song {album:02}-{number:02}"


@dataclass
class Supysonic:
    """`kill` and `start` are what a power cut and its end are; the shelf and the counts remain."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        return {"SUBSONIC_URL": self.url, "SUBSONIC_USER": USER, "SUBSONIC_PASSWORD": PASSWORD}

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody but Andre may see of it."""
        return (str(self.port), PASSWORD, PASSWORD.encode().hex(), str(self.home))

    @property
    def environment(self) -> dict[str, str]:
        """Its home is where it looks for its configuration."""
        return {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def manage(self, *words: str) -> str:
        """What its own program for operators says. Raises CalledProcessError."""
        told = subprocess.run(
            [PROGRAMS / "supysonic-cli", *words],
            cwd=self.home,
            env=self.environment,
            timeout=SCAN_SECONDS,
            check=True,
            capture_output=True,
            text=True,
        )
        return told.stdout

    def start(self) -> None:
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / "supysonic-server", "-S", "waitress", *self.place()],
                cwd=self.home,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        wait_for(self.answers)

    def place(self) -> tuple[str, ...]:
        return ("-h", "127.0.0.1", "-p", str(self.port))

    def answers(self) -> bool:
        has_ended = self.process is None or self.process.poll() is not None
        assert not has_ended, (self.home / "server.log").read_text()
        with suppress(requests.ConnectionError):
            return bool(requests.get(f"{self.url}/rest/ping", timeout=5).ok)
        return False

    def kill(self) -> None:
        """At once, whatever it was doing."""
        if self.process:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    @contextmanager
    def back_afterwards(self) -> Iterator[None]:
        """Whatever a test does to it: the next one finds it running."""
        yield
        if self.process is None:
            self.start()

    def connects_listenbrainz(self, token: str) -> None:
        """Its user does so on its own pages."""
        with requests.Session() as browser:
            seat = {"user": USER, "password": PASSWORD}
            browser.post(f"{self.url}/user/login", data=seat, timeout=5).raise_for_status()
            link = f"{self.url}/user/me/listenbrainz/link"
            browser.get(link, params={"token": token}, timeout=5).raise_for_status()


@contextmanager
def running(home: Path, listenbrainz: str = "", albums: int = ALBUMS) -> Iterator[Supysonic]:
    """`home` is an empty folder; `listenbrainz` the address of whom it tells what it is told."""
    shelf = home / "music"
    fill_shelf(shelf, albums)
    (home / "supysonic.conf").write_text(CONFIG.format(home=home, listenbrainz=listenbrainz))
    server = Supysonic(home, free_port())
    server.manage("user", "add", USER, "-p", PASSWORD)
    commit_to_a_log(home / "supysonic.db")
    server.manage("folder", "add", "Music", str(shelf))
    server.manage("folder", "scan", "--foreground")
    try:
        server.start()
        yield server
    finally:
        server.kill()


def commit_to_a_log(database: Path) -> None:
    """It commits for each file that it scans, and waits for a busy disk less often this way."""
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
