"""What a program shows at the door, and what that proves."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.utils import timezone

from andre.accounts import api_keys, jwt_tokens
from andre.accounts.credentials import Credential, budget_of
from andre.accounts.identity import identity_of_key
from andre.accounts.models import ApiKey
from andre.audit import trail
from andre.audit.models import Action
from andre.core.conf import DEV_KEYS
from andre.core.errors import Refusal

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PresentedCredentials:
    """Headers and address of a request or a socket, not believed yet.

    `token` is from the address and can only be a token; `is_here`: it comes from this machine.
    `address` is the client's, `endpoint` the path it asks for.
    """

    key: str | None = None
    authorization: str | None = None
    token: str | None = None
    is_here: bool = False
    address: str = ""
    endpoint: str = ""

    @property
    def bearer(self) -> str | None:
        scheme, _, shown = (self.authorization or "").partition(" ")
        return shown.strip() if scheme.lower() == "bearer" else None

    @property
    def is_in_headers(self) -> bool:
        """No page of somebody else's can make a browser send these."""
        return self.key is not None or self.bearer is not None

    def __bool__(self) -> bool:
        return self.is_in_headers or self.token is not None

    def candidates(self) -> Iterator[str]:
        """A key comes before what is borne; an address is the last resort."""
        yield from (text for text in (self.key, self.bearer) if text is not None)
        if self.token is not None and jwt_tokens.is_one(self.token):
            yield self.token


@dataclass(frozen=True, slots=True)
class AuthResult:
    """Whose key it is, good or not, and either a credential or the reason against it.

    Where there is a reason, `fingerprint` names the key by its hash's first eight characters.
    """

    key: ApiKey | None = None
    credential: Credential | None = None
    refusal: Refusal | None = None
    fingerprint: str = ""
    reason: str = ""

    def require_credential(self) -> Credential:
        """Raises Refusal."""
        if self.credential is None:
            raise self.refusal or not_a_good_key()
        return self.credential


def authenticate(offer: PresentedCredentials) -> AuthResult:
    """The first that is good, else the last of what was shown."""
    proof = AuthResult()
    for shown in offer.candidates():
        proof = of_token(shown) if jwt_tokens.is_one(shown) else of_key(shown, offer.is_here)
        if proof.key is not None and proof.credential is not None:
            api_keys.note_use(proof.key, offer.endpoint)
            break
        record_failure(offer, proof)
    return proof


def record_failure(offer: PresentedCredentials, proof: AuthResult) -> None:
    """For the log, and for the audit as far as one address has failed less often than it may ask.

    An address of the network is no name: it is in neither.
    """
    log.warning("auth_failure", key=proof.fingerprint or None, reason=proof.reason)
    trail.record_refusal(
        Action.AUTH_FAILURE,
        offer.address,
        proof.refusal.code if proof.refusal else "unauthorized",
        actor=proof.key.owner.email if proof.key else "",
        subject=proof.fingerprint,
        details={
            "reason": proof.reason,
            "role": str(proof.key.role) if proof.key else "",
            "required_role": "",
            "endpoint": offer.endpoint,
        },
    )


def of_token(shown: str) -> AuthResult:
    try:
        claims = jwt_tokens.verify(shown)
    except Refusal as refusal:
        return AuthResult(refusal=refusal, reason=refusal.code)
    key = api_keys.with_id(claims.key_id)
    if key is None or not key.is_good(timezone.now()):
        fingerprint = key.hash[:8] if key else ""
        return AuthResult(key, None, jwt_tokens.invalid(), fingerprint, "its key has ended")
    seat, budget = identity_of_key(key), budget_of(key)
    return AuthResult(key, Credential("token", str(key.pk), seat, claims.ends_at, budget))


def of_key(shown: str, is_here: bool) -> AuthResult:
    key = api_keys.find(shown) if is_here or shown not in DEV_KEYS else None
    if key is None or not key.is_good(timezone.now()):
        fingerprint = hashlib.sha256(shown.encode(errors="replace")).hexdigest()[:8]
        reason = "unknown" if key is None else "disabled or expired"
        return AuthResult(key, None, not_a_good_key(), fingerprint, reason)
    expires = key.expires.timestamp() if key.expires else None
    seat, budget = identity_of_key(key), budget_of(key)
    return AuthResult(key, Credential("key", str(key.pk), seat, expires, budget))


def not_a_good_key() -> Refusal:
    return Refusal("unauthorized", "This API key is not known here, or not any more.")
