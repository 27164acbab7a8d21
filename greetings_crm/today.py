"""Today: one sentence, and what to do next, by role. Lists that can be emptied; an end to the day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

import etiquette
from campaigns.heartbeat import health
from campaigns.models import Campaign, StaffNotice
from campaigns.notice_words import NoticeWords, nobody_works_words, notice_page, notice_step, notice_words
from campaigns.notices import (
    ALARMS,
    LATE_START,
    PAUSED,
    SIGNER_LIST,
    TO_APPROVE,
    UNCERTAIN,
    WISH_DAY,
    unseen_notices,
)
from campaigns.occasions import OFFER_DAYS
from campaigns.reasons import pause_words
from campaigns.review.approval.asking import ready_to_ask, waiting_for_approval
from campaigns.review.approval.signing import letters_to_sign
from campaigns.review.by_hand.listing import hand_work_of
from campaigns.review.by_hand.sentences import hand_work_words
from campaigns.running import is_writer
from campaigns.selectors import FeastAhead, campaigns_in_trouble, feasts_ahead
from customers.celebrating import bearing, birthday_on, chose, name_of_the_day, named_on
from customers.consent import any_stop
from customers.imports.words import row_sentence
from customers.models import Contact, FollowUp, ServiceCase, User
from customers.reasons import reason_sentence
from customers.roles import MANAGER, has_role
from greetings_crm.promises import letter_promises

DAYS_AHEAD = 7
# A list on Today is read to its end; what is longer has a page of its own.
SHOWN = 5
MOST_NAMES = 4


@dataclass(frozen=True)
class Celebration:
    """A contact who celebrates today, and what."""

    contact: Contact
    birthday: bool


@dataclass(frozen=True)
class CalendarDay:
    """A day ahead: whose name days, and how many of our people bear those names."""

    on: date
    names: tuple[str, ...]
    count: int


def _greetable(today: date) -> QuerySet[Contact]:
    """People one may wish well: nobody in mourning, nobody with an open complaint."""
    return Contact.objects.filter(erased_at=None, kind=Contact.Kind.PERSON).exclude(any_stop(today))


def celebrations(today: date) -> list[Celebration]:
    """Who has a birthday or a name day today, birthdays first; as many as are shown."""
    people = _greetable(today)
    # Sorted here: with an ORDER BY, SQLite walks everybody in that order instead of taking the index of birthdays.
    born = sorted(people.filter(birthday_on(today)), key=lambda each: (each.sort_key, each.pk))[:SHOWN]
    others = people.exclude(pk__in=[each.pk for each in born])
    named = [each for condition in named_on(today) for each in others.filter(condition).order_by("pk")[:SHOWN]]
    return [Celebration(each, True) for each in born] + [
        Celebration(each, False) for each in named[: SHOWN - len(born)]
    ]


def celebrating_count(today: date) -> int:
    """How many people have a birthday or a name day today."""
    born = _greetable(today).filter(birthday_on(today))
    others = _greetable(today).exclude(birthday_on(today))
    return born.count() + sum(others.filter(condition).count() for condition in named_on(today))


def calendar(today: date) -> list[CalendarDay]:
    """The next days on which names of our people are celebrated; two statements for all of them."""
    coming = [today + timedelta(days=ahead) for ahead in range(1, DAYS_AHEAD + 1)]
    days = {on: etiquette.celebrating(on, lesser=False) for on in coming}
    all_names = {name for names in days.values() for name in names}
    bearers = _greetable(today).filter(bearing(all_names)).order_by()
    rows = bearers.values_list("first_name", "known_as")
    counts: dict[str, int] = {}
    for first_name, known_as, count in rows.annotate(n=Count("pk")):
        name = name_of_the_day(known_as, first_name)
        counts[name] = counts.get(name, 0) + count
    rules = {rule: on for on in coming for rule in etiquette.rules_on(on)}
    chosen = _greetable(today).filter(chose(tuple(rules))).order_by().values_list("name_day_choice")
    chosen_on: dict[date, int] = {}
    for rule, count in chosen.annotate(n=Count("pk")):
        chosen_on[rules[rule]] = chosen_on.get(rules[rule], 0) + count
    found = []
    for on, names in days.items():
        ours = sorted((name for name in names if counts.get(name)), key=lambda name: (-counts[name], name))
        count = sum(counts[name] for name in ours) + chosen_on.get(on, 0)
        if count:
            found.append(CalendarDay(on, tuple(ours[:MOST_NAMES]), count))
    return found


def _feasts_to_write(today: date) -> list[FeastAhead]:
    """Feasts near enough that nothing has been written for."""
    return [each for each in feasts_ahead(today=today) if each.campaign is None and each.days_left <= OFFER_DAYS]


@dataclass(frozen=True)
class Alarm:
    """What stands above the day. `tone`: "danger" for what is out of order or overdue, "warning" for what waits, "info"
    for what asks for somebody; `notice` can be put away, and `page` is where one does something about it: `step`.
    """

    words: NoticeWords
    tone: str
    notice: StaffNotice | None = None
    page: str = ""
    step: str = ""


def _alarms(user: User, *, listed: Collection[tuple[str, int]], now: datetime) -> list[Alarm]:
    """What this colleague is told and has not seen yet: a queue that nobody works first, then what went wrong.

    `listed` are the (code, campaign) that stand among the things to do anyway.
    """
    work = health(now=now)
    alarms = [Alarm(nobody_works_words(work), "danger")] if work.nobody_works else []
    notices = [each for each in unseen_notices(user) if (each.code, each.campaign_id) not in listed]
    notices.sort(key=lambda notice: notice.code not in ALARMS)
    return alarms + [
        Alarm(notice_words(each), _tone(each), each, notice_page(each), notice_step(each)) for each in notices
    ]


def _tone(notice: StaffNotice) -> str:
    if notice.code in (LATE_START, WISH_DAY):
        return "danger"
    return "warning" if notice.code in ALARMS else "info"


def _troubles(alarms: Iterable[Alarm]) -> list[dict]:
    """Campaigns that wait for a person, but for those an alarm already speaks of."""
    told = {alarm.notice.campaign_id for alarm in alarms if alarm.notice and alarm.notice.code in (PAUSED, UNCERTAIN)}
    troubles = []
    for campaign in campaigns_in_trouble().exclude(pk__in=told):
        paused = campaign.state == Campaign.State.PAUSED
        words = pause_words(campaign.paused_code, campaign.paused_facts).heading if paused else ""
        troubles.append({"campaign": campaign, "words": words or _("A letter is uncertain; somebody has to decide.")})
    return troubles


def _lede(*, celebrating: int, cases: int, promises: int, to_ask: int) -> str:
    """The day in one sentence or a few short ones; what there is none of is not said."""
    parts = [
        (celebrating, ngettext("%(n)s customer celebrates today.", "%(n)s customers celebrate today.", celebrating)),
        (cases, ngettext("%(n)s waits for an answer of ours.", "%(n)s wait for an answer of ours.", cases)),
        (promises, ngettext("%(n)s promise is due.", "%(n)s promises are due.", promises)),
        (to_ask, ngettext("About %(n)s we have to ask.", "About %(n)s we have to ask.", to_ask)),
    ]
    return " ".join(words % {"n": count} for count, words in parts if count)


def called(user: User) -> str:
    """How one says good day to a colleague: the first name, in Greek in the vocative; "" when that is not sure."""
    reading = etiquette.describe(user.get_full_name() or str(user))
    if get_language() != "el":
        return reading.first or str(user)
    answer = etiquette.vocative(reading.first, gender=reading.gender)
    return "" if answer.needs_review else answer.text


def today_page(*, user: User, now: datetime) -> dict:
    """What the page says, for one colleague at one moment."""
    today = timezone.localdate(now)
    if not Contact.objects.exists():
        return {"today": today, "called": called(user), "empty_house": True}
    manager = has_role(user, MANAGER)
    waiting = waiting_for_approval()
    cases = ServiceCase.objects.exclude(state=ServiceCase.State.SOLVED).select_related("contact", "owner")
    due = FollowUp.objects.filter(done_at=None, due_on__lte=today).select_related("contact", "owner")
    mine = due.filter(Q(owner=None) | Q(owner=user))
    to_look = Contact.objects.to_look_at()
    celebrating = celebrating_count(today)
    case_count, promise_count, look_count = cases.count(), mine.count(), to_look.count()
    to_approve = [each for each in waiting if settings.ONE_PERSON_SHOP or not is_writer(each, user)] if manager else []
    by_hand = [{"campaign": work.campaign, "words": hand_work_words(work)} for work in hand_work_of(user, now=now)]
    to_ask_approval = ready_to_ask(user)
    to_sign = letters_to_sign(user)
    listed = {(TO_APPROVE, each.pk) for each in to_approve} | {(SIGNER_LIST, each.pk) for each, _count in to_sign}
    alarms = _alarms(user, listed=listed, now=now)
    feasts, troubles = _feasts_to_write(today), _troubles(alarms)
    lede = _lede(celebrating=celebrating, cases=case_count, promises=promise_count, to_ask=look_count)
    return {
        "today": today,
        "called": called(user),
        "lede": lede,
        "alarms": alarms,
        "letter_promises": letter_promises(today),
        "by_hand": by_hand,
        "feasts": feasts,
        "to_approve": to_approve,
        "to_ask_approval": to_ask_approval,
        "to_sign": to_sign,
        "troubles": troubles,
        "celebrating": celebrations(today) if celebrating else [],
        "celebrating_more": max(celebrating - SHOWN, 0),
        "cases": cases.order_by("opened_at", "pk")[:SHOWN],
        "case_count": case_count,
        "promises": [(each, (today - each.due_on).days) for each in mine.order_by("due_on", "pk")[:SHOWN]],
        "promise_count": promise_count,
        "to_ask": _to_ask(to_look.order_by("pk")[:SHOWN]),
        "look_count": look_count,
        "calendar": calendar(today),
        "day_done": not (lede or alarms or feasts or to_approve or troubles or by_hand or to_sign or to_ask_approval),
    }


def _to_ask(contacts: Iterable[Contact]) -> list[tuple[Contact, str]]:
    """Contacts with the first reason why somebody has to look, in words."""
    first = [(each, each.look_reasons[0] if each.look_reasons else {}) for each in contacts]
    others = [reason.get("facts", {}).get("other_contact") for _contact, reason in first]
    names = {each.pk: each.name for each in Contact.objects.filter(pk__in=[pk for pk in others if pk])}
    return [
        (
            contact,
            row_sentence(reason["code"], reason.get("facts", {}), names=names)
            if reason
            else reason_sentence(contact.name_reason),
        )
        for contact, reason in first
    ]


def today_view(request: HttpRequest) -> HttpResponse:
    """What to do next."""
    return render(request, "greetings_crm/today.html", today_page(user=request.user, now=timezone.now()))
