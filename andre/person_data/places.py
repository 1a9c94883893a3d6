"""The one list of every place that knows a person, and what becomes of it when they are erased.

`gone`: nothing is left. `nobody's`: it stays, and names somebody who is nobody. A model that is new
and knows people takes its place here; tests/andre/test_person_data.py holds that none is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from andre.accounts.models import ApiKey, Person, Preferences
from andre.billing import erased_customers
from andre.billing.models import Customer
from andre.jobs.models import Job
from andre.person_data.database_places import (
    AdminLog,
    Audit,
    Column,
    Rows,
    Sessions,
    SignInsUnderWay,
    Texts,
)
from andre.person_data.erased import Erased, Kept
from andre.person_data.nests_of_person import NestsBuilt, NestsLed
from andre.person_data.redis_places import sweep_nests, sweep_server
from andre.plans.models import Plan
from bender.models import BenderRun, Rejection
from nests.models import Device
from player.models import (
    ConnectedAccount,
    Favourite,
    ListeningProgress,
    Play,
    Playlist,
    Scrobble,
    UnwritablePlay,
)


class Place(Protocol):
    kept: ClassVar[Kept]

    def count(self, person: Erased) -> int: ...

    def erase(self, person: Erased) -> None: ...


class NestMemory:
    """Redis, nest by nest: queue, votes, jams, airhorns, chat, presence, plays, streams."""

    kept: ClassVar[Kept] = "nobody's"

    def count(self, person: Erased) -> int:
        return sweep_nests(person, apply=False).total()

    def erase(self, person: Erased) -> None:
        sweep_nests(person, apply=True)


class ServerMemory:
    """Redis, of no nest: whom they follow, the state of their account, signs of life of devices."""

    kept: ClassVar[Kept] = "gone"

    def count(self, person: Erased) -> int:
        return sweep_server(person, apply=False)

    def erase(self, person: Erased) -> None:
        sweep_server(person, apply=True)


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """`title` is what the person reads."""

    title: str
    place: Place


class PaidFor:
    """Whom Stripe knows: deleted there as well, which ends at once whatever they pay for."""

    model = Customer
    kept: ClassVar[Kept] = "gone"

    def count(self, person: Erased) -> int:
        return Customer.objects.filter(email=person.email).count()

    def erase(self, person: Erased) -> None:
        erased_customers.forget_customer(person.email)


# In the order in which they are erased: who is signed in nowhere writes nothing any more.
PLACES: Sequence[NamedPlace] = (
    NamedPlace("Browsers where you are signed in", Sessions()),
    NamedPlace("Keys of your programs", Rows(ApiKey, "owner__email")),
    NamedPlace("Your second factor", Rows(TOTPDevice, "user__email")),
    NamedPlace("Your recovery codes", Rows(StaticDevice, "user__email")),
    NamedPlace("Sign-ins that you began", SignInsUnderWay()),
    NamedPlace("Nests where you are the DJ", NestsLed()),
    NamedPlace("Nests of yours", NestsBuilt()),
    NamedPlace("What nests remember of you", NestMemory()),
    NamedPlace("What the server remembers of you", ServerMemory()),
    NamedPlace("How you like the page", Rows(Preferences, "email")),
    NamedPlace("Your account at Stripe, with what you pay for", PaidFor()),
    NamedPlace("Your plans", Rows(Plan, "email")),
    NamedPlace("Your devices", Rows(Device, "owner")),
    NamedPlace("Your favourites", Rows(Favourite, "user")),
    NamedPlace("Your playlists", Rows(Playlist, "user")),
    NamedPlace("How far you came in songs", Rows(ListeningProgress, "user")),
    NamedPlace("Songs of Bender's that you turned away", Rows(Rejection, "user")),
    NamedPlace("What was told to your scrobbling services", Rows(Scrobble, "person__email")),
    NamedPlace("Accounts you connected", Rows(ConnectedAccount, "person__email")),
    NamedPlace("Songs you added that were played", Column(Play, "user")),
    NamedPlace("Songs that you skipped", Column(Play, "skipped_by")),
    NamedPlace("Your jams, comments and airhorns", Texts(Play, ("jams", "comments", "airhorns"))),
    NamedPlace("Plays that could not be written", Texts(UnwritablePlay, ("play",))),
    NamedPlace("Picks that you asked Bender for", Column(BenderRun, "asked_by")),
    NamedPlace("Picks that remember you", Texts(BenderRun, ("picks", "context"))),
    NamedPlace("Jobs that you asked for", Column(Job, "created_by")),
    NamedPlace("What operators changed about you", AdminLog()),
    NamedPlace("Entries of the audit", Audit()),
    NamedPlace("Your account", Rows(Person, "email")),
)
