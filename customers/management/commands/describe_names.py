"""`manage.py describe_names`: raw names on stdin, one JSON object a line on stdout."""

import json
import os
import sys
from argparse import ArgumentParser
from io import TextIOWrapper
from typing import TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

import etiquette


class Command(BaseCommand):
    help = "Read raw names, one a line, and print how each would be addressed, and why, as JSON lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, help="the year of the name days (default: this year)")
        parser.add_argument("--json", action="store_true", help="accepted for symmetry; the answer is always JSON")

    def handle(self, *, year: int | None, **options: object) -> None:
        year = year or timezone.localdate().year
        try:
            etiquette.name_days("", year)
        except ValueError as error:
            raise CommandError(f"--year {year}: {error}") from error
        raws = read_names(sys.stdin)
        order = etiquette.learn_order(raws)
        try:
            for raw in raws:
                self.stdout.write(json.dumps(described(raw, order=order, year=year), ensure_ascii=False))
            self.stdout.flush()
        except BrokenPipeError:
            # Whoever reads has seen enough (head): nothing is wrong, and Python must not complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def read_names(lines: TextIO) -> list[str]:
    """Return the names of a stream, one a line, an empty line too; a byte that is no text becomes a question mark."""
    if isinstance(lines, TextIOWrapper):
        lines.reconfigure(encoding="utf-8", errors="replace")
    raws = [line.rstrip("\r\n") for line in lines]
    if raws:
        raws[0] = raws[0].removeprefix("\ufeff")
    return raws


def described(raw: str, *, order: str | None, year: int) -> dict:
    """Everything `etiquette` says about one raw name, as plain values."""
    reading = etiquette.describe(raw, order=order)
    days = etiquette.name_days(reading.first, year) if reading.first else None
    dates = [day.isoformat() for day in ((days.main, *days.others) if days else ()) if day]
    return {
        "raw": raw, "kind": reading.kind, "first": reading.first, "last": reading.last, "gender": reading.gender,
        "formal": etiquette.opening_of(reading).text,
        "informal": etiquette.opening_of(reading, register="informal").text,
        "needs_review": reading.needs_review, "confidence": reading.confidence, "reason": reading.reason,
        "known_as": reading.known_as, "name_days": dates,
    }  # fmt: skip
