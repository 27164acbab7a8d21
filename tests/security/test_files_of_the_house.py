"""What a house writes on its disk is for its own account alone, and says whether it is the example house."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def in_a_house(folder: Path, program: str) -> str:
    """Run Python in a new process with the settings of the house in `folder`; return what it prints."""
    named = ("DEMO", "SITE_URL", "EMAIL_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "CELERY_BROKER_URL")
    kept = {name: value for name, value in os.environ.items() if name not in named}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**kept, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "greetings_crm.settings"},
        cwd=PROJECT,
        umask=0o022,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_nobody_else_on_the_machine_reads_what_the_house_writes(tmp_path):
    house = tmp_path / "new" / "house"

    in_a_house(
        house,
        "import django; django.setup(); from django.conf import settings; from django.db import connection;"
        "connection.cursor().execute('CREATE TABLE t (x)');"
        "(settings.VAR_DIR / 'mailbox').mkdir(); (settings.VAR_DIR / 'mailbox' / 'a.eml').write_text('x')",
    )

    written = [house, *house.rglob("*")]
    assert {path.name for path in written} >= {"db.sqlite3", "secret.key", "a.eml"}
    assert [path.name for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_a_house_remembers_that_it_is_the_example_house(tmp_path):
    program = "from django.conf import settings; print(settings.DEMO)"
    before = in_a_house(tmp_path, program)
    migrated = os.environ.get("TEST_TEMPLATE", "")
    if migrated.endswith(".sqlite3"):
        shutil.copyfile(migrated, tmp_path / "db.sqlite3")

    in_a_house(
        tmp_path,
        "import django; django.setup(); from django.core.management import call_command;"
        "call_command('migrate', verbosity=0); call_command('demo')",
    )

    assert before == "False"
    assert in_a_house(tmp_path, program) == "True"
