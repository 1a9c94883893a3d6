"""A small invented catalogue in the shapes of the Web API."""

import hashlib
import re
import string

LETTERS = string.digits + string.ascii_letters
ARTISTS = {
    "The Stub Brothers": ["Faults on Demand", "Ledger of Calls", "Rather Late"],
    "Nora Nulls": ["Nothing There", "Empty Pages"],
    "Dub Deadline": ["Hang", "Five Seconds", "Abandoned"],
}
SONGS = "Morning Noon Evening Night Winter Summer".split()
SONGS_OF_PLAYLIST = 12
PIANO_MAN = "3utq2FgD1pkmIoaWfjXWAU"  # What nests of the server begin from by default.


def id_of(*words):
    number = int.from_bytes(hashlib.sha256(" ".join(words).encode()).digest())
    letters = []
    for _ in range(22):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def artist(name):
    found = id_of("artist", name)
    return {
        "id": found,
        "uri": f"spotify:artist:{found}",
        "href": f"https://api.spotify.com/v1/artists/{found}",
        "external_urls": {"spotify": f"https://open.spotify.com/artist/{found}"},
        "name": name,
        "type": "artist",
    }


def whole_artist(name):
    """As one is told alone and in a search; in albums and tracks there is less."""
    return artist(name) | {"images": pictures(name)}


def pictures(name):
    picture = "https://i.scdn.co/image/" + hashlib.sha1(name.encode()).hexdigest()
    return [{"url": picture, "width": size, "height": size} for size in (640, 300, 64)]


def album(by, name):
    found = id_of("album", by, name)
    return {
        "id": found,
        "uri": f"spotify:album:{found}",
        "href": f"https://api.spotify.com/v1/albums/{found}",
        "external_urls": {"spotify": f"https://open.spotify.com/album/{found}"},
        "name": name,
        "type": "album",
        "album_type": "album",
        "total_tracks": len(SONGS),
        "release_date": "2024-05-17",
        "release_date_precision": "day",
        "images": pictures(name),
        "artists": [artist(by)],
    }


def playlist(name, owner):
    found = id_of("playlist", name)
    href = f"https://api.spotify.com/v1/playlists/{found}"
    return {
        "id": found,
        "uri": f"spotify:playlist:{found}",
        "href": href,
        "external_urls": {"spotify": f"https://open.spotify.com/playlist/{found}"},
        "name": name,
        "description": "",
        "type": "playlist",
        "collaborative": False,
        "public": False,
        "snapshot_id": found,
        "images": pictures(name),
        "owner": {
            "id": owner,
            "uri": f"spotify:user:{owner}",
            "href": f"https://api.spotify.com/v1/users/{owner}",
            "external_urls": {"spotify": f"https://open.spotify.com/user/{owner}"},
            "type": "user",
            "display_name": owner.title(),
        },
        "items": {"href": f"{href}/items", "total": SONGS_OF_PLAYLIST},
    }


def track(by, on, number, title, found=None):
    found = found or id_of("track", by, on, title)
    return {
        "id": found,
        "uri": f"spotify:track:{found}",
        "href": f"https://api.spotify.com/v1/tracks/{found}",
        "external_urls": {"spotify": f"https://open.spotify.com/track/{found}"},
        "external_ids": {
            "isrc": f"XXSTB24{int(hashlib.sha1(found.encode()).hexdigest(), 16) % 10**5:05}"
        },
        "name": f"{title} {on}",
        "type": "track",
        "artists": [artist(by)],
        "album": album(by, on),
        "disc_number": 1,
        "track_number": number,
        "duration_ms": 150_000 + 10_000 * number,
        "explicit": number == 4,
        "is_local": False,
    }


ALBUMS = {
    each["id"]: each
    for each in (album(by, name) for by, names in ARTISTS.items() for name in names)
}
TRACKS = {
    each["id"]: each
    for each in (
        track(by, on, number, title)
        for by, names in ARTISTS.items()
        for on in names
        for number, title in enumerate(SONGS, 1)
    )
}
TRACKS[PIANO_MAN] = track("Billy Joel", "Piano Man", 1, "Live:", PIANO_MAN)
PLAYLISTS = {  # Everybody follows all of them, and may open their own.
    each["id"]: each
    for each in (
        playlist("An Evening of Faults", "alice"),
        playlist("Rain on the Window", "alice"),
        playlist("Kitchen Faults", "bob"),
    )
}
PLAYLIST = next(iter(PLAYLISTS))


def simple(each):
    """As an album lists it: nothing of the album itself."""
    return {name: value for name, value in each.items() if name not in ("album", "external_ids")}


def matches(words, *texts):
    joined = " ".join(texts).lower()
    return all(word in joined for word in words.lower().split())


def found(query, kind):
    wanted = re.sub(r'(?:genre|artist|album):"|"', "", query)
    if kind == "track":
        return [
            each
            for each in TRACKS.values()
            if 'genre:"' in query
            or matches(wanted, each["name"], each["artists"][0]["name"], each["album"]["name"])
        ]
    if kind == "album":
        return [
            each
            for each in ALBUMS.values()
            if matches(wanted, each["name"], each["artists"][0]["name"])
        ]
    return [whole_artist(name) for name in ARTISTS if matches(wanted, name)]


def page(items, limit, offset, href):
    end = offset + limit
    return {
        "href": href,
        "limit": limit,
        "offset": offset,
        "total": len(items),
        "next": f"{href}?offset={end}" if end < len(items) else None,
        "previous": f"{href}?offset={max(0, offset - limit)}" if offset else None,
        "items": items[offset:end],
    }
