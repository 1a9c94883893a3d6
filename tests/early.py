"""Loaded by `-p` before any plugin reads Django's settings.

In a worker of xdist pytest-django comes before conftest.py, and what it would read there is the
environment of the parent: one Valkey for both workers, each emptying it under the other's feet.
"""

import pytest

# Before the first import of them: what their assertions compared is then in the report.
pytest.register_assert_rewrite("tests.support")

from tests.support.house import furnish  # noqa: E402

furnish()
