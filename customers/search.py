"""Finding a person by whatever somebody remembers: name in Greek or Latin letters, town, code, e-mail, phone.

Distinct words stand in `SearchWord`, each with its accent-blind form and with the Latin skeleton that Greek and
Greeklish spellings share; `ContactWord` says who is found by them. Every word of a query must be the beginning of a
word of the person. Whoever writes names, towns or codes calls `index_contacts` in the same transaction.

Codes and tax numbers of digits alone are found where they stand: as words they would be as many as the people.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache

import phonenumbers
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

import etiquette
from customers.bulk import find_rows, insert_rows
from customers.models import Contact, ContactAddress, ContactCode, ContactWord, SearchWord

CHUNK = 1_000  # contacts per round: a few thousand words, well under SQLite's limit of variables
WORD = re.compile(r"\w+")
PHONE = re.compile(r"\+?[\d\s().\-/]+")
FEWEST_DIGITS = 4
NEAREST_BY = 5_000  # distinct words looked at for "did you mean"
_WORD_LENGTH = SearchWord._meta.get_field("word").max_length
INDEXED = ("raw_name", "first_name", "last_name", "company_name", "known_as", "city", "tax_number")
_MOST_WORDS = 100_000  # of a word book: some 15 MB

# Two letters of Greeklish that make one sound: the last letter of a half-written word may be the first of such a pair.
_PAIRS = {
    "a": "eiuy", "c": "h", "d": "hz", "e": "iuy", "g": "gkx", "k": "hs", "m": "p", "n": "tgkx", "o": "iuy",
    "p": "hs", "t": "hsz",
}  # fmt: skip


def words_of(text: str) -> list[str]:
    """Return the accent-blind words of a text, in order, punctuation left out."""
    return [word[:_WORD_LENGTH] for word in WORD.findall(etiquette.fold(text))]


# Towns, first names and most surnames come again and again.
_usual_words = lru_cache(maxsize=20_000)(words_of)


def words_of_person(fields: Mapping[str, str], codes: Iterable[str] = ()) -> set[str]:
    """Return the words by which a person is found: of the fields in INDEXED and of their codes."""
    words: set[str] = set()
    for name in INDEXED:
        if (text := fields[name]) and not text.isdigit():
            # A whole name seldom comes again, but its words do. Each is folded alone, as the words of a query are.
            for word in text.split() if name == "raw_name" else (text,):
                words.update(_usual_words(word))
    for code in codes:
        if not code.isdigit():
            words.update(words_of(code))
    return words


def skeleton_of(word: str) -> str:
    """Return the key for Greek and Greeklish alike; codes and numbers stay as they are."""
    if any(letter.isdigit() for letter in word):
        return word
    return etiquette.latin_skeleton(word)[:_WORD_LENGTH]


def sort_key_of(contact: Contact) -> str:
    """Return what lists are sorted by: surname and first name, or the company, without accents or punctuation."""
    return sort_key(contact.kind, contact.first_name, contact.last_name, contact.company_name, contact.raw_name)


def sort_key(kind: str, first_name: str, last_name: str, company_name: str, raw_name: str) -> str:
    """Return `sort_key_of` the contact with these fields."""
    if kind in (Contact.Kind.COMPANY, Contact.Kind.ORGANISATION) and company_name:
        last_name, first_name = company_name, ""
    words = [*_usual_words(last_name), *_usual_words(first_name)] or words_of(company_name or raw_name)
    return " ".join(words)[:160]


class WordBook:
    """The ids of the search words met so far. Keep one only as long as nobody takes words away."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def ids(self, words: set[str]) -> dict[str, int]:
        """Return {word: id}, of these words at least; what is new is written."""
        if missing := words - self._ids.keys():
            if len(self._ids) > _MOST_WORDS:
                self._ids.clear()
                missing = words
            self._ids.update(self._written(missing))
        return self._ids

    @staticmethod
    def _written(words: set[str]) -> dict[str, int]:
        known = dict(find_rows(SearchWord, ("word", "id"), "word", words))
        new = sorted(words - known.keys())
        if not new:
            return known
        # Another import may have written the same word a moment ago: its row serves as well.
        rows = ((word, skeleton_of(word)) for word in new)
        insert_rows(SearchWord, ("word", "skeleton"), rows, ignore_conflicts=True)
        return known | dict(find_rows(SearchWord, ("word", "id"), "word", new))


def index_new(people: Iterable[tuple[int, set[str]]], book: WordBook) -> None:
    """Write the words of people who had none: (contact id, words) of each."""
    people = list(people)
    ids = book.ids(set().union(*(words for _contact_id, words in people)))
    # In the order of their ids, as the index has them.
    links = ((contact_id, word_id) for contact_id, words in people for word_id in sorted(map(ids.__getitem__, words)))
    insert_rows(ContactWord, ("contact_id", "word_id"), links, same={})


def index_contacts(contact_ids: Iterable[int]) -> None:
    """Bring words and sort keys of these contacts up to date, a fixed number of statements per thousand people."""
    ids = sorted(set(contact_ids))
    for start in range(0, len(ids), CHUNK):
        _index_chunk(ids[start : start + CHUNK])


def _index_chunk(ids: list[int]) -> None:
    contacts = list(Contact.objects.filter(pk__in=ids))
    codes: dict[int, list[str]] = {}
    for contact_id, code in ContactCode.objects.filter(contact__in=ids).values_list("contact_id", "code"):
        codes.setdefault(contact_id, []).append(code)
    wanted = {
        contact.pk: words_of_person({name: getattr(contact, name) for name in INDEXED}, codes.get(contact.pk, ()))
        for contact in contacts
        if contact.erased_at is None
    }
    word_ids = WordBook().ids(set().union(*wanted.values()))
    links = {(contact_id, word_ids[word]) for contact_id, words in wanted.items() for word in words}
    rows = ContactWord.objects.filter(contact__in=ids).values_list("id", "contact_id", "word_id")
    present = {(contact_id, word_id): pk for pk, contact_id, word_id in rows}
    ContactWord.objects.filter(pk__in=[pk for link, pk in present.items() if link not in links]).delete()
    insert_rows(ContactWord, ("contact_id", "word_id"), sorted(links - set(present)), ignore_conflicts=True)

    moved = [contact for contact in contacts if contact.sort_key != sort_key_of(contact)]
    for contact in moved:
        contact.sort_key = sort_key_of(contact)
    Contact.objects.bulk_update(moved, ["sort_key"], batch_size=200)


def starts_with(field: str, prefix: str) -> Q:
    """Return the condition "begins with", written so that each database uses the index.

    Django's `startswith` on SQLite is LIKE … ESCAPE, a full scan; a range on PostgreSQL would depend on the collation.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": prefix, f"{field}__lt": f"{prefix}\U0010ffff"})
    return Q(**{f"{field}__startswith": prefix})


def search_contacts(query: str, *, limit: int | None = None) -> QuerySet[Contact]:
    """Return, unordered, the people whom every word of `query` finds: everybody for "", never the erased."""
    found = Contact.objects.filter(erased_at=None)
    for condition in _conditions(query):
        found = found.filter(condition)
    return found[:limit] if limit is not None else found


def _conditions(query: str) -> list[Q]:
    digits = re.sub(r"\D", "", query)
    if len(digits) >= FEWEST_DIGITS and PHONE.fullmatch(query.strip()):
        # One number, however it is grouped: a phone, or a code or tax number.
        return [_by_phone(digits) | _by_number(digits) | _by_words([digits])]
    return [_by_token(token) for token in query.split() if WORD.search(token)]


def _by_token(token: str) -> Q:
    condition = _by_words(words_of(token))
    if token.isdigit():
        condition |= _by_number(token)
    address = token.casefold()
    if token.isascii() and len(token) >= 3:
        condition |= starts_with("email_key", address) & ~Q(email_key="")
    if "@" in token:
        further = ContactAddress.objects.filter(starts_with("email_key", address))
        condition |= Q(pk__in=further.values("contact_id"))
    return condition


def _by_words(words: list[str]) -> Q:
    condition = Q()
    for word in words:
        links = ContactWord.objects.filter(word__in=SearchWord.objects.filter(_beginning_with(word)).values("id"))
        condition &= Q(pk__in=links.values("contact_id"))
    return condition


def _by_number(digits: str) -> Q:
    """A code that begins with these digits, or a tax number that is them."""
    codes = ContactCode.objects.filter(starts_with("code", digits))
    return Q(pk__in=codes.values("contact_id")) | Q(tax_number=digits)


def _beginning_with(word: str) -> Q:
    condition = starts_with("word", word)
    for skeleton in {skeleton_of(word), *(skeleton_of(word + more) for more in _PAIRS.get(word[-1], ""))}:
        condition |= starts_with("skeleton", skeleton)
    return condition


def _by_phone(digits: str) -> Q:
    country = phonenumbers.country_code_for_region(settings.PHONE_REGION)
    condition = Q()
    for prefix in (f"+{digits.removeprefix('00')}", f"+{country}{digits}"):
        condition |= starts_with("phone_key", prefix) & ~Q(phone_key="")
        condition |= starts_with("mobile_key", prefix) & ~Q(mobile_key="")
    return condition


def did_you_mean(query: str, *, limit: int = 3) -> list[Contact]:
    """Return people whose words are spelled nearly like the query, for when nobody was found.

    Only distinct words with the same first letter are compared, a bounded number of them.
    """
    nearest = [_nearest(word) for word in words_of(query)]
    if not nearest or not all(nearest):
        return []
    return list(search_contacts(" ".join(nearest)).order_by("sort_key", "id")[:limit])


def _nearest(word: str) -> str:
    skeleton = skeleton_of(word)
    for start in (skeleton[:2], skeleton[:1]):
        rows = SearchWord.objects.filter(starts_with("skeleton", start)).order_by("id")
        spellings = dict(rows.values_list("skeleton", "word")[:NEAREST_BY])
        if matches := get_close_matches(skeleton, spellings, n=1, cutoff=0.75):
            return spellings[matches[0]]
    return ""
