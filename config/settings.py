"""All settings, from the environment; what is not set is safe for a server on the open network.

docs/deploy.md lists the variables. `DEMO=1` is the one short cut: a server for this machine only,
with a secret of its own, over plain http.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

django_stubs_ext.monkeypatch()  # lets `ModelAdmin[Article]` be written at run time

BASE_DIR = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no. Write 1 or 0.")
    return default


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.")
    return int(value)


def listed(name: str) -> list[str]:
    return [item.strip() for item in text(name).split(",") if item.strip()]


DEMO = flag("DEMO")
DEBUG = flag("DEBUG")
DATA_DIR = (BASE_DIR / text("DATA_DIR", "var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def demo_secret(path: Path) -> str:
    """The demo's secret: drawn once, then kept, so that sign-ins outlive a restart."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text()


def secret_key() -> str:
    if key := text("SECRET_KEY"):
        return key
    if DEMO:
        return demo_secret(DATA_DIR / "demo-secret")
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to 50 or more random characters and keep it secret, "
        "or set DEMO=1 to try Isnad on this machine only."
    )


def database(url: str) -> dict[str, object]:
    """A Django database from `sqlite:///relative.db`, `sqlite:////absolute.db` or
    `postgresql://user:password@host:port/name?option=value`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(BASE_DIR / unquote(parts.path.removeprefix("/")))
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 0,  # the pool keeps the connections
            "OPTIONS": {
                "pool": {"min_size": 1, "max_size": number("DATABASE_POOL", 8), "timeout": 20},
                **dict(parse_qsl(parts.query)),
            },
        }
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite: or postgresql:.")


def sqlite(path: Path) -> dict[str, object]:
    """SQLite for several writers at once: a write transaction takes its lock when it begins and
    waits for it; with Django's defaults it starts as a reader and fails when another has written.
    What is committed is on the disk (docs/adr/0012).
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode = WAL;"
            "PRAGMA synchronous = FULL;"
            "PRAGMA cache_size = -65536;",  # negative: kibibytes
        },
    }


SECRET_KEY = secret_key()
DATABASES = {
    "default": database(url)
    if (url := text("DATABASE_URL"))
    else sqlite(DATA_DIR / "isnad.sqlite3")
}
# Files, for all processes of this machine: it holds failed sign-ins, and nothing that is missed.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "django_htmx",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "annotate",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.CompressedAnswers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.languages.LanguageOfThePage",
    "django.middleware.common.CommonMiddleware",
    "config.limits.refuse_large_bodies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.errors.Busy",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
            ]
        },
    }
]

# Without a worker a job is run by the page that follows it.
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if flag("JOB_WORKER")
        else "django_tasks.backends.immediate.ImmediateBackend"
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "French"), ("ar", "Arabic")]
LOCALE_PATHS = [BASE_DIR / "annotate" / "locale"]  # before those of Django and the packages
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.HashedStaticFiles"},
}

LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk-home"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_ENGINE = "annotate.sessions"
AUTHENTICATION_BACKENDS = ["annotate.sessions.Accounts"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

HTTPS = flag("HTTPS", default=not DEMO)
ALLOWED_HOSTS = listed("ALLOWED_HOSTS") or (["localhost", "127.0.0.1", "[::1]"] if DEMO else [])
CSRF_TRUSTED_ORIGINS = listed("CSRF_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = flag("SSL_REDIRECT", default=HTTPS)
SECURE_HSTS_SECONDS = number("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("HSTS_SUBDOMAINS", default=True)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if flag("TRUST_X_FORWARDED_PROTO") else None
)
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # browsers' preload lists are for the owner of the domain to ask for
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# A text may have two million characters; escaped in JSON each takes six bytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * MIB
DATA_UPLOAD_MAX_NUMBER_FILES = 500
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
MAX_BODY_BYTES = number("MAX_UPLOAD_MIB", 256) * MIB

REST_FRAMEWORK = {
    # Token first: it names its scheme, so that a request without sign-in gets 401 and not 403.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    # OPTIONS is not taken: what an address takes stands in /api/schema/.
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 100,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "annotate.api.errors.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Isnad",
    "DESCRIPTION": "Claims in news articles: judgements, review and releases.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/p/\{slug\}",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "annotate.api.schema.declare_refusals",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AssignmentState": "annotate.models.Assignment.State",
        "JudgementStatus": "annotate.models.Judgement.Status",
        "SourceStatus": "annotate.models.Source.Status",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},  # an address that does not exist is no event
    },
}
