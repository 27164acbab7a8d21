"""Who a row of a list is: somebody we know, somebody of an earlier row, or somebody new.

Our own identifier, where the list came from here; own code; ΑΦΜ with the same name; e-mail with the same
name; phone with the same name; else new. The same e-mail under another name or ΑΦΜ is a question (a couple, an
accountant, the wrong cell), never a silent merge. Till entries and heirs are found by their own code only.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import etiquette
from customers.addresses import email_key
from customers.imports.incoming import Incoming
from customers.models import Contact, ContactAddress, ContactCode

_FATHER = frozenset({"του", "τησ", "tou"})


@dataclass(slots=True)
class Someone:
    """A contact of the house (`contact_id`) or a row of this file that will become one (`row`)."""

    contact_id: int | None
    row: int | None
    names: frozenset[str]
    words: frozenset[str]
    tax_number: str
    birthday: tuple[int, int] | None
    father: frozenset[str]
    greetable: bool
    email_key: str = ""
    rows_seen: int = 0


@dataclass(slots=True)
class Match:
    """`reason`: same_person_key, same_code, same_tax_number, same_email, same_phone, or "" when `someone` is None.

    `questions`: what a person must decide, as (code, the other one, the value in question).
    """

    someone: Someone | None = None
    reason: str = ""
    questions: list[tuple[str, Someone, str]] = field(default_factory=list)


def name_words(*names: str) -> frozenset[str]:
    """Return the phonetic words of a name: "ΤΟΥ ΓΕΩΡΓΙΟΥ" behind it is the father's and does not count."""
    words = []
    for name in names:
        for word in etiquette.fold(name).replace(".", " ").replace("-", " ").split():
            if word in _FATHER and words:
                break
            words.append(etiquette.latin_skeleton(word))
    return frozenset(filter(None, words))


def father_words(raw_name: str) -> frozenset[str]:
    """Return the words behind ΤΟΥ in a raw name: the father, by whom lists tell cousins of one name apart."""
    words = etiquette.fold(raw_name).replace(".", " ").split()
    start = next((place for place, word in enumerate(words) if place and word in _FATHER), len(words))
    return frozenset(etiquette.latin_skeleton(word) for word in words[start + 1 :])


def name_keys(*, raw_name: str, first_name: str, last_name: str, company_name: str) -> frozenset[str]:
    """Return the keys by which two names are "the same": without order, accents, case and father's name."""
    keys = {" ".join(sorted(name_words(raw_name)))}
    if first_name and last_name:
        keys.add(" ".join(sorted(name_words(first_name, last_name))))
    if company_name:
        keys.add(" ".join(sorted(name_words(company_name))))
    return frozenset(filter(None, keys))


class People:
    """Everybody a row could be: filled chunk by chunk from the database and with each row of the file."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._contacts: dict[int, Someone] = {}
        self._by_person_key: dict[str, Someone] = {}
        self._by_code: dict[str, Someone] = {}
        self._by_tax: dict[str, list[Someone]] = {}
        self._by_email: dict[str, Someone] = {}
        self._by_phone: dict[str, list[Someone]] = {}

    def load(self, people: Collection[Incoming]) -> None:
        """Read from the database whoever these rows could be: a few queries, however many rows."""
        codes = {person.code for person in people if person.code} - self._by_code.keys()
        emails = {email_key(email) for person in people for email in person.emails} - self._by_email.keys()
        taxes = {person.fields["tax_number"] for person in people} - {""}
        phones = {key for person in people for key in person.phone_keys.values()} - {""}

        code_rows = list(
            ContactCode.objects.filter(source=self._source, code__in=codes).values_list("code", "contact_id")
        )
        address_rows = list(ContactAddress.objects.filter(email_key__in=emails).values_list("email_key", "contact_id"))
        keys = {person.person_key for person in people} - {""}
        key_rows = list(Contact.objects.filter(person_key__in=keys).values_list("person_key", "pk")) if keys else []
        ids = {contact_id for _key, contact_id in (*code_rows, *address_rows, *key_rows)}
        living = Contact.objects.filter(erased_at=None)
        for condition in (
            {"pk__in": ids},
            {"email_key__in": emails},
            {"tax_number__in": taxes},
            {"phone_key__in": phones},
            {"mobile_key__in": phones},
        ):
            if any(condition.values()):
                self._learn_contacts(living.filter(**condition))
        for key, contact_id in key_rows:
            if contact_id in self._contacts:
                self._by_person_key[str(key)] = self._contacts[contact_id]
        for code, contact_id in code_rows:
            if contact_id in self._contacts:
                self._by_code[code] = self._contacts[contact_id]
        for key, contact_id in address_rows:
            if contact_id in self._contacts:
                self._by_email.setdefault(key, self._contacts[contact_id])

    def _learn_contacts(self, contacts: Iterable[Contact]) -> None:
        for contact in contacts:
            if contact.pk in self._contacts:
                continue
            someone = self._contacts[contact.pk] = Someone(
                contact_id=contact.pk,
                row=None,
                names=name_keys(
                    raw_name=contact.raw_name,
                    first_name=contact.first_name,
                    last_name=contact.last_name,
                    company_name=contact.company_name,
                ),
                words=name_words(contact.raw_name, contact.first_name, contact.last_name, contact.company_name),
                tax_number=contact.tax_number,
                birthday=(contact.birth_month, contact.birth_day) if contact.birth_day else None,
                father=father_words(contact.raw_name),
                greetable=contact.kind not in Contact.NEVER_GREETED,
                email_key=contact.email_key,
            )
            emails = [contact.email_key] if contact.email_key else []
            self._index(someone, emails=emails, phones=[contact.phone_key, contact.mobile_key])

    def learn_row(self, person: Incoming, *, emails: Iterable[str], code: str) -> Someone:
        """Remember a row that will be a new contact; `emails` and `code` are those it may call its own."""
        someone = Someone(
            contact_id=None,
            row=person.row,
            names=_names_of(person),
            words=name_words(person.fields["raw_name"]),
            tax_number=person.fields["tax_number"],
            birthday=_birthday_of(person),
            father=father_words(person.fields["raw_name"]),
            greetable=person.greetable,
            rows_seen=1,
        )
        self._index(someone, emails=[email_key(email) for email in emails], phones=person.phone_keys.values())
        self.learn_code(code, someone)
        return someone

    def learn_code(self, code: str, someone: Someone) -> None:
        if code:
            self._by_code.setdefault(code, someone)

    def learn_emails(self, emails: Iterable[str], someone: Someone) -> None:
        for email in emails:
            self._by_email.setdefault(email_key(email), someone)

    def _index(self, someone: Someone, *, emails: Iterable[str], phones: Iterable[str]) -> None:
        for key in emails:
            self._by_email.setdefault(key, someone)
        if not someone.greetable:
            return
        if someone.tax_number:
            self._by_tax.setdefault(someone.tax_number, []).append(someone)
        for key in set(phones) - {""}:
            self._by_phone.setdefault(key, []).append(someone)

    def match(self, person: Incoming) -> Match:
        """Return who this row is, and every question it raises."""
        match = Match()
        names = _names_of(person)
        by_code = self._by_code.get(person.code) if person.code else None
        by_key = self._by_person_key.get(person.person_key) if person.person_key else None
        # Whoever has the code as well is known by the code: nothing is new to them then.
        if by_code:
            self._match_by_mark(match, person, names, by_code, "code")
        if by_key is not None and by_key is not match.someone:
            self._match_by_mark(match, person, names, by_key, "person_key")
        if person.greetable and match.someone is None:
            self._match_by_facts(match, person, names)
        for email in person.emails:
            owner = self._by_email.get(email_key(email))
            if owner is not None and owner is not match.someone and not _is_own(email, match.someone):
                match.questions.append(("email_of_another", owner, email))
        return match

    @staticmethod
    def _match_by_mark(match: Match, person: Incoming, names: frozenset[str], other: Someone, mark: str) -> None:
        """Take the one who bears the row's code or identifier, unless the names have nothing in common."""
        words = name_words(person.fields["raw_name"])
        tax = person.fields["tax_number"]
        same_tax = bool(tax) and tax == other.tax_number
        is_same = same_tax or names & other.names or words & other.words or not names
        if is_same and match.someone is None:
            match.someone, match.reason = other, f"same_{mark}"
        else:
            match.questions.append((f"{mark}_of_another", other, person.code if mark == "code" else ""))

    def is_known(self, person: Incoming) -> bool:
        """Return whether the row bears the identifier of somebody we know."""
        return person.person_key in self._by_person_key

    def _match_by_facts(self, match: Match, person: Incoming, names: frozenset[str]) -> None:
        tax, birthday = person.fields["tax_number"], _birthday_of(person)
        father = father_words(person.fields["raw_name"])
        for other in self._by_tax.get(tax, ()) if tax else ():
            if names & other.names:
                match.someone, match.reason = other, "same_tax_number"
                return
            match.questions.append(("tax_number_of_another", other, ""))
        by_email = filter(None, (self._by_email.get(email_key(email)) for email in person.emails))
        by_phone = (other for key in person.phone_keys.values() for other in self._by_phone.get(key, ()))
        for reason, others in (("same_email", by_email), ("same_phone", by_phone)):
            for other in others:
                if not names & other.names or not other.greetable:
                    continue
                if _differ(tax, other.tax_number) or _differ(birthday, other.birthday) or _differ(father, other.father):
                    match.questions.append(("maybe_same_person", other, ""))
                    continue
                match.someone, match.reason = other, reason
                return


def _names_of(person: Incoming) -> frozenset[str]:
    return name_keys(
        raw_name=person.fields["raw_name"],
        first_name=person.names["first_name"],
        last_name=person.names["last_name"],
        company_name=person.names["company_name"],
    )


def _is_own(email: str, someone: Someone | None) -> bool:
    """Return whether a person gave this address to them too: a couple may share one, and that is settled."""
    return someone is not None and email_key(email) == someone.email_key


def _birthday_of(person: Incoming) -> tuple[int, int] | None:
    if "birth_day" not in person.fields:
        return None
    return person.fields["birth_month"], person.fields["birth_day"]


def _differ(one: object, other: object) -> bool:
    """Return whether both are known and not the same: a grandson has his grandfather's name and telephone."""
    return bool(one) and bool(other) and one != other
