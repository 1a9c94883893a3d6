"""The light a cover throws into the room: two of its colours, dark enough for white words."""

import colorsys
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LOOKED_AT = 48  # pixels a side: colours, not details
CANDIDATES = 12
DARKEST_SHARE, LIGHTEST = 0.012, 0.05  # relative luminance; white stands at 10:1 on the lighter

Colour = NDArray[np.float64]  # red, green, blue, 0 to 1


def mood_of(image: Image.Image) -> str:
    """For example "#3b1020 #5a2211": the colour that rules, and one well away from it."""
    small = image.convert("RGB").resize((LOOKED_AT, LOOKED_AT))
    reduced = small.quantize(CANDIDATES, Image.Quantize.MEDIANCUT)
    counts = np.bincount(np.asarray(reduced).ravel())
    colours = np.array(reduced.getpalette(), float).reshape(-1, 3)[: counts.size] / 255
    weights = [n**0.5 * (0.05 + vividness(c)) for n, c in zip(counts, colours, strict=True)]
    dark = [darken(colour) for colour in colours]
    first = dark[int(np.argmax(weights))]
    # Told apart as they will be seen: a pale colour and a grey one are the same in the dark.
    apart = [w * distance(first, c) for w, c in zip(weights, dark, strict=True)]
    return f"{to_hex(first)} {to_hex(dark[int(np.argmax(apart))])}"


def mood_of_words(text: str) -> str:
    """For music without a cover: always the same two neighbours on the colour wheel."""
    hue = int.from_bytes(sha256(text.encode()).digest()[:2]) / 65_536
    pair = [np.array(colorsys.hls_to_rgb((hue + turn) % 1, 0.4, 0.5)) for turn in (0.0, 0.12)]
    return " ".join(to_hex(darken(colour)) for colour in pair)


def vividness(colour: Colour) -> float:
    return float(colour.max() - colour.min())


def distance(one: Colour, other: Colour) -> float:
    return float(np.linalg.norm(one - other))


def darken(colour: Colour) -> Colour:
    """The same hue between a glow and a shadow."""
    light = linear(colour)
    now = max(luminance(light), 1e-4)
    wanted = min(max(now, DARKEST_SHARE), LIGHTEST)
    return encode_srgb(np.clip(light * wanted / now, 0, 1))


def luminance(light: Colour) -> float:
    return float(light @ np.array((0.2126, 0.7152, 0.0722)))


def linear(colour: Colour) -> Colour:
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def encode_srgb(light: Colour) -> Colour:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def to_hex(colour: Colour) -> str:
    red, green, blue = (round(float(part) * 255) for part in colour)
    return f"#{red:02x}{green:02x}{blue:02x}"
