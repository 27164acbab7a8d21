"""`manage.py serve`: prepare the house and run web, worker and beat. `script/server` calls it."""

import http.client
import os
import socket
import sys
from argparse import ArgumentParser
from io import StringIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from greetings_crm import supervisor
from greetings_crm.checks import is_loopback
from greetings_crm.messages import compile_stale

HOST = "127.0.0.1"  # a proxy with TLS stands before it in production
# A killed house is given the time its children have for ending, and a little more.
LOCK_WAIT_SECONDS = supervisor.GRACE_SECONDS + 4


class Command(BaseCommand):
    help = "Prepare the house and run web, worker and beat under one process until stopped."
    # Made below, once the folder is ours: a house that moved, or a container that was made anew, has another host name.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true", help="begin without example people")
        parser.add_argument("--port", type=int, help="the port of the web pages (PORT, else 8000)")

    def handle(self, *, empty: bool, port: int | None, **options: object) -> None:
        port = chosen_port(port)
        start_again_when_settings_are_stale(port)
        try:
            lock = supervisor.hold_lock(path=settings.VAR_DIR / "serve.lock", wait_seconds=LOCK_WAIT_SECONDS)
        except supervisor.AlreadyRunning as error:
            raise CommandError(
                f"greetings_crm already runs in {settings.VAR_DIR} (process {error.holder or 'unknown'}). "
                "Stop it first, or give this one a VAR_DIR of its own."
            ) from None
        refuse_taken_port(port)

        clear_embedded_broker()
        self.check()
        if migrations_wait():
            call_command("migrate", verbosity=0, interactive=False)
        if not get_user_model()._default_manager.exists():
            self.furnish(empty=empty)
        # What this process opened is not for sharing with the children.
        connections.close_all()

        house = supervisor.Supervisor(programs(port), environment=environment_of_children(), lock=lock, say=self.say)
        code = house.run(when_started=lambda: self.say_ready_once_web_answers(port))
        self.say("greetings_crm has stopped.")
        sys.exit(code)

    def furnish(self, *, empty: bool) -> None:
        """Give a new house its first accounts: example people, or an administrator with a new password."""
        real_mail = not settings.EMAIL_URL.startswith("mailbox")
        if empty or real_mail or not is_loopback(settings.SITE_URL):
            # Example accounts have passwords that everybody knows: never where letters or strangers come
            # through.
            call_command("first_admin", stdout=self.stdout)
            return
        self.say("Loading the example people ...")
        call_command("demo", stdout=StringIO())

    def say_ready_once_web_answers(self, port: int) -> bool:
        """Print the address and the accounts when the web answers; say whether it did."""
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        lines = ["", f"greetings_crm is ready: {settings.SITE_URL}/"]
        if settings.EXAMPLE_HOUSE.exists():
            lines += ["", settings.EXAMPLE_HOUSE.read_text(encoding="utf-8").strip()]
        if settings.EMAIL_URL.startswith("mailbox"):
            lines += ["", f"Letters do not leave this machine; read them at {settings.SITE_URL}/mailbox/"]
        lines += ["", f"Stop with Ctrl-C, or: kill {os.getpid()}", ""]
        self.say("\n".join(lines))
        return True

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def chosen_port(port: int | None) -> int:
    """Return the port of `--port` or PORT, else 8000. Raise `CommandError` for what is not a port."""
    asked = str(port) if port is not None else os.environ.get("PORT") or "8000"
    if not asked.isdecimal() or not 0 < int(asked) < 65536:
        raise CommandError(f"PORT: '{asked}' is not a port. Write a number from 1 to 65535, such as 8001.")
    return int(asked)


def start_again_when_settings_are_stale(port: int) -> None:
    """Compile the translations; begin anew when this process read words or an address that no longer hold."""
    stale = bool(compile_stale())
    if "SITE_URL" not in os.environ:
        os.environ["SITE_URL"] = f"http://{HOST}:{port}"
        stale = stale or os.environ["SITE_URL"] != settings.SITE_URL
    if stale:
        os.execv(sys.executable, [sys.executable, *sys.argv])


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        # As the web server binds: connections of the one before that linger do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CommandError(f"Port {port} is not open to this user. Try PORT=8000 script/server") from None
        except OSError:
            raise CommandError(
                f"Port {port} is taken by another program. Choose another: PORT={port + 1} script/server"
            ) from None


def migrations_wait() -> bool:
    """Say whether the database lacks a migration. Asking is quicker than a `migrate` that has nothing to do."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def clear_embedded_broker() -> None:
    """Empty the folders of the embedded broker. The database is the queue: an old ring says nothing new."""
    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        for path in settings.BROKER_DIR.glob("*/*"):
            path.unlink(missing_ok=True)
        # The folder is this machine's alone; a check refuses another (greetings_crm.E005).
        (settings.BROKER_DIR / "host").write_text(socket.gethostname())


def environment_of_children() -> dict[str, str]:
    """Return the environment of the children: ours, and whatever they say is heard at once."""
    return {**os.environ, "PYTHONUNBUFFERED": "1"}


def programs(port: int) -> list[supervisor.Program]:
    """Return the three programs of the house, each started by this Python and not by a script of .venv/bin.

    Such scripts name their Python by its full path and break when the folder is moved.
    """
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "greetings_crm"]
    # Loaded once and then doubled: a second sooner. No control socket: it would lie in the home folder, which
    # may not exist.
    web = "--preload --worker-class gthread --workers 2 --threads 4 --graceful-timeout 8 --no-control-socket"
    # Threads: half the memory of processes, and all that SQLite and a kept SMTP connection can use.
    worker = "--pool threads --concurrency 2 --without-gossip --without-mingle"
    hold = [python, "-P", supervisor.__file__, "hold", str(settings.VAR_DIR / "beat.lock")]
    # No file with a process id: it would outlive a kill -9, the lock does not.
    beat = ["--pidfile=", "--schedule", str(settings.VAR_DIR / "beat-schedule")]
    quiet = ["--loglevel", "warning"]
    application = "greetings_crm.wsgi:application"
    bind = ["--bind", f"{HOST}:{port}", "--log-level", "warning"]
    return [
        supervisor.Program("web", [python, "-m", "gunicorn", application, *bind, *web.split()]),
        supervisor.Program("worker", [*celery, "worker", *worker.split(), *quiet]),
        # Its first ring comes after half a minute anyway; meanwhile the pages have the machine to themselves.
        supervisor.Program("beat", [*hold, *celery, "beat", *beat, *quiet], start_after_seconds=3),
    ]
