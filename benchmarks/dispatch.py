"""How fast letters leave, beside those who also send them: `python -m benchmarks.dispatch --letters 5000 --rounds 3`.

The same greeting to the same people, to one receiver, in turns: two plain scripts (`script_e` builds its letters with
EmailMessage, `script_m` with the quicker MIMEMultipart), real Celery workers of ours with all their bookkeeping
(`ours-1`, `ours-2`: so many processes of the pool "solo"; `ours-1x2`: one process of two threads, as the Procfile
starts it; `ours-1x8`: of eight, for a server that takes its time, where a second process has the time that this
machine's cores do not give it), and django-post_office. Each is a process of its own, measured by the receiver's clock
from the first letter it kept to the last; each round has everybody once, and a ratio is the median of the ratios within
the rounds. Trust those, not the rates; where others use the machine, only those "by_cpu". A run in which anybody gets
no letter, or two, ends the benchmark. "end_to_end" adds what had to be done before: our preparing, their queueing.

The database is that of DATABASE_URL (SQLite without one; for PostgreSQL with commits that wait for the disk:
`POSTGRES_SYNC=1 python -m tests.postgres python -m benchmarks.dispatch`), the broker that of REDIS_URL (files without
one), the lanes those of DISPATCH_LANES: no more threads or processes than lanes work at once. Prints one JSON.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
if redis_url := os.environ.get("REDIS_URL"):
    os.environ["CELERY_BROKER_URL"] = redis_url
django.setup()  # models can be imported only when Django knows its settings

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.house import test_database  # noqa: E402
from benchmarks.senders import Scene, scene, together  # noqa: E402
from greetings_crm.celery import app  # noqa: E402
from tests.receiver.process import RunningReceiver, running_receiver  # noqa: E402

Run = Callable[[int, str], dict]
FAMILIES = ("script_e", "script_m", "ours", "post_office", "preparing")
COUNTS = ("peak_memory_mb", "connections", "bytes_on_the_wire", "twice", "lost")
BESIDE = ("script_e", "script_m", "post_office", "ours-1", "ours-1x2")


class Rounds:
    """Everybody in turns, so many rounds, and what each round found."""

    def __init__(self, runs: dict[str, Run], *, letters: int, rounds: int, label: str) -> None:
        self.found: dict[str, list[dict]] = {name: [] for name in runs}
        for number in range(rounds):
            # Whoever comes first in one round comes last in the next.
            for name in list(runs)[:: -1 if number % 2 else 1]:
                run = runs[name](letters, f"{label}-{number}-{name}".replace("_", "-"))
                self.found[name].append(run)
                print(f"{label} round {number + 1}: {name} {run['per_second']:.0f}/s", file=sys.stderr, flush=True)
        if "preparing" in self.found:
            self._add_preparing(self.found["preparing"])

    def report(self) -> dict:
        """The ratios of ours to the others first, then everybody's own figures."""
        ours = [name for name in self.found if name.startswith("ours")]
        return {
            "ratios": {name: self._ratios(name) for name in ours},
            **{name: middle(runs) for name, runs in self.found.items()},
        }

    def _add_preparing(self, prepared: list[dict]) -> None:
        """Ours from the list of people to the last letter, as django-post_office is counted with its queueing."""
        for name in self.found:
            if name.startswith("ours"):
                pairs = zip(self.found[name], prepared, strict=True)
                self.found[name] = [run | together(run, preparing) for run, preparing in pairs]

    def _ratios(self, name: str) -> dict[str, float]:
        others = [other for other in BESIDE if other in self.found and other != name]
        ratios = {f"to_{other}": self.ratio(name, other, "per_second") for other in others}
        # Of CPU time a letter, the other's by ours: what stands even while others use the machine.
        ratios |= {f"to_{other}_by_cpu": self.ratio(other, name, "cpu_ms") for other in others}
        if "preparing" in self.found and "post_office" in self.found:
            ratios["end_to_end_to_post_office"] = self.ratio(name, "post_office", "end_to_end_per_second")
        return ratios

    def ratio(self, one: str, other: str, key: str) -> float:
        """The median over the rounds of a figure of `one` by that of `other`."""
        pairs = zip(self.found[one], self.found[other], strict=True)
        return round(statistics.median(run[key] / beside[key] for run, beside in pairs), 2)


def middle(runs: list[dict]) -> dict:
    """The median of each figure over the rounds; memory and counts as the worst round had them."""
    found: dict = {}
    for key, first in runs[0].items():
        values = [run[key] for run in runs]
        if isinstance(first, dict):
            found[key] = middle(values)
        elif isinstance(first, list):
            found[key] = [max(column) for column in zip(*values, strict=True)]
        elif key in COUNTS:
            found[key] = max(values)
        else:
            found[key] = round(statistics.median(values), 0 if key.endswith("per_second") else 3)
    return found


def senders(stage: Scene, families: list[str], processes: list[int], threads: list[int]) -> dict[str, Run]:
    """The contenders by name; `threads` 0 stands for the pool "solo"."""
    runs: dict[str, Run] = {}
    for family in families:
        if family.startswith("script"):
            runs[family] = lambda letters, group, way=family: stage.script(way, letters, group)
        elif family == "ours":
            for count in processes:
                for each in threads:
                    name = f"ours-{count}x{each}" if each else f"ours-{count}"
                    runs[name] = lambda letters, group, how=(count, each): stage.ours(
                        letters, group, processes=how[0], threads=how[1]
                    )
        else:
            runs[family] = getattr(stage, family)
    return runs


def compare(options: argparse.Namespace, stage: Scene) -> dict:
    """Everybody at each delay; at a delay ours also with threads, and fewer letters."""
    results = {}
    for delay in options.delay_ms:
        stage.receiver.set_rules(delays_ms={"dot": delay} if delay else {})
        # Where the server decides, one plain script is enough, and preparing changes nothing.
        needless = {"preparing"} | ({"script_e"} if "script_m" in options.contenders else set()) if delay else set()
        families = [name for name in options.contenders if name not in needless]
        threads = [options.threads] if delay else options.quick_threads
        runs = senders(stage, families, options.processes, [0, *threads])
        letters = min(options.letters, options.slow_letters) if delay else options.letters
        rounds = Rounds(runs, letters=letters, rounds=options.rounds, label=f"d{delay}")
        results[f"{delay} ms"] = {"letters": letters, **rounds.report()}
    stage.receiver.set_rules()
    return results


def growth(options: argparse.Namespace, stage: Scene) -> dict:
    """One worker with more and more letters: CPU time a letter by that at the first number, and memory."""
    runs = {
        str(size): lambda _letters, group, size=size: stage.ours(size, group, processes=1, threads=0)
        for size in options.sizes
    }
    rounds = Rounds(runs, letters=0, rounds=options.rounds, label="size")
    first, last = str(options.sizes[0]), str(options.sizes[-1])
    return {
        "cpu_ms_ratio": rounds.ratio(last, first, "cpu_ms"),
        "per_second_ratio": rounds.ratio(last, first, "per_second"),
        **{name: middle(found) for name, found in rounds.found.items()},
    }


def durability() -> dict[str, str]:
    """What a commit costs here: the settings of the database that decide whether it waits for the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            return {"journal": "wal", "synchronous": str(cursor.fetchone()[0])}
        found = {}
        for name in ("fsync", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            found[name] = cursor.fetchone()[0]
        return found


def numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",") if word]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--letters", type=int, default=5_000)
    add("--slow-letters", type=int, default=1_000, help="at most so many where the server takes its time")
    add("--rounds", type=int, default=3)
    add("--processes", type=numbers, default=[1, 2], help="of ours, at every delay: 1,2")
    add("--threads", type=int, default=settings.DISPATCH_LANES, help="of ours at a delay: a lane each")
    add("--quick-threads", type=numbers, default=[2], help="of ours where the server answers at once: 2,3")
    add("--delay-ms", type=numbers, default=[0, 20], help="of the server's answer to a letter: 0,20")
    add("--sizes", type=numbers, default=[], help="CPU and memory of one worker at 5000,50000 letters")
    add("--contenders", type=lambda text: text.split(","), default=list(FAMILIES), help=",".join(FAMILIES))
    add("--card", action="store_true", help="our letters in the card of the product, not in the scripts' short frame")
    options = parser.parse_args()
    if unknown := set(options.contenders) - set(FAMILIES):
        parser.error(f"nobody is called {', '.join(sorted(unknown))}")
    return options


def benchmark(options: argparse.Namespace, vendor: str, receiver: RunningReceiver) -> dict:
    app.set_default()
    load = os.getloadavg()[0]
    with scene(receiver, card=options.card, post_office="post_office" in options.contenders) as stage:
        return {
            "database": {"vendor": vendor, **durability()},
            "broker": settings.CELERY_BROKER_URL.partition(":")[0],
            "lanes": settings.DISPATCH_LANES,
            "machine": {"cores": os.cpu_count(), "load_before": round(load, 2)},
            "rounds": options.rounds,
            **compare(options, stage),
            **({"growth": growth(options, stage)} if options.sizes else {}),
        }


def main() -> None:
    options = arguments()
    with (
        test_database() as vendor,
        tempfile.TemporaryDirectory() as folder,
        running_receiver(Path(folder), "--counts-only", store=False) as receiver,
    ):
        print(json.dumps(benchmark(options, vendor, receiver), indent=1))


if __name__ == "__main__":
    main()
