"""Whom an erasure is about, and how their name and address are taken out of a text."""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from andre.core.person_ids import GUEST_DOMAIN, OF_NOBODY, person_id, person_json

NOBODY = f"somebody@erased{OF_NOBODY}"
SOMEBODY = "Somebody"
Kept = Literal["gone", "nobody's"]  # What becomes of a place that knew them.


@dataclass(frozen=True, slots=True)
class Erased:
    """`left` is the address, and `left_name` the name, that stand where theirs stood."""

    email: str
    name: str = ""
    picture: str = ""
    left: str = NOBODY
    left_name: str = SOMEBODY

    @property
    def id(self) -> str:
        return person_id(self.email)

    @property
    def nobody_id(self) -> str:
        return person_id(self.left)

    @property
    def nobody_face(self) -> str:
        return person_json(self.left, self.left_name)

    @property
    def whole_address(self) -> str:
        """A pattern: not where it is a part of another, longer one."""
        return rf"(?<![\w.+%-]){re.escape(self.email)}(?![\w-]|\.\w)"

    def is_in(self, text: str) -> bool:
        has_address = self.email in text and re.search(self.whole_address, text) is not None
        return has_address or self.id in text

    def take_out(self, text: str) -> str:
        """The same text, or JSON, about nobody. Its form stays: scripts read some by pattern."""
        if not self.is_in(text):
            return text
        found = re.sub(self.whole_address, lambda _: self.left, text)
        found = found.replace(self.id, self.nobody_id)
        for name in {json.dumps(self.name), json.dumps(self.name, ensure_ascii=False)} - {'""'}:
            found = re.sub(
                rf'("(?:\\w+_)?name": ?){re.escape(name)}',
                lambda match: match[1] + json.dumps(self.left_name),
                found,
            )
        return found.replace(self.picture, "") if self.picture else found

    def take_out_of(self, data: Any) -> Any:  # noqa: ANN401 - Whatever JSON has.
        return json.loads(self.take_out(json.dumps(data)))


def guest_to_erase(email: str, name: str) -> Erased:
    """Of a guest the name stays, and nothing else: it is no account's."""
    return Erased(email, name, left=f"{name}@{GUEST_DOMAIN}", left_name=name)
