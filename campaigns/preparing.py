"""Preparing freezes one letter per person chosen, in chunks that can be taken up again after any crash.

Everybody chosen gets a row: whoever cannot be written to is left out or held there, with the reason. Each chunk is
one transaction of letters and cursor together, so a killed worker leaves whole chunks.
"""

import logging
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from campaigns.dispatch.addresses import LetterUnwritable, wire_address
from campaigns.letters import Wording, frame_of, new_header_id, new_token, words_digest
from campaigns.links import return_path
from campaigns.models import Campaign, LetterFrame, Message, MessageBody
from campaigns.occasions import last_sensible_hour
from campaigns.personalisation import Person, personalise, with_facts
from campaigns.rendering import RenderedGreeting, RenderError, TemplateError
from campaigns.segments import audience
from campaigns.writing.checks.leftovers import looks_unfilled
from campaigns.writing.checks.selling import is_wish
from campaigns.writing.promised import sold_in
from customers import audit
from customers.consent import stop_facts, with_stop_code
from customers.imports.applying import running_import
from customers.models import Contact, User

logger = logging.getLogger(__name__)
CHUNK = 1_000  # people per transaction: about a second of work, and short enough for SQLite's single writer
SURE_ENOUGH = 0.9
LONGEST_SUBJECT = MessageBody._meta.get_field("subject").max_length
PREPARABLE = (Campaign.State.DRAFT, Campaign.State.IN_REVIEW, Campaign.State.APPROVED)


class CannotPrepare(Exception):
    """`code` says why: "state" (not a draft or in review), "no_words", "template", "nobody", "import", "selling".

    `problems` are those of faulty words, or (language, words) of what a wish sells without a reason.
    """

    def __init__(self, code: str, problems: tuple = ()) -> None:
        super().__init__(code)
        self.code, self.problems = code, problems


@transaction.atomic
def start_preparing(campaign: Campaign, *, by: User, now: datetime) -> None:
    """Freeze the newest words and the rule, and begin. Letters of an earlier preparation that never left are dropped.

    Raise CannotPrepare when the campaign is not a draft (or in review), has no words, faulty words or nobody, sells
    something in a wish without saying why, or while a list is coming in.
    """
    # Locked before anything is read: whoever saves words or an audience meanwhile comes before or after, never between.
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if running_import() is not None:
        # Half a list would be frozen: people without their remarks, purchases without their people.
        raise CannotPrepare("import")
    version = held.template.versions.order_by("-number").first()
    if version is None or not version.variants.exists():
        raise CannotPrepare("no_words")
    try:
        Wording(version)
    except TemplateError as error:
        raise CannotPrepare("template", error.problems) from error
    may_sell = held.touch == Campaign.Touch.SELLING or not is_wish(held.occasion) or version.selling_reason.strip()
    if not may_sell and (sold := sold_in(version)):
        raise CannotPrepare("selling", tuple(sold))
    chosen_count = audience(held.audience).count()
    if not chosen_count:
        raise CannotPrepare("nobody")
    begun = Campaign.objects.filter(pk=held.pk, state__in=PREPARABLE).update(
        state=Campaign.State.PREPARING,
        version=version,
        revision=F("revision") + 1,
        approved_by=None,
        approved_at=None,
        approved_revision=None,
        chosen_count=chosen_count,
        prepared_count=0,
        prepared_up_to=0,
        give_up_at=last_sensible_hour(held.occasion, held.wish_on, now=now),
    )
    if not begun:
        raise CannotPrepare("state")
    MessageBody.objects.filter(message__campaign=held).delete()
    Message.objects.filter(campaign=held).delete()
    LetterFrame.objects.filter(campaign=held).delete()
    audit.record("prepare_campaign", actor=by, now=now, obj=held, facts={"version": version.number})
    campaign.refresh_from_db()


def prepare_next_chunk(campaign_id: int, *, now: datetime) -> bool:
    """Freeze the letters of the next thousand people. Return True while there is more to do.

    Reading and rendering take about a second and hold no lock; the short transaction at the end writes letters and
    cursor together, and only if the cursor still stands where it stood: two workers on one campaign are harmless.
    """
    campaign = Campaign.objects.select_related("version").get(pk=campaign_id)
    if campaign.state != Campaign.State.PREPARING:
        return False
    chosen = audience(campaign.audience).filter(pk__gt=campaign.prepared_up_to)
    chunk = list(with_stop_code(with_facts(chosen), today=timezone.localdate(now)).order_by("pk")[:CHUNK])
    letters = _letters(campaign, chunk, now=now)
    with transaction.atomic():
        if not chunk:
            _finish_preparing(campaign)
            return False
        # Whoever was taken back with a list since they were read gets no letter. People are locked before campaigns,
        # as everywhere.
        ids = [contact.pk for contact in chunk]
        here = Contact.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        still_here = set(here.values_list("pk", flat=True))
        letters = [letter for letter in letters if letter[0].contact_id in still_here]
        moved = _still_there(campaign).update(
            prepared_up_to=chunk[-1].pk, prepared_count=F("prepared_count") + len(letters)
        )
        if moved:
            Message.objects.bulk_create(message for message, _rendered in letters)
            MessageBody.objects.bulk_create(
                _body(message, rendered) for message, rendered in letters if rendered is not None
            )
    return True


def _still_there(campaign: Campaign):
    """The campaign, if nobody has moved its cursor or begun anew since it was read."""
    return Campaign.objects.filter(
        pk=campaign.pk,
        state=Campaign.State.PREPARING,
        revision=campaign.revision,
        prepared_up_to=campaign.prepared_up_to,
    )


def _finish_preparing(campaign: Campaign) -> None:
    """The count is complete: what was chosen is what has a row, even if people came or left meanwhile."""
    count = Message.objects.filter(campaign=campaign).count()
    _still_there(campaign).update(chosen_count=count, prepared_count=count, state=Campaign.State.IN_REVIEW)


def _letters(campaign: Campaign, contacts: list, *, now: datetime) -> list[tuple[Message, RenderedGreeting | None]]:
    """Each contact's letter, unsaved, with its words or with the reason why there are none."""
    wording = Wording(campaign.version)
    today = timezone.localdate(now)
    people = personalise(
        contacts,
        occasion=campaign.occasion,
        wish_on=campaign.wish_on or today,
        today=today,
        facts=wording.facts,
        written=wording.written,
    )
    taken = _addresses_taken(campaign, contacts)
    wished = _already_wished(campaign, contacts)
    letters: list[tuple[Message, RenderedGreeting | None]] = []
    for person in people:
        message, rendered = _new_message(campaign, person, today=today), None
        left_out = _why_left_out(person, taken=taken, wished=wished)
        if left_out:
            message.state, message.reason_code, message.reason_facts = Message.State.SKIPPED, *left_out
        else:
            taken[message.address_digest] = person.contact.pk
            rendered = _words(message, person, wording)
        letters.append((message, rendered))
    for language, manner in {(message.language, message.manner) for message, rendered in letters if rendered}:
        frame_of(campaign, language=language, manner=manner)
    return letters


def _body(message: Message, rendered: RenderedGreeting) -> MessageBody:
    return MessageBody(
        message=message,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        facts_used=list(rendered.facts_used),
        sources=message.fact_sources,
        digest=words_digest(rendered),
    )


def _new_message(campaign: Campaign, person: Person, *, today: date) -> Message:
    contact, token = person.contact, new_token()
    return Message(
        campaign=campaign,
        contact=contact,
        occasion_key=campaign.occasion_key,
        language=contact.language,
        manner=person.manner,
        to_name=contact.name[:300],
        to_address=contact.email,
        address_digest=contact.address_digest,
        salutation_confidence=person.opening.confidence,
        lane=contact.pk % settings.DISPATCH_LANES,
        give_up_at=campaign.give_up_at,
        token=token,
        header_id=new_header_id(token),
        return_path=return_path(token),
        reply_to=_reply_to(contact, today=today),
    )


def _reply_to(contact: Contact, *, today: date) -> str:
    """The address of the colleague whose person this is, or of who is there for them; "" for the house."""
    if contact.owner is None:
        return ""
    colleague = contact.owner.present(today)
    if not colleague.is_active or not colleague.answers_at:
        return ""
    try:
        return wire_address(colleague.answers_at)
    except LetterUnwritable:
        return ""  # an answer to the house is better than a letter that cannot leave


def _why_left_out(person: Person, *, taken: dict[str, int], wished: dict[int, int]) -> tuple[str, dict] | None:
    """The reason this person gets no letter of this campaign, or None. The gravest reason is told."""
    contact = person.contact
    if contact.stop_code:
        return contact.stop_code, stop_facts(contact, contact.stop_code)
    if contact.pk in wished:
        return "already_wished", {"campaign": wished[contact.pk]}
    if not contact.email:
        return "no_email", {}
    if contact.address_digest in taken:
        return "same_address", {"contact": taken[contact.address_digest]}
    return None


def _words(message: Message, person: Person, wording: Wording) -> RenderedGreeting | None:
    """Render the letter; what is not fit to leave by itself is held, with the reason."""
    picked = wording.pick(person)
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
    if person.opening.confidence < SURE_ENOUGH:
        _hold(message, "name_unsure", {"why": person.opening.reason, "choices": list(person.opening.choices)})
    elif unfilled := next((key for key in rendered.facts_used if looks_unfilled(person.values[key])), ""):
        _hold(message, "unfilled", {"fact": unfilled})
    return rendered


def _hold(message: Message, code: str, facts: dict) -> None:
    message.state, message.reason_code, message.reason_facts = Message.State.HELD, code, facts


def _addresses_taken(campaign: Campaign, contacts: list) -> dict[str, int]:
    """Addresses of this chunk that already have a letter of this campaign (from an earlier chunk)."""
    digests = [contact.address_digest for contact in contacts if contact.address_digest]
    rows = Message.objects.filter(campaign=campaign, address_digest__in=digests).exclude(
        state__in=[Message.State.SKIPPED, Message.State.CANCELLED]
    )
    return dict(rows.values_list("address_digest", "contact_id"))


def _already_wished(campaign: Campaign, contacts: list) -> dict[int, int]:
    """Contacts of this chunk whom another campaign of the same occasion has written to: {contact: campaign}."""
    if not campaign.occasion_key:
        return {}
    rows = Message.objects.filter(
        contact__in=contacts, occasion_key=campaign.occasion_key, state__in=Message.OUT
    ).exclude(campaign=campaign)
    return dict(rows.values_list("contact_id", "campaign_id"))
