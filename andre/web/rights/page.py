"""The table of rights as a page of docs/."""

from collections.abc import Callable, Iterable, Iterator

from andre.web.rights.callers import CALLERS, Caller, place_in_main_nest
from andre.web.rights.gates import Gate
from andre.web.rights.routes import ASKED, list_command_gates

RIGHTS = """\
Who may ask for what: every address, and every command of a socket, for each kind of caller. ✓ is
through; else stands the code that they are refused with. Programs see it as `error`; a page sends
whoever is not signed in to the sign-in, where here is `unauthorized`.

Whatever stands under `/api/` stands under `/api/v1/`, too; there nothing is for guests. Besides
the rights there are limits, switches and plans, which are not in this table."""
IN_MAIN = """\
Nobody has built the Main Nest: there operators have what is its creator's elsewhere, and admins
moderate. Everybody here is in it but the stranger, and it has no DJ."""
THROUGH = "✓"

Place = Callable[[Caller], Caller]
Row = tuple[str, Gate]


def describe_rights() -> Iterator[str]:
    yield RIGHTS
    yield "## Callers"
    yield "The nest of an address is private, and has a DJ and guests. Who asks:"
    yield "\n".join(f"- **{caller.name}** {caller.who}." for caller in CALLERS)
    yield "## Addresses"
    for gate, rows in ASKED:
        yield f"### {gate.asks}"
        yield draw_table((row, gate) for row in rows)
    commands = [(kind.kind(), gate) for kind, gate in list_command_gates()]
    yield "## Commands"
    yield "By a socket, and by `POST /api/nests/{code}/commands`."
    yield draw_table(commands)
    yield "## Commands in the Main Nest"
    yield IN_MAIN
    yield draw_table(commands, place_in_main_nest)


def draw_table(rows: Iterable[Row], place: Place = lambda caller: caller) -> str:
    names = " | ".join(caller.name for caller in CALLERS)
    lines = [f"| | {names} |", "|---" * (len(CALLERS) + 1) + "|"]
    for name, gate in rows:
        cells = (gate.refuse(place(caller)) for caller in CALLERS)
        told = " | ".join(f"`{code}`" if code else THROUGH for code in cells)
        lines.append(f"| `{name}` | {told} |")
    return "\n".join(lines)
