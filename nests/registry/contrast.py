"""How well two colours are told apart: the contrast ratio of WCAG 2, from 1 to 21.

static/js/console/contrast.js is the same for whoever tries a theme out.
"""

LEAST = 4.5  # What WCAG 2 asks of text.
LEAST_OF_GROUND = 6.0  # Dialogs and buttons lie on it, and are a little nearer to their text.
QUIET_TEXT = ("#b3bab4", "#53584f")  # --muted of static/css/tokens.css, on dark and on light.
THRESHOLD, GAMMA = 0.04045, 2.4  # Of sRGB.


def contrast_ratio(one: str, other: str) -> float:
    """Of two colours like #1db954."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def carries_text(background: str) -> bool:
    """Whether even the quietest text can be read on it, light or dark."""
    return max(contrast_ratio(background, text) for text in QUIET_TEXT) >= LEAST_OF_GROUND


def stands_out(accent: str, background: str) -> bool:
    return contrast_ratio(accent, background) >= LEAST


def luminance(colour: str) -> float:
    """Relative, 0 for black to 1 for white."""
    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    return part / 12.92 if part <= THRESHOLD else ((part + 0.055) / 1.055) ** GAMMA
