"""Commands about a nest itself and about the connection, each to its service."""

from collections.abc import Callable
from typing import Any

from andre.core import clock, permissions
from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest
from andre.protocol.commands import (
    ApproveListener,
    BanListener,
    Beat,
    ChangeNestSettings,
    ChangePreferences,
    Command,
    CreateNest,
    DeleteNest,
    JoinNest,
    KickListener,
    LeaveNest,
    MuteListener,
    NameDj,
    ProbeClock,
    RefuseListener,
    SendChatMessage,
    UnbanListener,
    UnmuteListener,
)
from andre.protocol.frames import Answer
from nests.chat import messages
from nests.door import decisions, entries, passwords
from nests.door.refusals import EntryRefused
from nests.lifecycle import deletion
from nests.membership import dj, listener_preferences, members
from nests.moderation import moderation
from nests.registry import settings, store
from nests.scripts import lua

DOOR_SETTINGS = {"is_private", "entry_mode"}


def create_nest(act: CommandContext, command: CreateNest) -> Answer:
    wishes = command.model_dump(exclude={"type", "id", "name", "seed_track"})
    settings.require_entry_mode(wishes)
    settings.require_playlist(act, wishes, act.user)
    nest = store.create_nest(
        act.user,
        act.name,
        command.name,
        seed_track=command.seed_track,
        **settings.validate_settings(wishes),
    )
    return {"nest_id": nest.nest_id}


def join_nest(act: CommandContext, command: JoinNest) -> Answer:
    """Raises Refusal. Who waits to be let in is answered, and not refused."""
    try:
        members.admit(act, entries.entry_in(act, command))
    except EntryRefused as refusal:
        entries.count_failure(act, refusal)
        if refusal.why != "pending":
            raise
        return {"nest_id": act.nest, "status": "PENDING"}
    return {"nest_id": act.nest, "status": "APPROVED"}


def leave_nest(act: CommandContext, _: LeaveNest) -> Answer:
    members.disconnect_everywhere(act)
    return {"nest_id": act.nest}


def delete_nest(act: CommandContext, command: DeleteNest) -> Answer:
    """Raises NoSuchNest where somebody else has just deleted it."""
    if not deletion.delete(store.get_nest(act.nest), command.reason or "deleted by its creator"):
        raise NoSuchNest
    return {"nest_id": act.nest}


def change_nest_settings(act: CommandContext, command: ChangeNestSettings) -> Answer:
    answer = settings.change(act, command.wishes)
    password = passwords.issue_password(act.nest) if DOOR_SETTINGS & set(command.wishes) else None
    return answer if password is None else answer | {"password": password}


def send_chat_message(act: CommandContext, command: SendChatMessage) -> Answer:
    return messages.send(act, command.text, command.song_id, command.mentions)


def name_dj(act: CommandContext, command: NameDj) -> Answer:
    may_name_any = act.actor.is_house or permissions.creator(act.actor)
    return dj.name(act, command.person, may_name_any=may_name_any)


def change_preferences(act: CommandContext, command: ChangePreferences) -> Answer:
    return listener_preferences.change(act, command.changes)


def mute_listener(act: CommandContext, command: MuteListener) -> Answer:
    return moderation.mute(act, command.person, command.reason)


def unmute_listener(act: CommandContext, command: UnmuteListener) -> Answer:
    return moderation.unmute(act, command.person)


def kick_listener(act: CommandContext, command: KickListener) -> Answer:
    return moderation.kick(act, command.person, command.reason)


def ban_listener(act: CommandContext, command: BanListener) -> Answer:
    return moderation.ban(act, command.person, command.reason)


def unban_listener(act: CommandContext, command: UnbanListener) -> Answer:
    return moderation.unban(act, command.person)


def approve_listener(act: CommandContext, command: ApproveListener) -> Answer:
    return decisions.approve_entry(act, command.person)


def refuse_listener(act: CommandContext, command: RefuseListener) -> Answer:
    return decisions.refuse_entry(act, command.person)


def probe_clock(act: CommandContext, command: ProbeClock) -> Answer:
    """For HTTP; a socket is answered at the door, without a thread's turn between."""
    remember(act)
    return {"t0": command.t0, "server_ms": clock.now_ms()}


def beat(act: CommandContext, _: Beat) -> Answer:
    """Any frame is a sign of life, and the door has noted it."""
    remember(act)
    return {}


def remember(act: CommandContext) -> None:
    """These have no script of their own. Raises IdReused."""
    if act.command_id is not None:
        lua.remember(act)


HANDLERS: dict[type[Command], Callable[[CommandContext, Any], Answer]] = {
    CreateNest: create_nest,
    JoinNest: join_nest,
    LeaveNest: leave_nest,
    DeleteNest: delete_nest,
    ChangeNestSettings: change_nest_settings,
    SendChatMessage: send_chat_message,
    NameDj: name_dj,
    ChangePreferences: change_preferences,
    MuteListener: mute_listener,
    UnmuteListener: unmute_listener,
    KickListener: kick_listener,
    BanListener: ban_listener,
    UnbanListener: unban_listener,
    ApproveListener: approve_listener,
    RefuseListener: refuse_listener,
    ProbeClock: probe_clock,
    Beat: beat,
}
