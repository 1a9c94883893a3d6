"""What a synthetic listener does next: pure, chance comes in from outside."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from andre.core.person_ids import person_id
from andre.demo.listeners.characters import Character, Deed

Command = dict[str, Any]
Whim = Callable[[Character, Mapping[str, Any], Sequence[str], random.Random], Command | None]

ENOUGH_WAITING = 5  # So many songs ahead; the rest of the queue belongs to people.
HORNS = ("goose", "tram", "ferry")


def next_command(
    character: Character, snapshot: Mapping[str, Any], uris: Sequence[str], rng: random.Random
) -> Command | None:
    """One command that makes sense now, or None; `uris` are the tracks one could queue."""
    if len(snapshot["queue"]) < ENOUGH_WAITING and (command := add(character, snapshot, uris, rng)):
        return command
    for deed in shuffle_by_preference(character.likes, rng):
        if command := WHIMS[deed](character, snapshot, uris, rng):
            return command
    return None


def shuffle_by_preference(likes: Mapping[Deed, int], rng: random.Random) -> list[Deed]:
    """The deeds in an order of chance, what is liked more rather first (Efraimidis, Spirakis)."""
    return sorted(likes, key=lambda deed: rng.random() ** (1 / likes[deed]), reverse=True)


def add(
    _: Character, snapshot: Mapping[str, Any], uris: Sequence[str], rng: random.Random
) -> Command | None:
    if len(snapshot["queue"]) >= ENOUGH_WAITING:
        return None
    known = {song["trackid"] for song in songs_of(snapshot)}
    fresh = [uri for uri in uris if uri not in known]
    return {"type": "add_songs", "uris": [rng.choice(fresh)]} if fresh else None


def vote(
    character: Character, snapshot: Mapping[str, Any], _: Sequence[str], rng: random.Random
) -> Command | None:
    open_to_me = [
        song
        for song in snapshot["queue"]
        if song["user"] != person_id(character.email) and song["my_vote"] == 0
    ]
    if not open_to_me:
        return None
    return {"type": "cast_vote", "song_id": rng.choice(open_to_me)["song_id"], "direction": 1}


def jam(
    character: Character, snapshot: Mapping[str, Any], _: Sequence[str], __: random.Random
) -> Command | None:
    song = snapshot["song"]
    if song is None or has_spoken(character, song["jams"]):
        return None
    return {"type": "toggle_jam", "song_id": song["song_id"]}


def comment(
    character: Character, snapshot: Mapping[str, Any], _: Sequence[str], rng: random.Random
) -> Command | None:
    """Once a song, and nothing that has been said about it."""
    song = snapshot["song"]
    if song is None or has_spoken(character, song["comments"]):
        return None
    return {
        "type": "add_comment",
        "song_id": song["song_id"],
        "text": rng.choice(character.says),
    }


def chat(
    character: Character, snapshot: Mapping[str, Any], _: Sequence[str], rng: random.Random
) -> Command | None:
    """Never twice in a row, and nothing that still stands there."""
    said = snapshot["chat"]
    if said and said[-1]["id"] == person_id(character.email):
        return None
    texts = {message["text"] for message in said}
    fresh = [text for text in character.chats if text not in texts]
    return {"type": "send_chat_message", "text": rng.choice(fresh)} if fresh else None


def has_spoken(character: Character, among: Sequence[Mapping[str, Any]]) -> bool:
    return any(each["id"] == person_id(character.email) for each in among)


def horn(
    _: Character, snapshot: Mapping[str, Any], __: Sequence[str], rng: random.Random
) -> Command | None:
    return {"type": "blow_airhorn", "name": rng.choice(HORNS)} if snapshot["song"] else None


WHIMS: dict[Deed, Whim] = {
    "add": add,
    "vote": vote,
    "jam": jam,
    "comment": comment,
    "chat": chat,
    "horn": horn,
}


def songs_of(snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*snapshot["queue"], *([snapshot["song"]] if snapshot["song"] else [])]
