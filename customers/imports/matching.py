"""Who a row of a list is: somebody we know, somebody of an earlier row, or somebody new.

Our own identifier, where the list came from here; own code; ΑΦΜ with the same name; e-mail with the same
name; phone with the same name; else new. The same e-mail under another name or ΑΦΜ is a question (a couple, an
accountant, the wrong cell), never a silent merge. Till entries and heirs are found by their own code only.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import etiquette
from customers.addresses import email_key
from customers.bulk import find_rows
from customers.imports.incoming import Incoming
from customers.imports.marks import Marks
from customers.models import Contact, ContactAddress, ContactCode

_FATHER = frozenset({"του", "τησ", "tou"})
_BETWEEN_WORDS = str.maketrans(".-", "  ")


class Someone:
    """A contact of the house, or a row of this file that will become one; their names are read when they are asked for.

    `contact_id`: of the contact, or the number kept for the one the row becomes. `row` is None for a contact.
    """

    def __init__(self, *, contact: Contact | None = None, person: Incoming | None = None) -> None:
        self._contact, self._person = contact, person
        self.row = person.row if person else None

    @property
    def is_known(self) -> bool:
        return self._contact is not None

    @property
    def contact_id(self) -> int | None:
        return self._contact.pk if self._contact else self._person.contact_id

    @property
    def ref(self) -> int:
        """Its number among rows and contacts: a row's own, a contact's below zero."""
        return -self._contact.pk if self._contact else self.row

    @cached_property
    def names(self) -> "Names":
        if self._person:
            return _names_of(self._person)
        contact = self._contact
        names = names_of(
            raw_name=contact.raw_name,
            first_name=contact.first_name,
            last_name=contact.last_name,
            company_name=contact.company_name,
        )
        further = (contact.first_name, contact.last_name, contact.company_name)
        words = (word for name in further for word in _words_of(name)[0])
        return Names(names.keys, names.words.union(words), names.father)

    @property
    def tax_number(self) -> str:
        return self._contact.tax_number if self._contact else self._person.fields["tax_number"]

    @property
    def birthday(self) -> tuple[int, int] | None:
        if self._person:
            return _birthday_of(self._person.fields)
        return (self._contact.birth_month, self._contact.birth_day) if self._contact.birth_day else None

    @property
    def greetable(self) -> bool:
        return self._contact.kind not in Contact.NEVER_GREETED if self._contact else self._person.greetable

    @property
    def email_key(self) -> str:
        return self._contact.email_key if self._contact else ""


@dataclass(slots=True)
class Match:
    """`reason`: same_person_key, same_code, same_tax_number, same_email, same_phone, or "" when `someone` is None.

    `questions`: what a person must decide, as (code, the other one, the value in question). `again`: an earlier row
    of this list spoke of the same contact.
    """

    someone: Someone | None = None
    reason: str = ""
    again: bool = False
    questions: list[tuple[str, Someone, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Names:
    """A name as rows are compared by it. `keys`: the ways in which two names are "the same": without order, accents,
    case and father's name. `words`: its phonetic words. `father`: those behind ΤΟΥ, by whom lists tell cousins apart.
    """

    keys: frozenset[str]
    words: frozenset[str]
    father: frozenset[str]


_skeleton = lru_cache(maxsize=20_000)(etiquette.latin_skeleton)


@lru_cache(maxsize=20_000)
def _words_of(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the phonetic words of a name, each once in rising order, and those of the father named behind it."""
    words = etiquette.fold(name).translate(_BETWEEN_WORDS).split()
    father = next((place for place, word in enumerate(words) if place and word in _FATHER), len(words))
    own = sorted({skeleton for word in words[:father] if (skeleton := _skeleton(word))})
    return tuple(own), tuple(map(_skeleton, words[father + 1 :]))


def names_of(*, raw_name: str, first_name: str, last_name: str, company_name: str) -> Names:
    """Return what a name of these fields is compared by."""
    whole, father = _words_of.__wrapped__(raw_name)  # seldom comes again
    keys = {" ".join(whole)}
    if first_name and last_name:
        keys.add(" ".join(sorted({*_words_of(first_name)[0], *_words_of(last_name)[0]})))
    if company_name:
        keys.add(" ".join(_words_of(company_name)[0]))
    return Names(frozenset(filter(None, keys)), frozenset(whole), frozenset(father))


class People:
    """Everybody a row could be. Remembered of the rows met so far are only marks (hashes) and row numbers.

    `earlier(numbers)` gives back rows of this list that were stored before, as (contact they become, person).
    """

    def __init__(self, source: str, earlier: Callable[[Collection[int]], Iterable[Incoming]]) -> None:
        self._source = source
        self._earlier = earlier
        # Whom a code, an address, a ΑΦΜ or a phone leads to; several, where a ΑΦΜ or a phone is shared.
        self._marks = Marks()
        self._spoken_of: set[int] = set()
        self._at_hand: dict[int, Someone] = {}
        # Rows of the chunk at hand that met nobody, by their number: hardly any is ever asked for.
        self._new: dict[int, Incoming] = {}
        self.contacts: dict[int, Contact] = {}

    def load(self, people: Collection[Incoming]) -> None:
        """Have at hand whoever these rows could be, from the database and from earlier rows: a few queries."""
        self.let_go()
        self._load_contacts(people)
        refs: set[int] = set()
        for person in people:
            marks = person.marks = _marks_of(person)
            if self._marks.any_met(marks):
                for mark in marks:
                    refs.update(self._marks.refs(mark))
        self._take({-ref for ref in refs if ref < 0})
        for person in self._earlier({ref for ref in refs if ref > 0}):
            self._at_hand[person.row] = Someone(person=person)

    def let_go(self) -> None:
        """Have nobody at hand any more: what is left of the rows met so far are their marks."""
        self._at_hand, self._new, self.contacts = {}, {}, {}

    def _load_contacts(self, people: Collection[Incoming]) -> None:
        if not Contact.objects.exists():
            return
        codes = {person.code for person in people} - {""}
        keys = {key for person in people for key in person.email_keys}
        taxes = {person.fields["tax_number"] for person in people} - {""}
        phones = {key for person in people for key in person.phone_keys.values()} - {""}
        person_keys = {person.person_key for person in people} - {""}

        by_code = find_rows(ContactCode, ("code", "contact_id"), "code", codes, source=self._source)
        by_address = find_rows(ContactAddress, ("email_key", "contact_id"), "email_key", keys)
        by_key = ()
        if person_keys:
            by_key = Contact.objects.filter(person_key__in=person_keys).values_list("person_key", "pk")
        ids = {contact_id for _mark, contact_id in (*by_code, *by_address, *by_key)}
        marks = {"email_key": keys, "tax_number": taxes, "phone_key": phones, "mobile_key": phones}
        for among, values in marks.items():
            ids.update(row[0] for row in find_rows(Contact, ("id",), among, values))
        self._take(ids)
        for someone in list(self._at_hand.values()):
            self._index_contact(someone)
        for kind, rows in (("key", by_key), ("code", by_code), ("email", by_address)):
            for mark, contact_id in rows:
                if contact_id in self.contacts:
                    self._marks.add_first(hash((kind, str(mark))), -contact_id)

    def _take(self, ids: Collection[int]) -> None:
        """Have the living of these contacts at hand."""
        for contact in Contact.objects.filter(pk__in=ids - self.contacts.keys(), erased_at=None).order_by("pk"):
            self.contacts[contact.pk] = contact
            self._at_hand[-contact.pk] = Someone(contact=contact)

    def _index_contact(self, someone: Someone) -> None:
        contact = self.contacts[someone.contact_id]
        emails = [contact.email_key] if contact.email_key else []
        self._index(someone, emails=emails, phones=(contact.phone_key, contact.mobile_key))

    def met_nobody(self, person: Incoming) -> bool:
        """Return True for a row that has nothing in common with anybody, as most have, and remember it as a new
        contact. False is no answer."""
        if not person.greetable or person.person_key or self._marks.any_met(person.marks):
            return False
        self._marks.add_new(person.marks, person.row)
        self._new[person.row] = person
        return True

    def learn_row(self, person: Incoming, *, emails: Iterable[str], code: str) -> Someone:
        """Remember a row that will be a new contact; `emails` and `code` are those it may call its own."""
        someone = self._at_hand[person.row] = Someone(person=person)
        self._index(someone, emails=map(email_key, emails), phones=person.phone_keys.values())
        self.learn_code(code, someone)
        return someone

    def learn_code(self, code: str, someone: Someone) -> None:
        if code:
            self._marks.add_first(hash(("code", code)), someone.ref)

    def learn_emails(self, emails: Iterable[str], someone: Someone) -> None:
        for email in emails:
            self._marks.add_first(hash(("email", email_key(email))), someone.ref)

    def _index(self, someone: Someone, *, emails: Iterable[str], phones: Iterable[str]) -> None:
        ref = someone.ref
        for key in emails:
            self._marks.add_first(hash(("email", key)), ref)
        if not someone.greetable:
            return
        if someone.tax_number:
            self._marks.add(hash(("tax", someone.tax_number)), ref)
        for key in set(phones):
            if key:
                self._marks.add(hash(("phone", key)), ref)

    def _known(self, kind: str, value: str) -> Iterator[Someone]:
        """Yield whom a mark leads to; somebody erased meanwhile is nobody."""
        for ref in self._marks.refs(hash((kind, value))):
            if person := self._new.pop(ref, None):
                self._at_hand[ref] = Someone(person=person)
            if someone := self._at_hand.get(ref):
                yield someone

    def _one(self, kind: str, value: str) -> Someone | None:
        return next(self._known(kind, value), None) if value else None

    def match(self, person: Incoming) -> Match:
        """Return who this row is, and every question it raises."""
        match = Match()
        if not any(map(self._marks.refs, person.marks)):
            return match
        by_code, by_key = self._one("code", person.code), self._one("key", person.person_key)
        owners = [(email, self._one("email", key)) for email, key in zip(person.emails, person.email_keys, strict=True)]
        # Whoever has the code as well is known by the code: nothing is new to them then.
        if by_code:
            self._match_by_mark(match, person, by_code, "code")
        if by_key is not None and by_key is not match.someone:
            self._match_by_mark(match, person, by_key, "person_key")
        if person.greetable and match.someone is None:
            self._match_by_facts(match, person, [owner for _email, owner in owners if owner])
        for email, owner in owners:
            if owner is not None and owner is not match.someone and not _is_own(email, match.someone):
                match.questions.append(("email_of_another", owner, email))
        if match.someone is not None and match.someone.is_known:
            match.again = match.someone.contact_id in self._spoken_of
            self._spoken_of.add(match.someone.contact_id)
        return match

    @staticmethod
    def _match_by_mark(match: Match, person: Incoming, other: Someone, mark: str) -> None:
        """Take the one who bears the row's code or identifier, unless the names have nothing in common."""
        names = _names_of(person)
        tax = person.fields["tax_number"]
        same_tax = bool(tax) and tax == other.tax_number
        is_same = same_tax or names.keys & other.names.keys or names.words & other.names.words or not names.keys
        if is_same and match.someone is None:
            match.someone, match.reason = other, f"same_{mark}"
        else:
            match.questions.append((f"{mark}_of_another", other, person.code if mark == "code" else ""))

    def is_known(self, person: Incoming) -> bool:
        """Return whether the row bears the identifier of somebody we know."""
        return self._one("key", person.person_key) is not None

    def _match_by_facts(self, match: Match, person: Incoming, by_email: list[Someone]) -> None:
        tax = person.fields["tax_number"]
        by_tax = list(self._known("tax", tax)) if tax else []
        by_phone = [other for key in person.phone_keys.values() if key for other in self._known("phone", key)]
        if not (by_tax or by_email or by_phone):
            return
        names = _names_of(person)
        for other in by_tax:
            if names.keys & other.names.keys:
                match.someone, match.reason = other, "same_tax_number"
                return
            match.questions.append(("tax_number_of_another", other, ""))
        birthday = _birthday_of(person.fields)
        for reason, others in (("same_email", by_email), ("same_phone", by_phone)):
            for other in others:
                if not names.keys & other.names.keys or not other.greetable:
                    continue
                differ = ((tax, other.tax_number), (birthday, other.birthday), (names.father, other.names.father))
                if any(one and another and one != another for one, another in differ):
                    # A grandson has his grandfather's name and telephone.
                    match.questions.append(("maybe_same_person", other, ""))
                    continue
                match.someone, match.reason = other, reason
                return


def _marks_of(person: Incoming) -> list[int]:
    marks = []
    if person.code:
        marks.append(hash(("code", person.code)))
    if person.person_key:
        marks.append(hash(("key", person.person_key)))
    for key in person.email_keys:
        marks.append(hash(("email", key)))
    if tax_number := person.fields["tax_number"]:
        marks.append(hash(("tax", tax_number)))
    for key in person.phone_keys.values():
        if key:
            marks.append(hash(("phone", key)))
    return marks


def _names_of(person: Incoming) -> Names:
    names = person.names
    return names_of(
        raw_name=person.fields["raw_name"],
        first_name=names["first_name"],
        last_name=names["last_name"],
        company_name=names["company_name"],
    )


def _is_own(email: str, someone: Someone | None) -> bool:
    """Return whether a person gave this address to them too: a couple may share one, and that is settled."""
    return someone is not None and email_key(email) == someone.email_key


def _birthday_of(fields: Mapping[str, int]) -> tuple[int, int] | None:
    return (fields["birth_month"], fields["birth_day"]) if "birth_day" in fields else None
