"""How much one person may have open in this process: sockets and streams together."""

from weakref import WeakSet

from andre.core.conf import conf
from andre.core.errors import Refusal

RETRY_SECONDS = 60


class Connections:
    """Each person's connections; one that is gone is forgotten, whether it was removed or not."""

    def __init__(self) -> None:
        self._open: dict[str, WeakSet[object]] = {}

    def add(self, person: str, connection: object) -> None:
        """Raises Refusal `rate_limited` for the one too many."""
        theirs = self._open.setdefault(person, WeakSet())
        if len(theirs) >= conf().andre_connections_per_person:
            sentence = "You have Andre open in more places than this server holds for one person."
            raise Refusal("rate_limited", sentence, retry_after_s=RETRY_SECONDS)
        theirs.add(connection)

    def remove(self, person: str, connection: object) -> None:
        theirs = self._open.get(person, WeakSet())
        theirs.discard(connection)
        if not theirs:
            self._open.pop(person, None)

    def count(self, person: str) -> int:
        return len(self._open.get(person, ()))


connections = Connections()
