"""Whose letter lies on the desk: the next person, one of a kind, somebody found by name. No word is lost on the way."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import replace_url, trigger_client_event

from campaigns.forms.composing import WordsForm
from campaigns.models import Campaign
from campaigns.views.desk import LONGEST_QUERY, desk_page, desk_url, number, reader_context
from campaigns.views.preview import known_contact
from campaigns.views.test_panel import test_panel
from campaigns.writing.composing import CHANGEABLE, Words, newest_version
from campaigns.writing.drafts import DraftMovedOn, keep_draft
from campaigns.writing.previewing import VariantTab, find_people, reader_counts, readers_of, sample_person
from customers.models import Contact
from customers.roles import STAFF, role_required


@role_required(STAFF)
@require_POST
def campaign_reader(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Put another person's letter on the desk; the words typed so far are kept as a draft, or stay on the page."""
    campaign = get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return desk_page(request, campaign, newest_version(campaign), typed=form, status=422)
    words = form.words()
    asked = _asked_for(request, campaign, words)
    contact = asked or known_contact(form.cleaned_data["contact"])
    nobody = asked is None and "as" in request.POST
    tab_code = f"{words.language}-{words.manner}"
    if request.htmx:
        return _beside(request, campaign, contact, tab_code, nobody=nobody)
    if nobody:
        messages.info(request, _("There is nobody of this kind among the people of this greeting."))
    try:
        if campaign.state in CHANGEABLE:
            keep_draft(campaign, words, by=request.user, seen=form.cleaned_data["draft"], now=timezone.now())
    except DraftMovedOn:
        messages.error(
            request, _("You typed other words for this letter in another window. These are kept when you save.")
        )
        return desk_page(request, campaign, newest_version(campaign), typed=form, status=409)
    query = request.POST.get("q", "")[:LONGEST_QUERY]
    return redirect(desk_url(campaign, variant=tab_code, contact=contact.pk if contact else None, q=query))


def _asked_for(request: HttpRequest, campaign: Campaign, words: Words) -> Contact | None:
    if code := request.POST.get("as"):
        after = number(request.POST.get("contact"))
        return sample_person(campaign, code, after=after, variant=(words.language, words.manner))
    return known_contact(request.POST.get("show"))


def _beside(
    request: HttpRequest, campaign: Campaign, contact: Contact | None, tab_code: str, *, nobody: bool
) -> HttpResponse:
    """The switcher with the new person, the facts about them, and the address of this page for a reload."""
    language, _dash, manner = tab_code.partition("-")
    version = newest_version(campaign)
    written = {f"{each.language}-{each.manner}" for each in version.variants.all()} if version else set()
    readers, counts = readers_of(campaign, language=language, manner=manner), reader_counts(campaign)
    tab = VariantTab(language, manner, counts[language, manner], tab_code in written, f"{language}-formal" in written)
    context = {
        "campaign": campaign,
        "tab": tab,
        "changeable": True,
        "beside": True,
        "nobody": nobody,
        **reader_context(campaign, contact, tab, written=written, readers=readers),
        "test": test_panel(request, campaign, contact=contact),
    }
    answer = render(request, "campaigns/_reader.html", context)
    replace_url(answer, desk_url(campaign, variant=tab_code, contact=contact.pk if contact else None))
    return trigger_client_event(answer, "reader-changed", after="settle")


@role_required(STAFF)
@require_GET
def campaign_find(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """People found by name, as one types it."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    context = {"campaign": campaign, "query": query, "found": find_people(query) if query else None}
    return render(request, "campaigns/_found.html", context)
