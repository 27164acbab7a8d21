"""The page of a campaign at work: who got the letter, who did not and why; and the steps a manager takes."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.at_work import kept_look, look_anew
from campaigns.coverage import CLASSES, Coverage, coverage_of, not_chosen_count
from campaigns.forms.composing import ScheduleForm
from campaigns.letter_pages import letter_page
from campaigns.models import Campaign, Message
from campaigns.reasons import clock, letter_reason, pause_words, reason_group, refusal, remedy
from campaigns.review.aside import NO_EMAIL, in_hand
from campaigns.review.by_hand.case_words import call_words
from campaigns.review.by_hand.cases import COMPLAINT, calls_asked_for, cases_solved
from campaigns.review.looking import FACTS_CHANGED
from campaigns.review.release import COMPARING, ask_release
from campaigns.review.room.words import piles_to_read
from campaigns.review.steps import REVIEWABLE
from campaigns.running import (
    StepRefused,
    cancel_campaign,
    is_writer,
    pause_campaign,
    resume_campaign,
    schedule_campaign,
)
from campaigns.selectors import Uncertain, last_step, uncertain_letters
from campaigns.sentences import is_too_late
from campaigns.tasks import release_campaign, ring_campaign
from campaigns.views.deed import talk_context
from campaigns.views.progress import AT_WORK, class_rows, first_look, is_live, moving_part, number, ways_of
from campaigns.writing.composing import CHANGEABLE
from customers.models import Contact
from customers.ringing import bell
from customers.roles import MANAGER, STAFF, has_role, role_required

State = Campaign.State
# Which class the page opens with: what wants a person first (uncertain letters stand above the list by name).
FIRST_LOOK = ("held", "left_out", "failed", "reached", "waiting", "uncertain", "cancelled")

# A letter that came back, or one for whom somebody has to ask, is followed by a call: its number stands beside it.
CALLED = ("no_email", "name_unsure", "too_late", "address_changed", "needs_smtputf8", "complaint", "by_call", "by_text")


def _campaign(campaign_id: int) -> Campaign:
    campaigns = Campaign.objects.select_related("author", "approved_by", "approval_asked_by", "started_by", "version")
    return get_object_or_404(campaigns, pk=campaign_id)


@role_required(STAFF)
def campaign_detail(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """How the campaign stands, everybody in one of seven classes, and the letters of one class."""
    campaign = _campaign(campaign_id)
    if campaign.state == State.DRAFT:
        return redirect("campaigns:campaign-write", campaign.pk)
    now = timezone.now()
    work = look_anew(campaign, now=now)
    standing = work.standing
    opened = request.GET.get("class", "")
    if opened not in CLASSES:
        opened = next((name for name in FIRST_LOOK if standing.classes[name]), "reached")
    reason = request.GET.get("reason", "")
    page = letter_page(
        campaign,
        standing,
        class_name=opened,
        reason=reason,
        after=number(request, "after"),
        before=number(request, "before"),
    )
    in_hand_count = in_hand(campaign).count() if standing.classes["held"] else 0
    context = {
        "progress": moving_part(campaign, work, first=work.first)[0],
        "campaign": campaign,
        "standing": standing,
        "classes": class_rows(campaign, standing, reached_by=ways_of(campaign, standing)),
        "live": is_live(campaign, standing),
        "at_work": campaign.state in AT_WORK,
        "manager": has_role(request.user, MANAGER),
        "schedule": ScheduleForm(),
        "own": is_writer(campaign, request.user) and not settings.ONE_PERSON_SHOP,
        "not_chosen": not_chosen_count(campaign, standing),
        "too_late": is_too_late(campaign, now=now),
        "paused": _pause(campaign) if campaign.state == State.PAUSED else None,
        "can_resume": campaign.approved_revision == campaign.revision,
        "uncertain": _uncertain_of(campaign, standing),
        "in_hand_count": in_hand_count,
        "held_count": standing.classes["held"] - in_hand_count,
        "to_read": campaign.state in REVIEWABLE,
        "piles": piles_to_read(campaign, request.user) if campaign.state in REVIEWABLE else [],
        "opened": opened,
        "reason": reason,
        "page": page,
        "chips": [(code, reason_group(code), count) for code, count in page.reasons],
        "rows": _rows(page.letters, opened, campaign, now=now),
        "query": urlencode({"class": opened, **({"reason": reason} if reason else {})}),
        **talk_context(campaign),
    }
    return render(request, "campaigns/campaign_detail.html", context)


@role_required(STAFF)
def campaign_progress(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The moving part of the page, or nothing when it would say the same again.

    A letter that has become uncertain, or was settled, changes in place with it; when the campaign took a step the
    browser is told to load the page again.
    """
    campaign = _campaign(campaign_id)
    if not request.htmx:
        return redirect("campaigns:campaign-detail", campaign.pk)
    now = timezone.now()
    work = kept_look(campaign, now=now)
    part, mark = moving_part(campaign, work, first=first_look(request, work))
    if request.GET.get("state") != campaign.state:
        return HttpResponse(part, headers={"HX-Refresh": "true"})
    if request.GET.get("uncertain") != str(work.standing.classes["uncertain"]):
        # A page that loads again would lose the focus of whoever is about to press a button.
        context = {
            "campaign": campaign,
            "standing": work.standing,
            "manager": has_role(request.user, MANAGER),
            "uncertain": _uncertain_of(campaign, work.standing),
            "beside": True,
        }
        return HttpResponse(part + render_to_string("campaigns/_doubts.html", context, request=request))
    if request.GET.get("mark") == mark:
        # What the eye reads stays untouched, with the selection, the focus and the pointer on it.
        return HttpResponse(status=204)
    return HttpResponse(part)


def _pause(campaign: Campaign) -> dict:
    """Why a campaign waits, since when and by whose hand."""
    step = last_step(campaign, "pause_campaign" if campaign.paused_code != "changed" else "change_campaign")
    return {
        "words": pause_words(campaign.paused_code, campaign.paused_facts),
        "at": step.at if step else None,
        "by": step.actor_name if step else "",
        "is_fault": campaign.paused_code not in ("by_hand", "changed"),
    }


def _uncertain_of(campaign: Campaign, standing: Coverage) -> list[dict]:
    if not standing.classes["uncertain"]:
        return []
    return [_uncertain(each) for each in uncertain_letters(campaign)]


def _uncertain(each: Uncertain) -> dict:
    letter = each.letter
    return {
        "letter": letter,
        "at": each.at,
        "reason": letter_reason(letter.reason_code, letter.reason_facts),
        "phone": _phone(letter.contact),
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


def _phone(contact: Contact) -> str:
    return contact.mobile or contact.phone


def remedy_of(letter: Message, *, class_name: str, campaign: Campaign) -> str:
    """What can be done about a letter, as things stand with its campaign."""
    choices = letter.reason_facts.get("choices") or letter.contact.name_choices
    return remedy(letter.reason_code, class_name=class_name, choices=choices, changeable=campaign.state in CHANGEABLE)


def _rows(letters: list[Message], class_name: str, campaign: Campaign, *, now: datetime) -> list[dict]:
    """The rows of one class. Who is left out because of a complaint is not left in silence: the call stands beside."""
    complaints = [each.contact_id for each in letters if class_name == "left_out" and each.reason_code == COMPLAINT]
    calls = calls_asked_for(campaign, complaints) if complaints else {}
    solved = cases_solved(complaints, now=now) if complaints else set()
    rows = []
    for letter in letters:
        call = calls.get(letter.contact_id)
        asked = call_words(call, solved=letter.contact_id in solved) if call else ""
        rows.append(_row(letter, class_name, campaign) | {"call": asked, "by_hand": _may_go_by_hand(letter, solved)})
    return rows


def _may_go_by_hand(letter: Message, solved: set[int]) -> bool:
    """True for who was left out, or is held, and would be glad of a card or a call."""
    if letter.state == Message.State.SKIPPED:
        return letter.reason_code == NO_EMAIL or letter.contact_id in solved
    return letter.state == Message.State.FAILED


def _row(letter: Message, class_name: str, campaign: Campaign) -> dict:
    icon, css_class = _MARKS[class_name]
    return {
        "letter": letter,
        "icon": icon,
        "css_class": css_class,
        "reason": letter_reason(letter.reason_code, letter.reason_facts),
        "remedy": remedy_of(letter, class_name=class_name, campaign=campaign),
        "phone": _phone(letter.contact) if letter.reason_code in CALLED or class_name == "failed" else "",
    }


# --- The steps ---


def _step(
    request: HttpRequest, campaign_id: int, step: str, take: Callable[[], str | None], done: str = ""
) -> HttpResponse:
    """Take one step, and say `done` or what `take` says; whoever comes second is told what has already happened."""
    _campaign(campaign_id)
    try:
        said = take() or done
    except StepRefused as error:
        messages.error(request, refusal(error, step=step))
    else:
        messages.success(request, said)
    return redirect("campaigns:campaign-detail", campaign_id)


@role_required(MANAGER)
@require_POST
def campaign_send(request: HttpRequest, campaign_id: int) -> HttpResponse:
    def take() -> str:
        outcome = ask_release(campaign_id, by=request.user, now=timezone.now())
        if outcome == COMPARING:
            transaction.on_commit(partial(bell.ring, release_campaign, campaign_id=campaign_id))
            return _("Each letter is compared with what is true today; then they leave.")
        transaction.on_commit(partial(ring_campaign, campaign_id))
        return _sent_off(campaign_id)

    return _step(request, campaign_id, "send", take)


def _sent_off(campaign_id: int) -> str:
    """That letters leave, and how many stay because something they say is no longer so."""
    changed = Message.objects.filter(campaign=campaign_id, state=Message.State.HELD, reason_code=FACTS_CHANGED).count()
    if not changed:
        return _("The letters are leaving.")
    return ngettext(
        "The letters are leaving. %(count)s stays behind: what it says has changed since.",
        "The letters are leaving. %(count)s stay behind: what they say has changed since.",
        changed,
    ) % {"count": changed}


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
