"""Settings from the environment, checked at start, every fault named at once."""

import os
import re
import warnings
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from andre.core import env_files
from andre.core.redis_address import read_sentinels
from andre.protocol.nest_settings import BenderProfile, Catalogue


def split_commas(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def split_weights(value: object) -> object:
    """ "genre=40, album=0": a name and a number each, with commas."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    return {name.strip(): weight.strip() for name, _, weight in pairs}


def profile_named(word: object) -> BenderProfile:
    """Trimmed, in any case of letters; unknown or none: classic."""
    wanted = str(word or "").strip().lower()
    return next((name for name in PROFILES if name == wanted), "classic")


PROFILES: tuple[BenderProfile, ...] = get_args(BenderProfile)
Environment = Literal["dev", "test", "home", "prod"]
OPEN_TO_OTHERS = ("home", "prod")  # Where other people's browsers come in, so nothing is for show.
# Whoever has one of these in their address would be taken for the house, or for a service.
IMPERSONATIONS = tuple(
    "administrator andre echonest google help moderator official owner security spotify staff "
    "support team youtube".split()
)
CommaList = Annotated[tuple[str, ...], BeforeValidator(split_commas)]
Weights = Annotated[dict[str, Annotated[float, Field(ge=0)]], BeforeValidator(split_weights)]
# An address of a store has its password in it.
StoreUrl = Annotated[str | None, Field(repr=False)]

DEV_SECRET = "only-for-development-on-this-machine-never-in-production"  # noqa: S105
DEV_JWT_SECRET = "only-for-tokens-in-development-never-in-production"  # noqa: S105
SHORTEST_KEY = 32  # 192 bits, where every character tells six.
LONG_ENOUGH = f"must have {SHORTEST_KEY} random characters or more"
MAKE_SECRETS = "`make secrets` writes random ones into a file called .env"
FEWEST_DIFFERENT = 8  # Random ones of any alphabet have more, in a length like that.
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# This machine and private networks.
NEAR = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
ORIGIN = "scheme and host, like https://andre.example.org"
HEADER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # No underscores: servers take them for hyphens.
# Taken away from everybody but the proxy, these would be missed.
HEADERS_OF_OUR_OWN = (
    *("authorization", "content-length", "content-type", "cookie", "host", "origin", "referer"),
    *("x-andre-api-key", "x-csrftoken", "x-forwarded-for", "x-forwarded-proto"),
)
# Everybody can read these here, so they open nothing but the machine they are typed on.
DEV_KEYS = ("dev-viewer", "dev-operator", "dev-researcher", "dev-admin")

# Whose songs a nest of that catalogue takes: terms forbid some services to stand beside others.
CATALOGUES: dict[Catalogue, tuple[str, ...]] = {
    "library": ("library", "subsonic", "jellyfin", "youtube"),
    "spotify": ("spotify",),
}
SERVER_SECRETS = {"subsonic": "subsonic_password", "jellyfin": "jellyfin_api_key"}
REAL_IN_PROD = (
    "spotify_api_url",
    "spotify_accounts_url",
    "spotify_sdk_url",
    "youtube_api_url",
    "youtube_oembed_url",
    "youtube_embed_url",
    "stripe_api_url",
)


HEADING = "These settings cannot be used:"


class SettingsFault(Exception):
    """What is wrong with the environment, one line per fault, no values of secrets."""


def plain_origin(text: str) -> str:
    """Without the slash at its end. Raises ValueError for what is more, or less, than an origin."""
    found = urlsplit(text.strip().rstrip("/"))
    if (
        found.scheme not in ("http", "https")
        or not found.hostname
        or found.username is not None
        or "*" in found.netloc
    ):
        raise ValueError(f"must be {ORIGIN}")
    if found.path or found.query or found.fragment:
        raise ValueError(f"must have no path: {ORIGIN}")
    return f"{found.scheme}://{found.netloc.lower()}"


class Conf(BaseModel):
    """Every name Andre reads from its environment, lower case, with its default."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    # The house
    andre_environment: Environment = "dev"
    andre_secret_key: SecretStr = SecretStr(DEV_SECRET)
    andre_data_dir: Path = Path(".andre")
    andre_music_root: Path | None = None
    andre_scan_minutes: int = Field(default=60, ge=0)
    andre_transcode_cache_gb: float = Field(default=2, ge=0)
    andre_static_root: Path = Path(__file__).resolve().parents[2] / "staticfiles"
    andre_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    andre_log_format: Literal["", "console", "json"] = ""
    andre_name: str = Field(default="Andre", min_length=1, max_length=60)
    andre_base_url: str | None = None
    andre_trusted_proxies: CommaList = ()
    andre_redirect_hosts: CommaList = ()
    andre_cors_origins: CommaList = ()
    andre_metrics_allowed_cidrs: CommaList = NEAR
    andre_metrics_dir: Path | None = None
    andre_otlp_endpoint: str | None = None
    andre_sendfile: Literal["", "nginx", "caddy"] = ""
    andre_limits_enabled: bool = True
    andre_connections_per_person: int = Field(default=50, ge=1)
    andre_guests: bool = True
    debug: bool | None = None
    host: str = ""
    port: int = Field(default=8000, ge=1, le=65535)
    allowed_hosts: CommaList = LOOPBACK
    andre_hsts_seconds: int = Field(default=3600, ge=0)
    andre_hsts_subdomains: bool = False
    andre_hsts_preload: bool = False

    # At home
    home_address: str = ""
    andre_home_networks: CommaList = ()
    andre_wifi_ssid: str = Field(default="", max_length=32)
    andre_wifi_password: SecretStr | None = None
    andre_allow_public: bool = False

    # Stores
    database_url: StoreUrl = None
    redis_url: StoreUrl = None
    channels_redis_url: StoreUrl = None
    celery_broker_url: StoreUrl = None
    andre_db_pool_size: int = Field(default=5, ge=1)
    andre_db_pool_overflow: int = Field(default=10, ge=0)
    andre_db_pool_recycle: int = Field(default=3600, ge=1)
    andre_db_pool_pre_ping: bool = True
    andre_backup_days: int = Field(default=0, ge=0, le=3650)

    # People
    google_client_id: str | None = None
    google_client_secret: SecretStr | None = None
    google_authorization_url: str = "https://accounts.google.com/o/oauth2/auth"
    google_token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105
    google_userinfo_url: str = "https://www.googleapis.com/oauth2/v3/userinfo"
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_issuer: str | None = None
    oidc_name: str = Field(default="OpenID", min_length=1, max_length=40)
    oidc_allowed_groups: CommaList = ()
    oidc_admin_group: str = Field(default="", max_length=200)
    oidc_trust_email: bool = False
    andre_auth_proxies: CommaList = ()
    andre_auth_proxy_header: str = ""
    andre_auth_proxy_name_header: str = ""
    allowed_email_domains: CommaList = ()
    super_admin_emails: CommaList = ()

    # Programs
    andre_jwt_secret: SecretStr = SecretStr(DEV_JWT_SECRET)
    andre_jwt_algorithm: Literal["HS256", "HS384", "HS512"] = "HS256"
    andre_jwt_expiry_minutes: int = Field(default=60, ge=1)
    andre_bootstrap_keys_enabled: bool | None = None
    andre_bootstrap_viewer_key: SecretStr = SecretStr(DEV_KEYS[0])
    andre_bootstrap_operator_key: SecretStr = SecretStr(DEV_KEYS[1])
    andre_bootstrap_researcher_key: SecretStr = SecretStr(DEV_KEYS[2])
    andre_bootstrap_admin_key: SecretStr = SecretStr(DEV_KEYS[3])

    slack_webhook_url: SecretStr | None = None
    # Before the addresses, which need it.
    andre_webhook_secret: SecretStr | None = None
    andre_webhook_urls: CommaList = ()

    andre_audit_days: int = Field(default=365, ge=0, le=36_500)

    andre_async_jobs_enabled: bool = True
    andre_worker_lease_seconds: int = Field(default=30, ge=3)

    # Nests
    nests_enabled: bool = True
    nest_max_inactive_minutes: int = Field(default=5, ge=1)
    nest_max_active: int = Field(default=20, ge=0)
    nest_code_length: int = Field(default=5, ge=4, le=12)
    nest_bender_default: bool = True
    nest_max_queue_depth: int = Field(default=25, ge=1)
    echonest_domain: str = "echone.st"
    nest_allow_vanity: bool = True
    nest_vanity_max_len: int = Field(default=40, ge=1, le=200)
    nest_vanity_allow_rename: bool = True
    nest_vanity_rate_limit_min: int = Field(default=1, ge=0)
    nest_vanity_denied: CommaList = IMPERSONATIONS
    nest_abandoned_hours: int = Field(default=24, ge=0)
    away_after_seconds: float = Field(default=10, ge=0)
    nest_dj_grace_seconds: int = Field(default=600, ge=1)
    nest_pause_when_empty: bool = True
    skip_vote_share: float = Field(default=0.5, gt=0, le=1)
    nest_key_hash_tag: bool = False

    # The paid console
    nest_admin_enabled: bool = False
    nest_admin_plan: Literal["pro", "tier_a", "tier_b"] = "pro"
    nest_free_max_active: int = Field(default=50, ge=0)
    stripe_secret_key: SecretStr | None = None
    stripe_webhook_secret: SecretStr | None = None
    stripe_price_tier_a_monthly: str = ""
    stripe_price_tier_b_monthly: str = ""
    stripe_price_tier_b_annual: str = ""
    stripe_api_url: str = "https://api.stripe.com"

    # Bender
    use_bender: bool = True
    min_queue_depth: int = Field(default=3, ge=0, le=25)
    max_bender_minutes: int = Field(default=120, ge=0)
    bender_profile: Annotated[BenderProfile, BeforeValidator(profile_named)] = "classic"
    bender_strategy_weights: Weights = Field(default_factory=dict)
    bender_strategies: CommaList = ()
    bender_filter_time: int = Field(default=604_800, ge=1)
    artist_gap: int = Field(default=2, ge=0)
    artist_gap_minutes: int = Field(default=60, ge=0)
    smart_bender: bool = False
    bender_shadow: bool = False

    # Playing
    no_repeat_minutes: int = Field(default=30, ge=0)
    vote_worth: int = Field(default=240, ge=0)
    vote_cap: int = Field(default=5, ge=0)
    next_lock_seconds: float = Field(default=15, ge=0)
    airhorn_expire_count: int = Field(default=2, ge=0)
    airhorn_expire_sec: int = Field(default=20, ge=1)
    airhorn_list_min_len: int = Field(default=5, ge=1)
    playback_stale_hours: float = Field(default=24, gt=0)

    # Chat
    chat_cooldown_seconds: int = Field(default=0, ge=0, le=3600)

    # Music from elsewhere
    spotify_client_id: str | None = None
    spotify_client_secret: SecretStr | None = None
    spotify_api_url: str = "https://api.spotify.com/v1"
    spotify_accounts_url: str = "https://accounts.spotify.com"
    spotify_sdk_url: str = "https://sdk.scdn.co/spotify-player.js"
    skip_spotify_prefetch: bool = False
    youtube_enabled: bool = True
    youtube_api_key: SecretStr | None = None
    youtube_api_url: str = "https://www.googleapis.com/youtube/v3"
    youtube_oembed_url: str = "https://www.youtube.com/oembed"
    youtube_embed_url: str = "https://www.youtube-nocookie.com/embed"
    andre_scrobbling: bool = True
    listenbrainz_api_url: str = "https://api.listenbrainz.org"
    lastfm_api_key: str | None = None
    lastfm_api_secret: SecretStr | None = None
    lastfm_api_url: str = "https://ws.audioscrobbler.com/2.0/"
    lastfm_auth_url: str = "https://www.last.fm/api/auth/"
    subsonic_user: str | None = None
    subsonic_password: SecretStr | None = None
    subsonic_url: StoreUrl = None
    subsonic_scrobble: bool = True
    jellyfin_user: str | None = None
    jellyfin_api_key: SecretStr | None = None
    jellyfin_url: StoreUrl = None
    jellyfin_scrobble: bool = True
    main_nest_catalogue: Catalogue = "library"
    andre_mix_catalogues: bool = False
    andre_accounts_key: SecretStr | None = None
    andre_person_id_key: SecretStr | None = None

    @field_validator("andre_secret_key", "andre_jwt_secret", "debug", "allowed_hosts")
    @classmethod
    def refuse_what_is_unsafe_in_prod(cls, value: object, info: ValidationInfo) -> object:
        """Raises ValueError."""
        where = info.data.get("andre_environment")
        if where not in OPEN_TO_OTHERS:
            return value
        match info.field_name, value:
            case "andre_secret_key", SecretStr() as key if key.get_secret_value() == DEV_SECRET:
                raise ValueError(f"must be set in {where}; {MAKE_SECRETS}")
            case "andre_jwt_secret", SecretStr() as key if key.get_secret_value() == DEV_JWT_SECRET:
                raise ValueError(f"must be set in {where}; {MAKE_SECRETS}")
            case "andre_secret_key" | "andre_jwt_secret", SecretStr() as key if is_guessable(key):
                raise ValueError(f"{LONG_ENOUGH} in {where}; {MAKE_SECRETS}")
            case "andre_jwt_secret", key if key == info.data.get("andre_secret_key"):
                raise ValueError("must differ from ANDRE_SECRET_KEY")
            case "debug", True:
                raise ValueError(f"must be off in {where}")
            case "allowed_hosts", tuple() as hosts if "*" in hosts:
                raise ValueError(f"must name hosts in {where}, not *")
            case "allowed_hosts", hosts if hosts == LOOPBACK and where == "prod":
                raise ValueError("must be set in prod: the host people use, like andre.example.org")
        return value

    @field_validator("redis_url", "channels_redis_url", "celery_broker_url")
    @classmethod
    def refuse_sentinels_nobody_can_ask(cls, value: str | None) -> str | None:
        """Raises ValueError."""
        if value:
            read_sentinels(value)
        return value

    @field_validator("andre_base_url")
    @classmethod
    def refuse_what_is_no_origin(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Without the slash at its end. Raises ValueError."""
        if value is None:
            if info.data.get("andre_environment") == "prod":
                raise ValueError(f"must be set in prod: {ORIGIN}")
            return None
        return plain_origin(value)

    @field_validator("andre_cors_origins")
    @classmethod
    def refuse_what_are_no_origins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        """Raises ValueError; for `*` as well: any page at all could command with a stolen key."""
        return tuple(map(plain_origin, values))

    @field_validator(
        "andre_bootstrap_viewer_key",
        "andre_bootstrap_operator_key",
        "andre_bootstrap_researcher_key",
        "andre_bootstrap_admin_key",
    )
    @classmethod
    def refuse_known_keys_in_prod(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        """Raises ValueError."""
        is_wanted = info.data.get("andre_bootstrap_keys_enabled")
        where = info.data.get("andre_environment")
        is_short = len(value.get_secret_value()) < SHORTEST_KEY
        if is_wanted and where in OPEN_TO_OTHERS and is_short:
            raise ValueError(f"must be set in {where}, to {SHORTEST_KEY} random characters or more")
        return value

    @field_validator(*REAL_IN_PROD)
    @classmethod
    def refuse_other_services_in_prod(cls, value: str, info: ValidationInfo) -> str:
        """Tokens of people go to these addresses, so a stub's is for development alone.

        Raises ValueError.
        """
        real = cls.model_fields[str(info.field_name)].default
        where = info.data.get("andre_environment")
        if where in OPEN_TO_OTHERS and value != real:
            raise ValueError(f"must be {real} in {where}")
        return value.rstrip("/")

    @field_validator("subsonic_url", "jellyfin_url")
    @classmethod
    def refuse_half_a_music_server(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Without the slash at its end, and without the path of its API or page.

        Raises ValueError.
        """
        kind = str(info.field_name).partition("_")[0]
        wanted = (f"{kind}_user", SERVER_SECRETS[kind])
        if len({value is None, *(info.data.get(name) is None for name in wanted)}) > 1:
            names = f"{kind}_url, {wanted[0]} and {wanted[1]}".upper().replace(" AND ", " and ")
            raise ValueError(f"{names} belong together; one is missing")
        if value is None:
            return None
        found = urlsplit(value)
        if found.scheme not in ("http", "https") or not found.hostname:
            raise ValueError("must be the music server's address, like http://music.lan:4533")
        if found.query or found.fragment or found.username is not None:
            raise ValueError("must have neither a query nor a user's name in it")
        return value.rstrip("/").removesuffix("/rest" if kind == "subsonic" else "/web")

    @field_validator("andre_otlp_endpoint")
    @classmethod
    def refuse_what_is_no_collector(cls, value: str | None) -> str | None:
        """Without the slash at its end. Raises ValueError."""
        if value is None:
            return None
        found = urlsplit(value.strip())
        if found.scheme not in ("http", "https") or not found.hostname:
            raise ValueError("must be a collector's address, like http://127.0.0.1:4318")
        if found.query or found.fragment or found.username is not None:
            raise ValueError(
                "must have neither a query nor a user's name in it; what a collector wants to be "
                "told stands in OTEL_EXPORTER_OTLP_HEADERS"
            )
        return value.strip().rstrip("/")

    @field_validator("andre_webhook_urls")
    @classmethod
    def check_webhooks(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """Raises ValueError."""
        if any(not url.startswith(("https://", "http://")) for url in value):
            raise ValueError("addresses begin with https:// or http://")
        if value and not info.data.get("andre_webhook_secret"):
            raise ValueError("messages are signed: set ANDRE_WEBHOOK_SECRET, too")
        return value

    @field_validator("main_nest_catalogue")
    @classmethod
    def refuse_a_catalogue_nobody_opens(cls, value: str, info: ValidationInfo) -> str:
        """Raises ValueError."""
        credentials = ("spotify_client_id", "spotify_client_secret")
        if value == "spotify" and not all(map(info.data.get, credentials)):
            raise ValueError("spotify needs SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET")
        return value

    @field_validator("andre_accounts_key", "andre_person_id_key")
    @classmethod
    def refuse_a_short_key(cls, value: SecretStr | None) -> SecretStr | None:
        """Raises ValueError."""
        if value is not None and len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(LONG_ENOUGH)
        return value

    @field_validator("host", "home_address")
    @classmethod
    def refuse_a_name(cls, value: str, info: ValidationInfo) -> str:
        """At home it is an address of this machine that is looked for. Raises ValueError."""
        if value and info.data.get("andre_environment") == "home":
            ip_address(value)
        return value

    @field_validator(
        "andre_trusted_proxies",
        "andre_home_networks",
        "andre_auth_proxies",
        "andre_metrics_allowed_cidrs",
    )
    @classmethod
    def refuse_what_is_no_address(
        cls, value: tuple[str, ...], info: ValidationInfo
    ) -> tuple[str, ...]:
        """Raises ValueError."""
        for name in value:
            network = ip_network(name, strict=False)
            if info.field_name == "andre_auth_proxies" and network.prefixlen == 0:
                raise ValueError(f"{name} is everybody, who could then sign in as anybody")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def refuse_half_a_provider(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Raises ValueError."""
        wanted = ("oidc_client_id", "oidc_client_secret")
        if len({value is None, *(info.data.get(name) is None for name in wanted)}) > 1:
            raise ValueError(
                "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together; one is missing"
            )
        if value is None:
            return None
        found = urlsplit(value)
        is_plain = found.scheme == "http" and info.data.get("andre_environment") in OPEN_TO_OTHERS
        if is_plain or found.scheme not in ("http", "https") or not found.hostname:
            raise ValueError("must be the provider's https address")
        if found.query or found.fragment or found.username is not None:
            raise ValueError("must have neither a query nor a user's name in it")
        return value

    @field_validator("andre_auth_proxy_header", "andre_auth_proxy_name_header")
    @classmethod
    def refuse_what_is_no_header(cls, value: str, info: ValidationInfo) -> str:
        """In small letters, as servers hand headers over. Raises ValueError."""
        name = value.strip().lower()
        if not name:
            return ""
        if not HEADER.fullmatch(name) or name in HEADERS_OF_OUR_OWN:
            raise ValueError("must be the name of a header of the proxy's, like Remote-Email")
        if not info.data.get("andre_auth_proxies"):
            raise ValueError("needs ANDRE_AUTH_PROXIES: the addresses it is believed from")
        if info.field_name == "andre_auth_proxy_name_header":
            address = info.data.get("andre_auth_proxy_header")
            if not address or address == name:
                raise ValueError("needs another header, ANDRE_AUTH_PROXY_HEADER, with the address")
        return name

    @property
    def has_bender(self) -> bool:
        return self.use_bender and self.min_queue_depth > 0

    @property
    def catalogues(self) -> list[Catalogue]:
        """What a nest may be built on here."""
        has_spotify = self.spotify_client_id and self.spotify_client_secret
        return ["library", "spotify"] if has_spotify else ["library"]

    @property
    def has_subsonic(self) -> bool:
        return bool(self.subsonic_url and self.subsonic_user and self.subsonic_password)

    @property
    def has_jellyfin(self) -> bool:
        return bool(self.jellyfin_url and self.jellyfin_user and self.jellyfin_api_key)

    @property
    def has_music_server(self) -> bool:
        return self.has_subsonic or self.has_jellyfin

    @property
    def oidc_admin_source(self) -> str:
        """Which group of which provider makes admins; empty for none."""
        return f"{self.oidc_issuer} {self.oidc_admin_group}" if self.oidc_admin_group else ""

    @property
    def is_debug(self) -> bool:
        return self.andre_environment == "dev" if self.debug is None else self.debug

    @property
    def has_bootstrap_keys(self) -> bool:
        wanted = self.andre_bootstrap_keys_enabled
        return self.andre_environment not in OPEN_TO_OTHERS if wanted is None else wanted

    @property
    def is_home(self) -> bool:
        return self.andre_environment == "home"

    @property
    def static_root(self) -> Path:
        """Where collected files lie. At home with the data: the checkout may be somebody else's."""
        at_home = self.andre_data_dir / "staticfiles"
        return (at_home if self.is_home else self.andre_static_root).expanduser().resolve()

    @property
    def nest_sounds(self) -> str:
        """Where a nest sounds that says nothing: at home people sit in one room."""
        return "room" if self.is_home else "everyone"

    @property
    def listen_address(self) -> str:
        """Where the web process listens; in development on this machine only."""
        match self.andre_environment:
            case "home":
                return self.host or "0.0.0.0"  # noqa: S104 - The launcher looks at what is there.
            case "prod":
                return self.host or "127.0.0.1"
            case _:
                return "127.0.0.1"


def is_guessable(key: SecretStr) -> bool:
    secret = key.get_secret_value()
    return len(secret) < SHORTEST_KEY or len(set(secret)) < FEWEST_DIFFERENT


@cache
def conf() -> Conf:
    return load(read_environ())


def read_environ() -> dict[str, str]:
    """The environment over the `.env` in the data directory, secrets read from their files.

    Raises SettingsFault.
    """
    data_dir = Path(os.environ.get("ANDRE_DATA_DIR") or Conf.model_fields["andre_data_dir"].default)
    try:
        return env_files.merge_env_file(os.environ, data_dir, secret_names())
    except env_files.FileFaults as faults:
        raise SettingsFault("\n".join([HEADING, *faults.args])) from faults


def secret_names() -> list[str]:
    """Settings that may come from a file each, upper case: secrets, addresses with passwords."""
    fields = Conf.model_fields.items()
    return [name.upper() for name, field in fields if not field.repr or is_secret(field.annotation)]


def is_secret(annotation: object) -> bool:
    return annotation is SecretStr or SecretStr in get_args(annotation)


def load(environ: Mapping[str, str]) -> Conf:
    """The settings in `environ`.

    Raises SettingsFault with one line for each fault; in prod an unknown ANDRE_ name is one too.
    """
    faults = []
    unknown = unknown_names(environ)
    try:
        found = Conf.model_validate(values_by_field(environ))
    except ValidationError as error:
        faults += [describe(fault) for fault in error.errors(include_input=False)]
        found = None
    if environ.get("ANDRE_ENVIRONMENT") == "prod":
        faults += [f"{name}: no setting has this name" for name in unknown]
    elif unknown:
        warnings.warn(f"No setting is called {', '.join(unknown)}.", stacklevel=2)
    if found is None or faults:
        raise SettingsFault("\n".join([HEADING, *faults]))
    return found


def values_by_field(environ: Mapping[str, str]) -> dict[str, str]:
    """An empty value is no value: that is how compose files and shells leave one out."""
    return {name: environ[name.upper()] for name in Conf.model_fields if environ.get(name.upper())}


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    known = {name.upper() for name in Conf.model_fields}
    return sorted(name for name in environ if name.startswith("ANDRE_") and name not in known)


def describe(fault: Mapping[str, object]) -> str:
    where = fault["loc"]
    name = str(where[0]).upper() if isinstance(where, tuple) and where else "environment"
    return f"{name}: {str(fault['msg']).removeprefix('Value error, ')}"
