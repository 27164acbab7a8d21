"""Beginning a greeting: for a feast of the calendar, or for an occasion of the house's own.

A greeting begins with the words we have ready for its occasion, in every language and manner, for staff to make theirs,
and with the people its occasion is about.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from campaigns.models import Campaign, GreetingTemplate, GreetingVariant, GreetingVersion
from campaigns.occasions import OTHER, ComingFeast
from campaigns.writing.audiences import first_audience
from campaigns.writing.starters import starters_for
from customers import audit
from customers.models import User


@transaction.atomic
def begin_for_feast(feast: ComingFeast, *, name: str, by: User, now: datetime) -> Campaign:
    """Return the campaign of a feast that is not over, or begin one with the words we have ready for it.

    Two clicks, or two colleagues, end at the same campaign.
    """
    # Those who begin at the same moment wait for each other at a row that is always there.
    User.objects.select_for_update().order_by("pk").first()
    over = [Campaign.State.FINISHED, Campaign.State.CANCELLED]
    begun = Campaign.objects.filter(occasion_key=feast.key).exclude(state__in=over).order_by("pk").first()
    return begun or _begin(name=name, occasion=feast.code, key=feast.key, wish_on=feast.on, by=by, now=now)


@transaction.atomic
def begin_own(*, name: str, wish_on: date, by: User, now: datetime, occasion: str = OTHER) -> Campaign:
    """Begin a greeting for an occasion of the house's own; `occasion` is one of `OWN_OCCASIONS` and chooses the words.

    "other" begins with empty words. Whom it is for, see `audiences.first_audience`.
    """
    key = f"own-{wish_on.isoformat()}-{slugify(name, allow_unicode=True)}"[:60]
    return _begin(name=name, occasion=occasion, key=key, wish_on=wish_on, by=by, now=now)


def _begin(*, name: str, occasion: str, key: str, wish_on: date, by: User, now: datetime) -> Campaign:
    template = GreetingTemplate.objects.create(name=name, occasion=occasion, created_by=by)
    starters = starters_for(occasion)
    if starters:
        version = GreetingVersion.objects.create(template=template, number=1, written_by=by)
        GreetingVariant.objects.bulk_create(
            GreetingVariant(
                version=version,
                language=starter.language,
                manner=starter.register,
                subject=starter.subject,
                body=starter.body,
            )
            for starter in starters
        )
    campaign = Campaign.objects.create(
        name=name,
        occasion=occasion,
        occasion_key=key,
        wish_on=wish_on,
        template=template,
        audience=first_audience(occasion, wish_on),
        author=by,
    )
    audit.record("begin_campaign", actor=by, now=now, obj=campaign)
    return campaign
