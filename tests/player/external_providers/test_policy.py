"""Pages let in who plays there, and nobody else."""

from django.test import Client


def policy(path="/"):
    text = Client().get(path)["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in text.split(";"))


def test_nobodys_script_runs_where_no_provider_needs_one(settle):  # V1
    settle(YOUTUBE_ENABLED="false")

    found = policy()

    assert "script-src" not in found
    assert "frame-src" not in found
    assert found["connect-src"] == "'self'"


def test_videos_are_framed_and_nothing_else_of_theirs_runs():
    found = policy()

    assert found["frame-src"] == "'self' https://www.youtube-nocookie.com"
    assert "script-src" not in found


def test_spotifys_player_is_let_in_where_it_is_configured(settle):
    settle(SPOTIFY_CLIENT_ID="id", SPOTIFY_CLIENT_SECRET="secret")

    found = policy()

    assert found["script-src"] == "'self' https://sdk.scdn.co"
    assert "https://accounts.spotify.com" in found["form-action"]
    assert "https://sdk.scdn.co" in found["frame-src"]


def test_pages_without_a_player_let_nobody_in(settle):
    settle(SPOTIFY_CLIENT_ID="id", SPOTIFY_CLIENT_SECRET="secret")

    assert "spotify" not in str(policy("/sign-in/"))
