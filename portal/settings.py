"""Django's settings: one project for the portal, the doors, the commands and the DAGs."""

import os
import secrets
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from domain.sign_in_limits import SignInLimits
from portal.configuration import REPOSITORY, Configuration

GUICHET = Configuration.from_environment()
KEYS = GUICHET.home / "keys"
PORTAL = Path(__file__).resolve().parent


def _secret_key() -> str:
    """Return the secret of this installation; without one, a secret that lasts as long as the process."""
    path = KEYS / "django_secret"
    return path.read_text(encoding="ascii").strip() if path.exists() else secrets.token_urlsafe(50)


def _database(url: str) -> dict[str, object]:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "evidence.quiet_postgresql",
        "NAME": parts.pop("dbname", "guichet"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **parts,
            "connect_timeout": 5,
            # both for evidence/prepared.py alone: what is prepared is planned once, whatever its values are
            "prepare_threshold": 0,
            "options": f"{parts.get('options', '')} -c plan_cache_mode=force_generic_plan".strip(),
        },
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = (os.environ.get("GUICHET_ALLOWED_HOSTS") or "localhost,127.0.0.1,[::1]").split(",")
ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "auth.apps.AccessControl",
    "evidence.apps.Evidence",
    "correspondence.apps.Correspondence",
    "registers.persons.apps.Persons",
    "registers.access.apps.Access",
    "registers.student_days.apps.StudentDays",
    "registers.checkins.apps.CheckIns",
    "channels.apps.Channels",
    "portal.apps.Portal",
]
MIDDLEWARE = [
    "portal.content_policy.with_content_policy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.languages.with_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.form_tokens.with_tokens_of_the_stay",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PORTAL / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "portal.pages.frame.frame",
            ],
            "libraries": {"counter": "portal.templatetags.counter", "student": "portal.templatetags.student"},
        },
    },
]

DATABASES = {"default": _database(GUICHET.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SIGN_IN_LIMITS = SignInLimits(GUICHET.keys.session.limits, GUICHET.keys.limits, GUICHET.keys.session.attempts)
CORRESPONDENCE_LIMITS = GUICHET.correspondence_limits
AUTH_USER_MODEL = "access_control.Login"
PASSWORD_HASHERS: list[str] = []  # auth.locksmith hashes passwords
SESSION_ENGINE = "auth.sessions"
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 20 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # the table knows when a stay ends, and activity does not send the cookie again
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.pages.failures.form_not_from_here"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_HSTS_SECONDS = GUICHET.hsts_seconds
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("de", "Deutsch"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "__Host-language"
LOCALE_PATHS = [PORTAL / "locale", *sorted(PORTAL.glob("pages/*/locale"))]
TIME_ZONE = "Europe/Brussels"
FORMAT_MODULE_PATH = "portal.formats"
USE_TZ = True
FILE_UPLOAD_TEMP_DIR = GUICHET.home / "spool"
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "portal.spool.SpooledUploads",
]
SILENCED_SYSTEM_CHECKS = ["files.E001"]  # the folder is made by whoever needs it
STATIC_URL = "static/"
STATIC_ROOT = REPOSITORY / "portal" / "static"

LOGGING_CONFIG = None
