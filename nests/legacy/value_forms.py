"""What the old installation wrote under its names, and which of it can be read here.

It kept moments as pickles in base64. A pickle is a program, so none is ever run: `as_moment` takes
the few shapes in which Python wrote a plain datetime, opcode by opcode, and nothing else.
"""

import base64
import binascii
import math
import pickletools
import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime

from andre.core import clock
from andre.core.keys import LEGACY_SONG_COUNT, LEGACY_STREAK, LEGACY_VOLUME

LONGEST_PICKLE = 200
LOUDEST = 100
HOUSEKEEPING = ("PROTO", "FRAME", "MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT", "MARK")
TEXT, BYTES = ("SHORT_BINUNICODE", "BINUNICODE", "UNICODE"), ("SHORT_BINBYTES", "BINBYTES")
TEXT_OF_PYTHON_2 = ("SHORT_BINSTRING", "BINSTRING")

LAID_OUT = struct.Struct(">HBBBBBBH")

Read = Callable[[bytes], str | None]


def as_number(value: bytes) -> str | None:
    return str(int(value)) if re.fullmatch(rb"[0-9]{1,15}", value) else None


def as_volume(value: bytes) -> str | None:
    try:
        level = float(value)
    except ValueError:
        return None
    return str(round(max(0, min(LOUDEST, level)))) if math.isfinite(level) else None


def as_moment(value: bytes) -> str | None:
    """Milliseconds. The old server wrote its own local time, which is taken to be UTC."""
    if (number := as_number(value)) is not None:
        return number
    payload = payload_of(value)
    found = datetime_in(payload) if payload is not None else None
    if found is None:
        return None
    return str(max(0, min(clock.now_ms(), int(found.timestamp() * 1000))))


def payload_of(value: bytes) -> bytes | None:
    """The ten bytes of the datetime in this pickle, if it is nothing but a datetime."""
    try:
        pickled = base64.b64decode(value, validate=True)
    except binascii.Error:
        pickled = value  # Before Python 3 it was not wrapped.
    if len(pickled) > LONGEST_PICKLE:
        return None
    try:
        steps = [
            (opcode.name, argument)
            for opcode, argument, _ in pickletools.genops(pickled)
            if opcode.name not in HOUSEKEEPING
        ]
    except (ValueError, IndexError):
        return None
    return build_moment(steps)


def build_moment(steps: list[tuple[str, object]]) -> bytes | None:
    match steps:
        case [
            *named,
            (kind, bytes(payload)),
            ("TUPLE1" | "TUPLE", _),
            ("REDUCE", _),
            ("STOP", _),
        ] if kind in BYTES and names_datetime(named):
            return payload
        case [
            *named,
            (kind, str(payload)),
            ("TUPLE1" | "TUPLE", _),
            ("REDUCE", _),
            ("STOP", _),
        ] if kind in TEXT_OF_PYTHON_2 and names_datetime(named):
            return latin(payload)
        case [
            *named,
            ("GLOBAL", "_codecs encode"),
            (kind, str(payload)),
            (encoding, "latin1"),
            ("TUPLE2" | "TUPLE", _),
            ("REDUCE", _),
            ("TUPLE1" | "TUPLE", _),
            ("REDUCE", _),
            ("STOP", _),
        ] if kind in TEXT and encoding in TEXT and names_datetime(named):
            return latin(payload)
    return None


def names_datetime(steps: list[tuple[str, object]]) -> bool:
    match steps:
        case [("GLOBAL", "datetime datetime")]:
            return True
        case [(one, "datetime"), (other, "datetime"), ("STACK_GLOBAL", _)]:
            return one in TEXT and other in TEXT
    return False


def latin(text: str) -> bytes | None:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def datetime_in(payload: bytes) -> datetime | None:
    """As Python lays one out: year in two bytes, month to second in one each, microseconds."""
    if len(payload) != LAID_OUT.size:
        return None
    year, month, day, hour, minute, second, high, low = LAID_OUT.unpack(payload)
    month &= 0x7F  # The bit above says which of two equal hours it was.
    try:
        return datetime(year, month, day, hour, minute, second, (high << 16) + low, tzinfo=UTC)
    except ValueError:
        return None


# How the value of these is to be written here.
READ: dict[str, Read] = {
    LEGACY_STREAK: as_moment,
    LEGACY_SONG_COUNT: as_number,
    LEGACY_VOLUME: as_volume,
}
