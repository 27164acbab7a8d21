"""“Try it on everybody”: a step at a time, with what was found so far carried along in a signed word of the page."""

import hashlib
import json
from dataclasses import asdict, dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from campaigns.forms.composing import WordsForm
from campaigns.models import Campaign
from campaigns.rendering import TemplateError
from campaigns.writing.composing import Words, newest_version
from campaigns.writing.template_problems import problem_sentence
from campaigns.writing.trial_words import finding_lines, trial_sentence
from campaigns.writing.trying import STEP, Trial, TrialFinding, readers_tried, try_on
from customers.roles import STAFF, role_required

# The first step counts everybody too, and whoever pressed the button should see at once that something happens.
FIRST_STEP = 100
_SALT = "campaigns.trial"


@dataclass(frozen=True)
class _Carried:
    """A trial under way: for which words, of how many letters, and what was found so far."""

    digest: str
    total: int
    trial: Trial

    def sealed(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT, compress=True)

    @classmethod
    def opened(cls, sealed: str) -> "_Carried | None":
        """Return what `sealed` holds; None for anything we did not write ourselves."""
        try:
            kept = signing.loads(sealed, salt=_SALT)
        except signing.BadSignature:
            return None
        trial = kept["trial"]
        findings = [
            TrialFinding(**{**each, "people": tuple((pk, name) for pk, name in each["people"])})
            for each in trial["findings"]
        ]
        lost = {int(ordinal): count for ordinal, count in trial["lost"].items()}
        return cls(kept["digest"], kept["total"], Trial(**{**trial, "findings": tuple(findings), "lost": lost}))


@role_required(STAFF)
@require_POST
def campaign_try(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Try the words of the form on the next readers; `step` "stop" only shows how far it has come.

    Other words than those of the trial under way begin a new one.
    """
    campaign = get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign, form, refused=next(iter(form.errors.values()))[0], status=422)
    words = form.words()
    written = _written(campaign)
    today = timezone.localdate()
    digest = _digest(campaign, words)
    before = _Carried.opened(request.POST.get("trial", ""))
    begins = before is None or before.digest != digest
    stopped = request.POST.get("step") == "stop" and not begins
    try:
        if stopped:
            carried = before
        elif begins:
            total = readers_tried(campaign, words, written=written, today=today).count()
            carried = _Carried(
                digest, total, try_on(campaign, words, written=written, today=today, limit=min(STEP, FIRST_STEP))
            )
        else:
            step = try_on(campaign, words, written=written, today=today, after=before.trial.after, limit=STEP)
            carried = _Carried(digest, before.total, before.trial.joined(step))
    except TemplateError as error:
        first = next(problem for problem in error.problems if problem.severity == "error")
        return _page(request, campaign, form, refused=problem_sentence(first))
    return _page(request, campaign, form, carried=carried, stopped=stopped, begins=begins)


def _written(campaign: Campaign) -> set[tuple[str, str]]:
    version = newest_version(campaign)
    return set(version.variants.values_list("language", "manner")) if version else set()


def _digest(campaign: Campaign, words: Words) -> str:
    """One key for these words and these people: what is typed or chosen meanwhile begins anew."""
    what = [campaign.pk, campaign.audience, words.language, words.manner, words.subject, words.body]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def _page(
    request: HttpRequest,
    campaign: Campaign,
    form: WordsForm,
    *,
    carried: _Carried | None = None,
    stopped: bool = False,
    begins: bool = False,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """The piece of the desk, or without a script a page of its own that carries the words along."""
    trial = carried.trial if carried else None
    running = trial is not None and not trial.finished and not stopped
    context = {
        "campaign": campaign,
        "trial": trial,
        "trial_refused": refused,
        "trial_running": running,
        "trial_sentence": trial_sentence(trial, total=carried.total, stopped=stopped) if trial else "",
        "trial_lines": finding_lines(trial, words=form.words()) if trial else [],
        "trial_sealed": carried.sealed() if carried and not trial.finished else "",
    }
    if request.htmx:
        # While it runs the button stays as it is, lest a press of it falls between two steps.
        context["trial_buttons"] = begins or not running
        return render(request, "campaigns/_trial_step.html", context, status=status)
    names = ("language", "manner", "from_version", "contact", "draft", "design", "selling_reason", "subject", "body")
    context["fields"] = [(name, form.data[name]) for name in names if name in form.data]
    return render(request, "campaigns/campaign_trial.html", context, status=status)
