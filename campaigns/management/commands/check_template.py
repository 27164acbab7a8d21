import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.personalisation import FACT_NAMES, manner_of, personalise, with_facts
from campaigns.proofreading import check_words
from campaigns.rendering import RenderError, compile_greeting
from campaigns.template_problems import problem_sentence
from customers.models import Contact


class Command(BaseCommand):
    help = "Check a greeting in a file (first line: the subject) and write it for one contact. Exits 1 on an error."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--contact", type=int, required=True)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, file: Path, contact: int, **options) -> None:
        try:
            subject, _newline, body = file.read_text(encoding="utf-8-sig").partition("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read as text in UTF-8.") from error
        person = with_facts(Contact.objects.filter(pk=contact, erased_at=None)).first()
        if person is None:
            raise CommandError(f"There is no contact {contact}.")
        subject, body = subject.strip(), body.strip()
        variant = {"language": person.language, "manner": manner_of(person)}
        problems = list(check_words(subject=subject, body=body, **variant))
        rendered = None
        if not any(problem.severity == "error" for problem in problems):
            today = timezone.localdate()
            values = personalise([person], occasion="other", wish_on=today)[0].values
            try:
                rendered = compile_greeting(subject=subject, body=body, names=FACT_NAMES).render(values)
            except RenderError as error:
                problems.append(error.problem)
        self._tell(person, rendered, problems, as_json=options["json"])
        if any(problem.severity == "error" for problem in problems):
            raise CommandError(f"{file} has errors.")

    def _tell(self, person: Contact, rendered, problems: list, *, as_json: bool) -> None:
        spoken = [
            {
                "code": each.code,
                "severity": each.severity,
                "where": each.where,
                "line": each.line,
                "column": each.column,
                "sentence": problem_sentence(each),
            }
            for each in problems
        ]
        if as_json:
            letter = {"subject": rendered.subject, "text": rendered.text} if rendered else None
            facts = {"contact": person.pk, "manner": manner_of(person), "problems": spoken, "letter": letter}
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        for each in spoken:
            self.stdout.write(f"{each['severity']}: {each['sentence']}")
        if rendered:
            self.stdout.write(f"{rendered.subject}\n\n{rendered.text}")
