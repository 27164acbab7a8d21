import json
import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.dispatch import kept
from campaigns.dispatch.notices import send_notices
from campaigns.dispatch.sweep import due_lanes, hold_too_late, settle_dead_holders
from campaigns.dispatch.test_letters import send_due_test_letters
from campaigns.dispatch.work import Turn, work_lane
from campaigns.heartbeat import beat, take_leave
from campaigns.models import Campaign
from campaigns.running import finish_if_done


class Command(BaseCommand):
    help = "Send what is due of a campaign in this process, without Celery. Workers may send beside it."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--campaign", type=int, required=True)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, campaign: int, **options) -> None:
        found = Campaign.objects.filter(pk=campaign).first()
        if found is None:
            raise CommandError(f"There is no campaign {campaign}.")
        if found.state != Campaign.State.SENDING:
            raise CommandError(f"Campaign {campaign} is {found.state}: only one that is sending has letters due.")
        settle_dead_holders(now=timezone.now())
        hold_too_late(now=timezone.now())
        heed_signals()
        try:
            sent, tried = self._send(campaign)
        finally:
            take_leave()
        finish_if_done(campaign, now=timezone.now())
        with kept.lent_transport() as transport:
            send_notices(transport=transport, clock=timezone.now, stopping=kept.stopping)
            send_due_test_letters(transport=transport, clock=timezone.now, stopping=kept.stopping)
        found.refresh_from_db()
        facts = {"campaign": campaign, "state": found.state, "sent": sent, "tried": tried}
        self.stdout.write(
            json.dumps(facts)
            if options["json"]
            else f"Campaign {campaign}: {sent} of {tried} letters left ({found.state})."
        )

    def _send(self, campaign: int) -> tuple[int, int]:
        """Work on every lane until nothing is due; return (letters that left, letters tried)."""
        sent = tried = 0
        while not kept.stopping() and (lanes := due_lanes(campaign, now=timezone.now())):
            turns = [self._turn(campaign, lane) for lane in lanes]
            sent += sum(turn.sent_count for turn in turns)
            tried += sum(turn.tried_count for turn in turns)
            if not any(turn.progress for turn in turns):
                # Due, but not to be taken: paused meanwhile, or in the hands of a worker.
                break
        return sent, tried

    def _turn(self, campaign: int, lane: int) -> Turn:
        beat(now=timezone.now())
        with kept.lent_transport() as transport:
            return work_lane(
                campaign_id=campaign,
                lane=lane,
                transport=transport,
                clock=timezone.now,
                seconds=settings.DISPATCH_TURN_SECONDS,
                stopping=kept.stopping,
            )


def heed_signals() -> None:
    """Let INT and TERM end the letter in hand before the command ends."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda signal_number, frame: kept.stop_in_order())
