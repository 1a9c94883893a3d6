"""The operators' pages over HTTP: their twins for programs that run in a browser's session."""

from django.urls import path

from andre.web.admin import api, billing_api

urlpatterns = [
    path("api/admin/nests", api.AllNests.as_view(), name="operator_nests"),
    path("api/admin/bans", api.AllBans.as_view(), name="operator_bans"),
    path("api/admin/billing/<str:email>", billing_api.BillingOf.as_view(), name="operator_billing"),
    path(
        "api/admin/billing/<str:email>/refresh",
        billing_api.RefreshBilling.as_view(),
        name="operator_refresh_billing",
    ),
    path("api/admin/vanity/release", api.ReleaseVanity.as_view(), name="operator_release_vanity"),
    path(
        "api/admin/vanity/transfer", api.TransferVanity.as_view(), name="operator_transfer_vanity"
    ),
    path("api/admin/nests/<str:code>/delete", api.Delete.as_view(), name="operator_delete"),
    path("api/admin/nests/<str:code>/lock", api.Lock.as_view(), name="operator_lock"),
    path("api/admin/nests/<str:code>/unlock", api.Unlock.as_view(), name="operator_unlock"),
    path("api/admin/nests/<str:code>/throttle", api.SlowNest.as_view(), name="operator_throttle"),
    path(
        "api/admin/nests/<str:code>/unthrottle",
        api.EndThrottle.as_view(),
        name="operator_unthrottle",
    ),
    path("api/admin/nests/<str:code>/private", api.Private.as_view(), name="operator_private"),
    path("api/admin/nests/<str:code>/invites/rotate", api.Rotate.as_view(), name="operator_rotate"),
    path("api/admin/nests/<str:code>/kick", api.Kick.as_view(), name="operator_kick"),
    path("api/admin/nests/<str:code>/ban", api.Ban.as_view(), name="operator_ban"),
    path("api/admin/nests/<str:code>/unban", api.Unban.as_view(), name="operator_unban"),
]
