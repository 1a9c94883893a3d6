from django.urls import path, register_converter

from player import api
from player.linked_accounts import account_api, oauth
from player.media import views

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
    path("api/search", api.Search.as_view(), name="search"),
    path("api/suggestions", api.Suggestions.as_view(), name="suggestions"),
    path("api/nests/<str:code>/media-token", api.MediaToken.as_view(), name="media_token"),
    path("api/nests/<str:code>/history", api.History.as_view(), name="history"),
    path("api/nests/<str:code>/history.<str:kind>", api.HistoryExport.as_view(), name="export"),
    path("api/history", api.AllHistory.as_view(), name="all_history"),
    path("api/nests/<str:code>/fairness", api.Fairness.as_view(), name="fairness"),
    path("api/nests/<str:code>/sync", api.SyncReport.as_view(), name="sync"),
    path("media/tracks/<int:track_id>", views.track, name="media_track"),
    path("media/covers/<int:track_id>", views.cover, name="media_cover"),
]
