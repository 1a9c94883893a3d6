"""Where Redis is: one server, or the sentinels that know which server it is at the moment.

    redis+sentinel://[[user]:password@]host[:port][,host[:port]…]/service[/database]

`sentinel_username` and `sentinel_password` as parameters say who we are to the sentinels, if they
ask. Each library has a way of its own to be told of sentinels; here is one function for each.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from andre.core.redis_alone import (
    AsyncConnectionPool,
    AsyncSentinel,
    AsyncSentinelConnectionPool,
    ConnectionPool,
    Sentinel,
    SentinelConnectionPool,
    parse_url,
)

SCHEME = "redis+sentinel"
SENTINEL_PORT = 26379
LOGINS = {"sentinel_username": "username", "sentinel_password": "password"}
FORM = "must be like redis+sentinel://host:26379,host:26379/service/0"


@dataclass(frozen=True)
class SentinelAddress:
    """The sentinels, what they call the servers they watch, and how to sign in to each."""

    sentinels: tuple[tuple[str, int], ...]
    service: str
    database: int
    login: dict[str, str]
    sentinel_login: dict[str, str]

    def sentinel_options(self, options: dict[str, Any]) -> dict[str, Any]:
        """Of connections to the sentinels, where those to the server have `options`: one that is
        away is given up as soon as a server is; it never makes anybody wait.
        """
        connect = options.get("socket_connect_timeout")
        return self.sentinel_login | {"socket_timeout": connect, "socket_connect_timeout": connect}


def read_sentinels(url: str) -> SentinelAddress | None:
    """None for the address of one server. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme != SCHEME:
        return None
    user, _, hosts = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    service, _, database = parts.path.strip("/").partition("/")
    given = dict(parse_qsl(parts.query))
    is_whole = hosts and service and (database or "0").isdecimal()
    if not is_whole or given.keys() - LOGINS.keys():
        raise ValueError(FORM)
    return SentinelAddress(
        sentinels=tuple(map(read_host, hosts.split(","))),
        service=unquote(service),
        database=int(database or 0),
        login=drop_empty(username=unquote(name), password=unquote(password)),
        sentinel_login={LOGINS[name]: value for name, value in given.items()},
    )


def read_host(text: str) -> tuple[str, int]:
    """Raises ValueError."""
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError(FORM)
    return parts.hostname, parts.port or SENTINEL_PORT


def drop_empty(**given: str) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}


def read_database(url: str) -> int:
    """Raises ValueError."""
    found = read_sentinels(url)
    return found.database if found else int(parse_url(url).get("db", 0))


def make_pool(url: str, **options: Any) -> ConnectionPool:
    """Raises ValueError."""
    found = read_sentinels(url)
    if found is None:
        return ConnectionPool.from_url(url, **options)
    return ManagedPool(
        found.service,
        Sentinel(found.sentinels, sentinel_kwargs=found.sentinel_options(options)),
        db=found.database,
        **found.login,
        **options,
    )


def make_async_pool(url: str, **options: Any) -> AsyncConnectionPool:
    """Raises ValueError."""
    found = read_sentinels(url)
    if found is None:
        return AsyncConnectionPool.from_url(url, **options)
    return ManagedAsyncPool(
        found.service,
        AsyncSentinel(found.sentinels, sentinel_kwargs=found.sentinel_options(options)),
        db=found.database,
        **found.login,
        **options,
    )


class ManagedPool(SentinelConnectionPool):
    """Lets go of the sentinels, too, when it is closed."""

    def disconnect(self, inuse_connections: bool = True) -> None:
        super().disconnect(inuse_connections)
        if inuse_connections:
            for sentinel in self.sentinel_manager.sentinels:
                sentinel.close()


class ManagedAsyncPool(AsyncSentinelConnectionPool):
    """The same."""

    async def disconnect(self, inuse_connections: bool = True) -> None:
        await super().disconnect(inuse_connections)
        if inuse_connections:
            for sentinel in self.sentinel_manager.sentinels:
                await sentinel.aclose()


def channels_host(url: str, **options: Any) -> dict[str, Any]:
    """What channels-redis takes as one of its hosts. Raises ValueError."""
    found = read_sentinels(url)
    if found is None:
        return {"address": url, **options}
    return {
        "sentinels": list(found.sentinels),
        "master_name": found.service,
        "sentinel_kwargs": found.sentinel_options(options),
        "db": found.database,
        **found.login,
        **options,
    }


def with_checked_certificate(url: str) -> str:
    """Celery believes any certificate, unless it is told otherwise."""
    parts = urlsplit(url)
    if parts.scheme != "rediss" or "ssl_cert_reqs=" in parts.query:
        return url
    query = "&".join(filter(None, (parts.query, "ssl_cert_reqs=required")))
    return parts._replace(query=query).geturl()


def broker_address(url: str, **options: Any) -> tuple[str, dict[str, Any]]:
    """What Celery takes: an address, and options for its transport. Raises ValueError."""
    found = read_sentinels(url)
    if found is None:
        return with_checked_certificate(url.replace("unix://", "redis+socket://", 1)), options
    user = ":".join(quote(found.login.get(name, ""), safe="") for name in ("username", "password"))
    urls = (
        f"sentinel://{user}@{host if ':' not in host else f'[{host}]'}:{port}/{found.database}"
        for host, port in found.sentinels
    )
    sentinels = {
        "master_name": found.service,
        "sentinel_kwargs": found.sentinel_options(options),
    }
    return ";".join(urls), options | sentinels
