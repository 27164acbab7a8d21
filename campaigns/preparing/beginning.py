"""Preparing begins: the newest words and the rule are frozen, former letters go, what people decided is kept."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from campaigns.letters import Wording
from campaigns.models import Campaign, LetterFrame, Message
from campaigns.occasions import last_sensible_hour
from campaigns.preparing.carrying import carry_decisions
from campaigns.preparing.lanes import make_lanes
from campaigns.rendering import TemplateError
from campaigns.running import change_campaign
from campaigns.segments.people import people_of
from campaigns.writing.checks.selling import is_wish
from campaigns.writing.promised import sold_in
from customers import audit
from customers.imports.applying import running_import
from customers.models import User

PREPARE = "prepare_campaign"
PREPARABLE = (Campaign.State.DRAFT, Campaign.State.IN_REVIEW, Campaign.State.APPROVED)


class CannotPrepare(Exception):
    """`code` says why: "state" (not a draft or in review), "no_words", "template", "nobody", "import", "selling".

    `problems` are those of faulty words, or (language, words) of what a wish sells without a reason.
    """

    def __init__(self, code: str, problems: tuple = ()) -> None:
        super().__init__(code)
        self.code, self.problems = code, problems


@transaction.atomic
def start_preparing(campaign: Campaign, *, by: User, now: datetime) -> None:
    """Freeze the newest words and the rule, and begin. Letters of an earlier preparation that never left are dropped;
    what people decided about them is kept and holds again. An approval does not: it was of the letters dropped.

    Raise CannotPrepare when the campaign is not a draft (or in review), has no words, faulty words or nobody, sells
    something in a wish without saying why, or while a list is coming in.
    """
    # Locked before anything is read: whoever saves words or an audience meanwhile comes before or after, never between.
    held = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if running_import() is not None:
        # Half a list would be frozen: people without their remarks, purchases without their people.
        raise CannotPrepare("import")
    version = held.template.versions.order_by("-number").first()
    if version is None or not version.variants.exists():
        raise CannotPrepare("no_words")
    try:
        Wording(version)
    except TemplateError as error:
        raise CannotPrepare("template", error.problems) from error
    may_sell = held.touch == Campaign.Touch.SELLING or not is_wish(held.occasion) or version.selling_reason.strip()
    if not may_sell and (sold := sold_in(version)):
        raise CannotPrepare("selling", tuple(sold))
    chosen_count = people_of(held.audience, today=timezone.localdate(now)).count()
    if not chosen_count:
        raise CannotPrepare("nobody")
    if held.state == Campaign.State.APPROVED:
        # Whoever had approved is told, and the trail keeps whose approval it was.
        change_campaign(held, by=by, now=now, what=PREPARE)
    begun = Campaign.objects.filter(pk=held.pk, state__in=PREPARABLE).update(
        state=Campaign.State.PREPARING,
        version=version,
        revision=F("revision") + 1,
        approved_by=None,
        approved_at=None,
        approved_revision=None,
        approval_asked_at=None,
        approval_asked_by=None,
        chosen_count=chosen_count,
        prepared_count=0,
        prepared_on=timezone.localdate(now),
        compared_up_to=0,
        release_asked_at=None,
        release_asked_by=None,
        released_up_to=0,
        give_up_at=last_sensible_hour(held.occasion, held.wish_on, now=now),
    )
    if not begun:
        raise CannotPrepare("state")
    carry_decisions(held)
    _drop_letters(held)
    make_lanes(held, people=chosen_count, now=now)
    audit.record(PREPARE, actor=by, now=now, obj=held, facts={"version": version.number})
    campaign.refresh_from_db()


def _drop_letters(campaign: Campaign) -> None:
    """Forget the letters that never left. A call or card done by hand was a wish: its letter stays."""
    letters = Message.objects.filter(campaign=campaign).exclude(state__in=Message.OUT)
    for hanging in Message._meta.related_objects:
        hanging.related_model.objects.filter(**{f"{hanging.field.name}__in": letters}).delete()
    # Nothing hangs on them any more; Django would fetch a hundred thousand letters to find that out.
    letters._raw_delete(letters.db)
    LetterFrame.objects.filter(campaign=campaign).delete()
