"""Loaded by `-p` before any plugin reads Django's settings.

In a worker of xdist pytest-django comes before conftest.py, and what it would read there is the
environment of the parent: one Valkey for both workers, each emptying it under the other's feet.
"""

from tests.support.house import furnish

furnish()
