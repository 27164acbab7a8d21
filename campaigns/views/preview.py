"""The letter beside the words: rendered for one real person, and what is wrong with the words."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.composing import newest_version
from campaigns.forms.composing import WordsForm
from campaigns.models import Campaign, GreetingVariant
from campaigns.personalisation import with_facts
from campaigns.previewing import preview, tab_of
from campaigns.proofreading import check_words
from campaigns.rendering import Problem
from campaigns.template_problems import problem_sentence
from campaigns.views.frames import framed, framed_sentence, with_head
from customers.models import Contact
from customers.roles import STAFF, role_required


def spoken(problems: tuple[Problem, ...]) -> list[dict]:
    """Problems with their words, errors first, in the order of their places."""
    ordered = sorted(
        problems, key=lambda each: (each.severity != "error", each.where != "subject", each.line, each.column)
    )
    return [
        {"problem": each, "sentence": problem_sentence(each), "error": each.severity == "error"} for each in ordered
    ]


@role_required(STAFF)
@require_POST
def campaign_check(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The list under the editor, for words that need not be saved."""
    get_object_or_404(Campaign, pk=campaign_id)
    form = WordsForm(request.POST)
    problems: tuple[Problem, ...] = ()
    if form.is_valid():
        words = form.cleaned_data
        problems = check_words(
            subject=words["subject"], body=words["body"], language=words["language"], manner=words["manner"]
        )
    return render(request, "campaigns/_checks.html", {"checks": spoken(problems)})


@role_required(STAFF)
def campaign_preview(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The letter as one contact will read it: the words of the form (POST) or the saved ones (GET)."""
    campaign = get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)
    if request.method == "POST":
        form = WordsForm(request.POST)
        if not form.is_valid():
            return framed_sentence(request, sentence=_("These words are too long to be shown as a letter."))
        words = form.cleaned_data
        contact = _contact(words["contact"])
        subject, body, manner = words["subject"], words["body"], words["manner"]
    else:
        contact = _contact(request.GET.get("contact"))
        variant = _saved_variant(campaign, contact)
        if variant is None:
            return framed_sentence(request, sentence=_("Nothing has been written for this person yet."))
        subject, body, manner = variant.subject, variant.body, variant.manner
    if contact is None:
        return framed_sentence(request, sentence=_("Nobody reads these words yet."))
    letter = preview(contact, subject=subject, body=body, manner=manner, campaign=campaign, today=timezone.localdate())
    if letter.problems:
        return framed_sentence(request, name=contact.name, problems=spoken(letter.problems))
    return framed(with_head(letter.html, from_name=settings.HOUSE_NAME, to_name=contact.name, subject=letter.subject))


def _contact(number: object) -> Contact | None:
    if not number or not str(number).isascii() or not str(number).isdigit() or len(str(number)) > 18:
        return None
    return with_facts(Contact.objects.filter(pk=int(number), erased_at=None)).first()


def _saved_variant(campaign: Campaign, contact: Contact | None) -> GreetingVariant | None:
    """The newest words that this contact reads, with the same fallback as the letters themselves."""
    version = newest_version(campaign)
    if version is None or contact is None:
        return None
    language, _dash, manner = tab_of(contact).partition("-")
    variants = {each.manner: each for each in version.variants.filter(language=language)}
    return variants.get(manner) or variants.get(GreetingVariant.Manner.FORMAL)
