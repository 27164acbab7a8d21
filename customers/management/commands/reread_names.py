"""`manage.py reread_names`: whom a better lexicon would read otherwise; with --apply the names are taken over."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from customers.rereading import Rereading, reread

_HEADINGS = ("id", "raw", "before", "after", "salutation before", "salutation after", "sure")
_WIDTHS = (7, 32, 36, 36, 34, 34, 10)


class Command(BaseCommand):
    help = "List the contacts whose raw name reads otherwise today. Typed names, and names looked at, stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="take the new readings over, a thousand at a time")
        parser.add_argument("--after", type=int, default=0, help="begin behind this id, where an earlier run stopped")
        parser.add_argument("--json", action="store_true", help="print one JSON object a line")

    def handle(self, *, apply: bool, after: int, **options: Any) -> None:
        as_lines = options["json"]
        compared = found = stay = 0
        last_id = after
        if not as_lines:
            self.stdout.write(_line(_HEADINGS))
        try:
            for progress in reread(take_over=apply, by=None, now=timezone.now(), after_id=after):
                for each in progress.found:
                    self.stdout.write(_as_json(each) if as_lines else _row(each))
                compared, last_id = progress.compared, progress.last_id
                found += len(progress.found)
                stay += sum(each.looked_at for each in progress.found)
                self.stderr.write(f"{compared} compared, {found} read otherwise (up to id {last_id})")
        except KeyboardInterrupt:
            self.stderr.write(f"Stopped. What was done is kept; go on with --after {last_id}.")
            raise SystemExit(130) from None
        taken = f"{found - stay} taken over" if apply else "nothing written; --apply takes them over"
        self.stderr.write(f"{compared} compared, {found} read otherwise, {stay} stay as somebody saw them; {taken}.")


def _as_json(each: Rereading) -> str:
    values = asdict(each)
    return json.dumps({"id": values.pop("contact_id"), **values}, ensure_ascii=False)


def _row(each: Rereading) -> str:
    sure = f"{_word(each.sure_before)} → {_word(each.sure_after)}" + (" (seen)" if each.looked_at else "")
    openings = (each.salutation_before, each.salutation_after)
    return _line((str(each.contact_id), each.raw, each.before, each.after, *openings, sure))


def _word(sure: bool) -> str:
    return "sure" if sure else "ask"


def _line(cells: tuple[str, ...]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()
