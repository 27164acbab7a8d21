"""The page of a campaign at work: who got the letter, who did not and why; and the steps a manager takes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.composing import CHANGEABLE
from campaigns.coverage import CLASSES, Coverage, coverage_of, not_chosen_count, reasons_in
from campaigns.forms.composing import ScheduleForm
from campaigns.models import Campaign, Message
from campaigns.reasons import at_moment, clock, letter_reason, pause_words, reason_group, refusal, remedy
from campaigns.running import (
    StepRefused,
    cancel_campaign,
    is_writer,
    pause_campaign,
    resume_campaign,
    schedule_campaign,
    start_sending,
)
from campaigns.selectors import (
    BAR_CLASSES,
    bar_parts,
    letter_page,
    next_try_at,
    pace,
    uncertain_letters,
)
from campaigns.sentences import campaign_sentence, class_meaning
from campaigns.tasks import ring_campaign
from customers.roles import MANAGER, STAFF, has_role, role_required

State = Campaign.State
LIVE = (State.PREPARING, State.SENDING)
# Which class the page opens with: what wants a person first (uncertain letters stand above the list by name).
FIRST_LOOK = ("held", "left_out", "failed", "reached", "waiting", "uncertain", "cancelled")


def in_mailbox() -> bool:
    """True when letters go into the built-in mailbox instead of out of the house."""
    return settings.EMAIL_URL.startswith("mailbox:")


def _campaign(campaign_id: int) -> Campaign:
    campaigns = Campaign.objects.select_related("author", "approved_by", "started_by", "version")
    return get_object_or_404(campaigns, pk=campaign_id)


@role_required(STAFF)
def campaign_detail(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """How the campaign stands, everybody in one of seven classes, and the letters of one class."""
    campaign = _campaign(campaign_id)
    if campaign.state == State.DRAFT:
        return redirect("campaigns:campaign-write", campaign.pk)
    now = timezone.now()
    standing = coverage_of(campaign)
    opened = request.GET.get("class", "")
    if opened not in CLASSES:
        opened = next((name for name in FIRST_LOOK if standing.classes[name]), "reached")
    reason = request.GET.get("reason", "")
    number = request.GET.get("page", "")
    page = letter_page(
        campaign,
        class_name=opened,
        reason=reason,
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 1,
    )
    context = {
        **_standing_context(campaign, standing, now=now, then=standing.classes["reached"], since=now),
        "manager": has_role(request.user, MANAGER),
        "schedule": ScheduleForm(),
        "own": is_writer(campaign, request.user) and not settings.ONE_PERSON_SHOP,
        "not_chosen": not_chosen_count(campaign, standing),
        "paused": pause_words(campaign.paused_code, campaign.paused_facts) if campaign.state == State.PAUSED else None,
        "can_resume": campaign.approved_revision == campaign.revision,
        "next_try_at": next_try_at(campaign) if standing.retry and campaign.state == State.SENDING else None,
        "uncertain": [_uncertain(letter) for letter in uncertain_letters(campaign)],
        "opened": opened,
        "reason": reason,
        "page": page,
        "chips": [(code, reason_group(code), count) for code, count in page.reasons],
        "rows": [_row(letter, opened, campaign) for letter in page.letters],
        "query": urlencode({"class": opened, **({"reason": reason} if reason else {})}),
    }
    return render(request, "campaigns/campaign_detail.html", context)


@role_required(STAFF)
def campaign_progress(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The moving part of the page. When more than numbers changed, the browser is told to load the page again."""
    campaign = _campaign(campaign_id)
    if not request.htmx:
        return redirect("campaigns:campaign-detail", campaign.pk)
    now = timezone.now()
    standing = coverage_of(campaign)
    then, since = _watched_from(request, standing, now)
    context = _standing_context(campaign, standing, now=now, then=then, since=since)
    response = render(request, "campaigns/_progress.html", context)
    seen = request.GET.get("state"), request.GET.get("uncertain")
    if seen != (campaign.state, str(standing.classes["uncertain"])):
        response.headers["HX-Refresh"] = "true"
    return response


def _watched_from(request: HttpRequest, standing: Coverage, now: datetime) -> tuple[int, datetime]:
    """What the watcher saw first: the pace is measured from there, so that a pause of last night slows nothing."""
    then, since = request.GET.get("then", ""), request.GET.get("since", "")
    if then.isascii() and then.isdigit() and since.isascii() and since.isdigit() and len(then + since) < 24:
        began = datetime.fromtimestamp(min(int(since), int(now.timestamp())), tz=now.tzinfo)
        return int(then), began
    return standing.classes["reached"], now


def _standing_context(campaign: Campaign, standing: Coverage, *, now: datetime, then: int, since: datetime) -> dict:
    """What the moving part says: sentence, bar, table. One statement was enough to know it."""
    live = campaign.state in LIVE
    # While the numbers move one statement has to do; the reasons of those held are read when they stand still.
    held = reasons_in(campaign, "held") if standing.classes["held"] and not live else []
    seconds = pace(
        reached=standing.classes["reached"],
        then=then,
        seconds=(now - since).total_seconds(),
        waiting=standing.classes["waiting"],
    )
    moving = campaign.state == State.SENDING and seconds is not None
    return {
        "campaign": campaign,
        "standing": standing,
        "sentence": campaign_sentence(campaign, standing.classes),
        "last_at": now + timedelta(seconds=seconds) if moving else None,
        "bar": bar_parts(standing.classes),
        "classes": [
            {
                "name": name,
                "count": standing.classes[name],
                "css_class": BAR_CLASSES[name],
                "meaning": class_meaning(name, campaign=campaign, reasons=held, in_mailbox=in_mailbox())
                if standing.classes[name]
                else "",
            }
            for name in CLASSES
            if standing.classes[name] or name in ("reached", "waiting", "held", "left_out")
        ],
        "live": live,
        "watch": urlencode(
            {
                "state": campaign.state,
                "uncertain": standing.classes["uncertain"],
                "then": then,
                "since": int(since.timestamp()),
            }
        ),
    }


def _uncertain(letter: Message) -> dict:
    return {
        "letter": letter,
        "reason": letter_reason(letter.reason_code, letter.reason_facts),
        "at": at_moment(letter.reason_facts),
        "phone": letter.contact.mobile or letter.contact.phone,
    }


_MARKS = {
    "reached": ("s-sent", "state-sent"),
    "waiting": ("s-queued", ""),
    "held": ("s-held", "state-wait"),
    "left_out": ("s-out", ""),
    "failed": ("s-failed", "state-wax"),
    "uncertain": ("s-unsure", "state-wax"),
    "cancelled": ("s-out", ""),
}


def remedy_of(letter: Message, *, class_name: str, campaign: Campaign) -> str:
    """What can be done about a letter, as things stand with its campaign."""
    choices = letter.reason_facts.get("choices") or letter.contact.name_choices
    return remedy(letter.reason_code, class_name=class_name, choices=choices, changeable=campaign.state in CHANGEABLE)


def _row(letter: Message, class_name: str, campaign: Campaign) -> dict:
    icon, css_class = _MARKS[class_name]
    return {
        "letter": letter,
        "icon": icon,
        "css_class": css_class,
        "reason": letter_reason(letter.reason_code, letter.reason_facts),
        "remedy": remedy_of(letter, class_name=class_name, campaign=campaign),
    }


# --- The steps ---


def _step(request: HttpRequest, campaign_id: int, step: str, take: Callable[[], object], done: str) -> HttpResponse:
    """Take one step; whoever comes second is told what has already happened."""
    _campaign(campaign_id)
    try:
        take()
    except StepRefused as error:
        messages.error(request, refusal(error, step=step))
    else:
        messages.success(request, done)
    return redirect("campaigns:campaign-detail", campaign_id)


@role_required(MANAGER)
@require_POST
def campaign_send(request: HttpRequest, campaign_id: int) -> HttpResponse:
    def take() -> None:
        start_sending(campaign_id, by=request.user, now=timezone.now())
        transaction.on_commit(partial(ring_campaign, campaign_id))

    return _step(request, campaign_id, "send", take, _("The letters are leaving."))


@role_required(MANAGER)
@require_POST
def campaign_schedule(request: HttpRequest, campaign_id: int) -> HttpResponse:
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day and an hour, such as 24/12/2026 09:00."))
        return redirect("campaigns:campaign-detail", campaign_id)
    at = form.cleaned_data["at"]
    take = partial(schedule_campaign, campaign_id, by=request.user, at=at, now=timezone.now())
    return _step(
        request, campaign_id, "schedule", take, _("The letters begin to leave on %(when)s.") % {"when": clock(at)}
    )


@role_required(STAFF)
@require_POST
def campaign_pause(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaign = _campaign(campaign_id)
    if pause_campaign(campaign_id, by=request.user, now=timezone.now()):
        messages.success(request, _("Paused. Only letters already in hand still leave."))
    else:
        messages.error(request, refusal(StepRefused("state", campaign), step="pause"))
    return redirect("campaigns:campaign-detail", campaign_id)


@role_required(MANAGER)
@require_POST
def campaign_resume(request: HttpRequest, campaign_id: int) -> HttpResponse:
    def take() -> None:
        resume_campaign(campaign_id, by=request.user, now=timezone.now())
        transaction.on_commit(partial(ring_campaign, campaign_id))

    return _step(request, campaign_id, "resume", take, _("The letters go on leaving."))


@role_required(MANAGER)
def campaign_cancel(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Asks once, with the name in the question; it cannot be taken back."""
    campaign = _campaign(campaign_id)
    if request.method != "POST":
        context = {"campaign": campaign, "standing": coverage_of(campaign)}
        return render(request, "campaigns/campaign_cancel.html", context)
    take = partial(cancel_campaign, campaign_id, by=request.user, now=timezone.now())
    return _step(request, campaign_id, "cancel", take, _("Called off. What had not left will not leave."))
