"""The scripts about who is in which nest: one verb, one file."""

from pathlib import Path

from andre.core.redis import SHARED_LUA, Scripts

lua = Scripts(SHARED_LUA, *sorted(Path(__file__).parent.glob("*/lua")))
