"""The command line of an import, thin over the same functions as the admin's pages."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import get_language

from customers.imports import files
from customers.imports.applying import ApplyError, apply_batch
from customers.imports.errors import ListError
from customers.imports.rejects import rows_to_mend
from customers.imports.report import batch_report
from customers.imports.sheets_out import csv_lines
from customers.imports.words import apply_sentence, list_sentence
from customers.models import ImportBatch


class ImportCommand(BaseCommand):
    """Rehearse a list and let it in. A subclass says which kind of list by `stage`."""

    stage: Callable[..., ImportBatch]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--mapping", type=Path, help='a JSON file: {"column of the file": "field"}')
        parser.add_argument("--source", default="", help="the system whose codes these are")
        parser.add_argument("--rejects", type=Path, metavar="OUT.csv", help="write the rows left out there, to mend")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def also_said(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what else the command line says of this kind of list, as `stage` takes it. May raise `ListError`."""
        return {}

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._import(options)
        except (ListError, ApplyError) as error:
            words = list_sentence if isinstance(error, ListError) else apply_sentence
            sentence = words(error.code, error.facts)
            if options["json"]:
                told = {"error": {"code": error.code, "facts": dict(error.facts), "sentence": sentence}}
                self.stdout.write(json.dumps(told, ensure_ascii=False))
            raise CommandError(sentence) from error
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        for name, number in report["counts"].items():
            if isinstance(number, int):
                self.stdout.write(f"{name}: {number}")
        for row in report["rows"]:
            self.stdout.write(f"{row['row']} {row['action']}: {' '.join(row['sentences'])}")

    def _import(self, options: dict[str, Any]) -> dict[str, Any]:
        path: Path = options["file"]
        if options["rejects"]:
            _opened(options["rejects"]).close()  # a place that cannot be written is told before anything comes in
        try:
            file = path.open("rb")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        with file:
            batch = type(self).stage(
                data=file,
                file_name=path.name,
                by=None,
                now=timezone.now(),
                source=options["source"],
                mapping=read_mapping(options["mapping"]),
                **self.also_said(options),
            )
        if options["dry_run"]:
            report = self._told(batch, options)
            files.drop(batch)
            return report | {"batch": None}
        return self._told(apply_batch(batch_id=batch.pk, by=None), options)

    def _told(self, batch: ImportBatch, options: dict[str, Any]) -> dict[str, Any]:
        if path := options["rejects"]:
            rows = rows_to_mend(batch, show="refused", language=get_language() or settings.LANGUAGE_CODE)
            with _opened(path) as file:
                file.writelines(csv_lines(rows))
        return batch_report(batch)


def _opened(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def read_mapping(path: Path | None) -> dict[str, str] | None:
    """Return the {column: field} of a JSON file. Raise `ListError` "mapping_not_json"."""
    if path is None:
        return None
    try:
        mapping = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ListError("mapping_not_json", file=path.name) from error
    if not isinstance(mapping, dict) or not all(isinstance(field, str) for field in mapping.values()):
        raise ListError("mapping_not_json", file=path.name)
    return mapping
