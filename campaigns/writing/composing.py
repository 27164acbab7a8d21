"""Writing a greeting: save its words, choose its people.

Words are never overwritten: each save that changes something is a new version of the template. A change after the
letters were prepared takes the campaign back to a draft, because the frozen letters no longer say what it says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns.models import Campaign, GreetingVariant, GreetingVersion, WordsDraft
from campaigns.running import change_campaign
from campaigns.segments import audience
from customers.models import User

State = Campaign.State
# Words and people may change until the first letter is on its way.
CHANGEABLE = (State.DRAFT, State.PREPARING, State.IN_REVIEW, State.APPROVED, State.SCHEDULED)


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
    """Subject and body for one language and manner, and the number of the version the writer began from.

    `design` and `selling_reason` are of the whole version; None leaves them as they stand.
    """

    language: str
    manner: str
    subject: str
    body: str
    from_version: int
    design: str | None = None
    selling_reason: str | None = None


def newest_version(campaign: Campaign) -> GreetingVersion | None:
    return campaign.template.versions.order_by("-number").first()


def changeable_campaign(campaign_id: int) -> Campaign:
    """Return the campaign, its row held until the end of the transaction. Raise CannotChange once letters leave."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    if campaign.state not in CHANGEABLE:
        raise CannotChange(campaign)
    return campaign


@transaction.atomic
def save_words(campaign_id: int, words: Words, *, by: User, now: datetime) -> bool:
    """Save one variant as a new version, the others taken along. Return False when nothing changed.

    A variant without a word is no variant: its people read what they would read if it had never been written.
    Raise CannotChange once letters are on their way, WordsMovedOn when somebody else changed this variant after
    the version the writer began from.
    """
    campaign = changeable_campaign(campaign_id)
    newest = newest_version(campaign)
    variants = {(v.language, v.manner): v for v in newest.variants.all()} if newest else {}
    present = variants.get((words.language, words.manner))
    look = _look(campaign, newest, words)
    same_words = (words.subject, words.body) == ((present.subject, present.body) if present else ("", ""))
    if same_words and newest and look == {name: getattr(newest, name) for name in look}:
        return False
    if not same_words and newest and newest.number > words.from_version and present and moved_on(newest, words):
        raise WordsMovedOn(newest, present)

    variants.pop((words.language, words.manner), None)
    if words.subject or words.body:
        variants[words.language, words.manner] = GreetingVariant(
            language=words.language, manner=words.manner, subject=words.subject, body=words.body
        )
    add_version(campaign, variants.values(), by=by, now=now, **look)
    return True


def add_version(
    campaign: Campaign,
    variants: Iterable[GreetingVariant],
    *,
    by: User,
    now: datetime,
    design: str = GreetingVersion.Design.CARD,
    selling_reason: str = "",
) -> GreetingVersion:
    """Write these words as the newest version of the campaign's template; the caller holds the campaign's row."""
    newest = newest_version(campaign)
    version = GreetingVersion.objects.create(
        template=campaign.template,
        number=newest.number + 1 if newest else 1,
        written_by=by,
        design=design,
        selling_reason=selling_reason,
    )
    GreetingVariant.objects.bulk_create(
        GreetingVariant(version=version, language=v.language, manner=v.manner, subject=v.subject, body=v.body)
        for v in variants
    )
    _note_change(campaign, by=by, now=now, what="words")
    return version


def _look(campaign: Campaign, newest: GreetingVersion | None, words: Words) -> dict[str, str]:
    """Design and reason of the version to come: what the writer changed, else what a colleague chose meanwhile."""
    began = campaign.template.versions.filter(number=words.from_version).first()
    look = {}
    for name in ("design", "selling_reason"):
        asked, was = getattr(words, name), getattr(began, name, None)
        if asked is not None and asked != was:
            look[name] = asked
        elif newest is not None:
            look[name] = getattr(newest, name)
    return look


def moved_on(newest: GreetingVersion, words: Words | WordsDraft) -> bool:
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
    campaign = changeable_campaign(campaign_id)
    audience(rule)
    if campaign.audience == rule:
        return False
    Campaign.objects.filter(pk=campaign.pk).update(audience=rule)
    _note_change(campaign, by=by, now=now, what="audience")
    return True


@transaction.atomic
def set_signing(campaign_id: int, signing: str, *, by: User, now: datetime) -> bool:
    """Choose who signs the letters (`Campaign.Signing`). Return False when it was so already.

    Raise CannotChange once letters are on their way, ValueError for a policy we do not know.
    """
    campaign = changeable_campaign(campaign_id)
    policy = Campaign.Signing(signing)
    if campaign.signing == policy:
        return False
    Campaign.objects.filter(pk=campaign.pk).update(signing=policy)
    _note_change(campaign, by=by, now=now, what="signing")
    return True


def _note_change(campaign: Campaign, *, by: User, now: datetime, what: str) -> None:
    change_campaign(campaign, by=by, now=now, what=what)
    # What is asked to be approved is what was prepared; once it is prepared anew it is asked for again.
    Campaign.objects.filter(pk=campaign.pk, state__in=[State.PREPARING, State.IN_REVIEW]).update(
        state=State.DRAFT, approval_asked_at=None, approval_asked_by=None
    )
