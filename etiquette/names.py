"""A raw name, as an invoicing system writes it, to the person, company, household or nobody behind it.

The order of the steps matters and is the one of `describe`: clean, remarks, what is no person, titles, father's name,
couples, one person; decisions of people stand beside the result.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from . import people
from .decisions import Overlay, suggested
from .kinds import ARTICLES, is_only_a_name, not_a_person
from .reading import NameReading, bare, joins, key_of, mark_of, words_of
from .text import clean, repair_look_alikes

__all__ = ["NameReading", "describe", "learn_order"]

_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)(?:[)\]}]|$)")
# A cross beside the name: †, or a plus sign in brackets or at the end.
_CROSS = re.compile(r"[†✝✞]|\(\s{0,9}\+\s{0,9}\)|(?<=\S)\s\+$")
# A plus that touches the name may be one, or a remnant.
_MAYBE_CROSS = re.compile(r"^\+\s?(?=[^\W\d])|(?<=\w)\+$")
# Χ"ΓΕΩΡΓΙΟΥ is how Χατζηγεωργίου is shortened.
_HATZI = re.compile(r"(?<!\w)Χ[\"'’”]+\s?(?=\w)")
# Γ.ΠΑΠΑΔΟΠΟΥΛΟΣ, κ.Παπαδόπουλος, J.Smith: a dot that lacks its blank (Μ.ΙΚΕ lacks none).
_GLUED_DOT = re.compile(r"(?<=[^\W\d_])\.(?=[Ά-ώ]{4})|(?<=\b[A-Z])\.(?=[A-Za-z]{4})")
_BESIDE = re.compile(r"[(\[{/–—-]")
_TRADE = re.compile(r"\s[-–—/]\s|\s[-–—]|[-–—]\s")
# Most of a list: Greek letters and single blanks, nothing to clean.
_GREEK_WORDS = re.compile(r"[ΆΈ-ώ]+(?: [ΆΈ-ώ]+)+")

# A file is believed to have one habit when this share of its clear names, and at least so many, agree.
HABIT_SHARE = 0.97
HABIT_NAMES = 5
HABIT_SAMPLE = 2000

# Letters and blanks of the longest raw name that is read: what is longer is no name.
LONGEST = 300


def describe(raw: str, *, order: str | None = None, overlay: Overlay | None = None) -> NameReading:
    """Return who stands behind `raw`, how sure we are (0 to 1) and why. Never raises on any text.

    `order` is what the whole file does ("surname_first", "name_first"; see `learn_order`). `overlay` holds what people
    decided before about names written alike: it comes first among the choices, and is asked.
    """
    if len(raw) > LONGEST:
        reading = replace(_describe(raw[:LONGEST], order), raw=raw).at_most(0.3, "too_many_words")
    else:
        reading = _describe(raw, order)
    return suggested(reading, overlay) if overlay else reading


def _describe(raw: str, order: str | None) -> NameReading:
    if _GREEK_WORDS.fullmatch(raw):
        words = raw.split(" ")
        if all(map(is_only_a_name, words)):
            return people.read_words(raw, words, order)
    text = _GLUED_DOT.sub(". ", repair_look_alikes(clean(raw)))
    if _CROSS.search(text):
        return NameReading(raw, "other", reason="deceased", remark=_CROSS.sub("", text).strip())
    maybe_dead = bool(_MAYBE_CROSS.search(text))
    text, remark, trade = _without_remark(_HATZI.sub("ΧΑΤΖΗ", text))
    tokens = [people.in_full(token) for token in words_of(text.replace("&", " & ").replace("+", " & "))]
    if not tokens:
        return NameReading(raw, "placeholder", gender="c", reason="empty", remark=f"{remark} {trade}".strip())

    nobody = not_a_person(raw, tokens, f"{remark} {trade}".strip())
    if nobody:
        return nobody
    if text.count(",") == 1 and "," in text.strip(",").strip():
        # "Papadopoulos, Giorgos" says its order itself.
        order = "surname_first"
    reading = _people(raw, tokens, order)
    if maybe_dead:
        reading = reading.at_most(0.3, "deceased")
    if not remark and not trade:
        return reading
    reading = replace(reading, remark=f"{remark} {trade}".strip())
    return _warned(reading, words_of(remark), words_of(trade))


def _warned(reading: NameReading, remark: list[str], trade: list[str]) -> NameReading:
    """Lower a reading by what stands beside the name: a test, a priest, a second person, the rest of the surname."""
    marks = {mark_of(word) for word in (*remark, *trade)} - {""}
    if "test" in marks:
        return reading.at_most(0.3, "test_row")
    if "clergy" in marks and reading.gender != "f":
        return replace(reading, titles=(*reading.titles, "π.")).at_most(0.6, "clergy")
    if marks:
        return reading
    if people.names_another(reading.first, remark) or people.names_another(reading.first, trade):
        return reading.at_most(0.6, "two_persons")
    if trade and all(is_only_a_name(word) and people.is_written_surname(word) for word in trade):
        # ΙΩΑΝΝΟΥ ΜΑΡΙΑ - ΒΛΑΧΟΥ: a second surname, not a trade.
        return reading.at_most(0.6, "too_many_words")
    return reading


def _people(raw: str, tokens: list[str], order: str | None) -> NameReading:
    titles, said, tokens = _titles(tokens)
    tokens, widow = _without_father(tokens)
    if not tokens:
        return NameReading(raw, "person", titles=titles, gender=said or "u", confidence=0.3, reason="unknown_word")
    joints = [index for index, token in enumerate(tokens) if joins(token)]
    if joints and 0 < joints[0] < len(tokens) - 1:
        couple = people.read_couple(raw, tokens[: joints[0]], tokens[joints[0] + 1 :], order)
        return replace(couple, titles=titles)
    tokens = [token for token in tokens if not joins(token)] or tokens
    reading = people.read_person(raw, tokens, order)
    if titles:
        reading = replace(reading, titles=titles)
    if said == "mf":
        return replace(reading, kind="household", gender="mf").at_most(0.6, "two_persons")
    if said:
        reading = _with_title(reading, said)
    if "π." in titles:
        reading = reading.at_most(0.6, "clergy")
    if widow:
        # The names that follow are her husband's: only the surname is hers.
        return replace(reading, first="", known_as="", gender="f", confidence=0.3, reason="widow")
    if not ARTICLES.isdisjoint(tokens):
        return reading.at_most(0.3, "too_many_words")
    return reading


def _with_title(reading: NameReading, said: str) -> NameReading:
    """Let κος or κα settle the gender, or flag that the title and the name disagree."""
    if reading.gender == said:
        return reading
    if reading.gender == "u":
        settled = replace(reading, gender=said)
        # The title answers the only open question.
        return replace(settled, confidence=0.93) if reading.reason == "gender_unknown" else settled
    return reading.at_most(0.6, "gender_conflict")


def _without_remark(text: str) -> tuple[str, str, str]:
    """Return the name and what stands beside it: in brackets, and after a dash (a trade)."""
    if not _BESIDE.search(text):
        return text, "", ""
    remark = " ".join(filter(None, (found.strip() for found in _BRACKETS.findall(text))))
    trade = ""
    name = " ".join(_BRACKETS.sub(" ", text).split())
    parts = _TRADE.split(name, maxsplit=1)
    if len(parts) == 2 and parts[0].strip() and parts[1].strip() and len(parts[0].split()) > 1:
        name, trade = parts[0].strip(), parts[1].strip()
    return (name, remark, trade) if name else (text, "", "")


def _titles(tokens: list[str]) -> tuple[tuple[str, ...], str, list[str]]:
    """Return the titles in front, the gender they tell ("m", "f", "mf" or ""), and the rest."""
    if len(tokens) > 3 and joins(tokens[1]) and {_sex_told(tokens[0]), _sex_told(tokens[2])} == {"m", "f"}:
        # ΚΟΣ ΚΑΙ ΚΑ ΠΑΠΑΔΟΠΟΥΛΟΥ, Mr & Mrs Smith
        return ("κ.κ.",), "mf", tokens[3:]
    titles: list[str] = []
    said = ""
    rest = list(tokens)
    while len(rest) > 1:
        mark, key = mark_of(rest[0]), key_of(rest[0])
        if mark in ("title_m", "title_f", "title_two"):
            said = {"title_m": "m", "title_f": "f", "title_two": "mf"}[mark]
            titles.append({"m": "κ.", "f": "κα", "mf": "κ.κ."}[said])
        elif mark == "clergy" or (rest[0] == "π." and len(rest) > 1):
            titles.append("π.")
        elif mark == "title" and len(rest) > 2:
            titles.append(bare(rest[0]))
        elif key == "κ" and len(rest) > 2 and mark_of(rest[1]) != "and":
            # "Κ." in front of two names is κύριος or κυρία; in front of one it may be an initial.
            titles.append("κ.")
        else:
            break
        rest.pop(0)
    if len(rest) > 2 and mark_of(rest[-1]) in ("title_m", "title_f"):
        said = said or {"title_m": "m", "title_f": "f"}[mark_of(rest.pop())]
    return tuple(titles), said, rest


def _sex_told(token: str) -> str:
    if key_of(token) == "κ":
        return "m"
    return {"title_m": "m", "title_f": "f"}.get(mark_of(token), "")


def _without_father(tokens: list[str]) -> tuple[list[str], bool]:
    """Drop "του" with the father's name after it; tell whether the entry is somebody's widow or wife."""
    for index, token in enumerate(tokens):
        if index > 1 and mark_of(token) == "widow":
            # ΠΑΠΑΔΟΠΟΥΛΟΥ ΜΑΡΙΑ ΣΥΖ. ΓΕΩΡΓΙΟΥ: her own name stands in front.
            tokens = tokens[:index]
            break
    keys = [key_of(token) for token in tokens]
    widow = any(mark_of(token) == "widow" for token in tokens)
    if not widow and "του" not in keys and not any(key.isdigit() for key in keys):
        return tokens, False
    kept: list[str] = []
    index = 0
    while index < len(tokens):
        if keys[index] == "του" and kept and index + 1 < len(tokens):
            index += 2
            if keys[index : index + 2] == ["και", "τησ"]:
                # ... and the mother's name.
                index += 3
            continue
        if mark_of(tokens[index]) != "widow" and not tokens[index].isdigit():
            kept.append(tokens[index])
        index += 1
    return kept, widow


def learn_order(raws: Iterable[str]) -> str | None:
    """Return the order a whole file keeps, "surname_first" or "name_first"; None when it is mixed or too short to say.

    Only names whose order is beyond doubt are counted, at most the first 2,000.
    """
    seen: Counter[str] = Counter()
    for raw in islice(raws, HABIT_SAMPLE):
        reading = describe(raw)
        if reading.kind == "person" and reading.order and reading.confidence > 0.6:
            seen[reading.order] += 1
    if sum(seen.values()) < HABIT_NAMES:
        return None
    order, count = seen.most_common(1)[0]
    return order if count >= HABIT_SHARE * sum(seen.values()) else None
