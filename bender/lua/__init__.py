"""Bender's scripts, on the player's stage."""

from pathlib import Path

import player.lua
from andre.redis import SHARED_LUA, Scripts

lua = Scripts(SHARED_LUA, Path(player.lua.__file__).parent, Path(__file__).parent)
