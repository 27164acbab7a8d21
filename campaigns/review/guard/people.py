"""Somebody else in words typed by hand: their first name and surname in any form, their address or their phone.

Only by keys the database has an index for: search words, the key lists are sorted by, addresses and phones.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from django.conf import settings

from campaigns.review.guard.marks import ADDRESS, PHONE, Mark
from campaigns.review.own_names import forms_of_name
from customers.bulk import find_rows
from customers.imports.cleaning import CellError, clean_phone
from customers.models import Contact, ContactAddress, SearchWord
from customers.search import WORD, skeleton_of, words_of

# Two first names and a double surname; a particle or an initial between them is passed over.
_LONGEST_NAME = 4
_SHORTEST_WORD = 3
_SENTENCE_ENDS = frozenset(".!?;·:…")
_MOST_KEYS = 20_000  # of one call: far more than any letter has
_COLUMNS = ("id", "sort_key", "kind", "first_name", "last_name", "gender")


@dataclass(frozen=True, slots=True)
class Other:
    """Another customer in the words: `kind` is "name", "address" or "phone"."""

    kind: str
    found: str
    contact_id: int


@dataclass(frozen=True)
class _Word:
    """One word by hand: where it stands, its skeleton, whether a sentence ended before it, and the words of people it
    may be a form of."""

    start: int
    end: int
    skeleton: str
    begins: bool = False
    of_people: tuple[str, ...] = ()


def others_by_name(texts: Sequence[str], *, circles: Sequence[Collection[int]]) -> list[list[Other]]:
    """Return, for each text, the people outside its circle (contact ids) whose first name and surname stand in it.

    Two statements, however many texts. The same name as that of somebody in the circle is theirs.
    """
    spelt = _with_people(list(map(_words, texts)))
    windows = [_windows(words) for words in spelt]
    keys = {key for found in windows for window in found for key in _sort_keys(window)}
    keys = set(sorted(keys)[:_MOST_KEYS])
    people: dict[str, list[tuple]] = {}
    for row in find_rows(Contact, _COLUMNS, "sort_key", keys, erased_at=None):
        if row[2] == Contact.Kind.PERSON:
            people.setdefault(row[1], []).append(row)
    return [_named(text, found, people, circle) for text, found, circle in zip(texts, windows, circles, strict=True)]


def _named(
    text: str, windows: list[list[_Word]], people: dict[str, list[tuple]], circle: Collection[int]
) -> list[Other]:
    named: dict[str, Other] = {}
    for window in windows:
        found = text[window[0].start : window[-1].end]
        if found in named:
            continue
        skeletons = {word.skeleton for word in window}
        # Of a common name there are hundreds: one look at each way to write it is enough.
        rows = [row for key in _sort_keys(window) for row in people.get(key, ())]
        fits = {names: skeletons <= _forms_of(*names) for names in {row[3:] for row in rows}}
        ids = [row[0] for row in rows if fits[row[3:]]]
        if ids and not any(pk in circle for pk in ids):
            named[found] = Other("name", found, min(ids))
    return list(named.values())


@lru_cache(maxsize=4096)
def _forms_of(first_name: str, last_name: str, gender: str) -> frozenset[str]:
    """The skeletons of the names of a person in every form a text may write them."""
    known = gender if gender in ("m", "f") else ""
    forms: set[str] = set()
    for name, part in ((first_name, "first"), (last_name, "last")):
        for piece in name.replace("-", " ").split():
            forms |= {skeleton_of(form) for form in forms_of_name(piece, known, part)}
    return frozenset(forms)


def _words(text: str) -> list[_Word]:
    """The words of a text that may be names, in order; short ones (initials, κ., του) stand in no name."""
    found: list[_Word] = []
    for match in WORD.finditer(text):
        folded = "".join(words_of(match.group()))
        if len(folded) >= _SHORTEST_WORD and not any(map(str.isdigit, folded)):
            # Not where an initial ends: Ελένη Μ. Βλάχου is one name.
            begins = bool(found) and text[found[-1].end : match.start()].lstrip(' »”")')[:1] in _SENTENCE_ENDS
            found.append(_Word(match.start(), match.end(), skeleton_of(folded), begins))
    return found


def _with_people(texts: list[list[_Word]]) -> list[list[_Word]]:
    """The words with the nominatives that people are called by."""
    candidates = {form for words in texts for word in words for form in _nominatives(word.skeleton)}
    spelt: dict[str, list[str]] = {}
    for word, skeleton in find_rows(SearchWord, ("word", "skeleton"), "skeleton", candidates):
        spelt.setdefault(skeleton, []).append(word)
    return [
        [
            replace(
                word,
                of_people=tuple(sorted({each for form in _nominatives(word.skeleton) for each in spelt.get(form, ())})),
            )
            for word in words
        ]
        for words in texts
    ]


def _nominatives(skeleton: str) -> set[str]:
    """The nominatives a word in any case may come from, as skeletons: papadopule, papadopulu -> papadopulos."""
    forms = {skeleton, f"{skeleton}s"}
    if skeleton[-1] in "eou":
        forms.add(f"{skeleton[:-1]}os")
    if skeleton[-1] in "sa":  # Ελένης -> Ελένη, Πλάτωνα -> Πλάτων
        forms.add(skeleton[:-1])
    if skeleton.endswith("os"):  # Πλάτωνος
        forms.add(skeleton[:-2])
    return forms


def _windows(words: list[_Word]) -> list[list[_Word]]:
    """Two to four words in a row, each of which somebody is called by."""
    windows = []
    for start in range(len(words)):
        window = [words[start]]
        for word in words[start + 1 : start + _LONGEST_NAME]:
            if word.begins or not (window[0].of_people and word.of_people):
                break
            window = [*window, word]
            windows.append(window)
    return windows


def _sort_keys(window: list[_Word]) -> Iterable[str]:
    """The keys of lists under which somebody with these names stands: surname first, in whatever order they came."""
    for turn in range(len(window)):
        for names in product(*(word.of_people for word in [*window[turn:], *window[:turn]])):
            yield " ".join(names)


def others_by_mark(marks: Sequence[Collection[Mark]], *, circles: Sequence[Collection[int]]) -> list[list[Other]]:
    """Return, for the marks of each text, the people outside its circle to whom an address or a phone belongs."""
    everything = {mark for several in marks for mark in several}
    emails = {mark.key for mark in everything if mark.kind == ADDRESS}
    phones = {mark.found: _phone_key(mark.found) for mark in everything if mark.kind == PHONE}
    owners: dict[tuple[str, str], set[int]] = {}
    for model, column in ((Contact, "id"), (ContactAddress, "contact_id")):
        for pk, key in find_rows(model, (column, "email_key"), "email_key", emails):
            owners.setdefault((ADDRESS, key), set()).add(pk)
    for slot in ("phone_key", "mobile_key"):
        for pk, key in find_rows(Contact, ("id", slot), slot, set(phones.values()) - {""}):
            owners.setdefault((PHONE, key), set()).add(pk)
    found = []
    for several, circle in zip(marks, circles, strict=True):
        of_text = []
        for mark in several:
            key = phones[mark.found] if mark.kind == PHONE else mark.key
            whose = owners.get((mark.kind, key), set())
            if whose and whose.isdisjoint(circle):
                of_text.append(Other(mark.kind, mark.found, min(whose)))
        found.append(of_text)
    return found


def _phone_key(phone: str) -> str:
    """The key of a phone as people's cards keep it; "" for what is no number of a phone."""
    try:
        return clean_phone(phone, region=settings.PHONE_REGION)
    except CellError:
        return ""
