"""The index of the database we have."""

from django.db import connection

from player.library.search import postgres, sqlite
from player.library.search.base import Index

INDEXES: dict[str, Index] = {"sqlite": sqlite.Index(), "postgresql": postgres.Index()}


def index() -> Index:
    return INDEXES[connection.vendor]
