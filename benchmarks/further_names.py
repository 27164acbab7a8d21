"""How `etiquette` reads 2,000 raw names made from other lists, by another rule: `python -m benchmarks.further_names`.

The names and the accepted openings come from `further_lists`, which knows nothing of the package. A row is right when
its kind and both openings are accepted (a name never greeted: when nobody is greeted), flagged when the package asks a
person, and else wrong without a flag, which must never happen. Prints JSON; `--show flagged` or `--show wrong` prints
the rows one a line.
"""

import argparse
import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.further_lists import Gold, make
from etiquette import describe, fold, opening_of

SEED = 20_261_122
EXAMPLES = 12  # of each reason: enough to see the pattern
# A municipality or a school may be read as either: both are greeted as «συνεργάτες».
KINDS = {"organisation": ("organisation", "company"), "company": ("company", "organisation")}


@dataclass(frozen=True, slots=True)
class Judged:
    """One raw name with what the package said; `verdict` is right, flagged or wrong."""

    raw: str
    verdict: str
    said: tuple[str, ...]
    kind: str
    reason: str
    gold_kind: str
    gold: tuple[str, ...]
    may_ask: str


def _fits(said: tuple[str, ...], gold: Gold) -> bool:
    pairs = zip(said, (gold.formal, gold.informal), strict=True)
    if gold.may_ask == "accent":
        # Either accent is in use: the letters decide.
        return all(fold(text) in {fold(form) for form in accepted} for text, accepted in pairs)
    return all(text in accepted for text, accepted in pairs)


def judged(gold: Gold) -> Judged:
    """Describe one raw name, open a letter in both registers and compare with the gold."""
    reading = describe(gold.raw)
    answers = [opening_of(reading, register=register) for register in ("formal", "informal")]
    said = tuple(answer.text for answer in answers)
    doubts = [answer.reason for answer in answers if answer.needs_review]
    if gold.kind == "never":
        verdict = "wrong" if reading.greetable and not doubts else "flagged" if reading.greetable else "right"
    elif doubts or not reading.greetable:
        verdict = "flagged"
    else:
        kind_fits = reading.kind in KINDS.get(gold.kind, (gold.kind,))
        verdict = "right" if kind_fits and _fits(said, gold) else "wrong"
    return Judged(
        raw=gold.raw, verdict=verdict, said=said, kind=reading.kind, reason=doubts[0] if doubts else reading.reason,
        gold_kind=gold.kind, gold=gold.formal + gold.informal, may_ask=gold.may_ask,
    )  # fmt: skip


def report(rows: list[Judged], *, seed: int) -> dict[str, Any]:
    """Return the figures: shares in percent of all rows, the wrong rows in full, the flagged ones by reason."""

    def share(chosen: list[Judged]) -> float:
        return round(100 * len(chosen) / len(rows), 2)

    flagged = [row for row in rows if row.verdict == "flagged"]
    unneeded = [row for row in flagged if not row.may_ask]
    asked = {why: [row for row in rows if row.may_ask == why] for why in ("accent", "order", "couple")}
    by_reason: dict[str, list[str]] = defaultdict(list)
    for row in unneeded:
        by_reason[f"{row.gold_kind}: {row.reason}"].append(row.raw)
    return {
        "seed": seed,
        "rows": len(rows),
        "kinds": dict(Counter(row.gold_kind for row in rows)),
        "right_percent": share([row for row in rows if row.verdict == "right"]),
        "flagged_percent": share(flagged),
        "flagged_percent_where_asking_is_not_due": share(unneeded),
        "asking_is_right": {
            why: {"rows": len(due), "flagged": sum(row.verdict == "flagged" for row in due)}
            for why, due in asked.items()
        },
        "wrong_unflagged_count": sum(row.verdict == "wrong" for row in rows),
        "wrong_unflagged": [asdict(row) for row in rows if row.verdict == "wrong"],
        "flagged_by_reason": {
            reason: {"rows": len(raws), "examples": raws[:EXAMPLES]}
            for reason, raws in sorted(by_reason.items(), key=lambda item: -len(item[1]))
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", choices=("flagged", "wrong"), help="print these rows, one a line, not the figures")
    options = parser.parse_args()
    rows = [judged(gold) for gold in make(rows=options.rows, seed=options.seed)]
    if not options.show:
        print(json.dumps(report(rows, seed=options.seed), ensure_ascii=False, indent=1))
        return
    for row in rows:
        if row.verdict == options.show:
            due = f"asking is right: {row.may_ask}" if row.may_ask else f"not {' / '.join(row.gold)}"
            print(f"{row.raw} -> {row.kind} {' / '.join(row.said)} ({row.reason}), {due}")


if __name__ == "__main__":
    main()
