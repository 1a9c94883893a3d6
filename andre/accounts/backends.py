"""Providers that people sign in with: Google, and any other that speaks OpenID Connect."""

from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from social_core.backends.google import GoogleOAuth2
from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.exceptions import AuthResponseError

from andre.core.conf import conf
from andre.core.person_ids import OF_NOBODY

OIDC_DOMAIN = f"oidc{OF_NOBODY}"
# Each with a key that is public, so that none can be taken for a shared secret (RFC 8725, 2.1).
SIGNED_BY = [
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
]


class Google(GoogleOAuth2[HttpResponse]):
    """At the addresses the settings name."""

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        bearer = {"Authorization": f"Bearer {access_token}"}
        response: dict[str, Any] = self.get_json(self.setting("USERINFO_URL"), headers=bearer)
        self.validate_email_verified(response)
        return {**response, "email": str(response.get("email") or "")}


class OpenIDConnect(OpenIdConnectAuth[HttpResponse]):
    """The provider of OIDC_ISSUER."""

    name = "oidc"
    JWT_ALGORITHMS = SIGNED_BY
    DEFAULT_USE_PKCE = True

    def oidc_endpoint(self) -> str:
        return super().oidc_endpoint().rstrip("/")

    def id_token_issuer(self) -> str:
        """As the provider spells it, if that is OIDC_ISSUER. Raises AuthResponseError."""
        found = super().id_token_issuer()
        if found.rstrip("/") != self.oidc_endpoint():
            raise AuthResponseError(
                self, claim="issuer", code="invalid_claim", stage="token_validation"
            )
        return found

    def get_user_id(self, details: dict[str, Any], response: dict[str, Any]) -> str:
        """One name for issuer and subject: another provider's same subject is another person."""
        subject = super().get_user_id(details, response)  # type: ignore[no-untyped-call]
        return sha256(f"{self.oidc_endpoint()}\0{subject}".encode()).hexdigest()

    def get_user_details(self, response: dict[str, Any]) -> dict[str, Any]:
        """With an address that is nobody's else, where theirs is not proven."""
        details: dict[str, Any] = super().get_user_details(response)  # type: ignore[no-untyped-call]
        own = f"{self.get_user_id(details, response)[:32]}@{OIDC_DOMAIN}"
        name = details["fullname"] or details["username"]
        return details | {"email": self.proven_email(response) or own, "fullname": name}

    def proven_email(self, response: dict[str, Any]) -> str:
        """Empty where the provider does not vouch for it, or where nobody could."""
        claims = response if "email" in response else self.id_token or {}
        email = str(claims.get("email") or "").strip()
        verified = claims.get("email_verified", conf().oidc_trust_email)
        is_proven = verified in (True, "true") and not email.lower().endswith(OF_NOBODY)
        return email if is_proven else ""

    def get_user_groups(self, response: dict[str, Any]) -> list[str] | None:
        """None where no setting asks for groups, so that a claim of another form does no harm."""
        return super().get_user_groups(response) if asks_for_groups() else None

    def get_scope(self) -> list[str]:
        scope: list[str] = super().get_scope()
        has_scope = "groups" in self.oidc_config().get("scopes_supported", [])
        return [*scope, "groups"] if asks_for_groups() and has_scope else scope


def asks_for_groups() -> bool:
    return bool(conf().oidc_allowed_groups or conf().oidc_admin_group)
