"""Where one signs in and out."""

from django.urls import include, path
from social_django.views import auth as begin

from andre.accounts import api, preferences, views

social = [
    path("login/<str:backend>/", begin, name="begin"),
    path("complete/<str:backend>/", views.complete, name="complete"),
]

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("sign-out/everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("dev/sign-in", views.dev_sign_in, name="dev_sign_in"),
    path("auth/", include((social, "social"))),
    path("api/auth/whoami", api.WhoAmI.as_view(), name="whoami"),
    path("api/auth/token", api.NewToken.as_view(), name="token"),
    path("api/auth/sign-out-everywhere", api.SignOutEverywhere.as_view(), name="api_sign_out"),
    path("api/me/preferences", preferences.MyPreferences.as_view(), name="my_preferences"),
    path("api/auth/token/refresh", api.FreshToken.as_view(), name="fresh_token"),
]
