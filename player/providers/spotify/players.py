"""A listener's own player: which devices it has, what it does, what we ask of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from andre.core.keys import provider_devices
from andre.core.redis import redis
from player.providers.linked import Device, DeviceGone, PlayerState, Position
from player.providers.spotify import client
from player.providers.spotify.links import NAME

JUST_READ_SECONDS = 30  # A device id is good for so long after it was seen.


def devices(access: str, account: str) -> list[Device]:
    answer = client.ask("devices", access)
    found = [device for device in map(to_device_row, answer.get("devices") or []) if device]
    ids = json.dumps([device.id for device in found])
    redis().set(provider_devices(NAME, account), ids, ex=JUST_READ_SECONDS)
    return found


def read_player(access: str) -> PlayerState | None:
    answer = client.ask("current_playback", access)
    item = answer.get("item") if answer else None
    if not answer or not item:
        return None
    linked = item.get("linked_from") or {}
    return PlayerState(
        uris=frozenset(str(uri) for uri in (item.get("uri"), linked.get("uri")) if uri),
        position_ms=int(answer.get("progress_ms") or 0),
        is_playing=bool(answer.get("is_playing")),
        device=(answer.get("device") or {}).get("id"),
    )


def play(access: str, account: str, device: str, uri: str, position: Position) -> None:
    with to_device(access, account, device):
        client.tell(
            "start_playback", access, device_id=device, uris=[uri], position_ms=max(0, position())
        )


def seek(access: str, account: str, device: str, position: Position) -> None:
    with to_device(access, account, device):
        client.tell("seek_track", access, max(0, position()), device_id=device)


def pause(access: str, account: str, device: str) -> None:
    with to_device(access, account, device):
        client.tell("pause_playback", access, device_id=device)


@contextmanager
def to_device(access: str, account: str, device: str) -> Iterator[None]:
    """Only ids that were just read are ever sent. Raises DeviceGone."""
    kept = redis().get(provider_devices(NAME, account))
    if kept is None or device not in json.loads(kept):
        require_there(access, account, device)
    try:
        yield
    except DeviceGone:
        redis().delete(provider_devices(NAME, account))
        raise


def require_there(access: str, account: str, device: str) -> None:
    """Raises DeviceGone."""
    if device not in {each.id for each in devices(access, account)}:
        raise DeviceGone(client.TITLE)


def to_device_row(device: dict[str, Any] | None) -> Device | None:
    if not device or not device.get("id"):
        return None
    return Device(
        id=str(device["id"]),
        name=str(device.get("name") or "A device"),
        kind=str(device.get("type") or ""),
        is_active=bool(device.get("is_active")),
        is_restricted=bool(device.get("is_restricted")),
        volume=device.get("volume_percent"),
    )
