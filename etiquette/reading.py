"""What a reading of a raw name is, and the small pieces that every reader of names shares."""

from dataclasses import dataclass, replace
from functools import lru_cache

from . import lexicon
from .answers import SURE
from .text import fold

_EDGES = "\"'«»“”„.,;:*_~!|\\/"


@dataclass(frozen=True, slots=True)
class NameReading:
    """A raw name as we read it.

    `kind`: person, household, company, organisation, placeholder (a till entry, a test row) or other (heirs, the
    dead). `gender`: m, f, mf (a couple), u (unknown), c (not a person). `order`: how the words stood, where seen.
    """

    raw: str
    kind: str
    first: str = ""
    last: str = ""
    company_name: str = ""
    titles: tuple[str, ...] = ()
    gender: str = "u"
    confidence: float = 0.0
    reason: str = "unknown_word"
    choices: tuple[str, ...] = ()
    known_as: str = ""
    remark: str = ""
    order: str = ""

    @property
    def needs_review(self) -> bool:
        return self.confidence < SURE

    @property
    def greetable(self) -> bool:
        """False for entries that are nobody (the till, tests) and for heirs and the dead."""
        return self.kind not in ("placeholder", "other")

    def at_most(self, confidence: float, reason: str, choices: tuple[str, ...] = ()) -> "NameReading":
        """Return this reading no surer than `confidence`, with the reason of what lowered it."""
        if confidence >= self.confidence:
            return self
        return replace(self, confidence=confidence, reason=reason, choices=choices or self.choices)


@lru_cache(maxsize=65536)
def key_of(token: str) -> str:
    """Return the key by which a token is looked up among marks: folded, without dots and edge punctuation."""
    return fold(token.replace(".", "").strip(_EDGES))


@lru_cache(maxsize=65536)
def bare(token: str) -> str:
    """Return a token without the punctuation around it."""
    return token.strip(_EDGES)


@lru_cache(maxsize=65536)
def mark_of(token: str) -> str:
    """Return what the token gives away (legal_form, title_f, placeholder …), or an empty string."""
    return lexicon.marks().get(key_of(token), "")


def joins(token: str) -> bool:
    """Tell whether a token joins two people or a man and his sons: "&", και, and."""
    return token == "&" or mark_of(token) == "and"


@lru_cache(maxsize=65536)
def is_initial(token: str) -> bool:
    """Tell whether a token is a name cut short: a letter or two, or anything up to five letters with a dot."""
    letters = key_of(token)
    return len(letters) == 1 or (token.endswith(".") and len(letters) <= 5)


def words_of(text: str) -> list[str]:
    """Return the words of a cleaned name; an "&" between words stays as one of them."""
    return [token for token in text.replace(",", " ").replace(";", " ").split() if bare(token) or token == "&"]
