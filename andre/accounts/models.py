"""People, known by an e-mail address they proved to own, and the keys of their programs."""

import uuid
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.utils import timezone

from andre.accounts.account_state import forget_state, publish_state, spell_state
from andre.accounts.roles import KEY_ROLES, Role
from andre.accounts.sessions import tell_session_ended
from andre.core.conf import DEV_KEYS, conf
from andre.core.keys import address
from andre.core.person_ids import public_address
from andre.core.text import clean_text

LONGEST_NAME = 80
LONGEST_GROUP = 500
LONGEST_KEY_NAME = 40
NAMELESS = "Somebody"  # Neither a name nor an address that people have.
PUBLISHED_HASHES = frozenset(sha256(key.encode()).hexdigest() for key in DEV_KEYS)
PREFIX_LENGTH = 12  # Six random characters after "andre_"; the rest still has more than 192 bits.


class People(BaseUserManager["Person"]):
    def at(self, email: str, **details: Any) -> "Person":
        """The person with this address, made if new, with `details` and the role up to date.

        Raises Refusal for an address that no key of ours could hold.
        """
        person, _ = self.get_or_create(email=address(email))
        for name, value in details.items():
            setattr(person, name, value)
        person.role = role_of(person)
        person.save()
        return person

    def create_superuser(self, email: str, **_: Any) -> "Person":
        """An admin, as make_admin makes one; Django's own programs ask for it by this name."""
        return self.at(email, is_admin_by_command=True)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Signs in by what a provider says, never with a password of ours."""

    email = models.EmailField(unique=True, max_length=254)
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    picture = models.CharField(max_length=500, blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    is_active = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    is_admin_by_command = models.BooleanField(
        default=False, editable=False, help_text="By make_admin; SUPER_ADMIN_EMAILS is apart."
    )
    # What made them an admin at their latest sign-in, spelled as Conf.oidc_admin_source.
    admin_group = models.CharField(max_length=LONGEST_GROUP, blank=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    # Of a guest: for which nest the pass is, and until when.
    guest_nest = models.CharField(max_length=12, blank=True, db_index=True, editable=False)
    pass_ends_at = models.DateTimeField(null=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = People()

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Everything else in the house knows people by this address, in one spelling.
        self.email = self.email.lower()
        self.name = clean_text(self.name, LONGEST_NAME)
        if not self.password:
            self.set_unusable_password()
        if not self._has_another_state():
            super().save(*args, **kwargs)
            return
        forget_state(self.email)
        super().save(*args, **kwargs)
        transaction.on_commit(lambda: publish_state(self.email, self.state))

    def _has_another_state(self) -> bool:
        before = None if self._state.adding else Person.objects.filter(pk=self.pk).first()
        return before is not None and before.state != self.state

    @property
    def state(self) -> str:
        """What every session of theirs must agree with."""
        return spell_state(
            self.role,
            is_active=self.is_active,
            session_epoch=self.session_epoch,
            by_command=self.is_admin_by_command,
            by_group=self.admin_group,
        )

    def end_sessions(self) -> None:
        """Sign them out wherever they are signed in."""
        self.session_epoch += 1
        self.save(update_fields=["session_epoch"])

    def get_session_auth_hash(self) -> str:
        """Django's own sessions, which the admin goes by, end with the others."""
        found = super().get_session_auth_hash()
        return f"{found}:{self.session_epoch}" if self.session_epoch else found

    def get_full_name(self) -> str:
        return self.name or public_address(self.email) or NAMELESS

    @property
    def is_staff(self) -> bool:
        return self.role == Role.ADMIN


def role_of(person: Person) -> str:
    """A1: admin is who a source says so, asked at every sign-in; other roles are kept."""
    if is_admin(person):
        return Role.ADMIN
    return Role.VIEWER if person.role == Role.ADMIN else person.role


def is_admin(person: Person) -> bool:
    return person.is_admin_by_command or is_super_admin(person.email) or is_admin_by_group(person)


def is_admin_by_group(person: Person) -> bool:
    """While OIDC_ADMIN_GROUP names the group that they were in when they last signed in."""
    return person.admin_group != "" and person.admin_group == conf().oidc_admin_source


def is_super_admin(email: str) -> bool:
    return email.lower() in {address.lower() for address in conf().super_admin_emails}


class ApiKey(models.Model):
    """A program's way in, on behalf of one person. Of its secret only the hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prefix = models.CharField(max_length=PREFIX_LENGTH, db_index=True, editable=False)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(
        max_length=LONGEST_KEY_NAME, blank=True, help_text="What its owner knows the program by."
    )
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_keys")
    role = models.CharField(
        max_length=10, choices=[(role, role.label) for role in KEY_ROLES], default=Role.VIEWER
    )
    enabled = models.BooleanField(default=True)
    explicit_allowed = models.BooleanField(default=False)
    rate_limit_per_minute = models.PositiveIntegerField(
        null=True, blank=True, help_text="Empty: as many as the role has. 0 blocks."
    )
    created = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    expires = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return self.name or f"{self.prefix}…"

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if not is_new:
            # Whoever is connected with it comes back, and is looked at anew.
            transaction.on_commit(lambda: tell_session_ended(str(self.pk)), robust=True)

    def is_good(self, now: datetime) -> bool:
        has_ended = self.expires is not None and self.expires <= now
        is_for_nobody = self.is_published and not conf().has_bootstrap_keys
        return self.enabled and self.owner.is_active and not has_ended and not is_for_nobody

    @property
    def is_published(self) -> bool:
        """Whether everybody can read its secret in the source."""
        return self.hash in PUBLISHED_HASHES


class Preferences(models.Model):
    """How somebody likes the page; they are known by their address, like everywhere."""

    email = models.EmailField(primary_key=True, max_length=254)
    chosen = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return self.email
