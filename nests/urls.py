from django.urls import path

from nests import api, views

urlpatterns = [
    path("api/nests", api.Nests.as_view(), name="nests"),
    path("api/nests/<str:code>", api.OneNest.as_view(), name="nest_detail"),
    path("api/nests/<str:code>/qr.svg", api.QrCode.as_view(), name="nest_qr"),
    path("nest/<str:code>", views.nest_page, name="nest"),
    path("", views.nest_page, name="main_nest"),
]
