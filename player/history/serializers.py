"""Plays as the API shows them: the database keeps addresses, a client reads ids and names."""

from collections.abc import Collection
from typing import Any

from andre.accounts.display_names import names_of
from andre.core.person_ids import person_id

Row = dict[str, Any]


def serialize_plays(plays: Collection[Row]) -> list[Row]:
    """Rows of the table `Play`; `user_name` and `skipped_by_name` are added."""
    addresses = {play[name] for play in plays for name in ("user", "skipped_by")} - {""}
    names = names_of(addresses)
    return [serialize_play(play, names) for play in plays]


def serialize_play(play: Row, names: dict[str, str]) -> Row:
    return play | {
        "user": person_id(play["user"]),
        "user_name": names.get(play["user"], ""),
        "skipped_by": person_id(play["skipped_by"]),
        "skipped_by_name": names.get(play["skipped_by"], ""),
        "jams": [without_address(jam) for jam in play["jams"]],
        "comments": [without_address(comment) for comment in play["comments"]],
        "airhorns": [person_id(address) for address in play["airhorns"]],
    }


def without_address(person: Row) -> Row:
    """Who cheered or said something; rows of older versions name them by address alone."""
    shown = {"is_guest": False} | {name: value for name, value in person.items() if name != "email"}
    return shown | {"id": person_id(person["email"])} if "email" in person else shown
