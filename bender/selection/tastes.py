"""What those who are here like: what they queued, cheered for and turned away."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp, log1p

from andre.protocol.shapes import Track
from player.library.text_folding import fold

LEAST, MOST = 0.1, 8.0  # However much a room loves or hates a song, others keep a chance.
JAM, PLAY, REJECTION = 2.0, 1.0, 2.0
OF_ARTIST = 0.5  # What is known of an artist counts half of what is known of the song itself.
MINUTES_OF_PATIENCE = 10  # Who had this much of the last hour weighs half as much as who had none.
TIMES = {1: "once", 2: "twice"}


@dataclass(frozen=True)
class Listener:
    """`plays`, `jams`, `rejections` count by track address and by folded artist; `served_minutes`
    is how much of the last hour was to their taste.
    """

    email: str
    name: str
    plays: Counter[str] = field(default_factory=Counter)
    jams: Counter[str] = field(default_factory=Counter)
    rejections: Counter[str] = field(default_factory=Counter)
    served_minutes: float = 0.0

    @property
    def need(self) -> float:
        """1 for who got nothing of the last hour, less the more they got."""
        return 1.0 / (1.0 + self.served_minutes / MINUTES_OF_PATIENCE)

    def liking(self, track: Track) -> float:
        likes = self._sum(self.jams, track) * JAM + self._sum(self.plays, track) * PLAY
        return log1p(likes) - log1p(self._sum(self.rejections, track) * REJECTION)

    def _sum(self, counted: Counter[str], track: Track) -> float:
        return counted[track.uri] + OF_ARTIST * counted[fold(track.artist)]


def chance(track: Track, listeners: Iterable[Listener]) -> float:
    """What a candidate's chance is multiplied by."""
    pull = sum(listener.need * listener.liking(track) for listener in listeners)
    return min(MOST, max(LEAST, exp(pull)))


def explain_taste(track: Track, listeners: Iterable[Listener], besides: str = "") -> str:
    """A sentence about who here likes it, the least served first; of one person, or none.

    Who is named already, `besides`, is not named for the same artist again.
    """
    for listener in sorted(listeners, key=lambda each: -each.need * each.liking(track)):
        if listener.liking(track) <= 0:
            break
        if jams := listener.jams[track.uri]:
            return f"{listener.name} jammed it {times(jams)}."
        if listener.plays[track.uri]:
            return f"{listener.name} has queued it before."
        if listener.name == besides:
            continue
        if listener.jams[fold(track.artist)]:
            return f"{listener.name} has jammed to {track.artist}."
        if listener.plays[fold(track.artist)]:
            return f"{listener.name} likes {track.artist}."
    return ""


def times(count: int) -> str:
    return TIMES.get(count, f"{count} times")
