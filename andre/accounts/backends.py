"""Google, at the addresses the settings name."""

from typing import Any

import structlog
from django.http import HttpResponse
from social_core.backends.google import GoogleOAuth2
from social_core.exceptions import AuthCanceled, SocialAuthBaseException
from social_core.storage import UserProtocol

from andre.core.errors import Refusal

log = structlog.get_logger(__name__)

UNVERIFIED = "Google has not verified your e-mail address, so Andre cannot tell who you are."
CANCELLED = "You stopped the sign-in at Google. Nothing has changed."
UNREACHABLE = "Google does not answer just now. Please try again in a minute."
UNFINISHED = "The sign-in at Google did not finish. Please begin again."
NOT_INVITED = "Andre does not take people with your e-mail address here."


class Google(GoogleOAuth2[HttpResponse]):
    """What went wrong comes out as a refusal with a sentence, whatever the library calls it."""

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        bearer = {"Authorization": f"Bearer {access_token}"}
        response: dict[str, Any] = self.get_json(self.setting("USERINFO_URL"), headers=bearer)
        self.validate_email_verified(response)
        return {**response, "email": str(response.get("email") or "")}

    def auth_complete(self, *args: Any, **kwargs: Any) -> UserProtocol | HttpResponse | None:
        try:
            return super().auth_complete(*args, **kwargs)
        except SocialAuthBaseException as fault:
            log.warning("sign_in_refused", reason=fault.code, stage=fault.stage)
            raise refusal_for(fault) from fault


def refusal_for(fault: SocialAuthBaseException) -> Refusal:
    if fault.code == "authentication_disallowed":
        return Refusal("forbidden", NOT_INVITED)
    if getattr(fault, "claim", None) == "email_verified":
        return Refusal("forbidden", UNVERIFIED)
    if isinstance(fault, AuthCanceled):
        return Refusal("forbidden", CANCELLED)
    if fault.recovery == "retry_later":
        return Refusal("unavailable", UNREACHABLE)
    return Refusal("forbidden", UNFINISHED)
