"""Left out of the letters is not left in silence: whoever has an open case is called before the feast."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Message
from customers import audit
from customers.consent import with_stop_code
from customers.house_days import HouseDays
from customers.models import Contact, FollowUp, ServiceCase, User

COMPLAINT = "complaint"
# A call two days before leaves a day for the second try.
OPEN_DAYS_BEFORE = 2
# As far back as an open day is looked for; a house closed for longer is called on the day itself.
_LOOKS_BACK = timedelta(days=45)
_KEY_LENGTH = FollowUp._meta.get_field("occasion_key").max_length
_TEXT_LENGTH = FollowUp._meta.get_field("text").max_length


def call_key(campaign: Campaign) -> str:
    """What a call is for: the feast and its year, or this one greeting where it has none."""
    return (campaign.occasion_key or f"campaign-{campaign.pk}")[:_KEY_LENGTH]


def ask_for_calls(campaign: Campaign, *, now: datetime, contact_ids: Collection[int] | None = None) -> int:
    """Ask for a call to each person this campaign leaves out because of an open case, and return how many are new.

    Never twice for one person and feast, also when letters are prepared again. A graver sign (mourning, a wish for no
    letters) has its own reason and asks for nothing. Call it in a transaction; `contact_ids` narrows it.
    """
    left_out = Message.objects.filter(campaign=campaign, state=Message.State.SKIPPED, reason_code=COMPLAINT)
    if contact_ids is not None:
        left_out = left_out.filter(contact__in=contact_ids)
    people = Contact.objects.filter(pk__in=left_out.values("contact_id"), erased_at=None)
    people = list(people.select_related("owner__stand_in").order_by("pk"))
    asked = FollowUp.objects.filter(kind=FollowUp.Kind.CALL, occasion_key=call_key(campaign), contact__in=people)
    known = set(asked.values_list("contact_id", flat=True))
    to_ask = [person for person in people if person.pk not in known]
    if not to_ask:
        return 0
    today = timezone.localdate(now)
    keepers = _keepers([person.pk for person in to_ask])
    due_on, text = call_day(campaign, today=today), _text(campaign)
    FollowUp.objects.bulk_create(
        [
            FollowUp(
                contact=person,
                kind=FollowUp.Kind.CALL,
                text=text,
                owner=_present(keepers.get(person.pk), today) or _present(person.owner, today),
                occasion_key=call_key(campaign),
                due_on=due_on,
            )
            for person in to_ask
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    facts = {"campaign": campaign.pk, "due_on": due_on.isoformat()}
    audit.record_each("ask_for_call", actor=None, now=now, entries=[(person, facts) for person in to_ask])
    return len(to_ask)


def take_back_call(campaign: Campaign, contact_id: int) -> None:
    """Ask no more for a call that nobody has made: there was no case after all, and the letter goes its way."""
    asked = FollowUp.objects.filter(contact=contact_id, kind=FollowUp.Kind.CALL, occasion_key=call_key(campaign))
    asked.filter(done_at=None).delete()


def call_day(campaign: Campaign, *, today: date) -> date:
    """The second open day of the house before the wish; today when that has gone by."""
    last = campaign.wish_on
    if last is None:
        last = timezone.localdate(campaign.give_up_at) if campaign.give_up_at else today
    first = last - _LOOKS_BACK
    days = HouseDays.load(first, last)
    before = (last - timedelta(days=back) for back in range(1, _LOOKS_BACK.days + 1))
    open_days = [day for day in before if days.is_open(day)][:OPEN_DAYS_BEFORE]
    return max(open_days[-1] if open_days else last, today)


def _keepers(contact_ids: Collection[int]) -> dict[int, User]:
    """Who looks after the oldest open case of each person, where somebody does."""
    cases = ServiceCase.objects.filter(contact__in=contact_ids, owner__isnull=False)
    cases = cases.exclude(state=ServiceCase.State.SOLVED).select_related("owner__stand_in")
    return {case.contact_id: case.owner for case in cases.order_by("-opened_at", "-pk")}


def _present(colleague: User | None, today: date) -> User | None:
    there = colleague.present(today) if colleague else None
    return there if there is not None and there.is_active else None


def _text(campaign: Campaign) -> str:
    """A note of the house, in the language of the house: colleagues read it, whoever they are."""
    with translation.override(settings.LANGUAGE_CODE):
        said = _("%(name)s: no letter, because they wait for an answer to a complaint. A call, or a line by hand.")
        return (said % {"name": campaign.name})[:_TEXT_LENGTH]


def calls_asked_for(campaign: Campaign, contact_ids: Collection[int]) -> dict[int, FollowUp]:
    """The calls asked for in the place of a letter of this campaign, by contact; with their owners."""
    calls = FollowUp.objects.filter(kind=FollowUp.Kind.CALL, occasion_key=call_key(campaign), contact__in=contact_ids)
    return {call.contact_id: call for call in calls.select_related("owner", "done_by")}


def cases_solved(contact_ids: Collection[int], *, now: datetime) -> set[int]:
    """Those of these people, left out because of a complaint, to whom one may write again: it was put right."""
    people = with_stop_code(Contact.objects.filter(pk__in=contact_ids), today=timezone.localdate(now))
    return set(people.filter(stop_code="").values_list("pk", flat=True))
