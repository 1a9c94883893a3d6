"""From which track a nest's music begins, and of which genre it is."""

import re
from typing import NamedTuple

from andre.core.errors import Refusal
from nests.hooks import hooks
from nests.models import NameSeed
from nests.registry.themes import THEMED_NAMES

DEFAULT_SEED = "spotify:track:3utq2FgD1pkmIoaWfjXWAU"  # Billy Joel, Piano Man
TRACK = re.compile(r"spotify:track:[A-Za-z0-9]{22}|library:track:[1-9][0-9]{0,17}")
NUMBERED = re.compile(r"(.*?)[0-9]*")
THEMES = {themed.name: themed for themed in THEMED_NAMES}


class Seed(NamedTuple):
    uri: str
    genre: str | None


def seed_for(name: str, wanted: str | None) -> Seed:
    """The wanted track, else the name's, else the server's. Raises Refusal `invalid_seed`."""
    if wanted is not None:
        return Seed(validate_seed(wanted), hooks.genre_of(wanted))
    return seed_of_name(name) or Seed(hooks.default_seed() or DEFAULT_SEED, None)


def validate_seed(uri: str) -> str:
    """Raises Refusal `invalid_seed`."""
    if not TRACK.fullmatch(uri):
        raise Refusal("invalid_seed", "A nest begins from a track of Spotify or of the library.")
    return uri


def seed_of_name(name: str) -> Seed | None:
    """BassNest and BassNest2 are one theme. What an operator has chosen for it comes first."""
    found = NUMBERED.fullmatch(name)
    theme = THEMES.get(found[1]) if found else None
    if theme is None:
        return None
    chosen = NameSeed.objects.filter(name=theme.name).first()
    return Seed(chosen.seed_uri, chosen.genre) if chosen else Seed(theme.seed_uri, theme.genre)
