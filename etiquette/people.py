"""Reading the words of one or two people: which is the first name, which the surname, who is greeted how."""

import re
from dataclasses import dataclass
from functools import lru_cache

from . import accents, gender, latin, lexicon
from .accents import ASK, GUESS, UNKNOWN, Word
from .reading import NameReading, bare, is_initial, key_of, mark_of
from .text import fold, has_greek

SURE_ORDER = 0.97
# Both words are first names and the file's habit decides: just sure enough.
BY_HABIT = 0.9
# The difference in evidence (first-name weight 1-3, surname 0-3) that settles the order without the file's habit.
CLEAR_MARGIN = 3
_SHORTENED = re.compile(r"([ΆΈ-ώ]{2,7})/([ΆΈ-ώ]{1,6})\.?")
_NAME = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
# Endings of pet names that are surnames wherever a second name stands beside them.
_PET_NAMES = ("ακησ", "ακοσ", "οπουλοσ")
# Τάκης and Σάκης are no pet names of this kind.
LONG_PET_NAME = 7


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A word read both ways. `weight`: how well known it is as a first name (0 not at all, 3 by everybody)."""

    first: Word
    last: Word
    weight: int
    known_as: str = ""

    @property
    def surname_evidence(self) -> int:
        """How much speaks for a surname: 3 a known one, 1 a first name that only ends like one, 0 nothing."""
        if not self.last.known or self.last.confidence < ASK:
            return 0
        return 1 if self.last.reason == "surname_ending" and self.weight > 1 else 3


@lru_cache(maxsize=65536)
def _candidate(token: str) -> _Candidate:
    if not has_greek(token):
        first, last = latin.beside_greek(token)
        return _Candidate(first, last, 2 if first.known else 0, lexicon.known_as(first.form))
    first = accents.first_name(token)
    names = lexicon.first_names(fold(token))
    weight = names[0].weight if names else (2 if first.known else 0)
    if weight == 1 and len(token) >= LONG_PET_NAME and fold(token).endswith(_PET_NAMES):
        # Nobody is invoiced by a pet name: ΒΑΣΙΛΑΚΗΣ is a surname.
        weight = 0
    return _Candidate(first, accents.surname(token), weight, lexicon.known_as(first.form))


def read_person(raw: str, tokens: list[str], order: str | None) -> NameReading:
    """Return the reading of one person. `order` is what the whole file does, or None."""
    words = [bare(token) for token in tokens if not is_initial(token)]
    if not words:
        return NameReading(raw, "person", last=" ".join(tokens), confidence=UNKNOWN, reason="initials")
    if not any(has_greek(word) for word in words):
        reading = latin.read_person(raw, words, order)
    else:
        reading = read_words(raw, words, order)
    if not all(map(_NAME.fullmatch, words)):
        # ΧΡ/ΟΣ, an e-mail address, a digit in a word
        reading = reading.at_most(UNKNOWN, "unknown_word")
    if len(words) == 1 and len(tokens) > 1:
        reading = reading.at_most(UNKNOWN, "initials")
    return reading


@lru_cache(maxsize=65536)
def in_full(token: str) -> str:
    """Return the first name that a token shortens by a stroke (ΚΩΝ/ΝΟΣ, ΔΗΜ/ΤΡΑ), or the token as it is.

    Only where one ordinary name fits: ΧΡ/ΟΣ may be several.
    """
    parts = _SHORTENED.fullmatch(token)
    if not parts:
        return token
    forms = {name.form for name in lexicon.first_names_between(fold(parts[1]), fold(parts[2]))}
    return forms.pop() if len(forms) == 1 else token


def read_words(raw: str, words: list[str], order: str | None) -> NameReading:
    """Return the reading of one person from the words of the name alone, at least one of them Greek."""
    if len(words) == 2:
        return _two_words(raw, words, order)
    if len(words) == 1:
        return _one_word(raw, words[0])
    if len(words) == 3:
        return _three_words(raw, words, order)
    return _two_words(raw, words[:2], order).at_most(UNKNOWN, "too_many_words")


def _one_word(raw: str, word: str) -> NameReading:
    one = _candidate(word)
    if one.first.known and one.surname_evidence <= one.weight:
        return NameReading(
            raw, "person", first=one.first.form, gender=_settled(one.first.gender), confidence=GUESS,
            reason="last_missing", choices=one.first.choices,
        )  # fmt: skip
    if one.last.known:
        return NameReading(
            raw, "person", last=one.last.form, gender=_settled(one.last.gender), confidence=GUESS,
            reason="first_missing", choices=one.last.choices,
        )  # fmt: skip
    return NameReading(raw, "person", last=one.last.form, confidence=UNKNOWN, reason="unknown_word")


def _settled(value: str) -> str:
    return value if value in ("m", "f") else "u"


def _two_words(raw: str, words: list[str], order: str | None) -> NameReading:
    one, two = (_candidate(word) for word in words)
    if one.first.known and not two.first.known:
        return _person(raw, one, two, "name_first")
    if two.first.known and not one.first.known:
        return _person(raw, two, one, "surname_first")
    if not one.first.known:
        turned = order == "name_first" or (order is None and two.surname_evidence > one.surname_evidence)
        first, last = (one, two) if turned else (two, one)
        reading = _person(raw, first, last, "name_first" if turned else "surname_first")
        return reading.at_most(UNKNOWN, "unknown_word")
    return _both_first_names(raw, one, two, order)


def _both_first_names(raw: str, one: _Candidate, two: _Candidate, order: str | None) -> NameReading:
    """Decide between two words that are both first names by how well each fits, then by the habit of the file."""
    name_first = one.weight + two.surname_evidence
    surname_first = two.weight + one.surname_evidence
    margin = name_first - surname_first
    likely = "name_first" if margin > 0 else "surname_first"
    if abs(margin) < CLEAR_MARGIN and order:
        likely = order
    first, last = (one, two) if likely == "name_first" else (two, one)
    reading = _person(raw, first, last, likely)
    if order in (None, likely) and _beyond_doubt(first, last, abs(margin)):
        return reading
    other = f"{last.first.form} {first.last.form}"
    choices = (f"{reading.first} {reading.last}", other)
    agrees = margin == 0 or (margin > 0) == (likely == "name_first")
    if order == likely and agrees and last.surname_evidence:
        return reading.at_most(BY_HABIT, "order_unsure", choices)
    return reading.at_most(GUESS, "order_unsure", choices)


def _beyond_doubt(first: _Candidate, last: _Candidate, margin: int) -> bool:
    """Tell whether of two first names one is clearly the surname; a name everybody knows (ΘΩΜΑΣ) never is."""
    if last.weight == lexicon.FAMILIAR or last.weight > first.weight:
        return False
    # ΓΚΙΚΑΣ ΚΩΝΣΤΑΝΤΙΝΟΣ, ΜΑΥΡΟΣ ΜΙΧΑΗΛ: hardly anybody is baptised like the one, everybody knows the other.
    told_apart = last.weight == 0 or (last.weight == 1 and first.weight == lexicon.FAMILIAR)
    only_one_a_surname = last.surname_evidence == 3 and first.surname_evidence <= 1
    rarely_a_name = last.weight <= 1 or first.weight == lexicon.FAMILIAR or only_one_a_surname
    return rarely_a_name and margin >= (CLEAR_MARGIN - 1 if told_apart or only_one_a_surname else CLEAR_MARGIN)


def _person(raw: str, first: _Candidate, last: _Candidate, order: str) -> NameReading:
    """Put a reading together: no surer than its least sure part."""
    sex, agree = gender.joined(first.first.gender, last.last.gender)
    surname = accents.borne_by(last.last, first.first.gender)
    worst = surname if surname.confidence < first.first.confidence else first.first
    reading = NameReading(
        raw,
        "person",
        first=first.first.form,
        last=surname.form,
        gender=sex,
        confidence=min(SURE_ORDER, worst.confidence),
        reason=worst.reason,
        choices=worst.choices,
        known_as=first.known_as,
        order=order,
    )
    if not agree:
        reading = reading.at_most(GUESS, "gender_conflict")
    if first.first.gender not in ("m", "f"):
        reading = reading.at_most(GUESS, "gender_unknown")
    return reading


def _three_words(raw: str, words: list[str], order: str | None) -> NameReading:
    """Read three words: with a father's name in the genitive last, or with two first names; else ask."""
    known = [_candidate(word).first.known for word in words]
    pair = _two_words(raw, words[:2], order)
    if is_fathers_name(words[2]) and not known[2] and (known[0] or known[1]):
        return pair.at_most(BY_HABIT, pair.reason) if known[0] != known[1] else pair.at_most(GUESS, "order_unsure")
    for surname_at, names in ((2, (0, 1)), (0, (1, 2))):
        if not known[surname_at] and all(known[index] for index in names):
            firsts = [accents.first_name(words[index]) for index in names]
            if firsts[0].gender == firsts[1].gender and firsts[0].gender in ("m", "f"):
                return _with_two_first_names(raw, firsts, _candidate(words[surname_at]), surname_at)
    if known.count(True) != 1:
        return pair.at_most(UNKNOWN if not any(known) else GUESS, "too_many_words")
    # Two surnames, or a father's name in the middle: the first of the others is the likelier surname.
    first_at = known.index(True)
    first, last = _candidate(words[first_at]), _candidate(words[0 if first_at else 2])
    return _person(raw, first, last, "surname_first" if first_at else "name_first").at_most(GUESS, "too_many_words")


def _with_two_first_names(raw: str, firsts: list[Word], last: _Candidate, surname_at: int) -> NameReading:
    joined = Word(
        " ".join(word.form for word in firsts),
        firsts[0].gender,
        min(BY_HABIT, *(word.confidence for word in firsts)),
        "lexicon",
        known=True,
    )
    # Two men's names may be a man and his father; of two women's names only one may be in use; one twice is a slip.
    asked = firsts[0].gender == "m" or firsts[0].form == firsts[1].form
    sure = Word(joined.form, joined.gender, GUESS, "too_many_words") if asked else joined
    order = "surname_first" if surname_at == 0 else "name_first"
    return _person(raw, _Candidate(sure, last.last, 2), last, order)


def is_fathers_name(word: str) -> bool:
    """Tell whether a word is the genitive of a man's first name (ΓΕΩΡΓΙΟΥ, ΙΩΑΝΝΗ)."""
    key = fold(word)
    endings = ("οσ",) if key.endswith("ου") else ()
    stems = [key[:-2] + ending for ending in endings] + [key + "σ", key[:-2] + "ησ" if key.endswith("ου") else ""]
    return any(name.gender == "m" for candidate in stems if candidate for name in lexicon.first_names(candidate))


def names_another(first: str, words: list[str]) -> bool:
    """Tell whether words beside a name hold a first name of somebody else, not another form of `first`."""
    own = {saint for name in lexicon.first_names(fold(first)) for saint in name.saints}
    for word in words:
        names = lexicon.first_names(fold(bare(word)))
        others = [name for name in names if name.weight > 1 and name.form != first and not own & {*name.saints}]
        if len(others) == len(names) > 0:
            return True
    return False


def is_written_surname(word: str) -> bool:
    """Tell whether a word stands in the table of surnames; one that only ends like a surname may be a trade."""
    return bool(lexicon.surnames(fold(word)))


def read_couple(raw: str, left: list[str], right: list[str], order: str | None) -> NameReading:
    """Return the reading of two people joined by "και"; always left for a person to confirm."""
    sides = [_side(raw, tokens, order) for tokens in (left, right)]
    firsts = [side.first for side in sides]
    lasts = list(dict.fromkeys(side.last for side in sides if side.last))
    if not any(firsts):
        return NameReading(raw, "company", company_name=raw, gender="c", confidence=GUESS, reason="company")
    genders = {side.gender for side in sides}
    both = "mf" if genders == {"m", "f"} else (genders.pop() if len(genders) == 1 else "u")
    return NameReading(
        raw,
        "household",
        first=" και ".join(name for name in firsts if name),
        last=lasts[0] if len(lasts) == 1 else " και ".join(lasts),
        gender=both,
        confidence=GUESS if all(firsts) and lasts else UNKNOWN,
        reason="two_persons",
    )


def _side(raw: str, tokens: list[str], order: str | None) -> NameReading:
    titles = ("title", "title_m", "title_f")
    tokens = [token for token in tokens if mark_of(token) not in titles and key_of(token) != "κ"]
    words = [bare(token) for token in tokens if not is_initial(token)]
    if not words:
        return NameReading(raw, "person", reason="initials")
    if len(words) == 1:
        word = _candidate(words[0])
        if word.first.known:
            return NameReading(raw, "person", first=word.first.form, gender=_settled(word.first.gender))
        return NameReading(raw, "person", last=word.last.form, gender=_settled(word.last.gender))
    return _two_words(raw, words[:2], order)
