"""What the review room says of the words of one letter: those to change, those that were, and what waits for a word."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.models import HandEdit, Message, MessageBody
from campaigns.rendering.by_hand import LONGEST_SUBJECT, LONGEST_TEXT
from campaigns.review.edits.confirming import EDITABLE, finding_mark, to_confirm
from campaigns.review.edits.hands import hands_beneath
from campaigns.review.edits.judging import machine_words
from campaigns.review.edits.merging import base_of, mine_of
from campaigns.review.edits.words import Line, changes_between, edit_changes
from campaigns.review.guard import finding_sentence
from campaigns.review.steps import REVIEWABLE
from customers.models import User


@dataclass(frozen=True)
class Dispute:
    """Machine and hand wrote different things into one place: what the machine came to say, and what a person wrote,
    each against what the machine said before.
    """

    machine: tuple[Line, ...]
    hand: tuple[Line, ...]


@dataclass(frozen=True)
class EditPanel:
    """`subject` and `text` as they stand in the letter, `digest` of these very words; `changes` against the machine's.

    `beneath` are the colleagues whose words, waiting for the author's yes, somebody has typed over since.
    `findings` are (mark, sentence) of what the guard found in hand-edited words and a person may confirm. Without
    `may_edit` the words are only read. `edit` is None in a letter that nobody touched.
    """

    subject: str = ""
    text: str = ""
    digest: str = ""
    may_edit: bool = False
    edit: HandEdit | None = None
    changes: tuple[Line, ...] = ()
    dispute: Dispute | None = None
    findings: tuple[tuple[str, str], ...] = ()
    waits_for_author: bool = False
    beneath: tuple[User, ...] = ()
    longest_subject: int = LONGEST_SUBJECT
    longest_text: int = LONGEST_TEXT


def edit_panel(letter: Message, *, now: datetime) -> EditPanel:
    """Return the panel of a letter that has its campaign and review fetched along. Two queries, more when the machine's
    words have to be written anew to show a dispute.
    """
    body = MessageBody.objects.filter(pk=letter.pk).first()
    if body is None or not body.html:
        return EditPanel()
    edits = HandEdit.objects.select_related("edited_by", "agreed_by")
    edit = edits.filter(campaign=letter.campaign_id, contact=letter.contact_id).first()
    campaign = letter.campaign
    return EditPanel(
        subject=body.subject,
        text=body.text,
        digest=body.digest,
        may_edit=letter.state in EDITABLE and campaign.state in REVIEWABLE,
        edit=edit,
        changes=edit_changes(edit) if edit else (),
        dispute=_dispute(letter, edit, now=now) if edit and edit.stale else None,
        findings=tuple((finding_mark(each), finding_sentence(each)) for each in to_confirm(letter.review)),
        waits_for_author=edit is not None and edit.agreed_at is None and edit.edited_by_id != campaign.author_id,
        beneath=hands_beneath([edit])[edit.pk] if edit else (),
    )


def _dispute(letter: Message, edit: HandEdit, *, now: datetime) -> Dispute:
    before = base_of(edit)
    machine = machine_words(letter, now=now) or before
    return Dispute(
        changes_between(before, machine, only_changed=True), changes_between(before, mine_of(edit), only_changed=True)
    )
