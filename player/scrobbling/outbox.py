"""Songs on their way to a service: written down first, sent by a task, again until it has them.

Nothing here is waited for by anybody who listens: a report adds a row, and a worker does the rest.
A worker that dies between sending and marking sends the same text again, which the services take
for the listen that they have.
"""

from dataclasses import dataclass

import structlog
from celery import current_app
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from andre.accounts.models import Person
from andre.core import clock
from andre.core.context import CommandContext
from player.history.listened import play_threshold_ms
from player.linked_accounts import accounts
from player.models import ConnectedAccount, Scrobble
from player.scripts import lua
from player.scrobbling.connections import connections_of, read_token
from player.scrobbling.services import SERVICES, configured_services
from player.scrobbling.services.base import AskLater, Listen, NotTaken, TokenRefused

SEND_SCROBBLES = "player.tasks.send_scrobbles"  # By name: the task stands above and calls this.
# A page counts what its sound does, the server what the nest does; they begin at different moments.
CLOCKS_APART_MS = 5_000
MOST_AT_ONCE = 50
LEASE_MS = 60_000  # Longer than a request lasts; after a crash somebody else takes it up then.
FIRST_PAUSE_MS = 60_000
LONGEST_PAUSE_MS = 6 * 3_600_000
LONGEST_WAIT_S = 24 * 3_600
KEEP_MS = 2 * 24 * 3_600_000  # Longer than any play lasts, so that none is told twice.
GIVE_UP_MS = 30 * 24 * 3_600_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class HeardSong:
    """What a listener's device says of the song that plays: so much of it has sounded there."""

    song_id: int
    heard_ms: int


def note_heard(act: CommandContext, told: HeardSong) -> bool:
    """Write the song down for each connected service, once for a play; whether it counts by now.

    Nobody has heard more of a song than has sounded in the nest.
    """
    names = list(connections_of(act.user).values_list("provider", flat=True))
    if not names:
        return False
    _, song_id, started, sounded, duration, uri, title, artist, album, is_here = lua.read_heard(
        act, listener=act.user
    )
    if song_id != str(told.song_id) or not is_here:
        return False
    heard_ms = min(told.heard_ms, int(sounded) + CLOCKS_APART_MS)
    if heard_ms < play_threshold_ms(int(duration)):
        return False
    names = [name for name in names if int(duration) > SERVICES[name].shortest_ms]
    now_ms = clock.now_ms()
    person = Person.objects.get(email=act.user)
    rows = [
        Scrobble(
            person=person,
            service=name,
            nest_id=act.nest,
            song_id=told.song_id,
            started_ms=int(started),
            uri=uri,
            title=title,
            artist=artist,
            album=album,
            duration_ms=int(duration),
            heard_at_ms=max(int(started), now_ms - heard_ms),
            due_ms=now_ms,
        )
        for name in names
    ]
    Scrobble.objects.bulk_create(rows, ignore_conflicts=True)
    current_app.signature(SEND_SCROBBLES).apply_async(expires=60)
    return True


def send_waiting() -> int:
    """Send what is due, the oldest first; how many went. A service that does not answer is asked
    once: all that waits for it is put off, and cannot be leased any more.
    """
    sent = 0
    for row in find_due(clock.now_ms()):
        if lease(row):
            try:
                sent += submit_row(row)
            except AskLater as error:
                put_off(row, error)
    forget_old(clock.now_ms())
    return sent


def find_due(now_ms: int) -> QuerySet[Scrobble]:
    """Of those whose account is still of use, at services that are offered here today."""
    offered = [service.name for service in configured_services()]
    account = ConnectedAccount.objects.filter(
        person=OuterRef("person"), provider=OuterRef("service")
    ).exclude(tokens="")
    waiting = Scrobble.objects.filter(service__in=offered, state=Scrobble.WAITING)
    due = waiting.filter(Exists(account), due_ms__lte=now_ms)
    return due.order_by("due_ms", "pk")[:MOST_AT_ONCE]


def lease(row: Scrobble) -> bool:
    """Whether it is ours to send: of two workers one has it."""
    ours = Scrobble.objects.filter(pk=row.pk, state=Scrobble.WAITING, due_ms=row.due_ms)
    row.attempts += 1
    return bool(ours.update(due_ms=clock.now_ms() + LEASE_MS, attempts=F("attempts") + 1))


def submit_row(row: Scrobble) -> bool:
    """Raises AskLater."""
    account = ConnectedAccount.objects.filter(person=row.person_id, provider=row.service).first()
    token = read_token(account) if account else None
    if account is None or token is None:
        return False
    listen = Listen(row.title, row.artist, row.album, row.duration_ms, row.heard_at_ms)
    try:
        SERVICES[row.service].submit(token, listen)
    except TokenRefused:
        log.warning("scrobble_token_refused", service=row.service)
        accounts.forget_tokens(account)  # They are asked to connect again; what waits goes then.
        return False
    except NotTaken as error:
        log.warning("scrobble_not_taken", service=row.service, reason=str(error)[:200])
        mark(row, Scrobble.REFUSED)
        return False
    mark(row, Scrobble.SENT)
    return True


def mark(row: Scrobble, state: str) -> None:
    Scrobble.objects.filter(pk=row.pk).update(state=state)


def put_off(row: Scrobble, error: AskLater) -> None:
    """Twice as long after every attempt in vain, or as long as the service says."""
    pause_ms = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** min(row.attempts - 1, 10))
    said_ms = int(min(error.wait_s, LONGEST_WAIT_S) * 1_000)
    until_ms = clock.now_ms() + max(pause_ms, said_ms)
    log.warning("scrobble_service_silent", service=row.service, reason=str(error)[:200])
    others = Scrobble.objects.filter(service=row.service, state=Scrobble.WAITING)
    others.filter(Q(pk=row.pk) | Q(due_ms__lt=until_ms)).update(due_ms=until_ms)


def forget_old(now_ms: int) -> None:
    done = Scrobble.objects.exclude(state=Scrobble.WAITING)
    done.filter(heard_at_ms__lt=now_ms - KEEP_MS).delete()
    Scrobble.objects.filter(heard_at_ms__lt=now_ms - GIVE_UP_MS).delete()
