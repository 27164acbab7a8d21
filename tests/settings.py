"""The settings of the house, in a temporary folder of its own, with nothing taken from this machine's `.env`."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="greetings-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["VAR_DIR"] = _folder
for _name in (
    "EMAIL_URL",
    "SITE_URL",
    "DEMO",
    "DEBUG",
    "ONE_PERSON_SHOP",
    "SENDER_ADDRESS",
    "REPLY_ADDRESS",
    "SENDING_LIMITS",
):
    os.environ.pop(_name, None)

from greetings_crm.settings import *  # noqa: E402, F403
from greetings_crm.settings import DATABASES, VAR_DIR  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: worker processes of the tests must see it.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR_DIR) / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("TEST_TEMPLATE") or None}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # logins by the hundred
