"""Guests who are sent out: their pass, their songs, their browser, and the invitation they had."""

from dataclasses import dataclass

from andre.accounts.models import Person
from andre.core.context import CommandContext
from nests.guests import arrivals, invitations, passes
from nests.hooks import hooks
from nests.registry.records import Nest


@dataclass(frozen=True, slots=True)
class Parting:
    """What goes with a guest: songs of theirs that wait, and the link they came by."""

    takes_songs: bool = False
    renews: bool = True


def send_out(act: CommandContext, nest: Nest, key: str, parting: Parting) -> None:
    """One guest, whose browser stays out. Who comes from now on waits to be let in.

    Raises Refusal `not_found`.
    """
    guest = passes.require_guest(nest.nest_id, key)
    # The doors are shut first, so that nobody slips back in between.
    arrivals.refuse_browser(nest.nest_id, guest)
    invitations.ask_first(nest, wanted=True)
    part_with(act, nest, [guest], parting)


def send_all_out(act: CommandContext, nest: Nest, parting: Parting) -> None:
    """Every visit ends; nobody is remembered for it."""
    part_with(act, nest, list(passes.guests_of(nest.nest_id)), parting)


def part_with(act: CommandContext, nest: Nest, guests: list[Person], parting: Parting) -> None:
    if parting.renews:
        invitations.renew_alike(nest, act.actor.operator or act.user)
    for guest in guests:
        passes.end(guest)
        if parting.takes_songs:
            hooks.remove_songs_of(act, guest.email)
