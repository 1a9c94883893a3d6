"""What a listener asks about players on their own account."""

from dataclasses import asdict
from typing import Any

from andre.core.context import CommandContext
from andre.core.rate_limits import consume
from andre.protocol.frames import Answer
from player import providers
from player.linked_accounts import accounts
from player.providers import LinkedProvider
from player.providers.linked import AccessRefused, Device, DeviceGone
from player.remote_players import followers, remote_controller

NOT_FOLLOWING: dict[str, Any] = {
    "following": False,
    "provider": "",
    "device_id": "",
    "device": "",
    "state": "off",
    "why": "",
    "message": "",
    "error_ms": None,
}


def devices(email: str, provider: LinkedProvider) -> list[dict[str, Any]]:
    """Raises Refusal."""
    return [asdict(device) for device in devices_of(email, provider)]


def devices_of(email: str, provider: LinkedProvider) -> list[Device]:
    key = accounts.access_key_of(email, provider)
    try:
        return provider.devices(key.access, key.account)
    except AccessRefused:
        fresh = accounts.fresh_key_of(email, key)
        return provider.devices(fresh.access, fresh.account)


def choose_linked_speaker(act: CommandContext, provider: str, device: str | None) -> Answer:
    """Their account's songs sound on this device of it from now on, or on none.

    Raises DeviceGone or Refusal.
    """
    linked = providers.linked_provider(provider)
    consume("own_player", act.user)
    if device is None:
        followers.unfollow(act.nest, act.user)
    else:
        follow(act.nest, act.user, linked, device)
    return {"is_chosen": True}


def follow(nest: str, email: str, provider: LinkedProvider, device: str) -> None:
    """Only a device that is there now. Raises DeviceGone or Refusal."""
    found = {each.id: each for each in devices_of(email, provider)}
    if device not in found:
        raise DeviceGone(provider.title)
    followers.follow(nest, email, provider.name, device, found[device].name)


def status(nest: str, email: str) -> dict[str, Any]:
    """Whoever asks is here; if they had gone, their device goes on."""
    follower = followers.follower_of(nest, email)
    if follower is None:
        return NOT_FOLLOWING
    going = remote_controller.going_of(nest, email, follower)
    if going.state == "away":
        followers.send_update(nest, email)
    return {
        "following": True,
        "provider": follower.provider,
        "device_id": follower.device,
        "device": follower.device_name,
        "state": going.state,
        "why": going.why,
        "message": going.message,
        "error_ms": going.error_ms,
    }
