"""What Andre understood and will not do: a code, a sentence, a status."""

# One table for the socket, HTTP and the documentation.
STATUS_OF = {
    "malformed": 400,
    "validation_error": 400,
    "invalid_seed": 400,
    "message_too_long": 400,
    "invalid_position": 400,
    "invalid_repeat_mode": 400,
    "unknown_provider": 400,
    "invalid_entry_mode": 400,
    "code_required": 400,
    "unreadable_playlist": 400,
    "path_outside_library": 400,
    "async_jobs_disabled": 400,
    "unsupported_job_type": 400,
    "invalid_signature": 400,
    "unauthorized": 401,
    "pass_ended": 401,
    "payment_failed": 402,
    "invalid_token": 403,
    "token_expired": 403,
    "forbidden": 403,
    "session_required": 403,
    "mfa_required": 403,
    "own_vote": 403,
    "dj_only": 403,
    "not_a_member": 403,
    "invite_required": 403,
    "feature_not_allowed": 403,
    "nest_limit_reached": 403,
    "not_active_speaker": 403,
    "chat_disabled": 403,
    "muted": 403,
    "account_refused": 403,
    "banned": 403,
    "invalid_password": 403,
    "locked": 403,
    "not_found": 404,
    "song_not_queued": 404,
    "shadow_not_found": 404,
    "track_not_found": 404,
    "device_not_found": 404,
    "playlist_not_found": 404,
    "entry_not_found": 404,
    "already_queued": 409,
    "played_recently": 409,
    "artist_rests": 409,
    "explicit_song": 409,
    "song_too_long": 409,
    "song_blocked": 409,
    "favourites_full": 409,
    "playlists_full": 409,
    "playlist_full": 409,
    "queue_full": 409,
    "track_unplayable": 409,
    "track_unavailable": 409,
    "wrong_catalogue": 409,
    "catalogue_in_use": 409,
    "vanity_taken": 409,
    "already_subscribed": 409,
    "duplicate_message": 409,
    "id_reused": 409,
    "account_needed": 409,
    "fair_queue": 409,
    "place_fixed": 409,
    "preview_changed": 409,
    "nothing_playing": 409,
    "library_root_missing": 409,
    "scan_running": 409,
    "rate_limited": 429,
    "airhorn_cooldown": 429,
    "internal_error": 500,
    "unavailable": 503,
    "billing_not_configured": 503,
}


UNAUTHORIZED = 401


class Refusal(Exception):
    """Raised by a service, caught once at each door.

    `status` overrides the table where the specification gives one code two meanings
    (a media token that is missing is 401, a wrong one 403).
    `more` travels beside code and message, for example `retry_after_s`.
    """

    def __init__(
        self, code: str, message: str, status: int | None = None, **more: str | int | float
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = STATUS_OF[code] if status is None else status
        self.more = more

    def body(self) -> dict[str, str | int | float]:
        return {"error": self.code, "message": self.message, **self.more}

    def headers(self) -> dict[str, str]:
        """What HTTP says of it beside the status: when to come again, how to show who one is."""
        found = {}
        if "retry_after_s" in self.more:
            found["Retry-After"] = str(self.more["retry_after_s"])
        if self.status == UNAUTHORIZED:
            found["WWW-Authenticate"] = "Bearer"
        return found


class NotAMember(Refusal):
    """The caller was never let into this nest, or has left it."""

    def __init__(self, **more: str) -> None:
        super().__init__("not_a_member", "Join this nest first.", None, **more)


class DjOnly(Refusal):
    """In this nest only the DJ controls what plays."""

    def __init__(self) -> None:
        super().__init__("dj_only", "In this nest only the DJ plays, pauses and skips.")


class IdReused(Refusal):
    """The id of this command has been used for another one."""

    def __init__(self) -> None:
        super().__init__("id_reused", "This id was used for another command; take a new one.")


class NoSuchNest(Refusal):
    """The nest never was, or is gone."""

    def __init__(self, message: str = "There is no nest with this code.") -> None:
        super().__init__("not_found", message)


class NestEnded(NoSuchNest):
    """There was one with this code, and it means that one for ever."""

    def __init__(self) -> None:
        super().__init__("This nest has ended.")
