"""Connections that say which device they are: it arrives with them, stays, and its tab departs."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import structlog
from django.db import InterfaceError, OperationalError

from andre.accounts.credentials import close_db_connections
from andre.core.context import CommandContext
from nests.devices import devices, presence, speakers
from nests.devices.names import DeviceTab

log = structlog.get_logger(__name__)


def arrive(act: CommandContext, named: DeviceTab) -> None:
    """Raises NoSuchNest."""
    if not named.device:
        return
    with database_that_may_be_away():
        devices.note_connected(act.nest, act.user, named.device)
        speakers.meet(act, named.device, named.tab)


def stay(beats: Iterable[tuple[str, str, str, str]]) -> None:
    """Beats of (address, connection id, device id, tab). Whoever's device has gone is told."""
    named = [(email, device) for email, _, device, _ in beats if device]
    with database_that_may_be_away():
        for email in presence.note_beats(named) if named else ():
            devices.publish_devices(email)


def depart(act: CommandContext, named: DeviceTab) -> None:
    if named.tab:
        speakers.vacate(act, named.device, named.tab)


@contextmanager
def database_that_may_be_away() -> Iterator[None]:
    """Music needs none, so that nobody stays out for it: the next change tells of a device."""
    try:
        yield
    except (InterfaceError, OperationalError) as error:
        log.warning("devices_not_told", error=str(error))
    finally:
        close_db_connections()
