"""Every setting of greetings_crm, read from the environment.

Each variable is described in docs/configuration.md; a test compares the two lists. Every default works on a
bare machine; a bad value stops the start with a sentence that names the variable.
"""

import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from campaigns.dispatch.addresses import LetterUnwritable, ascii_domain, wire_address
from campaigns.dispatch.limit_rules import BadLimit, parsed_limits
from greetings_crm.keys import kept_key

BASE_DIR = Path(__file__).resolve().parent.parent


class Environment(environ.Env):
    """The environment; a number that is none names its variable."""

    def get_value(self, var, cast=None, *args, **kwargs):
        try:
            return super().get_value(var, cast, *args, **kwargs)
        except ValueError:
            if cast not in (int, float):
                raise
            raise ImproperlyConfigured(f"{var}: “{self.ENVIRON.get(var)}” is not a number.") from None


env = Environment()
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)


def secret(name: str, *, default: str = "") -> str:
    """Return the secret from the file named by `name`_FILE, or from `name`."""
    if file := env.str(f"{name}_FILE", default=""):
        return Path(file).read_text().strip()
    return env.str(name, default=default)


def house_address(name: str, written: str) -> str:
    """Return an address of the house as letters carry it, its domain in ASCII; "" where there is none.

    One that no letter can carry (a name before it, two of them) stops the start: each letter would fail by it.
    """
    try:
        return wire_address(written, smtputf8=True) if written.strip() else ""
    except LetterUnwritable:
        raise ImproperlyConfigured(
            f"{name}: “{written}” is not one plain address. Write for example letters@shop.gr"
        ) from None


def house_domain(name: str, written: str) -> str:
    """Return a domain of the house in ASCII, as mail and browsers name it; "" where there is none."""
    try:
        return ascii_domain(written.strip()) if written.strip() else ""
    except LetterUnwritable:
        raise ImproperlyConfigured(f"{name}: “{written}” is not a domain. Write for example returns.shop.gr") from None


# --- The house -------------------------------------------------------------------------------------------------
# What the house writes is for its own account alone: customers, letters, keys.
os.umask(0o077)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)
EXAMPLE_HOUSE = VAR_DIR / "example-house.txt"  # written by `manage.py demo`; holds the accounts everybody knows
DEMO = env.bool("DEMO", default=EXAMPLE_HOUSE.exists())
HOUSE_NAME = env.str("HOUSE_NAME", default="Καφεκοπτείο της Πλατείας")
HOUSE_POSTAL_ADDRESS = env.str("HOUSE_POSTAL_ADDRESS", default="Πλατεία Ναυαρίνου 4, 546 22 Θεσσαλονίκη")
# The town stands behind the postal code, or at the end.
_TOWN = re.search(r"\d{3} ?\d{2}\s+([^,\d]+)", HOUSE_POSTAL_ADDRESS) or re.search(r"([^,\d]+)$", HOUSE_POSTAL_ADDRESS)
HOUSE_CITY = env.str("HOUSE_CITY", default="") or (_TOWN[1].strip() if _TOWN else "")
SENDER_ADDRESS = house_address("SENDER_ADDRESS", env.str("SENDER_ADDRESS", default=""))
REPLY_ADDRESS = house_address("REPLY_ADDRESS", env.str("REPLY_ADDRESS", default="")) or SENDER_ADDRESS
ONE_PERSON_SHOP = env.bool("ONE_PERSON_SHOP", default=False)
PHONE_REGION = env.str("PHONE_REGION", default="GR")
IMPORT_FILE_DAYS = env.int("IMPORT_FILE_DAYS", default=30)
PURCHASES_STALE_DAYS = env.int("PURCHASES_STALE_DAYS", default=7)
OPEN_WEEKDAYS = env.list("OPEN_WEEKDAYS", default=["0", "1", "2", "3", "4", "5"])
if not all(day in tuple("0123456") for day in OPEN_WEEKDAYS):
    raise ImproperlyConfigured(
        f"OPEN_WEEKDAYS: “{','.join(OPEN_WEEKDAYS)}” are no days of the week. From Monday to Friday write 0,1,2,3,4"
    )
OPEN_WEEKDAYS = [int(day) for day in OPEN_WEEKDAYS]

# --- Security --------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret("SECRET_KEY") or kept_key(VAR_DIR, "secret.key")
LINK_KEY = secret("LINK_KEY") or kept_key(VAR_DIR, "link.key")
ADDRESS_KEY = secret("ADDRESS_KEY") or kept_key(VAR_DIR, "address.key")
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in ("http", "https") or not _site.hostname:
    raise ImproperlyConfigured(
        f"SITE_URL: “{SITE_URL}” is not a web address. Write for example https://wishes.example.com"
    )
# A browser names a host in ASCII, whatever script stands in its address bar.
_host = _site.hostname if _site.hostname.isascii() else house_domain("SITE_URL", _site.hostname)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=sorted({_host, "127.0.0.1", "localhost", "[::1]"}))
CSRF_TRUSTED_ORIGINS = [SITE_URL]
_https = _site.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Django ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "greetings_crm",
    "campaigns",
    "customers",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "greetings_crm.middleware.nothing_kept",
    "greetings_crm.middleware.query_without_nul",
]
ROOT_URLCONF = "greetings_crm.urls"
WSGI_APPLICATION = "greetings_crm.wsgi.application"
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
                "greetings_crm.context.house",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")
AUTH_USER_MODEL = "customers.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "login"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Bodies are read before anybody is asked who they are: no form of ours comes near this, only lists are larger.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_HANDLERS = [
    "greetings_crm.uploads.BodyLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Database --------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that reads first and writes later would meet "database is locked" at once, timeout or
    # not. WAL: readers never wait. synchronous NORMAL survives kill -9 of any process, FULL a power cut too. The log is
    # copied back after 32 MB and not 4: a letter changes ten pages, so a checkpoint would come with every hundredth.
    _synchronous = env.str("SQLITE_SYNCHRONOUS", default="NORMAL").upper()
    if _synchronous not in ("NORMAL", "FULL"):
        raise ImproperlyConfigured(f"SQLITE_SYNCHRONOUS: “{_synchronous}” is neither NORMAL nor FULL.")
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={_synchronous}; PRAGMA cache_size=-32000; "
        "PRAGMA wal_autocheckpoint=8000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Language and time -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "el"
LANGUAGES = [("el", _("Greek")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Athens")
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError) as error:
    raise ImproperlyConfigured(
        f"TIME_ZONE: “{TIME_ZONE}” is not a time zone. Write for example Europe/Athens"
    ) from error

# --- Static files ----------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns at every start about a folder that is not there
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served from where they lie: a first start needs no collecting, and nothing of ours is large.
WHITENOISE_USE_FINDERS = True

# --- Mail ------------------------------------------------------------------------------------------------------
EMAIL_URL = secret("EMAIL_URL", default="mailbox:")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # no view sends mail: letters go by campaigns/dispatch
MAILBOX_DIR = VAR_DIR / "mailbox"
SMTP_CONNECT_TIMEOUT = env.float("SMTP_CONNECT_TIMEOUT", default=10)
SMTP_COMMAND_TIMEOUT = env.float("SMTP_COMMAND_TIMEOUT", default=60)
SMTP_LETTER_TIMEOUT = env.float("SMTP_LETTER_TIMEOUT", default=100)
SMTP_DOT_TIMEOUT = env.float("SMTP_DOT_TIMEOUT", default=600)
RETURN_PATH_DOMAIN = house_domain("RETURN_PATH_DOMAIN", env.str("RETURN_PATH_DOMAIN", default=""))
SMTP_LETTERS_PER_CONNECTION = env.int("SMTP_LETTERS_PER_CONNECTION", default=100)

# --- Preparing ---------------------------------------------------------------------------------------------------
PREPARING_LANES = env.int("PREPARING_LANES", default=2)
if not 1 <= PREPARING_LANES <= 16:
    raise ImproperlyConfigured(f"PREPARING_LANES: {PREPARING_LANES} lanes do not exist. Write a number from 1 to 16.")

# --- Dispatch: every wait is a setting, one test holds their order -----------------------------------------------
DISPATCH_LANES = env.int("DISPATCH_LANES", default=16)
if not 1 <= DISPATCH_LANES <= 32:
    raise ImproperlyConfigured(f"DISPATCH_LANES: {DISPATCH_LANES} lanes do not exist. Write a number from 1 to 32.")
DISPATCH_TURN_SECONDS = env.float("DISPATCH_TURN_SECONDS", default=15)
DISPATCH_LEASE_SECONDS = env.float("DISPATCH_LEASE_SECONDS", default=720)
_waits = env.list("DISPATCH_RETRY_WAITS", default=["60", "300", "900", "3600"])
if not _waits or not all(re.fullmatch(r"\d+(\.\d+)?", wait.strip()) for wait in _waits):
    raise ImproperlyConfigured(f"DISPATCH_RETRY_WAITS: “{','.join(_waits)}” are no waits in seconds. Write 60,300,3600")
DISPATCH_RETRY_WAITS = [float(wait) for wait in _waits]
try:
    SENDING_LIMITS = parsed_limits(env.str("SENDING_LIMITS", default=""))
except BadLimit as error:
    raise ImproperlyConfigured(f"SENDING_LIMITS: {error}") from error
DISPATCH_ERRORS_IN_A_ROW = env.int("DISPATCH_ERRORS_IN_A_ROW", default=20)
DISPATCH_STOP_SECONDS = env.float("DISPATCH_STOP_SECONDS", default=15)
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=30)
RING_SECONDS = env.float("RING_SECONDS", default=0.5)

# --- Celery: only a bell ---------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost//")
BROKER_DIR = VAR_DIR / "broker"
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = RING_SECONDS
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BEAT_SCHEDULER = "greetings_crm.beat:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# What the house does for itself has a queue of its own, and a worker takes from both in turn: a sweep behind sixteen
# lanes of a quarter of a minute each would come when nobody needs it any more.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("house")]
CELERY_TASK_ROUTES = {
    f"campaigns.tasks.{name}": {"queue": "house"} for name in ("sweep", "send_staff_notices", "send_test_letters")
}
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "campaigns.tasks.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": 10 * SWEEP_SECONDS}},
}
if CELERY_BROKER_URL.startswith("filesystem"):
    for _folder in ("queue", "control"):
        (BROKER_DIR / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,
    }
else:
    # Without the last two a ring taken by a worker that died comes back only after the time-out and another 100 s.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 120,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": RING_SECONDS,
        "socket_timeout": 5,
    }

# --- Logging: ids, never an address or the words of a letter ----------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django.request": {"level": "ERROR"}},
}
