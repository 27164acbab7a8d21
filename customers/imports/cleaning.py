"""Cells of text, e-mail addresses and phones: cleaned, or refused with a code and what to write instead.

Nothing is guessed into being right: "maria @mail.example" is refused with "maria@mail.example" as the hint,
because only a person knows whether a letter is missing too.
"""

import functools
import re
import unicodedata
import uuid
from collections.abc import Sequence
from typing import NamedTuple

import phonenumbers

import etiquette
from customers.imports.errors import CellError

# RFC 5321 4.5.3.1: what a mail server must take.
MAX_LOCAL = 64
MAX_ADDRESS = 254
MAX_LABEL = 63
# With words behind it. What is longer is a remark in the wrong column.
MAX_PHONE = 100
# How lists say "none". Compared accent-blind.
_NOTHING = frozenset(
    {"-", "--", "---", "—", "–", ".", "/", "x", "χ", "0", "n/a", "na", "none", "null", "nil", "δεν εχει",
     "δεν υπαρχει", "κανενα", "οχι", "χωρισ", "αγνωστο", "no", "unknown", "oxi", "den exei"}
)  # fmt: skip
_LOCAL = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
_QUOTED_LOCAL = re.compile(r'^"([\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])+"$')
_LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
_IN_BRACKETS = re.compile(r"<\s*([^<>\s@]+@[^<>\s@]+)\s*>")
_AT_IN_WORDS = re.compile(r"\s*[(\[{]\s*(?:at|a|@|παπακι)\s*[)\]}]\s*", re.IGNORECASE)
_BETWEEN_ADDRESSES = re.compile(r"[,;|\n\r]+|\s+(?:και|&|ή|or|and)\s+|\s*/\s*(?=[^\s/]+@)")
# What most cells hold, recognised at one look. Each is a part of what the careful way takes, with the same answer.
_ORDINARY_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_ORDINARY_DOMAIN = re.compile(r"(?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*\.)+[A-Za-z]{2,63}")
_ORDINARY_PHONE = re.compile(r"\+?[0-9][0-9 ]{5,}[0-9]")
_DIGITS_OR_LETTERS = re.compile(r"[0-9A-Za-zΑ-ΡΣ-Ωα-ω]{1,80}")
_FEW_DIGITS = re.compile(r"[1-9][0-9]{2,}")
# 6.94E+09 is what a spreadsheet shows of a long number: its last digits are gone.
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d{1,3}", re.IGNORECASE)
# 1548.0 is what a program writes that took a code for a number.
_WITH_POINT_ZERO = re.compile(r"(\d+)\.0")
_PHONE_FILLING = str.maketrans("", "", " \t().-\u00a0\u2009\u202f")
# Not before the last digits of the next line in the house: 2310445471/2 is one cell of a phone book.
_BETWEEN_PHONES = re.compile(r"[;|\n\r]+|\s*[,/]+\s*(?!\d{1,2}\s*(?:[,/;|\n-]|$))|\s+(?:και|&|ή|or|and)\s+")
_NEXT_LINES = re.compile(r"(?:\s*[-–/,]\s*\d{1,2})+$")
# Whose phone it is, or where it rings: 2310445471 (οικία), 6941234567 Μαρία.
_WORDS_BEHIND = re.compile(r"(?<=\d)\s*(?:\([^\d()]*\)|[^\W\d_][^\d]*)$")
_EXTENSION = re.compile(r"\s*(?:εσωτ(?:ερικό)?|εσ)\.?:?\s*(?=\d{1,5}$)", re.IGNORECASE)


def clean_text(cell: str, *, keep_lines: bool = False) -> str:
    """Return `cell` in NFC without control and invisible characters, with single plain blanks.

    Line breaks become blanks, so that no cell can begin a new line of a letter's head, unless `keep_lines`.
    """
    # What is printable holds no line break, no strange blank and nothing invisible.
    if cell.isprintable() and (cell.isascii() or unicodedata.is_normalized("NFC", cell)):
        return " ".join(cell.split())
    lines = unicodedata.normalize("NFC", cell).splitlines()
    clean = [" ".join("".join(map(_visible, line)).split()) for line in lines]
    return "\n".join(clean).strip() if keep_lines else " ".join(filter(None, clean))


def are_clean(cells: Sequence[str]) -> bool:
    """Return whether `clean_text` would leave each of these cells as it is. False is no answer.

    One look at a whole row costs less than one at each cell, and most rows are clean.
    """
    joined = ";".join(cells)
    return (
        joined.isprintable()
        and "  " not in joined
        and "; " not in joined
        and " ;" not in joined
        and joined[:1] != " "
        and joined[-1:] != " "
        and (joined.isascii() or unicodedata.is_normalized("NFC", joined))
    )


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp"):
        return " "
    # The two joiners belong to scripts and emoji; marks that turn the direction of text or hide in it go.
    if category == "Cf":
        return character if character in "\u200c\u200d" else ""
    return " " if character == "\t" else "" if category in ("Cc", "Cs", "Co", "Cn") else character


def says_nothing(cell: str) -> bool:
    """Return whether the cell is one of the ways in which lists say "none"."""
    text = cell.strip()
    if len(text) > 12:
        return False
    return not text or (text.lower() if text.isascii() else etiquette.fold(text)) in _NOTHING


def is_ordinary_email(text: str) -> bool:
    """Return whether `text` is an address that nothing has to be done to. False is no answer."""
    local, _at, domain = text.partition("@")
    return len(local) <= MAX_LOCAL and _is_ordinary_domain(domain) and bool(_ORDINARY_LOCAL.fullmatch(local))


@functools.lru_cache(maxsize=1024)
def _is_ordinary_domain(domain: str) -> bool:
    # A few domains are those of most addresses.
    return (
        len(domain) < MAX_ADDRESS - MAX_LOCAL
        and _ORDINARY_DOMAIN.fullmatch(domain) is not None
        and max(map(len, domain.split("."))) <= MAX_LABEL
    )


def split_emails(cell: str) -> list[str]:
    """Return the texts of the addresses in one cell, cleaned of their surroundings, not yet checked.

    Separators are , ; | a line, "και", a slash, and a blank only between two things that both hold an @:
    the blank in "maria @mail.example" is an error and no separator.
    """
    if is_ordinary_email(cell):
        return [cell]
    text = clean_text(cell, keep_lines=True)
    if says_nothing(text):
        return []
    bracketed = _IN_BRACKETS.findall(text)
    if bracketed:
        return bracketed
    found = []
    for part in _BETWEEN_ADDRESSES.split(text):
        part = re.sub(r"^(mailto:|e-?mail:)\s*", "", part.strip(), flags=re.IGNORECASE)
        part = _without_surroundings(part)
        words = part.split()
        found += words if len(words) > 1 and all("@" in word for word in words) else [part] if part else []
    return found


def _without_surroundings(part: str) -> str:
    """Return an address without the marks that a sentence puts around it: «a@x.gr», <a@x.gr>, (a@x.gr), a@x.gr."""
    if "@" not in part:
        return part
    part = part.lstrip("<«“‘([").rstrip(" .,;:>»”’)]")
    return part[1:-1] if part[:1] == part[-1:] and part[:1] in ("'", '"') else part


def clean_email(text: str) -> str:
    """Return the address as typed, without what surrounds it. Raise `CellError` with a hint where one can
    be given."""
    if is_ordinary_email(text):
        return text
    address = clean_text(text)
    if not address.startswith('"') and " " in address:
        together = address.replace(" ", "")
        raise CellError("email_blank_inside", together if _is_email(together) else "")
    if "@" not in address:
        spoken = _AT_IN_WORDS.sub("@", address)
        raise CellError("email_no_at", spoken if spoken != address and _is_email(spoken) else "")
    local, _at, domain = address.rpartition("@")
    if not local:
        raise CellError("email_no_name")
    if "@" in local and not _QUOTED_LOCAL.match(local):
        raise CellError("email_two_ats")
    if not local.isascii():
        strange = next(character for character in local if not character.isascii())
        raise CellError("email_strange_letter", strange)
    if not (_LOCAL.match(local) or _QUOTED_LOCAL.match(local)) or len(local) > MAX_LOCAL:
        raise CellError("email_bad_name")
    if len(address) > MAX_ADDRESS:
        raise CellError("email_too_long")
    if len(local) + 1 + len(_checked_domain(domain)) > MAX_ADDRESS:
        raise CellError("email_too_long")
    return address


def _checked_domain(domain: str) -> str:
    """Return the domain as the DNS writes it, in xn--, which may be longer than it looks."""
    if not domain:
        raise CellError("email_no_domain")
    if domain.startswith(".") or domain.endswith(".") or ".." in domain:
        raise CellError("email_dots")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise CellError("email_bad_domain") from error
    labels = ascii_domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(map(_LABEL.match, labels)):
        raise CellError("email_bad_domain")
    return ascii_domain


def _is_email(text: str) -> bool:
    try:
        clean_email(text)
    except CellError:
        return False
    return True


def split_phones(cell: str) -> list[str]:
    """Return the phones in one cell as written, not yet checked."""
    if _ORDINARY_PHONE.fullmatch(cell):
        return [" ".join(cell.split())]
    text = clean_text(cell, keep_lines=True)
    if says_nothing(text):
        return []
    if _ROUNDED.fullmatch(text):
        return [text]
    parts = (part.strip() for part in _BETWEEN_PHONES.split(text))
    return [_without_point_zero(part) for part in parts if part]


def _without_point_zero(text: str) -> str:
    whole = _WITH_POINT_ZERO.fullmatch(text)
    return whole[1] if whole else text


class _NumbersAtHome(NamedTuple):
    """The country code of a region, a pattern whose only group is a valid national number of it, and the fewest
    digits that such a number has."""

    country: str
    pattern: re.Pattern[str]
    shortest: int


@functools.cache
def _numbers_at_home(region: str) -> _NumbersAtHome | None:
    """Return the landlines and mobiles of a region as one pattern; None where a number depends on more than that.

    Made of phonenumbers' own metadata, because its parse takes thirty times as long. Only for a region that has its
    country code to itself and no prefix within the country.
    """
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.national_prefix_for_parsing or plan.international_prefix != "00":
        return None
    general = plan.general_desc
    shared = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(plan.country_code) != (region,)
    if shared or general.possible_length_local_only:
        return None
    kinds = "|".join(
        rf"(?=(?:{kind.national_number_pattern})\Z)[1-9][0-9]{{{length - 1}}}"
        for kind in (plan.fixed_line, plan.mobile)
        for length in kind.possible_length or general.possible_length
    )
    number = rf"(?=(?:{general.national_number_pattern})\Z)(?:{kinds})"
    pattern = re.compile(rf"(?:(?:\+|00){plan.country_code})?({number})", re.ASCII)
    return _NumbersAtHome(f"+{plan.country_code}", pattern, min(general.possible_length))


def number_at_home(cell: str, *, region: str = "GR") -> str:
    """Return what `clean_phone` makes of a cell that is nothing but one landline or mobile of `region`; "" of any
    other."""
    at_home = _numbers_at_home(region)
    found = at_home.pattern.fullmatch(cell) if at_home and _ORDINARY_PHONE.fullmatch(cell) else None
    return at_home.country + found[1] if found else ""


def clean_phone(text: str, *, region: str = "GR") -> str:
    """Return the number in E.164 (+306961459346). `region` (ISO country) is where a number without +country
    belongs.

    Raise `CellError`: phone_no_digits, phone_rounded, phone_too_short, phone_too_long or phone_invalid.
    """
    at_home = _numbers_at_home(region)
    plain = text if text.isalnum() else text.translate(_PHONE_FILLING)
    if at_home and (found := at_home.pattern.fullmatch(plain)):
        return at_home.country + found[1]
    if at_home and _FEW_DIGITS.fullmatch(plain) and len(plain) < at_home.shortest:
        raise CellError("phone_too_short")
    if sum(character.isdigit() for character in plain) < 3:
        raise CellError("phone_no_digits")
    text = clean_text(text)
    if _ROUNDED.fullmatch(text):
        raise CellError("phone_rounded")
    if len(text) > MAX_PHONE:
        raise CellError("phone_too_long")
    text = _WORDS_BEHIND.sub("", text)
    if at_home and (found := at_home.pattern.fullmatch(_NEXT_LINES.sub("", text).translate(_PHONE_FILLING))):
        return at_home.country + found[1]
    try:
        number = phonenumbers.parse(_EXTENSION.sub(" ext. ", text), region)
    except phonenumbers.NumberParseException as error:
        raise CellError("phone_invalid") from error
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == phonenumbers.ValidationResult.TOO_SHORT:
        raise CellError("phone_too_short")
    if possible == phonenumbers.ValidationResult.TOO_LONG:
        raise CellError("phone_too_long")
    if not phonenumbers.is_valid_number(number):
        raise CellError("phone_invalid")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_tax_number(cell: str) -> str:
    """Return an ΑΦΜ as nine digits, or another country's number in capitals without blanks.

    Only compared, never shown in a letter, so nothing is refused: "EL 123456789" is 123456789, and a
    spreadsheet's 12345678 gets its zero back. What a spreadsheet has rounded (1.23E+08) is nobody's.
    """
    if len(cell) == 9 and cell.isascii() and cell.isdigit() and cell != "000000000":
        return cell
    text = _without_point_zero(clean_text(cell))
    if not text or _ROUNDED.fullmatch(text):
        return ""
    text = re.sub(r"[\s.\-]", "", text).upper()
    text = re.sub(r"^(EL|GR|ΑΦΜ:?|AFM:?)(?=\d{9}$)", "", text)
    if says_nothing(text) or not text.strip("0"):
        return ""
    return text.zfill(9) if text.isdigit() and len(text) == 8 else text[:20]


def clean_person_key(cell: str) -> str:
    """Return the identifier that our own lists out give a person, or "" for anything else."""
    if not cell:
        return ""
    try:
        return str(uuid.UUID(clean_text(cell)))
    except ValueError:
        return ""


def clean_code(cell: str) -> str:
    """Return a code of the invoicing system: as written, without blanks around it, at most 80 characters.

    1548.0 is the code 1548. What a spreadsheet has rounded (1.2E+11) is none: several people would share it.
    """
    if _DIGITS_OR_LETTERS.fullmatch(cell):
        return cell
    text = clean_text(cell)
    if text in ("-", "—") or _ROUNDED.fullmatch(text):
        return ""
    return _without_point_zero(text)[:80]
