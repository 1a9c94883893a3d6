"""The plain start: `make run` on one machine, with everything it needs, until Ctrl-C.

`python -m andre.supervisor run` brings up the stores, the web process, two workers and beat;
`python -m andre.supervisor manage …` runs one of Django's commands on the same data, and
`… demo` lets synthetic listeners in, beside what runs already or with a start of their own.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from andre import __version__
from andre.core.conf import Conf, SettingsFault, load, read_environ
from andre.core.local_network import read_network
from andre.launcher import home, preflight, valkey_server
from andre.launcher.check_process import is_ready
from andre.launcher.forks import ForkedProcess, ForkServer
from andre.launcher.processes import ManagedProcess, printer
from andre.launcher.valkey_server import DataDirLock, StartFault, Valkey
from andre.telemetry.metric_files import clear_metrics

BASE_DIR = Path(__file__).resolve().parents[2]
SECONDS_TO_BE_READY = 60
FILES_OF_ITS_OWN = 200  # What a web process opens beside its connections: stores, songs, modules.
SONGS_TO_OPEN_WITH = 4  # by four bands: minutes enough until there are more
SCAN_WAITS_SECONDS = "90"  # for one of a start that was killed; it is given up after 60
FRAME_BYTES = 65_536  # The longest frame a socket takes; 200 addresses of songs fit.
NAMES = ("valkey", "forks", "setup", "web", "ticks", "upkeep", "beat", "andre", "demo")


def main(arguments: Sequence[str]) -> int:
    os.umask(0o077)  # What the processes of this start write is for nobody else's eyes.
    try:
        match list(arguments):
            case ["run"]:
                return asyncio.run(run(load_settings()))
            case ["manage", *rest]:
                home.recall_start(os.environ)
                return manage(load_settings(), rest)
            case ["demo", *rest]:
                return asyncio.run(demo(load(read_environ()), rest))
    except (SettingsFault, StartFault) as fault:
        print(fault, file=sys.stderr)
        return 1
    print("Usage: python -m andre.supervisor run | demo … | manage COMMAND …", file=sys.stderr)
    return 2


def load_settings() -> Conf:
    """Raises SettingsFault, and StartFault where secrets of a home cannot be stored."""
    environ = read_environ()
    if environ.get("ANDRE_ENVIRONMENT") == "home":
        os.environ.update(home.make_secrets(environ))
        environ = read_environ()
    return load(environ)


async def run(conf: Conf) -> int:
    """Everything, until a signal comes. Raises StartFault."""
    data_dir = preflight.writable_data_dir(conf)
    with DataDirLock(data_dir) as claim:
        if not claim.acquire():
            raise StartFault(
                f"Andre is running on {data_dir} already. "
                "Stop it first, or name another place with ANDRE_DATA_DIR."
            )
        home.remember_start(data_dir, os.environ)
        await stay_open(Stack(conf, data_dir))
    return 0


async def demo(conf: Conf, arguments: Sequence[str]) -> int:
    """Synthetic listeners, beside the Andre that runs here, or with a start of their own.

    Raises StartFault.
    """
    if conf.andre_environment != "dev":
        raise StartFault("Synthetic listeners are for development (ANDRE_ENVIRONMENT=dev).")
    data_dir = preflight.writable_data_dir(conf)
    command = [sys.executable, str(BASE_DIR / "manage.py"), "demo", *arguments]
    with DataDirLock(data_dir) as claim:
        if claim.acquire():
            await stay_open(Stack(conf, data_dir, guests=command))
            return 0
    redis_url = conf.redis_url or valkey_server.running_server_url(Valkey(data_dir))
    guests = ManagedProcess("demo", command, environment(conf, data_dir, redis_url), printer(NAMES))
    staying, stopping = asyncio.create_task(guests.run()), asyncio.create_task(stop_signal())
    await asyncio.wait({staying, stopping}, return_when=asyncio.FIRST_COMPLETED)
    await guests.end()
    stopping.cancel()
    return max(await staying, 0)


async def stay_open(house: "Stack") -> None:
    """Until a signal comes. Raises StartFault."""
    if house.conf.is_home:
        home.check_addresses(house.conf, read_network())
    preflight.check_port(house.conf.port, house.conf.listen_address)
    opening = asyncio.create_task(house.open())
    try:
        await signal_or_fault(opening)
    finally:
        opening.cancel()
        await house.close()


async def signal_or_fault(opening: "asyncio.Task[None]") -> None:
    """Wait until someone wants us to stop. Raises what kept the house from opening."""
    stopping = asyncio.create_task(stop_signal())
    await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if opening.done():
        opening.result()
        await stopping


async def stop_signal() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


def manage(conf: Conf, arguments: Sequence[str]) -> int:
    data_dir = preflight.writable_data_dir(conf)
    command = [sys.executable, str(BASE_DIR / "manage.py"), *arguments]
    if conf.redis_url:
        return subprocess.call(command, env=environment(conf, data_dir, conf.redis_url))
    with valkey_server.running(data_dir) as url:
        return subprocess.call(command, env=environment(conf, data_dir, url))


def environment(conf: Conf, data_dir: Path, redis_url: str) -> dict[str, str]:
    """What the children see: our own, with the chosen places spelled out."""
    # The children speak into pipes, so they cannot see whether a person reads along.
    readable = "console" if sys.stdout.isatty() else "json"
    ours = {name: value for name, value in os.environ.items() if name != "REDIS_URL_FILE"}
    return ours | {
        "ANDRE_LOG_FORMAT": conf.andre_log_format or readable,
        "ANDRE_DATA_DIR": str(data_dir),
        "REDIS_URL": redis_url,
        "PORT": str(conf.port),
        "DJANGO_SETTINGS_MODULE": "andre.settings",
        "PYTHONUNBUFFERED": "1",
    }


class Stack:
    """The processes of one plain start, in the order they come and go."""

    def __init__(self, conf: Conf, data_dir: Path, guests: Sequence[str] = ()) -> None:
        self.conf = conf
        self._guests = guests
        self.data_dir = data_dir
        self.address = f"http://{preflight.address_here(conf)}:{conf.port}"
        self._say = printer(NAMES, as_json=conf.andre_log_format == "json")
        self._environ: dict[str, str] = {}
        self._store: ManagedProcess | None = None
        self._forks: ForkServer | None = None
        self._children: list[ManagedProcess] = []
        self._lives: list[asyncio.Task[None] | asyncio.Task[int]] = []

    async def open(self) -> None:
        self._say("andre", f"version {__version__}")
        clear_metrics(self.conf)  # Nobody writes any yet.
        self._environ = environment(self.conf, self.data_dir, await self._redis_url())
        await self._collect_static_files()  # Before the forks: they have read which there are.
        if sys.platform == "linux":  # Elsewhere a fork of what has threads may stand still.
            self._forks = ForkServer(self._environ, self._say)
            self._lives.append(asyncio.create_task(self._forks.keep_alive()))
        await self._prepare_the_database()
        if warning := preflight.music_warning(self.conf.andre_music_root):
            self._say("setup", warning)
        if self._needs_a_demonstration():
            self._say(
                "setup", "making the first songs of a small library; the rest comes by itself"
            )
            self._demo_unfinished_marker.touch()
            await self._must("make_demo_library", "--first", str(SONGS_TO_OPEN_WITH))
            await self._scan()
        else:
            if self.conf.andre_music_root is None:
                (self.data_dir / "music").mkdir(exist_ok=True)
            # A large library takes its time, and last time's catalogue serves until then.
            self._lives.append(asyncio.create_task(self._scan()))
        self._start_services()
        await self._say_when_ready()
        if self.conf.is_home:
            command = [sys.executable, str(BASE_DIR / "manage.py"), "welcome_home"]
            await self._child("andre", command).run()
        if self._demo_unfinished_marker.exists():
            self._lives.append(asyncio.create_task(self._finish_demonstration()))
        if self._guests:
            self._lives.append(asyncio.create_task(self._child("demo", self._guests).run()))

    async def close(self) -> None:
        """The stores go last: whoever ends still has something to write."""
        self._say("andre", "stopping")
        await asyncio.gather(*(child.end() for child in self._children))
        if self._forks is not None:
            await self._forks.end()
        if self._store is not None:
            await self._store.end()
        await asyncio.gather(*self._lives)
        self._say("andre", "stopped; everything is kept in " + str(self.data_dir))

    async def _redis_url(self) -> str:
        if self.conf.redis_url:
            await asyncio.to_thread(preflight.check_redis, self.conf.redis_url)
            return self.conf.redis_url
        valkey = Valkey(self.data_dir)
        url = await asyncio.to_thread(valkey.prepare)
        command = valkey.command(url)
        self._store = ManagedProcess("valkey", command, os.environ, self._say, signal.SIGTERM)
        self._lives.append(asyncio.create_task(self._store.keep_alive()))
        await asyncio.to_thread(valkey_server.wait_until_it_answers, valkey, url)
        return url

    async def _prepare_the_database(self) -> None:
        if self.conf.database_url:
            await asyncio.to_thread(preflight.check_database, self.conf.database_url)
        if self.conf.andre_environment == "prod":
            if not await self._manage("migrate", "--check", "--verbosity", "0"):
                raise StartFault(
                    "The database is not of this version. `make upgrade` makes a backup, "
                    "migrates it and collects the static files; then start again."
                )
            await self._must("disable_bootstrap_keys")  # Migrating does it, checking does not.
        else:
            await self._must("migrate", "--no-input", "--verbosity", "0")

    async def _collect_static_files(self) -> None:
        is_open_to_others = self.conf.is_home or self.conf.andre_environment == "prod"
        if is_open_to_others and not preflight.static_files_are_current(
            self.conf.static_root, BASE_DIR
        ):
            await self._must("collectstatic", "--no-input", "--verbosity", "0")

    def _needs_a_demonstration(self) -> bool:
        """Not where there is music: a folder of one's own, or a music server."""
        if self.conf.andre_music_root is not None or self.conf.has_music_server:
            return False
        music = self.data_dir / "music"
        return not (music.exists() and any(music.iterdir()))

    @property
    def _demo_unfinished_marker(self) -> Path:
        """There as long as the demonstration library has not been made to the end."""
        return self.data_dir / "demonstration-unfinished"

    async def _finish_demonstration(self) -> None:
        if await self._manage("make_demo_library", "--scan"):
            self._demo_unfinished_marker.unlink(missing_ok=True)

    async def _scan(self) -> None:
        if not await self._manage("scan_library", "--wait", SCAN_WAITS_SECONDS):
            self._say("setup", "the music was not read to the end; the catalogue is last time's")

    async def _must(self, *arguments: str) -> None:
        if not await self._manage(*arguments):
            raise StartFault(f"`manage.py {' '.join(arguments)}` failed; what it said is above.")

    async def _manage(self, *arguments: str) -> bool:
        command = [sys.executable, str(BASE_DIR / "manage.py"), *arguments]
        return await self._child("setup", command).run() == 0

    def _start_services(self) -> None:
        self._keep("web", self._web())
        self._keep("ticks", worker("ticks", "--pool", "solo"))
        self._keep("upkeep", upkeep_worker())
        self._keep("beat", celery("beat", "--schedule", str(self.data_dir / "beat")))

    def _keep(self, name: str, command: Sequence[str]) -> None:
        self._lives.append(asyncio.create_task(self._child(name, command).keep_alive()))

    def _child(self, name: str, command: Sequence[str]) -> ManagedProcess:
        child = (
            ForkedProcess(name, command, self._environ, self._say, server=self._forks)
            if self._forks
            else ManagedProcess(name, command, self._environ, self._say)
        )
        self._children.append(child)
        return child

    def _web(self) -> list[str]:
        return [
            *(sys.executable, "-m", "uvicorn", "andre.asgi:application"),
            *("--host", self.conf.listen_address, "--port", str(self.conf.port)),
            *("--http", "andre.launcher.http_protocol:TimedHttpProtocol"),
            *("--limit-concurrency", str(preflight.raise_file_limit() - FILES_OF_ITS_OWN)),
            *("--ws", "websockets-sansio", "--ws-max-size", str(FRAME_BYTES)),
            *("--ws-per-message-deflate", "false", "--lifespan", "off"),
            "--no-proxy-headers",  # Whom to believe is ANDRE_TRUSTED_PROXIES' to say.
            *("--timeout-graceful-shutdown", "3", "--no-access-log", "--log-level", "warning"),
        ]

    async def _say_when_ready(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_BE_READY
        here = preflight.address_here(self.conf)
        while not await asyncio.to_thread(is_ready, self.conf.port, here):
            if time.monotonic() > deadline:
                self._say("andre", f"not ready yet; {self.address}/readyz says what is missing")
                deadline += SECONDS_TO_BE_READY
            await asyncio.sleep(0.1)
        self._say("andre", f"ready at {self.address} (stop with Ctrl-C)")


def upkeep_worker() -> list[str]:
    # Some of its threads may wait for somebody else's servers; the others go on.
    return worker("upkeep,bender,providers", "--pool", "threads", "--concurrency", "8")


def worker(queues: str, *options: str) -> list[str]:
    name = queues.partition(",")[0]
    # Without them a worker asks its neighbours first and is a second later at its first task.
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return celery("worker", "--queues", queues, "--hostname", f"{name}@%h", *alone, *options)


def celery(*arguments: str) -> list[str]:
    quiet = [sys.executable, "-m", "celery", "--quiet", "-A", "andre"]
    return [*quiet, *arguments, "--loglevel", "WARNING"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
