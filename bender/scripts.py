"""Bender's scripts, on the player's stage."""

from pathlib import Path

import player.scripts
from andre.core.redis import SHARED_LUA, Scripts

FOLDERS = [
    *Path(player.scripts.__file__).parent.glob("*/lua"),
    *Path(__file__).parent.glob("*/lua"),
]

lua = Scripts(SHARED_LUA, *sorted(FOLDERS))
