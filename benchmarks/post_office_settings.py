"""Settings of the house that django-post_office sends for: nothing but what it needs, the rest as it comes."""

import os

import environ

SECRET_KEY = "for-benchmarks-only"
INSTALLED_APPS = ["django.contrib.contenttypes", "post_office"]
DATABASES = {"default": environ.Env().db("DATABASE_URL")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # As in the settings of the product, so that both pay the same for a commit.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
USE_TZ = True
TIME_ZONE = "Europe/Athens"
LANGUAGE_CODE = "el"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ.get("SMTP_PORT", "25"))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# It says four lines a batch; what it does is the same without them.
LOGGING = {
    "version": 1,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"post_office": {"handlers": ["stderr"], "level": "WARNING"}},
}
