"""One turn of work on one lane of a campaign: hand over, deliver, record, until the time is up or nothing is due."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.dispatch.handover import Answer, candidates, hand_over, leave_out, record_alone
from campaigns.dispatch.holder import new_holder
from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.transport import Transport
from campaigns.letters import frame_of, letter_of
from campaigns.models import Campaign, LetterFrame, Message
from campaigns.running import pause_campaign

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@dataclass
class Turn:
    """What one turn did. `more` is True when the time was up before the letters were."""

    sent_count: int = 0
    tried_count: int = 0
    left_out_count: int = 0
    more: bool = False

    @property
    def progress(self) -> int:
        return self.tried_count + self.left_out_count


class Lane:
    """A turn in progress: the answer to the last letter waits to be recorded with the next claim."""

    def __init__(self, campaign: Campaign, transport: Transport, clock: Clock) -> None:
        self.campaign, self.transport, self.clock = campaign, transport, clock
        self.holder = new_holder()
        self.turn = Turn()
        self.last: Answer | None = None
        self._frames: dict[tuple[str, str], LetterFrame] = {}

    def take(self, message_id: int) -> bool:
        """Claim and deliver one letter. Return False when the campaign waits and the turn is over."""
        message = hand_over(message_id, holder=self.holder, now=self.clock(), last=self.last)
        self.last = None
        if message is None:
            # Nothing was sent: is it this letter, or does the whole campaign wait?
            if leave_out(message_id, now=self.clock()):
                self.turn.left_out_count += 1
                return True
            return Campaign.objects.filter(pk=self.campaign.pk, state=Campaign.State.SENDING).exists()
        outcome = self._deliver(message)
        self.last = Answer(message, outcome)
        self.turn.tried_count += 1
        self.turn.sent_count += outcome.state == Message.State.SENT
        if not outcome.pause_campaign:
            return True
        self.close()
        pause_campaign(
            self.campaign.pk,
            by=None,
            now=self.clock(),
            code=outcome.code,
            facts={"smtp_code": outcome.smtp_code, "reply": outcome.reply},
        )
        return False

    def close(self) -> None:
        """Record the last answer when no further letter follows at once."""
        if self.last is not None:
            record_alone(self.last, now=self.clock())
            self.last = None

    def _deliver(self, message: Message) -> Outcome:
        """Send one letter. One that cannot even be written is held, and stops nobody else."""
        try:
            letter = letter_of(message, self._frame(message), now=self.clock())
        except Exception:
            logger.exception("Letter %s could not be written.", message.pk)
            return Outcome("held", "unwritable")
        return self.transport.deliver(letter)

    def _frame(self, message: Message) -> LetterFrame:
        variant = (message.language, message.manner)
        if variant not in self._frames:
            self._frames[variant] = frame_of(self.campaign, language=variant[0], manner=variant[1])
        return self._frames[variant]


def work_lane(
    *,
    campaign_id: int,
    lane: int,
    transport: Transport,
    clock: Clock,
    seconds: float,
    stopping: Callable[[], bool] = lambda: False,
) -> Turn:
    """Send what is due on one lane for at most `seconds`. Two turns on one lane are harmless.

    `stopping` is asked before each letter, so that an orderly end waits for one letter only.
    """
    campaign = Campaign.objects.get(pk=campaign_id)
    work = Lane(campaign, transport, clock)
    end = clock() + timedelta(seconds=seconds)
    try:
        while ids := candidates(campaign_id=campaign_id, lane=lane, now=clock()):
            before = work.turn.progress
            for message_id in ids:
                if stopping() or clock() >= end:
                    work.turn.more = True
                    return work.turn
                if not work.take(message_id):
                    return work.turn
            work.close()
            if work.turn.progress == before:
                # Nothing of a whole hint could be taken: paused, or another turn has it all.
                return work.turn
    finally:
        work.close()
    return work.turn
