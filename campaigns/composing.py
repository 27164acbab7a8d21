"""Writing a greeting: begin one for a feast, save its words, choose its people.

Words are never overwritten: each save that changes something is a new version of the template. A change after the
letters were prepared takes the campaign back to a draft, because the frozen letters no longer say what it says.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from campaigns.models import Campaign, GreetingTemplate, GreetingVariant, GreetingVersion
from campaigns.occasions import ComingFeast
from campaigns.running import change_campaign
from campaigns.segments import audience
from campaigns.starters import starters_for
from customers import audit
from customers.models import User

State = Campaign.State
# Words and people may change until the first letter is on its way.
CHANGEABLE = (State.DRAFT, State.PREPARING, State.IN_REVIEW, State.APPROVED, State.SCHEDULED)
OTHER = "other"


class CannotChange(Exception):
    """Letters of this campaign are on their way or it is over; `campaign` as it is."""

    def __init__(self, campaign: Campaign) -> None:
        super().__init__(campaign.state)
        self.campaign = campaign


class WordsMovedOn(Exception):
    """Somebody saved other words for the same letter meanwhile; `version` is theirs, with `variant`."""

    def __init__(self, version: GreetingVersion, variant: GreetingVariant) -> None:
        super().__init__(str(version))
        self.version, self.variant = version, variant


@dataclass(frozen=True)
class Words:
    """Subject and body for one language and manner, and the number of the version the writer began from."""

    language: str
    manner: str
    subject: str
    body: str
    from_version: int


@transaction.atomic
def begin_for_feast(feast: ComingFeast, *, name: str, by: User, now: datetime) -> Campaign:
    """Return the campaign of a feast that is not over, or begin one with the words we have ready for it.

    Two clicks, or two colleagues, end at the same campaign.
    """
    # Those who begin at the same moment wait for each other at a row that is always there.
    User.objects.select_for_update().order_by("pk").first()
    over = [State.FINISHED, State.CANCELLED]
    begun = Campaign.objects.filter(occasion_key=feast.key).exclude(state__in=over).order_by("pk").first()
    return begun or _begin(name=name, occasion=feast.code, key=feast.key, wish_on=feast.on, by=by, now=now)


@transaction.atomic
def begin_own(*, name: str, wish_on: date, by: User, now: datetime) -> Campaign:
    """Begin a greeting for an occasion of the house's own, with empty words."""
    key = f"own-{wish_on.isoformat()}-{slugify(name, allow_unicode=True)}"[:60]
    return _begin(name=name, occasion=OTHER, key=key, wish_on=wish_on, by=by, now=now)


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
        audience={"choose": "everybody"},
        author=by,
    )
    audit.record("begin_campaign", actor=by, now=now, obj=campaign)
    return campaign


def newest_version(campaign: Campaign) -> GreetingVersion | None:
    return campaign.template.versions.order_by("-number").first()


def _changeable(campaign_id: int) -> Campaign:
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.state not in CHANGEABLE:
        raise CannotChange(campaign)
    return campaign


@transaction.atomic
def save_words(campaign_id: int, words: Words, *, by: User, now: datetime) -> bool:
    """Save one variant as a new version, the others taken along. Return False when nothing changed.

    Raise CannotChange once letters are on their way, WordsMovedOn when somebody else changed this variant after
    the version the writer began from.
    """
    campaign = _changeable(campaign_id)
    newest = newest_version(campaign)
    variants = {(v.language, v.manner): v for v in newest.variants.all()} if newest else {}
    present = variants.get((words.language, words.manner))
    if present and (present.subject, present.body) == (words.subject, words.body):
        return False
    if newest and newest.number > words.from_version and present and _moved_on(newest, words):
        raise WordsMovedOn(newest, present)

    version = GreetingVersion.objects.create(
        template=campaign.template, number=newest.number + 1 if newest else 1, written_by=by
    )
    variants[words.language, words.manner] = GreetingVariant(
        language=words.language, manner=words.manner, subject=words.subject, body=words.body
    )
    GreetingVariant.objects.bulk_create(
        GreetingVariant(version=version, language=v.language, manner=v.manner, subject=v.subject, body=v.body)
        for v in variants.values()
    )
    _note_change(campaign, by=by, now=now, what="words")
    return True


def _moved_on(newest: GreetingVersion, words: Words) -> bool:
    """True when this variant differs between the version the writer began from and the newest one."""
    versions = GreetingVariant.objects.filter(
        version__template=newest.template_id, language=words.language, manner=words.manner
    )
    began = versions.filter(version__number=words.from_version).values_list("subject", "body").first()
    return began != versions.filter(version=newest).values_list("subject", "body").first()


@transaction.atomic
def set_audience(campaign_id: int, rule: dict, *, by: User, now: datetime) -> bool:
    """Choose whom the greeting is for. Return False when it was so already.

    Raise CannotChange once letters are on their way, RuleError for a rule we do not know.
    """
    campaign = _changeable(campaign_id)
    audience(rule)
    if campaign.audience == rule:
        return False
    Campaign.objects.filter(pk=campaign.pk).update(audience=rule)
    _note_change(campaign, by=by, now=now, what="audience")
    return True


def _note_change(campaign: Campaign, *, by: User, now: datetime, what: str) -> None:
    change_campaign(campaign, by=by, now=now, what=what)
    Campaign.objects.filter(pk=campaign.pk, state__in=[State.PREPARING, State.IN_REVIEW]).update(state=State.DRAFT)
