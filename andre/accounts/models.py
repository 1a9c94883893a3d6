"""A person: an e-mail address somebody proved to own, a name, a picture, a role."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone

from andre.conf import conf
from andre.keys import address

LONGEST_NAME = 80


class Role(models.TextChoices):
    """Rising: each may what the one before may. Rights in a nest are another matter."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    RESEARCHER = "researcher"
    ADMIN = "admin"


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

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Signs in with what Google says, never with a password of ours."""

    email = models.EmailField(unique=True, max_length=254)
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    picture = models.CharField(max_length=500, blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

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
        if not self.password:
            self.set_unusable_password()
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        return self.role == Role.ADMIN


def role_of(person: Person) -> str:
    """Admin is what the environment says, at every sign-in; other roles are kept."""
    if is_super_admin(person.email):
        return Role.ADMIN
    return Role.VIEWER if person.role == Role.ADMIN else person.role


def is_super_admin(email: str) -> bool:
    return email.lower() in {address.lower() for address in conf().super_admin_emails}
