"""The versions of a greeting's words: what each changed, who uses it, two side by side, an old one again.

A version is never changed or deleted. To bring old words back is to write a new version that says the same, so it can
be taken back the same way.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models.functions import MD5

from campaigns.models import Campaign, GreetingTemplate, GreetingVariant, GreetingVersion
from campaigns.selectors import CampaignLine, campaign_lines
from campaigns.writing.composing import add_version, changeable_campaign, newest_version
from campaigns.writing.differences import Row, differences
from customers import audit
from customers.models import User

Reader = tuple[str, str]  # language and manner: who reads a variant
_MANNERS = list(GreetingVariant.Manner)


class NewerWords(Exception):
    """Somebody saved other words after the page was read; `version` is theirs."""

    def __init__(self, version: GreetingVersion) -> None:
        super().__init__(str(version))
        self.version = version


@dataclass
class VersionLine:
    """A version in the list: what it changed against the one before it, and the campaigns that use it.

    `again` is the number of the latest earlier version with the very same words, when it is not the one before.
    """

    version: GreetingVersion
    is_first: bool
    is_newest: bool
    changed: list[Reader]
    added: list[Reader]
    taken_out: list[Reader]
    design_changed: bool
    reason_changed: bool
    again: int | None
    used: list[CampaignLine] = field(default_factory=list)


@dataclass(frozen=True)
class VariantBeside:
    """One variant in two versions; where a version has none, that side of the rows is empty."""

    language: str
    manner: str
    old: GreetingVariant | None
    new: GreetingVariant | None
    subject: list[Row]
    body: list[Row]

    @property
    def is_same(self) -> bool:
        return None not in (self.old, self.new) and all(row.is_same for row in [*self.subject, *self.body])

    @property
    def words(self) -> GreetingVariant:
        """The words as one text, for a variant that did not change."""
        return self.new or self.old


def reader_of(code: str) -> Reader | None:
    """Return language and manner of a code such as "el-formal"; None for what is none."""
    language, _dash, manner = code.partition("-")
    is_language = len(language) == 2 and language.isascii() and language.isalpha()
    return (language, manner) if is_language and manner in _MANNERS else None


def reader_order(reader: Reader) -> tuple:
    """Greek before other languages, then plural, singular, company: the order of the tabs."""
    language, manner = reader
    return language != "el", language, _MANNERS.index(manner)


# --- The list ---


def version_lines(template: GreetingTemplate) -> list[VersionLine]:
    """Every version of a template, the newest first. Words are compared by a digest the database makes, not read."""
    versions = list(template.versions.select_related("written_by").order_by("number"))
    digests: dict[int, dict[Reader, tuple]] = {version.pk: {} for version in versions}
    rows = GreetingVariant.objects.filter(version__template=template).annotate(digest=MD5("body"))
    for pk, language, manner, *words in rows.values_list("version_id", "language", "manner", "subject", "digest"):
        digests[pk][language, manner] = tuple(words)

    lines = []
    for place, version in enumerate(versions):
        before = versions[place - 1] if place else None
        now, then = digests[version.pk], digests[before.pk] if before else {}
        earlier = [each.number for each in versions[:place] if digests[each.pk] == now]
        lines.append(
            VersionLine(
                version=version,
                is_first=before is None,
                is_newest=place == len(versions) - 1,
                changed=sorted((key for key in now.keys() & then.keys() if now[key] != then[key]), key=reader_order),
                added=sorted(now.keys() - then.keys(), key=reader_order),
                taken_out=sorted(then.keys() - now.keys(), key=reader_order),
                design_changed=before is not None and before.design != version.design,
                reason_changed=before is not None and before.selling_reason != version.selling_reason,
                again=earlier[-1] if earlier and now != then else None,
            )
        )
    _note_uses(lines, template)
    return lines[::-1]


def _note_uses(lines: list[VersionLine], template: GreetingTemplate) -> None:
    """Write each campaign of the template to the version it uses: the frozen one, while it is written the newest."""
    if not lines:
        return
    by_version = {line.version.pk: line for line in lines}
    for each in campaign_lines(template.campaigns.order_by("pk")):
        is_written = each.campaign.state == Campaign.State.DRAFT or each.campaign.version_id is None
        line = lines[-1] if is_written else by_version.get(each.campaign.version_id)
        if line:
            line.used.append(each)


# --- Two beside one another ---


def version_beside(old: GreetingVersion | None, new: GreetingVersion) -> list[VariantBeside]:
    """Every variant of two versions with the words that differ set apart; without `old`, the words of `new` alone."""
    left, right = _variants(old), _variants(new)
    return [
        _beside(reader, left.get(reader), right.get(reader)) for reader in sorted({*left, *right}, key=reader_order)
    ]


def _variants(version: GreetingVersion | None) -> dict[Reader, GreetingVariant]:
    return {(each.language, each.manner): each for each in version.variants.all()} if version else {}


def _beside(reader: Reader, old: GreetingVariant | None, new: GreetingVariant | None) -> VariantBeside:
    both = old is not None and new is not None
    return VariantBeside(
        *reader,
        old=old,
        new=new,
        subject=differences(old.subject, new.subject) if both else [],
        body=differences(old.body, new.body) if both else [],
    )


# --- An old one again ---


@dataclass(frozen=True)
class _OldWords:
    """What a new version is to say; `facts` tell the trail where it came from."""

    variants: dict[Reader, GreetingVariant]
    design: str
    selling_reason: str
    facts: dict

    def stand_in(self, version: GreetingVersion) -> bool:
        """True when `version` says the same already."""
        return (_said(self.variants), self.design, self.selling_reason) == (
            _said(_variants(version)),
            version.design,
            version.selling_reason,
        )


def _said(variants: dict[Reader, GreetingVariant]) -> dict[Reader, tuple[str, str]]:
    return {reader: (each.subject, each.body) for reader, each in variants.items()}


def _again(wanted: GreetingVersion, newest: GreetingVersion) -> _OldWords:
    """A whole version again, with the variants that only the newest has."""
    variants = _variants(newest) | _variants(wanted)
    return _OldWords(variants, wanted.design, wanted.selling_reason, {"from": wanted.number})


def would_change(wanted: GreetingVersion, newest: GreetingVersion) -> bool:
    """True when bringing back `wanted` makes words that differ from the newest."""
    return not _again(wanted, newest).stand_in(newest)


@transaction.atomic
def restore_version(campaign_id: int, number: int, *, seen: int, by: User, now: datetime) -> GreetingVersion | None:
    """Write the words of version `number` as a new version, with its design; return it, or None if they stand so.

    Variants which that version did not have yet stay as they are: their readers are not left without a letter. `seen`
    is the newest version on the reader's page. Raise CannotChange once letters are on their way, NewerWords when
    somebody saved other words after `seen`, GreetingVersion.DoesNotExist for a number the template does not have.
    """
    campaign = changeable_campaign(campaign_id)
    wanted = campaign.template.versions.get(number=number)
    newest = newest_version(campaign)
    return _write_again(campaign, newest, _again(wanted, newest), seen=seen, by=by, now=now)


@transaction.atomic
def restore_variant(
    campaign_id: int, number: int, *, language: str, manner: str, seen: int, by: User, now: datetime
) -> GreetingVersion | None:
    """Write one variant of version `number` again, beside the newest words of the others; else as restore_version.

    Raise GreetingVariant.DoesNotExist when that version has no such variant. The design stays; a reason for selling
    comes along where none stands.
    """
    campaign = changeable_campaign(campaign_id)
    wanted = campaign.template.versions.get(number=number)
    variant = wanted.variants.get(language=language, manner=manner)
    newest = newest_version(campaign)
    variants = _variants(newest) | {(language, manner): variant}
    facts = {"from": number, "language": language, "manner": manner}
    words = _OldWords(variants, newest.design, newest.selling_reason or wanted.selling_reason, facts)
    return _write_again(campaign, newest, words, seen=seen, by=by, now=now)


def _write_again(
    campaign: Campaign, newest: GreetingVersion, words: _OldWords, *, seen: int, by: User, now: datetime
) -> GreetingVersion | None:
    """The new version, unless the newest says the same already: a second click, or a colleague who was first."""
    if words.stand_in(newest):
        return None
    if newest.number > seen:
        raise NewerWords(newest)
    version = add_version(
        campaign,
        words.variants.values(),
        design=words.design,
        selling_reason=words.selling_reason,
        by=by,
        now=now,
    )
    facts = words.facts | {"version": version.number}
    audit.record("bring_back_words", actor=by, now=now, obj=campaign, facts=facts)
    return version
