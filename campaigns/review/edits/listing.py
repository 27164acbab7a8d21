"""The letters of a greeting that a person changed, and which of them new words of the greeting touch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from campaigns.letters import Wording
from campaigns.models import Campaign, GreetingVersion, HandEdit, Message
from campaigns.personalisation import Person, personalise, with_facts
from campaigns.rendering import RenderedGreeting, RenderError, TemplateError
from campaigns.rendering.three_ways import merge
from campaigns.review.edits.hands import hands_beneath
from campaigns.review.edits.merging import base_of, mine_of
from campaigns.review.edits.words import Line, edit_changes
from campaigns.writing.composing import newest_version
from customers.models import Contact, User

MOST_COMPARED = 500  # edits that a save of the words looks through: half a second at most


@dataclass(frozen=True)
class EditedLetter:
    """One changed letter: what was changed, whose hand, and whether the author's yes is still asked for.

    `letter` is None while the letters are not prepared, or for somebody no longer chosen. `touched` says what new words
    of the greeting do to it: "" nothing, "merged" they come in around the hand's, "disputed" both changed one place.
    `beneath` are the colleagues whose words, waiting for the yes, somebody else has typed over since.
    """

    edit: HandEdit
    letter: Message | None
    changes: tuple[Line, ...]
    waits_for_author: bool
    touched: str = ""
    beneath: tuple[User, ...] = ()

    @property
    def seen(self) -> str:
        """The moment of the words shown, by which a yes is to these words."""
        return self.edit.edited_at.isoformat()


def edits_of_campaign(campaign: Campaign) -> QuerySet[HandEdit]:
    """All edits of a campaign, the newest first."""
    edits = HandEdit.objects.filter(campaign=campaign).select_related("contact", "edited_by", "agreed_by")
    return edits.order_by("-edited_at", "-pk")


def edited_letters(
    campaign: Campaign, edits: Iterable[HandEdit] | None = None, *, touched: dict[int, str] | None = None
) -> list[EditedLetter]:
    """The letters of these edits (None: all of the campaign) with what was changed in each. Four queries at most, three
    while no hand lies beneath another's.
    """
    found = list(edits_of_campaign(campaign) if edits is None else edits)
    letters = Message.objects.filter(campaign=campaign, contact__in=[edit.contact_id for edit in found])
    by_contact = {letter.contact_id: letter for letter in letters}
    beneath = hands_beneath(found)
    return [
        EditedLetter(
            edit,
            by_contact.get(edit.contact_id),
            edit_changes(edit, only_changed=True),
            edit.agreed_at is None and edit.edited_by_id != campaign.author_id,
            (touched or {}).get(edit.contact_id, ""),
            beneath[edit.pk],
        )
        for edit in found
    ]


def touched_by(campaign: Campaign, *, today: date) -> dict[int, str]:
    """Which edited letters the newest words of a greeting touch that its letters do not say yet, by contact.

    "merged": the new words stand elsewhere in the letter. "disputed": they stand where a person wrote something else.
    Of more than MOST_COMPARED edits the newest. Nothing while the newest words are faulty.
    """
    edits = list(edits_of_campaign(campaign)[:MOST_COMPARED])
    newest = newest_version(campaign) if edits else None
    if newest is None or campaign.version_id in (None, newest.pk):
        return {}
    contacts = list(with_facts(Contact.objects.filter(pk__in=[edit.contact_id for edit in edits])))
    told_on = campaign.prepared_on or today
    then = _written(campaign, campaign.version, contacts, today=told_on)
    now = _written(campaign, newest, contacts, today=told_on)
    touched = {}
    for edit in edits:
        old, new = then.get(edit.contact_id), now.get(edit.contact_id)
        if old is None or new is None or (old.subject, old.text, old.html) == (new.subject, new.text, new.html):
            continue
        merged = merge(base_of(edit), mine_of(edit), new)
        touched[edit.contact_id] = "disputed" if merged.conflict else "merged"
    return touched


def _written(
    campaign: Campaign, version: GreetingVersion, contacts: Sequence[Contact], *, today: date
) -> dict[int, RenderedGreeting]:
    """The letters of these people in the words of a version; without those who could not be written to."""
    try:
        wording = Wording(version)
    except TemplateError:
        return {}
    people = personalise(
        contacts,
        occasion=campaign.occasion,
        wish_on=campaign.wish_on or today,
        today=today,
        facts=wording.facts,
        written=wording.written,
        signing=campaign.signing,
    )
    letters = ((person.contact.pk, _rendered(person, wording)) for person in people)
    return {pk: rendered for pk, rendered in letters if rendered is not None}


def _rendered(person: Person, wording: Wording) -> RenderedGreeting | None:
    picked = wording.pick(person)
    if picked is None:
        return None
    try:
        return picked[2].render(person.values)
    except RenderError:
        return None
