from django.urls import path

from player import api, views

urlpatterns = [
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
