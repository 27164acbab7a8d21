"""One turn of work on one lane of a campaign: hand over, deliver, record, until the time is up or nothing is due."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic, sleep

from django.db import InterfaceError, OperationalError, connection

from campaigns.dispatch.handover import Answer, hand_over, lay_down, record_alone
from campaigns.dispatch.hint import DUE, DueLetter, due_letters
from campaigns.dispatch.holder import new_holder
from campaigns.dispatch.leaving_out import leave_out
from campaigns.dispatch.limit_rules import SENDER
from campaigns.dispatch.limits import Allowance, Wait
from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.transport import Transport
from campaigns.dispatch.trouble import Row, weighed
from campaigns.letters import Stationery, stationery_of
from campaigns.models import Campaign, Message
from campaigns.running import pause_campaign

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
# Another turn is at work on this lane: one of the two is enough, and the sweep rings if that one dies.
LOST_IN_A_ROW = 3
# A claim that took so long may be old by now: the machine slept, and somebody else has settled the letter.
STALE = timedelta(seconds=10)
# A limit of so many letters a second is waited for in the turn; a longer wait is left to the sweep.
SHORT_WAIT = timedelta(seconds=1)
# A database that restarts is back within this; far less than the lease of a letter.
RECORD_PATIENCE_SECONDS, RECORD_AGAIN_SECONDS = 60.0, 0.5
# What an orderly stop leaves of it: a stop may take 30 seconds, of which the dot has had its share.
RECORD_PATIENCE_WHEN_STOPPING = 5.0


@dataclass
class Turn:
    """What one turn did. `more` is True when the time was up before the letters were."""

    sent_count: int = 0
    tried_count: int = 0
    left_out_count: int = 0
    put_off_count: int = 0
    more: bool = False

    @property
    def progress(self) -> int:
        return self.tried_count + self.left_out_count + self.put_off_count


class Lane:
    """A turn in progress: the answer to the last letter waits to be recorded with the next claim."""

    def __init__(self, campaign: Campaign, transport: Transport, clock: Clock, stopping: Callable[[], bool]) -> None:
        self.campaign, self.transport, self.clock, self._stopping = campaign, transport, clock, stopping
        self.holder = new_holder()
        self.turn = Turn()
        self.last: Answer | None = None
        # Perhaps claimed, and certainly not given to the server.
        self._at_hand: DueLetter | None = None
        self.allowance = Allowance()
        self._row = Row(campaign)
        self._lost_in_a_row = 0
        self._stationery: dict[tuple[str, str], Stationery] = {}

    def take(self, letter: DueLetter, *, now: datetime) -> bool:
        """Claim and deliver one letter. Return False when the turn is over: the campaign waits, or the server does."""
        begun = now
        if self.allowance.is_limited:
            wait = self.allowance.take(letter.to_address.rpartition("@")[2], now=now)
            if wait is not None:
                return self._wait(wait, letter)
            begun = self.clock()
        last, self.last, self._at_hand = self.last, None, letter
        try:
            taken = hand_over(letter, holder=self.holder, now=begun, last=last)
        except BaseException:
            self.last = last  # whatever interrupts us: what is known of the last letter still has to be kept
            raise
        if not taken:
            self._at_hand = None
            self.allowance.put_back()
            return self._go_on_without(letter)
        self._lost_in_a_row = 0
        claimed = self.clock()
        if claimed - begun > STALE:
            self._lay_down()
            return True
        self.last = Answer(letter, self.holder, self._deliver(letter, now=claimed))
        self.turn.tried_count += 1
        if self.last.outcome.state == Message.State.SENT:
            self.turn.sent_count += 1
            if not self._row.under_way:
                return True
        return self._go_on()

    def _go_on_without(self, letter: DueLetter) -> bool:
        """Nothing was sent: is it this letter, does the whole campaign wait, or is somebody else at this lane?"""
        if leave_out(letter.pk, now=self.clock()):
            self.turn.left_out_count += 1
            return True
        found = Message.objects.filter(pk=letter.pk).values_list("state", "campaign__state").first()
        state, campaign_state = found or ("", Campaign.State.SENDING)
        self._lost_in_a_row = 0 if state in DUE else self._lost_in_a_row + 1
        return campaign_state == Campaign.State.SENDING and self._lost_in_a_row < LOST_IN_A_ROW

    def _wait(self, wait: Wait, letter: DueLetter) -> bool:
        """A limit is used up: wait for the next second, put off letters of that domain, or end the turn."""
        self.close()
        left = wait.until - self.clock()
        if left <= SHORT_WAIT:
            # The letter stays due: it is the first of the next hint.
            sleep(max(left.total_seconds(), 0))
        elif wait.scope == SENDER:
            return False
        else:
            due = Message.objects.filter(pk=letter.pk, state__in=DUE, attempt=letter.attempts_before)
            due.update(due_at=wait.until)
        self.turn.put_off_count += 1
        return True

    def end(self) -> None:
        """Record the last answer, lay down what was not sent, give back what was not used of the limits."""
        self.close()
        if self._at_hand is not None:
            self._lay_down()
        self.allowance.give_back(now=self.clock())

    def _lay_down(self) -> None:
        letter = self._at_hand
        self._patiently(lambda: lay_down(letter, holder=self.holder), letter)
        self._at_hand = None

    def close(self) -> None:
        """Record the last answer when no further letter follows at once; a database that is away is waited for.

        What became of that letter is known here and nowhere else: unrecorded it would be one more uncertain letter.
        """
        if self.last is not None:
            last = self.last
            self._patiently(lambda: record_alone(last, now=self.clock()), last.letter)
            self.last = None

    def _patiently(self, write: Callable[[], object], letter: DueLetter) -> None:
        begun = monotonic()
        while True:
            try:
                write()
                return
            except (OperationalError, InterfaceError):
                patience = RECORD_PATIENCE_WHEN_STOPPING if self._stopping() else RECORD_PATIENCE_SECONDS
                if monotonic() - begun > patience:
                    raise
                logger.warning("The database does not answer; the record of letter %s waits.", letter.pk)
                connection.close()
                sleep(RECORD_AGAIN_SECONDS)

    def _go_on(self) -> bool:
        """Record an answer that is not the usual one, and see what it means for the letters behind it."""
        answer = replace(self.last, outcome=weighed(self.last))
        self.last = answer
        self.close()
        pause = self._row.note(answer)
        if pause is not None:
            pause_campaign(self.campaign.pk, by=None, now=self.clock(), code=pause.code, facts=pause.facts)
        # Without a connection the next letter would only wear out its patience too: the sweep rings again.
        return pause is None and not answer.outcome.unreachable

    def _deliver(self, letter: DueLetter, *, now: datetime) -> Outcome:
        """Send one letter. One that cannot even be written is held, and stops nobody else.

        A database that is away just now is no fault of the letter: it raises, and the letter is laid down unsent.
        """
        try:
            written = self._paper(letter).letter(letter, now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Letter %s could not be written.", letter.pk)
            self._at_hand = None
            return Outcome("held", "unwritable")
        self._at_hand = None
        return self.transport.deliver(written)

    def _paper(self, letter: DueLetter) -> Stationery:
        variant = (letter.language, letter.manner)
        if variant not in self._stationery:
            self._stationery[variant] = stationery_of(self.campaign, language=variant[0], manner=variant[1])
        return self._stationery[variant]


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
    work = Lane(Campaign.objects.get(pk=campaign_id), transport, clock, stopping)
    end = clock() + timedelta(seconds=seconds)
    try:
        while letters := due_letters(campaign_id=campaign_id, lane=lane, now=clock()):
            before = work.turn.progress
            for letter in letters:
                now = clock()
                if stopping() or now >= end:
                    work.turn.more = True
                    return work.turn
                if not work.take(letter, now=now):
                    return work.turn
            work.close()
            if work.turn.progress == before:
                # Nothing of a whole hint could be taken: paused, or another turn has it all.
                return work.turn
    finally:
        work.end()
    return work.turn
