from django.urls import path, register_converter

from player import (
    api,
    favourites_api,
    lyrics_api,
    playlists_api,
    scrobbling_api,
    shelf_api,
)
from player.linked_accounts import oauth
from player.media import server_covers, server_files, views
from player.providers.servers import SERVERS
from player.remote_players import account_api

register_converter(oauth.PersonalName, "personal")

urlpatterns = [
    path("accounts/<personal:provider>/connect", oauth.connect, name="connect_account"),
    path("accounts/<personal:provider>/back", oauth.oauth_callback, name="account_connected"),
    path("api/accounts", account_api.Accounts.as_view(), name="accounts"),
    path("api/accounts/<str:provider>", account_api.OneAccount.as_view(), name="account"),
    path("api/<personal:provider>/devices", account_api.Devices.as_view(), name="own_devices"),
    path("api/<personal:provider>/transfer", account_api.Transfer.as_view(), name="transfer"),
    path("api/<personal:provider>/status", account_api.Status.as_view(), name="own_status"),
    path("api/<personal:provider>/token", account_api.PlayerToken.as_view(), name="own_token"),
    path("api/embed", api.Embed.as_view(), name="embed"),
    path("api/paste", api.Paste.as_view(), name="paste"),
    path("api/library/scan", api.LibraryScan.as_view(), name="library_scan"),
    path("api/library/<str:kind>", shelf_api.LibraryShelf.as_view(), name="library_shelf"),
    path("api/favourites", favourites_api.Favourites.as_view(), name="favourites"),
    path("api/favourites/uris", favourites_api.FavouriteUris.as_view(), name="favourite_uris"),
    path(
        "api/tracks/<str:uri>/favourite",
        favourites_api.OneFavourite.as_view(),
        name="favourite",
    ),
    path("api/tracks/<str:uri>/lyrics", lyrics_api.TrackLyrics.as_view(), name="lyrics"),
    path("api/playlists", playlists_api.Playlists.as_view(), name="playlists"),
    path("api/playlists/import", playlists_api.PlaylistImport.as_view(), name="playlist_import"),
    path("api/playlists/<int:playlist>", playlists_api.OnePlaylist.as_view(), name="playlist"),
    path(
        "api/playlists/<int:playlist>.<str:kind>",
        playlists_api.PlaylistExport.as_view(),
        name="playlist_export",
    ),
    path(
        "api/playlists/<int:playlist>/entries",
        playlists_api.PlaylistEntries.as_view(),
        name="playlist_entries",
    ),
    path(
        "api/playlists/<int:playlist>/entries/<int:entry>",
        playlists_api.OneEntry.as_view(),
        name="playlist_entry",
    ),
    path(
        "api/playlists/<int:playlist>/match",
        playlists_api.PlaylistMatch.as_view(),
        name="playlist_match",
    ),
    path("api/search", api.Search.as_view(), name="search"),
    path("api/suggestions", api.Suggestions.as_view(), name="suggestions"),
    path("api/nests/<str:code>/media-token", api.MediaToken.as_view(), name="media_token"),
    path("api/nests/<str:code>/history", api.History.as_view(), name="history"),
    path("api/nests/<str:code>/history.<str:kind>", api.HistoryExport.as_view(), name="export"),
    path("api/history", api.AllHistory.as_view(), name="all_history"),
    path("api/nests/<str:code>/progress", api.Progress.as_view(), name="progress"),
    path("api/nests/<str:code>/heard", scrobbling_api.Heard.as_view(), name="heard"),
    path("api/scrobbling", scrobbling_api.Scrobbling.as_view(), name="scrobbling"),
    path(
        "api/scrobbling/<str:service>",
        scrobbling_api.OneScrobbleService.as_view(),
        name="scrobble_service",
    ),
    path(
        "api/scrobbling/<str:service>/consent",
        scrobbling_api.ScrobbleConsent.as_view(),
        name="scrobble_consent",
    ),
    path("api/nests/<str:code>/resume", api.Resume.as_view(), name="resume"),
    path("api/nests/<str:code>/source", api.Source.as_view(), name="source"),
    path("api/nests/<str:code>/fairness", api.Fairness.as_view(), name="fairness"),
    path("api/nests/<str:code>/sync", api.SyncReport.as_view(), name="sync"),
    path("media/tracks/<int:track_id>", views.track, name="media_track"),
    path("media/tracks/<int:track_id>/<str:quality>", views.encoding, name="media_encoding"),
    path("media/covers/<int:track_id>", views.cover, name="media_cover"),
    *(
        route
        for server in SERVERS.values()
        for route in (
            path(
                f"media/server-tracks/{server.media_path}<str:name>",
                server_files.server_track,
                {"server": server},
                name=f"media_{server.name}_track",
            ),
            path(
                f"media/server-covers/{server.media_path}<str:name>",
                server_covers.server_cover,
                {"server": server},
                name=f"media_{server.name}_cover",
            ),
        )
    ),
]
