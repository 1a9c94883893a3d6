"""What operators may in the admin: whatever a page of ours offers them."""

from django.contrib.auth.backends import BaseBackend

from andre.accounts.models import Person, is_admin

# Groups mean nothing here, and who is whom at Google is not to be rearranged by hand.
HIDDEN_APPS = frozenset({"auth", "social_django"})


def is_operator(user: object) -> bool:
    """K-10.1: by a source of A1. A role written into a row by hand is not enough."""
    return isinstance(user, Person) and user.is_active and user.is_staff and is_admin(user)


class Operators(BaseBackend):
    """Signs nobody in; it only says what the admin asks: may this person do that?"""

    def has_perm(self, user_obj: object, perm: str, obj: object = None) -> bool:
        return self.has_module_perms(user_obj, perm.partition(".")[0])

    def has_module_perms(self, user_obj: object, app_label: str) -> bool:
        return app_label not in HIDDEN_APPS and is_operator(user_obj)
