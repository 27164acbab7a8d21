import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.imports.applying import ApplyError
from customers.imports.report import other_names, row_sentences, rows_to_show
from customers.imports.undoing import undo_batch
from customers.imports.words import apply_sentence
from customers.models import ImportBatch


class Command(BaseCommand):
    help = "Take a whole import back. What somebody has changed or used since stays, and is named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", type=int)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            batch = undo_batch(batch_id=options["batch"], by=None)
        except ImportBatch.DoesNotExist as error:
            raise CommandError(f"There is no import {options['batch']}.") from error
        except ApplyError as error:
            raise CommandError(apply_sentence(error.code, error.facts)) from error
        rows = list(rows_to_show(batch, "kept"))
        names = other_names(rows)
        kept = [{"row": row.row_number, "sentences": row_sentences(row, names)[:1]} for row in rows]
        if options["json"]:
            report = {"batch": batch.pk, "state": batch.state, "kept": kept}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"{batch.file_name}: {batch.get_state_display()}")
        for row in kept:
            self.stdout.write(f"{row['row']}: {' '.join(row['sentences'])}")
