"""`manage.py make_people N`: a believable volume with a fixed seed, to see how the screens hold."""

import json
from argparse import ArgumentParser
from time import monotonic

from django.core.management.base import BaseCommand
from django.utils import timezone

from customers.examples import make_volume


class Command(BaseCommand):
    help = "Add N invented people with invoices (.example addresses only); the same seed gives the same people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int, metavar="N")
        parser.add_argument("--lines", type=int, default=10, help="invoice lines per person (default 10)")
        parser.add_argument("--seed", type=int, default=1821)
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *, count: int, lines: int, seed: int, json: bool, **options: object) -> None:
        begun, people, invoices = monotonic(), 0, 0
        for people, invoices in make_volume(count, lines_each=lines, seed=seed, now=timezone.now()):
            self.stderr.write(f"{people:>9,} people  {invoices:>11,} invoice lines", ending="\r")
            self.stderr.flush()
        self.stderr.write("")
        self.stdout.write(summary(people, invoices, monotonic() - begun, as_json=json))


def summary(people: int, invoices: int, seconds: float, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"people": people, "invoice_lines": invoices, "seconds": round(seconds, 1)})
    return f"{people:,} people and {invoices:,} invoice lines in {seconds:.0f} s."
