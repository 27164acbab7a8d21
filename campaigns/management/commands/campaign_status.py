import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.at_work import oldest_due_at, sent_in_the_last_minute
from campaigns.coverage import coverage_of, not_chosen_count, reached_by
from campaigns.heartbeat import health
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
        facts = _facts(found)
        if options["json"]:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
        else:
            width = max(map(len, facts))
            for name, value in facts.items():
                self.stdout.write(f"{name:<{width}} {'-' if value is None else value}")
        if check and not facts["adds_up"]:
            raise CommandError(
                f"Campaign {found.pk}: {found.chosen_count} people were chosen, but {facts['chosen']} have a letter."
            )


def _facts(campaign: Campaign) -> dict:
    """Every number about letters is of one count; the pace is that of the last 60 s."""
    now = timezone.now()
    coverage = coverage_of(campaign)
    not_chosen = not_chosen_count(campaign, coverage)
    oldest = oldest_due_at(campaign, now=now)
    # While letters are being prepared the count is not complete, and is not meant to be.
    unfinished = campaign.state in (Campaign.State.DRAFT, Campaign.State.PREPARING)
    return {
        "campaign": campaign.pk,
        "name": campaign.name,
        "state": campaign.state,
        **coverage.classes,
        **{f"reached_by_{way}": count for way, count in reached_by(campaign, coverage).items()},
        "chosen": coverage.chosen,
        "not_chosen": not_chosen,
        "everybody": coverage.chosen + not_chosen,
        "adds_up": unfinished or coverage.chosen == campaign.chosen_count,
        "retry": coverage.retry,
        "in_hand": coverage.in_hand,
        "next_try_at": coverage.next_try_at.isoformat() if coverage.next_try_at else None,
        "rate_per_minute": sent_in_the_last_minute(campaign, now=now),
        "workers": health(now=now).worker_count,
        "oldest_due_seconds": int((now - oldest).total_seconds()) if oldest else None,
        "errors_in_a_row": campaign.errors_in_a_row,
    }
