"""Letters are frozen a thousand people of a lane at a time; a killed worker leaves whole chunks, another goes on."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Exists, F, Model, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from campaigns.letters import frame_of, new_header_id, new_token
from campaigns.links import return_path
from campaigns.models import Campaign, CarriedReview, LetterReview, Message, MessageBody, PreparingLane
from campaigns.personalisation import Person, with_facts
from campaigns.personalisation.signers import from_name_of, reply_to_of
from campaigns.preparing.carrying import carried_of, edits_of, put_back_decisions
from campaigns.preparing.lanes import CHUNK, all_ended, lane_in_hand, note_comparing, people_on, still_there
from campaigns.preparing.writing import BODY, Desk, Letter, day_told
from campaigns.review.by_hand.cases import ask_for_calls
from campaigns.review.comparing import compare_next_chunk
from campaigns.review.edits.merging import save_merged
from campaigns.review.falling_out import left_out_of
from campaigns.review.looking import SURE_ENOUGH
from campaigns.review.today import to_name_of
from campaigns.segments.people import people_of
from customers.bulk import insert_rows, many_objects, reserve_ids
from customers.consent import with_stop_code
from customers.models import Contact


def prepare_next_chunk(campaign_id: int, *, lane: int | None = None, now: datetime) -> bool:
    """Freeze the letters of the next thousand people of a lane (None: of any); when all lanes have theirs, compare
    them. True while there is more to do here.

    Reading and rendering hold no lock; the short transaction at the end writes letters and cursor together, and only
    if the cursor still stands where it stood: two workers on one lane are harmless.
    """
    campaign = Campaign.objects.select_related("version").get(pk=campaign_id)
    if campaign.state != Campaign.State.PREPARING:
        return False
    with many_objects():
        return _next_step(campaign, lane, now=now)


def _next_step(campaign: Campaign, lane: int | None, *, now: datetime) -> bool:
    here = lane_in_hand(campaign, lane)
    if here is not None:
        return _write_next(campaign, here, now=now) or lane is None
    if not all_ended(campaign):
        return False  # others are at work on their lanes; whoever ends the last one goes on
    if compare_next_chunk(campaign.pk, now=now):
        note_comparing(campaign, now=now)
        return True
    _finish_preparing(campaign, now=now)
    return False


def _write_next(campaign: Campaign, lane: PreparingLane, *, now: datetime) -> bool:
    people = people_on(lane, _still_to_write(campaign, now=now))
    chunk = list(with_stop_code(with_facts(people), today=timezone.localdate(now))[:CHUNK])
    if not chunk:
        _end(campaign, lane, now=now)
        return all_ended(campaign)
    # Of two turns on one lane the slower gives way: both would render each chunk, and ring for the next.
    try:
        return _save(campaign, lane, chunk, _letters(campaign, chunk, now=now), now=now)
    except IntegrityError:
        # Somebody got an address meanwhile that a letter on another lane has taken: read again, it is seen.
        return _save(campaign, lane, chunk, _letters(campaign, chunk, now=now), now=now)


@transaction.atomic
def _end(campaign: Campaign, lane: PreparingLane, *, now: datetime) -> None:
    """Nobody is left on a lane; unless other people were chosen since they were looked for."""
    if _still_there(campaign).select_for_update(no_key=True).exists():
        still_there(lane).update(ended=True, moved_at=now)


def _still_to_write(campaign: Campaign, *, now: datetime) -> QuerySet[Contact]:
    """Whom the rule chooses; not those whom a colleague has wished by hand since."""
    done = Message.objects.filter(campaign=campaign, contact=OuterRef("pk"), state__in=Message.OUT)
    return people_of(campaign.audience, today=day_told(campaign, now=now)).filter(~Exists(done))


@transaction.atomic
def _save(
    campaign: Campaign, lane: PreparingLane, chunk: list[Contact], letters: list[Letter], *, now: datetime
) -> bool:
    """Write a chunk; False when somebody else has, or has begun anew."""
    # Whoever was taken back with a list since they were read gets no letter. People are locked before campaigns,
    # as everywhere.
    here = Contact.objects.select_for_update(no_key=True).filter(pk__in=[contact.pk for contact in chunk])
    still_here = set(here.order_by("pk").values_list("pk", flat=True))
    letters = [letter for letter in letters if letter.message.contact_id in still_here]
    # The campaign's row is held to the end: whoever begins anew or calls it off comes before all this or after it.
    if not _still_there(campaign).update(prepared_count=F("prepared_count") + len(letters)):
        return False
    if not still_there(lane).update(up_to=chunk[-1].pk, moved_at=now):
        transaction.set_rollback(True)
        return False
    for letter, pk in zip(letters, reserve_ids(Message, len(letters)), strict=True):
        letter.message.pk = letter.review.message_id = pk
    _insert(Message, (letter.message for letter in letters))
    insert_rows(MessageBody, BODY, (letter.body_row() for letter in letters if letter.rendered is not None))
    _insert(LetterReview, (letter.review for letter in letters))
    save_merged(letter.edit for letter in letters if letter.edit_changed)
    # Here, not where they are rendered: a worker that is late would leave a frame of words that are no longer these.
    for language, manner in {(each.message.language, each.message.manner) for each in letters if each.rendered}:
        frame_of(campaign, language=language, manner=manner)
    return True


def _insert(model: type[Model], rows: Iterable[Model]) -> None:
    """Insert whole rows, a third of the time that `bulk_create` takes."""
    names = tuple(field.attname for field in model._meta.concrete_fields)
    insert_rows(model, names, map(attrgetter(*names), rows))


def _still_there(campaign: Campaign) -> QuerySet[Campaign]:
    """The campaign, if nobody has moved its cursor or begun anew since it was read."""
    return Campaign.objects.filter(
        pk=campaign.pk,
        state=Campaign.State.PREPARING,
        revision=campaign.revision,
    )


@transaction.atomic
def _finish_preparing(campaign: Campaign, *, now: datetime) -> None:
    """The count is complete: what was chosen is what has a row, even if people came or left meanwhile."""
    count = Message.objects.filter(campaign=campaign).count()
    ended = _still_there(campaign).update(chosen_count=count, prepared_count=count, state=Campaign.State.IN_REVIEW)
    if ended:
        CarriedReview.objects.filter(campaign=campaign).delete()
        ask_for_calls(campaign, now=now)


def _letters(campaign: Campaign, contacts: list[Contact], *, now: datetime) -> list[Letter]:
    """Each contact's letter, unsaved, with its words or with the reason why there are none."""
    desk = Desk(campaign, today=day_told(campaign, now=now))
    left_out = left_out_of(contacts, campaign=campaign, today=timezone.localdate(now))
    taken = _addresses_taken(campaign, contacts)
    ids = [contact.pk for contact in contacts]
    carried = carried_of(campaign, ids)
    letters, to_write = [], []
    people, nameless = _read(desk, contacts, carried)
    for person in people:
        message = _new_message(campaign, person, now=now)
        letter = Letter(message, person, LetterReview(campaign_id=campaign.pk, signer=person.signer))
        letters.append(letter)
        if reason := left_out.get(person.contact.pk) or _taken(taken, person.contact):
            message.state, message.reason_code, message.reason_facts = Message.State.SKIPPED, *reason
            letter.review.pile = LetterReview.Pile.NONE
        else:
            kept = carried.get(person.contact.pk)
            letter.confirmed = kept.confirmed if kept else []
            to_write.append(letter)
    edits = edits_of(campaign, ids)
    desk.write([each for each in to_write if each.person.contact.pk not in nameless], edits=edits)
    if nameless:
        desk.write([each for each in to_write if each.person.contact.pk in nameless], edits=edits, neutral=True)
    put_back_decisions(letters, carried)
    return letters


def _read(desk: Desk, contacts: list[Contact], carried: dict[int, CarriedReview]) -> tuple[list[Person], set[int]]:
    """The people of a chunk, and which of them open neutrally: as somebody decided, while their name is unsure."""
    people = desk.read(contacts, signing=desk.campaign.signing)
    nameless = {
        person.contact.pk
        for person in people
        if person.opening.confidence < SURE_ENOUGH
        and (kept := carried.get(person.contact.pk)) is not None
        and kept.aside.get("neutral")
    }
    if nameless:
        chosen = [contact for contact in contacts if contact.pk in nameless]
        opened = desk.read(chosen, signing=desk.campaign.signing, neutral=True)
        instead = {person.contact.pk: person for person in opened}
        people = [instead.get(person.contact.pk, person) for person in people]
    return people, nameless


def _addresses_taken(campaign: Campaign, contacts: list[Contact]) -> dict[str, int]:
    """Addresses that have a letter from an earlier chunk: of somebody who had another address then, or of nobody."""
    digests = [contact.address_digest for contact in contacts if contact.address_digest]
    # Literally as in the constraint: SQLite takes its index for no bound value, and would walk all letters there are.
    in_use = RawSQL("NOT (address_digest = '') AND NOT (state IN ('skipped', 'cancelled'))", [], BooleanField())
    rows = Message.objects.filter(in_use, campaign=campaign, address_digest__in=digests)
    return dict(rows.values_list("address_digest", "contact_id"))


def _taken(taken: dict[str, int], contact: Contact) -> tuple[str, dict] | None:
    """Take the address for this contact; the reason why not when another has it."""
    first = taken.setdefault(contact.address_digest, contact.pk)
    return None if first == contact.pk else ("same_address", {"contact": first})


def _new_message(campaign: Campaign, person: Person, *, now: datetime) -> Message:
    contact, token = person.contact, new_token()
    return Message(
        campaign_id=campaign.pk,
        contact_id=contact.pk,
        occasion_key=campaign.occasion_key,
        language=contact.language,
        manner=person.manner,
        to_name=to_name_of(contact),
        to_address=contact.email,
        address_digest=contact.address_digest,
        salutation_confidence=person.opening.confidence,
        lane=contact.pk % settings.DISPATCH_LANES,
        give_up_at=campaign.give_up_at,
        token=token,
        header_id=new_header_id(token),
        return_path=return_path(token),
        created_at=now,
        from_name=from_name_of(person.signer, contact.language),
        reply_to=reply_to_of(person.signer),
    )
