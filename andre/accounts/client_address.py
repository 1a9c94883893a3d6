"""Where a request comes from: the one function everybody asks."""

from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from django.http import HttpRequest

from andre.core.conf import conf

Network = IPv4Network | IPv6Network


def client_address(request: HttpRequest) -> str:
    """The nearest address that is not one of ANDRE_TRUSTED_PROXIES."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return client_ip(request.META.get("REMOTE_ADDR", ""), forwarded)


def client_address_of(scope: Mapping[str, Any]) -> str:
    """The same of a socket."""
    forwarded = (value for name, value in scope["headers"] if name == b"x-forwarded-for")
    peer, _ = scope.get("client") or ("", 0)
    return client_ip(peer, b",".join(forwarded).decode("latin-1"))


def client_ip(peer: str, forwarded_for: str) -> str:
    """Each proxy appends whom it heard from; what stands left of a stranger is his invention."""
    hops = [*(hop.strip() for hop in forwarded_for.split(",") if hop.strip()), peer]
    while len(hops) > 1 and is_trusted(hops[-1]):
        hops.pop()
    return hops[-1]


def is_trusted(address: str) -> bool:
    return is_in(address, conf().andre_trusted_proxies)


def is_in(address: str, named: tuple[str, ...]) -> bool:
    """Whether this is an address, and in one of the networks of that name."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks(named))


@cache
def networks(named: tuple[str, ...]) -> list[Network]:
    return [ip_network(name, strict=False) for name in named]
