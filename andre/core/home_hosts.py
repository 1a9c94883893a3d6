"""By which names and addresses this machine may be asked at home, as its networks come and go."""

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from ipaddress import ip_address

from andre.core.conf import Conf, conf
from andre.core.local_network import Ip, Network, read_network

SECONDS_BETWEEN_READS = 30.0
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class NetworkWatch:
    """This machine's network, read anew every 30 seconds."""

    def __init__(
        self,
        read: Callable[[], Network] = read_network,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._monotonic = monotonic
        self._read_at = float("-inf")
        self._network = Network((), {}, None)

    def network(self) -> Network:
        now = self._monotonic()
        if now - self._read_at >= SECONDS_BETWEEN_READS:
            self._network, self._read_at = self._read(), now
        return self._network


class HomeHosts(list[str]):
    """ALLOWED_HOSTS at home. Django wants a list, and reads it for every request."""

    def __init__(self, named: Iterable[str], watch: NetworkWatch) -> None:
        super().__init__(dict.fromkeys([*LOOPBACK_HOSTS, *named, *host_names()]))
        self._watch = watch

    def __iter__(self) -> Iterator[str]:
        yield from super().__iter__()
        yield from map(spell_host, self._watch.network().private())

    def __contains__(self, host: object) -> bool:
        return any(host == each for each in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def host_names() -> list[str]:
    """What this machine calls itself, and what multicast DNS calls it."""
    name = socket.gethostname().lower().removesuffix(".local")
    return [name, f"{name}.local"] if name else []


def spell_host(ip: Ip) -> str:
    return f"[{ip}]" if ip.version == 6 else str(ip)


@cache
def watch() -> NetworkWatch:
    return NetworkWatch()


def addresses_for_others(settings: Conf, network: Network) -> list[Ip]:
    """Where other devices find this machine, the likeliest first; HOME_ADDRESS or HOST chooses."""
    listening = ip_address(settings.listen_address)
    if listening.is_loopback:
        return []
    if settings.home_address:
        return [ip_address(settings.home_address)]
    return network.list_reachable() if listening.is_unspecified else [listening]


def sites_for_others() -> list[str]:
    """The same, now, as beginnings of links."""
    found = addresses_for_others(conf(), watch().network())
    return [f"http://{spell_host(ip)}:{conf().port}" for ip in found]
