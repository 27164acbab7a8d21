"""The guard: nothing in a letter is untrue of its reader, and nothing private stands in it.

It looks at the finished words, not at how they came about, and at the tables as they are now, so that it also finds
what a fault of our own program put there. A letter with a finding is held until it is mended, or until a person
confirms what was typed by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from campaigns.models import GreetingVersion, Message
from campaigns.personalisation import Person
from campaigns.rendering.state import cleaned
from campaigns.review.guard.marks import ADDRESS, PHONE, Mark, links_in, marks_in
from campaigns.review.guard.notes import leaked_words, runs_of
from campaigns.review.guard.people import Other, others_by_mark, others_by_name
from campaigns.review.guard.rows import Rows, ever_bought, house_marks, kind_of, own_marks, sources_of
from campaigns.review.guard.signs import left_in
from campaigns.review.guard.words import Finding, finding_sentence, findings_of, still_open
from campaigns.writing.checks.findings import folded

__all__ = ["Finding", "GuardWords", "Inspected", "finding_sentence", "findings_of", "inspect", "still_open"]

# The facts whose whole text a row holds, and where it was fetched to.
_SAID_BY_ROW = {"interaction": "lines", "follow_up": "answers"}


@dataclass(frozen=True)
class Inspected:
    """One letter to look at: its words, and its reader as `personalise` knows them today.

    `hand_words` are the words typed by hand, one piece a line; "" where no hand was at it. `sources` names the row of
    each fact told; None: those of `message.fact_sources`, or those kept with its words.
    """

    message: Message
    person: Person
    subject: str
    text: str
    html: str
    hand_words: str = ""
    sources: Mapping[str, int] | None = None

    @property
    def words(self) -> str:
        return f"{self.subject}\n{self.text}"


@dataclass(frozen=True)
class GuardWords:
    """What the template itself says to everybody: its addresses and figures, and its runs of words."""

    marks: frozenset[tuple[str, str]] = frozenset()
    runs: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def of(cls, version: GreetingVersion) -> "GuardWords":
        sources = [f"{one.subject}\n{one.body}" for one in version.variants.all()]
        return cls.of_texts(sources)

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> "GuardWords":
        """The same for sources that no version keeps."""
        marks, runs = set(), set()
        for text in texts:
            bare = text.translate(_MARKUP)  # **2310** 445471 is one number to whoever reads it
            marks |= {(mark.kind, mark.key) for mark in (*marks_in(text), *marks_in(bare))}
            runs.update(runs_of(bare))
        return cls(frozenset(marks), frozenset(runs))


_MARKUP = str.maketrans("", "", "*_`\\")


def inspect(letters: Sequence[Inspected], *, words: GuardWords, today: date) -> list[tuple[Finding, ...]]:
    """Return what is wrong with each letter, the gravest first; () for one that may leave.

    `words` are what their template says; `today` is the day on which they would leave. However many letters, the number
    of queries is the same.
    """
    letters = list(letters)
    if not letters:
        return []
    kept = sources_of([each.message.pk for each in letters if each.message.pk])
    cases = [_Case.of(letter, kept) for letter in letters]
    rows = Rows.fetch([letter.person for letter in letters], [case.sources for case in cases])
    foreign = _foreign(cases, words, rows)
    others = _others(cases, rows)
    bought = rows.bought | ever_bought(_not_usual(cases, rows))
    return [
        (
            *_wrong_sources(case, rows, bought, today),
            *_salutation(case),
            *_left(case),
            *_private(case, rows, words),
            *_of_others(case, strange, somebody),
        )
        for case, strange, somebody in zip(cases, foreign, others, strict=True)
    ]


@dataclass(frozen=True)
class _Case:
    """A letter with what is read of it once."""

    letter: Inspected
    sources: Mapping[str, int]
    signers: frozenset[int]
    by_hand: list[Mark] = field(default_factory=list)

    @classmethod
    def of(cls, letter: Inspected, kept: Mapping[int, tuple[Mapping[str, int], int | None]]) -> "_Case":
        stored, signer_id = kept.get(letter.message.pk, (None, None))
        sources = letter.sources
        if sources is None:
            sources = getattr(letter.message, "fact_sources", None)
        if sources is None:
            sources = letter.person.sources if stored is None else stored
        signer = letter.person.signer
        signers = frozenset({signer_id, signer.pk if signer else None} - {None})
        return cls(letter, sources, signers, marks_in(letter.hand_words) if letter.hand_words else [])

    @property
    def contact_id(self) -> int:
        return self.letter.person.contact.pk


# --- Each fact comes from a row of theirs ---


def _not_usual(cases: Iterable[_Case], rows: Rows) -> set[tuple[int, int]]:
    """(contact, product) of letters that tell a product which is not, or no longer, what somebody of theirs usually
    buys."""
    pairs = set()
    for case in cases:
        circle = rows.circles[case.contact_id]
        for key, pk in case.sources.items():
            if kind_of(key) == "product" and not any((member, pk) in rows.bought for member in circle):
                pairs |= {(member, pk) for member in circle}
    return pairs


def _wrong_sources(case: _Case, rows: Rows, bought: set[tuple[int, int]], today: date) -> list[Finding]:
    found = []
    for key, pk in case.sources.items():
        why = _why_wrong(case, key, pk, rows=rows, bought=bought, today=today)
        if why:
            found.append(Finding("wrong_source", {"fact": key, "why": why}))
    return found


def _why_wrong(case: _Case, key: str, pk: int, *, rows: Rows, bought: set[tuple[int, int]], today: date) -> str:
    """Why a row is no source for this reader: "row" (not theirs, or gone), "late", "words" (it says something else)."""
    kind, circle = kind_of(key), rows.circles[case.contact_id]
    if kind in ("contact", "summary"):
        return "" if pk in circle else "row"
    if kind == "signer":
        return "" if pk in case.signers else "row"
    if kind == "product":
        return "" if any((member, pk) in bought for member in circle) else "row"
    if kind == "purchase":
        return "" if rows.purchases.get(pk) in circle else "row"
    quoted = getattr(rows, _SAID_BY_ROW[kind]).get(pk) if kind in _SAID_BY_ROW else None
    if quoted is None or quoted.contact_id not in circle:
        return "row"
    if quoted.until and quoted.until < today:
        return "late"
    person = case.letter.person
    said_today = person.values.get(key, "") if person.sources.get(key) == pk else ""
    return "words" if said_today and said_today != quoted.text else ""


# --- The opening is today's ---


def _salutation(case: _Case) -> list[Finding]:
    letter, opening = case.letter, case.letter.person.values.get("salutation", "")
    if "salutation" not in case.sources or not opening or opening in letter.text or opening in letter.subject:
        return []
    if _on_the_page(opening) in _on_the_page(letter.text):
        return []
    place = folded(letter.words).find(folded(opening))
    if place >= 0 and letter.words[place : place + len(opening)].isupper():
        return []  # a template may write it in capitals, which have no accents
    first_line = next((line.strip() for line in letter.text.splitlines() if line.strip()), "")
    if first_line in (line.strip() for line in letter.hand_words.splitlines()):
        return []  # somebody greets them in words of their own
    return [Finding("salutation_old", {"opening": opening})]


def _on_the_page(words: str) -> str:
    """Words as a letter shows them: without control characters, and with one blank where there are several."""
    return " ".join(cleaned(words).split())


# --- What no letter may hold ---


def _left(case: _Case) -> list[Finding]:
    letter = case.letter
    pieces = [*left_in(letter.subject, language=letter.message.language)]
    pieces += left_in(letter.text, language=letter.message.language)
    return [Finding(code, {"found": found}) for code, found in dict.fromkeys(pieces)]


def _private(case: _Case, rows: Rows, words: GuardWords) -> list[Finding]:
    contact, person = case.letter.person.contact, case.letter.person
    notes = rows.notes.get(contact.pk)
    if not notes:
        return []

    def may_be_said() -> list[str]:
        return [*rows.may_be_said(contact), *person.values.values(), contact.name, contact.raw_name, contact.city]

    leaked = leaked_words(case.letter.words, notes, open_words=may_be_said, template_runs=words.runs)
    return [Finding("private_note", {"kind": kind, "found": found}) for kind, found in leaked]


# --- Addresses, phones, documents, amounts, and other people ---


def _foreign(cases: Sequence[_Case], words: GuardWords, rows: Rows) -> list[list[Mark]]:
    """The marks of each letter that stand neither in the template nor in anything of the reader's own."""
    unknown: list[list[Mark]] = []
    for case in cases:
        letter = case.letter
        marks = [
            mark
            for mark in (*marks_in(letter.words), *links_in(letter.html))
            if (mark.kind, mark.key) not in words.marks
        ]
        unknown.append(_not_among(marks, _told(case, rows)) if marks else [])
    asked = [case.letter.person for case, marks in zip(cases, unknown, strict=True) if marks]
    papers = own_marks(asked, rows.circles)
    return [
        _not_among(marks, papers[case.contact_id]) if marks else [] for case, marks in zip(cases, unknown, strict=True)
    ]


def _told(case: _Case, rows: Rows) -> set[tuple[str, str]]:
    """The marks in the facts of the reader, and those of the house."""
    person = case.letter.person
    texts = [*person.values.values(), *rows.may_be_said(person.contact)]
    told = {(mark.kind, mark.key) for text in texts for mark in marks_in(text)}
    return told | house_marks(person, case.letter.message.reply_to)


def _not_among(marks: Iterable[Mark], own: set[tuple[str, str]]) -> list[Mark]:
    return list(dict.fromkeys(mark for mark in marks if (mark.kind, mark.key) not in own))


def _others(cases: Sequence[_Case], rows: Rows) -> list[list[Other]]:
    """Other customers in the words typed by hand; no query where nobody typed."""
    typed = [number for number, case in enumerate(cases) if case.letter.hand_words.strip()]
    found: list[list[Other]] = [[] for _case in cases]
    if typed:
        circles = [rows.circles[cases[number].contact_id] for number in typed]
        names = others_by_name([cases[number].letter.hand_words for number in typed], circles=circles)
        marks = [[mark for mark in cases[number].by_hand if mark.kind in (ADDRESS, PHONE)] for number in typed]
        for number, named, marked in zip(typed, names, others_by_mark(marks, circles=circles), strict=True):
            found[number] = [*named, *marked]
    return found


def _of_others(case: _Case, strange: Iterable[Mark], somebody: Sequence[Other]) -> list[Finding]:
    """What belongs to another customer, and what belongs to nobody we know. What a person typed may be confirmed."""
    whose = {(one.kind, one.found) for one in somebody}
    typed = {(mark.kind, mark.key) for mark in case.by_hand}
    findings = [
        Finding("other_person", {"kind": one.kind, "found": one.found, "contact": one.contact_id}, confirmable=True)
        for one in somebody
    ]
    return findings + [
        Finding(f"foreign_{mark.kind}", {"found": mark.found}, confirmable=(mark.kind, mark.key) in typed)
        for mark in strange
        if (mark.kind, mark.found) not in whose
    ]
