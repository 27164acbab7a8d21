"""The tests' own PostgreSQL: version, folding of Greek, and nothing left behind."""

import os
import stat
import subprocess
import tempfile
from pathlib import Path

import psycopg2
import pytest

from tests.postgres import (
    NoPostgres,
    free_port,
    identity,
    installed_server,
    plain_user,
    reachable_server,
    running_postgres,
)


@pytest.fixture(autouse=True)
def server_is_installed() -> None:
    try:
        installed_server()
    except NoPostgres as reason:
        pytest.skip(str(reason))


def test_the_server_folds_greek_and_leaves_no_files_behind():
    with running_postgres() as url:
        connection = psycopg2.connect(url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int / 10000, 'ΣΤΑΜ' ILIKE 'σταμ'")
            major, folds = cursor.fetchone()
            cursor.execute("SHOW data_directory")
            (data,) = cursor.fetchone()
        connection.close()

    assert (major, folds) == (18, True)
    assert not os.path.exists(data)
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(url)


def test_a_server_that_its_user_cannot_reach_is_copied(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = installed_server().parent
    (closed / package.name).symlink_to(package)
    (closed / f"{package.name}.libs").symlink_to(package.with_name(f"{package.name}.libs"))

    with tempfile.TemporaryDirectory() as name:
        open_folder = Path(name)
        open_folder.chmod(0o755)
        server = reachable_server(closed / package.name / installed_server().name, plain_user(), open_folder)
        answer = subprocess.run(
            [server / "bin" / "initdb", "--version"], capture_output=True, text=True, **identity(plain_user())
        )
        # Only root starts it as another user, who may not enter.
        assert server.is_relative_to(open_folder) == (os.geteuid() == 0)

    assert answer.stdout.startswith("initdb (PostgreSQL) 18")


def test_the_folders_of_the_package_keep_their_rights():
    parents = [installed_server(), *installed_server().parents]
    before = [stat.S_IMODE(folder.stat().st_mode) for folder in parents]

    with running_postgres():
        pass

    assert [stat.S_IMODE(folder.stat().st_mode) for folder in parents] == before


def test_free_ports_are_free():
    assert 1024 <= free_port() < 65536
