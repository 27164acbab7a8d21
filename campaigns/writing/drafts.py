"""Words that somebody is typing: kept beside the versions, one row per writer and variant, until they are saved.

A draft is its writer's alone. It never reaches a letter: only saved words do.
"""

from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from campaigns.models import Campaign, WordsDraft
from campaigns.writing.composing import CHANGEABLE, CannotChange, Words, newest_version
from customers.models import User


class DraftMovedOn(Exception):
    """The same writer has typed other words in another window since this one read them; `draft` holds those."""

    def __init__(self, draft: WordsDraft) -> None:
        super().__init__(str(draft))
        self.draft = draft


def mark_of(draft: WordsDraft | None) -> str:
    """What a window remembers of the draft it shows, so that it never writes over one it has not seen."""
    return f"{draft.saved_at.astimezone(UTC):%Y%m%d%H%M%S%f}" if draft else ""


def draft_of(campaign: Campaign, *, by: User, language: str, manner: str) -> WordsDraft | None:
    return campaign.drafts.filter(user=by, language=language, manner=manner).first()


def drafts_of(campaign: Campaign, *, by: User) -> dict[str, WordsDraft]:
    """The writer's drafts by the code of their variant, such as "el-formal"."""
    return {f"{draft.language}-{draft.manner}": draft for draft in campaign.drafts.filter(user=by)}


def keep_draft(campaign: Campaign, words: Words, *, by: User, seen: str, now: datetime) -> WordsDraft | None:
    """Keep words as they are typed; None when they are the saved ones, of which there is no draft.

    `seen` is the mark of the draft the window began from. Raise DraftMovedOn when another window of the same writer
    kept other words meanwhile, CannotChange when the words of this campaign no longer change.
    """
    if campaign.state not in CHANGEABLE:
        raise CannotChange(campaign)
    try:
        with transaction.atomic():
            return _keep(campaign, words, by=by, seen=seen, now=now)
    except IntegrityError:  # both windows began this draft at the same moment: the other one was first
        with transaction.atomic():
            return _keep(campaign, words, by=by, seen=seen, now=now)


def _keep(campaign: Campaign, words: Words, *, by: User, seen: str, now: datetime) -> WordsDraft | None:
    own = campaign.drafts.filter(user=by, language=words.language, manner=words.manner)
    present = own.select_for_update().first()
    if present and mark_of(present) != seen and (present.subject, present.body) != (words.subject, words.body):
        raise DraftMovedOn(present)
    if (words.subject, words.body) == saved_words(campaign, language=words.language, manner=words.manner):
        own.delete()
        return None
    draft = present or WordsDraft(campaign=campaign, user=by, language=words.language, manner=words.manner)
    draft.subject, draft.body = words.subject, words.body
    draft.from_version, draft.saved_at = words.from_version, now
    draft.save()
    return draft


def saved_words(campaign: Campaign, *, language: str, manner: str) -> tuple[str, str]:
    """Subject and body of a variant as they are saved, empty ones while it is not written."""
    version = newest_version(campaign)
    variants = version.variants.filter(language=language, manner=manner) if version else ()
    return next(((each.subject, each.body) for each in variants), ("", ""))


def drop_draft(campaign: Campaign, *, by: User, language: str, manner: str, seen: str | None = None) -> None:
    """Forget a draft; with `seen`, only one that bears this mark or says what is saved.

    Another window may hold newer words; and a draft that says what is saved would one day cover newer ones.
    """
    draft = draft_of(campaign, by=by, language=language, manner=manner)
    if draft is None:
        return
    saved = (draft.subject, draft.body) == saved_words(campaign, language=language, manner=manner)
    if seen in (None, mark_of(draft)) or saved:
        WordsDraft.objects.filter(pk=draft.pk, saved_at=draft.saved_at).delete()
