"""What the pages about calls, cards and messages read: whose they are, how to reach whom, and the words to say."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.letters import Wording
from campaigns.models import Campaign, Message
from campaigns.personalisation import personalise, with_facts
from campaigns.rendering import RenderError, TemplateError
from campaigns.review.aside import BY_HAND_CODES, NO_EMAIL, in_hand
from campaigns.review.by_hand.giving import OPEN
from campaigns.review.by_hand.words import short_words, sms_link, tel_link
from customers.models import Contact, User

logger = logging.getLogger(__name__)
Channel = Message.Channel
State = Message.State


@dataclass(frozen=True)
class HandWords:
    """How one person is reached by hand, and what may be said: `whole` for a card, `short` for a message.

    The numbers are as a person wrote them; a link is "" where there is none. A card needs a street: `postable`.
    """

    whole: str
    short: str
    phone: str
    mobile: str
    tel: str
    sms: str
    address: tuple[str, ...]
    postable: bool


@dataclass(frozen=True)
class HandRow:
    """A letter in somebody's hand, and whose; `done_by` when it was done."""

    letter: Message
    owner: User | None
    words: HandWords
    done_by: User | None = None


def hand_words(contact: Contact, text: str) -> HandWords:
    """The ways to one person with the words of their letter; `text` "" when there are none."""
    short = short_words(text)
    mobile = contact.mobile or (contact.phone if not contact.mobile_key else "")
    number = contact.mobile_key or contact.phone_key or contact.mobile or contact.phone
    lines = (contact.street, f"{contact.postcode} {contact.city}".strip())
    return HandWords(
        whole=text.strip(),
        short=short,
        phone=contact.mobile or contact.phone,
        mobile=mobile,
        tel=tel_link(number),
        sms=sms_link(contact.mobile_key or contact.phone_key or mobile, short),
        address=tuple(line for line in lines if line),
        postable=bool(contact.street and contact.city),
    )


def texts_of(letters: Iterable[Message], *, now: datetime) -> dict[int, str]:
    """The plain words of letters by id. Whoever was left out had none: theirs are written now, and kept nowhere.

    "" for whom there are no words in their language, or whose words do not fit them.
    """
    letters = list(letters)
    texts = {letter.pk: body.text for letter in letters if (body := getattr(letter, "body", None)) and body.text}
    for campaign in {letter.campaign for letter in letters if letter.pk not in texts}:
        wordless = [each for each in letters if each.pk not in texts and each.campaign_id == campaign.pk]
        texts |= _written_now(campaign, wordless, today=timezone.localdate(now))
    return {letter.pk: texts.get(letter.pk, "") for letter in letters}


def _written_now(campaign: Campaign, letters: list[Message], *, today: date) -> dict[int, str]:
    if campaign.version is None:
        return {}
    try:
        wording = Wording(campaign.version)
    except TemplateError:
        return {}
    letter_of = {letter.contact_id: letter.pk for letter in letters}
    people = personalise(
        with_facts(Contact.objects.filter(pk__in=letter_of)),
        occasion=campaign.occasion,
        wish_on=campaign.wish_on or today,
        today=today,
        facts=wording.facts,
        written=wording.written,
        signing=campaign.signing,
    )
    texts = {}
    for person in people:
        picked = wording.pick(person)
        if picked is None:
            continue
        try:
            texts[letter_of[person.contact.pk]] = picked[2].render(person.values).text
        except RenderError:
            # They say their own words; why these do not fit stands with the letters that are held for it.
            logger.info("No words by hand for contact %s.", person.contact.pk)
    return texts


def hand_letters(campaign: Campaign) -> QuerySet[Message]:
    """The letters of a campaign that are in somebody's hand or were done by hand, in the order of names."""
    done = Q(state=State.SENT) & ~Q(channel=Channel.MAIL)
    letters = Message.objects.filter(Q(state=State.HELD, reason_code__in=BY_HAND_CODES) | done, campaign=campaign)
    letters = letters.select_related("contact", "campaign__version", "body", "settled_by")
    return letters.order_by("contact__sort_key", "pk")


def owned_by(letters: QuerySet[Message], user: User, *, today: date) -> QuerySet[Message]:
    """Those of `letters` that are in the hand of a colleague, or of somebody they stand in for."""
    away = User.objects.filter(stand_in=user, away_until__gte=today).values_list("pk", flat=True)
    return letters.filter(reason_facts__owner__in=[user.pk, *away])


def hand_rows(letters: Iterable[Message], *, now: datetime) -> list[HandRow]:
    """Letters from `hand_letters` with whose they are and what to say; a fixed number of statements."""
    letters = list(letters)
    texts = texts_of(letters, now=now)
    ids = {letter.reason_facts.get("owner") for letter in letters}
    today = timezone.localdate(now)
    owners = {user.pk: user for user in User.objects.filter(pk__in=ids).select_related("stand_in")}
    return [
        HandRow(
            letter=letter,
            owner=owner.present(today) if (owner := owners.get(letter.reason_facts.get("owner"))) else None,
            words=hand_words(letter.contact, texts[letter.pk]),
            done_by=letter.settled_by if letter.state == State.SENT else None,
        )
        for letter in letters
    ]


def without_email(campaign: Campaign) -> QuerySet[Message]:
    """Who was left out for want of an e-mail address, and is in nobody's hand yet."""
    return Message.objects.filter(campaign=campaign, state=State.SKIPPED, reason_code=NO_EMAIL)


@dataclass(frozen=True)
class HandWork:
    """What of one campaign waits in a colleague's hand: how many by each way (channel -> count)."""

    campaign: Campaign
    counts: Mapping[str, int]


def hand_work_of(user: User, *, now: datetime) -> list[HandWork]:
    """The calls, cards and messages that wait for a colleague, until their wish no longer reads well; soonest first."""
    open_ones = Campaign.objects.filter(Q(give_up_at=None) | Q(give_up_at__gt=now), state__in=OPEN)
    found = []
    for campaign in open_ones.order_by("wish_on", "pk"):
        mine = owned_by(in_hand(campaign), user, today=timezone.localdate(now))
        count = Counter(mine.order_by().values_list("channel", flat=True))
        if count:
            found.append(HandWork(campaign, count))
    return found
