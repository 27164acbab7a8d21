"""An e-mail address as the wire carries it: one plain local part, a domain in ASCII.

Sources: RFC 5321 4.1.2 and 4.5.3.1 (form and lengths), RFC 5890-5892 and UTS 46 (international domains),
RFC 6531 (local parts beyond ASCII).
"""

import re
import unicodedata
from functools import lru_cache

ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_UTF8_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+"
_ASCII_LOCAL = re.compile(rf"{ATOM}(?:\.{ATOM})*")
_UTF8_LOCAL = re.compile(rf"{_UTF8_ATOM}(?:\.{_UTF8_ATOM})*")
_ASCII_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_DOMAIN_CATEGORIES = ("Ll", "Lo", "Lm", "Mn", "Mc", "Nd")


class LetterUnwritable(ValueError):
    """A value of the letter cannot stand on the wire. `field` names it; the message never repeats it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


class NeedsSmtpUtf8(LetterUnwritable):
    """The part before the @ is not ASCII: only a server that offers SMTPUTF8 can carry the letter."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "the part before the @ is not ASCII and the server does not offer SMTPUTF8")


def wire_address(address: str, *, smtputf8: bool = False, field: str = "address") -> str:
    """Return the address as envelope and header carry it: domain in ASCII, local part as it is.

    Raise `NeedsSmtpUtf8` for a non-ASCII local part unless `smtputf8`, `LetterUnwritable` for anything that
    is not one plain `local@domain` (64 and 254 octets at most; quoted local parts and address literals are
    not ours).
    """
    return _wire_address(address, smtputf8, field)


# Our own sender is the same in all letters, and a recipient stands in the letter and on its envelope.
@lru_cache(maxsize=64)
def _wire_address(address: str, smtputf8: bool, field: str) -> str:
    local, at, domain = address.strip().rpartition("@")
    if not at:
        raise LetterUnwritable(field, "there is no @ in the address")
    if not _ASCII_LOCAL.fullmatch(local):
        if not local.isascii() and _UTF8_LOCAL.fullmatch(local) and local.isprintable():
            if not smtputf8:
                raise NeedsSmtpUtf8(field)
            local = unicodedata.normalize("NFC", local)
        else:
            raise LetterUnwritable(field, "the part before the @ is not a plain local part")
    whole = f"{local}@{ascii_domain(domain, field=field)}"
    if len(local.encode()) > 64 or len(whole.encode()) > 254:
        raise LetterUnwritable(field, "the address is longer than mail allows")
    return whole


@lru_cache(maxsize=4096)
def ascii_domain(domain: str, *, field: str = "address") -> str:
    """Return the domain in ASCII, each international label as xn-- and punycode.

    Raise `LetterUnwritable` if it has no such form. Non-transitional as browsers do it (UTS 46): a final
    sigma and a German sharp s stay themselves, which the codec "idna" of the standard library (2003) would
    fold away and so name another domain. Letters, marks, digits and inner hyphens only; the contextual
    rules of RFC 5892 for joiners are left out because joiners are refused.
    """
    labels = unicodedata.normalize("NFKC", domain).replace("\u3002", ".").split(".")
    ascii_labels = []
    for label in labels:
        if not label.isascii():
            # Letter by letter: lower() of a whole word would guess where a final sigma belongs.
            lowered = unicodedata.normalize("NFC", "".join(character.lower() for character in label))
            if any(unicodedata.category(c) not in _DOMAIN_CATEGORIES and c != "-" for c in lowered):
                raise LetterUnwritable(field, "the domain holds a character no domain may hold")
            label = "xn--" + lowered.encode("punycode").decode("ascii")
        if not _ASCII_LABEL.fullmatch(label):
            raise LetterUnwritable(field, "the domain is not a valid name")
        ascii_labels.append(label)
    return ".".join(ascii_labels)
