"""What `make home` prints once it is ready: where it is found, as text and as a code to scan."""

from collections.abc import Iterator, Sequence
from typing import Any

import segno
from django.core.management import call_command
from django.core.management.base import BaseCommand

from andre.core.conf import conf
from andre.core.home_hosts import sites_for_others
from nests.guests import invitations
from nests.registry import store

QUIET_ZONE = 2  # modules; scanners ask for four, and find two on a terminal
# Light above dark, as half blocks: by (upper, lower) row, dark is True.
HALF_BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}


class Command(BaseCommand):
    help = "Print the addresses of this server at home, with a code to scan."

    def handle(self, *_: Any, **__: Any) -> None:
        # In one piece, so that no other process's line falls into the code.
        token = token_of_main()
        self.stdout.write("\n".join(welcome_lines(sites_for_others(), token)))
        call_command("owner_link", stdout=self.stdout)


def token_of_main() -> str | None:
    """None where nobody is invited."""
    main = store.get_nest(store.MAIN)
    has_guests = conf().andre_guests and main.setting("guests")
    return invitations.read_token(main) if has_guests else None


def welcome_lines(sites: Sequence[str], token: str | None) -> Iterator[str]:
    yield f"On this machine:  http://127.0.0.1:{conf().port}/"
    if not sites:
        yield "For others:       nowhere; this machine has no address in a network of its own."
        return
    where = f"/join#{token}" if token else "/"
    yield f"For others:       {sites[0]}{where}"
    for other in sites[1:]:
        yield f"            or    {other}{where}  (HOME_ADDRESS chooses)"
    if token is None:
        yield "                  (the invitation is closed; the owner opens it again under Invite)"
    yield from draw_code(f"{sites[0]}{where}")


def draw_code(text: str) -> Iterator[str]:
    """A QR code in light half blocks, for terminals with a dark background as most have."""
    rows = [
        list(map(bool, row)) for row in segno.make(text, error="m").matrix_iter(border=QUIET_ZONE)
    ]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        yield "".join(HALF_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
