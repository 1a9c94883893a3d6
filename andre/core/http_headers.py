"""Headers that several answers share."""

NO_STORE = {"Cache-Control": "no-store"}  # For this caller, now; no cache between may keep it.
