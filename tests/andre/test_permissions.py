"""What a page is told that it may do is what the pipeline lets it do, for every right there is."""

from dataclasses import replace
from pathlib import Path

import pytest

from andre.core import permissions
from andre.core.context import HOUSE, Actor
from andre.core.errors import Refusal
from andre.protocol.commands import (
    COMMAND,
    AddSongs,
    ChangeNestSettings,
    CreateNest,
    DeleteNest,
    JoinNest,
    LeaveNest,
    NestAct,
    RemoveSong,
)
from andre.web import dispatch
from tests.nests.support import build
from tests.support.nest import NestStory, main_nest

pytestmark = pytest.mark.django_db(transaction=True)  # A command closes old connections.

EXAMPLES = Path(__file__).resolve().parents[1] / "wire"
# No commands: tests/nests/test_guests.py, test_door.py, tests/player/test_sources.py ask for them.
OVER_HTTP = {"manage_guests", "lock_nest", "choose_source"}
WANT_OF_RIGHTS = {"forbidden", "not_a_member", "session_required"}
PEOPLE = ["Alice", "Bob", "Bob the operator", "Charlie", "Bob in Main", "Bob the operator in Main"]


@pytest.fixture(params=PEOPLE)
def scene(request):
    """A nest with songs of Carol's, and somebody: Alice built it, Charlie was never let in."""
    who, _, where = request.param.partition(" in ")
    name, _, role = who.partition(" the ")
    story = main_nest() if where else NestStory(build("The Den").nest_id)
    for each in ("Alice", "Bob", "Carol"):
        story.person(each).listens()
    story.person("Carol").adds("Blue", "Green", "Red")
    act = story.person(name).with_role(role or "viewer")
    if name == "Charlie":
        act = replace(act, actor=replace(act.actor, nest_role="none"))
    return story, act


def is_refused(act, command):
    """Whether the pipeline refuses it for want of rights."""
    try:
        dispatch.dispatch_command(act, command)
    except Refusal as refusal:
        return refusal.code in WANT_OF_RIGHTS
    return False


def examples():
    """One of each command. What a nest is set to has further rules, setting by setting."""
    kinds = [kind.kind() for kind in dispatch.HANDLERS if not issubclass(kind, NestAct)]
    files = (EXAMPLES / f"{kind}.json" for kind in kinds)
    found = [COMMAND.validate_json(file.read_text()) for file in files]
    settings = ChangeNestSettings(bender=False)
    return [settings if each.kind() == settings.kind() else each for each in found]


def acts(nest):
    """The deletion last."""
    return [CreateNest(), JoinNest(nest=nest), LeaveNest(nest=nest), DeleteNest(nest=nest)]


def test_what_a_page_offers_is_what_the_pipeline_allows(scene):  # spec 03 section 5
    story, act = scene
    told = permissions.list_rights(act.actor)

    allowed = {command.kind(): not is_refused(act, command) for command in examples()}
    story.person("Carol").adds("Gold", "Grey")
    allowed["remove_others_songs"] = not is_refused(act, RemoveSong(song_id=story.id_of("Grey")))
    allowed["add_songs_again"] = not is_refused(act, AddSongs(uris=["library:track:1"], again=True))
    for command in acts(story.nest_id):
        allowed[command.kind()] = not is_refused(act, command)

    assert allowed == {right: may for right, may in told.items() if right not in OVER_HTTP}


def test_whoever_runs_the_house_is_asked_for_no_right():  # A1
    assert all(permissions.list_rights(HOUSE).values())


def test_a_token_alone_ends_no_nest():  # K-2.2
    creator = Actor("alice@example.com", nest_role="creator")
    refused = {
        kind: permissions.refusal_for(replace(creator, credential=kind), "delete_nest")
        for kind in ("session", "key", "token")
    }

    assert (refused["session"], refused["key"]) == (None, None)
    assert (refused["token"].code, refused["token"].status) == ("session_required", 403)
