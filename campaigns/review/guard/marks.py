"""What in a letter points at one person or one thing only: addresses, phones, numbers of documents, amounts of money.

Dates, years, ages, percent, hours, web addresses and measures are none of these. A number counts as that of a document
when it is long, when capitals stand before it (ΤΠΥ 1234), or when a word says so (τιμολόγιο 12).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from campaigns.writing.checks.findings import folded
from customers.addresses import email_key

ADDRESS, PHONE, DOCUMENT, AMOUNT = "address", "phone", "document", "amount"
FEWEST_PHONE_DIGITS, MOST_PHONE_DIGITS = 10, 15
# Two numbers of a house are compared by these: with and without the code of the country.
_LAST_DIGITS = 10
_GONE = "\ufffb"
_SIGNIFICANT = re.compile(r"[\d@]")
_NUMBER = r"(?:\d{1,3}(?:[.,\u00a0 ]\d{3})+|\d+)(?:[.,]\d{1,2})?"
_CURRENCY = r"(?:€|\$|£|(?:ευρώ|ευρω|eur|euros?|usd|gbp|δολάρι[αο]|λίρ(?:α|ες)|dollars?|pounds?)(?!\w))"
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_WEB = re.compile(r"(?:https?://|www\.)[^\s<>()«»“”\"]{1,400}")
_AMOUNTS = re.compile(rf"(?<![\w.,]){_NUMBER}[\u00a0 ]?{_CURRENCY}|[€$£][\u00a0 ]?{_NUMBER}", re.IGNORECASE)
_HARMLESS = re.compile(
    r"(?<![\d./-])(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])(?:[./-](?:\d{4}|\d{2}))?(?![\d/-]|\.\d)"  # 31/12/2026
    r"|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)"
    r"|(?<![\d:.])(?:[01]?\d|2[0-4])[:.][0-5]\d(?![\d:]|\.\d)"  # 09:30
    r"|(?<![\d./-])(?:1[89]|20)\d\d(?:\s?[-–/]\s?(?:(?:1[89]|20)\d\d|\d\d))?(?![\w/-])"  # 2026, 2025-26
    r"|(?<![\d.])\d{1,3}(?:\.\d{3})+(?!\d|\.\d)"  # 10.000
    r"|\d+(?:[.,]\d+)?\s?%"
)
_PHONES = re.compile(r"(?<!\w)(?:\+|00)?\d(?:[ \u00a0.()-]{0,3}\d|/\d)+(?!\w)")
_PAPER = (
    r"τιμολογι(?:ο|ου|α)|αποδειξ(?:η|ησ|εωσ)|παραστατικ(?:ο|ου)|παραγγελι(?:α|ασ)|δελτι(?:ο|ου)|"
    r"invoice|receipt|order|document|αφμ|α\.φ\.μ\."
)
# After a paper's name any number is its number; after «αρ.» alone (a street, a scent) only a long one.
_NUMBERED = re.compile(
    rf"(?:\b(?:{_PAPER})(?:\s(?:με\s)?(?:αρ\.|αριθμο|νο\.?|no\.?|number))?\s?[#№]?(?=[\w/-]*\d)"
    r"|(?:\b(?:αρ|νο|no)\.?\s?|[№#]\s?)(?=[\w/-]*\d{3}))"
)
_DOCUMENTS = re.compile(r"(?<![\w/-])(?:[A-ZΑ-Ω]{1,6}[-/. \u00a0]?)?\d+(?:[-/]\w*\d\w*)*(?![\w/])")
_AFTER_CUE = re.compile(r"[\w/-]*\d[\w/-]*")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_FEWEST_DOCUMENT_DIGITS = 5  # four are a year of history, or a count
_FEWEST_IN_SERIES = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """`found` as it stands in the words; `key` is the same for every way to write it."""

    kind: str
    key: str
    found: str


def marks_in(text: str) -> list[Mark]:
    """Return every address, phone, number of a document and amount of money in a text; most letters have none."""
    if not _SIGNIFICANT.search(text):
        return []
    return list(dict.fromkeys(mark for line in text.splitlines() for mark in _marks_in_line(line)))


@lru_cache(maxsize=8192)
def _marks_in_line(line: str) -> tuple[Mark, ...]:
    """The marks of one line; most lines with figures are the template's, the same in every letter."""
    if not _SIGNIFICANT.search(line):
        return ()
    found: list[Mark] = []

    def take(kind: str) -> Callable[[re.Match[str]], str]:
        def taken(match: re.Match[str]) -> str:
            found.extend(Mark(kind, key, words) for key, words in _KEYS[kind](match.group()))
            return _blot(match)

        return taken

    rest = _EMAIL.sub(take(ADDRESS), line)
    rest = _AMOUNTS.sub(take(AMOUNT), _WEB.sub(_blot, rest))
    named, rest = _documents_named(rest)
    rest = _HARMLESS.sub(_blot, rest)
    rest = _PHONES.sub(lambda match: take(PHONE)(match) if _is_phone(match.group()) else match.group(), rest)
    return (*found, *named, *(Mark(DOCUMENT, document_key(each), each) for each in _documents(rest)))


def links_in(html: str) -> list[Mark]:
    """Return the addresses and phones that links of a letter lead to."""
    if "href=" not in html:
        return []
    targets = re.findall(r'href="(mailto|tel):([^"?]+)', html)
    return [mark for _scheme, target in targets for mark in marks_in(target)]


def phone_mark_key(phone: str) -> str:
    """Return the key of a phone, the code of its country apart."""
    return re.sub(r"\D", "", phone)[-_LAST_DIGITS:]


def document_key(number: str) -> str:
    """Return the key of a document's number: letters and digits alone, without accents."""
    return re.sub(r"[\W_]", "", folded(number))


def document_keys(number: str) -> set[str]:
    """Return the keys by which a document may be told: its whole number, or the figures at its end (ΤΠΥ-1234: 1234)."""
    figures = re.search(r"\d+$", number)
    return {document_key(number), figures.group() if figures else document_key(number)}


def amount_key(amount: Decimal | str) -> str:
    """Return the key of an amount, however its thousands and cents are written: 1.234,50 and 1234.5 are one."""
    figures = re.sub(r"[^\d.,]", "", str(amount)).strip(".,")
    whole, cents = figures, ""
    if tail := re.search(r"[.,](\d{1,2})$", figures):
        whole, cents = figures[: tail.start()], tail[1]
    return f"{Decimal(re.sub(r'[.,]', '', whole) or '0') + Decimal('0.' + (cents or '0')):.2f}"


def _blot(match: re.Match[str]) -> str:
    return _GONE * len(match.group())


def _is_phone(run: str) -> bool:
    digits = sum(map(str.isdigit, run))
    return digits >= FEWEST_PHONE_DIGITS or (run.startswith("+") and digits >= FEWEST_PHONE_DIGITS - 3)


def _phones(run: str) -> Iterator[tuple[str, str]]:
    """One phone, or several in a row."""
    several = re.split(r"[\s/]", run)
    if sum(map(str.isdigit, run)) <= MOST_PHONE_DIGITS or not all(map(_is_phone, several)):
        several = [run]
    return ((phone_mark_key(each), each) for each in several)


def _documents_named(text: str) -> tuple[list[Mark], str]:
    """Numbers of documents that a word before them names, however short; and the text without them."""
    plain, named, rest, end = folded(text), [], [], 0
    for cue in _NUMBERED.finditer(plain):
        number = _AFTER_CUE.match(text, cue.end())
        if number and not _YEAR.fullmatch(number.group()):
            named.append(Mark(DOCUMENT, document_key(number.group()), number.group()))
            rest += [text[end : cue.start()], _GONE * (number.end() - cue.start())]
            end = number.end()
    return named, "".join([*rest, text[end:]])


def _documents(text: str) -> Iterator[str]:
    for match in _DOCUMENTS.finditer(text):
        words = match.group()
        digits = sum(map(str.isdigit, words))
        in_series = words[0].isalpha() and digits >= _FEWEST_IN_SERIES
        if (in_series or digits >= _FEWEST_DOCUMENT_DIGITS) and not _YEAR.fullmatch(words.lstrip("+")):
            yield words


_KEYS = {
    ADDRESS: lambda words: [(email_key(words.strip(".'-")), words.strip(".'-"))],
    PHONE: _phones,
    AMOUNT: lambda words: [(amount_key(words), words)],
}
