"""The library's catalogue, and the history of what was played."""

from typing import ClassVar

from django.conf import settings
from django.db import models

LONGEST_TEXT = 300
LONGEST_PATH = 1_000


class Track(models.Model):
    """A file of the library, or a piece of one that a CUE sheet names. A vanished file keeps its
    row, so that history keeps its cover.
    """

    path = models.CharField(max_length=LONGEST_PATH, help_text="below the music root")
    piece = models.PositiveSmallIntegerField(
        default=0, help_text="which track of its CUE sheet; 0: the whole file"
    )
    begins_ms = models.PositiveIntegerField(default=0, help_text="where in the file a piece begins")
    title = models.CharField(max_length=LONGEST_TEXT)
    artist = models.CharField(max_length=LONGEST_TEXT)
    album = models.CharField(max_length=LONGEST_TEXT)
    album_artist = models.CharField(max_length=LONGEST_TEXT)
    genre = models.CharField(max_length=LONGEST_TEXT, blank=True, db_index=True)
    year = models.PositiveSmallIntegerField(null=True)
    disc_number = models.PositiveSmallIntegerField(default=1)
    track_number = models.PositiveSmallIntegerField(default=0)
    isrc = models.CharField(max_length=20, blank=True, db_index=True)
    explicit = models.BooleanField(default=False, help_text="a tag of the file says so")
    duration_ms = models.PositiveIntegerField()
    length_checked = models.BooleanField(
        default=False, help_text="duration_ms was counted, not only read off a header"
    )
    quality = models.CharField(max_length=40, blank=True, help_text='"24-bit / 96kHz", "320 kbps"')
    loudness = models.FloatField(null=True, help_text="integrated, LUFS; empty: not yet measured")
    peak = models.FloatField(null=True, help_text="of a full scale of 1.0")
    loudness_failed = models.BooleanField(default=False)
    tempo = models.FloatField(null=True, help_text="beats a minute; empty: not yet measured")
    key = models.CharField(max_length=3, blank=True, help_text='"C", "F#m"')
    timbre = models.BinaryField(null=True, help_text="float32: means and spreads of the cepstra")
    sound_failed = models.BooleanField(default=False)
    cover = models.CharField(max_length=32, blank=True, help_text="names its thumbnails")
    lyrics = models.CharField(
        max_length=5, blank=True, help_text='"timed" or "plain"; empty: nobody has written them'
    )
    folded = models.TextField(help_text="the terms that title, artist and album are found by")
    album_key = models.CharField(max_length=16, db_index=True)
    artist_key = models.CharField(max_length=16, db_index=True)
    available = models.BooleanField(default=True, db_index=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["path", "piece"], name="a_piece_is_one_track"),
        ]

    def __str__(self) -> str:
        return f"{self.artist}: {self.title}"

    @property
    def uri(self) -> str:
        return f"library:track:{self.pk}"


class ScannedFile(models.Model):
    """How a file was when it was last read. While it is so, nobody opens it again.

    It stays when the file is away, so that one that comes back is known to be the same.
    """

    path = models.CharField(max_length=LONGEST_PATH, unique=True)
    size = models.BigIntegerField()
    mtime_ns = models.BigIntegerField()
    lyrics = models.CharField(
        max_length=80, blank=True, help_text="which text lay beside it, its size and time"
    )
    sheet = models.CharField(
        max_length=LONGEST_TEXT, blank=True, help_text="which CUE sheet: its size, time and name"
    )
    sheet_problem = models.CharField(
        max_length=LONGEST_TEXT, blank=True, help_text="why the file stayed one track"
    )
    pieces = models.PositiveSmallIntegerField(
        default=0, help_text="how many tracks the sheet names; 0: the file is one"
    )
    rules = models.PositiveSmallIntegerField(
        default=0, help_text="by which rules it was read; later ones read it again"
    )
    problem = models.CharField(max_length=LONGEST_TEXT, blank=True, help_text="why it was skipped")

    def __str__(self) -> str:
        return self.path


class LibraryRoot(models.Model):
    """The folder that the library was read from last: one row."""

    path = models.TextField()

    def __str__(self) -> str:
        return self.path


class Word(models.Model):
    """A word somewhere in the catalogue: what a misspelled one may have meant."""

    text = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.text


class Play(models.Model):
    """One song played in one nest. It outlives the nest."""

    nest_id = models.CharField(max_length=24)
    nest_name = models.CharField(max_length=200)
    song_id = models.BigIntegerField()
    uri = models.CharField(max_length=300)
    title = models.CharField(max_length=LONGEST_TEXT)
    artist = models.CharField(max_length=LONGEST_TEXT)
    album = models.CharField(max_length=LONGEST_TEXT, blank=True)
    image = models.CharField(max_length=500, blank=True)
    duration_ms = models.PositiveIntegerField()
    explicit = models.BooleanField(default=False)
    user = models.CharField(max_length=254, blank=True, db_index=True, help_text="who added it")
    auto = models.BooleanField(default=False)
    strategy = models.CharField(max_length=40, blank=True)
    started_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField()
    heard_ms = models.BigIntegerField(default=0)
    outcome = models.CharField(max_length=10)
    skipped_by = models.CharField(max_length=254, blank=True)
    jams = models.JSONField(default=list, blank=True)
    comments = models.JSONField(default=list, blank=True)
    votes = models.IntegerField(default=0)
    airhorns = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_ms"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["nest_id", "song_id", "started_ms"], name="a_play_is_written_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["nest_id", "-started_ms"], name="play_of_nest"),
            models.Index(fields=["uri"], name="play_of_track"),
            models.Index(fields=["user", "-started_ms"], name="play_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.artist}: {self.title}, in {self.nest_name}"


class ListeningProgress(models.Model):
    """How far somebody came in a track in one nest, or in one part of it. It outlives the nest.

    What has no parts has 0 for both, so that the constraint holds on every database.
    """

    user = models.CharField(max_length=254)
    nest_code = models.CharField(max_length=24)
    uri = models.CharField(max_length=300)
    disc = models.PositiveIntegerField(default=0, help_text="or season")
    part = models.PositiveIntegerField(default=0, help_text="track of the disc, or episode")
    position_ms = models.PositiveBigIntegerField()
    duration_ms = models.PositiveBigIntegerField()
    progress_percent = models.FloatField()
    completed = models.BooleanField(default=False)
    updated_ms = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "listening progress"
        ordering: ClassVar[list[str]] = ["-updated_ms"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "nest_code", "uri", "disc", "part"], name="one_progress_each"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "nest_code", "-updated_ms"], name="progress_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.uri}, {self.progress_percent:.0f} %"


class Favourite(models.Model):
    """A track that somebody keeps, as it was called then: its provider may forget it."""

    user = models.CharField(max_length=254)
    uri = models.CharField(max_length=300)
    title = models.CharField(max_length=LONGEST_TEXT)
    artist = models.CharField(max_length=LONGEST_TEXT)
    album = models.CharField(max_length=LONGEST_TEXT, blank=True)
    image = models.CharField(max_length=500, blank=True)
    duration_ms = models.PositiveIntegerField()
    folded = models.TextField(help_text="the terms that it is found by")
    liked_ms = models.BigIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-liked_ms", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "uri"], name="a_favourite_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.title}"


class Scrobble(models.Model):
    """A song that somebody has heard, on its way to a service that keeps such a list for them."""

    WAITING, SENT, REFUSED = "waiting", "sent", "refused"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="scrobbles"
    )
    service = models.CharField(max_length=20)
    nest_id = models.CharField(max_length=24)
    song_id = models.BigIntegerField()
    started_ms = models.BigIntegerField(help_text="when the song began in the nest")
    uri = models.CharField(max_length=300)
    title = models.CharField(max_length=LONGEST_TEXT)
    artist = models.CharField(max_length=LONGEST_TEXT)
    album = models.CharField(max_length=LONGEST_TEXT, blank=True)
    duration_ms = models.PositiveIntegerField()
    heard_at_ms = models.BigIntegerField(help_text="when they began to hear it")
    state = models.CharField(max_length=10, default=WAITING)
    attempts = models.PositiveIntegerField(default=0)
    due_ms = models.BigIntegerField(help_text="not sent before then")

    class Meta:
        ordering: ClassVar[list[str]] = ["-heard_at_ms"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "service", "nest_id", "song_id", "started_ms"],
                name="a_play_is_told_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_ms"], name="scrobbles_due"),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.title}"


class Playlist(models.Model):
    """Songs that somebody keeps in an order of their own, under a name."""

    user = models.CharField(max_length=254, db_index=True)
    name = models.CharField(max_length=100)
    shared = models.BooleanField(default=False, help_text="everybody signed in may read it")
    created_ms = models.BigIntegerField()
    changed_ms = models.BigIntegerField(help_text="more with every change, so it names a version")

    class Meta:
        ordering: ClassVar[list[str]] = ["-changed_ms", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["-changed_ms"], condition=models.Q(shared=True), name="playlist_shared"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"


class PlaylistEntry(models.Model):
    """A track of a playlist, as it was called then. Without a uri it was brought along from
    elsewhere, and nothing here is that song yet.
    """

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="entries")
    place = models.PositiveIntegerField(help_text="in order, perhaps with gaps")
    uri = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=LONGEST_TEXT)
    artist = models.CharField(max_length=LONGEST_TEXT, blank=True)
    album = models.CharField(max_length=LONGEST_TEXT, blank=True)
    image = models.CharField(max_length=500, blank=True)
    duration_ms = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "playlist entries"
        ordering: ClassVar[list[str]] = ["place", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["playlist", "place"], name="entry_of_playlist"),
        ]

    def __str__(self) -> str:
        return f"{self.artist}: {self.title}"


class UnwritablePlay(models.Model):
    """A finished play that no row of the history could hold: set aside, for an operator to see."""

    nest_id = models.CharField(max_length=24)
    field = models.CharField(max_length=60, help_text='"song id:start", its name in Redis')
    play = models.TextField(help_text="the play's text, as a JSON string")
    reason = models.TextField()
    set_aside_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-set_aside_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["nest_id", "field"], name="a_play_is_set_aside_once"),
        ]

    def __str__(self) -> str:
        return f"{self.nest_id} {self.field}"


class ConnectedAccount(models.Model):
    """A person's account with somebody else, with what they allow us there.

    `tokens` is sealed (see andre/accounts/encryption.py); empty where the consent has ended.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="connected_accounts"
    )
    provider = models.CharField(max_length=20)
    account = models.CharField(max_length=200, help_text="their name for it that never changes")
    name = models.CharField(max_length=LONGEST_TEXT)
    tokens = models.TextField(blank=True, editable=False)
    consented_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "provider"], name="one_account_with_each_provider"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.provider}"
