"""The nouns of the wire: what commands and events carry, and what a newcomer sees."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from andre.core.text import clean_text
from andre.protocol.nest_settings import with_shown_settings

PlayState = Literal["playing", "paused", "stopped"]
RepeatMode = Literal["off", "one", "all"]
AirhornName = Literal[
    "classic", "double", "fanfare", "ferry", "goose", "party", "rooster", "slide", "stadium", "tram"
]
Outcome = Literal["played", "skipped", "failed"]
PlaybackFailure = Literal["undecodable", "unreachable", "ended_early"]
LyricsKind = Literal["", "plain", "timed"]
Accent = Literal["green", "purple", "blue", "pink", "orange", "red", "gold", "cyan", "white"]
# Whoever names a track, a tag, another service or a page elsewhere: it is cleaned here.
Title = Annotated[str, AfterValidator(clean_text)]


class Shape(BaseModel):
    """Closed: a field nobody wrote down is a fault, in both directions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


# Who did something, where no more is said of them; empty where it was the server itself.
PersonId = str


class Person(Shape):
    """`id` is opaque and the same in every nest; addresses reach nobody but their owner."""

    id: str
    name: str
    picture: str
    is_guest: bool = False


class You(Person):
    """`email` is one's own address. `may` says of every right whether this person has it: of each
    command, and of `remove_others_songs` (one's own and Bender's go with `remove_song`) and
    `add_songs_again`. Where a nest has a DJ, playback is theirs alone besides: the snapshot says
    who that is, and events who it becomes. `needs_plan` names the rights that nobody has here,
    the DJ included, as long as the plan of the nest's creator does not open them.
    """

    email: str
    role: str
    is_creator: bool
    is_dj: bool
    may: dict[str, bool]
    needs_plan: list[str]


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
    lyrics: LyricsKind = Field(default="", description="whether its words can be asked for")


class Playlist(Shape):
    """Songs that somebody keeps in an order of their own. `changed_ms` is more with every change.

    `missing` of its `songs` were brought along from elsewhere, and nothing here is them yet.
    """

    id: int
    name: str
    user: PersonId
    user_name: str
    shared: bool
    songs: int
    missing: int
    duration_ms: int
    changed_ms: int


class Jam(Person):
    at_ms: int
    throwback: bool = False


class Comment(Person):
    text: str
    at_ms: int


class SongNamed(Shape):
    """Which song somebody writes about, also once it is gone."""

    song_id: int
    title: Title


class Message(Person):
    """What somebody has written in the chat. A later one has a higher `message_id`."""

    message_id: int
    text: str
    at_ms: int
    song: SongNamed | None
    mentions: list[PersonId]


class Airhorn(Shape):
    """A sound everyone hears at `at_ms`. A free one was earned and knows no cooldown."""

    name: AirhornName
    user: PersonId
    person: Person
    at_ms: int
    free: bool


class SongRow(Shape):
    """A song queued or playing. `tag` and `order` are seconds of airtime (see player/fairness).

    `placed`: the DJ has put it where it stands, so that neither votes nor turns move it.
    """

    song_id: int
    trackid: str
    src: str
    title: str
    artist: str
    album: str
    duration_ms: int
    img: str
    big_img: str
    user: PersonId
    user_name: str
    user_picture: str
    auto: bool
    strategy: str
    reason: str
    explicit: bool
    gain_db: float
    lyrics: LyricsKind = ""
    status: Literal["waiting", "queued", "playing", "played", "failed", "removed"]
    added_ms: int
    tag: float
    order: float
    vote: int
    placed: bool = False
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
    """What Bender would play next, and why. In a throwback `original_user` queued it once."""

    track: Track
    strategy: str
    reason: str
    original_user: PersonId = ""
    original_name: str = ""


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
    changed_by: PersonId
    locked_song_id: int | None
    server_ms: int


class Preferences(Shape):
    """How somebody likes the page; null where nothing has been chosen, and the page does as it
    thinks best.
    """

    accent: Accent | None = None
    mode: Literal["system", "dark", "light"] | None = None
    faces: Literal["pictures", "letters"] | None = None
    speakers_together: bool | None = None


class ListeningDevice(Shape):
    """What somebody listens with, as their own connections are told."""

    id: str
    name: str
    platform: str
    is_connected: bool


class Speaker(Shape):
    """The one device of a listener that sounds in this nest. A browser has tabs, of which one
    sounds; null: any of them may.
    """

    device: str
    tab: str | None


class Mine(Shape):
    """What concerns only the viewer, true at a revision of its own.

    `preferences` are null as long as none has been changed in this nest's time, `devices` as long
    as no connection has named one.
    """

    rev: int
    preferences: Preferences | None
    devices: list[ListeningDevice] | None
    speaker: Speaker | None


@with_shown_settings
class NestInfo(Shape):
    """Which nest it is, and what it is set to: its settings of andre/protocol/nest_settings.py."""

    nest_id: str
    code: str
    name: str
    slug: str | None
    is_main: bool
    creator: str = Field(description="one's own address, or the creator's name for anybody else")
    creator_id: PersonId
    creator_name: str
    created_at: str
    share_url: str


class Dj(Shape):
    """Who controls what plays while the nest is set to have a DJ (`control_mode`)."""

    id: PersonId
    name: str


class Throttle(Shape):
    """An operator has slowed the nest until then; it ends by itself.

    Of what people do with the queue, the playback and the chat, everybody together has `a_minute`
    and one person `a_minute_each`.
    """

    until_ms: int
    a_minute: int
    a_minute_each: int
    reason: str


class Snapshot(Shape):
    """All a newcomer needs, read in one step, true at `rev`."""

    nest: NestInfo
    listeners: list[Person]
    count: int
    playback: Playback
    song: SongRow | None
    last_song: SongRow | None = Field(description="what played before the nest fell silent")
    queue: list[SongRow]
    proposals: list[SongRow] = Field(description="songs that wait for approval, the oldest first")
    preview: Preview | None = Field(default=None, description="what Bender would play next")
    volume: int
    airhorns: list[Airhorn]
    muted: list[PersonId] = Field(default=[], description="whom nobody hears in the chat")
    skip_voters: list[PersonId] = Field(description="who wants the song that plays skipped")
    skip_share: float = Field(description="of those who listen, so many are needed for that")
    chat: list[Message] = Field(description="the latest messages, oldest first")
    dj: Dj | None = Field(description="who it is, or would be; null in the Main Nest")
    dj_away_until_ms: int | None = Field(description="the music waits until then for the DJ")
    throttle: Throttle | None = Field(description="how an operator has slowed the nest")
    mine: Mine
    rev: int
    epoch: str
    server_ms: int
