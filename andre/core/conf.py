"""Settings from the environment, checked at start, every fault named at once."""

import os
import warnings
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, get_args

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

from andre.protocol.shapes import BenderProfile, Catalogue


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
Environment = Literal["dev", "test", "prod"]
CommaList = Annotated[tuple[str, ...], BeforeValidator(split_commas)]
Weights = Annotated[dict[str, Annotated[float, Field(ge=0)]], BeforeValidator(split_weights)]
# An address of a store has its password in it.
StoreUrl = Annotated[str | None, Field(repr=False)]

DEV_SECRET = "only-for-development-on-this-machine-never-in-production"  # noqa: S105
DEV_JWT_SECRET = "only-for-tokens-in-development-never-in-production"  # noqa: S105
SHORTEST_KEY = 32  # 192 bits, where every character tells six.
FEWEST_DIFFERENT = 8  # Random ones of any alphabet have more, in a length like that.
# Everybody can read these here, so they open nothing but the machine they are typed on.
DEV_KEYS = ("dev-viewer", "dev-operator", "dev-researcher", "dev-admin")

CATALOGUE_AT_FIRST: Catalogue = "library"
# Whose songs a nest of that catalogue takes: terms forbid some services to stand beside others.
CATALOGUES: dict[Catalogue, tuple[str, ...]] = {
    "library": ("library", "youtube"),
    "spotify": ("spotify",),
}
REAL_IN_PROD = (
    "spotify_api_url",
    "spotify_accounts_url",
    "spotify_sdk_url",
    "youtube_api_url",
    "youtube_oembed_url",
    "youtube_embed_url",
)


class SettingsFault(Exception):
    """What is wrong with the environment, one line per fault, no values of secrets."""


class Conf(BaseModel):
    """Every name Andre reads from its environment, lower case, with its default."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    # The house
    andre_environment: Environment = "dev"
    andre_secret_key: SecretStr = SecretStr(DEV_SECRET)
    andre_data_dir: Path = Path(".andre")
    andre_music_root: Path | None = None
    andre_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    andre_log_format: Literal["", "console", "json"] = ""
    andre_base_url: str | None = None
    andre_trusted_proxies: CommaList = ()
    andre_redirect_hosts: CommaList = ()
    andre_sendfile: Literal["", "nginx"] = ""
    andre_limits_enabled: bool = True
    andre_connections_per_person: int = Field(default=50, ge=1)
    debug: bool | None = None
    port: int = Field(default=8000, ge=1, le=65535)
    allowed_hosts: CommaList = ("127.0.0.1", "localhost", "[::1]")

    # Stores
    database_url: StoreUrl = None
    redis_url: StoreUrl = None
    channels_redis_url: StoreUrl = None
    celery_broker_url: StoreUrl = None
    andre_db_pool_size: int = Field(default=5, ge=1)
    andre_db_pool_overflow: int = Field(default=10, ge=0)
    andre_db_pool_recycle: int = Field(default=3600, ge=1)
    andre_db_pool_pre_ping: bool = True

    # People
    google_client_id: str | None = None
    google_client_secret: SecretStr | None = None
    google_authorization_url: str = "https://accounts.google.com/o/oauth2/auth"
    google_token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105
    google_userinfo_url: str = "https://www.googleapis.com/oauth2/v3/userinfo"
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
    nest_abandoned_hours: int = Field(default=24, ge=0)
    away_after_seconds: float = Field(default=10, ge=0)
    nest_pause_when_empty: bool = True
    nest_key_hash_tag: bool = False

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
    main_nest_catalogue: Catalogue = "library"
    andre_mix_catalogues: bool = False
    andre_accounts_key: SecretStr | None = None

    @field_validator("andre_secret_key", "andre_jwt_secret", "debug", "allowed_hosts")
    @classmethod
    def refuse_what_is_unsafe_in_prod(cls, value: object, info: ValidationInfo) -> object:
        if info.data.get("andre_environment") != "prod":
            return value
        match info.field_name, value:
            case "andre_secret_key", SecretStr() as key if key.get_secret_value() == DEV_SECRET:
                raise ValueError("must be set in prod")
            case "andre_jwt_secret", SecretStr() as key if key.get_secret_value() == DEV_JWT_SECRET:
                raise ValueError("must be set in prod")
            case "andre_secret_key" | "andre_jwt_secret", SecretStr() as key if is_guessable(key):
                raise ValueError(f"must have {SHORTEST_KEY} random characters or more in prod")
            case "andre_jwt_secret", key if key == info.data.get("andre_secret_key"):
                raise ValueError("must differ from ANDRE_SECRET_KEY")
            case "debug", True:
                raise ValueError("must be off in prod")
            case "allowed_hosts", tuple() as hosts if "*" in hosts:
                raise ValueError("must name hosts in prod, not *")
        return value

    @field_validator(
        "andre_bootstrap_viewer_key",
        "andre_bootstrap_operator_key",
        "andre_bootstrap_researcher_key",
        "andre_bootstrap_admin_key",
    )
    @classmethod
    def refuse_known_keys_in_prod(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        is_wanted = info.data.get("andre_bootstrap_keys_enabled")
        in_prod = info.data.get("andre_environment") == "prod"
        if is_wanted and in_prod and len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"must be set in prod, to {SHORTEST_KEY} random characters or more")
        return value

    @field_validator(*REAL_IN_PROD)
    @classmethod
    def refuse_other_services_in_prod(cls, value: str, info: ValidationInfo) -> str:
        """Tokens of people go to these addresses, so a stub's is for development alone."""
        real = cls.model_fields[str(info.field_name)].default
        if info.data.get("andre_environment") == "prod" and value != real:
            raise ValueError(f"must be {real} in prod")
        return value.rstrip("/")

    @field_validator("main_nest_catalogue")
    @classmethod
    def refuse_a_catalogue_nobody_opens(cls, value: str, info: ValidationInfo) -> str:
        credentials = ("spotify_client_id", "spotify_client_secret")
        if value == "spotify" and not all(map(info.data.get, credentials)):
            raise ValueError("spotify needs SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET")
        return value

    @field_validator("andre_accounts_key")
    @classmethod
    def refuse_a_short_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"must have {SHORTEST_KEY} random characters or more")
        return value

    @field_validator("andre_trusted_proxies")
    @classmethod
    def refuse_what_is_no_address(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            ip_network(name, strict=False)
        return value

    @property
    def has_bender(self) -> bool:
        return self.use_bender and self.min_queue_depth > 0

    @property
    def catalogues(self) -> list[Catalogue]:
        """What a nest may be built on here."""
        has_spotify = self.spotify_client_id and self.spotify_client_secret
        return ["library", "spotify"] if has_spotify else ["library"]

    @property
    def is_debug(self) -> bool:
        return self.andre_environment == "dev" if self.debug is None else self.debug

    @property
    def has_bootstrap_keys(self) -> bool:
        wanted = self.andre_bootstrap_keys_enabled
        return self.andre_environment != "prod" if wanted is None else wanted


def is_guessable(key: SecretStr) -> bool:
    secret = key.get_secret_value()
    return len(secret) < SHORTEST_KEY or len(set(secret)) < FEWEST_DIFFERENT


@cache
def conf() -> Conf:
    return load(os.environ)


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
        raise SettingsFault("\n".join(["These settings cannot be used:", *faults]))
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
