"""Who came and went: told to everybody but the ones it is about.

A page knows from its welcome on that its own person is there; an arrival of theirs would be no
news, and a departure that their own return has overtaken would be false. The event itself stays, so
that the revisions have no gap.
"""

import json

HEAD = '{"type":"listeners_changed"'


class Arrivals:
    """One `listeners_changed`, read once for however many connections it is told to."""

    def __init__(self, text: str) -> None:
        event = json.loads(text)
        self._text = text
        self._begin = f'{HEAD},"rev":{event["rev"]},"ts":{event["ts"]}'
        self._joined = [(each["id"], json.dumps(each)) for each in event["joined"]]
        self._left = [(each, json.dumps(each)) for each in event["left"]]
        self._count = event["count"]
        self._about = {each for each, _ in (*self._joined, *self._left)}

    def text_for(self, person: str) -> str:
        """`person` is an id."""
        if person not in self._about:
            return self._text
        joined, left = (
            ",".join(text for about, text in each if about != person)
            for each in (self._joined, self._left)
        )
        return f'{self._begin},"joined":[{joined}],"left":[{left}],"count":{self._count}}}'


def arrivals_in(text: str) -> Arrivals | None:
    """None for any other event."""
    return Arrivals(text) if text.startswith(HEAD) else None


def text_for(person: str, text: str) -> str:
    """An event as a connection of this person, an id, is told it."""
    arrivals = arrivals_in(text)
    return text if arrivals is None else arrivals.text_for(person)
