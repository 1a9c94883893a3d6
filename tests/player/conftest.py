"""A place for recordings, and one for what Andre keeps of them."""

from pathlib import Path

import pytest


@pytest.fixture
def root(settings, tmp_path: Path) -> Path:
    settings.MUSIC_ROOT = (tmp_path / "music").resolve()
    settings.DATA_DIR = tmp_path / "data"
    settings.MUSIC_ROOT.mkdir()
    return settings.MUSIC_ROOT
