"""In without a keyboard: a client shows a code, and somebody who is signed in confirms it (K-2.6).

The client keeps a secret beside the code and asks with both until it is let in, as in RFC 8628
(OAuth 2.0 Device Authorization Grant). A program receives a key of its own, a browser is signed in.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Literal

from andre.accounts.models import LONGEST_KEY_NAME, Person
from andre.accounts.typed_codes import make_code, normal_code
from andre.core.errors import Refusal
from andre.core.keys import device_link, device_link_answer
from andre.core.rate_limits import consume, require_left
from andre.core.redis import redis
from andre.core.text import clean_text

CODE_LENGTH = 6
SECRET_BYTES = 32
LINK_SECONDS = 5 * 60
POLL_SECONDS = 3
NAMELESS = {"program": "A program", "browser": "A browser"}

NO_SUCH_CODE = "This code is none, has been used, or is older than five minutes."
REFUSED = "Somebody refused this code."
CLOSED = "The account that confirmed this code is closed."

Kind = Literal["program", "browser"]


@dataclass(frozen=True, slots=True)
class DeviceLink:
    """What a code stands for; `address` is where the client asked from."""

    name: str
    kind: Kind
    address: str
    secret_hash: str


def begin_link(kind: Kind, name: str, address: str) -> tuple[str, str]:
    """A new code and the secret that goes with it. Raises Refusal `rate_limited`."""
    consume("device_links", address)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    shown = clean_text(name, LONGEST_KEY_NAME) or NAMELESS[kind]
    text = json.dumps(asdict(DeviceLink(shown, kind, address, digest_of(secret))))
    while True:
        code = make_code(CODE_LENGTH)
        if redis().set(device_link(code), text, nx=True, ex=LINK_SECONDS):
            return code, secret


def find_link(code: str, address: str) -> DeviceLink:
    """What this code stands for, for somebody at `address` who typed it; only failures are counted.

    Raises Refusal `not_found` or `rate_limited`.
    """
    require_left("unknown_links", address)
    link = read_link(code)
    if link is None or redis().exists(device_link_answer(link.secret_hash)):
        consume("unknown_links", address)
        raise Refusal("not_found", NO_SUCH_CODE)
    return link


def answer_link(code: str, email: str, address: str) -> DeviceLink:
    """Let the client of this code in as this person, or with "" refuse it; the first answer counts.

    Raises Refusal `not_found` or `rate_limited`.
    """
    link = find_link(code, address)
    answer = device_link_answer(link.secret_hash)
    if not redis().set(answer, email, nx=True, ex=LINK_SECONDS):
        raise Refusal("not_found", NO_SUCH_CODE)
    return link


def collect_link(code: str, secret: str, kind: Kind) -> tuple[Person, DeviceLink] | None:
    """Who confirmed it, once; None while nobody has answered.

    A browser's code gives no key, and a program's signs nobody in: `kind` is what is asked for.

    Raises Refusal: `not_found` for a code that ended, `forbidden` for one that was refused.
    """
    link = read_link(code)
    has_secret = link is not None and compare_digest(link.secret_hash, digest_of(secret))
    if link is None or not has_secret or link.kind != kind:
        raise Refusal("not_found", NO_SUCH_CODE)
    email = redis().get(device_link_answer(link.secret_hash))
    if email is None:
        return None
    if redis().delete(device_link(normal_code(code))) == 0:
        raise Refusal("not_found", NO_SUCH_CODE)  # Another request has just collected it.
    if not email:
        raise Refusal("forbidden", REFUSED)
    person = Person.objects.filter(email=email, is_active=True).first()
    if person is None:
        raise Refusal("forbidden", CLOSED)
    return person, link


def read_link(code: str) -> DeviceLink | None:
    found = redis().get(device_link(normal_code(code)))
    return DeviceLink(**json.loads(str(found))) if found else None


def format_code(code: str) -> str:
    """As people read it: K7M-2QX."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
