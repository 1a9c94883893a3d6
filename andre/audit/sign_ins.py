"""Whoever signs in, in whichever way, is in the audit."""

from typing import Any

from django.contrib.auth.signals import user_logged_in

from andre.audit import trail
from andre.audit.models import Action


def follow_sign_ins() -> None:
    user_logged_in.connect(record_sign_in, dispatch_uid="andre.audit.sign_ins")


def record_sign_in(user: Any, **_: Any) -> None:  # noqa: ANN401 - Whatever AUTH_USER_MODEL is.
    way = str(getattr(user, "backend", "")).rpartition(".")[2]
    trail.record_event(
        Action.SIGN_IN,
        actor=user.email,
        credential="session",
        details={"way": way, "role": str(user.role)},
    )
