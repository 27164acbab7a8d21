"""How fast lists come in, beside the scripts anybody would write: `python -m benchmarks.imports --purchases 200000`.

Ours is the whole path: read, understand, validate, match, stage, apply, summaries, with the values to undo it. The
plain scripts believe the file and write it into plain tables, or, to show what our indexes cost, into ours. Each run is
a process of its own on a database of its own, in turns, in the database of DATABASE_URL (SQLite without one; for
PostgreSQL: `python -m tests.postgres python -m benchmarks.imports`). Prints JSON, the ratios first: trust those, not
the rates.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from benchmarks.shop_lists import write_contacts, write_invoices

KINDS = {"contacts": write_contacts, "purchases": write_invoices}
# Each customer has about 17 invoices of three lines in the list.
LINES_A_CUSTOMER = 50
SMALLER = 5  # the smaller size of the memory is this part of the whole


class SqliteServer:
    """Databases as files in a folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.sqlite3"

    def create(self, name: str, *, like: str = "") -> None:
        if like:
            shutil.copyfile(self._folder / f"{like}.sqlite3", self._folder / f"{name}.sqlite3")

    def drop(self, name: str) -> None:
        for path in self._folder.glob(f"{name}.sqlite3*"):
            path.unlink()


class PostgresServer:
    """Databases on the server of DATABASE_URL."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    def url(self, name: str) -> str:
        return urlunsplit(self._parts._replace(path=f"/{name}"))

    def create(self, name: str, *, like: str = "template0") -> None:
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')

    def drop(self, name: str) -> None:
        self._do(f'DROP DATABASE IF EXISTS "{name}"')

    def _do(self, statement: str) -> None:
        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True  # no database is made inside a transaction
        with closing(connection), connection.cursor() as cursor:
            cursor.execute(statement)


def run(server: SqliteServer | PostgresServer, database: str, way: str, *arguments: str) -> dict[str, float]:
    """Run one contender in a process of its own on `database`; return what it measured."""
    environment = os.environ | {"DATABASE_URL": server.url(database)}
    command = [sys.executable, "-m", "benchmarks.import_contenders", way, *arguments]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout or "{}")


@contextmanager
def fresh_database(server: SqliteServer | PostgresServer, like: str) -> Iterator[str]:
    server.create("contender", like=like)
    try:
        yield "contender"
    finally:
        server.drop("contender")


def measured(server: SqliteServer | PostgresServer, way: str, path: Path, rows: int) -> dict[str, float]:
    with fresh_database(server, "ready") as database:
        found = run(server, database, way, str(path))
    return {
        "per_second": round(rows / found["seconds"]),
        "cpu_microseconds": round(1e6 * found["cpu_seconds"] / rows, 1),
        "peak_memory_mb": found["peak_memory_mb"],
    }


def compare(server: SqliteServer | PostgresServer, folder: Path, kind: str, rows: int, rounds: int) -> dict:
    """Run all ways of one kind in turns; return the best round of each, and the ratios of ours to them."""
    customers = rows // LINES_A_CUSTOMER if kind == "purchases" else 0
    path, smaller = folder / f"{kind}.csv", folder / f"{kind}-smaller.csv"
    for to, count in ((path, rows), (smaller, rows // SMALLER)):
        KINDS[kind](to, count, **({"customers": customers} if customers else {}))
    server.create("ready")
    try:
        run(server, "ready", "make_tables", str(path), "--customers", str(customers))
        ways = (f"our_{kind}", f"sql_{kind}", f"bulk_create_{kind}", f"sql_{kind}_into_ours")
        best: dict[str, dict[str, float]] = {}
        for _round in range(rounds):
            for way in ways:
                found = measured(server, way, path, rows)
                best[way] = max(best.get(way, found), found, key=lambda each: each["per_second"])
        memory = measured(server, f"our_{kind}", smaller, rows // SMALLER)["peak_memory_mb"]
    finally:
        server.drop("ready")
    ours = best[f"our_{kind}"]
    return {
        "rows": rows,
        "ratios": {way: round(ours["per_second"] / best[way]["per_second"], 2) for way in ways[1:]},
        "our_peak_memory_mb": {str(rows // SMALLER): memory, str(rows): ours["peak_memory_mb"]},
        **best,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contacts", type=int, default=100_000, help="people in the list, 0 for none")
    parser.add_argument("--purchases", type=int, default=1_000_000, help="lines of invoices in the list, 0 for none")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory() as name:
        server = PostgresServer(url) if url.startswith("postgres") else SqliteServer(Path(name))
        results = {
            kind: compare(server, Path(name), kind, rows, options.rounds)
            for kind, rows in (("contacts", options.contacts), ("purchases", options.purchases))
            if rows
        }
    print(json.dumps({"database": server.name, "rounds": options.rounds, **results}, indent=1))


if __name__ == "__main__":
    main()
