"""From a question to a signature: an approval is asked for, talked about, given or sent back."""

from collections.abc import Collection
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.reasons import refusal
from campaigns.review.approval.approving import approve_campaign, has_own_edits
from campaigns.review.approval.asking import CannotComment, ReasonsMissing, add_comment, ask_for_approval, send_back
from campaigns.review.approval.deed_letters import letters_of
from campaigns.review.approval.to_the_house import give_to_house, give_unread_to_house
from campaigns.review.approval.warnings import KINDS, warned, warnings_of
from campaigns.running import StepRefused, is_writer
from campaigns.tasks import give_letters_to_house
from campaigns.views.deed import PARTS, deed_context, group_title, part_context
from customers.models import User
from customers.ringing import bell
from customers.roles import MANAGER, STAFF, has_role, role_required

NAMES_TO_A_PAGE = 50


def _campaign(campaign_id: int) -> Campaign:
    campaigns = Campaign.objects.select_related("template", "author", "version__written_by", "approval_asked_by")
    return get_object_or_404(campaigns, pk=campaign_id)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0


# --- The deed ---


@role_required(MANAGER)
def campaign_approve(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The deed: what an approval means, in numbers and names; and the signature under it."""
    campaign = _campaign(campaign_id)
    if request.method == "POST":
        return _approve(request, campaign)
    if campaign.state != Campaign.State.IN_REVIEW:
        messages.info(request, refusal(StepRefused("state", campaign), step="approve"))
        return redirect("campaigns:campaign-detail", campaign.pk)
    if (part := request.GET.get("part")) in PARTS:
        return render(request, f"campaigns/_deed_{part}.html", part_context(campaign, part))
    alone = settings.ONE_PERSON_SHOP
    own, own_edits = is_writer(campaign, request.user), has_own_edits(campaign.pk, request.user)
    context = deed_context(campaign, now=timezone.now(), whole="whole" in request.GET) | {
        "own": own,
        "own_edits": own_edits,
        "may_sign": alone or not (own or own_edits),
        "again": (own or own_edits) and alone and "again" in request.GET,
        "kept": {_number(pk) for pk in request.GET.getlist("name")},
    }
    return render(request, "campaigns/campaign_approve.html", context)


def _approve(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    kept = [_number(pk) for pk in request.POST.getlist("name")]
    alone = is_writer(campaign, request.user) or has_own_edits(campaign.pk, request.user)
    revision, now = min(_number(request.POST.get("revision")), 2**31 - 1), timezone.now()
    try:
        with transaction.atomic():  # a refused approval gives nothing to the house either
            revision = give_unread_to_house(campaign.pk, besides=kept, revision=revision, by=request.user, now=now)
            approve_campaign(
                campaign.pk,
                by=request.user,
                revision=revision,
                now=now,
                one_person_shop=settings.ONE_PERSON_SHOP and alone,
                asked_twice="again" in request.POST,
                in_their_name=[pk for pk in kept if pk],
            )
    except StepRefused as error:
        messages.error(request, refusal(error, step="approve"))
        page = reverse("campaigns:campaign-approve", args=[campaign.pk])
        if error.code != "ask_again":
            return redirect(page)
        named = "".join(f"&name={pk}" for pk in kept if pk)
        return redirect(f"{page}?again=1{named}#signature")
    messages.success(request, _("Approved. The letters wait for the word to leave."))
    return redirect("campaigns:campaign-detail", campaign.pk)


@role_required(MANAGER)
@require_POST
def campaign_house(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Give the letters that a signer has not read to the house; many of them by a worker."""
    campaign = _campaign(campaign_id)
    signer = get_object_or_404(User, pk=_number(request.POST.get("house")))
    page = f"{reverse('campaigns:campaign-approve', args=[campaign.pk])}#signature"
    try:
        given = give_to_house(campaign.pk, signer.pk, by=request.user, now=timezone.now())
    except StepRefused as error:
        messages.error(request, refusal(error, step="approve"))
        return redirect(page)
    if given.left:
        task = give_letters_to_house
        transaction.on_commit(
            partial(bell.ring, task, campaign_id=campaign.pk, signer_id=signer.pk, by_id=request.user.pk)
        )
        said = _("%(done)s letters of %(name)s are in the name of the house; %(left)s more are being written anew.")
        messages.info(request, said % {"done": given.done, "left": given.left, "name": signer})
    else:
        said = ngettext(
            "%(done)s letter of %(name)s leaves in the name of the house.",
            "%(done)s letters of %(name)s leave in the name of the house.",
            given.done,
        )
        messages.success(request, said % {"done": given.done, "name": signer})
    return redirect(page)


@role_required(STAFF)
def campaign_letters(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The names behind one number of the deed, fifty to a page; its author answers for some of the numbers."""
    campaign = _campaign(campaign_id)
    group = request.GET.get("of", "")
    letters = letters_of(campaign, group)
    if letters is None:
        raise Http404
    found = list(letters.filter(pk__gt=_number(request.GET.get("after")))[: NAMES_TO_A_PAGE + 1])
    context = {
        "campaign": campaign,
        "group": group,
        "title": group_title(group),
        "on_the_deed": campaign.state == Campaign.State.IN_REVIEW and has_role(request.user, MANAGER),
        "letters": found[:NAMES_TO_A_PAGE],
        "count": letters.order_by().count(),
        "more_after": found[NAMES_TO_A_PAGE - 1].pk if len(found) > NAMES_TO_A_PAGE else None,
    }
    return render(request, "campaigns/campaign_letters.html", context)


# --- Asked for, talked about, sent back ---


@role_required(STAFF)
def campaign_ask(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Ask the managers for their approval; where they will be warned, with a reason for each kind of warning."""
    campaign = _campaign(campaign_id)
    if request.method != "POST":
        open_still = campaign.state == Campaign.State.IN_REVIEW and campaign.approval_asked_at is None
        return _ask_page(request, campaign) if open_still else redirect("campaigns:campaign-detail", campaign.pk)
    note = request.POST.get("note", "")
    reasons = {kind: request.POST.get(f"reason-{kind}", "") for kind in KINDS}
    try:
        asked = ask_for_approval(campaign.pk, by=request.user, now=timezone.now(), note=note, reasons=reasons)
    except ReasonsMissing as error:
        if "asked" not in request.POST:  # whoever has not seen the warnings yet has missed nothing
            return _ask_page(request, campaign, note=note, reasons=reasons)
        return _ask_page(request, campaign, note=note, reasons=reasons, missing=error.kinds, status=422)
    except StepRefused as error:
        messages.error(request, refusal(error, step="ask"))
    except CannotComment as error:
        messages.error(request, comment_refusal(error))
        return _ask_page(request, campaign, note=note, reasons=reasons, status=422)
    else:
        if asked:
            messages.success(request, _("Your colleagues are asked for the approval."))
        else:
            messages.info(request, _("The approval has been asked for already."))
    return redirect("campaigns:campaign-detail", campaign.pk)


def _ask_page(
    request: HttpRequest,
    campaign: Campaign,
    *,
    note: str = "",
    reasons: dict[str, str] | None = None,
    missing: Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The warnings the approver will see, each with a field for its reason."""
    context = {
        "campaign": campaign,
        "warned": warned(warnings_of(campaign), reasons=reasons),
        "missing": missing,
        "note": note,
    }
    return render(request, "campaigns/campaign_ask.html", context, status=status)


@role_required(STAFF)
@require_POST
def campaign_comment(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Say something to the other side; back to the page it was said on."""
    campaign = _campaign(campaign_id)
    try:
        add_comment(campaign.pk, by=request.user, text=request.POST.get("text", ""), now=timezone.now())
    except CannotComment as error:
        messages.error(request, comment_refusal(error))
    else:
        messages.success(request, _("Your comment is there for them."))
    on_deed = request.POST.get("page") == "approve" and has_role(request.user, MANAGER)
    page = "campaigns:campaign-approve" if on_deed else "campaigns:campaign-detail"
    return redirect(f"{reverse(page, args=[campaign.pk])}#talk")


@role_required(MANAGER)
@require_POST
def campaign_return(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Send a greeting back to its author, with the comment that says why."""
    campaign = _campaign(campaign_id)
    try:
        send_back(campaign.pk, by=request.user, text=request.POST.get("text", ""), now=timezone.now())
    except CannotComment as error:
        messages.error(
            request,
            _("Say what should change, then send it back.") if error.code == "empty" else comment_refusal(error),
        )
        return redirect(f"{reverse('campaigns:campaign-approve', args=[campaign.pk])}#talk")
    except StepRefused as error:
        messages.error(request, refusal(error, step="return"))
    else:
        messages.success(request, _("It is back with its author, with your comment."))
    return redirect("campaigns:campaign-detail", campaign.pk)


def comment_refusal(error: CannotComment) -> str:
    """Why a comment was not kept."""
    return {
        "empty": _("Write something first."),
        "too_long": _("A comment has up to 1,000 characters. Shorten it."),
        "over": _("This greeting is over; there is nothing more to say about it."),
    }[error.code]
