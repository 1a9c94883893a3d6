"""XSPF: a playlist in XML. Documents that declare anything of their own are refused."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from player.playlists.formats.base import ListedPlaylist, ListedSong, to_ms, unreadable


def read_xspf(content: bytes) -> ListedPlaylist:
    """Raises Refusal `unreadable_playlist`."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise unreadable("This is no XSPF that can be read.") from error
    if local_name(root) != "playlist":
        raise unreadable("This XML is no playlist.")
    lists = (child for child in root if local_name(child) == "trackList")
    songs = [read_track(track) for each in lists for track in each if local_name(track) == "track"]
    return ListedPlaylist(child_text(root, "title"), songs)


def read_track(track: Element) -> ListedSong:
    return ListedSong(
        title=child_text(track, "title"),
        artist=child_text(track, "creator"),
        album=child_text(track, "album"),
        duration_ms=to_ms(child_text(track, "duration")),
        locations=(*child_texts(track, "location"), *child_texts(track, "identifier")),
    )


def child_text(element: Element, name: str) -> str:
    return next(iter(child_texts(element, name)), "")


def child_texts(element: Element, name: str) -> list[str]:
    texts = ((child.text or "").strip() for child in element if local_name(child) == name)
    return [text for text in texts if text]


def local_name(element: Element) -> str:
    """Without its namespace: some programs write none."""
    return str(element.tag).rpartition("}")[2]
