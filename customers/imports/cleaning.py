"""Cells of text, e-mail addresses and phones: cleaned, or refused with a code and what to write instead.

Nothing is guessed into being right: "maria @mail.example" is refused with "maria@mail.example" as the hint,
because only a person knows whether a letter is missing too.
"""

import re
import unicodedata
import uuid

import phonenumbers

import etiquette
from customers.imports.errors import CellError

# RFC 5321 4.5.3.1: what a mail server must take.
MAX_LOCAL = 64
MAX_ADDRESS = 254
# How lists say "none". Compared accent-blind.
_NOTHING = frozenset(
    {"-", "--", "---", "—", "–", ".", "/", "x", "χ", "0", "n/a", "na", "none", "null", "nil", "δεν εχει",
     "δεν υπαρχει", "κανενα", "οχι", "χωρισ", "αγνωστο", "no", "unknown", "oxi", "den exei"}
)  # fmt: skip
_LOCAL = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
_QUOTED_LOCAL = re.compile(r'^"([\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])+"$')
_LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
_IN_BRACKETS = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")
_AT_IN_WORDS = re.compile(r"\s*[(\[{]\s*(?:at|a|@|παπακι)\s*[)\]}]\s*", re.IGNORECASE)
_BETWEEN_ADDRESSES = re.compile(r"[,;|\n\r]+|\s+(?:και|&|ή|or|and)\s+|\s*/\s*(?=[^\s/]+@)")
# Greek mobiles are most of a Greek list and this is the whole rule for them; phonenumbers takes thirty
# times as long.
_GREEK_MOBILE = re.compile(r"^(?:\+30|0030)?(69\d{8})$")
_PHONE_FILLING = str.maketrans("", "", " \t().-\u00a0\u2009\u202f")
_BETWEEN_PHONES = re.compile(r"[,;|\n\r]+|\s*/\s*|\s+(?:και|&|ή|or|and)\s+")


def clean_text(cell: str, *, keep_lines: bool = False) -> str:
    """Return `cell` in NFC without control and invisible characters, with single plain blanks.

    Line breaks become blanks, so that no cell can begin a new line of a letter's head, unless `keep_lines`.
    """
    if cell.isascii() and cell.isprintable():
        return " ".join(cell.split())
    lines = unicodedata.normalize("NFC", cell).splitlines()
    clean = [" ".join("".join(map(_visible, line)).split()) for line in lines]
    return "\n".join(clean).strip() if keep_lines else " ".join(filter(None, clean))


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
    return len(text) <= 12 and (not text or etiquette.fold(text) in _NOTHING)


def split_emails(cell: str) -> list[str]:
    """Return the texts of the addresses in one cell, cleaned of their surroundings, not yet checked.

    Separators are , ; | a line, "και", a slash, and a blank only between two things that both hold an @:
    the blank in "maria @mail.example" is an error and no separator.
    """
    text = clean_text(cell, keep_lines=True)
    if says_nothing(text):
        return []
    bracketed = _IN_BRACKETS.findall(text)
    if bracketed:
        return bracketed
    found = []
    for part in _BETWEEN_ADDRESSES.split(text):
        part = re.sub(r"^(mailto:|e-?mail:)\s*", "", part.strip(), flags=re.IGNORECASE)
        words = part.split()
        found += words if len(words) > 1 and all("@" in word for word in words) else [part] if part else []
    return found


def clean_email(text: str) -> str:
    """Return the address as typed, without what surrounds it. Raise `CellError` with a hint where one can
    be given."""
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
    _check_domain(domain)
    return address


def _check_domain(domain: str) -> None:
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


def _is_email(text: str) -> bool:
    try:
        clean_email(text)
    except CellError:
        return False
    return True


def split_phones(cell: str) -> list[str]:
    """Return the phones in one cell as written, not yet checked."""
    text = clean_text(cell, keep_lines=True)
    if says_nothing(text):
        return []
    return [part.strip() for part in _BETWEEN_PHONES.split(text) if part.strip()]


def clean_phone(text: str, *, region: str = "GR") -> str:
    """Return the number in E.164 (+306961459346). `region` (ISO country) is where a number without +country
    belongs.

    Raise `CellError`: phone_no_digits, phone_too_short, phone_too_long or phone_invalid.
    """
    plain = text.translate(_PHONE_FILLING)
    if region == "GR" and (mobile := _GREEK_MOBILE.match(plain)):
        return "+30" + mobile[1]
    if sum(character.isdigit() for character in plain) < 3:
        raise CellError("phone_no_digits")
    try:
        number = phonenumbers.parse(clean_text(text), region)
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
    spreadsheet's 12345678 gets its zero back.
    """
    text = re.sub(r"[\s.\-]", "", clean_text(cell)).upper()
    text = re.sub(r"^(EL|GR|ΑΦΜ:?|AFM:?)(?=\d{9}$)", "", text)
    if says_nothing(text) or not text.strip("0"):
        return ""
    return text.zfill(9) if text.isdigit() and len(text) == 8 else text[:20]


def clean_person_key(cell: str) -> str:
    """Return the identifier that our own lists out give a person, or "" for anything else."""
    try:
        return str(uuid.UUID(clean_text(cell)))
    except ValueError:
        return ""


def clean_code(cell: str) -> str:
    """Return a code of the invoicing system: as written, without blanks around it, at most 80 characters."""
    text = clean_text(cell)
    return "" if text in ("-", "—") else text[:80]
