"""A letter is written anew: with the facts of today, the frozen words of its campaign, and a person's hand in it again.

The campaign is locked before its letters. A letter that says something else than before loses its tick, and is a change
of the campaign.
"""

import copy
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns.letters import frame_of, words_digest
from campaigns.models import Campaign, LetterReview, Message, MessageBody
from campaigns.personalisation import Person, with_facts
from campaigns.personalisation.signers import from_name_of, reply_to_of
from campaigns.preparing.carrying import edits_of
from campaigns.preparing.writing import BODY, Desk, Letter, day_told
from campaigns.review.aside import BY_HAND_CODES
from campaigns.review.comparing import Words, likeness_to_last, look_of_likeness, read_another
from campaigns.review.edits.merging import save_merged
from campaigns.review.looking import ALIKE, AS_LAST_YEAR, ASIDE_CODES, NEUTRAL, SURE_ENOUGH, has_code, pile_of
from campaigns.review.steps import REVIEWABLE
from campaigns.review.today import to_name_of
from campaigns.running import change_campaign
from customers.bulk import insert_rows, update_rows
from customers.models import Contact, User

CHUNK = 1_000
REWRITTEN = "rewrite_letters"
# A letter that has left, or is just leaving, says what it says.
REWRITABLE = (Message.State.DRAFT, Message.State.HELD)
_WRITTEN = (
    "language", "manner", "to_name", "to_address", "address_digest", "salutation_confidence", "from_name", "reply_to",
    "state", "reason_code", "reason_facts", "reviewed_at", "reviewed_by_id",
)  # fmt: skip


@dataclass(frozen=True)
class Rewritten:
    """Whether the letter says something else now, and the code of what still holds it ("": it may leave)."""

    changed: bool
    code: str


def rewrite_letter(
    message_id: int,
    *,
    by: User,
    now: datetime,
    neutral: bool = False,
    house_signs: bool = False,
    is_change: bool = True,
) -> Rewritten:
    """Write one letter anew; see `rewrite_letters`. One that is gone, or that nobody can change, is not changed."""
    campaign_id = Message.objects.filter(pk=message_id).values_list("campaign_id", flat=True).first()
    if campaign_id is None:
        return Rewritten(False, "gone")
    found = rewrite_letters(
        campaign_id, [message_id], by=by, now=now, neutral=neutral, house_signs=house_signs, is_change=is_change
    )
    return found.get(message_id, Rewritten(False, "state"))


@transaction.atomic
def rewrite_letters(
    campaign_id: int,
    message_ids: Collection[int],
    *,
    by: User,
    now: datetime,
    neutral: bool = False,
    house_signs: bool = False,
    is_change: bool = True,
) -> dict[int, Rewritten]:
    """Write these letters anew, a thousand at a time, and return what became of each that could be.

    `neutral`: with the opening that names nobody, and not held for an unsure name. `house_signs`: in the name of the
    house; a tick stays where nothing but the signature changed. `is_change` False: the caller has decided about the
    approval; without such a decision nothing is written of a campaign on its way, which a change would stop for good.
    What a person set aside stays aside; in a campaign on its way a letter stays held, and the caller lets it go.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    campaign = Campaign.objects.select_related("version").get(pk=campaign.pk)
    if campaign.version is None or (is_change and campaign.state not in REVIEWABLE):
        return {}
    desk, done = Desk(campaign, today=day_told(campaign, now=now)), {}
    ids = sorted(message_ids)
    for start in range(0, len(ids), CHUNK):
        letters = _locked(campaign, ids[start : start + CHUNK])
        done |= _write_anew(desk, letters, neutral=neutral, house_signs=house_signs)
    if is_change and any(rewritten.changed for rewritten in done.values()):
        change_campaign(campaign, by=by, now=now, what=REWRITTEN)
    return done


def _locked(campaign: Campaign, ids: list[int]) -> list[Message]:
    """The letters that can still be written anew, locked, with their words and reviews."""
    states = REWRITABLE if campaign.state in REVIEWABLE else (Message.State.HELD,)
    letters = Message.objects.select_for_update(of=("self",)).filter(campaign=campaign, pk__in=ids, state__in=states)
    # Whoever opens one of them meanwhile waits, and finds the review as it stands afterwards.
    reviews = LetterReview.objects.select_for_update().filter(message__in=ids).order_by("pk")
    found = list(letters.select_related("body").order_by("pk"))
    by_letter = {review.pk: review for review in reviews}
    for letter in found:
        letter.review = by_letter.get(letter.pk) or LetterReview(campaign=campaign, message=letter)
    return found


def written_how(
    letters: Iterable[Message], *, signing: str, neutral: bool = False, house_signs: bool = False
) -> dict[tuple[str, bool], list[Message]]:
    """Sort letters by who signs them and whether they open neutrally: {(signing, neutral): letters}.

    Who signed stays: a letter in the name of the house is not given to a colleague who came to know its reader since;
    one that somebody gave the neutral opening keeps it.
    """
    groups: dict[tuple[str, bool], list[Message]] = {}
    for letter in letters:
        by_house = house_signs or letter.review.signer_id is None
        how = (
            Campaign.Signing.HOUSE if by_house else signing,
            neutral or has_code(letter.review.look_codes, NEUTRAL),
        )
        groups.setdefault(how, []).append(letter)
    return groups


def read_again(desk: Desk, letters: list[Message], *, signing: str, neutral: bool) -> list[Person]:
    """The readers of these letters with the facts of today, in the order of the letters."""
    contacts = with_facts(Contact.objects.filter(pk__in=[letter.contact_id for letter in letters]))
    known = {contact.pk: contact for contact in contacts}
    return desk.read([known[letter.contact_id] for letter in letters], signing=signing, neutral=neutral)


def _write_anew(desk: Desk, messages: list[Message], *, neutral: bool, house_signs: bool) -> dict[int, Rewritten]:
    before = {message.pk: _as_it_was(message) for message in messages}
    alike = _only_signed_otherwise(desk, messages) if house_signs else frozenset()
    edits = edits_of(desk.campaign, [message.contact_id for message in messages])
    if not (neutral or house_signs):
        open_by_name(desk, messages)
    groups = written_how(messages, signing=desk.campaign.signing, neutral=neutral, house_signs=house_signs)
    letters: list[Letter] = []
    for (signing, opens_neutrally), group in groups.items():
        people = read_again(desk, group, signing=signing, neutral=opens_neutrally)
        written = [_fresh(message, person) for message, person in zip(group, people, strict=True)]
        desk.write(written, edits=edits, neutral=opens_neutrally)
        letters += written
    _lay_aside(letters, before)
    _hold_where_taken(desk.campaign, letters)
    done = {
        letter.message.pk: _settle(letter, before[letter.message.pk], same=letter.message.pk in alike)
        for letter in letters
    }
    _compare_again(desk.campaign, [letter for letter in letters if letter.review.likeness is None])
    on_its_way = desk.campaign.state not in REVIEWABLE
    for letter in letters:
        if on_its_way and letter.message.state == Message.State.DRAFT:
            was = before[letter.message.pk]
            letter.message.state, letter.message.reason_code = was.state, was.reason_code
            letter.message.reason_facts = was.reason_facts
    moved = [
        each.message.pk for each in letters if each.message.address_digest != before[each.message.pk].address_digest
    ]
    # Given up before they are taken: of two letters that change places, neither finds its new one free.
    Message.objects.filter(pk__in=moved).update(address_digest="")
    _save(desk.campaign, letters)
    left = {was.review.same_class for was in before.values() if has_code(was.review.look_codes, ALIKE)}
    read_another(desk.campaign, left)
    return done


def _as_it_was(message: Message) -> Message:
    """A copy with a review of its own, which the writing of the letter does not touch."""
    was = copy.copy(message)
    was.review = copy.copy(message.review)
    return was


def open_by_name(desk: Desk, letters: list[Message]) -> None:
    """Letters with the neutral opening whose reader’s name somebody has settled since are called by it again, when
    they are written anew. Changes their reviews, unsaved.
    """
    nameless = [letter for letter in letters if has_code(letter.review.look_codes, NEUTRAL)]
    if not nameless:
        return
    people = read_again(desk, nameless, signing=Campaign.Signing.HOUSE, neutral=False)
    for letter, person in zip(nameless, people, strict=True):
        if person.opening.confidence >= SURE_ENOUGH:
            letter.review.look_codes = [each for each in letter.review.look_codes if each["code"] != NEUTRAL]


def _compare_again(campaign: Campaign, letters: list[Letter]) -> None:
    """Find anew how much of what these letters say their readers were told before; two queries."""
    written = [letter for letter in letters if letter.rendered is not None]
    words = [
        Words(letter.message.pk, letter.message.contact_id, letter.rendered.text, letter.digest) for letter in written
    ]
    found = likeness_to_last(words, campaign=campaign) if words else {}
    for letter in written:
        letter.review.likeness = found.get(letter.message.pk)
        letter.review.look_codes += look_of_likeness(letter.review.likeness)


def _only_signed_otherwise(desk: Desk, messages: list[Message]) -> frozenset[int]:
    """The letters that would say today what they say, but for the signature."""
    same: set[int] = set()
    for (signing, neutral), group in written_how(messages, signing=desk.campaign.signing).items():
        people = read_again(desk, group, signing=signing, neutral=neutral)
        for message, person in zip(group, people, strict=True):
            rendered = desk.rendered_again(message, person, neutral=neutral)
            if rendered and words_digest(rendered) == message.review.rendered_digest:
                same.add(message.pk)
    return frozenset(same)


def _fresh(message: Message, person: Person) -> Letter:
    """The letter as preparing would begin it today, but for its number, its token and its place in a lane."""
    contact, review = person.contact, message.review
    message.language, message.manner = contact.language, person.manner
    message.to_name, message.to_address = to_name_of(contact), contact.email
    message.address_digest, message.salutation_confidence = contact.address_digest, person.opening.confidence
    message.from_name, message.reply_to = from_name_of(person.signer, contact.language), reply_to_of(person.signer)
    # Judged as any other letter; what was set aside is laid aside again afterwards.
    message.state, message.reason_code, message.reason_facts = Message.State.DRAFT, "", {}
    if review.signer_id != (person.signer.pk if person.signer else None):
        review.signer, review.signer_read_at = person.signer, None
    return Letter(message, person, review, confirmed=review.confirmed)


def _lay_aside(letters: list[Letter], before: dict[int, Message]) -> None:
    """What a person set aside or has in hand stays so, whatever is found in its words. A hand goes to no address."""
    for letter in letters:
        was = before[letter.message.pk]
        if was.state == Message.State.HELD and was.reason_code in ASIDE_CODES:
            letter.message.state, letter.message.reason_code = was.state, was.reason_code
            letter.message.reason_facts = was.reason_facts
            letter.review.pile = LetterReview.Pile.NONE
            if was.reason_code in BY_HAND_CODES:
                letter.message.address_digest = ""


def _hold_where_taken(campaign: Campaign, letters: list[Letter]) -> None:
    """An address that another letter goes to by now, or none at all, is for a person to decide."""
    digests = [letter.message.address_digest for letter in letters if letter.message.address_digest]
    rows = Message.objects.filter(campaign=campaign, address_digest__in=digests)
    rows = rows.exclude(state__in=[Message.State.SKIPPED, Message.State.CANCELLED])
    rows = rows.exclude(pk__in=[letter.message.pk for letter in letters])
    taken = dict(rows.values_list("address_digest", "contact_id"))
    for letter in letters:
        message = letter.message
        digest, own = message.address_digest, message.contact_id
        first = taken.setdefault(digest, own) if digest else own
        if first == own and (message.to_address or message.state != Message.State.DRAFT):
            continue
        if first == own:
            message.state, message.reason_code, message.reason_facts = Message.State.HELD, "no_email", {}
            continue
        message.to_address = message.address_digest = ""
        if message.reason_code not in ASIDE_CODES:
            message.state, message.reason_code = Message.State.HELD, "same_address"
            message.reason_facts = {"contact": first}


def _settle(letter: Letter, was: Message, *, same: bool) -> Rewritten:
    """Keep what still holds of what people and the comparing found; say whether the letter is another now."""
    message, review = letter.message, letter.review
    body = getattr(was, "body", None)
    says_the_same = letter.digest == (body.digest if body else "")
    if says_the_same or same:
        review.look_codes += [each for each in was.review.look_codes if each["code"] == AS_LAST_YEAR]
        review.likeness = was.review.likeness
    if review.same_class == was.review.same_class:
        # It is still the one that is read for all of its kind.
        review.look_codes += [each for each in was.review.look_codes if each["code"] == ALIKE]
        review.pile = pile_of(message, review.look_codes)
    if (says_the_same or same) and message.state == Message.State.DRAFT and message.reviewed_at:
        review.pile = LetterReview.Pile.NONE
    else:
        message.reviewed_at, message.reviewed_by, review.ticked_alike = None, None, False
    if not (says_the_same or same):
        review.signer_read_at = None
    places = ("state", "to_name", "to_address", "from_name", "reply_to")
    moved = any(getattr(message, name) != getattr(was, name) for name in places)
    return Rewritten(not says_the_same or moved, message.reason_code)


def _save(campaign: Campaign, letters: list[Letter]) -> None:
    """Write the letters, their words and their reviews; set by set, however many."""
    ids = [letter.message.pk for letter in letters]
    written = [(letter.message.pk, *(getattr(letter.message, name) for name in _WRITTEN)) for letter in letters]
    update_rows(Message, _WRITTEN, written)
    MessageBody.objects.filter(message__in=ids).delete()
    insert_rows(MessageBody, BODY, (letter.body_row() for letter in letters if letter.rendered is not None))
    LetterReview.objects.filter(message__in=ids).delete()
    LetterReview.objects.bulk_create(letter.review for letter in letters)
    save_merged(letter.edit for letter in letters if letter.edit_changed)
    for language, manner in {(each.message.language, each.message.manner) for each in letters if each.rendered}:
        frame_of(campaign, language=language, manner=manner)
