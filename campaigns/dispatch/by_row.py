"""Rows that leave as letters do, each by itself: claimed by a conditional UPDATE, sent, recorded; never twice.

Notices to colleagues and test letters are such rows: few, for people of the house, of no campaign's pace or limits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Model, QuerySet

from campaigns.dispatch.holder import in_lost_hands, new_holder
from campaigns.dispatch.outcome import Outcome, retry_at
from campaigns.dispatch.transport import Transport
from campaigns.dispatch.wire import Letter

# Colleagues are few: more than this at once is a fault, and the sweep rings again for the rest.
AT_ONCE = 50


@dataclass(frozen=True)
class RowMail:
    """How the rows of `model` leave.

    `write` makes a letter of a claimed row, or says why there is none. `tried_for` counts from the row's `created_at`:
    past it a refusal for now is one for good. `related` is fetched along with a row. With `tells_why` the row keeps
    the reason of an attempt that did not end well, in `reason_code` and `reason_facts`.
    """

    model: type[Model]
    write: Callable[[Any, datetime], Letter | Outcome]
    tried_for: timedelta
    related: tuple[str, ...]
    tells_why: bool = False

    def due(self, *, now: datetime) -> QuerySet:
        State = self.model.State
        return self.model.objects.filter(state__in=[State.READY, State.RETRY], due_at__lte=now)

    def send(self, *, transport: Transport, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> int:
        """Send the rows that are due and return how many left. Two at once are harmless."""
        holder, sent = new_holder(), 0
        for pk in self.due(now=clock()).order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE]:
            if stopping():
                break
            row = self._claim(pk, holder=holder, now=clock())
            if row is not None:
                written = self.write(row, clock())
                outcome = transport.deliver(written) if isinstance(written, Letter) else written
                self.record(row, outcome, now=clock())
                sent += outcome.state == self.model.State.SENT
                if outcome.unreachable:
                    # The next would only wear out its patience too; the sweep rings again.
                    break
        return sent

    def _claim(self, pk: int, *, holder: str, now: datetime) -> Any | None:
        """Take one row in hand; None when somebody else has it."""
        claimed = (
            self.due(now=now)
            .filter(pk=pk)
            .update(
                state=self.model.State.SENDING,
                attempt=F("attempt") + 1,
                holder=holder,
                lease_until=now + timedelta(seconds=settings.DISPATCH_LEASE_SECONDS),
            )
        )
        return self.model.objects.select_related(*self.related).get(pk=pk) if claimed else None

    def record(self, row: Any, outcome: Outcome, *, now: datetime) -> None:
        """Write what became of an attempt. Only the holder of that very attempt can.

        What cannot leave is given up; only what may have left is kept apart, never to be repeated.
        """
        State = self.model.State
        columns: dict[str, Any] = {"state": State.FAILED, "lease_until": None}
        if outcome.state == State.SENT:
            columns |= {"state": State.SENT, "sent_at": now}
        elif outcome.state == State.UNCERTAIN:
            columns["state"] = State.UNCERTAIN
        elif outcome.state == State.RETRY or outcome.pause_campaign:
            # A refusal that is about us, not about the colleague, can be put right while we wait.
            give_up_at = row.created_at + self.tried_for
            next_at = retry_at(now, row.attempt, give_up_at=give_up_at, waits=settings.DISPATCH_RETRY_WAITS)
            if next_at:
                columns |= {"state": State.RETRY, "due_at": next_at}
        if self.tells_why:
            columns |= _why(outcome)
        in_hand = self.model.objects.filter(
            pk=row.pk, state__in=[State.SENDING, State.UNCERTAIN], holder=row.holder, attempt=row.attempt
        )
        in_hand.update(**columns)

    def settle_the_dead(self, *, now: datetime) -> int:
        """Call the rows in the hands of dead holders uncertain; return how many. They are not repeated."""
        State = self.model.State
        settled = 0
        for rows, dead in in_lost_hands(self.model.objects.filter(state=State.SENDING), now=now):
            columns: dict[str, Any] = {"state": State.UNCERTAIN, "lease_until": None}
            if self.tells_why:
                columns["reason_code"] = "holder_died" if dead else "lease_ended"
            settled += rows.update(**columns)
        return settled


def _why(outcome: Outcome) -> dict[str, Any]:
    if outcome.state == "sent":
        return {"reason_code": "", "reason_facts": {}}
    facts = {"smtp_code": outcome.smtp_code, "reply": outcome.reply}
    return {"reason_code": outcome.code, "reason_facts": {name: value for name, value in facts.items() if value}}
