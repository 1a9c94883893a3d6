"""The addresses of this machine: which of them other devices of the same network can reach.

The kernel is asked (an ioctl, /proc and /sys), because a bare machine may have no `ip` program.
Where there is no Linux kernel, a UDP socket says by which address the default route leaves.
"""

import fcntl
import socket
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Literal

Ip = IPv4Address | IPv6Address
Kind = Literal["device", "loopback", "bridge", "tunnel"]

PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
SYS_NET = Path("/sys/class/net")
PROC_NET = Path("/proc/net")

SIOCGIFCONF = 0x8912  # netdevice(7)
IFREQ_BYTES = 40  # On every 64-bit Linux: a name of 16 bytes and a union of 24.
MOST_ADDRESSES = 256
NAME_BYTES = 16
LOOPBACK_TYPE = 772  # ARPHRD_LOOPBACK of if_arp.h
# PPP, IP in IP, IPv6 in IPv6, SIT, GRE, GRE over IPv6, and none at all, which is WireGuard and tun.
TUNNEL_TYPES = {512, 768, 769, 776, 778, 823, 65_534}
TUNNEL_WORDS = {"wireguard", "vxlan", "geneve", "gre", "ppp"}
FAR_AWAY = ("192.0.2.1", 9)  # TEST-NET-1; connecting a UDP socket sends nothing.


@dataclass(frozen=True, slots=True)
class InterfaceAddress:
    """One address, and the interface that has it (empty where the system does not say)."""

    interface: str
    ip: Ip


@dataclass(frozen=True, slots=True)
class Network:
    """What this machine has: every address, the kind of each interface, and the default route's."""

    addresses: tuple[InterfaceAddress, ...]
    kinds: dict[str, Kind]
    default_interface: str | None

    def list_reachable(self) -> list[Ip]:
        """The private IPv4 addresses that others can reach, the default route's first."""
        usable = [
            each
            for each in self.addresses
            if is_private(each.ip)
            and each.ip.version == 4
            and self.kinds.get(each.interface, "device") == "device"
        ]
        return [each.ip for each in sorted(usable, key=self._is_elsewhere)]

    def private(self) -> list[Ip]:
        """Every private address, those of bridges and tunnels included."""
        return [each.ip for each in self.addresses if is_private(each.ip)]

    def interface_of(self, ip: Ip) -> str | None:
        return next((each.interface for each in self.addresses if each.ip == ip), None)

    def public_on(self, interfaces: Iterable[str | None]) -> list[Ip]:
        """The public addresses of these interfaces."""
        asked = set(interfaces)
        return [
            each.ip for each in self.addresses if each.interface in asked and is_public(each.ip)
        ]

    def _is_elsewhere(self, address: InterfaceAddress) -> bool:
        return address.interface != self.default_interface


# What an address is


def is_private(ip: Ip) -> bool:
    """RFC 1918 and RFC 4193, and nothing else that some table calls private."""
    return any(ip in network for network in PRIVATE if network.version == ip.version)


def is_public(ip: Ip) -> bool:
    """Whether other networks may know it: 100.64.0.0/10 and every global IPv6 address, too."""
    local = ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_multicast
    return not local and not is_private(ip)


def is_near(address: str, others: Sequence[str] = ()) -> bool:
    """Whether a peer is this machine or one of a network at home; `others` are further networks."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback or ip.is_link_local or is_private(ip):
        return True
    return any(ip in ip_network(each, strict=False) for each in others)


# Asking the system


def read_network() -> Network:
    """What this machine has now."""
    if sys.platform != "linux":
        return Network(tuple(InterfaceAddress("", ip) for ip in address_by_route()), {}, "")
    addresses = (*ipv4_addresses(), *ipv6_addresses())
    kinds = {each.interface: interface_kind(each.interface) for each in addresses}
    return Network(addresses, kinds, default_interface())


def ipv4_addresses() -> list[InterfaceAddress]:
    buffer = bytearray(MOST_ADDRESSES * IFREQ_BYTES)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        pointer = memory_address(buffer)
        reply = fcntl.ioctl(asked, SIOCGIFCONF, struct.pack("iP", len(buffer), pointer))
    length = struct.unpack("iP", reply)[0]
    rows = (bytes(buffer[at : at + IFREQ_BYTES]) for at in range(0, length, IFREQ_BYTES))
    return [InterfaceAddress(name_in(row), IPv4Address(row[20:24])) for row in rows]


def memory_address(buffer: bytearray) -> int:
    import ctypes

    return ctypes.addressof((ctypes.c_char * len(buffer)).from_buffer(buffer))


def name_in(row: bytes) -> str:
    """Without the label of a second address, as in `eth0:1`."""
    return row[:NAME_BYTES].split(b"\0")[0].decode().partition(":")[0]


def ipv6_addresses(proc: Path = PROC_NET) -> Iterator[InterfaceAddress]:
    """Rows such as `fd00…01 02 40 00 80 eth0`; none where IPv6 is switched off."""
    for line in lines_of(proc / "if_inet6"):
        digits, *_, name = line.split()
        yield InterfaceAddress(name, IPv6Address(bytes.fromhex(digits)))


def default_interface(proc: Path = PROC_NET) -> str | None:
    """The interface of the default route with the lowest metric; None without one."""
    rows = [line.split() for line in lines_of(proc / "route")[1:]]
    routes = [(int(row[6]), row[0]) for row in rows if row[1] == "00000000" == row[7]]
    return min(routes)[1] if routes else None


def interface_kind(name: str, root: Path = SYS_NET) -> Kind:
    """By what the kernel says of an interface, never by its name."""
    place = root / name
    words = {line.partition("=")[2] for line in lines_of(place / "uevent")}
    number = next(iter(lines_of(place / "type")), "1")
    if int(number) == LOOPBACK_TYPE:
        return "loopback"
    if (place / "bridge").is_dir() or "bridge" in words:
        return "bridge"
    if (place / "tun_flags").exists() or int(number) in TUNNEL_TYPES or words & TUNNEL_WORDS:
        return "tunnel"
    return "device"


def lines_of(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:  # Not there on this kernel, or an interface that has just gone.
        return []


def address_by_route() -> list[Ip]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(FAR_AWAY)
        except OSError:
            return []
        return [ip_address(asked.getsockname()[0])]
