"""Who calls the API: the session's seat, read without a database."""

from typing import cast

from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from andre.accounts.seats import Seat, seat_of_session


class SessionSeat(SessionAuthentication):
    """Django's session, with its CSRF token demanded for whatever changes something."""

    def authenticate(self, request: Request) -> tuple[Seat, None] | None:
        seat = seat_of_session(request._request.session)
        if seat is None:
            return None
        self.enforce_csrf(request)
        return seat, None

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing sign-in a 401 rather than a 403."""
        return "Session"


def seat_of(request: Request) -> Seat:
    """The caller of a view that only signed-in people reach."""
    return cast("Seat", request.user)


class SessionSeatScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """How the API's description names it; being defined is what registers it."""

    target_class = "andre.accounts.authentication.SessionSeat"
