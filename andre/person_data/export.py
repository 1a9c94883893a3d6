"""What is kept about somebody, as an archive of JSON: their own words, and nobody else's."""

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django_otp.plugins.otp_totp.models import TOTPDevice

from andre.accounts.models import ApiKey, Person
from andre.accounts.preferences import read_preferences
from andre.audit.models import AuditEvent
from andre.billing.models import Subscription
from andre.core.keys import NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.plans.models import Plan
from nests.devices import devices
from nests.registry import records
from player.models import ConnectedAccount, Favourite, ListeningProgress, Play, Playlist, Scrobble

Rows = list[dict[str, Any]]


def make_archive(email: str) -> bytes:
    """A ZIP, one file for each subject."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as files:
        for name, read in SUBJECTS.items():
            text = json.dumps(read(email), indent=2, ensure_ascii=False, cls=DjangoJSONEncoder)
            files.writestr(f"{name}.json", text)
    return archive.getvalue()


def columns_of(rows: QuerySet[Any], *columns: str) -> Rows:
    return list(rows.values(*columns))


def read_profile(email: str) -> dict[str, Any]:
    columns = ("email", "name", "picture", "role", "joined_at", "last_login")
    found = columns_of(Person.objects.filter(email=email), *columns)
    return {**found[0], "id": person_id(email)} if found else {}


def read_favourites(email: str) -> Rows:
    columns = ("uri", "title", "artist", "album", "duration_ms", "liked_ms")
    return columns_of(Favourite.objects.filter(user=email), *columns)


def read_playlists(email: str) -> Rows:
    columns = ("title", "artist", "album", "uri", "duration_ms")
    return [
        {
            "name": playlist.name,
            "shared": playlist.shared,
            "songs": columns_of(playlist.entries.all(), *columns),
        }
        for playlist in Playlist.objects.filter(user=email)
    ]


PLAY_COLUMNS = ("nest_id", "nest_name", "uri", "title", "artist", "album", "started_ms", "ended_ms")


def read_plays(email: str) -> Rows:
    """Songs that they added."""
    return columns_of(Play.objects.filter(user=email), *PLAY_COLUMNS, "heard_ms", "outcome")


def read_heard(email: str) -> Rows:
    columns = ("nest_code", "uri", "disc", "part", "position_ms", "duration_ms", "updated_ms")
    return columns_of(ListeningProgress.objects.filter(user=email), *columns, "completed")


def read_scrobbles(email: str) -> Rows:
    columns = ("service", "nest_id", "uri", "title", "artist", "album", "heard_at_ms", "state")
    return columns_of(Scrobble.objects.filter(person__email=email), *columns)


def read_comments(email: str) -> Rows:
    """What they wrote to songs: that have played, and that play or wait."""
    whose = person_id(email)
    played = Play.objects.annotate(text=Cast("comments", TextField())).filter(text__contains=whose)
    found: Rows = [
        {"nest_id": play.nest_id, "uri": play.uri, **own_words(comment)}
        for play in played
        for comment in play.comments
        if comment.get("id") == whose
    ]
    for nest in records.read_all():
        keys = NestKeys(nest.nest_id)
        for key in redis().scan_iter(match=f"{keys.comments_prefix}*"):
            found += [
                {"nest_id": nest.nest_id, **own_words(comment)}
                for comment in map(json.loads, redis().zrange(key, 0, -1))
                if comment.get("id") == whose
            ]
    return found


def read_chat(email: str) -> Rows:
    whose = person_id(email)
    return [
        {"nest_id": nest.nest_id, **own_words(message)}
        for nest in records.read_all()
        for message in map(json.loads, redis().lrange(NestKeys(nest.nest_id).chat, 0, -1))
        if message.get("id") == whose
    ]


def own_words(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without whom it mentions, or what it answers."""
    return {name: said[name] for name in ("text", "at_ms", "song") if name in said}


def read_accounts(email: str) -> Rows:
    """Without what they allow us there."""
    rows = ConnectedAccount.objects.filter(person__email=email)
    return columns_of(rows, "provider", "account", "name", "consented_at")


def read_keys(email: str) -> Rows:
    columns = ("prefix", "role", "enabled", "created", "last_used_at", "expires")
    return columns_of(ApiKey.objects.filter(owner__email=email), *columns)


def read_second_factor(email: str) -> Rows:
    """Since when; what it is made of opens the admin, and is told nowhere."""
    return columns_of(TOTPDevice.objects.filter(user__email=email), "created_at", "last_used_at")


def read_nests(email: str) -> Rows:
    return [
        {"nest_id": nest.nest_id, "name": nest.name, "created_at": nest.created_at}
        for nest in records.read_all()
        if nest.creator == email
    ]


def read_plans(email: str) -> Rows:
    return columns_of(Plan.objects.filter(email=email), "tier", "given_at", "ends_at")


def read_subscriptions(email: str) -> Rows:
    columns = ("subscription_id", "status", "tier", "renews_at", "cancels_at")
    return columns_of(Subscription.objects.filter(customer__email=email), *columns)


def read_audit(email: str) -> Rows:
    columns = ("at", "action", "outcome", "nest_id", "reason")
    return columns_of(AuditEvent.objects.filter(actor=email), *columns)


SUBJECTS: Mapping[str, Callable[[str], Any]] = {
    "profile": read_profile,
    "preferences": read_preferences,
    "devices": devices.list_devices,
    "favourites": read_favourites,
    "playlists": read_playlists,
    "plays": read_plays,
    "heard": read_heard,
    "scrobbles": read_scrobbles,
    "comments": read_comments,
    "chat": read_chat,
    "connected_accounts": read_accounts,
    "keys": read_keys,
    "second_factor": read_second_factor,
    "nests": read_nests,
    "plans": read_plans,
    "subscriptions": read_subscriptions,
    "audit": read_audit,
}
