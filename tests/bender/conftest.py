"""A library of a few bands, and Bender at work in the Main Nest."""

import pytest

from tests.bender.support import Shelf, stock


@pytest.fixture
def shelf(db) -> Shelf:
    """Twelve bands of four genres, four songs each."""
    return stock()
