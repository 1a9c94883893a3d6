"""Ways to play a piece: one file each, and the table."""

from collections.abc import Callable

from andre.demo.library.desk import Desk
from andre.demo.library.score import Piece
from andre.demo.library.styles import (
    afrobeat,
    ambient,
    bossa,
    chip,
    dub,
    folk,
    funk,
    house,
    jazz,
    lofi,
    newwave,
    piano,
)

STYLES: dict[str, Callable[[Piece], Desk]] = {
    "afrobeat": afrobeat.perform,
    "ambient": ambient.perform,
    "bossa": bossa.perform,
    "chip": chip.perform,
    "dub": dub.perform,
    "folk": folk.perform,
    "funk": funk.perform,
    "house": house.perform,
    "jazz": jazz.perform,
    "lofi": lofi.perform,
    "newwave": newwave.perform,
    "piano": piano.perform,
}
