"""The table of rights: what every address asks, and every command.

It is written down here once more, so that it can be read in one place and compared:
tests/andre/test_rights.py puts each caller in front of each address, and fails for an address that
has no row. docs/rights.md is this table.
"""

from collections.abc import Iterator
from typing import get_args

from andre.protocol.commands import AnyCommand, Command
from andre.web.rights import gates
from andre.web.rights.gates import Gate, gate_of_member, gate_of_right

SITE_PREFIX = "/admin/"  # Whatever is there asks for gates.SITE, but for what stands below.

ASKED: tuple[tuple[Gate, tuple[str, ...]], ...] = (
    (
        gates.ANYBODY,
        (
            *("GET /healthz", "GET /readyz", "GET /health"),
            *("GET /metrics", "GET /metrics/prometheus"),  # By their network, not by who asks.
            *("GET /manifest.webmanifest", "GET /sw.js", "GET /offline"),
            *("GET /sign-in/", "POST /sign-out/", "POST /sign-out/everywhere/"),
            *("POST /auth/login/{backend}/", "GET /auth/complete/{backend}/"),
            "POST /auth/complete/{backend}/",
            *("GET /owner", "POST /owner", "GET /join", "POST /join"),
            *("GET /join/again", "POST /join/again"),
        ),
    ),
    (
        gates.ANYBODY_ELSE,
        (
            *("GET /sign-in/code", "POST /sign-in/code"),
            *("GET /dev/sign-in", "POST /dev/sign-in"),
            *("GET /owner/code", "POST /owner/code"),
            *("POST /api/auth/link", "POST /api/auth/link/key"),
            *("GET /api/schema", "GET /api/docs"),
            "POST /api/billing/webhook",  # By Stripe's signature.
        ),
    ),
    (
        gates.PAGE,
        (
            *("GET /", "GET /lobby", "GET /nest/{code}/wall"),
            *("GET /nest/{name}/", "GET /{name}", "GET /{name}/"),
            *("GET /me", "POST /me", "GET /sign-in/ways", "GET /link", "POST /link"),
            *("GET /billing/upgrade", "POST /billing/upgrade", "POST /billing/portal"),
            "GET /billing/return",
            *("POST /accounts/{provider}/connect", "GET /accounts/{provider}/back"),
        ),
    ),
    # Who is not let in is shown the door there.
    (
        gates.PAGE_OF_NEST,
        ("GET /nest/{code}", "GET /nest/{code}/door", "POST /nest/{code}/door"),
    ),
    (gates.OWN_KEY, ("POST /link/keys/{key_id}/remove",)),
    (gates.SECOND_FACTOR, ("GET /second-factor", "POST /second-factor")),
    (
        gates.SIGNED_IN,
        (
            *("GET /api/me/preferences", "PATCH /api/me/preferences"),
            *("GET /api/embed", "POST /api/paste", "GET /api/search"),
            *("GET /api/library/{kind}", "GET /api/tracks/{uri}/lyrics"),
            *("GET /api/devices", "POST /api/devices/register"),
            "POST /api/nests/{code}/join",
            *("GET /media/covers/{track_id}", "GET /media/server-covers/{name}"),
            "GET /media/server-covers/jellyfin/{name}",
        ),
    ),
    (gates.OWN_DEVICE, ("PATCH /api/devices/heartbeat", "DELETE /api/devices/{device}")),
    (gates.OWN_DEVICE_HERE, ("POST /api/nests/{code}/speaker",)),
    (
        gates.ACCOUNT,
        (
            *("GET /api/auth/whoami", "GET /api/version", "POST /api/ws-ticket"),
            *("GET /api/events", "GET /api/features", "GET /api/bender/health"),
            *("GET /api/jobs", "GET /api/history"),
            *("GET /api/favourites", "GET /api/favourites/uris"),
            *("PUT /api/tracks/{uri}/favourite", "DELETE /api/tracks/{uri}/favourite"),
            *("GET /api/playlists", "POST /api/playlists", "POST /api/playlists/import"),
            *("GET /api/scrobbling", "GET /api/accounts", "GET /api/billing/status"),
            *("GET /api/{provider}/devices", "GET /api/{provider}/status"),
            "POST /api/{provider}/transfer",
            *("GET /api/nests", "POST /api/nests", "GET /api/nests/public"),
            *("POST /api/nests/join", "POST /api/nests/{code}/leave"),
        ),
    ),
    (
        gates.OWN_PLAYLIST,
        (
            *("GET /api/playlists/{playlist}", "PATCH /api/playlists/{playlist}"),
            *("DELETE /api/playlists/{playlist}", "GET /api/playlists/{playlist}.{kind}"),
            *("POST /api/playlists/{playlist}/entries", "POST /api/playlists/{playlist}/match"),
            "PATCH /api/playlists/{playlist}/entries/{entry}",
            "DELETE /api/playlists/{playlist}/entries/{entry}",
        ),
    ),
    (gates.OWN_JOB, ("GET /api/jobs/{job_id}",)),
    (
        gates.SESSION,
        (
            *("DELETE /api/me", "POST /api/auth/sign-out-everywhere"),
            *("POST /api/billing/checkout", "POST /api/billing/portal"),
        ),
    ),
    (
        gates.NO_TOKEN,
        (
            *("GET /api/me/export", "DELETE /api/accounts/{provider}"),
            *("POST /api/{provider}/token", "PUT /api/scrobbling/{service}"),
            *("DELETE /api/scrobbling/{service}", "POST /api/scrobbling/{service}/consent"),
        ),
    ),
    (gates.KEY, ("POST /api/auth/token",)),
    (gates.TOKEN, ("POST /api/auth/token/refresh",)),
    (gates.GUEST_ONLY, ("POST /api/guest/browser",)),
    (
        gates.MEDIA_TOKEN,
        (
            *("GET /media/tracks/{track_id}", "GET /media/tracks/{track_id}/{quality}"),
            *("GET /media/server-tracks/{name}", "GET /media/server-tracks/jellyfin/{name}"),
        ),
    ),
    (
        gates.PRESENT,
        (
            *("GET /api/nests/{code}/snapshot", "GET /api/nests/{code}/events"),
            *("GET /api/nests/{code}/chat", "GET /api/nests/{code}/resume"),
            *("GET /api/nests/{code}/progress", "PUT /api/nests/{code}/progress"),
            "POST /api/nests/{code}/commands",  # And the right of the command: see below.
            *("POST /api/nests/{code}/media-token", "GET /api/suggestions"),
        ),
    ),
    (
        gates.MEMBERS,
        (
            *("GET /api/nests/{code}", "GET /api/nests/{code}/qr.svg"),
            *("GET /api/nests/{code}/queue", "GET /api/nests/{code}/listeners"),
            *("GET /api/nests/{code}/playback", "GET /api/nests/{code}/members"),
            *("GET /api/nests/{code}/history", "GET /api/nests/{code}/history.{kind}"),
            *("GET /api/nests/{code}/fairness", "GET /api/nests/{code}/sync"),
            "POST /api/nests/{code}/heard",
        ),
    ),
    (gate_of_member("add_songs", guests=True), ("POST /api/nests/{code}/queue/enqueue",)),
    (gate_of_member("move_song"), ("POST /api/nests/{code}/queue/move",)),
    (gate_of_member("play"), ("POST /api/nests/{code}/playback/play",)),
    (gate_of_member("pause"), ("POST /api/nests/{code}/playback/pause",)),
    (gate_of_member("toggle"), ("POST /api/nests/{code}/playback/toggle",)),
    (gate_of_member("seek"), ("POST /api/nests/{code}/playback/seek",)),
    (gate_of_member("skip"), ("POST /api/nests/{code}/playback/next",)),
    (gate_of_member("previous"), ("POST /api/nests/{code}/playback/prev",)),
    (gate_of_member("report_ended"), ("POST /api/nests/{code}/playback/ended",)),
    (gate_of_member("set_options"), ("POST /api/nests/{code}/playback/options",)),
    (gate_of_member("choose_source"), ("POST /api/nests/{code}/source",)),
    (gate_of_member("mute_listener"), ("POST /api/nests/{code}/mute",)),
    (gate_of_member("unmute_listener"), ("POST /api/nests/{code}/unmute",)),
    (gate_of_member("kick_listener"), ("POST /api/nests/{code}/kick",)),
    (gate_of_member("ban_listener"), ("POST /api/nests/{code}/ban",)),
    (gate_of_member("unban_listener"), ("POST /api/nests/{code}/unban",)),
    (
        gate_of_right("change_nest_settings"),
        (
            *("PATCH /api/nests/{code}", "POST /api/nests/{code}/password"),
            *("GET /api/nests/{code}/admin", "PATCH /api/nests/{code}/admin"),
            "POST /api/nests/{code}/invites/rotate",
        ),
    ),
    (
        gate_of_right("manage_guests"),
        (
            *("GET /api/nests/{code}/invitation", "POST /api/nests/{code}/invitation"),
            *("PATCH /api/nests/{code}/invitation", "DELETE /api/nests/{code}/invitation"),
            *("GET /api/nests/{code}/guests", "DELETE /api/nests/{code}/guests"),
            *("PATCH /api/nests/{code}/guests/{guest}", "DELETE /api/nests/{code}/guests/{guest}"),
        ),
    ),
    (gate_of_right("delete_nest"), ("DELETE /api/nests/{code}",)),
    (gate_of_right("approve_listener"), ("GET /api/nests/{code}/door",)),
    (gate_of_right("ban_listener"), ("GET /api/nests/{code}/moderation",)),
    (
        gates.OPERATORS,
        (
            *("POST /api/jobs/submit", "POST /api/jobs/{job_id}/cancel"),
            *("GET /api/library/scan", "POST /api/library/scan"),
            *("POST /api/bender/runs", "GET /api/bender/runs/{run_id}"),
            "GET /api/bender/runs/{run_id}/shadow",
        ),
    ),
    (gates.ADMINS, ("GET /api/workers", "GET /api/audit")),
    (
        gates.RUNNERS,
        (
            *("GET /api/admin/nests", "GET /api/admin/bans"),
            "GET /api/admin/billing/{email}",
            "POST /api/admin/billing/{email}/refresh",
            *("POST /api/admin/vanity/release", "POST /api/admin/vanity/transfer"),
            *("POST /api/admin/nests/{code}/delete", "POST /api/admin/nests/{code}/lock"),
            *("POST /api/admin/nests/{code}/unlock", "POST /api/admin/nests/{code}/private"),
            *("POST /api/admin/nests/{code}/throttle", "POST /api/admin/nests/{code}/unthrottle"),
            "POST /api/admin/nests/{code}/invites/rotate",
            *("POST /api/admin/nests/{code}/kick", "POST /api/admin/nests/{code}/ban"),
            "POST /api/admin/nests/{code}/unban",
        ),
    ),
    (gates.SITE, (f"GET {SITE_PREFIX}…",)),
    (
        gates.NOWHERE,
        tuple(f"{method} /api/{{rest}}" for method in ("GET", "POST", "PUT", "PATCH", "DELETE")),
    ),
)
GATES: dict[str, Gate] = {row: gate for gate, rows in ASKED for row in rows}


def list_command_gates() -> Iterator[tuple[type[Command], Gate]]:
    """What each command of a socket asks, for `POST /api/nests/{code}/commands` as well."""
    for kind in get_args(get_args(AnyCommand)[0]):
        yield kind, gate_of_member(kind.kind(), guests=True)
