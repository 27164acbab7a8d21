import json
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.models import GreetingVariant
from campaigns.personalisation import manner_of, with_facts
from campaigns.rendering import Problem
from campaigns.writing.checking import Checked, check_on_contact
from campaigns.writing.template_problems import problem_sentence
from customers.models import Contact

# Several times what a greeting may hold, so that a longer one is still told what is wrong with it.
MOST_CHARACTERS = 100_000


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not a day. Write it like 2026-12-25.") from error


class Command(BaseCommand):
    help = "Check a greeting in a file (first line: the subject) and write it for one contact. Exits 1 on an error."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--contact", type=int, required=True)
        parser.add_argument("--occasion", default="other", help="such as christmas; decides the wish, not the words")
        parser.add_argument("--on", type=_day, metavar="DATE", help="the day of the wish; today if not given")
        parser.add_argument("--language", choices=("el", "en"), help="of the words; the contact's if not given")
        parser.add_argument("--manner", choices=GreetingVariant.Manner.values, help="the contact's if not given")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, file: Path, contact: int, **options) -> None:
        try:
            with file.open(encoding="utf-8-sig") as stream:
                subject, _newline, body = stream.read(MOST_CHARACTERS).partition("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read as text in UTF-8.") from error
        reader = with_facts(Contact.objects.filter(pk=contact, erased_at=None)).first()
        if reader is None:
            raise CommandError(f"There is no contact {contact}.")
        today = timezone.localdate()
        checked = check_on_contact(
            reader,
            subject=subject.strip(),
            body=body.strip(),
            language=options["language"] or reader.language,
            manner=options["manner"] or manner_of(reader),
            occasion=options["occasion"],
            wish_on=options["on"] or today,
            today=today,
        )
        self.stdout.write(json.dumps(_as_facts(checked), ensure_ascii=False) if options["json"] else _as_text(checked))
        if checked.has_errors:
            raise CommandError(f"{file} has errors.")


def _as_facts(checked: Checked) -> dict[str, object]:
    letter = checked.letter
    return {
        "contact": checked.person.contact.pk,
        "manner": checked.person.manner,
        **{
            f"{severity}s": [_spoken(problem) for problem in checked.problems if problem.severity == severity]
            for severity in ("error", "warning", "hint")
        },
        "subject": letter.subject if letter else None,
        "text": letter.text if letter else None,
        "html": letter.html if letter else None,
        "facts_used": list(letter.facts_used) if letter else [],
        "left_out": list(checked.left_out),
        "milliseconds": checked.milliseconds,
    }


def _spoken(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "where": problem.where,
        "line": problem.line,
        "column": problem.column,
        "sentence": problem_sentence(problem),
    }


def _as_text(checked: Checked) -> str:
    lines = [f"{problem.severity}: {problem_sentence(problem)}" for problem in checked.problems]
    if checked.letter:
        lines += ["", checked.letter.subject, "", checked.letter.text, "", checked.letter.html, ""]
        lines += [f"facts used: {', '.join(checked.letter.facts_used)}"]
        lines += [f"left out: {sentence}" for sentence in checked.left_out]
    lines.append("milliseconds: " + ", ".join(f"{step} {taken}" for step, taken in checked.milliseconds.items()))
    return "\n".join(lines).lstrip("\n")
