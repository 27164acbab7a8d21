"""From the product of an invoice to how a letter speaks of it: ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG is «εσπρέσο», masculine.

All of it is a guess that a person confirms. Amounts, packing, codes, brands in Latin letters and words we do not know
stay out of the name: «καφετιέρα» is true of every coffee machine. Names stand in the accusative without an article,
as `customers` keeps them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .answers import SURE, Answer
from .neighbours import before_enclitic
from .nouns import bend, definite_article, nominative_of, with_article
from .product_words import MOST_WORDS, ProductWord, adjective, noun, of_part, table
from .text import clean, fold, has_accent, has_greek, repair_look_alikes, small, syllable_count, with_stress

LONGEST = 200  # letters of an invoice line that are read; what follows is never the name
LEXICON = 0.95
ASK = 0.8
ENDING = 0.6
UNKNOWN = 0.3

# Why the name is as it is, and how sure that makes it.
_CONFIDENCE: dict[str, float] = {
    "lexicon": LEXICON,  # every word stands in the table
    "detail_left_out": 0.92,  # what is left out only says more: a brand in Latin letters, what it comes with
    "words_left_out": ASK,  # Greek words we do not know
    "several_words": ASK,  # the capitals fit two words (ΤΣΙΠΟΥΡΑ, a fish or a drink)
    "case_unsure": ENDING,
    "unknown_before": ENDING,  # a word we do not know stands first and may be the thing itself
    "ending": ENDING,  # in no table; the accent was written, or is that of its ending
    "unknown_word": UNKNOWN,
    "foreign": UNKNOWN,
    "empty": UNKNOWN,
}
NAME_REASONS = frozenset(_CONFIDENCE)
# Kinds that a letter does not mention by itself, and how sure that is.
KEPT_BACK: dict[str, float] = {
    "gift": LEXICON, "money": LEXICON, "packing": LEXICON, "medicine": LEXICON, "intimate": LEXICON, "grief": LEXICON,
    "repair": LEXICON, "alcohol": ASK, "tobacco": ASK, "event": ASK,
}  # fmt: skip
# These say so wherever they stand (ΚΑΦΕΣ ΔΩΡΟ); the others only as the thing itself (ΚΑΦΕΣ ΣΕ ΣΑΚΟΥΛΑ is coffee).
_ANYWHERE = ("gift", "intimate", "medicine", "grief", "repair", "alcohol", "tobacco", "event", "money")
_WORDS = re.compile(r"[^\s,;:/+*()\[\]{}\"«»“”|_=<>#&.!\\-]+")
# What follows these is no part of the name: with «σου» behind it, «τον καφέ χωρίς ζάχαρη» would not be said.
_LINKS = frozenset({"με", "χωρισ", "για"})
_ARTICLES = frozenset({"του", "τησ", "των", "ο", "η", "το", "οι", "τα", "και", "απο", "στο", "στη", "στην"})
# Endings of nouns that carry their accent always alike: letters, syllable from the end, gender, plural.
# Source: common knowledge.
_ENDINGS: tuple[tuple[str, int, str, bool], ...] = (
    ("ακια", 2, "n", True), ("ακι", 2, "n", False), ("ιερα", 2, "f", False), ("ιερεσ", 2, "f", True),
    ("τηρι", 2, "n", False), ("τηρια", 2, "n", True), ("τηρασ", 2, "m", False), ("τηρεσ", 2, "m", True),
    ("οπιτα", 3, "f", False), ("οπιτεσ", 3, "f", True), ("οσαλατα", 2, "f", False), ("ελαιο", 3, "n", False),
    ("αδα", 2, "f", False), ("αδεσ", 2, "f", True), ("ετα", 2, "f", False), ("ετεσ", 2, "f", True),
    ("ιτσα", 2, "f", False), ("ιτσεσ", 2, "f", True), ("ουλα", 2, "f", False), ("ινα", 2, "f", False),
    ("ελα", 2, "f", False), ("ολα", 2, "f", False), ("ονι", 2, "n", False), ("ονια", 2, "n", True),
    ("ιδι", 2, "n", False), ("ιδια", 2, "n", True), ("αρι", 2, "n", False),
    ("ουδι", 2, "n", False), ("ουδια", 2, "n", True), ("ιστησ", 1, "m", False), ("ωτησ", 1, "m", False),
    ("ματα", 3, "n", True), ("ισμοσ", 1, "m", False), ("οτητα", 3, "f", False),
)  # fmt: skip
# What the last letters tell of a noun whose accent they leave open.
_LAST_LETTERS: tuple[tuple[str, str, bool], ...] = (
    ("μα", "n", False), ("ματα", "n", True), ("οσ", "m", False), ("ασ", "m", False), ("ησ", "m", False),
    ("οι", "m", True), ("εσ", "f", True), ("ια", "n", True), ("α", "f", False), ("η", "f", False),
    ("ο", "n", False), ("ι", "n", False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProductGuess:
    """How a letter may speak of a product. `gender` is m, f, n or "", `number` s or p, `confidence` 0 to 1 (never 1).

    `reason` is one of NAME_REASONS; `kept_back` says why a letter does not mention it (a key of KEPT_BACK), or is "".
    """

    name: str
    gender: str
    number: str
    may_be_mentioned: bool
    bought_again: bool
    confidence: float
    reason: str
    kept_back: str = ""

    @property
    def needs_review(self) -> bool:
        return self.confidence < SURE


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    key: str
    greek: bool


@dataclass(slots=True)
class _Found:
    """What the words around the noun have told. `doubtful`: a word we do not know stands before the noun."""

    adjective: str = ""
    after: str = ""
    left_out: bool = False
    detail: bool = False
    doubtful: bool = False


def guess_product(raw_name: str) -> ProductGuess:
    """Return our guess for a product as an invoice writes it. Never raises; a confidence under SURE asks a person."""
    words = _words(raw_name)
    if not words:
        return ProductGuess("", "", "s", False, False, UNKNOWN, "empty")
    place, width, head = _head(words)
    kept_back, certainty = _kept_back(words, head)
    if head is None:
        return _guess_unknown(words, kept_back)
    found = _around(words, place, width, head)
    bent = _accusative(head)
    described = found.adjective and _beside(found.adjective, head)
    reason = _reason(head, found, bent)
    # Whatever is kept back needs no name, unless we cannot even tell which of two things it is.
    confidence = certainty if kept_back and reason != "several_words" else _CONFIDENCE[reason]
    return ProductGuess(
        name=" ".join(filter(None, (described, bent.text, found.after))),
        gender=head.gender,
        number="p" if head.plural else "s",
        may_be_mentioned=not kept_back,
        bought_again=head.kind == "daily" and not kept_back,
        confidence=confidence,
        reason=reason,
        kept_back=kept_back,
    )


def _words(raw_name: str) -> list[_Word]:
    """The words of an invoice line: without amounts, codes, single letters and punctuation."""
    written = _WORDS.findall(clean(raw_name[:LONGEST]))
    repaired = repair_look_alikes(" ".join(written)).split()
    words = []
    for before, after in zip(written, repaired, strict=True):
        text = after if has_greek(before) or fold(after) in table() else before
        if len(text) > 1 and not any(letter.isdigit() for letter in text):
            words.append(_Word(text, fold(text), has_greek(text)))
    return words


def _head(words: list[_Word]) -> tuple[int, int, ProductWord | None]:
    """The noun the product is named by: its place, of how many words it is, and its entry."""
    nouns = list(_nouns(words))
    if not nouns:
        return 0, 0, None
    head = nouns[0]
    # ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ: people say the narrower word.
    return next((each for each in nouns[1:] if each[2].under == head[2].base), head)


def _reason(head: ProductWord, found: _Found, bent: Answer) -> str:
    """Why the name is as it is, one of NAME_REASONS."""
    if len({word.base for word in table()[fold(head.form)] if word.is_noun}) > 1:
        return "several_words"
    if found.doubtful:
        return "unknown_before"
    if bent.needs_review:
        return "case_unsure"
    if found.left_out:
        return "words_left_out"
    return "detail_left_out" if found.detail else "lexicon"


def _nouns(words: list[_Word]) -> Iterator[tuple[int, int, ProductWord]]:
    place = 0
    while place < len(words):
        for width in range(MOST_WORDS, 0, -1):
            found = noun(" ".join(word.key for word in words[place : place + width]))
            if found:
                yield place, width, found
                place += width - 1
                break
        place += 1


def _kept_back(words: list[_Word], head: ProductWord | None) -> tuple[str, float]:
    """Why a letter does not mention this by itself (a key of KEPT_BACK or ""), and how sure that is."""
    if head is not None and head.kind in KEPT_BACK:
        return head.kind, KEPT_BACK[head.kind]
    for word in words:
        for entry in table().get(word.key, ()):
            if entry.kind in _ANYWHERE:
                sure = entry.kind == "gift" or not entry.is_noun
                return entry.kind, KEPT_BACK[entry.kind] if sure else ASK
    return "", LEXICON


def _around(words: list[_Word], place: int, width: int, head: ProductWord) -> _Found:
    """Read the words before and after the noun; of each sort the first is taken."""
    found = _Found()
    for at, word in enumerate(words):
        if place <= at < place + width or _says_nothing(word, head):
            continue
        if at > place and word.key in _LINKS:
            found.detail = True
            break
        described, follows, other = of_part(word.key, "adjective"), of_part(word.key, "of"), noun(word.key)
        if described:
            found.adjective = found.adjective or described.base
        elif at > place and (follows or _is_flavour(other, head)):
            found.after = found.after or (follows or other).base
        elif not word.greek and not other:
            found.detail = True
        elif not of_part(word.key, "mark"):
            found.left_out = True
            found.doubtful = found.doubtful or (at < place and not other)
    return found


def _says_nothing(word: _Word, head: ProductWord) -> bool:
    if word.key in _ARTICLES or of_part(word.key, "drop"):
        return True
    other = noun(word.key)
    return other is not None and other.base in (head.under, head.base)


def _is_flavour(other: ProductWord | None, head: ProductWord) -> bool:
    """Tell whether a noun may stand behind another as it is (παγωτό βανίλια); a masculine one would have to bend."""
    if other is None or head.kind != "daily":
        return False
    return other.part == "flavour" and other.gender != "m" and not other.plural


def _accusative(head: ProductWord) -> Answer:
    """The accusative of a noun of the table; one that begins with an adjective bends in both words (ξηρούς καρπούς)."""
    first, _blank, rest = head.form.partition(" ")
    described = of_part(fold(first), "adjective") if rest else None
    if described is None:
        return bend(head.form, gender=head.gender, plural=head.plural, case="accusative")
    bent = bend(rest, gender=head.gender, plural=head.plural, case="accusative")
    return Answer(f"{_beside(described.base, head)} {bent.text}", bent.confidence, bent.reason)


def _beside(masculine: str, head: ProductWord) -> str:
    return adjective(masculine, gender=head.gender, plural=head.plural, case="accusative")


def _guess_unknown(words: list[_Word], kept_back: str) -> ProductGuess:
    """A name whose noun stands in no table: its first Greek word, with the accent its ending or most words have."""
    unknown = [word for word in words if word.greek and word.key not in _ARTICLES and not table().get(word.key)]
    if not unknown:
        reason = "unknown_word" if any(word.greek for word in words) else "foreign"
        return ProductGuess("", "", "s", False, False, UNKNOWN, reason, kept_back)
    word = unknown[0]
    by_ending = next((ending for ending in _ENDINGS if word.key.endswith(ending[0])), None)
    if by_ending:
        _letters, place, gender, plural = by_ending
    else:
        place = 2 if syllable_count(word.key) > 1 else 0
        gender, plural = next((found[1:] for found in _LAST_LETTERS if word.key.endswith(found[0])), ("", False))
    written = has_accent(word.text) and not word.text.isupper()
    form = small(word.text) if written or not place else small(with_stress(word.text.lower(), place))
    name = bend(form, gender=gender, plural=plural, case="accusative").text if gender else form
    reason = "ending" if by_ending or written else "unknown_word"
    return ProductGuess(name, gender, "p" if plural else "s", False, False, _CONFIDENCE[reason], reason, kept_back)


CASES_OF_FORMS = ("nominative", "accusative", "genitive")


def forms_of(name: str, *, gender: str, plural: bool, owner: str) -> dict[str, str]:
    """Return a product, its `name` in the accusative, with article by case and, by "your_" and case, as somebody's own.

    {"accusative": "τον εσπρέσο", "your_accusative": "τον εσπρέσο σου", …} with `owner` «σου». A form that is not sure
    is "", and so are all without a name or a gender. The accusative, where the rules are not sure of it, is right as it
    stands, since a person wrote it.
    """
    if not name or not gender:
        return {form: "" for case in CASES_OF_FORMS for form in (case, f"your_{case}")}
    back = nominative_of(name, gender=gender, plural=plural)
    told = with_article(name, gender=gender, plural=plural)
    as_kept = f"{definite_article(name, gender=gender, plural=plural)} {name}"
    forms = {"accusative": as_kept if told.needs_review else told.text}
    for case in ("nominative", "genitive"):
        told = with_article(back.text, gender=gender, plural=plural, case=case)
        forms[case] = "" if back.needs_review or told.needs_review else told.text
    return forms | {f"your_{case}": _owned(told, owner) for case, told in forms.items()}


def _owned(told: str, owner: str) -> str:
    before, blank, last = told.rpartition(" ")
    accented = before_enclitic(last)
    return "" if accented.needs_review or not told else f"{before}{blank}{accented.text} {owner}"
