"""How one person will read a greeting: the whole letter as it would leave, or what stands in its way."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from campaigns.letters import assembled, make_frame
from campaigns.links import unsubscribe_url
from campaigns.models import Campaign, GreetingVariant, GreetingVersion
from campaigns.personalisation import FACT_NAMES, FACTS, Fact, Person, manner_of, personalise, with_facts
from campaigns.rendering import RenderError, TemplateError, compile_greeting
from campaigns.rendering.problems import Problem
from campaigns.segments import RuleError, audience
from customers.consent import Verdict, may_write_to
from customers.models import Contact
from customers.search import search_contacts

Manner = GreetingVariant.Manner
COMPANIES = (Contact.Kind.COMPANY, Contact.Kind.ORGANISATION)
# The link at the foot of an example letter belongs to no address: following it stops nobody's letters.
NO_DIGEST = "example"
FOUND_LIMIT = 8
# Letters written at once to see what they lack: a twentieth of a second of work.
LOOKED_AT = 300


@dataclass(frozen=True)
class Preview:
    """A letter as one person will read it. With `problems` there is no letter: `subject` and `html` are empty."""

    person: Person
    subject: str = ""
    html: str = ""
    text: str = ""
    problems: tuple[Problem, ...] = ()


def preview(contact: Contact, *, subject: str, body: str, manner: str, campaign: Campaign, today: date) -> Preview:
    """Render words, saved or not, for one contact. Never raises for what a writer can type."""
    person = person_of(contact, campaign=campaign, today=today)
    try:
        rendered = compile_greeting(subject=subject, body=body, names=FACT_NAMES).render(person.values)
    except TemplateError as error:
        return Preview(person, problems=error.problems)
    except RenderError as error:
        return Preview(person, problems=(error.problem,))
    frame = make_frame(language=contact.language, manner=manner)
    whole = assembled(rendered, frame, way_out=unsubscribe_url(NO_DIGEST))
    return Preview(person, whole.subject, whole.html, whole.text)


def person_of(contact: Contact, *, campaign: Campaign, today: date) -> Person:
    """The facts about one contact as letters of this campaign see them."""
    return personalise([contact], occasion=campaign.occasion, wish_on=campaign.wish_on or today)[0]


def facts_of(person: Person, *, language: str) -> list[tuple[Fact, str, str]]:
    """(fact, what one writes for it in this language, this person's value) in the order of the palette."""
    return [(fact, fact.as_typed(language), person.values.get(fact.key, "")) for fact in FACTS]


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


def _with_manner(contacts: QuerySet) -> QuerySet:
    """Annotate each contact with the manner of address its letters use (see `personalisation.manner_of`)."""
    return contacts.annotate(
        manner=Case(
            When(kind__in=COMPANIES, then=Value(Manner.COMPANY.value)),
            default=F("register"),
            output_field=CharField(),
        )
    )


def chosen_people(campaign: Campaign) -> QuerySet[Contact]:
    """The audience without till entries and other rows that nobody would write to; empty for a broken rule."""
    try:
        return audience(campaign.audience).exclude(kind__in=Contact.NEVER_GREETED)
    except RuleError:
        return Contact.objects.none()


def tab_of(contact: Contact) -> str:
    """The code of the tab whose words this contact reads."""
    return f"{contact.language}-{manner_of(contact)}"


def variant_tabs(campaign: Campaign, version: GreetingVersion | None) -> list[VariantTab]:
    """The variants of a campaign; the counts add up to the audience.

    The three Greek manners and English are always offered, others once somebody reads them.
    """
    rows = _with_manner(chosen_people(campaign)).order_by().values_list("language", "manner")
    counts = {(language, manner): count for language, manner, count in rows.annotate(count=Count("pk"))}
    written = set(version.variants.values_list("language", "manner")) if version else set()
    keys = [("el", manner.value) for manner in (Manner.FORMAL, Manner.INFORMAL, Manner.COMPANY)]
    keys.append(("en", Manner.FORMAL.value))
    keys += sorted({*counts} - {*keys})
    return [
        VariantTab(
            language,
            manner,
            counts.get((language, manner), 0),
            (language, manner) in written,
            (language, Manner.FORMAL.value) in written,
        )
        for language, manner in keys
    ]


def readers_of(campaign: Campaign, *, language: str, manner: str) -> QuerySet[Contact]:
    """The people of the audience who read one variant, in the order of their numbers."""
    readers = _with_manner(chosen_people(campaign)).filter(language=language, manner=manner)
    return with_facts(readers).order_by("pk")


@dataclass(frozen=True)
class Place:
    """Where a contact stands among the readers of a variant: position from 1, and the neighbours."""

    position: int
    total: int
    previous: int | None
    following: int | None


def place_of(contact: Contact, readers: QuerySet[Contact], *, total: int) -> Place:
    before = readers.filter(pk__lt=contact.pk)
    return Place(
        position=before.count() + 1,
        total=total,
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


def sample_person(campaign: Campaign, code: str, *, after: int = 0) -> Contact | None:
    """Somebody of the audience for one chip, the next one after contact `after`; None when there is nobody."""
    wanted = {name: condition for name, _label, condition in SAMPLES}.get(code)
    if wanted is None:
        return None
    people = with_facts(chosen_people(campaign).filter(wanted)).order_by("pk")
    return people.filter(pk__gt=after).first() or people.first()


def find_people(query: str) -> Iterable[Contact]:
    """People found by name for the preview, whoever they are: a greeting may be looked at for anybody."""
    return search_contacts(query).exclude(kind__in=Contact.NEVER_GREETED).order_by("sort_key", "pk")[:FOUND_LIMIT]


# --- What will be missing ---


@dataclass(frozen=True)
class Gap:
    """A fact that some readers lack: their letters lose the sentence, or (`blocks`) cannot be written at all."""

    fact: Fact
    count: int
    blocks: bool


@dataclass(frozen=True)
class Gaps:
    """The gaps in the letters of `looked_at` readers, the largest first."""

    looked_at: int = 0
    gaps: tuple[Gap, ...] = ()


def gaps_of(campaign: Campaign, *, subject: str, body: str, readers: QuerySet[Contact], today: date) -> Gaps:
    """Write the letters of the first readers of a variant, and count the facts that are missing from them."""
    try:
        greeting = compile_greeting(subject=subject, body=body, names=FACT_NAMES)
    except TemplateError:
        return Gaps()
    contacts = list(readers[:LOOKED_AT])
    people = personalise(contacts, occasion=campaign.occasion, wish_on=campaign.wish_on or today)
    lost, blocked = Counter(), Counter()
    for person in people:
        missing = [key for key in greeting.facts if not person.values.get(key)]
        try:
            greeting.render(person.values)
        except RenderError as error:
            blocked[FACT_NAMES.get(str(error.problem.facts.get("name")), "")] += 1
        else:
            lost.update(missing)
    facts = {fact.key: fact for fact in FACTS}
    gaps = [Gap(facts[key], count, True) for key, count in blocked.most_common() if key in facts]
    gaps += [Gap(facts[key], count, False) for key, count in lost.most_common() if key in facts]
    return Gaps(len(people), tuple(gaps))
