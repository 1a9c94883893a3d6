"""Whether files, queues and history agree with each other. Nothing is changed."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Count

from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.models import NestTombstone
from nests.registry import store
from nests.registry.records import Nest
from player.library.files import is_readable, safe_file
from player.models import Play, ScannedFile, Track

FILES_AT_ONCE = 200
MOST_TOLD = 1_000  # More of them are counted, and one by one say nothing new.
LIBRARY = "library:track:"

Checkpoint = Callable[[str, int, int], None]
Found = dict[str, Any]


def find_inconsistencies(checkpoint: Checkpoint) -> Found:
    """{checked, inconsistencies, count}; each inconsistency is {kind, subject}, without any path.

    Raises Refusal `library_root_missing`, and whatever `checkpoint` raises.
    """
    checked, told = Tally(), list[Found]()
    parts = (check_files(checked, checkpoint), check_queues(checked), check_history(checked))
    count = 0
    for part in parts:
        for each in part:
            count += 1
            if count <= MOST_TOLD:
                told.append(each)
    return {"checked": checked.count, "inconsistencies": told, "count": count}


class Tally:
    def __init__(self) -> None:
        self.count = 0


def check_files(checked: Tally, checkpoint: Checkpoint) -> Iterator[Found]:
    """Files missing, or changed since they were read.

    Raises Refusal `library_root_missing`, and whatever `checkpoint` raises.
    """
    if not settings.MUSIC_ROOT.is_dir():
        raise Refusal("library_root_missing", "The music folder is not there.")
    tracks = Track.objects.filter(available=True).order_by("pk")
    total = tracks.count()
    for number, track in enumerate(tracks.only("pk", "path").iterator(FILES_AT_ONCE)):
        if number % FILES_AT_ONCE == 0:
            checkpoint("Files", number, total)
        checked.count += 1
        file = safe_file(settings.MUSIC_ROOT, track.path)
        if file is None or not is_readable(file):
            yield {"kind": "file_missing", "subject": track.uri}
            continue
        facts = file.stat()
        seen = ScannedFile.objects.filter(path=track.path).first()
        if seen is None or (seen.size, seen.mtime_ns) != (facts.st_size, facts.st_mtime_ns):
            yield {"kind": "file_changed", "subject": track.uri}


def check_queues(checked: Tally) -> Iterator[Found]:
    """Queue entries without a song, or whose track the library does not have."""
    for nest in store.list_nests():
        keys = NestKeys(nest.nest_id)
        for padded in redis().zrange(keys.queue, 0, -1):
            checked.count += 1
            song_id = int(padded)
            uri = redis().hget(f"{keys.song_prefix}{song_id}", "trackid")
            if uri is None or not has_track(uri):
                subject = f"song {song_id} of {name_of_nest(nest)}"
                yield {"kind": "queue_entry_without_track", "subject": subject}


def has_track(uri: str) -> bool:
    """Of other services' tracks the library knows nothing."""
    number = uri.removeprefix(LIBRARY)
    if number == uri:
        return True
    return number.isdecimal() and Track.objects.filter(pk=number, available=True).exists()


def name_of_nest(nest: Nest) -> str:
    """Whoever looks at jobs reads it; of private nests strangers learn nothing."""
    return "a private nest" if nest.setting("is_private") else nest.nest_id


def check_history(checked: Tally) -> Iterator[Found]:
    """Plays of a nest that is neither there nor has a tombstone."""
    known = {store.MAIN, *(nest.nest_id for nest in store.list_nests())}
    known |= set(NestTombstone.objects.values_list("code", flat=True))
    plays = Play.objects.order_by("nest_id").values("nest_id").annotate(count=Count("pk"))
    for row in plays:
        checked.count += row["count"]
        if row["nest_id"] not in known:
            yield {
                "kind": "history_without_nest",
                "subject": f"{row['nest_id']}: {row['count']} plays",
            }
