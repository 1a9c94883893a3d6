"""What is kept of text, and whether any of it can be seen (N4)."""

from xml.etree import ElementTree

import pytest

from andre.accounts.dev_login import person_named
from andre.accounts.models import Person
from andre.core.errors import Refusal
from andre.core.text import clean_text, has_visible_character
from andre.protocol.shapes import Track
from nests.registry.slugs import clean_name
from player.history.exports import xml_text
from player.library import tags

KEPT = [
    "ශ්‍රී",  # A joiner makes one letter of two.
    "می‌خواهم",  # A non-joiner keeps two letters apart.
    "👨‍👩‍👧",
    "🩷 🫨",  # Younger than the tables of Python 3.11.
    "❤️",
    "Beyoncé",
    "שלום\u200f!",  # A mark is no override.
    "!!!",
    "÷",
    "\uf8ff",
]
UNSEEN = ["", "   ", "\u200b", "\u3164", "\u2800", "\u00ad", "\u200d", "\ufe0f", "\u0000", "\uffff"]


@pytest.mark.parametrize("text", KEPT)
def test_joiners_and_young_characters_are_part_of_a_text(text):  # N4
    assert clean_text(text) == text
    assert has_visible_character(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Friday \t\n Vibes ", "Friday Vibes"),
        ("Fri\x00day\x07", "Friday"),
        ("one\u2028two\x85three", "one two three"),
        ("a \x00 b", "a b"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\u2066left\u2069 \u202aright\u202c", "left right"),
        ("half\ud83d", "half"),
    ],
)
def test_what_no_text_has_is_taken_out(text, line):  # N4
    assert clean_text(text) == line


@pytest.mark.parametrize("text", UNSEEN)
def test_what_nobody_can_see_is_no_text(text):  # N4
    assert not has_visible_character(text)
    assert clean_text(text) == ""
    assert clean_text(f" {text}{text} ") == ""


def test_a_text_is_cut_where_it_is_too_long():
    assert clean_text("one two three", 8) == "one two"


@pytest.mark.parametrize("text", KEPT)
@pytest.mark.django_db
def test_every_entry_keeps_the_same(text):  # N4
    person = person_named("alice@example.com", text)

    assert clean_name(text) == text
    assert tags.clean(text) == text
    assert person.name == text
    assert named(text).title == text


@pytest.mark.parametrize("text", UNSEEN)
@pytest.mark.django_db
def test_no_entry_takes_what_nobody_can_see(text):  # N4
    assert clean_name(text) == ""
    assert tags.clean(text) == ""
    assert named(text).title == ""
    assert person_named("alice@example.com", text).name == "alice"
    with pytest.raises(Refusal):
        person_named("", text)


@pytest.mark.django_db
def test_a_person_is_renamed_in_the_admin_by_the_same_rules():
    alice = Person.objects.create(email="alice@example.com", name="\u202eAl\x00ice\n")

    assert Person.objects.get(pk=alice.pk).name == "Alice"


@pytest.mark.parametrize("text", ["a\x00b", "a\ufffeb", "a\ud800b"])
def test_an_export_holds_only_what_xml_can_say(text):
    assert ElementTree.fromstring(f"<title>{xml_text(text)}</title>").text == "ab"


def named(title: str) -> Track:
    return Track(
        uri="youtube:video:1",
        provider="youtube",
        title=title,
        artist="",
        album="",
        duration_ms=0,
        image="",
    )
