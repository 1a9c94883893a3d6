"""Where one signs in and out."""

from django.urls import include, path

from andre.accounts import api, link_views, preferences, second_factor_views, views

social = [
    path("login/<str:backend>/", views.begin, name="begin"),
    path("complete/<str:backend>/", views.complete, name="complete"),
]

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/ways", views.sign_in_ways, name="sign_in_ways"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("sign-out/everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("sign-in/code", link_views.code_sign_in, name="code_sign_in"),
    path("link", link_views.link_page, name="link"),
    path("link/keys/<uuid:key_id>/remove", link_views.remove_key, name="remove_key"),
    path("dev/sign-in", views.dev_sign_in, name="dev_sign_in"),
    path("owner", views.owner_page, name="owner"),
    path("owner/code", views.owner_code_page, name="owner_code"),
    path("second-factor", second_factor_views.second_factor_page, name="second_factor"),
    path("auth/", include((social, "social"))),
    path("api/auth/whoami", api.WhoAmI.as_view(), name="whoami"),
    path("api/auth/token", api.NewToken.as_view(), name="token"),
    path("api/auth/link", api.BeginLink.as_view(), name="begin_link"),
    path("api/auth/link/key", api.CollectLink.as_view(), name="collect_link"),
    path("api/auth/sign-out-everywhere", api.SignOutEverywhere.as_view(), name="api_sign_out"),
    path("api/me/preferences", preferences.MyPreferences.as_view(), name="my_preferences"),
    path("api/auth/token/refresh", api.FreshToken.as_view(), name="fresh_token"),
]
