"""The library's catalogue, and the history of what was played."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from andre.protocol import shapes

LONGEST_TEXT = 300
LONGEST_PATH = 1_000


class Track(models.Model):
    """A file of the library. A vanished file keeps its row, so that history keeps its cover."""

    path = models.CharField(max_length=LONGEST_PATH, unique=True, help_text="below the music root")
    title = models.CharField(max_length=LONGEST_TEXT)
    artist = models.CharField(max_length=LONGEST_TEXT)
    album = models.CharField(max_length=LONGEST_TEXT)
    album_artist = models.CharField(max_length=LONGEST_TEXT)
    genre = models.CharField(max_length=LONGEST_TEXT, blank=True, db_index=True)
    year = models.PositiveSmallIntegerField(null=True)
    disc_number = models.PositiveSmallIntegerField(default=1)
    track_number = models.PositiveSmallIntegerField(default=0)
    isrc = models.CharField(max_length=20, blank=True, db_index=True)
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
    mood = models.CharField(max_length=15, help_text='two dark colours, "#112233 #223344"')
    folded = models.TextField(help_text="the terms that title, artist and album are found by")
    album_key = models.CharField(max_length=16, db_index=True)
    artist_key = models.CharField(max_length=16, db_index=True)
    available = models.BooleanField(default=True, db_index=True)
    added_at = models.DateTimeField(auto_now_add=True)

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
    rules = models.PositiveSmallIntegerField(
        default=0, help_text="by which rules it was read; later ones read it again"
    )
    problem = models.CharField(max_length=LONGEST_TEXT, blank=True, help_text="why it was skipped")

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

    @property
    def track(self) -> shapes.Track:
        return shapes.Track(
            uri=self.uri,
            provider=self.uri.partition(":")[0],
            title=self.title,
            artist=self.artist,
            album=self.album,
            duration_ms=self.duration_ms,
            image=self.image,
        )


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
