"""Two windows of one writer keep a draft at the same moment, on two real PostgreSQL connections."""

from datetime import timedelta

import pytest

from campaigns.models import WordsDraft
from campaigns.writing.composing import Words
from campaigns.writing.drafts import DraftMovedOn, keep_draft, mark_of
from tests.builders import BODY, NOW, make_campaign
from tests.connections import held_between

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def keep(campaign, subject: str, *, by, seen: str = ""):
    words = Words(language="el", manner="formal", subject=subject, body=BODY, from_version=1)
    return keep_draft(campaign, words, by=by, seen=seen, now=NOW + timedelta(seconds=len(subject)))


def test_two_windows_that_begin_a_draft_at_once_keep_the_first_and_tell_the_other(staff):
    campaign = make_campaign(author=staff)

    _draft, other = held_between(
        lambda: keep(campaign, "Εδώ", by=staff),
        lambda: keep(campaign, "Και εκεί", by=staff),
        refusals=(DraftMovedOn,),
    )

    assert other.refusal is not None
    assert WordsDraft.objects.get().subject == "Εδώ"


def test_two_windows_that_go_on_with_a_draft_at_once_keep_the_first_and_tell_the_other(staff):
    campaign = make_campaign(author=staff)
    seen = mark_of(keep(campaign, "Χ", by=staff))

    _draft, other = held_between(
        lambda: keep(campaign, "Χρόνια", by=staff, seen=seen),
        lambda: keep(campaign, "Χρόνια πολλά", by=staff, seen=seen),
        refusals=(DraftMovedOn,),
    )

    assert other.refusal is not None
    assert WordsDraft.objects.get().subject == "Χρόνια"
