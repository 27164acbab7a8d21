import json

from django.core.management.base import BaseCommand, CommandError

from campaigns.coverage import adds_up, coverage_of, not_chosen_count
from campaigns.models import Campaign


class Command(BaseCommand):
    help = "Say how a campaign stands: everybody in one of seven classes. --check exits 1 if they do not add up."

    def add_arguments(self, parser) -> None:
        parser.add_argument("campaign", type=int)
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, campaign: int, check: bool, **options) -> None:
        found = Campaign.objects.filter(pk=campaign).first()
        if found is None:
            raise CommandError(f"There is no campaign {campaign}.")
        coverage = coverage_of(found)
        not_chosen = not_chosen_count(found, coverage)
        # While letters are being prepared the count is not complete, and is not meant to be.
        whole = found.state in (Campaign.State.DRAFT, Campaign.State.PREPARING) or adds_up(found)
        facts = {
            "campaign": found.pk,
            "name": found.name,
            "state": found.state,
            **coverage.classes,
            "chosen": coverage.chosen,
            "not_chosen": not_chosen,
            "everybody": coverage.chosen + not_chosen,
            "adds_up": whole,
        }
        if options["json"]:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
        else:
            for name, value in facts.items():
                self.stdout.write(f"{name:<11} {value}")
        if check and not whole:
            raise CommandError(
                f"Campaign {found.pk}: {found.chosen_count} people were chosen, but {coverage.chosen} have a letter."
            )
