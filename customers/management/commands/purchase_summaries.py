"""`manage.py purchase_summaries`: compute again what purchases add up to, or compare with what is stored."""

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import transaction

from customers.models import Contact
from customers.purchases import recompute_summaries, wrong_summaries


class Command(BaseCommand):
    help = "Recompute every purchase summary; with --check only compare, and exit 1 when one differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a summary is wrong")
        parser.add_argument("--json", action="store_true", help="print as JSON")

    def handle(self, *, check: bool, **options: object) -> None:
        contacts = list(Contact.objects.order_by("pk").values_list("pk", flat=True))
        wrong = wrong_summaries(contact_ids=contacts)
        if wrong and not check:
            with transaction.atomic():
                recompute_summaries(contact_ids=wrong)
        if options["json"]:
            self.stdout.write(
                json.dumps({"contacts": len(contacts), "wrong": wrong, "mended": bool(wrong) and not check})
            )
        else:
            self.stdout.write(f"{len(contacts)} contacts, {len(wrong)} summaries {'differ' if check else 'mended'}.")
        if wrong and check:
            raise SystemExit(1)
