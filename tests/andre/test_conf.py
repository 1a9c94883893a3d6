"""The settings are checked once, at start, and every fault is named at once."""

import ast
import re
from pathlib import Path

import pytest

from andre.core.conf import DEV_JWT_SECRET, DEV_SECRET, Conf, SettingsFault, load
from andre.protocol.nest_settings import NEST_SETTINGS, House

ROOT = Path(__file__).resolve().parents[2]
PROD = {
    "ANDRE_ENVIRONMENT": "prod",
    "ANDRE_SECRET_KEY": "a-long-and-quite-random-secret-of-this-house",
    "ANDRE_JWT_SECRET": "another-long-and-quite-random-secret",
    "ANDRE_BASE_URL": "https://andre.example",
    "ALLOWED_HOSTS": "andre.example",
}

APPS = ("andre", "nests", "player", "bender")


def faults_of(environ):
    with pytest.raises(SettingsFault) as caught:
        load(environ)
    return str(caught.value).splitlines()[1:]


# K-7.1
def test_all_faults_are_listed_at_once():
    environ = {"PORT": "soon", "NEST_MAX_ACTIVE": "-1", "ANDRE_ENVIRONMENT": "moon"}

    faults = faults_of(environ)

    assert [fault.partition(":")[0] for fault in faults] == [
        "ANDRE_ENVIRONMENT",
        "PORT",
        "NEST_MAX_ACTIVE",
    ]


# K-7.1
def test_production_names_what_is_unsafe_beside_what_is_wrong():
    environ = {"ANDRE_ENVIRONMENT": "prod", "DEBUG": "1", "ALLOWED_HOSTS": "*", "PORT": "0"}

    faults = faults_of(environ)

    assert [fault.partition(":")[0] for fault in faults] == [
        "ANDRE_SECRET_KEY",
        "ANDRE_BASE_URL",
        "DEBUG",
        "PORT",
        "ALLOWED_HOSTS",
        "ANDRE_JWT_SECRET",
    ]


# K-6.7
@pytest.mark.parametrize(
    "endpoint",
    ["tempo:4318", "grpc://tempo:4317", "http://", "http://me:secret@tempo", "http://tempo/?a=b"],
)
def test_an_address_that_is_no_collectors_is_a_fault(endpoint):
    [fault] = faults_of({"ANDRE_OTLP_ENDPOINT": endpoint})

    assert fault.startswith("ANDRE_OTLP_ENDPOINT: ")
    assert "secret" not in fault


# K-6.7
def test_the_collectors_address_may_end_with_a_slash():
    assert load({"ANDRE_OTLP_ENDPOINT": "http://tempo:4318/"}).andre_otlp_endpoint == (
        "http://tempo:4318"
    )


# K-7.1
def test_a_fault_never_repeats_a_secret():
    environ = PROD | {"ANDRE_SECRET_KEY": DEV_SECRET, "GOOGLE_CLIENT_SECRET": "hush", "PORT": "x"}

    faults = "\n".join(faults_of(environ))

    assert DEV_SECRET not in faults
    assert "hush" not in faults


# K-7.1
def test_the_settings_do_not_show_their_secrets_when_printed():
    environ = {
        "ANDRE_SECRET_KEY": "hush-1",
        "GOOGLE_CLIENT_SECRET": "hush-2",
        "DATABASE_URL": "postgres://andre:hush-3@db/andre",
        "REDIS_URL": "redis://:hush-4@cache/0",
    }

    shown = repr(load(environ))

    assert "hush" not in shown


# K-2.5 X7
@pytest.mark.parametrize("name", ["ANDRE_SECRET_KEY", "ANDRE_JWT_SECRET"])
@pytest.mark.parametrize(
    "secret", ["x", "s3cret!", "a" * 64, "abcabcabc" * 8, "only-31-characters-are-too-few."]
)
def test_production_refuses_a_secret_that_can_be_guessed(name, secret):
    faults = faults_of(PROD | {name: secret})

    assert [fault.partition(" in prod")[0] for fault in faults] == [
        f"{name}: must have 32 random characters or more"
    ]
    assert "make secrets" in faults[0]


# K-2.5
def test_development_takes_any_secret():
    assert load({"ANDRE_SECRET_KEY": "x"}).andre_secret_key.get_secret_value() == "x"


# K-2.5
@pytest.mark.parametrize("secret", ["", DEV_JWT_SECRET, PROD["ANDRE_SECRET_KEY"]])
def test_production_signs_tokens_with_a_secret_of_their_own(secret):
    faults = faults_of(PROD | {"ANDRE_JWT_SECRET": secret})

    assert [fault.partition(":")[0] for fault in faults] == ["ANDRE_JWT_SECRET"]


# K-1.7
def test_production_has_no_keys_that_everybody_knows():
    known = PROD | {"ANDRE_BOOTSTRAP_KEYS_ENABLED": "1"}
    own = {
        f"ANDRE_BOOTSTRAP_{role}_KEY": f"{role}-with-a-long-and-quite-random-end"
        for role in ("VIEWER", "OPERATOR", "RESEARCHER", "ADMIN")
    }

    faults = faults_of(known)

    assert [fault.partition(":")[0] for fault in faults] == list(own)
    assert load(known | own).andre_bootstrap_keys_enabled


# K-7.1
def test_an_unknown_name_is_a_fault_in_production():
    faults = faults_of(PROD | {"ANDRE_MUSIC_ROT": "/srv/music"})

    assert faults == ["ANDRE_MUSIC_ROT: no setting has this name"]


# K-7.1
def test_an_unknown_name_is_a_warning_elsewhere():
    with pytest.warns(UserWarning, match="ANDRE_MUSIC_ROT"):
        load({"ANDRE_MUSIC_ROT": "/srv/music"})


# K-7.1
def test_a_safe_production_is_accepted():
    found = load(PROD | {"ALLOWED_HOSTS": "andre.example, nest.example"})

    assert found.allowed_hosts == ("andre.example", "nest.example")
    assert not found.is_debug


# H16
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ANDRE_SECRET_KEY", "make secrets"),
        ("ANDRE_JWT_SECRET", "make secrets"),
        ("ANDRE_BASE_URL", "https://andre.example.org"),
        ("ALLOWED_HOSTS", "andre.example.org"),
    ],
)
def test_production_says_what_it_lacks_and_how_to_make_it(name, says):
    faults = faults_of({key: value for key, value in PROD.items() if key != name})

    assert [fault.partition(":")[0] for fault in faults] == [name]
    assert says in faults[0]


# H16
def test_the_address_people_use_loses_the_slash_at_its_end():
    found = load({"ANDRE_BASE_URL": "https://Andre.example:8443/"})

    assert found.andre_base_url == "https://andre.example:8443"


# H16
@pytest.mark.parametrize(
    "address",
    [
        "andre.example",
        "https://andre.example/music",
        "https://andre.example/?a=b",
        "https://alice@andre.example",
        "ftp://andre.example",
        "https://",
    ],
)
def test_an_address_is_scheme_and_host_and_nothing_else(address):
    assert [fault.partition(":")[0] for fault in faults_of({"ANDRE_BASE_URL": address})] == [
        "ANDRE_BASE_URL"
    ]


# K-3.4
def test_a_trusted_proxy_is_an_address_or_a_network():
    found = load({"ANDRE_TRUSTED_PROXIES": "10.0.0.7, 192.168.0.0/16, ::1"})

    assert len(found.andre_trusted_proxies) == 3
    assert faults_of({"ANDRE_TRUSTED_PROXIES": "edge.example"})[0].startswith("ANDRE_TRUSTED_PROX")


def test_an_empty_value_is_no_value():
    found = load({"REDIS_URL": "", "PORT": ""})

    assert found.redis_url is None
    assert found.port == 8000


def test_every_setting_is_documented():
    documented = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.M)

    assert sorted(documented) == sorted(name.upper() for name in Conf.model_fields)


def test_every_setting_is_read_by_something():
    """A setting that nobody reads promises what nobody does."""
    sources = [path for app in APPS for path in (ROOT / app).rglob("*.py")]

    read = {
        node.attr
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    followed = {
        default.name
        for setting in NEST_SETTINGS.values()
        for default in (setting.default, setting.default_in_main)
        if isinstance(default, House)
    }

    assert set(Conf.model_fields) - read - followed == set()


OIDC = {
    "OIDC_ISSUER": "https://login.example",
    "OIDC_CLIENT_ID": "andre",
    "OIDC_CLIENT_SECRET": "between them and us",
}


# H10
@pytest.mark.parametrize("missing", sorted(OIDC))
def test_half_a_provider_is_a_fault(missing):
    faults = faults_of({name: value for name, value in OIDC.items() if name != missing})

    assert len(faults) == 1
    assert faults[0].startswith("OIDC_ISSUER: ")
    assert "belong together" in faults[0]


# H10
def test_a_whole_provider_is_none():
    assert load(PROD | OIDC).oidc_name == "OpenID"
    assert load(OIDC | {"OIDC_ISSUER": "http://127.0.0.1:9000/realm"}).oidc_issuer is not None


# H10
@pytest.mark.parametrize(
    "issuer",
    ["http://login.example", "login.example", "https://a@b.example", "https://b.example?x"],
)
def test_an_issuer_that_is_no_https_address_is_a_fault(issuer):
    (fault,) = faults_of(PROD | OIDC | {"OIDC_ISSUER": issuer})

    assert fault.startswith("OIDC_ISSUER: must ")


PROXY = {"ANDRE_AUTH_PROXIES": "10.0.0.1", "ANDRE_AUTH_PROXY_HEADER": "Remote-Email"}


# H11
@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "::/0", "10.0.0.1, 10.0.0.5/0"])
def test_a_sign_in_proxy_that_is_everybody_is_a_fault(everybody):
    faults = faults_of(PROXY | {"ANDRE_AUTH_PROXIES": everybody})

    assert "who could then sign in as anybody" in faults[0]


# H11
@pytest.mark.parametrize("header", ["Remote_Email", "Remote Email", "Cookie", "X-Forwarded-For"])
def test_a_header_that_cannot_be_the_proxys_is_a_fault(header):
    (fault,) = faults_of(PROXY | {"ANDRE_AUTH_PROXY_HEADER": header})

    assert fault.startswith("ANDRE_AUTH_PROXY_HEADER: must be the name of a header")


# H11
def test_a_header_without_anybody_to_believe_it_from_is_a_fault():
    (fault,) = faults_of({"ANDRE_AUTH_PROXY_HEADER": "Remote-Email"})

    assert "needs ANDRE_AUTH_PROXIES" in fault


# H11
@pytest.mark.parametrize("header", ["", "remote-name"])
def test_a_name_without_an_address_beside_it_is_a_fault(header):
    named = {"ANDRE_AUTH_PROXY_HEADER": header, "ANDRE_AUTH_PROXY_NAME_HEADER": "Remote-Name"}

    (fault,) = faults_of(PROXY | named)

    assert fault.startswith("ANDRE_AUTH_PROXY_NAME_HEADER: needs another header")
