"""What the database knows of a person: rows that go, columns and texts that name nobody then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from social_django.models import Code, Partial

from andre.accounts.identity import SESSION_ENTRY
from andre.accounts.models import Person
from andre.accounts.sessions import end_session
from andre.audit import trail
from andre.audit.models import AuditEvent
from andre.person_data.erased import Erased, Kept


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of somebody's own, which go."""

    model: type[Model]
    column: str
    kept: ClassVar[Kept] = "gone"

    def of(self, person: Erased) -> QuerySet[Any]:
        return self.model._default_manager.filter(**{self.column: person.email})

    def count(self, person: Erased) -> int:
        return self.of(person).count()

    def erase(self, person: Erased) -> None:
        self.of(person).delete()


@dataclass(frozen=True, slots=True)
class Column(Rows):
    """A column that names somebody in rows which stay."""

    kept: ClassVar[Kept] = "nobody's"

    def erase(self, person: Erased) -> None:
        self.of(person).update(**{self.column: person.left})


@dataclass(frozen=True, slots=True)
class Texts:
    """Columns of text or JSON in which people are named."""

    model: type[Model]
    columns: Sequence[str]
    kept: ClassVar[Kept] = "nobody's"

    def of(self, person: Erased) -> QuerySet[Any]:
        texts = {f"{name}_text": Cast(name, TextField()) for name in self.columns}
        is_there = Q()
        for name in texts:
            is_there |= Q(**{f"{name}__contains": person.email})
            is_there |= Q(**{f"{name}__contains": person.id})
        found: QuerySet[Any] = self.model._default_manager.annotate(**texts).filter(is_there)
        return found

    def count(self, person: Erased) -> int:
        return self.of(person).count()

    def erase(self, person: Erased) -> None:
        for row in self.of(person):
            for name in self.columns:
                value = getattr(row, name)
                take_out = person.take_out if isinstance(value, str) else person.take_out_of
                setattr(row, name, take_out(value))
            row.save(update_fields=list(self.columns))


class Sessions:
    """Wherever somebody is signed in. What they hold is encoded, so each is read."""

    model = Session
    kept: ClassVar[Kept] = "gone"

    def keys_of(self, person: Erased) -> Iterable[str]:
        for row in Session.objects.iterator():
            if row.get_decoded().get(SESSION_ENTRY, {}).get("email") == person.email:
                yield row.session_key

    def count(self, person: Erased) -> int:
        return sum(1 for _ in self.keys_of(person))

    def erase(self, person: Erased) -> None:
        for key in list(self.keys_of(person)):
            end_session(key)


class AdminLog:
    """What operators changed about them, in Django's own log of the admin."""

    model = LogEntry
    kept: ClassVar[Kept] = "gone"

    def of(self, person: Erased) -> QuerySet[LogEntry]:
        kind = ContentType.objects.get_for_model(Person)
        theirs = Person.objects.filter(email=person.email).values_list("pk", flat=True)
        about = Q(content_type=kind, object_id__in=[str(pk) for pk in theirs])
        return LogEntry.objects.filter(about | Q(object_repr__contains=person.email))

    def count(self, person: Erased) -> int:
        return self.of(person).count()

    def erase(self, person: Erased) -> None:
        self.of(person).delete()


class Audit:
    """The entries stay, and are nobody's."""

    model = AuditEvent
    kept: ClassVar[Kept] = "nobody's"

    def count(self, person: Erased) -> int:
        return AuditEvent.objects.filter(
            Q(actor=person.email) | Q(subject__in=(person.email, person.id))
        ).count()

    def erase(self, person: Erased) -> None:
        trail.rename_person(person.email, person.left)


class SignInsUnderWay:
    """Sign-ins that were begun and not ended yet."""

    model = Partial
    kept: ClassVar[Kept] = "gone"

    def count(self, person: Erased) -> int:
        return Code.objects.filter(email=person.email).count()

    def erase(self, person: Erased) -> None:
        Code.objects.filter(email=person.email).delete()
        Texts(Partial, ("data",)).of(person).delete()
