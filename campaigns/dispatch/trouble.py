"""What an answer means for the letters behind it: go on, end the turn, or let the whole campaign wait for a person."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F

from campaigns.dispatch.handover import Answer
from campaigns.dispatch.outcome import Outcome
from campaigns.models import Campaign, DeliveryAttempt, Message

# About one letter alone, whatever the server thinks of the others: they say nothing of the next one.
_OF_ONE_LETTER = ("too_large", "needs_smtputf8", "mailbox_full")
_WENT_WRONG = (Message.State.FAILED, Message.State.UNCERTAIN, Message.State.HELD)
# Each of them costs a person a decision, so few are enough.
DOUBTS_IN_A_ROW = 3


@dataclass(frozen=True)
class Pause:
    """Why a campaign has to wait for a person."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def weighed(answer: Answer) -> Outcome:
    """Return the outcome of an answer not yet recorded; a policy refusal may be about this one letter.

    It pauses the campaign, unless this very letter met it before and others have been taken since: then it fails
    alone, or one strict receiver would stop everybody each time the letter comes round.
    """
    letter, outcome = answer.letter, answer.outcome
    if outcome.code != "policy" or outcome.unreachable or letter.attempt == 1:
        return outcome
    refused = DeliveryAttempt.objects.filter(message_id=letter.pk, code=outcome.code).order_by("-number").first()
    campaign = Message.objects.filter(pk=letter.pk).values_list("campaign_id", flat=True).first()
    taken = Message.objects.filter(campaign_id=campaign, state=Message.State.SENT)
    if refused is not None and taken.filter(sent_at__gt=refused.at).exists():
        return replace(outcome, state="failed", pause_campaign=False)
    return outcome


class Row:
    """Errors in a row of one campaign, counted over turns and workers; a letter that goes ends the row.

    `under_way`: this worker knows of a row that has not ended.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = Campaign.objects.filter(pk=campaign.pk)
        self._campaign_id = campaign.pk
        self.under_way = campaign.errors_in_a_row > 0

    def note(self, answer: Answer) -> Pause | None:
        """Count an answer that was recorded. Return why the campaign should wait, or None to go on."""
        outcome = answer.outcome
        if outcome.pause_campaign:
            return Pause(outcome.code, {"smtp_code": outcome.smtp_code, "reply": outcome.reply})
        if outcome.state == Message.State.SENT:
            self._end()
        elif outcome.state == Message.State.UNCERTAIN and self._doubts() >= DOUBTS_IN_A_ROW:
            self._end()
            return Pause("many_doubts", {"count": DOUBTS_IN_A_ROW, "reply": outcome.reply})
        elif outcome.state in _WENT_WRONG and outcome.code not in _OF_ONE_LETTER:
            return self._longer(outcome)
        return None

    def _longer(self, outcome: Outcome) -> Pause | None:
        self._campaign.update(errors_in_a_row=F("errors_in_a_row") + 1)
        self.under_way = True
        count = self._campaign.values_list("errors_in_a_row", flat=True).get()
        if count < settings.DISPATCH_ERRORS_IN_A_ROW:
            return None
        self._end()
        return Pause("many_errors", {"count": count, "reply": outcome.reply, "smtp_code": outcome.smtp_code})

    def _end(self) -> None:
        if self.under_way:
            self._campaign.update(errors_in_a_row=0)
            self.under_way = False

    def _doubts(self) -> int:
        """How many letters in a row, the last one included, ended in doubt and none was taken in between."""
        attempts = DeliveryAttempt.objects.filter(message__campaign_id=self._campaign_id).order_by("-pk")
        newest: list[tuple[str, datetime]] = list(attempts.values_list("outcome", "at")[:DOUBTS_IN_A_ROW])
        if len(newest) < DOUBTS_IN_A_ROW or any(outcome != Message.State.UNCERTAIN for outcome, _at in newest):
            return 0
        sent = Message.objects.filter(
            campaign_id=self._campaign_id, state=Message.State.SENT, sent_at__gte=newest[-1][1]
        )
        return 0 if sent.exists() else len(newest)
