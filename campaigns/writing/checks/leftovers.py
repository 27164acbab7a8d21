"""Gaps that were never filled in: {name}, %name%, «ΟΝΟΜΑ», [NAME], XXX, None, null."""

import re
from collections.abc import Iterator, Mapping

from .findings import Finding, Sides, folded

# The names that other programs, and hurried people, give to such gaps.
_GAPS = frozenset(
    {
        "ονομα", "μικρο ονομα", "μικρο", "επωνυμο", "επιθετο", "ονοματεπωνυμο", "ονομα πελατη", "προσφωνηση", "πελατησ",
        "ημερομηνια", "ποσο", "επωνυμια", "εταιρεια", "εταιρια", "πολη", "διευθυνση", "προιον", "υπογραφη",
        "name", "first name", "firstname", "last name", "lastname", "surname", "full name", "fullname", "your name",
        "company", "company name", "customer", "customer name", "client", "date", "amount", "city", "address", "title",
        "product", "signature", "salutation",
    }
)  # fmt: skip
_MARKS = {"source": re.compile(r"\}\}|%\}|#\}"), "letter": re.compile(r"\{\{|\}\}|\{%|%\}|\[\[|\]\]")}
_BRACED = re.compile(r"(?<!\{)\{ ?(?P<name>[^\W\d][\w.]{0,39}) ?\}(?!\})")
_PERCENT = re.compile(r"(?<![\w%])%%?(?P<name>[^\W\d][\w.]{1,39})%%?(?!\w)")
_ANGLED = re.compile(r"<<? ?(?P<name>[^\W\d][\w. ]{1,39}?) ?>>?")
# A link of Markdown begins like a gap; its address follows at once.
_BRACKETED = re.compile(r"(?<!\[)\[ ?(?P<name>[^\W\d][\w. ]{1,39}?) ?\](?![\](\ufffb])")
_QUOTED = re.compile(r"«(?P<name>[^\W\d][\w. ]{1,39}?)»")
_WORDS = re.compile(
    r"(?<![\w/])(?:None|nan|NaN|NAN|null|NULL|undefined|#?N/A|#REF!|#VALUE!|#NAME\?|X{3,}|Χ{3,}|TODO|TBD|_{3,}"
    r"|[Ll]orem ipsum)(?!\w)"
)
# "None of us": an English sentence may begin so. «null and void» is lawyers' English.
_SENTENCE_START = re.compile(r"(?:^|[.!?\n\"“]\s{0,5})$")
_GOES_ON = re.compile(r"\s+[a-z]")


def leftovers(text: str, *, language: str, side: Sides, names: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what looks like a gap never filled in; `names` are the facts, which are suggested where one is meant."""
    for match in _MARKS[side].finditer(text):
        yield Finding("leftover_here", match.start(), match.end(), match.group())
    spellings: dict[str, str] = {}
    for pattern, is_gap in _SHAPES:
        for match in pattern.finditer(text):
            if is_gap(match["name"]):
                spellings = spellings or _by_key(names)
                fact = spellings.get(_key(match["name"]), "")
                yield Finding("leftover_here", match.start(), match.end(), match.group(), fact and f"{{{{ {fact} }}}}")
    for match in _WORDS.finditer(text):
        if not (language == "en" and _is_english(match, text)):
            yield Finding("leftover_here", match.start(), match.end(), match.group())


def looks_unfilled(value: str) -> bool:
    """Tell of the value of a fact whether a machine left it: nan, None, {{ … }}. Runs for every letter."""
    return _MARKS["letter"].search(value) is not None or _WORDS.search(value) is not None


def _always(name: str) -> bool:
    return True


def names_a_gap(name: str) -> bool:
    """Tell whether these words are what a gap is usually called: «Όνομα», NAME, first_name."""
    return folded(name).replace("_", " ") in _GAPS


def _typed_in(name: str) -> bool:
    """[Όνομα] in any letters, [ANYTHING] in capitals."""
    return names_a_gap(name) or (len(name) > 2 and name.upper() == name)


def _shouted(name: str) -> bool:
    """«ΟΝΟΜΑ», but neither the newspaper «ΤΑ ΝΕΑ» nor the word «όνομα»."""
    return name.upper() == name and names_a_gap(name)


# Each shape of a gap, and which names in it are no words of the letter.
_SHAPES = (
    (_BRACED, _always),
    (_PERCENT, _always),
    (_ANGLED, names_a_gap),
    (_BRACKETED, _typed_in),
    (_QUOTED, _shouted),
)


def _by_key(names: Mapping[str, str]) -> dict[str, str]:
    """The spellings of facts by what is left of them without accents and capitals; of two alike the first."""
    found: dict[str, str] = {}
    for spelling in names:
        found.setdefault(folded(spelling), spelling)
    return found


def _key(name: str) -> str:
    return folded(name).replace(" ", "_")


def _is_english(match: re.Match[str], text: str) -> bool:
    after = text[match.end() : match.end() + 9]
    if match.group() == "null":
        return after.startswith(" and void")
    before = text[max(0, match.start() - 8) : match.start()]
    return match.group() == "None" and bool(_SENTENCE_START.search(before) and _GOES_ON.match(after))
