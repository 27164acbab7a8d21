"""The versions of a greeting's words: the list, two beside one another, an old one brought back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.models import Campaign, GreetingVariant, GreetingVersion
from campaigns.reasons import clock
from campaigns.sentences import campaign_sentence, variant_name
from campaigns.writing.composing import CHANGEABLE, CannotChange
from campaigns.writing.versions import (
    NewerWords,
    VariantBeside,
    VersionLine,
    reader_of,
    restore_variant,
    restore_version,
    version_beside,
    version_lines,
    would_change,
)
from customers.roles import STAFF, role_required

PER_PAGE = 30


def _number(text: str) -> int:
    """A number of a version as the page sends it; 0, which no version has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _campaign(campaign_id: int) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)


# --- The list ---


@role_required(STAFF)
def version_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Every version with who wrote it, what it changed and which letters say it."""
    campaign = _campaign(campaign_id)
    page = Paginator(version_lines(campaign.template), PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    lines = [
        {
            "line": line,
            "said": change_sentence(line),
            "written": clock(line.version.written_at),
            "uses": [
                (each.campaign, campaign_sentence(each.campaign, each.classes, now=now, reached_by=each.reached_by))
                for each in line.used
            ],
        }
        for line in page
    ]
    return render(request, "campaigns/version_list.html", {"campaign": campaign, "page": page, "lines": lines})


def change_sentence(line: VersionLine) -> str:
    """What a version changed against the one before it."""
    if line.is_first:
        return _("The first words: %(variants)s.") % {"variants": _names(line.added)} if line.added else ""
    said = [
        words % {"variants": _names(readers)}
        for words, readers in (
            (_("Changed: %(variants)s."), line.changed),
            (_("New: %(variants)s."), line.added),
            (_("Taken out: %(variants)s."), line.taken_out),
        )
        if readers
    ]
    if line.design_changed:
        said.append(_("Design: %(design)s.") % {"design": line.version.get_design_display()})
    if line.reason_changed:
        said.append(_("The reason for selling is another one."))
    if line.again:
        said.append(_("The words of version %(number)s again.") % {"number": line.again})
    return " ".join(said)


def _names(readers: list[tuple[str, str]]) -> str:
    return " · ".join(variant_name(language, manner) for language, manner in readers)


# --- Two beside one another ---


@role_required(STAFF)
def version_detail(request: HttpRequest, campaign_id: int, number: int) -> HttpResponse:
    """One version beside another: the newest unless asked, and for the newest the one before it."""
    campaign = _campaign(campaign_id)
    versions = {each.number: each for each in campaign.template.versions.select_related("written_by")}
    version = versions.get(number)
    if version is None:
        raise Http404
    newest = versions[max(versions)]
    against = _against(request.GET.get("against", ""), version, versions)
    old, new = (None, version) if against is None else sorted((version, against), key=lambda each: each.number)
    variants = version_beside(old, new)
    can_restore = campaign.state in CHANGEABLE and version != newest and would_change(version, newest)
    beside_newest = can_restore and new == newest
    context = {
        "campaign": campaign,
        "version": version,
        "written": clock(version.written_at),
        "newest": newest,
        "old": old,
        "new": new,
        "against": against,
        "choices": [
            (each, clock(each.written_at), each == newest)
            for _number, each in sorted(versions.items(), reverse=True)
            if each != version
        ],
        "differing": [_shown(each, beside_newest) for each in variants if not each.is_same],
        "same": [(each, variant_name(each.language, each.manner)) for each in variants if each.is_same],
        "can_restore": can_restore,
        "stays": _names([(each.language, each.manner) for each in variants if beside_newest and each.old is None]),
    }
    return render(request, "campaigns/version_detail.html", context)


def _against(text: str, version: GreetingVersion, versions: dict[int, GreetingVersion]) -> GreetingVersion | None:
    """The version to compare with. Raise Http404 for a number that is none of this greeting's."""
    if text:
        chosen = versions.get(_number(text))
        if chosen is None:
            raise Http404
        if chosen != version:
            return chosen
    newest = versions[max(versions)]
    if version != newest:
        return newest
    before = [number for number in versions if number < version.number]
    return versions[max(before)] if before else None


def _shown(variant: VariantBeside, beside_newest: bool) -> dict:
    """A variant that differs, with its name; `code` when the words of the older version can be brought back alone."""
    return {
        "variant": variant,
        "name": variant_name(variant.language, variant.manner),
        "code": f"{variant.language}-{variant.manner}" if beside_newest and variant.old else "",
    }


# --- An old one again ---


@role_required(STAFF)
@require_POST
def version_restore(request: HttpRequest, campaign_id: int, number: int) -> HttpResponse:
    """Bring back the words of a version, or one variant of it, as a new version."""
    campaign = _campaign(campaign_id)
    code = request.POST.get("variant", "")
    facts = {"seen": _number(request.POST.get("seen", "")), "by": request.user, "now": timezone.now()}
    try:
        if code:
            reader = reader_of(code)
            if reader is None:
                raise Http404
            version = restore_variant(campaign.pk, number, language=reader[0], manner=reader[1], **facts)
        else:
            version = restore_version(campaign.pk, number, **facts)
    except (GreetingVersion.DoesNotExist, GreetingVariant.DoesNotExist) as error:
        raise Http404 from error
    except CannotChange:
        messages.error(request, _("Its letters are on their way; the words can no longer change."))
        return redirect("campaigns:campaign-detail", campaign.pk)
    except NewerWords as error:
        messages.warning(
            request,
            _("Other words were saved meanwhile: version %(number)s, %(when)s. Look at them first.")
            % {"number": error.version.number, "when": clock(error.version.written_at)},
        )
        return redirect("campaigns:version-detail", campaign.pk, number)

    if version is None:
        messages.info(request, _("These are the newest words already."))
    else:
        messages.success(
            request,
            _("The words of version %(old)s are back, as version %(new)s.") % {"old": number, "new": version.number},
        )
        if campaign.drafts.filter(user=request.user).exists():
            messages.info(
                request, _("What you typed and did not save is still in the editor. Throw it away to see them.")
            )
    query = f"?{urlencode({'variant': code})}" if code else ""
    return redirect(reverse("campaigns:campaign-write", args=[campaign.pk]) + query)
