"""What nests ask of the floors above: functions handed down at start, never imported.

Until somebody hands one down it answers that nothing is known, but for the pipeline, which has to
be there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from andre.core.context import CommandContext
from andre.protocol.commands import Command
from andre.protocol.frames import Answer


class BenderCheck(Protocol):
    def __call__(
        self, profile: str | None, weights: Mapping[str, float] | None, *, is_main: bool
    ) -> None: ...


class Dispatch(Protocol):
    def __call__(self, act: CommandContext, command: Command) -> Answer: ...


def no_pipeline(act: CommandContext, command: Command) -> Answer:
    """Raises RuntimeError: the web's app has not been set up."""
    raise RuntimeError(f"nobody has registered the command pipeline; {command.kind()} is lost")


def nothing(_: str) -> None:
    return None


def never(_: str) -> bool:
    return False


def no_seed() -> None:
    return None


def no_player() -> None:
    return None


def nothing_to_say(
    profile: str | None, weights: Mapping[str, float] | None, *, is_main: bool
) -> None:
    return None


def no_playlist(playlist_id: int, chooser: str, creator: str) -> None:
    return None


def no_weights() -> dict[str, float]:
    return {}


def no_songs(act: CommandContext, email: str) -> None:
    return None


def no_grace(_: str) -> None:
    return None


def no_guest(email: str, name: str) -> None:
    return None


def no_song(nest: str, song_id: int) -> str:
    return ""


def no_titles() -> dict[str, str]:
    return {}


@dataclass
class Hooks:
    # The command pipeline (andre/web/dispatch.py): carries a command out, or raises Refusal.
    dispatch: Dispatch = no_pipeline
    # The genre of a track's URI; None where it cannot be found out.
    genre_of: Callable[[str], str | None] = nothing
    # What a nest without a seed begins from, where that is not the server's own; a track's URI.
    default_seed: Callable[[], str | None] = no_seed
    # {"provider", "sdk"} of the service whose player a page can be; None without one.
    own_player: Callable[[], Mapping[str, str] | None] = no_player
    # What people call each source of music this server has: name -> title.
    titles: Callable[[], Mapping[str, str]] = no_titles
    # Raises Refusal for a profile or weights of Bender's that a nest cannot have.
    check_bender: BenderCheck = nothing_to_say
    # Raises Refusal for a playlist that a nest cannot go by: its id, who chooses, who built it.
    check_playlist: Callable[[int, str, str], None] = no_playlist
    # The server's own weight of each of Bender's strategies, by name.
    strategy_weights: Callable[[], Mapping[str, float]] = no_weights
    # Takes out of the queue what somebody has added: the act of who wants it, and their address.
    remove_songs_of: Callable[[CommandContext, str], None] = no_songs
    # The music waits from now on for a DJ who shows no sign of life; a nest id.
    start_grace: Callable[[str], None] = no_grace
    # Erases a guest, wherever anything knows them: their address, the name that plays keep.
    erase_guest: Callable[[str, str], None] = no_guest
    # The title of a song that waits, plays or has just played, by nest and id; else empty.
    title_of_song: Callable[[str, int], str] = no_song
    # Whether anything was ever played in a nest with this code.
    has_history: Callable[[str], bool] = never


hooks = Hooks()
