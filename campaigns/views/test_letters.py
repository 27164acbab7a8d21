"""Test letters at the desk, and the groups of colleagues who get them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.forms.composing import WordsForm
from campaigns.forms.test_letters import ME, GroupForm, PressForm
from campaigns.models import Campaign, GreetingVersion, TestGroup
from campaigns.views.desk import desk_page, desk_url
from campaigns.views.preview import known_contact
from campaigns.views.progress import number
from campaigns.views.test_panel import test_panel, what_became
from campaigns.writing.composing import CHANGEABLE, newest_version
from campaigns.writing.drafts import DraftMovedOn, keep_draft
from campaigns.writing.previewing import preview
from campaigns.writing.template_problems import problem_sentence
from campaigns.writing.test_letter_words import refusal_sentence
from campaigns.writing.test_letters import (
    CannotTest,
    NameTaken,
    ask_test_letters,
    delete_test_group,
    members_of,
    save_test_group,
    saved_groups,
)
from customers.models import Contact, User
from customers.roles import STAFF, role_required


@role_required(STAFF)
@require_POST
def test_letter_send(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Send the words of the desk, saved or not, as its person would read them; the answer has a fresh button."""
    campaign = get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)
    form = WordsForm(request.POST)
    contact, refused = None, ""
    try:
        contact = _ask(request, campaign, form)
    except CannotTest as error:
        refused = problem_sentence(error.problem) if error.problem else refusal_sentence(error.code)
    if request.htmx:
        contact = contact or known_contact(request.POST.get("contact"))
        context = test_panel(request, campaign, contact=contact) | {"refused": refused}
        return render(request, "campaigns/_test_letter.html", {"test": context, "campaign": campaign})
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, _("The test letter is on its way."))
    return _desk_anew(request, campaign, form)


def _ask(request: HttpRequest, campaign: Campaign, form: WordsForm) -> Contact:
    """Make the letter and ask for it. Return its person; raise CannotTest with what stands in the way."""
    press = PressForm(request.POST)
    if not press.is_valid():
        raise CannotTest("stale")
    if not form.is_valid():
        raise CannotTest("too_long")
    contact = known_contact(form.cleaned_data["contact"])
    if contact is None:
        raise CannotTest("no_person")
    words, now = form.words(), timezone.now()
    letter = preview(
        contact,
        subject=words.subject,
        body=words.body,
        manner=words.manner,
        campaign=campaign,
        today=timezone.localdate(now),
        design=words.design or GreetingVersion.Design.CARD,
    )
    to, click = _readers(request.user, press.cleaned_data["test_to"]), press.cleaned_data["click"]
    ask_test_letters(letter, campaign=campaign, to=to, click=click, by=request.user, now=now)
    return contact


def _readers(user: User, to: str) -> list[User]:
    if to == ME:
        return [user]
    group = TestGroup.objects.filter(pk=int(to)).first()
    if group is None:
        raise CannotTest("no_group")
    return members_of(group)


def _desk_anew(request: HttpRequest, campaign: Campaign, form: WordsForm) -> HttpResponse:
    """Without a script the page is loaded anew: what was typed waits as a draft, or stays on the page."""
    if not form.is_valid():
        return desk_page(request, campaign, newest_version(campaign), typed=form, status=422)
    words = form.words()
    try:
        if campaign.state in CHANGEABLE:
            keep_draft(campaign, words, by=request.user, seen=form.cleaned_data["draft"], now=timezone.now())
    except DraftMovedOn:
        sentence = _("You typed other words for this letter in another window. These are kept when you save.")
        messages.error(request, sentence)
        return desk_page(request, campaign, newest_version(campaign), typed=form, status=409)
    variant = f"{words.language}-{words.manner}"
    return redirect(desk_url(campaign, contact=form.cleaned_data["contact"], variant=variant) + "#test-letter")


@role_required(STAFF)
def test_letter_lines(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """What became of one's own last press, for the desk to look at a few times."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    context = {"campaign": campaign, "test": what_became(request, campaign, look=number(request, "look") or 0)}
    return render(request, "campaigns/_test_letter_lines.html", context)


# --- Groups ---


@role_required(STAFF)
def test_group_list(request: HttpRequest) -> HttpResponse:
    """The groups of colleagues, with who is in each."""
    rows = [{"group": group, "members": members_of(group)} for group in saved_groups()]
    return render(request, "campaigns/test_group_list.html", {"rows": rows, **_desk_behind(request)})


@role_required(STAFF)
def test_group_edit(request: HttpRequest, group_id: int | None = None) -> HttpResponse:
    """Make a group, or change one: its name, and its people by ticks."""
    group = get_object_or_404(TestGroup, pk=group_id) if group_id else None
    form = GroupForm(request.POST or None, instance=group)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            save_test_group(
                name=name,
                members=form.cleaned_data["members"],
                by=request.user,
                now=timezone.now(),
                group_id=group_id,
            )
        except NameTaken:
            form.add_error("name", _("There is a group with this name already."))
        except TestGroup.DoesNotExist as error:
            raise Http404 from error
        else:
            messages.success(request, _("The group “%(name)s” is kept.") % {"name": name})
            return redirect(_groups_url(request))
    context = {"form": form, "group": group, **_desk_behind(request)}
    return render(request, "campaigns/test_group_edit.html", context, status=422 if form.errors else 200)


@role_required(STAFF)
def test_group_delete(request: HttpRequest, group_id: int) -> HttpResponse:
    """Ask once, with the name; then delete the group."""
    group = get_object_or_404(TestGroup, pk=group_id)
    if request.method == "POST":
        delete_test_group(group, by=request.user, now=timezone.now())
        messages.success(request, _("The group “%(name)s” is deleted.") % {"name": group.name})
        return redirect(_groups_url(request))
    return render(request, "campaigns/test_group_delete.html", {"group": group, **_desk_behind(request)})


def _desk_behind(request: HttpRequest) -> dict:
    """The greeting one came from, if one did, and what keeps it in the links."""
    campaign = Campaign.objects.filter(pk=number(request, "greeting") or 0).first()
    return {"campaign": campaign, "behind": f"?greeting={campaign.pk}" if campaign else ""}


def _groups_url(request: HttpRequest) -> str:
    return reverse("campaigns:test-group-list") + _desk_behind(request)["behind"]
