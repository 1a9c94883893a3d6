"""`make home`: its secrets, and whether this machine's addresses are those of a home."""

import os
import secrets
from collections.abc import Iterable, Mapping, MutableMapping
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from andre.core.conf import Conf
from andre.core.home_hosts import addresses_for_others
from andre.core.local_network import Ip, Network
from andre.launcher.valkey_server import StartFault

SECRETS = ("ANDRE_SECRET_KEY", "ANDRE_JWT_SECRET")
SECRET_BYTES = 48
# What a later `make manage` has to agree about with the start whose data it works on.
REMEMBERED = ("ANDRE_ENVIRONMENT", "HOST", "PORT", "HOME_ADDRESS")


def make_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The secrets that `environ` does not name: made once, and stored in the data directory.

    Raises StartFault.
    """
    folder = data_dir_in(environ) / "secrets"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        missing = [name for name in SECRETS if not environ.get(name)]
        return {name: read_or_make(folder / name.lower()) for name in missing}
    except OSError as error:
        raise StartFault(
            f"Andre cannot keep its secrets in {folder} ({error.strerror})."
        ) from error


def read_or_make(path: Path) -> str:
    """Two starts at once agree on one secret: who comes second reads the first one's."""
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    if not path.exists():
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text(encoding="utf-8").strip()


def remember_start(data_dir: Path, environ: Mapping[str, str]) -> None:
    """Write down in which environment this data is used."""
    rows = [f"{name}={environ[name]}" for name in REMEMBERED if environ.get(name)]
    start_file(data_dir).write_text("\n".join(rows) + "\n", encoding="utf-8")


def recall_start(environ: MutableMapping[str, str]) -> None:
    """For a command on data that `make home` opened: in the same environment, unless one is set."""
    if environ.get("ANDRE_ENVIRONMENT"):
        return
    try:
        rows = start_file(data_dir_in(environ)).read_text(encoding="utf-8").splitlines()
    except OSError:
        return  # Nothing was started here yet.
    kept = dict(row.split("=", 1) for row in rows if "=" in row)
    if kept.get("ANDRE_ENVIRONMENT") == "home":
        for name in REMEMBERED:
            if name in kept:
                environ.setdefault(name, kept[name])


def start_file(data_dir: Path) -> Path:
    return data_dir / "last-start"


def data_dir_in(environ: Mapping[str, str]) -> Path:
    default = Conf.model_fields["andre_data_dir"].default
    return Path(environ.get("ANDRE_DATA_DIR") or default).expanduser().resolve()


def check_addresses(conf: Conf, network: Network) -> None:
    """Refuse to start where the internet could come in. Raises StartFault."""
    listening = ip_address(conf.listen_address)
    if listening.is_loopback:
        return
    named = [ip_address(each) for each in (conf.home_address, conf.host) if each]
    for ip in named:
        if not ip.is_unspecified and network.interface_of(ip) is None:
            known = spell(each.ip for each in network.addresses)
            raise StartFault(
                f"{ip} is none of this machine's addresses ({known}). "
                "Mend HOME_ADDRESS or HOST, or leave it out."
            )
    chosen = [network.interface_of(ip) for ip in addresses_for_others(conf, network)[:1]]
    # Nearly every home router gives out global IPv6 addresses; nobody comes in by one unless HOST
    # listens on IPv6, which takes IPv4 as well.
    public = [
        ip
        for ip in network.public_on(chosen or [network.default_interface])
        if listening.version in (6, ip.version)
    ]
    if public and not conf.andre_allow_public:
        raise StartFault(
            f"This machine has the public address {public[0]}, so more than a home could reach it, "
            "and `make home` speaks plain HTTP. For the internet there is a recipe with TLS: "
            "see docs/running.md, “On a server”. If a router or a firewall keeps strangers out, "
            "ANDRE_ALLOW_PUBLIC=true starts here all the same."
        )


def spell(addresses: Iterable[Ip]) -> str:
    return ", ".join(map(str, addresses))
