from django.urls import path

from nests import api, pwa, views
from nests.chat import api as chat
from nests.console import api as console
from nests.devices import api as devices
from nests.door import api as door
from nests.door import pages as door_pages
from nests.guests import api as guests
from nests.guests import pages
from nests.moderation import api as moderation

urlpatterns = [
    path("api/nests", api.Nests.as_view(), name="nests"),
    path("api/nests/public", api.PublicNests.as_view(), name="public_nests"),
    path("api/nests/join", door.JoinByCode.as_view(), name="join_by_code"),
    path("api/nests/<str:code>", api.OneNest.as_view(), name="nest_detail"),
    path("api/nests/<str:code>/join", api.Join.as_view(), name="nest_join"),
    path("api/nests/<str:code>/leave", api.Leave.as_view(), name="nest_leave"),
    path("api/nests/<str:code>/qr.svg", api.QrCode.as_view(), name="nest_qr"),
    path("api/nests/<str:code>/chat", chat.Chat.as_view(), name="chat"),
    path("api/nests/<str:code>/invitation", guests.InvitationOfNest.as_view(), name="invitation"),
    path("api/nests/<str:code>/guests", guests.Guests.as_view(), name="guests"),
    path("api/nests/<str:code>/guests/<str:guest>", guests.OneGuest.as_view(), name="guest"),
    path("api/nests/<str:code>/door", door.Door.as_view(), name="door"),
    path("api/nests/<str:code>/password", door.Password.as_view(), name="password"),
    path("api/nests/<str:code>/members", door.Roster.as_view(), name="members"),
    path("api/nests/<str:code>/moderation", moderation.Moderation.as_view(), name="moderation"),
    path("api/nests/<str:code>/admin", console.Console.as_view(), name="console"),
    path(
        "api/nests/<str:code>/invites/rotate",
        console.InviteRotation.as_view(),
        name="rotate_invitation",
    ),
    path("api/devices", devices.Devices.as_view(), name="devices"),
    path("api/devices/register", devices.Registration.as_view(), name="register_device"),
    path("api/devices/heartbeat", devices.Heartbeat.as_view(), name="device_heartbeat"),
    path("api/devices/<str:device>", devices.OneDevice.as_view(), name="device"),
    path("api/guest/browser", guests.GuestBrowser.as_view(), name="guest_browser"),
    path("join", pages.join, name="join"),
    path("join/again", pages.join_again, name="join_again"),
    path("nest/<str:code>/door", door_pages.door, name="nest_door"),
    path("nest/<str:code>/wall", pwa.wall, name="wall"),
    path("lobby", pwa.lobby, name="lobby"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("offline", pwa.offline, name="offline"),
    path("nest/<str:code>", views.nest_page, name="nest"),
    path("nest/<str:name>/", views.short_address),
    path("", views.main_page, name="main_nest"),
]
