"""What the guard found in words written by hand, and a person who looked says is meant so."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.models import LetterReview, Message
from campaigns.review.guard import Finding, findings_of, still_open
from campaigns.review.holding import what_holds
from campaigns.review.looking import GUARD, Look, pile_of
from campaigns.review.steps import DecisionRefused, Step, decide, letter_to_decide, take_back
from customers.models import User

State = Message.State
CONFIRM = "confirm_finding"
EDITABLE = (State.DRAFT, State.HELD)  # letters whose words people may still decide about


def finding_mark(finding: Finding) -> str:
    """A short name for one finding of a letter: the same words found again are the same finding."""
    told = json.dumps([finding.code, finding.facts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def to_confirm(review: LetterReview) -> list[Finding]:
    """What keeps a letter and a person may say is meant so."""
    return [each for each in still_open(findings_of(review.guard), review.confirmed) if each.confirmable]


@transaction.atomic
def confirm_finding(message_id: int, mark: str, *, by: User, now: datetime) -> Step:
    """A person has looked: what the guard found in hand-edited words is meant so. `mark` is its `finding_mark`.

    The last one confirmed lets the letter leave with the others. Raise DecisionRefused "letter" for a finding that is
    not there or that nobody may confirm.
    """
    letter = letter_to_decide(message_id)
    review = letter.review
    found = next((each for each in to_confirm(review) if finding_mark(each) == mark), None)
    if found is None or letter.state not in EDITABLE:
        raise DecisionRefused("letter", letter)
    confirmed = [*review.confirmed, {**found.as_data(), "by": str(by), "at": now.isoformat()}]
    message, columns = _guard_columns(letter, confirmed)
    LetterReview.objects.filter(pk=letter.pk).update(look_codes=columns.pop("look_codes"))
    return decide(
        letter,
        did=CONFIRM,
        by=by,
        now=now,
        message=message,
        review={**columns, "confirmed": confirmed},
        facts={"finding": found.code},
        is_change=True,
    )


def _guard_columns(letter: Message, confirmed: list[Look]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns of letter and review with `confirmed`: held while a finding is open, else as the pile finds it."""
    left = still_open(findings_of(letter.review.guard), confirmed)
    codes = [{"code": GUARD, "facts": {"code": each.code, **each.facts}} for each in left]
    codes += [each for each in letter.review.look_codes if each["code"] != GUARD]
    message: dict[str, Any] = {}
    if letter.state == State.HELD and letter.reason_code == "guard" and not left:
        code, facts = what_holds(letter, confirmed=confirmed) or ("", {})
        message = {"state": State.HELD if code else State.DRAFT, "reason_code": code, "reason_facts": facts}
    now_it_is = Message(
        state=message.get("state", letter.state), reason_code=message.get("reason_code", letter.reason_code)
    )
    pile = "" if letter.reviewed_at else pile_of(now_it_is, codes)
    return message, {"look_codes": codes, "pile": pile}


@transaction.atomic
def take_back_confirmation(step: Step, *, by: User, now: datetime) -> Message:
    """The finding keeps the letter again. Raise DecisionRefused as `take_back` does."""
    letter = take_back(step, by=by, now=now, is_change=True)
    _message, columns = _guard_columns(letter, letter.review.confirmed)
    LetterReview.objects.filter(pk=letter.pk).update(look_codes=columns["look_codes"])
    return letter
