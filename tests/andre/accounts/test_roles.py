"""Who may what: roles rise, and a word that is no role may nothing."""

import pytest

from andre.accounts.roles import reaches

ROLES = ("viewer", "operator", "researcher", "admin")


# K-1.3
@pytest.mark.parametrize("needed", ROLES)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_itself_and_what_is_below(role, needed):
    assert reaches(role, needed) == (ROLES.index(role) >= ROLES.index(needed))


# K-1.3
@pytest.mark.parametrize("word", ["", "Admin", "root", "viewer "])
def test_an_unknown_role_denies_on_either_side(word):
    assert not any(reaches(word, role) for role in ROLES)
    assert not any(reaches(role, word) for role in ROLES)
    assert not reaches(word, word)
