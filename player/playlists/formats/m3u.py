"""M3U and M3U8: a line for each song, and comments of players above it."""

from player.playlists.formats.base import ListedPlaylist, ListedSong, decode_text, to_ms

BETWEEN = " - "  # Artist and title, as everybody writes them.


def read_m3u(content: bytes) -> ListedPlaylist:
    name, told, songs = "", ListedSong(), []
    for raw in decode_text(content).splitlines():
        line = raw.strip()
        mark, _, value = line.partition(":")
        match mark:
            case "":
                continue
            case "#PLAYLIST":
                name = value.strip()
            case "#EXTINF":
                told = read_information(value)
            case _ if not line.startswith("#"):
                songs.append(ListedSong(told.title, told.artist, "", told.duration_ms, "", (line,)))
                told = ListedSong()
    return ListedPlaylist(name, songs)


def read_information(value: str) -> ListedSong:
    """`218,Artist - Title`; behind the seconds some players write attributes."""
    head, _, spoken = value.partition(",")
    seconds = head.split(maxsplit=1)[0] if head.strip() else ""
    artist, between, title = spoken.strip().partition(BETWEEN)
    if not between:
        artist, title = "", artist
    return ListedSong(title.strip(), artist.strip(), duration_ms=to_ms(seconds, 1_000))
