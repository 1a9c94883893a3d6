"""The nouns of the wire: what commands and events carry, and what a newcomer sees."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from andre.core.text import clean_text

PlayState = Literal["playing", "paused", "stopped"]
RepeatMode = Literal["off", "one", "all"]
AirhornName = Literal[
    "classic", "double", "fanfare", "ferry", "goose", "party", "rooster", "slide", "stadium", "tram"
]
Outcome = Literal["played", "skipped", "failed"]
PlaybackFailure = Literal["undecodable", "unreachable", "ended_early"]
Catalogue = Literal["library", "spotify"]
# Whoever names a track, a tag, another service or a page elsewhere: it is cleaned here.
Title = Annotated[str, AfterValidator(clean_text)]
BenderProfile = Literal["classic", "smart_first", "smart_only"]


class Shape(BaseModel):
    """Closed: a field nobody wrote down is a fault, in both directions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Person(Shape):
    email: str
    name: str
    picture: str


class You(Person):
    """`may` says of every command whether it would be refused for want of rights; `remove_song` is
    about songs of other people, for one's own may always be removed.
    """

    role: str
    is_creator: bool
    is_dj: bool
    may: dict[str, bool]


class Track(Shape):
    """A recording somebody could queue; `uri` names it for good."""

    uri: str
    provider: str
    title: Title
    artist: Title
    album: Title
    duration_ms: int
    image: str
    explicit: bool = False
    gain_db: float = Field(default=0.0, le=0, description="how much louder than others it is")
    isrc: str = Field(default="", description="names the recording, where somebody told it")


class Jam(Person):
    at_ms: int
    throwback: bool = False


class Comment(Person):
    text: str
    at_ms: int


class Airhorn(Shape):
    """A sound everyone hears at `at_ms`. A free one was earned and knows no cooldown."""

    name: AirhornName
    user: str
    person: Person
    at_ms: int
    free: bool


class SongRow(Shape):
    """A song queued or playing. `tag` and `order` are seconds of airtime (see player/fairness)."""

    song_id: int
    trackid: str
    src: str
    title: str
    artist: str
    album: str
    duration_ms: int
    img: str
    big_img: str
    user: str
    user_name: str
    user_picture: str
    auto: bool
    strategy: str
    reason: str
    explicit: bool
    gain_db: float
    status: Literal["waiting", "queued", "playing", "played", "failed", "removed"]
    added_ms: int
    tag: float
    order: float
    vote: int
    my_vote: Literal[-1, 0, 1] = 0
    jams: list[Jam] = []
    comments: list[Comment] = []


class Why(Shape):
    """What puts a song where it waits."""

    songs_ahead: int
    seconds_ahead: float
    votes: int


class WaitingRow(SongRow):
    """A song that waits, with what follows from the others: none of it is told by events."""

    starts_at_ms: int | None
    locked: bool
    why: Why


class Moved(Shape):
    """Where a song stands after somebody else's change."""

    song_id: int
    tag: float
    order: float


class Preview(Shape):
    """What Bender would play next, and why. `original_user` queued it once, in a throwback."""

    track: Track
    strategy: str
    reason: str
    original_user: str = ""


class Playback(Shape):
    """The nest's playback.

    `position_ms` is projected to `server_ms`. While playing, a client computes
    `duration_ms - (ends_at_ms - now)` on the nest's clock and nothing else.
    """

    song_id: int | None
    play_state: PlayState
    is_playing: bool
    position_ms: int
    duration_ms: int
    changed_at_ms: int
    ends_at_ms: int | None
    version: int
    shuffle: bool
    repeat_mode: RepeatMode
    changed_by: str
    locked_song_id: int | None
    server_ms: int


class NestInfo(Shape):
    nest_id: str
    code: str
    name: str
    slug: str | None
    is_main: bool
    creator: str
    creator_name: str
    created_at: str
    share_url: str
    catalogue: str = Field(description="what it plays from; decides whose songs it takes")
    bender: bool = Field(description="whether Bender keeps the music going here")
    bender_profile: BenderProfile = Field(description="who chooses for him")


class Snapshot(Shape):
    """All a newcomer needs, read in one step, true at `rev`."""

    nest: NestInfo
    listeners: list[Person]
    count: int
    playback: Playback
    song: SongRow | None
    last_song: SongRow | None = Field(description="what played before the nest fell silent")
    queue: list[SongRow]
    preview: Preview | None = Field(default=None, description="what Bender would play next")
    volume: int
    airhorns: list[Airhorn]
    rev: int
    epoch: str
    server_ms: int


class Rejected(Shape):
    """One of many that could not be added, and why."""

    uri: str
    error: str
    message: str
    place: int | None = None
    welcome_at_ms: int | None = None
