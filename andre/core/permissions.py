"""Who may do what: one table of rights, for every command, and finer ones for single rows.

A rule is a function of the Actor and knows neither nest nor song. The pipeline in
andre/web/dispatch.py asks for a command's rights, the welcome of a page lists them (`you.may`), and
where a right is about single rows, a script is handed the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from andre.accounts.roles import Role, reaches
from andre.core.context import Actor
from andre.core.errors import DjOnly, NotAMember, Refusal
from andre.protocol.commands import Command

Rule = Callable[[Actor], bool]

# Rules


def anyone(_: Actor) -> bool:
    """Whoever is signed in: nobody else gets as far as a command."""
    return True


def members(actor: Actor) -> bool:
    """Whether somebody still is one, the scripts ask again, in the step that makes the change."""
    return actor.nest_role != "none"


def no_guest(actor: Actor) -> bool:
    return not actor.guest_nest


def creator(actor: Actor) -> bool:
    return actor.nest_role == "creator"


def beyond_token(actor: Actor) -> bool:
    """A session or a key: a token that leaked must not end anything."""
    return actor.credential != "token"


def outside_main(actor: Actor) -> bool:
    return not actor.is_main


def operator(actor: Actor) -> bool:
    return reaches(actor.house_role, Role.OPERATOR)


def creator_or_operator(actor: Actor) -> bool:
    return creator(actor) or operator(actor)


def creator_operator_in_main(actor: Actor) -> bool:
    """In the Main Nest operators have the rights that its creator has in any other nest."""
    return operator(actor) if actor.is_main else creator(actor)


def controls_playback(actor: Actor) -> bool:
    """Everybody, but in a nest with a DJ. Who that is, the scripts ask again in their own step."""
    return actor.is_dj or not actor.has_dj


def creator_or_dj(actor: Actor) -> bool:
    return creator(actor) or actor.is_dj


def leads_playback(actor: Actor) -> bool:
    """Everybody; in a nest with a DJ the DJ and who built it."""
    return not actor.has_dj or creator_or_dj(actor)


def host(actor: Actor) -> bool:
    """Who built the nest and its DJ; in the Main Nest an operator."""
    return creator_operator_in_main(actor) or actor.is_dj


def moderator(actor: Actor) -> bool:
    """Who built the nest and its DJ; nobody built the Main Nest, so there it is an admin."""
    return creator_or_dj(actor) or (actor.is_main and reaches(actor.house_role, Role.ADMIN))


def anyone_in_main(actor: Actor) -> bool:
    """The creator and operators; in the Main Nest anyone, as ever: it can be undone."""
    return actor.is_main or creator_or_operator(actor)


# The table


@dataclass(frozen=True, slots=True)
class Permission:
    """A rule, and the sentence for who does not meet it."""

    rule: Rule
    refuse: Callable[[Actor], Refusal]


def forbid(rule: Rule, sentence: str, *, in_main: str = "") -> Permission:
    """Refuse as `forbidden`; in the Main Nest with another sentence, where there is one."""

    def refuse(actor: Actor) -> Refusal:
        return Refusal("forbidden", in_main if in_main and actor.is_main else sentence)

    return Permission(rule, refuse)


PRESENT = Permission(members, lambda _: NotAMember())
NO_GUEST = forbid(
    no_guest, "This is not for guests: they listen, add songs, vote, jam, comment and chat."
)
# What a guest may do, too, asks for PRESENT alone.
MEMBERS = (PRESENT, NO_GUEST)
DJ_ONLY = Permission(controls_playback, lambda _: DjOnly())
CONTROLLERS = (*MEMBERS, DJ_ONLY)


def open_by(setting: str, sentence: str) -> Permission:
    """Everybody's, a guest's only where the nest's setting of this name says so."""
    return forbid(lambda actor: not actor.guest_nest or setting in actor.open_to_guests, sentence)


ANYONE = Permission(anyone, lambda _: Refusal("unauthorized", "Please sign in first."))
SESSION_OR_KEY = Permission(
    beyond_token,
    lambda _: Refusal("session_required", "A token is not enough for this; sign in or use a key."),
)

MODERATOR = forbid(
    moderator,
    "Only who built this nest, or its DJ, may do this to somebody.",
    in_main="In the Main Nest only an administrator may do this to somebody.",
)

# Name of a right -> all that has to be met for it.
PERMISSIONS: dict[str, tuple[Permission, ...]] = {
    "add_songs": (PRESENT,),
    "add_songs_again": (
        NO_GUEST,
        forbid(
            creator_operator_in_main,
            "Only who built this nest may play something again so soon.",
            in_main="Only an operator may play something again so soon.",
        ),
    ),
    "choose_source": (*MEMBERS, Permission(leads_playback, lambda _: DjOnly())),
    "approve_song": (
        NO_GUEST,
        forbid(host, "Only who built this nest, or its DJ, approves songs."),
    ),
    "refuse_song": (
        NO_GUEST,
        forbid(host, "Only who built this nest, or its DJ, refuses songs."),
    ),
    "remove_song": MEMBERS,
    "move_song": MEMBERS,  # One's own; who the DJ is, the script asks itself.
    "remove_others_songs": (
        forbid(creator_or_operator, "Only who added this song may remove it."),
    ),
    "clear_queue": (
        NO_GUEST,
        forbid(anyone_in_main, "Only who built this nest may clear the queue."),
    ),
    "undo": MEMBERS,
    "cast_vote": (PRESENT,),
    "toggle_jam": (PRESENT,),
    "add_comment": (PRESENT,),
    "send_chat_message": (PRESENT, open_by("guest_chat", "In this nest guests do not chat.")),
    "blow_airhorn": (PRESENT, open_by("guest_airhorns", "In this nest guests blow no airhorns.")),
    "play": CONTROLLERS,
    "pause": CONTROLLERS,
    "toggle": CONTROLLERS,
    "seek": CONTROLLERS,
    "skip": (PRESENT, open_by("guest_skips", "In this nest guests do not skip."), DJ_ONLY),
    "previous": CONTROLLERS,
    "set_options": CONTROLLERS,
    "set_volume": MEMBERS,
    "queue_preview": MEMBERS,
    "filter_preview": MEMBERS,
    "set_fallback_songs": (
        forbid(creator_operator_in_main, "Only who built this nest may choose its fallback songs."),
    ),
    "change_nest_settings": (
        forbid(creator_operator_in_main, "Only who built this nest may change it."),
    ),
    "name_dj": (
        *MEMBERS,
        forbid(creator_or_dj, "Only who built this nest, or its DJ, names another."),
    ),
    "manage_guests": (
        forbid(creator_operator_in_main, "Only who built this nest looks after its guests."),
    ),
    "mute_listener": (MODERATOR,),
    "unmute_listener": (MODERATOR,),
    "kick_listener": (MODERATOR,),
    "ban_listener": (MODERATOR,),
    "unban_listener": (MODERATOR,),
    "approve_listener": (MODERATOR,),
    "refuse_listener": (MODERATOR,),
    "lock_nest": (MODERATOR,),
    "create_nest": (ANYONE, NO_GUEST),
    "join_nest": (ANYONE,),
    "leave_nest": (ANYONE, NO_GUEST),
    "delete_nest": (
        SESSION_OR_KEY,
        forbid(outside_main, "The Main Nest stays."),
        forbid(creator, "Only who built this nest may delete it."),
    ),
    "change_preferences": (PRESENT,),
    "choose_speaker": (PRESENT,),
    "probe_clock": (PRESENT,),
    "beat": (PRESENT,),
    "report_sync": (PRESENT,),
    "sync_check": (PRESENT,),
    "report_progress": (PRESENT,),
    "report_ended": (PRESENT,),
    "report_playback_failure": (PRESENT,),
}


# What is asked of whom the nest has as its DJ at the moment of the command.
ASK_FOR_DJ = {name for name, needs in PERMISSIONS.items() if DJ_ONLY in needs} | {
    *("name_dj", "approve_song", "refuse_song"),
    *("mute_listener", "unmute_listener", "kick_listener", "ban_listener", "unban_listener"),
    *("approve_listener", "refuse_listener", "lock_nest"),
    "report_progress",
    "add_songs",  # What the DJ adds does not wait for approval.
}

# Questions


def is_allowed(actor: Actor, right: str) -> bool:
    return refusal_for(actor, right) is None


def require_rights(actor: Actor, command: Command) -> None:
    """Raises Refusal for the first right that this command needs and the actor has not."""
    for right in command.rights:
        refusal = refusal_for(actor, right)
        if refusal is not None:
            raise refusal


def refusal_for(actor: Actor, right: str) -> Refusal | None:
    """What somebody without this right is told; None for whoever has it."""
    if actor.is_house:
        return None
    missed = (needed for needed in PERMISSIONS[right] if not needed.rule(actor))
    return next((needed.refuse(actor) for needed in missed), None)


def require_right(actor: Actor, right: str) -> None:
    """For what is no command. Raises Refusal."""
    refusal = refusal_for(actor, right)
    if refusal is not None:
        raise refusal


def list_rights(actor: Actor) -> dict[str, bool]:
    """What a page is to offer: for each right whether this actor has it.

    Who the DJ is changes while a page is open, and is told by the nest itself: it is left out here.
    """
    standing = replace(actor, has_dj=False)
    return {right: is_allowed(standing, right) for right in PERMISSIONS}
