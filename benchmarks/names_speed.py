"""How many raw names a second `etiquette` reads, and what its first answers cost: `python -m benchmarks.names_speed`.

Distinct raw names are made from the lists of `further_lists` (surname x first name, both orders, fathers) and each is
described once, in a fresh process: three runs, the best counts. Beside each run the same names go through a plain
reference (accents folded away, then title case: what a script without knowledge would do), and the cold start stands
beside that of the bare interpreter. Prints JSON; trust the ratios, the absolute figures are this machine's.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from benchmarks.further_lists import Form, Lists, capitals

SEED = 20_261_122

# Each program runs in an interpreter of its own, so that nothing stays warm between runs. The garbage collector
# stays on: the product runs with it too.
READ_ALL = """
import json, sys, time, unicodedata
from pathlib import Path
import etiquette
names = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
def plain(raw):
    bare = "".join(c for c in unicodedata.normalize("NFD", raw) if not unicodedata.combining(c))
    return " ".join(word.title() for word in bare.split())
begun = time.perf_counter()
for raw in names:
    plain(raw)
between = time.perf_counter()
for raw in names:
    etiquette.describe(raw)
ended = time.perf_counter()
print(json.dumps({"plain": len(names) / (between - begun), "ours": len(names) / (ended - between)}))
"""
# The high-water mark of this process's own memory (Linux): ru_maxrss also counts the pages of the parent it came from.
PEAK = """
import json
def peak_mb():
    with open("/proc/self/status", encoding="ascii") as status:
        return int(status.read().split("VmHWM:")[1].split()[0]) / 1024
"""
FIRST_ANSWERS = (
    """
import time
begun = time.perf_counter()
import etiquette
imported = time.perf_counter()
for raw in ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ", "PAPADOPOULOU MARIA", "ΑΦΟΙ ΒΛΑΧΟΥ Ο.Ε.", "ΔΗΜΟΣ ΠΑΤΡΕΩΝ", "ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ"):
    etiquette.describe(raw)
reading = etiquette.describe("ΓΕΩΡΓΙΟΥ ΕΛΕΝΗ")
etiquette.opening_of(reading)
etiquette.vocative("Γεώργιος", gender="m")
etiquette.genitive("Γεώργιος", gender="m")
etiquette.accusative("Γεώργιος", gender="m")
etiquette.to_elot("Γεώργιος")
etiquette.name_days("Γεώργιος", 2027)
etiquette.occasions_of(2027)
ended = time.perf_counter()
"""
    + PEAK
    + """
print(json.dumps({"import_ms": 1000 * (imported - begun), "all_ms": 1000 * (ended - begun), "peak_mb": peak_mb()}))
"""
)
BARE = PEAK + "print(json.dumps({'peak_mb': peak_mb()}))"
START = """
import json, subprocess, sys, time
begun = time.perf_counter()
subprocess.run([sys.executable, "-c", "pass"], check=True)
print(json.dumps({"start_ms": 1000 * (time.perf_counter() - begun)}))
"""


def distinct_names(count: int) -> list[str]:
    """Return `count` distinct raw names in capitals: surname and first name in both orders, a fourth with a father."""
    lists = Lists(SEED)
    chance = random.Random(SEED)
    surnames, men, women = (lists.by_part[part] for part in ("surname", "man", "woman"))
    firsts: list[tuple[Form, bool]] = [(form, False) for form in men] + [(form, True) for form in women]

    def written(last: Form, first: Form, woman: bool) -> str:
        words = [last.women[0] if woman else last.name, first.name]
        draw = chance.random()
        if draw < 0.2:
            words.reverse()
        elif draw < 0.45:
            words += ["του", chance.choice(men).genitives[0]]
        return capitals(" ".join(words))

    pairs = [(last, first, woman) for last in surnames for first, woman in firsts]
    chance.shuffle(pairs)
    # Names of two sexes or orders may meet in the same capitals: keep each raw name once.
    names = list(islice(dict.fromkeys(written(*pair) for pair in pairs), count))
    if len(names) < count:
        raise ValueError(f"The lists give {len(names)} distinct names, not {count}.")
    return names


def fresh(program: str, *arguments: str) -> dict[str, float]:
    """Run a program in an interpreter of its own and return the JSON it prints."""
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True, text=True, check=True, env=os.environ | {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": ""},
    )  # fmt: skip
    return json.loads(run.stdout)


def measured(*, names: int, rounds: int) -> dict[str, object]:
    """Return names per second, the cost of the first answers and both ratios; the best of `rounds` fresh processes."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "names.txt"
        table.write_text("\n".join(distinct_names(names)), encoding="utf-8")
        runs = [fresh(READ_ALL, str(table)) for _round in range(rounds)]
    # One unmeasured start fills the bytecode and the file cache.
    fresh(FIRST_ANSWERS)
    cold = [fresh(FIRST_ANSWERS) | fresh(START) for _round in range(rounds)]
    bare = min(fresh(BARE)["peak_mb"] for _round in range(rounds))
    best = max(runs, key=lambda run: run["ours"])
    first = min(cold, key=lambda run: run["all_ms"])
    return {
        "names": names,
        "rounds": rounds,
        "names_per_second": round(best["ours"]),
        "plain_reference_per_second": round(best["plain"]),
        "times_slower_than_plain": round(best["plain"] / best["ours"], 1),
        "import_ms": round(first["import_ms"], 1),
        "import_and_first_answers_ms": round(first["all_ms"], 1),
        "python_start_ms": round(first["start_ms"], 1),
        "times_python_start": round(first["all_ms"] / first["start_ms"], 1),
        "peak_memory_mb": round(first["peak_mb"], 1),
        "bare_interpreter_mb": round(bare, 1),
        "peak_over_bare_mb": round(first["peak_mb"] - bare, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(json.dumps(measured(names=options.names, rounds=options.rounds), indent=1))


if __name__ == "__main__":
    main()
