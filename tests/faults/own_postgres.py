"""A PostgreSQL of a test's own, which the test may stop and start again while the house works."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from django.core.management import call_command
from django.db import connection

from tests.postgres import (
    DATABASE,
    USER,
    free_port,
    installed_server,
    make_cluster,
    plain_user,
    reachable_server,
    start,
    stop,
    wait_until_ready,
)
from tests.workers import wait_until

# The signals that `pg_ctl restart -m` sends: sessions are ended first, or everything is dropped where it stands.
RESTARTS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}
LOGIN = {"HOST": "127.0.0.1", "USER": USER, "PASSWORD": "", "NAME": DATABASE}


class OwnPostgres:
    """A running server on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self._user = plain_user()
        self._home = folder / "home"
        self._home.mkdir()
        if self._user:
            os.chown(self._home, self._user.pw_uid, self._user.pw_gid)
        self._server = reachable_server(installed_server(), self._user, folder)
        make_cluster(self._server, self._home, self._user)
        self.port = free_port()
        self._process = self._start()
        wait_until_ready(self._process, self._home, self.port)
        # The launcher spares the disk. Here a commit is a promise: it has to outlive the server that gave it.
        self._ask(f"ALTER ROLE {USER} SET synchronous_commit = on")

    @contextmanager
    def away(self, how: str) -> Iterator[None]:
        """Stop it as `RESTARTS` says for the length of a `with` block, and wait until it answers again."""
        self._process.send_signal(RESTARTS[how])
        self._process.wait(20)
        yield
        self._process = self._start()
        wait_until(self._answers, what="the database after its restart")

    def stop(self) -> None:
        stop(self._process)

    def _start(self) -> subprocess.Popen:
        return start(self._server, self._home, self._user, self.port)

    def _answers(self) -> bool:
        try:
            self._ask("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True

    def _ask(self, statement: str) -> None:
        session = psycopg2.connect(host=LOGIN["HOST"], port=self.port, user=USER, dbname=DATABASE)
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement)
        session.close()


@contextmanager
def moved_to_own_postgres() -> Iterator[OwnPostgres]:
    """Let the tests' connection, and so the house, use an empty house on a server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="greetings-restarts-"))
    folder.chmod(0o755)
    server = None
    before = {name: connection.settings_dict[name] for name in (*LOGIN, "PORT")}
    try:
        server = OwnPostgres(folder)
        connection.close()
        connection.settings_dict.update(LOGIN | {"PORT": server.port})
        call_command("migrate", verbosity=0)
        yield server
    finally:
        connection.close()
        connection.settings_dict.update(before)
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
