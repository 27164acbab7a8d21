"""How one person will read a greeting: the whole letter as it would leave, or what stands in its way."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.letters import assembled, compiled, make_frame
from campaigns.links import unsubscribe_url
from campaigns.models import Campaign, GreetingVariant, GreetingVersion
from campaigns.personalisation import Person, manner_for, manner_of, personalise, reads_in, with_facts
from campaigns.rendering import RenderError, TemplateError
from campaigns.rendering.problems import Problem
from campaigns.segments import RuleError, audience
from customers.consent import Verdict, may_write_to
from customers.models import Contact
from customers.search import search_contacts

Manner = GreetingVariant.Manner
COMPANIES = (Contact.Kind.COMPANY, Contact.Kind.ORGANISATION)
# The link at the foot of an example letter belongs to no address: following it stops nobody's letters.
NO_DIGEST = "example"
FOUND_LIMIT, FOUND_AT_ONCE = 8, 200
# The numbers on the tabs are counted among everybody: they may be so old, and typing never waits for them.
COUNTS_KEPT_SECONDS = 20


@dataclass(frozen=True)
class Preview:
    """A letter as one person will read it. With `problems` there is no letter: `subject` and `html` are empty."""

    person: Person
    subject: str = ""
    html: str = ""
    text: str = ""
    problems: tuple[Problem, ...] = ()


def preview(
    contact: Contact, *, subject: str, body: str, manner: str, campaign: Campaign, today: date, design: str = "card"
) -> Preview:
    """Render words, saved or not, for one contact. Never raises for what a writer can type."""
    person = person_of(contact, campaign=campaign, today=today, manner=manner)
    try:
        rendered = compiled(subject, body).render(person.values)
    except TemplateError as error:
        return Preview(person, problems=error.problems)
    except RenderError as error:
        return Preview(person, problems=(error.problem,))
    frame = make_frame(language=contact.language, manner=manner, design=design)
    whole = assembled(rendered, frame, way_out=unsubscribe_url(NO_DIGEST))
    return Preview(person, whole.subject, whole.html, whole.text)


def person_of(contact: Contact, *, campaign: Campaign, today: date, manner: str) -> Person:
    """The facts about one contact as letters of this campaign see them, when they read the words of that manner."""
    return personalise(
        [contact],
        occasion=campaign.occasion,
        wish_on=campaign.wish_on or today,
        today=today,
        written={(contact.language, manner)},
        signing=campaign.signing,
    )[0]


def subject_for(person: Person, *, subject: str, body: str) -> str:
    """The subject as this person would read it; "" while the words cannot be written for them."""
    try:
        return compiled(subject, body).render(person.values).subject
    except (TemplateError, RenderError):
        return ""


def verdict_of(contact: Contact, *, now: datetime) -> Verdict:
    return may_write_to(contact, now=now)


# --- Who reads which words ---


@dataclass(frozen=True)
class VariantTab:
    """One variant of the words: how many of the audience read it, and whether it is written."""

    language: str
    manner: str
    count: int
    written: bool
    falls_back: bool

    @property
    def code(self) -> str:
        return f"{self.language}-{self.manner}"

    @property
    def missing(self) -> bool:
        return self.count > 0 and not self.written and not self.falls_back


def chosen_people(campaign: Campaign) -> QuerySet[Contact]:
    """The audience without till entries and other rows that nobody would write to; empty for a broken rule."""
    try:
        return audience(campaign.audience).exclude(kind__in=Contact.NEVER_GREETED)
    except RuleError:
        return Contact.objects.none()


def tab_of(contact: Contact) -> str:
    """The code of the tab whose words this contact reads."""
    return f"{contact.language}-{manner_of(contact)}"


def reader_counts(campaign: Campaign) -> Counter[tuple[str, str]]:
    """How many of the audience read each (language, manner); a few seconds old at most."""
    key = f"readers-{sha256(json.dumps(campaign.audience, sort_keys=True).encode()).hexdigest()}"
    return cache.get_or_set(key, lambda: _counted(campaign), COUNTS_KEPT_SECONDS)


def _counted(campaign: Campaign) -> Counter[tuple[str, str]]:
    rows = chosen_people(campaign).order_by().values_list("language", "kind", "register").annotate(count=Count("pk"))
    counts: Counter[tuple[str, str]] = Counter()
    for language, kind, register, count in rows:
        counts[language, manner_for(kind, register)] += count
    return counts


def variant_tabs(campaign: Campaign, version: GreetingVersion | None) -> list[VariantTab]:
    """The variants of a campaign; the counts add up to the audience.

    The three Greek manners and English are always offered, others once somebody reads them.
    """
    counts = reader_counts(campaign)
    written = set(version.variants.values_list("language", "manner")) if version else set()
    keys = [("el", manner.value) for manner in (Manner.FORMAL, Manner.INFORMAL, Manner.COMPANY)]
    keys.append(("en", Manner.FORMAL.value))
    keys += sorted({*counts} - {*keys})
    return [
        VariantTab(
            language,
            manner,
            counts[language, manner],
            (language, manner) in written,
            (language, Manner.FORMAL.value) in written,
        )
        for language, manner in keys
    ]


def readers_of(campaign: Campaign, *, language: str, manner: str) -> QuerySet[Contact]:
    """The people of the audience who read one variant, in the order of their numbers."""
    readers = chosen_people(campaign).filter(reads_in(manner), language=language)
    return with_facts(readers).order_by("pk")


@dataclass(frozen=True)
class Place:
    """Where a contact stands among the readers of a variant: position from 1, and the neighbours."""

    position: int
    total: int
    previous: int | None
    following: int | None


def place_of(contact: Contact, readers: QuerySet[Contact], *, total: int) -> Place:
    """Where a reader stands among `total`, at least as many as stand before them."""
    before = readers.filter(pk__lt=contact.pk).order_by()
    position = before.count() + 1
    return Place(
        position=position,
        total=max(total, position),
        previous=before.order_by("-pk").values_list("pk", flat=True).first(),
        following=readers.filter(pk__gt=contact.pk).values_list("pk", flat=True).first(),
    )


# "How will it read": the word of the chip, and who is meant.
SAMPLES: tuple[tuple[str, object, Q], ...] = (
    (
        "woman",
        _("a woman"),
        Q(kind=Contact.Kind.PERSON, gender=Contact.Gender.WOMAN, name_confidence__gte=0.9),
    ),
    ("company", _("a company"), Q(kind__in=COMPANIES)),
    (
        "informal",
        _("somebody we call by first name"),
        Q(register=Contact.Register.INFORMAL, kind=Contact.Kind.PERSON),
    ),
    ("no_purchase", _("somebody without purchases"), Q(summary=None)),
    ("unsure", _("a name we are not sure of"), Q(name_confidence__lt=0.9, kind=Contact.Kind.PERSON)),
)


def sample_person(
    campaign: Campaign, code: str, *, after: int = 0, variant: tuple[str, str] | None = None
) -> Contact | None:
    """Somebody of the audience for one chip, the next one after contact `after`; None when there is nobody.

    One who reads the words of that variant (language and manner), where there is one; else whoever reads others.
    """
    wanted = {name: condition for name, _label, condition in SAMPLES}.get(code)
    if wanted is None:
        return None
    people = with_facts(chosen_people(campaign).filter(wanted)).order_by("pk")
    if variant:
        here = people.filter(reads_in(variant[1]), language=variant[0])
        people = here if here.exists() else people
    return people.filter(pk__gt=after).first() or people.first()


def find_people(query: str) -> list[Contact]:
    """People found by name for the preview, whoever they are: a greeting may be looked at for anybody.

    In the order of their names; of a beginning that hundreds share, any few of them.
    """
    # Found first, put in order then: told to order them all, PostgreSQL walks everybody by name (100,000: a second).
    found = search_contacts(query, limit=FOUND_AT_ONCE)
    people = [contact for contact in found if contact.kind not in Contact.NEVER_GREETED]
    return sorted(people, key=lambda contact: (contact.sort_key, contact.pk))[:FOUND_LIMIT]
