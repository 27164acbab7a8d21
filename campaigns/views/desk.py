"""What lies on the desk: the words of one variant, the person who reads them, and what is known of both."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import get_language

from campaigns.forms.composing import WordsForm
from campaigns.models import Campaign, GreetingVariant, GreetingVersion, WordsDraft
from campaigns.personalisation import Person
from campaigns.reasons import clock, letter_reason
from campaigns.review.approval.changes import void_words
from campaigns.review.edits.listing import touched_by
from campaigns.review.edits.words import touched_words
from campaigns.sentences import people_words, variant_name
from campaigns.views.preview import checked, known_contact
from campaigns.views.test_panel import test_panel
from campaigns.writing.composing import CHANGEABLE, Words, moved_on
from campaigns.writing.desk_words import silence
from campaigns.writing.drafts import drafts_of, mark_of
from campaigns.writing.palette import palette_of
from campaigns.writing.previewing import (
    SAMPLES,
    VariantTab,
    find_people,
    person_of,
    place_of,
    readers_of,
    tab_of,
    variant_tabs,
    verdict_of,
)
from campaigns.writing.starters import starters_for
from customers.models import Contact
from customers.purchases import purchases_up_to

LONGEST_QUERY = 100


def desk_url(campaign: Campaign, **facts: object) -> str:
    query = urlencode({name: value for name, value in facts.items() if value})
    return reverse("campaigns:campaign-write", args=[campaign.pk]) + (f"?{query}" if query else "")


def hour(moment: datetime) -> str:
    """The time of day in the house, as the desk says when words were kept; on another day than today with its date."""
    local = timezone.localtime(moment)
    return date_format(local, "H:i") if local.date() == timezone.localdate() else clock(moment)


def number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else 0


def desk_page(
    request: HttpRequest,
    campaign: Campaign,
    version: GreetingVersion | None,
    *,
    typed: WordsForm | None = None,
    other: GreetingVariant | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of the editor. `typed` keeps words that could not be saved; `other` are a colleague's."""
    tabs = variant_tabs(campaign, version)
    contact = known_contact(typed.data.get("contact") if typed else request.GET.get("contact"))
    tab = _tab(request, tabs, contact, typed)
    readers = readers_of(campaign, language=tab.language, manner=tab.manner)
    contact = contact or readers.first()
    drafts = drafts_of(campaign, by=request.user)
    words = _on_desk(version, tab, drafts.get(tab.code), typed, other)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    context = {
        "campaign": campaign,
        "audience_label": people_words(campaign.audience),
        "changeable": campaign.state in CHANGEABLE,
        "tab": tab,
        "falls_back": not tab.written and tab.falls_back,
        "query": query,
        "found": find_people(query) if query else None,
        "samples": [(code, label) for code, label, _condition in SAMPLES],
        "errors": typed.errors if typed and not other else {},
        "void": void_words(campaign),
        **words,
        **tabs_context(tabs, tab, drafts),
        **_beginnings(campaign, tabs, tab, words),
        **checked(campaign, _as_words(tab, words), contact=contact),
        **reader_context(campaign, contact, tab, written={each.code for each in tabs if each.written}, readers=readers),
        "test": test_panel(request, campaign, contact=contact),
        "touched_said": touched_said(campaign),
    }
    return render(request, "campaigns/campaign_write.html", context, status=status)


def touched_said(campaign: Campaign) -> str:
    """What the saved words do to letters that somebody changed by hand; "" when nothing."""
    return touched_words(touched_by(campaign, today=timezone.localdate()))


def _tab(request: HttpRequest, tabs: list[VariantTab], contact: Contact | None, typed: WordsForm | None) -> VariantTab:
    """The variant on the desk: the one asked for, else the one this person reads, else the one most people read."""
    by_code = {tab.code: tab for tab in tabs}
    if typed and (code := f"{typed.data.get('language')}-{typed.data.get('manner')}") in by_code:
        return by_code[code]
    if (code := request.GET.get("variant", "")) in by_code:
        return by_code[code]
    if contact and tab_of(contact) in by_code:
        return by_code[tab_of(contact)]
    return max(tabs, key=lambda tab: tab.count)


def tabs_context(tabs: list[VariantTab], tab: VariantTab, drafts: dict[str, WordsDraft]) -> dict:
    """The tabs with their names; those with words of this writer that are not saved are marked."""
    return {
        "tabs": [
            {
                "tab": each,
                "name": variant_name(each.language, each.manner),
                "current": each == tab,
                "unsaved": each.code in drafts,
            }
            for each in tabs
        ]
    }


def _on_desk(
    version: GreetingVersion | None,
    tab: VariantTab,
    draft: WordsDraft | None,
    typed: WordsForm | None,
    other: GreetingVariant | None,
) -> dict:
    """The words in the editor: those just typed, else the writer's draft, else the saved ones."""
    saved = version.variants.filter(language=tab.language, manner=tab.manner).first() if version else None
    subject, body = (saved.subject, saved.body) if saved else ("", "")
    if draft and (draft.subject, draft.body) == (subject, body):
        draft = None
    if typed:
        subject, body = typed.data.get("subject", ""), typed.data.get("body", "")
    elif draft:
        if saved and moved_on(version, draft):
            other = saved
        subject, body = draft.subject, draft.body
    fields = typed.data if typed else {}
    return {
        "subject": subject,
        "body": body,
        "from_version": version.number if version else 0,
        "draft_mark": fields.get("draft", "") if typed else mark_of(draft),
        "draft_at": hour(draft.saved_at) if draft and not typed else "",
        "design": fields.get("design") or (version.design if version else GreetingVersion.Design.CARD),
        "designs": GreetingVersion.Design.choices,
        "selling_reason": fields.get("selling_reason", version.selling_reason if version else ""),
        "other": other,
        "other_by": version.written_by if other else None,
        "other_at": clock(version.written_at) if other else "",
    }


def _as_words(tab: VariantTab, words: dict) -> Words:
    reason = words["selling_reason"]
    return Words(tab.language, tab.manner, words["subject"], words["body"], words["from_version"], None, reason)


def _beginnings(campaign: Campaign, tabs: list[VariantTab], tab: VariantTab, words: dict) -> dict:
    """From what a variant without a word may begin: the ready words, or those of another variant."""
    if words["subject"] or words["body"]:
        return {"beginnings": [], "has_starter": False}
    ready = any(
        (each.language, each.register) == (tab.language, tab.manner) for each in starters_for(campaign.occasion)
    )
    written = [each for each in tabs if each.written and each != tab]
    return {
        "has_starter": ready,
        "beginnings": [(each.code, variant_name(each.language, each.manner)) for each in written],
    }


def reader_context(
    campaign: Campaign, contact: Contact | None, tab: VariantTab, *, written: set[str], readers: QuerySet[Contact]
) -> dict:
    """What the desk says about the person whose letter lies on it.

    `reads`: "here" these words; "until" these, as long as those of their own manner are not written; "other" ones.
    """
    if contact is None:
        return {"contact": None, "palette": _palette(None, tab), "place": None, "stop": "", "reads": "here"}
    now = timezone.now()
    own = tab_of(contact)
    falls_here = (tab.language, tab.manner) == (contact.language, GreetingVariant.Manner.FORMAL) and own not in written
    reads = "here" if own == tab.code else "until" if falls_here else "other"
    is_reader = reads == "here" and readers.filter(pk=contact.pk).exists()
    person = person_of(contact, campaign=campaign, today=timezone.localdate(now), manner=tab.manner)
    verdict = verdict_of(contact, now=now)
    return {
        "contact": contact,
        "palette": _palette(person, tab),
        "place": place_of(contact, readers, total=tab.count) if is_reader else None,
        # From somebody of other words the arrow leads back to the first who reads these.
        "first": None if is_reader else readers.values_list("pk", flat=True).first(),
        "stop": "" if verdict.allowed else letter_reason(verdict.code, verdict.facts),
        "reads": reads,
        "own_code": own,
        "own_variant": variant_name(*own.split("-", 1)),
    }


def _palette(person: Person | None, tab: VariantTab) -> list[dict]:
    """The groups of facts, each entry with the words for why it is kept back."""
    newest = purchases_up_to()
    return [
        {
            "group": group,
            "entries": [
                (entry, silence(entry.silenced, newest_invoice=newest) if entry.silenced else "")
                for entry in group.entries
            ],
        }
        for group in palette_of(person, names_in=get_language() or "el", letter_in=tab.language)
    ]
