"""Django's settings, all of them derived from the validated ones in andre/core/conf.py."""

from pathlib import Path
from typing import Any

import dj_database_url
from whitenoise.compress import Compressor

from andre.celery import Every
from andre.core.conf import conf
from andre.core.home_hosts import HomeHosts, watch
from andre.core.redis_address import (
    broker_address,
    channels_host,
    read_database,
)
from andre.telemetry.logs import logging_config

CONF = conf()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = CONF.andre_data_dir.expanduser().resolve()
MUSIC_ROOT = (CONF.andre_music_root or DATA_DIR / "music").expanduser().resolve()
IN_PROD = CONF.andre_environment == "prod"

SECRET_KEY = CONF.andre_secret_key.get_secret_value()
DEBUG = CONF.is_debug
ALLOWED_HOSTS = HomeHosts(CONF.allowed_hosts, watch()) if CONF.is_home else list(CONF.allowed_hosts)

INSTALLED_APPS = [
    "daphne",
    "andre.web.admin.apps.Administration",
    "andre.accounts",  # Before Django's own: `createsuperuser` is ours.
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "andre.web.collected_files.CollectedFiles",
    "channels",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "social_django",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "andre.telemetry",
    "andre.jobs",
    "andre.audit",
    "waffle",
    "andre.flags",
    "andre.plans",
    "andre.billing",
    "andre.web",
    "andre.person_data",
    "andre.webhooks",
    "andre.demo",
    "andre.backup",
    "nests",
    "player",
    "bender",
]

MIDDLEWARE = [
    "nests.middleware.redirect_hosts",
    "andre.telemetry.http_metrics.measure_request",
    "andre.telemetry.middleware.request_id",
    *(("andre.telemetry.http_spans.trace_request",) if CONF.andre_otlp_endpoint else ()),
    "andre.web.middleware.forget_cookies_of_other_origins",
    "corsheaders.middleware.CorsMiddleware",
    "andre.web.middleware.compress_text",
    # Before what says on every page what it may do: on a hundred small files that is half of them.
    "andre.web.static_files.UnstreamedWhiteNoise",
    "andre.web.middleware.guard_requests",
    "andre.telemetry.health.probes",
    "andre.web.middleware.transport_security",
    "django.middleware.security.SecurityMiddleware",
    "andre.telemetry.middleware.content_security_policy",
    "andre.accounts.middleware.programs",
    "andre.accounts.middleware.sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "andre.accounts.auth_proxy.proxy_sessions",
    "nests.guests.middleware.guest_routes",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "andre.telemetry.middleware.refusals",
    "social_django.middleware.SocialAuthExceptionMiddleware",
]

# Programs on other origins: with a key or a token, which no browser sends by itself.
CORS_ALLOWED_ORIGINS = list(CONF.andre_cors_origins)
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = ("accept", "authorization", "content-type", "x-andre-api-key", "x-request-id")
CORS_EXPOSE_HEADERS = ("retry-after", "www-authenticate", "x-request-id")

ROOT_URLCONF = "andre.urls"
ASGI_APPLICATION = "andre.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "andre.web.context_processors.version",
                "andre.web.context_processors.share_preview",
            ],
        },
    }
]


def sqlite(path: Path) -> dict[str, Any]:
    """WAL, and every transaction immediate: a deferred read-then-write fails at once."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        "CONN_MAX_AGE": None,  # Nobody else waits for a connection to a file.
        # A file even in tests: an in-memory database is invisible to the test's other threads.
        "TEST": {"NAME": path.with_name("test.sqlite3")},
    }


def postgres(url: str) -> dict[str, Any]:
    """Django's native pool; the overflow is how far above its size it may grow."""
    from andre.core.postgres import LINE, POOL, LimitedConnection  # Its driver is large.

    found: dict[str, Any] = {**dj_database_url.parse(url)}
    found["OPTIONS"] = {
        **LINE,
        **found.get("OPTIONS", {}),
        "pool": {
            **POOL,
            "connection_class": LimitedConnection,
            "min_size": 0,
            "max_size": CONF.andre_db_pool_size + CONF.andre_db_pool_overflow,
            "max_lifetime": CONF.andre_db_pool_recycle,
        },
    }
    return found | {"CONN_HEALTH_CHECKS": CONF.andre_db_pool_pre_ping}


def database(url: str | None) -> dict[str, Any]:
    if url is None:
        return sqlite(DATA_DIR / "andre.sqlite3")
    if url.startswith("sqlite:"):
        return sqlite(Path(str(dj_database_url.parse(url)["NAME"])))
    return postgres(url)


DATABASES = {"default": database(CONF.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Whoever starts a process hands it REDIS_URL; `make run` hands over its own Valkey's.
REDIS_URL = CONF.redis_url or f"unix://{DATA_DIR / 'valkey.sock'}"
CHANNELS_REDIS_URL = CONF.channels_redis_url or REDIS_URL
REDIS_TIMEOUTS: dict[str, Any] = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 30,
}
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "KEY_PREFIX": "CACHE",
        "LOCATION": [REDIS_URL],  # A list, for the addresses of sentinels have commas.
        "OPTIONS": {
            "CONNECTION_FACTORY": "andre.core.redis.cache.PoolFactory",
            "CONNECTION_POOL_KWARGS": REDIS_TIMEOUTS,
        },
    },
    # In this process's own memory: what is asked for often, and changed hardly ever.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 5},
}
WAFFLE_CACHE_NAME = "process"
WAFFLE_SWITCH_MODEL = "flags.Flag"
WAFFLE_ENABLE_ADMIN_PAGES = False
# Pub/sub knows no database numbers: two Andres on one Redis would close each other's.
CHANNELS_DATABASE = read_database(CHANNELS_REDIS_URL)
# No read timeout here: a subscriber waits for hours, and its pings say whether anyone is there.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [
                channels_host(
                    CHANNELS_REDIS_URL,
                    socket_timeout=None,
                    socket_connect_timeout=2,
                    health_check_interval=15,
                )
            ],
            "prefix": f"CHANNELS:{CHANNELS_DATABASE}" if CHANNELS_DATABASE else "CHANNELS",
        },
    }
}

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "andre.accounts.backends.Google",
    "andre.accounts.backends.OpenIDConnect",
    "django.contrib.auth.backends.ModelBackend",
    "andre.accounts.operators.Operators",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SECURE = IN_PROD
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IN_PROD
SECURE_SSL_REDIRECT = False  # The edge does it; a health check inside the house speaks plain HTTP.
# How long browsers insist on TLS, and for which hosts, is the operator's to say (W004, W005, W021).
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W005", "security.W008", "security.W021"]
SECURE_HSTS_SECONDS = CONF.andre_hsts_seconds if IN_PROD else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = CONF.andre_hsts_subdomains
SECURE_HSTS_PRELOAD = CONF.andre_hsts_preload
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if CONF.is_home:
    # Over plain HTTP browsers ignore it, and complain of it with every page.
    SECURE_CROSS_ORIGIN_OPENER_POLICY = None
PUBLIC_SCHEME = (CONF.andre_base_url or "http").partition(":")[0]
if CONF.andre_base_url:
    CSRF_TRUSTED_ORIGINS = [CONF.andre_base_url]

SOCIAL_AUTH_JSONFIELD_ENABLED = True
SOCIAL_AUTH_URL_NAMESPACE = "social"
SOCIAL_AUTH_USER_MODEL = AUTH_USER_MODEL
SOCIAL_AUTH_RAISE_EXCEPTIONS = True  # Our own door turns refusals into a page with a sentence.
# The edge speaks TLS, we do not: providers must send people back to the address they know.
SOCIAL_AUTH_REDIRECT_IS_HTTPS = PUBLIC_SCHEME == "https"
SOCIAL_AUTH_GOOGLE_OAUTH2_KEY = CONF.google_client_id or ""
SOCIAL_AUTH_GOOGLE_OAUTH2_SECRET = (
    CONF.google_client_secret.get_secret_value() if CONF.google_client_secret else ""
)
SOCIAL_AUTH_GOOGLE_OAUTH2_AUTHORIZATION_URL = CONF.google_authorization_url
SOCIAL_AUTH_GOOGLE_OAUTH2_ACCESS_TOKEN_URL = CONF.google_token_url
SOCIAL_AUTH_GOOGLE_OAUTH2_USERINFO_URL = CONF.google_userinfo_url
SOCIAL_AUTH_GOOGLE_OAUTH2_WHITELISTED_DOMAINS = list(CONF.allowed_email_domains)
SOCIAL_AUTH_OIDC_OIDC_ENDPOINT = CONF.oidc_issuer or ""
SOCIAL_AUTH_OIDC_KEY = CONF.oidc_client_id or ""
SOCIAL_AUTH_OIDC_SECRET = (
    CONF.oidc_client_secret.get_secret_value() if CONF.oidc_client_secret else ""
)
SOCIAL_AUTH_OIDC_WHITELISTED_DOMAINS = list(CONF.allowed_email_domains)
SOCIAL_AUTH_OIDC_GROUPS_KEY = "groups"
SOCIAL_AUTH_OIDC_GROUPS_MISSING_AS_EMPTY = True
# No provider's tokens are kept: nothing here needs them.
SOCIAL_AUTH_PIPELINE = [
    "social_core.pipeline.social_auth.social_details",
    "social_core.pipeline.social_auth.social_uid",
    "social_core.pipeline.social_auth.auth_allowed",
    "andre.accounts.pipeline.require_group",
    "social_core.pipeline.social_auth.social_user",
    "andre.accounts.pipeline.find_the_person",
    "social_core.pipeline.social_auth.associate_user",
    "andre.accounts.pipeline.keep_details",
]

# What an authenticator app calls this server.
OTP_TOTP_ISSUER = CONF.andre_name
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755  # An edge of another user's reads the collected files.
STATIC_ROOT = CONF.static_root
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or CONF.andre_environment == "test"
        else "andre.web.static_files.HashedModuleStorage"
    },
}
# Looked for when they are asked for. A test's page has its style, too, and reading all of them when
# the middleware begins would cost every test that sends a request some 25 ms.
WHITENOISE_USE_FINDERS = DEBUG or CONF.andre_environment == "test"
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Maps to the sources of packages are large, and only a debugger asks for them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "andre.accounts.authentication.ProgramAuthentication",
        "andre.accounts.authentication.SessionIdentityAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "andre.web.openapi.Described",
    "EXCEPTION_HANDLER": "andre.web.api.refusal_response",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Andre",
    "DESCRIPTION": "The same commands, the same snapshot and the same refusals as on the socket.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["andre.web.openapi.first_addresses"],
    "POSTPROCESSING_HOOKS": ["andre.web.openapi.with_streams", "andre.web.openapi.with_refusals"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": None,
}

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "upkeep"
CELERY_TASK_ROUTES = {
    "player.tasks.tick_all": {"queue": "ticks"},
    "player.tasks.tick_nest": {"queue": "ticks"},
    "bender.tasks.*": {"queue": "bender"},
    "player.tasks.steer": {"queue": "providers"},
    "player.tasks.hush": {"queue": "providers"},
    "player.tasks.tell_play": {"queue": "providers"},
    "player.tasks.prefetch": {"queue": "providers"},
    "player.tasks.send_looks": {"queue": "providers"},
    "andre.webhooks.tasks.*": {"queue": "providers"},
    "andre.billing.tasks.*": {"queue": "providers"},
    "player.tasks.send_scrobbles": {"queue": "providers"},
}
# The socket timeouts reach kombu as transport options; nobody waits a minute for a dead broker.
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = broker_address(
    CONF.celery_broker_url or REDIS_URL,
    visibility_timeout=120,
    socket_connect_timeout=2,
    socket_timeout=10,
    health_check_interval=25,
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "tick_all": {"task": "player.tasks.tick_all", "schedule": 1.0, "options": {"expires": 1}},
    "sweep_nests": {
        "task": "player.tasks.sweep_nests",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "send_looks": {
        "task": "player.tasks.send_looks",
        "schedule": 2.0,
        "options": {"expires": 2},
    },
    "send_scrobbles": {
        "task": "player.tasks.send_scrobbles",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "show_life": {
        "task": "player.tasks.show_life",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "scan_if_due": {
        "task": "player.tasks.scan_if_due",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "clean_up_nests": {
        "task": "nests.tasks.clean_up_nests",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "erase_old_guests": {
        "task": "nests.tasks.erase_old_guests",
        "schedule": 3_600.0,
        "options": {"expires": 3_600},
    },
    "forget_old_runs": {
        "task": "bender.tasks.forget_old_runs",
        "schedule": 3_600.0,
        "options": {"expires": 3_600},
    },
    "sweep_jobs": {
        "task": "andre.jobs.tasks.sweep_jobs",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "forget_old_jobs": {
        "task": "andre.jobs.tasks.forget_old_jobs",
        "schedule": 3_600.0,
        "options": {"expires": 3_600},
    },
    "send_webhooks": {
        "task": "andre.webhooks.tasks.send_webhooks",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
    "forget_old_audit": {
        "task": "andre.audit.tasks.forget_old_audit",
        "schedule": 3_600.0,
        "options": {"expires": 3_600},
    },
    "refresh_subscriptions": {
        "task": "andre.billing.tasks.refresh_subscriptions",
        "schedule": 3_600.0,
        "options": {"expires": 3_600},
    },
    "make_daily_backup": {
        "task": "andre.backup.tasks.make_daily_backup",
        "schedule": 3_600.0,
        "options": {"expires": 3_600},
    },
}
for _row in CELERY_BEAT_SCHEDULE.values():
    _row["schedule"] = Every(_row["schedule"])

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
LOGGING_CONFIG = None
logging_config(CONF.andre_log_level)
