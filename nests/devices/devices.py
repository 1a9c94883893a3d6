"""Somebody's devices: made known, named, seen and forgotten; each nest they listen in is told.

The database keeps them. A nest has a copy, because a snapshot is read in one step; it is part of
the listener's own scope.
"""

import json
from typing import Any

from django.db import IntegrityError

from andre.core import clock
from andre.core.context import Actor
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import NestKeys, devices_lock
from andre.core.redis import hold_lock, redis
from nests.devices import presence, user_agents
from nests.membership.elsewhere import Elsewhere, nests_of_listener
from nests.models import Device
from nests.scripts import lua

MOST_DEVICES = 30  # Browsers that forget what they keep come as another one each time.
LOCKED_SECONDS = 10


def register_device(owner: str, device_id: str, name: str, user_agent: str) -> tuple[Device, bool]:
    """(the device, whether it is new). A name that is given replaces the one it had."""
    fallback = user_agents.name_of_agent(user_agent)
    new = {"name": name or fallback, "platform": user_agents.platform_of(user_agent)}
    try:
        device, is_new = Device.objects.get_or_create(
            owner=owner, device_id=device_id, defaults=new
        )
    except IntegrityError:  # Two tabs of a browser that has not been here before.
        device, is_new = Device.objects.get(owner=owner, device_id=device_id), False
    device.name = name or device.name
    device.last_seen = presence.as_datetime(clock.now_ms())
    device.save()
    if is_new:
        forget_surplus(owner)
    presence.note_beats([(owner, device_id)])
    publish_devices(owner)
    return device, is_new


def forget_surplus(owner: str) -> None:
    """Of too many, those that were seen longest ago."""
    kept = Device.objects.filter(owner=owner).order_by("-last_seen").values("pk")[:MOST_DEVICES]
    surplus = Device.objects.filter(owner=owner).exclude(pk__in=[row["pk"] for row in kept])
    surplus.delete()


def heartbeat(owner: str, device_id: str) -> Device:
    """Raises Refusal `device_not_found`."""
    device = find_device(owner, device_id)
    device.last_seen = presence.as_datetime(clock.now_ms())
    device.save(update_fields=["last_seen"])
    if presence.note_beats([(owner, device_id)]):
        publish_devices(owner)
    return device


def forget_device(owner: str, device_id: str) -> None:
    """Raises Refusal `device_not_found`."""
    find_device(owner, device_id).delete()
    presence.forget_beats(owner, [device_id])
    publish_devices(owner)


def find_device(owner: str, device_id: str) -> Device:
    """Raises Refusal `device_not_found`, also for somebody else's."""
    device = Device.objects.filter(owner=owner, device_id=device_id).first()
    if device is None:
        raise Refusal("device_not_found", "You have no such device.")
    return device


def require_known(nest: str, owner: str, device_id: str) -> None:
    """As the nest knows it already, or the database. Raises Refusal `device_not_found`."""
    kept = redis().get(NestKeys(nest).listener_devices(owner))
    if not any(device["id"] == device_id for device in json.loads(kept or "[]")):
        find_device(owner, device_id)


def list_devices(owner: str) -> list[dict[str, Any]]:
    """All of them, the one that was seen last first."""
    seen, connected = presence.read_beats(owner)
    rows = Device.objects.filter(owner=owner)
    told = [
        describe_device(row, connected) | {"last_seen_ms": last_seen_ms(row, seen)} for row in rows
    ]
    return sorted(told, key=lambda device: -int(device["last_seen_ms"]))


def describe_device(device: Device, connected: set[str]) -> dict[str, Any]:
    return {
        "id": device.device_id,
        "name": device.name,
        "platform": device.platform,
        "is_connected": device.device_id in connected,
    }


def last_seen_ms(device: Device, seen: dict[str, int]) -> int:
    return max(int(device.last_seen.timestamp() * 1000), seen.get(device.device_id, 0))


def note_connected(nest: str, owner: str, device_id: str) -> None:
    """A connection to this nest names its device."""
    has_copy = redis().exists(NestKeys(nest).listener_devices(owner))
    if presence.note_beats([(owner, device_id)]) or not has_copy:
        publish_devices(owner, also_in=nest)


def publish_devices(owner: str, also_in: str = "") -> None:
    """Tell every nest where they listen what their devices are now; the same again says nothing."""
    with hold_lock(devices_lock(owner), LOCKED_SECONDS, LOCKED_SECONDS):
        seen, connected = presence.read_beats(owner)
        rows = list(Device.objects.filter(owner=owner).order_by("pk"))
        note_departures(rows, seen, connected)
        text = json.dumps([describe_device(row, connected) for row in rows])
        for nest in {*nests_of_listener(owner, "listener_devices"), also_in} - {""}:
            publish_in(nest, owner, text)


def note_departures(rows: list[Device], seen: dict[str, int], connected: set[str]) -> None:
    gone = set(seen) - connected
    for row in rows:
        if row.device_id in gone:
            row.last_seen = presence.as_datetime(seen[row.device_id])
            row.save(update_fields=["last_seen"])
    if rows:
        presence.forget_beats(rows[0].owner, gone)


def publish_in(nest: str, owner: str, text: str) -> None:
    try:
        lua.change_devices(Elsewhere(nest, Actor(owner)), devices=text)
    except NoSuchNest:
        return
