"""Cover art: one design per album, drawn large and scaled down, four colours each."""

import io
import math
from collections.abc import Callable
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from andre.demo.library.catalogue import Album
from andre.demo.library.flac_writer import Picture

SIZE = 640
DRAWN = SIZE * 2  # Drawn at twice the size: its edges become smooth when it is scaled.
QUALITY = 88

Colours = tuple[str, str, str, str]


def cover(album: Album) -> Picture:
    drawn = DESIGNS[album.cover](album.colours, Random(album.title))
    small = add_grain(drawn.resize((SIZE, SIZE), Image.Resampling.LANCZOS))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(out.getvalue(), "image/jpeg", SIZE, SIZE)


def add_grain(image: Image.Image) -> Image.Image:
    """A breath of paper: gradients on a dark screen band without it."""
    noise = np.random.default_rng(7).normal(0, 2.2, (SIZE, SIZE, 1))
    return Image.fromarray(np.clip(np.asarray(image, float) + noise, 0, 255).astype(np.uint8))


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix_colours(one: str, other: str, share: float) -> tuple[int, int, int]:
    a, b = rgb(one), rgb(other)
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def gradient(top: str, bottom: str, curve: float = 1.0) -> Image.Image:
    share = np.linspace(0, 1, DRAWN)[:, None, None] ** curve
    rows = np.array(rgb(top)) * (1 - share) + np.array(rgb(bottom)) * share
    return Image.fromarray(np.repeat(rows, DRAWN, axis=1).astype(np.uint8))


def disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: object) -> None:
    box = (
        (x - radius) * DRAWN,
        (y - radius) * DRAWN,
        (x + radius) * DRAWN,
        (y + radius) * DRAWN,
    )
    draw.ellipse(box, fill=fill)  # type: ignore[arg-type]


def arcs(colours: Colours, rng: Random) -> Image.Image:
    """Seventies: rainbows of four that run into one another."""
    deep, main, second, light = colours
    image = Image.new("RGB", (DRAWN, DRAWN), light)
    draw = ImageDraw.Draw(image)
    bands = (deep, main, second, light)
    for x, y, start in ((0.0, 1.0, 0.86), (1.0, 1.0, 0.62), (0.5, 1.0, 0.38)):
        for i in range(8):
            disc(draw, x, y, start * (1 - i / 8), bands[i % 4])
    disc(draw, 0.76, 0.2, 0.1, main)
    return image


def sun(colours: Colours, rng: Random) -> Image.Image:
    """A striped sun going down behind the lines of a road."""
    deep, main, second, light = colours
    image = gradient(deep, main, 1.6)
    glow = Image.new("RGB", (DRAWN, DRAWN), "black")
    disc(ImageDraw.Draw(glow), 0.5, 0.47, 0.3, mix_colours(main, "#000000", 0.4))
    glow = glow.filter(ImageFilter.GaussianBlur(DRAWN // 14))
    image = Image.fromarray(
        np.minimum(np.asarray(image, np.uint16) + np.asarray(glow), 255).astype(np.uint8)
    )
    mask = Image.new("L", (DRAWN, DRAWN), 0)
    cut = ImageDraw.Draw(mask)
    disc(cut, 0.5, 0.47, 0.27, 255)
    for i in range(7):
        y = 0.47 + i * 0.042
        cut.rectangle((0, y * DRAWN, DRAWN, (y + 0.006 + i * 0.0035) * DRAWN), fill=0)
    image.paste(gradient(second, main, 0.8), mask=mask)
    horizon = int(0.7 * DRAWN)
    image.paste(gradient(deep, "#05030f").crop((0, 0, DRAWN, DRAWN - horizon)), (0, horizon))
    lines(ImageDraw.Draw(image), horizon, light)
    return image


def lines(draw: ImageDraw.ImageDraw, horizon: int, colour: str) -> None:
    for i in range(-14, 15):
        ends = (DRAWN / 2 + i * DRAWN * 0.035, horizon, DRAWN / 2 + i * DRAWN * 0.2, DRAWN)
        draw.line(ends, fill=mix_colours(colour, "#150a38", 0.45), width=3)
    for i in range(9):
        y = horizon + (DRAWN - horizon) * (i / 8) ** 2.2
        draw.line((0, y, DRAWN, y), fill=mix_colours(colour, "#150a38", 0.45), width=3)
    draw.line((0, horizon, DRAWN, horizon), fill=colour, width=5)


def ripples(colours: Colours, rng: Random) -> Image.Image:
    """A moon, and its light on water, line by line."""
    deep, main, second, light = colours
    image = gradient(deep, main, 1.3)
    draw = ImageDraw.Draw(image)
    disc(draw, 0.62, 0.3, 0.13, light)
    for i in range(34):
        y = 0.56 + 0.42 * (i / 33) ** 1.25
        half = 0.03 + 0.30 * (i / 33) * rng.uniform(0.55, 1.0)
        middle = 0.62 + rng.uniform(-0.02, 0.02) * (1 + i / 8)
        fill = mix_colours(light, main, 0.15 + 0.6 * i / 33)
        box = ((middle - half) * DRAWN, y * DRAWN, (middle + half) * DRAWN, (y + 0.0055) * DRAWN)
        draw.rounded_rectangle(box, radius=4, fill=fill)
    draw.line(
        (0, 0.545 * DRAWN, DRAWN, 0.545 * DRAWN), fill=mix_colours(second, deep, 0.5), width=3
    )
    return image


def grid(colours: Colours, rng: Random) -> Image.Image:
    """Quarter discs, turned at random: tiles on a roof terrace."""
    deep, main, second, light = colours
    image = Image.new("RGB", (DRAWN, DRAWN), deep)
    draw = ImageDraw.Draw(image)
    n = 4
    tile = DRAWN / n
    for row in range(n):
        for column in range(n):
            ground, shape = rng.sample((deep, main, second, light), 2)
            x, y = column * tile, row * tile
            draw.rectangle((x, y, x + tile, y + tile), fill=ground)
            cx, cy = x + tile * rng.choice((0, 1)), y + tile * rng.choice((0, 1))
            corner = Image.new("L", (int(tile), int(tile)), 0)
            pen = ImageDraw.Draw(corner)
            pen.ellipse((cx - x - tile, cy - y - tile, cx - x + tile, cy - y + tile), fill=255)
            half = tile / 2
            pen.ellipse((cx - x - half, cy - y - half, cx - x + half, cy - y + half), fill=0)
            image.paste(shape, (int(x), int(y)), corner)
    return image


def squares(colours: Colours, rng: Random) -> Image.Image:
    """An echo: one square, again and again, a little further each time."""
    deep, main, second, light = colours
    image = Image.new("RGB", (DRAWN, DRAWN), deep)
    draw = ImageDraw.Draw(image)
    bands = (main, second, light, deep)
    for i in range(13):
        half = 0.47 * (1 - i / 13) * DRAWN
        x, y = DRAWN * (0.5 + 0.012 * i), DRAWN * (0.5 + 0.018 * i)
        radius = 0.12 * half
        draw.rounded_rectangle((x - half, y - half, x + half, y + half), radius, fill=bands[i % 4])
    return image


def discs(colours: Colours, rng: Random) -> Image.Image:
    """Three players: three discs, and what they have in common."""
    deep, main, second, light = colours
    layer = np.array(Image.new("RGB", (DRAWN, DRAWN), light), float)
    for x, y, radius, colour in (
        (0.36, 0.38, 0.26, main),
        (0.64, 0.46, 0.24, second),
        (0.44, 0.66, 0.2, deep),
    ):
        mask = Image.new("L", (DRAWN, DRAWN), 0)
        disc(ImageDraw.Draw(mask), x, y, radius, 255)
        inside = np.asarray(mask, float)[:, :, None] / 255
        # Multiplied like ink, so that where two meet there is a third.
        layer *= 1 - inside * (1 - np.array(rgb(colour)) / 255)
    image = Image.fromarray(layer.astype(np.uint8))
    bar = ImageDraw.Draw(image)
    for i in range(5):
        y = DRAWN * (0.9 + i * 0.012)
        bar.line((DRAWN * 0.1, y, DRAWN * 0.9, y), fill=deep, width=3)
    return image


def hills(colours: Colours, rng: Random) -> Image.Image:
    """Hills behind hills, and one tree that is old enough."""
    deep, main, second, light = colours
    image = gradient(light, second, 1.5)
    draw = ImageDraw.Draw(image)
    disc(draw, 0.3, 0.32, 0.1, mix_colours(light, "#ffffff", 0.6))
    for layer in range(5):
        phase, share = rng.uniform(0, 6.28), layer / 4
        base, height = 0.5 + 0.1 * layer, 0.06 - 0.006 * layer
        ridge = [
            (x / 60 * DRAWN, (base + height * math.sin(x / 60 * (4 + layer) + phase)) * DRAWN)
            for x in range(61)
        ]
        draw.polygon(
            [(0, DRAWN), *ridge, (DRAWN, DRAWN)],
            fill=mix_colours(mix_hex(second, main), deep, share),
        )
    draw.rectangle((0.706 * DRAWN, 0.6 * DRAWN, 0.722 * DRAWN, 0.86 * DRAWN), fill=deep)
    for x, y, radius in ((0.714, 0.55, 0.085), (0.66, 0.61, 0.06), (0.77, 0.605, 0.065)):
        disc(draw, x, y, radius, deep)
    return image


def mix_hex(one: str, other: str) -> str:
    return "#{:02x}{:02x}{:02x}".format(*mix_colours(one, other, 0.55))


def window(colours: Colours, rng: Random) -> Image.Image:
    """A lit window at night, rain on it, a cat in it."""
    deep, main, second, light = colours
    image = gradient(deep, main, 2.0)
    glow = Image.new("L", (DRAWN, DRAWN), 0)
    frame = (0.24 * DRAWN, 0.16 * DRAWN, 0.76 * DRAWN, 0.78 * DRAWN)
    ImageDraw.Draw(glow).rectangle(frame, fill=150)
    image.paste(
        Image.new("RGB", image.size, second), mask=glow.filter(ImageFilter.GaussianBlur(90))
    )
    pane = Image.new("L", image.size, 0)
    ImageDraw.Draw(pane).rounded_rectangle(frame, 18, fill=255)
    image.paste(gradient(light, second), mask=pane)
    draw = ImageDraw.Draw(image)
    for x in (0.24, 0.496, 0.752):
        draw.rectangle((x * DRAWN, 0.16 * DRAWN, (x + 0.008) * DRAWN, 0.78 * DRAWN), fill=deep)
    draw.rectangle((0.24 * DRAWN, 0.42 * DRAWN, 0.76 * DRAWN, 0.428 * DRAWN), fill=deep)
    draw.rectangle((0.2 * DRAWN, 0.775 * DRAWN, 0.8 * DRAWN, 0.805 * DRAWN), fill=deep)
    cat(draw, deep)
    for _ in range(70):
        x, y, length = rng.random(), rng.random(), rng.uniform(0.02, 0.05)
        ends = (x * DRAWN, y * DRAWN, (x - length * 0.25) * DRAWN, (y + length) * DRAWN)
        draw.line(ends, fill=mix_colours(light, main, 0.55), width=2)
    return image


def cat(draw: ImageDraw.ImageDraw, colour: str) -> None:
    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * DRAWN, y * DRAWN) for x, y in points]

    draw.ellipse(at((0.545, 0.59), (0.685, 0.8)), fill=colour)
    draw.rectangle(at((0.53, 0.775), (0.72, 0.805)), fill=colour)
    disc(draw, 0.6, 0.565, 0.055, colour)
    draw.polygon(at((0.548, 0.56), (0.553, 0.48), (0.592, 0.525)), fill=colour)
    draw.polygon(at((0.652, 0.56), (0.647, 0.48), (0.608, 0.525)), fill=colour)
    draw.arc(at((0.65, 0.66), (0.75, 0.9)), 200, 340, fill=colour, width=26)


def rays(colours: Colours, rng: Random) -> Image.Image:
    """A sun with rays of paper, and a table everyone brings something to."""
    deep, main, second, light = colours
    image = Image.new("RGB", (DRAWN, DRAWN), main)
    draw = ImageDraw.Draw(image)
    x0, y0, far = 0.5 * DRAWN, 0.62 * DRAWN, 1.6 * DRAWN
    for ray in range(0, 24, 2):
        angles = (math.pi * ray / 12, math.pi * (ray + 1) / 12)
        sides = [(x0 + far * math.cos(a), y0 + far * math.sin(a)) for a in angles]
        draw.polygon([(x0, y0), *sides], fill=second)
    for radius, fill in ((0.3, deep), (0.25, light), (0.19, second), (0.12, deep)):
        disc(draw, 0.5, 0.62, radius, fill)
    draw.rectangle((0, 0.62 * DRAWN, DRAWN, DRAWN), fill=deep)
    for guest in range(7):
        x, fill = 0.08 + guest * 0.14, (second, main, light)[guest % 3]
        disc(draw, x, 0.72, 0.05, fill)
        disc(draw, x, 0.72, 0.025, deep)
        box = ((x - 0.035) * DRAWN, 0.82 * DRAWN, (x + 0.035) * DRAWN, DRAWN)
        draw.rectangle(box, fill=fill)
    return image


def promenade(colours: Colours, rng: Random) -> Image.Image:
    """The waves of a pavement by the sea, and the sea."""
    deep, main, second, light = colours
    image = gradient(second, light, 0.7)
    draw = ImageDraw.Draw(image)
    disc(draw, 0.7, 0.24, 0.1, mix_colours(second, "#ffffff", 0.75))
    draw.rectangle((0, 0.4 * DRAWN, DRAWN, 0.56 * DRAWN), fill=main)
    for i in range(9):
        y = (0.42 + i * 0.015) * DRAWN
        half = rng.uniform(0.04, 0.16) * DRAWN
        x = (0.7 + rng.uniform(-0.08, 0.08)) * DRAWN
        draw.line((x - half, y, x + half, y), fill=mix_colours(light, main, 0.3), width=5)
    draw.rectangle((0, 0.56 * DRAWN, DRAWN, DRAWN), fill=light)
    for band in range(5):
        top, height = 0.585 + band * 0.092, 0.026 + band * 0.005
        waves = [top + height * math.sin(x / 20 * math.pi + band * 0.8) for x in range(81)]
        crest = [(x / 80, y) for x, y in enumerate(waves)]
        lower = [(x, y + 0.045) for x, y in reversed(crest)]
        draw.polygon([(x * DRAWN, y * DRAWN) for x, y in [*crest, *lower]], fill=deep)
    return image


VISITOR = (
    "....XXXXX...",
    "...XXX.XXXX.",
    "...XXXXXX...",
    "XX.XXXXXX...",
    "XXXXXXXXX...",
    ".XXXXXXXX...",
    "..XXXXXX....",
    "...X..X.....",
)


def pixels(colours: Colours, rng: Random) -> Image.Image:
    """A bird twelve dots wide, on its way past the stars."""
    deep, main, second, light = colours
    image = gradient(deep, main, 1.8)
    draw = ImageDraw.Draw(image)
    dot = DRAWN / 32
    for _ in range(46):
        x, y = rng.randrange(32) * dot, rng.randrange(24) * dot
        fill = mix_colours(light, main, rng.random() * 0.7)
        draw.rectangle((x, y, x + dot / 3, y + dot / 3), fill=fill)
    for row, line in enumerate(VISITOR):
        for column, mark in enumerate(line):
            x, y = (4 + column * 2) * dot, (6 + row * 2) * dot
            if mark == "X":
                draw.rectangle((x, y, x + 2 * dot - 3, y + 2 * dot - 3), fill=second)
    for column in range(32):
        top = DRAWN - (2 + (column * 7 + column // 3) % 4) * dot
        left, right = column * dot, (column + 1) * dot
        draw.rectangle((left, top, right, DRAWN), fill=mix_colours(deep, main, 0.25))
        draw.rectangle((left, top, right, top + dot / 2), fill=light)
    return image


def keys(colours: Colours, rng: Random) -> Image.Image:
    """Keys at night, one of them held, and a letter on its way up."""
    deep, main, second, light = colours
    image = gradient(main, deep, 0.8)
    draw = ImageDraw.Draw(image)
    disc(draw, 0.74, 0.22, 0.11, light)
    disc(draw, 0.69, 0.2, 0.1, mix_colours(main, deep, 0.2))
    width = DRAWN / 9
    for key in range(9):
        box = (key * width + 4, 0.5 * DRAWN, (key + 1) * width - 4, 0.97 * DRAWN)
        draw.rounded_rectangle(box, radius=14, fill=second if key == 5 else light)
    for key in (1, 2, 4, 5, 6, 8):
        x = key * width
        draw.rounded_rectangle((x - 40, 0.48 * DRAWN, x + 40, 0.78 * DRAWN), radius=12, fill=deep)
    sheet = ((0.2, 0.2), (0.42, 0.16), (0.45, 0.3), (0.23, 0.34))
    draw.polygon([(x * DRAWN, y * DRAWN) for x, y in sheet], fill=light)
    fold = ((0.2, 0.2), (0.335, 0.265), (0.42, 0.16))
    draw.line([(x * DRAWN, y * DRAWN) for x, y in fold], fill=second, width=10, joint="curve")
    return image


DESIGNS: dict[str, Callable[[Colours, Random], Image.Image]] = {
    "arcs": arcs,
    "discs": discs,
    "grid": grid,
    "hills": hills,
    "keys": keys,
    "pixels": pixels,
    "promenade": promenade,
    "rays": rays,
    "ripples": ripples,
    "squares": squares,
    "sun": sun,
    "window": window,
}
