"""`manage.py name_days 2027-05-03`: who celebrates."""

import json
from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError

import etiquette


class Command(BaseCommand):
    help = "List the names that celebrate on a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", metavar="DATE", help="YYYY-MM-DD")
        parser.add_argument("--json", action="store_true", help="print as JSON")

    def handle(self, *, day: str, **options: object) -> None:
        try:
            on = date.fromisoformat(day)
        except ValueError as error:
            raise CommandError(f"“{day}” is not a day. Write it as 2027-05-03.") from error
        names = list(etiquette.celebrating(on))
        if options["json"]:
            self.stdout.write(json.dumps({"date": day, "names": names}, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(names) if names else f"Nobody of our table celebrates on {day}.")
