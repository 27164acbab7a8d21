"""What the environment says of the house: taken as mail and browsers need it, or refused with its name."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[2]
TELL = """
import json
from greetings_crm import settings
names = ("SENDER_ADDRESS", "REPLY_ADDRESS", "RETURN_PATH_DOMAIN", "ALLOWED_HOSTS", "DISPATCH_RETRY_WAITS")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def read_settings(folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess:
    environment = {"VAR_DIR": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables}
    return subprocess.run(
        [sys.executable, "-c", TELL], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_domains_in_greek_letters_are_taken_as_mail_and_browsers_name_them(tmp_path):
    said = {
        "SENDER_ADDRESS": " info@καφές.gr",
        "REPLY_ADDRESS": "Eleni@καφές.gr",
        "RETURN_PATH_DOMAIN": "επιστροφές.gr",
        "SITE_URL": "https://ευχές.gr",
    }

    settings = json.loads(read_settings(tmp_path, said).stdout)

    assert settings["SENDER_ADDRESS"] == "info@xn--ixah0a8as.gr"
    assert settings["REPLY_ADDRESS"] == "Eleni@xn--ixah0a8as.gr"
    assert settings["RETURN_PATH_DOMAIN"] == "xn--ixapmydhjejw.gr"
    assert "xn--ixap4bkk.gr" in settings["ALLOWED_HOSTS"]


def test_a_house_without_addresses_has_none(tmp_path):
    settings = json.loads(read_settings(tmp_path, {"SENDER_ADDRESS": " ", "RETURN_PATH_DOMAIN": ""}).stdout)

    assert (settings["SENDER_ADDRESS"], settings["REPLY_ADDRESS"], settings["RETURN_PATH_DOMAIN"]) == ("", "", "")
    assert settings["DISPATCH_RETRY_WAITS"] == [60, 300, 900, 3600]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SENDER_ADDRESS", "Καφεκοπτείο <info@shop.gr>"),
        ("SENDER_ADDRESS", "info@shop.gr, eleni@shop.gr"),
        ("REPLY_ADDRESS", "eleni@shop.gr."),
        ("RETURN_PATH_DOMAIN", "returns@shop.gr"),
        ("DISPATCH_RETRY_WAITS", ""),
        ("DISPATCH_RETRY_WAITS", "60,soon"),
        ("DISPATCH_LANES", "many"),
        ("SMTP_DOT_TIMEOUT", "ten minutes"),
    ],
)
def test_a_bad_value_stops_the_start_with_the_name_of_its_variable(tmp_path, name, value):
    done = read_settings(tmp_path, {name: value})

    assert done.returncode == 1
    assert f"ImproperlyConfigured: {name}: “{value}” " in done.stderr
