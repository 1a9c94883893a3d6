"""What goes wrong on demand."""

import fnmatch
from dataclasses import asdict, dataclass

FOREVER = 10**9


@dataclass
class Fault:
    """For calls of this method and path (a shell pattern), so many times.

    kind     status | hang | drip | truncated | html | nulls
    status   with message and reason as the Web API writes them; retry_after in seconds, or None
    after    the call is carried out first, and only its answer goes wrong
    """

    path: str = "*"
    method: str = "*"
    kind: str = "status"
    status: int = 500
    message: str = "Server error"
    reason: str | None = None
    retry_after: int | None = None
    after: bool = False
    seconds: float = 20
    times: int = FOREVER

    def strikes(self, method, path):
        if self.times < 1 or self.method not in ("*", method):
            return False
        if not fnmatch.fnmatchcase(path, self.path):
            return False
        self.times -= 1
        return True

    def as_dict(self):
        return asdict(self)


def with_nulls(value):
    """Lists begin with null, pictures and albums are null: as the real one sometimes answers."""
    if isinstance(value, list):
        return [None, *map(with_nulls, value)]
    if isinstance(value, dict):
        return {
            name: None if name in ("images", "external_ids") else with_nulls(inner)
            for name, inner in value.items()
        }
    return value
