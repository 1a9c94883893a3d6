"""Who they are, what they like to do, and what they say."""

from dataclasses import dataclass
from typing import Literal

Deed = Literal["add", "vote", "jam", "comment", "chat", "horn"]


@dataclass(frozen=True)
class Character:
    """`likes` says how often each deed is chosen against the others.

    `says` is about the song that plays, `chats` about anything.
    """

    name: str
    email: str
    face: str
    likes: dict[Deed, int]
    says: tuple[str, ...]
    chats: tuple[str, ...]


MIKA = Character(
    name="Mika",
    email="mika@andre.test",
    face="img/faces/mika.svg",
    likes={"add": 5, "vote": 3, "jam": 3, "comment": 1, "chat": 1},
    says=(
        "I had this on the whole way home yesterday.",
        "Wait for the part with the bass.",
        "Who put this on? I owe you a coffee.",
        "This is what Sundays sound like.",
        "A little louder, please.",
    ),
    chats=(
        "Tea, anybody?",
        "I will put something on for the rain.",
        "Back in two minutes, do not skip mine.",
    ),
)
INES = Character(
    name="Inês",
    email="ines@andre.test",
    face="img/faces/ines.svg",
    likes={"add": 3, "vote": 5, "jam": 2, "comment": 3, "chat": 2},
    says=(
        "That drummer is having a very good day.",
        "I would like this at my wedding. Or at breakfast.",
        "The cover looks like my grandmother's kitchen.",
        "First I did not like it, now I hum it.",
        "Everybody quiet, the quiet part is coming.",
        "More of these, please.",
    ),
    chats=(
        "Who is coming on Friday?",
        "Somebody here has very good taste, and it is not me.",
        "I have this one on vinyl somewhere.",
        "Vote for the next one, I need it.",
    ),
)
TOBI = Character(
    name="Tobi",
    email="tobi@andre.test",
    face="img/faces/tobi.svg",
    likes={"add": 4, "vote": 2, "jam": 5, "comment": 2, "chat": 1, "horn": 1},
    says=(
        "Tune!",
        "My neighbour just knocked. In rhythm.",
        "Ten out of ten, would nod again.",
        "I am dancing, and nobody can see it.",
        "Is that a banjo?",
    ),
    chats=(
        "Greetings from the kitchen.",
        "My speakers are smaller than this song.",
        "One more, then I really work.",
    ),
)
CHARACTERS = (MIKA, INES, TOBI)
