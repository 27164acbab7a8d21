"""The letter beside the words: rendered for one real person, and what is wrong with the words."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.forms.composing import WordsForm
from campaigns.models import Campaign, GreetingVariant
from campaigns.personalisation import with_facts
from campaigns.personalisation.signers import from_name_of
from campaigns.rendering import Problem
from campaigns.views.frames import framed, framed_sentence, with_head
from campaigns.writing.composing import Words, newest_version
from campaigns.writing.desk_words import GapLine, gap_lines, how_many, subject_line
from campaigns.writing.gaps import gaps_of
from campaigns.writing.previewing import person_of, preview, readers_of, subject_for, tab_of
from campaigns.writing.proofreading import check_words
from campaigns.writing.reader_towns import with_readers
from campaigns.writing.template_problems import problem_place, problem_sentence, problem_words
from customers.models import Contact
from customers.purchases import purchases_up_to
from customers.roles import STAFF, role_required

_SEVERITIES = ("error", "warning", "hint")


def spoken(problems: tuple[Problem, ...]) -> list[dict]:
    """Problems with their words, errors first, in the order of their places; `mend` is what a button can put right."""
    ordered = sorted(
        problems,
        key=lambda each: (_SEVERITIES.index(each.severity), each.where != "subject", each.line, each.column),
    )
    return [
        {
            "problem": each,
            "sentence": problem_sentence(each),
            "words": problem_words(each),
            "place": problem_place(each),
            "error": each.severity == "error",
            "found": _found(each),
            "mend": _suggestion(each),
        }
        for each in ordered
    ]


def _found(problem: Problem) -> str:
    """The words of the source that a problem is about, as far as it knows them."""
    facts = problem.facts
    return str(facts.get("found") or facts.get("name") or facts.get("tag") or facts.get("text") or "")


def _suggestion(problem: Problem) -> str | None:
    """What to write instead of `found`; None when only the writer can know."""
    if problem.facts.get("mend"):
        return str(problem.facts["suggestion"])
    guess = problem.facts.get("did_you_mean")
    return str(guess) if guess else None


def checked(campaign: Campaign, words: Words, *, contact: Contact | None) -> dict:
    """What the desk says about words, saved or not: problems, gaps, their number, and the subject one person reads."""
    today = timezone.localdate()
    subject, body = words.subject, words.body
    found = (
        check_words(
            subject=subject,
            body=body,
            language=words.language,
            manner=words.manner,
            occasion=campaign.occasion,
            selling_reason=words.selling_reason or "",
        )
        if subject or body
        else ()
    )
    problems = spoken(with_readers(found, campaign=campaign, language=words.language, manner=words.manner))
    readers = readers_of(campaign, language=words.language, manner=words.manner)
    gaps = gaps_of(campaign, subject=subject, body=body, readers=readers, today=today)
    lines: list[GapLine] = gap_lines(gaps, newest_invoice=purchases_up_to())
    errors = sum(each["error"] for each in problems)
    person = person_of(contact, campaign=campaign, today=today, manner=words.manner) if contact else None
    return {
        "checks": problems,
        "gaps": lines,
        "written_in": words.language,
        "nothing_written": not (subject or body),
        "checks_count": how_many(errors, len(problems) - errors + len(lines)),
        "subject_line": subject_line(contact, subject_for(person, subject=subject, body=body)) if person else "",
        "sells": any(each["problem"].code == "selling" for each in problems),
    }


@role_required(STAFF)
@require_POST
def campaign_check(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The list under the editor, for words that need not be saved."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    form = WordsForm(request.POST)
    context = {"beside": True}
    if form.is_valid():
        context |= checked(campaign, form.words(), contact=known_contact(form.cleaned_data["contact"]))
    return render(request, "campaigns/_checks.html", context)


@role_required(STAFF)
def campaign_preview(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The letter as one contact will read it: the words of the form (POST) or the saved ones (GET)."""
    campaign = get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)
    if request.method == "POST":
        form = WordsForm(request.POST)
        if not form.is_valid():
            return framed_sentence(request, sentence=_("These words are too long to be shown as a letter."))
        words = form.words()
        contact = known_contact(form.cleaned_data["contact"])
    else:
        contact = known_contact(request.GET.get("contact"))
        words = _saved_words(campaign, contact)
        if words is None:
            return framed_sentence(request, sentence=_("Nothing has been written for this person yet."))
    if contact is None:
        return framed_sentence(request, sentence=_("Nobody reads these words yet."))
    letter = preview(
        contact,
        subject=words.subject,
        body=words.body,
        manner=words.manner,
        campaign=campaign,
        today=timezone.localdate(),
        design=words.design or "card",
    )
    if letter.problems:
        return framed_sentence(request, name=contact.name, problems=spoken(letter.problems))
    from_name = from_name_of(letter.person.signer, contact.language) or settings.HOUSE_NAME
    return framed(with_head(letter.html, from_name=from_name, to_name=contact.name, subject=letter.subject))


def known_contact(number: object) -> Contact | None:
    """The contact of a number as a page sends it, with what its facts need; None for nobody."""
    if not number or not str(number).isascii() or not str(number).isdigit() or len(str(number)) > 18:
        return None
    return with_facts(Contact.objects.filter(pk=int(number), erased_at=None)).first()


def _saved_words(campaign: Campaign, contact: Contact | None) -> Words | None:
    """The newest words that this contact reads, with the same fallback as the letters themselves."""
    version = newest_version(campaign)
    if version is None or contact is None:
        return None
    language, _dash, manner = tab_of(contact).partition("-")
    variants = {each.manner: each for each in version.variants.filter(language=language)}
    variant = variants.get(manner) or variants.get(GreetingVariant.Manner.FORMAL)
    if variant is None:
        return None
    return Words(language, variant.manner, variant.subject, variant.body, version.number, version.design)
