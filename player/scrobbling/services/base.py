"""What every service can do that keeps a list of what people have heard."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Listen:
    """One song as somebody has heard it. Sent twice it is the same text, so that a service can see
    that it has it already.
    """

    title: str
    artist: str
    album: str
    duration_ms: int
    heard_at_ms: int


@dataclass(frozen=True)
class Owner:
    """Whose token it is, and what is kept of it: the token itself, or what it was changed into."""

    name: str
    secret: str


@dataclass(frozen=True)
class Begun:
    """A token that is of use once its listener has allowed it, at `url`."""

    token: str
    url: str


class TokenRefused(Exception):
    """The listener's token is not, or no longer, of use."""


class NotTaken(Exception):
    """The service will never take this listen; asking again is of no use."""


class AskLater(Exception):
    """The service does not answer, or wants us to wait. `wait_s` where it says how long."""

    def __init__(self, reason: str, wait_s: float = 0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class ScrobbleService(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def is_configured(self) -> bool: ...

    @property
    def token_url(self) -> str:
        """Where a listener finds their token; empty where `begin` makes one."""
        ...

    @property
    def shortest_ms(self) -> int:
        """What it does not list is no longer than this."""
        ...

    def begin(self) -> Begun | None:
        """None where listeners bring a token of their own. Raises AskLater."""
        ...

    def find_owner(self, token: str) -> Owner:
        """Raises TokenRefused or AskLater."""
        ...

    def submit(self, token: str, listen: Listen) -> None:
        """Raises TokenRefused, NotTaken or AskLater."""
        ...
