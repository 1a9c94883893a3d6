"""What operators may in the admin: whatever a page of ours offers them.

Being one is not enough: see `second_factor`.
"""

from django.contrib.auth.backends import BaseBackend

from andre.accounts.models import Person, is_admin
from andre.accounts.roles import Role
from andre.core.conf import conf

# Groups mean nothing here, who is whom at Google is not to be rearranged by hand, and what second
# factors are made of is for nobody.
HIDDEN_APPS = frozenset({"auth", "social_django", "otp_totp", "otp_static"})


def is_operator(user: object) -> bool:
    """K-10.1: by a source of A1. A role written into a row by hand is not enough."""
    if not (isinstance(user, Person) and user.is_active):
        return False
    is_owner = conf().is_home and user.role == Role.OWNER
    return is_owner or (user.is_staff and is_admin(user))


class Operators(BaseBackend):
    """Signs nobody in; it only says what the admin asks: may this person do that?"""

    def has_perm(self, user_obj: object, perm: str, obj: object = None) -> bool:
        return self.has_module_perms(user_obj, perm.partition(".")[0])

    def has_module_perms(self, user_obj: object, app_label: str) -> bool:
        return app_label not in HIDDEN_APPS and is_operator(user_obj)
