"""Tokens: the server's own for the catalogue, and those that people give us for their player.

People consent by the authorization code flow with PKCE (RFC 7636).
"""

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import urlencode

import structlog

from andre.core import clock
from andre.core.conf import conf
from andre.core.keys import provider_lock, provider_token
from andre.core.redis import hold_lock, redis
from player.providers.base import ProviderError
from player.providers.linked import Consent, Tokens
from player.providers.spotify import client
from player.providers.spotify.links import NAME

# To play, to see where that is, and who and whether Premium: the SDK wants all of these. The
# last one lists a listener's own playlists.
SCOPES = (
    "streaming user-read-email user-read-private user-read-playback-state "
    "user-modify-playback-state playlist-read-private"
)
REFRESH_AT = 0.8  # Of a token's life.
LOCK_SECONDS = 15
WAIT_SECONDS = 3.0
LOOK_AGAIN_SECONDS = 0.05

log = structlog.get_logger(__name__)


def house_token() -> str:
    """For what needs no listener. Raises ProviderError.

    At 80 % of its life whoever comes first renews it; the others go on with the old one.
    """
    kept = cached_token()
    if kept and clock.now_ms() < kept["renew_at_ms"]:
        return str(kept["token"])
    with hold_lock(provider_lock(NAME, "house"), LOCK_SECONDS) as is_ours:
        if is_ours:
            try:
                return renew_house_token()
            except ProviderError:
                if kept is None:
                    raise
                log.warning("provider_token_not_renewed", provider=NAME)
    return str(kept["token"]) if kept else wait_for_token()


def forget_house_token() -> None:
    redis().delete(provider_token(NAME))


def cached_token() -> dict[str, Any] | None:
    text = redis().get(provider_token(NAME))
    return json.loads(text) if text else None


def renew_house_token() -> str:
    answer = client.token_from({"grant_type": "client_credentials"}, basic=credentials())
    token, seconds = str(answer["access_token"]), lifetime(answer)
    kept = {"token": token, "renew_at_ms": clock.now_ms() + int(seconds * REFRESH_AT * 1000)}
    redis().set(provider_token(NAME), json.dumps(kept), ex=seconds)
    return token


def wait_for_token() -> str:
    """Somebody else is fetching the first one. Raises ProviderError."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        if kept := cached_token():
            return str(kept["token"])
        time.sleep(LOOK_AGAIN_SECONDS)
    raise client.no_answer_error(unsure=False)


def consent_url(state: str, verifier: str, back: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": conf().spotify_client_id or "",
        "scope": SCOPES,
        "redirect_uri": back,
        "state": state,
        "code_challenge_method": "S256",
        "code_challenge": challenge_of(verifier),
    }
    return f"{conf().spotify_accounts_url}/authorize?{urlencode(asked)}"


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def consent(code: str, verifier: str, back: str) -> Consent:
    answer = client.token_from(
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": conf().spotify_client_id or "",
            "code_verifier": verifier,
        }
    )
    tokens = tokens_of(answer, refresh="")
    me = client.ask("me", tokens.access)
    account = str(me.get("account_id") or me["id"])
    return Consent(account, str(me.get("display_name") or me["id"]), tokens)


def renew(tokens: Tokens) -> Tokens:
    """Mostly without a new refresh token; then the old one stays."""
    answer = client.token_from(
        {
            "grant_type": "refresh_token",
            "refresh_token": tokens.refresh,
            "client_id": conf().spotify_client_id or "",
        }
    )
    return tokens_of(answer, refresh=tokens.refresh)


def tokens_of(answer: dict[str, Any], refresh: str) -> Tokens:
    expires_at_ms = clock.now_ms() + lifetime(answer) * 1000
    return Tokens(
        str(answer["access_token"]), str(answer.get("refresh_token") or refresh), expires_at_ms
    )


def lifetime(answer: dict[str, Any]) -> int:
    seconds = answer.get("expires_in")
    return int(seconds) if isinstance(seconds, int) and seconds > 0 else 3600


def credentials() -> tuple[str, str]:
    secret = conf().spotify_client_secret
    return conf().spotify_client_id or "", secret.get_secret_value() if secret else ""
