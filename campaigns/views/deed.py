"""The deed in words: what stands on the page on which a manager approves."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.coverage import not_chosen_count, reached_by
from campaigns.models import ApprovalComment, Campaign, HandEdit, Message
from campaigns.reasons import letter_reason, reason_group, wish_day_words
from campaigns.review.approval.asking import OVER, comments_of
from campaigns.review.approval.changes import void_words
from campaigns.review.approval.deed import Deed, deed_of, same_words
from campaigns.review.approval.deed_letters import CONSENT, CUSTOMER, UNKNOWN, leaving_letters, rights_of
from campaigns.review.approval.warnings import CONFIRMED, PLAIN, TO_LOOK, reasons_of, warned, what_about
from campaigns.review.aside import BY_HAND, BY_HAND_CODES
from campaigns.review.by_hand.giving import owner_of
from campaigns.review.held import last_day
from campaigns.sentences import is_too_late, people_words, variant_name, ways_words
from campaigns.wishes import wish_of_another_day
from campaigns.writing.checks.selling import is_wish
from campaigns.writing.differences import differences
from campaigns.writing.promised import promised_in, sold_in
from customers.models import User

# Parts of the page that are fetched by themselves when more letters leave than are counted at once in a blink.
PARTS = ("rights", "same")
AT_ONCE = 20_000
RIGHTS = {
    CONSENT: gettext_noop("with their consent"),
    CUSTOMER: gettext_noop("as customers of ours"),
    UNKNOWN: gettext_noop("by a right nobody has noted"),
}
GROUPS = {
    "unread": gettext_noop("Letters that nobody has read"),
    "read": gettext_noop("Letters read one by one"),
    "alike": gettext_noop("Letters ticked with one of their kind"),
    "plain": gettext_noop("Letters with nothing personal but the name"),
    "as_last_year": gettext_noop("Letters almost as the last one to the same person"),
    "edited": gettext_noop("Letters changed by hand"),
    "house": gettext_noop("Letters in the name of the house"),
    CONSENT: gettext_noop("Written to with their consent"),
    CUSTOMER: gettext_noop("Written to as customers of ours"),
    UNKNOWN: gettext_noop("Written to by a right nobody has noted"),
}


def group_title(group: str) -> str:
    """The heading above the names of one group of letters (see `deed_letters.letters_of`)."""
    if group in GROUPS:
        return _(GROUPS[group])
    kind, _dash, key = group.rpartition("-")
    if kind == "same":
        return _("Letters that say the same")
    signer = User.objects.filter(pk=int(key)).first() or _("nobody")
    if kind == "signer-unread":
        return _("Letters in the name of %(name)s, who has not read them") % {"name": signer}
    return _("Letters in the name of %(name)s") % {"name": signer}


def part_context(campaign: Campaign, part: str) -> dict:
    """What one part of the page says that a greeting to very many fetches by itself: see PARTS."""
    if part == "rights":
        return {"campaign": campaign, "rights": _rights(rights_of(campaign))}
    return {"campaign": campaign, "same": same_words(campaign)}


def _rights(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    return [(code, _(RIGHTS[code]), count) for code, count in counts.items() if count]


def deed_context(campaign: Campaign, *, now: datetime, whole: bool = True) -> dict:
    """What the page says of a campaign in review; who looks at it is added by the view.

    Not `whole`: without its PARTS where letters are very many, so that the page is there at once.
    """
    version, today = campaign.version, timezone.localdate(now)
    apart = not whole and leaving_letters(campaign).count() > AT_ONCE
    deed = deed_of(campaign, whole=not apart)
    comments = list(comments_of(campaign))
    wish = wish_of_another_day(campaign, leaves_on=today)
    reasons = reasons_of(campaign)
    found = {TO_LOOK: deed.to_look, CONFIRMED: deed.confirmed, PLAIN: deed.plain}
    counts = {kind: count for kind, count in found.items() if count}
    undecided = [(code, count) for code, count in deed.held if code not in BY_HAND_CODES]
    return {
        "campaign": campaign,
        "deed": deed,
        "people": people_words(campaign.audience),
        "apart": apart,
        "rights": _rights(deed.rights),
        "same": deed.same,
        "variants": [(variant_name(language, manner), count) for language, manner, count in deed.variants],
        "held": [(reason_group(code), code, count) for code, count in undecided],
        "held_count": sum(count for _code, count in undecided),
        "by_hand": ways_words({channel: dict(deed.held).get(code, 0) for channel, code in BY_HAND.items()}),
        "done_by_hand": ways_words(reached_by(campaign, deed.standing) if deed.standing.classes["reached"] else {}),
        "held_letters": _held(deed, campaign, today=today),
        "left_out": [(reason_group(code), code, count) for code, count in deed.left_out],
        "edits": _edits(deed, campaign),
        "promises": list(dict.fromkeys((language, told) for language, _manner, told in promised_in(version.pk))),
        "sold": list(dict.fromkeys(sold_in(version))) if is_wish(campaign.occasion) else [],
        "not_chosen": not_chosen_count(campaign, deed.standing),
        "too_late": is_too_late(campaign, now=now),
        "wish_day": wish_day_words(wish) if wish else "",
        "void": void_words(campaign),
        "asked_by": campaign.approval_asked_by if campaign.approval_asked_at else None,
        "note": _note(campaign, comments, besides=reasons),
        "warned": {each.kind: each for each in warned(counts, reasons={kind: c.text for kind, c in reasons.items()})},
        "comments": _said(campaign, comments),
        "today": today,
    }


def talk_context(campaign: Campaign) -> dict:
    """What the page of a campaign says about its approval: who asks for it, why it was lost, what was said."""
    return {
        "void": void_words(campaign),
        "asked_by": campaign.approval_asked_by if campaign.approval_asked_at else None,
        "comments": _said(campaign, list(comments_of(campaign))),
        "may_comment": campaign.state not in OVER,
    }


def _said(campaign: Campaign, comments: list[ApprovalComment]) -> list[dict]:
    """What was said, and of a reason what it is about."""
    about = what_about(campaign) if comments else {}
    return [{"of": each, "about": about.get(each.pk, "")} for each in comments]


def _note(
    campaign: Campaign, comments: list[ApprovalComment], *, besides: dict[str, ApprovalComment]
) -> ApprovalComment | None:
    """What the author wrote with the question that stands, beside the reasons."""
    known = {each.pk for each in besides.values()}
    asked = (each for each in comments if each.written_at == campaign.approval_asked_at and each.pk not in known)
    return next(asked, None)


def _held(deed: Deed, campaign: Campaign, *, today: date) -> list[dict]:
    """The first letters set aside: whose they are to decide, and until when."""
    until = last_day(campaign)
    return [
        {
            "contact": letter.contact,
            "why": letter_reason(letter.reason_code, letter.reason_facts),
            "owner": owner_of(letter.contact, campaign, today=today),
            "until": until,
        }
        for letter in deed.held_letters
    ]


def _edits(deed: Deed, campaign: Campaign) -> list[dict]:
    """The newest hand edits with what they changed, and whether the author has yet to agree."""
    contacts = [edit.contact_id for edit in deed.edits]
    letters = dict(Message.objects.filter(campaign=campaign, contact__in=contacts).values_list("contact_id", "pk"))
    return [
        {"edit": edit, "letter_id": letters.get(edit.contact_id), "rows": _changed_rows(edit)} for edit in deed.edits
    ]


def _changed_rows(edit: HandEdit) -> list:
    rows = differences(edit.base_subject, edit.subject) if edit.base_subject != edit.subject else []
    return [row for row in (*rows, *differences(edit.base_text, edit.text)) if not row.is_same]
