"""The music servers that Andre can play from: the table of those with a tongue of their own."""

from player.providers.jellyfin import Jellyfin
from player.providers.music_servers.server import MusicServer
from player.providers.subsonic import Subsonic

SERVERS: dict[str, MusicServer] = {server.name: server for server in (Subsonic(), Jellyfin())}


def configured_servers() -> list[MusicServer]:
    return [server for server in SERVERS.values() if server.is_configured]


def server_of(uri: str) -> MusicServer | None:
    """Whose URI it is, set up here or not any more; None for what is of none."""
    server = SERVERS.get(uri.partition(":")[0])
    return server if server and server.parts(uri) else None
