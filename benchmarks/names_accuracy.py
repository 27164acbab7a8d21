"""How often `etiquette` is right on reference rows, in two halves: `open` may be learned from, `kept` never.

    python -m benchmarks.names_accuracy FOLDER [--half open|kept|both] [--mistakes]

FOLDER holds first_vocative.csv, surname_vocative.csv, caps_accents.csv, greeklish.csv, gender.csv, namedays.csv,
orthodox_easter.csv, occasions.csv and raw_names.json. A row belongs to the half that a hash of its name and SEED says,
so that a name is in the same half in every table. Prints JSON: per half and check the rows, the share that is right,
and how many were wrong without asking. `--mistakes` names the wrong ones of the open half only.
"""

import argparse
import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import etiquette
from etiquette import SURE, accents, fold, gender, latin, lexicon
from etiquette.text import has_greek

SEED = "greetings-2026-11-22"
YEARS = range(2024, 2031)
FOREIGN = ("en", "de", "fr", "it", "es")


def half_of(name: str) -> str:
    """Return "open" or "kept" for a name, by the hash of its accent-blind key."""
    digest = hashlib.sha256(f"{SEED}:{fold(name)}".encode()).digest()
    return "kept" if digest[0] % 2 else "open"


class Tally:
    """Counts of one check in one half."""

    def __init__(self) -> None:
        self.rows = self.right = self.sure_but_wrong = 0
        self.mistakes: list[str] = []

    def add(self, right: bool, sure: bool, said: str) -> None:
        self.rows += 1
        self.right += right
        self.sure_but_wrong += sure and not right
        if not right:
            self.mistakes.append(("! " if sure else "") + said)

    def as_figures(self) -> dict[str, Any]:
        percent = round(100 * self.right / self.rows, 2) if self.rows else None
        return {"rows": self.rows, "right_percent": percent, "sure_but_wrong": self.sure_but_wrong}


Outcome = tuple[str, str, bool, bool, str]  # check, name, right, sure, what was said


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with folder.joinpath(name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def first_vocatives(folder: Path) -> Iterator[Outcome]:
    for row in rows_of(folder, "first_vocative.csv"):
        name = row["nominative"]
        answer = etiquette.vocative(name, gender=row["gender"])
        right = answer.text in {row["vocative"], *row["accepted"].split("|")}
        said = f"{name} -> {answer.text}, not {row['accepted']}"
        yield "first_vocative", name, right, not answer.needs_review, said
        if name.endswith(("ος", "ός")):
            yield "first_vocative_os", name, right, not answer.needs_review, said


def surname_vocatives(folder: Path) -> Iterator[Outcome]:
    for row in rows_of(folder, "surname_vocative.csv"):
        name = row["male_nominative"]
        answer = etiquette.vocative(name, gender="m", part="last")
        right = answer.text in {row["vocative"], *row["accepted"].split("|")}
        yield (
            "surname_vocative", name, right, not answer.needs_review,
            f"{name} -> {answer.text}, not {row['accepted']}",
        )  # fmt: skip
        women = lexicon.womens_forms(name) or (name,)
        fits = women[0] in row["female_nominative"].split("|")
        yield "surname_of_a_woman", name, fits, False, f"{name} -> {women[0]}, not {row['female_nominative']}"


def accents_from_capitals(folder: Path) -> Iterator[Outcome]:
    for row in rows_of(folder, "caps_accents.csv"):
        first = row["part"] == "first"
        word = accents.first_name(row["caps"]) if first else accents.surname(row["caps"])
        sure = word.confidence >= SURE
        if row["status"] == "ambiguous":
            # Right is to ask, whatever was offered first.
            yield "accents_ambiguous", row["caps"], not sure, sure, f"{row['caps']} -> {word.form} taken as sure"
            continue
        check = "accents_first" if first else "accents_surname"
        right = word.form in row["accented"].split("|")
        yield check, row["caps"], right, sure, f"{row['caps']} -> {word.form}, not {row['accented']}"


def latin_spellings(folder: Path) -> Iterator[Outcome]:
    for row in rows_of(folder, "greeklish.csv"):
        word = latin.first_name(row["latin"]) if row["part"] == "first" else latin.surname(row["latin"])
        form, sure = (word.form, word.confidence >= SURE) if word else ("", False)
        right = form in row["greek"].split("|")
        yield f"latin_{row['kind']}", row["greek"], right, sure, f"{row['latin']} -> {form}, not {row['greek']}"
        if row["kind"] == "elot743":
            back = etiquette.to_elot(row["greek"].split("|")[0])
            same = back.lower() == row["latin"].lower()
            yield "greek_to_elot", row["greek"], same, False, f"{row['greek']} -> {back}, not {row['latin']}"


def genders(folder: Path) -> Iterator[Outcome]:
    for row in rows_of(folder, "gender.csv"):
        if row["part"] == "first":
            said = gender.gender_of_first(row["name"])
        else:
            said = accents.surname(row["name"]).gender or "u"
        sure = said in ("m", "f")
        if row["gender"] == "u":
            yield "gender_unknowable", row["name"], not sure, sure, f"{row['name']} -> {said}, cannot be known"
        else:
            line = f"{row['name']} ({row['part']}) -> {said}, not {row['gender']}"
            yield "gender", row["name"], said == row["gender"], sure, line


def days_of_names(folder: Path) -> Iterator[Outcome]:
    for row in rows_of(folder, "namedays.csv"):
        answers = {year: etiquette.name_days(row["name"], year) for year in YEARS}
        # Several feasts or short forms: each of them is a right first answer.
        wrong = [year for year in YEARS if str(answers[year].main) not in row[str(year)].split("|")]
        sure = not answers[YEARS[0]].needs_review
        check = "name_days_fixed" if row["main_rule"][:2].isdigit() else "name_days_movable"
        said = f"{row['name']} {row['main_rule']} ({row['status']}) -> {answers[YEARS[0]].main}, {wrong[:2]}"
        yield check, row["name"], not wrong, sure, said
        yield "name_days", row["name"], not wrong, sure, said
        if row["status"] in ("diminutive-ask", "custom-all-saints", "agreed-several"):
            yield "name_days_asked", row["name"], not sure, sure, f"{row['name']} ({row['status']}) taken as sure"


def easters_and_occasions(folder: Path) -> Iterator[Outcome]:
    for row in rows_of(folder, "orthodox_easter.csv"):
        said = etiquette.orthodox_easter(int(row["year"]))
        yield "easter", row["year"], str(said) == row["date"], True, f"{said}, not {row['date']}"
    known = {feast.code for feast in etiquette.occasions_of(2027)}
    for row in rows_of(folder, "occasions.csv"):
        on = etiquette.feast_on(row["code"], int(row["year"])) if row["code"] in known else None
        said = f"{row['code']} {row['year']} -> {on}, not {row['date']}"
        yield "occasions", row["code"] + row["year"], on == date.fromisoformat(row["date"]), True, said


def openings_of(reading: etiquette.NameReading, language: str) -> dict[str, etiquette.Answer]:
    registers = ("formal", "informal")
    return {register: etiquette.opening_of(reading, register=register, language=language) for register in registers}


def raw_names(folder: Path) -> Iterator[Outcome]:
    for row in json.loads(folder.joinpath("raw_names.json").read_text(encoding="utf-8")):
        reading = etiquette.describe(row["raw"])
        # The language of a letter is the contact's: a row that wants a foreign opening is asked in that language.
        foreign = any(opening.isascii() or not has_greek(opening) for opening in row["formal"])
        tried = [openings_of(reading, language) for language in (FOREIGN if foreign else ("el",))]
        openings = next((each for each in tried if _fits(each, row)), tried[0])
        never = row["kind"] in ("placeholder", "other")
        right = not reading.greetable if never else reading.greetable and _fits(openings, row)
        sure = reading.greetable and not any(answer.needs_review for answer in openings.values())
        said = (
            f"{row['raw']} -> {reading.kind} {[a.text for a in openings.values()]} ({reading.reason}), "
            f"not {row['kind']} {row['formal']} {row['informal']}"
        )
        yield "raw_names", row["raw"], right, sure, said
        yield "raw_names_kind", row["raw"], reading.kind == row["kind"], sure, f"{row['raw']} -> {reading.kind}"
        if row["needs_review"]:
            yield "raw_names_to_ask", row["raw"], not sure, sure, f"{row['raw']} taken as sure: {row['note']}"


def _fits(openings: dict[str, etiquette.Answer], row: dict[str, Any]) -> bool:
    # Where no opening is given, only a person can say: to ask is right.
    return all(
        answer.text in row[register] if row[register] else answer.needs_review for register, answer in openings.items()
    )


CHECKS = (
    first_vocatives, surname_vocatives, accents_from_capitals, latin_spellings, genders, days_of_names,
    easters_and_occasions, raw_names,
)  # fmt: skip


def measured(folder: Path) -> dict[str, dict[str, Tally]]:
    """Return the tallies of both halves by check."""
    halves: dict[str, dict[str, Tally]] = {"open": defaultdict(Tally), "kept": defaultdict(Tally)}
    for check in CHECKS:
        for name, key, right, sure, said in check(folder):
            halves[half_of(key)][name].add(right, sure, said)
    return halves


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("open", "kept", "both"), default="both")
    parser.add_argument("--mistakes", action="store_true", help="name the wrong answers of the open half")
    options = parser.parse_args()
    halves = measured(options.folder)
    shown = ("open", "kept") if options.half == "both" else (options.half,)
    report: dict[str, Any] = {"seed": SEED}
    for half in shown:
        report[half] = {check: tally.as_figures() for check, tally in halves[half].items()}
    if options.mistakes and "open" in shown:
        report["mistakes"] = {check: tally.mistakes for check, tally in halves["open"].items() if tally.mistakes}
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
