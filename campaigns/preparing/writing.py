"""The words of one letter and what a reviewer needs of it: written first or anew, always by the same hand.

Nothing here saves; whoever calls does, in the transaction that moves a cursor or voids an approval.
"""

import copy
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from campaigns.letters import Wording, words_digest
from campaigns.models import Campaign, HandEdit, LetterReview, Message, MessageBody
from campaigns.personalisation import Person, personalise
from campaigns.rendering import RenderedGreeting, RenderError
from campaigns.rendering.by_hand import hand_words
from campaigns.review.edits.merging import MERGED_FIELDS, merge_edit
from campaigns.review.guard import Finding, GuardWords, Inspected, inspect, still_open
from campaigns.review.looking import (
    OWN_FACTS,
    SURE_ENOUGH,
    Look,
    Standing,
    look_codes,
    pile_of,
)
from campaigns.review.own_names import own_words
from campaigns.review.sameness import personal_share, same_class
from campaigns.writing.checks.leftovers import looks_unfilled
from customers.models import Contact

logger = logging.getLogger(__name__)
LONGEST_SUBJECT = MessageBody._meta.get_field("subject").max_length
# The columns of a letter's words.
BODY = ("message_id", "subject", "text", "html", "facts_used", "sources", "digest")
_NAMES = ("first_name", "last_name", "known_as", "company_name", "titles", "salutation_typed")


@dataclass
class Letter:
    """A letter on the desk, unsaved: `own` are the machine's words, `rendered` those with a person's hand in them.

    Both are None while it has no words; `message` then says why.
    """

    message: Message
    person: Person
    review: LetterReview
    own: RenderedGreeting | None = None
    rendered: RenderedGreeting | None = None
    edit: HandEdit | None = None
    edit_changed: bool = False
    # Findings of the guard that a person has confirmed before.
    confirmed: list[Look] = field(default_factory=list)

    @property
    def hand_words(self) -> str:
        """What a person put in; "" in a letter nobody touched."""
        if self.edit is None or self.own is None or self.rendered is None:
            return ""
        return hand_words(self.own, self.rendered)

    @cached_property
    def digest(self) -> str:
        """Of the words as they stand at the end; "" without any."""
        return words_digest(self.rendered) if self.rendered else ""

    def body_row(self) -> tuple:
        """The words of a letter that has some, in the order of BODY."""
        said, sources = self.rendered, self.message.fact_sources
        return self.message.pk, said.subject, said.text, said.html, list(said.facts_used), sources, self.digest


def day_told(campaign: Campaign, *, now: datetime) -> date:
    """The day whose facts the letters of a campaign tell: the one on which preparing began, however long it took."""
    return campaign.prepared_on or timezone.localdate(now)


class Desk:
    """What the letters of one campaign are written with; made once for a chunk of people."""

    def __init__(self, campaign: Campaign, *, today: date) -> None:
        self.campaign, self.today = campaign, today
        self.wording = Wording(campaign.version)
        self._guarding = GuardWords.of(campaign.version)

    def read(self, contacts: Iterable[Contact], *, signing: str, neutral: bool = False) -> list[Person]:
        """Return the people with the facts these words tell; with `neutral` under the opening that names nobody."""
        known = list(contacts)
        people = personalise(
            [_nameless(contact) for contact in known] if neutral else known,
            occasion=self.campaign.occasion,
            wish_on=self.campaign.wish_on or self.today,
            today=self.today,
            facts=self.wording.facts,
            written=self.wording.written,
            signing=signing,
        )
        if not neutral:
            return people
        return [replace(person, contact=contact) for person, contact in zip(people, known, strict=True)]

    def write(self, letters: list[Letter], *, edits: Mapping[int, HandEdit], neutral: bool = False) -> None:
        """Write these letters, with the words people put into them (`edits` by contact), and judge them."""
        for letter in letters:
            letter.own = letter.rendered = self._words(letter.message, letter.person, neutral=neutral)
            letter.edit = edits.get(letter.person.contact.pk)
            if letter.own is not None and letter.edit is not None:
                _put_in(letter)
        self.judge(letters, neutral=neutral)

    def judge(self, letters: list[Letter], *, neutral: bool = False) -> None:
        """Look at letters whose words stand: what the guard finds, what asks for a look, how personal they are.

        Constant number of queries.
        """
        written = [letter for letter in letters if letter.rendered is not None]
        found = inspect([_to_inspect(letter) for letter in written], words=self._guarding, today=self.today)
        standing = Standing.of([letter.person.contact.pk for letter in letters], today=self.today)
        findings = dict(zip(map(id, written), found, strict=True))
        for letter in letters:
            _judge(letter, findings.get(id(letter), ()), standing=standing, neutral=neutral)

    def rendered_again(self, message: Message, person: Person, *, neutral: bool) -> RenderedGreeting | None:
        """The machine's words for a letter as it would be written now, None when it would have none."""
        return self._words(copy.copy(message), person, neutral=neutral)

    def _words(self, message: Message, person: Person, *, neutral: bool) -> RenderedGreeting | None:
        """Render the letter; what is not fit to leave by itself is held, with the reason."""
        picked = self.wording.pick(person)
        if picked is None:
            _hold(message, "no_variant", {"language": person.contact.language})
            return None
        message.language, message.manner, greeting = picked
        try:
            rendered = greeting.render(person.values)
        except RenderError as error:
            _hold(message, "template_error", {"code": error.problem.code, **error.problem.facts})
            return None
        except Exception:
            # One person's values that nobody thought of hold one letter, never a thousand.
            logger.exception("The letter to contact %s could not be rendered.", person.contact.pk)
            _hold(message, "template_error", {"code": "unexpected"})
            return None
        if len(rendered.subject) > LONGEST_SUBJECT:
            _hold(message, "template_error", {"code": "subject_too_long", "limit": LONGEST_SUBJECT})
            return None
        message.fact_sources = {name: row for name, row in person.sources.items() if name in rendered.facts_used}
        if person.opening.confidence < SURE_ENOUGH and not neutral:
            _hold(message, "name_unsure", {"why": person.opening.reason, "choices": list(person.opening.choices)})
        elif unfilled := next((key for key in rendered.facts_used if looks_unfilled(person.values[key])), ""):
            _hold(message, "unfilled", {"fact": unfilled})
        return rendered


def _nameless(contact: Contact) -> Contact:
    """The contact as if nobody knew how they are called: their opening is the neutral one of the day."""
    stranger = copy.copy(contact)
    for name in _NAMES:
        setattr(stranger, name, "")
    stranger.gender, stranger.name_confidence = Contact.Gender.UNKNOWN, 0
    return stranger


def _hold(message: Message, code: str, facts: dict) -> None:
    message.state, message.reason_code, message.reason_facts = Message.State.HELD, code, facts


def _put_in(letter: Letter) -> None:
    """Put a person's words into the machine's; where both changed the same place, the person's stay."""
    before = [getattr(letter.edit, name) for name in MERGED_FIELDS]
    letter.rendered, _conflict = merge_edit(letter.edit, letter.own)
    letter.edit_changed = before != [getattr(letter.edit, name) for name in MERGED_FIELDS]


def _to_inspect(letter: Letter) -> Inspected:
    rendered = letter.rendered
    return Inspected(
        letter.message, letter.person, rendered.subject, rendered.text, rendered.html, hand_words=letter.hand_words
    )


def _judge(letter: Letter, findings: Collection[Finding], *, standing: Standing, neutral: bool) -> None:
    """Fill in what the reviewer needs; what the guard will not let go is held."""
    review, rendered, message = letter.review, letter.rendered, letter.message
    review.guard = [finding.as_data() for finding in findings]
    review.confirmed = letter.confirmed
    blocking = still_open(findings, letter.confirmed)
    if blocking and message.state == Message.State.DRAFT:
        _hold(message, "guard", {"code": blocking[0].code, **blocking[0].facts})
    review.look_codes = look_codes(
        message,
        letter.person,
        rendered,
        standing=standing,
        findings=blocking,
        edited=bool(letter.hand_words),
        stale=bool(letter.edit and letter.edit.stale),
        neutral=neutral,
    )
    review.pile = pile_of(message, review.look_codes)
    untouched = letter.own is letter.rendered
    review.rendered_digest = letter.digest if untouched else words_digest(letter.own)
    review.same_class, review.personal_share, review.likeness = "", None, None
    if rendered is not None:
        names = own_names_of(letter.person)
        told = [letter.person.values[key] for key in rendered.facts_used if key in OWN_FACTS]
        review.same_class = same_class(rendered.text, own_words=names)
        review.personal_share = personal_share(rendered.text, own=told, edited=letter.hand_words)


def own_names_of(person: Person) -> tuple[str, ...]:
    """The names and openings by which letters differ that say the same."""
    contact = person.contact
    return own_words(
        first_name=contact.first_name,
        last_name=contact.last_name,
        known_as=contact.known_as,
        company_name=contact.company_name,
        gender=contact.gender,
        salutation=person.opening.text,
    )
