"""Providers that every listener plays on an account of their own, and what can be in the way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from player.providers.base import Provider

# Where the song is, in ms, at the moment of the call: asked last of all.
Position = Callable[[], int]


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str
    expires_at_ms: int


@dataclass(frozen=True)
class Consent:
    """What a person allowed us; `account` is the provider's name for them that never changes."""

    account: str
    name: str
    tokens: Tokens


@dataclass(frozen=True)
class Device:
    id: str
    name: str
    kind: str
    is_active: bool
    is_restricted: bool
    volume: int | None


@dataclass(frozen=True)
class PlayerState:
    """What an account's player does. `uris`: one recording may go by several addresses."""

    uris: frozenset[str]
    position_ms: int
    is_playing: bool
    device: str | None


@runtime_checkable
class LinkedProvider(Provider, Protocol):
    @property
    def sdk(self) -> str:
        """The address of the script that makes a page a player."""
        ...

    def prefetch(self) -> None:
        """Ask for what the first listener would have to wait for. Raises ProviderError."""
        ...

    def consent_url(self, state: str, verifier: str, back: str) -> str:
        """Where a person is asked; they come back to `back` with a code and our `state`."""
        ...

    def consent(self, code: str, verifier: str, back: str) -> Consent:
        """Raises Refusal: a trouble of this module, or ProviderError."""
        ...

    def renew(self, tokens: Tokens) -> Tokens:
        """Raises ConsentEnded, or ProviderError."""
        ...

    def is_theirs(self, uri: str) -> bool:
        """Whether nobody but its owner may open this."""
        ...

    def playlists(self, access: str) -> list[Track]:
        """The listener's own, each as one thing that `open_theirs` opens. Raises as `heard`."""
        ...

    def open_theirs(self, access: str, uri: str) -> list[Track]: ...

    def read_player(self, access: str) -> PlayerState | None:
        """None where nothing is loaded on any device.

        Raises AccessRefused, another trouble of this module, or ProviderError.
        """
        ...

    def devices(self, access: str, account: str) -> list[Device]: ...

    def play(self, access: str, account: str, device: str, uri: str, position: Position) -> None:
        """Raises a trouble of this module, Unsure, or ProviderError."""
        ...

    def seek(self, access: str, account: str, device: str, position: Position) -> None: ...

    def pause(self, access: str, account: str, device: str) -> None: ...


class AccountError(Refusal):
    """Something the listener themselves can do something about; `why` is for the page."""

    def __init__(self, code: str, why: str, message: str) -> None:
        super().__init__(code, message, why=why)
        self.why = why


class ConsentEnded(AccountError):
    def __init__(self, title: str) -> None:
        super().__init__(
            "account_needed", "consent_ended", f"Please connect your {title} account again."
        )


class AccessRefused(AccountError):
    """The access token is not good any more; a fresh one may be."""

    def __init__(self, title: str) -> None:
        super().__init__("account_needed", "access_refused", f"{title} did not accept the sign-in.")


class NotListed(AccountError):
    def __init__(self, title: str) -> None:
        super().__init__(
            "account_refused",
            "not_listed",
            f"This account is not on the list of people who may use Andre with {title}. "
            "Whoever runs this server can add it.",
        )


class PremiumNeeded(AccountError):
    def __init__(self, title: str) -> None:
        super().__init__(
            "account_refused", "premium_needed", f"{title} plays here for Premium accounts only."
        )


class Restricted(AccountError):
    def __init__(self, title: str) -> None:
        super().__init__(
            "account_refused",
            "restricted",
            f"{title} does not let this device be played from here. Please choose another one.",
        )


class DeviceGone(AccountError):
    def __init__(self, title: str) -> None:
        super().__init__(
            "device_not_found",
            "device_gone",
            f"Your device is not there any more. Open {title} on it, or choose another one.",
        )
