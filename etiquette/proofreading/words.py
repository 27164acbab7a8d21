"""Reading a text into words with their places; markup, addresses and placeholders are stepped over."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from ..text import fold
from .remarks import Remark

PLACEHOLDER = "placeholder"
OPAQUE = "opaque"


def word_set(words: str) -> frozenset[str]:
    """Return the words of a line as a set."""
    return frozenset(words.split())


# Every repetition is bounded, so that no text takes longer than its length times a small number.
_TOKEN = (
    r"\{\{-?\s{0,20}(?P<name>[\w.]{1,80})\s{0,20}-?\}\}"
    r"|(?P<opaque>\{\{[^{}]{0,400}\}\}|\{%[^{}]{0,400}%\}|\{#[^{}]{0,400}#\}|\]\([^()\s]{0,400}\)|`[^`\n]{1,200}`"
    r"|https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w.-]{1,255}|<[^<>\n]{1,300}>|&#?\w{1,10};|[#@]\w{1,80}|\d[\d.,:/%]*)"
    r"|(?P<word>[^\W\d_]+)"
)
_LONGEST_WORD = 40  # letters; what is longer was not written by hand
# Between two words: blanks, one line end and the stars of Markdown leave them neighbours.
_GAP = r"[ \t\u00a0*_]*(?:\n[ \t\u00a0*_>]*)?"
_CLAUSE_ENDS = tuple(",.;·:!?)»…–—")
_GLUE = frozenset("-‐‑/&@_\\'’ʼ\u03010123456789")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(_TOKEN), re.compile(_GAP)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text with its place and neighbours.

    `key` is in small letters with accents. `joined`: only blanks stand between it and the word before. `glued`: it is
    part of something longer (Κων/νος, 4ης, σ’). `opens`: it begins a sentence. `kind` is "" for a word.
    """

    text: str
    start: int
    end: int
    joined: bool
    glued: bool
    opens: bool
    dotted: bool
    quoted: bool
    kind: str = ""

    @property
    def key(self) -> str:
        return self.text.lower()

    @property
    def is_capitals(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()

    @property
    def has_capitals_inside(self) -> bool:
        return self.text[1:] != self.text[1:].lower()

    @property
    def is_greek(self) -> bool:
        return not self.kind and all("\u0370" <= letter <= "\u03ff" for letter in self.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as words. Places are told in `source`, the text as it was given."""

    source: str
    text: str
    words: tuple[Word, ...]
    places: tuple[int, ...] | None

    def __getitem__(self, number: int) -> Word:
        return self.words[number]

    def __len__(self) -> int:
        return len(self.words)

    def before(self, number: int) -> Word | None:
        """Return the word before, if nothing but blanks stands between."""
        return self.words[number - 1] if number > 0 and self.words[number].joined else None

    def after(self, number: int) -> Word | None:
        """Return the word after, if nothing but blanks stands between."""
        following = number + 1
        return self.words[following] if following < len(self.words) and self.words[following].joined else None

    def ends_clause(self, number: int) -> bool:
        """Tell whether a comma, a full stop, a closing quote or the end of the paragraph follows."""
        following = number + 1
        last = following == len(self.words)
        gap = self.text[self.words[number].end : None if last else self.words[following].start].lstrip(" *_\u00a0")
        return (last and not gap.strip()) or gap[:1] in _CLAUSE_ENDS or gap.startswith("\n\n")

    def remark(self, code: str, start: int, end: int, suggestion: str) -> Remark:
        """Return a remark on `start` to `end` of the composed text, at its place in the text as given."""
        if self.places is not None:
            start, end = self.places[start], self.places[end]
        return Remark(code, start, end, self.source[start:end], suggestion)

    def instead(self, code: str, number: int, written: str, *, upto: int | None = None) -> Remark:
        """Return a remark that puts `written` for one word, shown together with its neighbours up to `upto`."""
        word, last = self.words[number], self.words[number if upto is None else upto]
        first = word if last.end >= word.end else last
        end = max(word.end, last.end)
        told = self.text[first.start : word.start] + written + self.text[word.end : end]
        return self.remark(code, first.start, end, told)


def read_words(source: str) -> Reading:
    """Return the words of `source`, composed (NFC) so that an accent is part of its letter."""
    text, places = _composed(source)
    token, gap = _patterns()
    words: list[Word] = []
    end, quotes = 0, 0
    for match in token.finditer(text):
        between = text[end : match.start()]
        quotes = max(0, quotes + between.count("«") - between.count("»"))
        joined = bool(words) and gap.fullmatch(between) is not None and bool(between)
        kind = "" if match["word"] else PLACEHOLDER if match["name"] else OPAQUE
        if match.end() - match.start() > _LONGEST_WORD and not kind:
            kind = OPAQUE
        beside = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
        words.append(
            Word(
                text=match["word"] or match["name"] or "",
                start=match.start(),
                end=match.end(),
                joined=joined,
                glued=any(letter in _GLUE for letter in beside),
                opens=not joined and (not words or not between.strip(" *_") or bool(set(between) & set(".!;?\n#>"))),
                dotted=text[match.end() : match.end() + 1] == ".",
                quoted=quotes > 0,
                kind=kind,
            )
        )
        end = match.end()
    return Reading(source, text, tuple(words), places)


def _composed(source: str) -> tuple[str, tuple[int, ...] | None]:
    """Return `source` in NFC and, where that moves anything, the place in `source` of each character and of the end."""
    if unicodedata.is_normalized("NFC", source):
        return source, None
    text: list[str] = []
    places: list[int] = []
    start = 0
    while start < len(source):
        end = start + 1
        while end < len(source) and unicodedata.combining(source[end]):
            end += 1
        whole = unicodedata.normalize("NFC", source[start:end])
        text.append(whole)
        places += [start] * len(whole)
        start = end
    return "".join(text), (*places, len(source))


# --- What a word can be, told by its form ---

_FUNCTION = word_set(
    "και κι με σε σαν για από προς μέχρι έως ως χωρίς δίχως στο στον στη στην στα στους στις στου στης που πως ότι "
    "όταν όπως όπου αν ή είτε ούτε μα αλλά όμως γιατί διότι επειδή ώστε να θα δεν δε μην μη ας εδώ εκεί πολύ μαζί "
    "ξανά ακόμη ακόμα πάντα σήμερα αύριο χθες πέρσι εφέτος πια πάλι αμέσως τώρα τότε μόνο κάθε αυτό αυτή αυτός αυτά "
    "ενώ καθώς λοιπόν επίσης όσο όσα όποτε ο η οι των κατά μετά πριν παρά"
)
# Words that may be an article or a weak pronoun: what follows decides.
TWO_WAYS = frozenset({"το", "τα", "τον", "την", "τη", "τις", "τους", "του", "της"})
# Endings of nouns, adjectives and adverbs that no verb has.
_NO_VERB = ("ο", "ό", "η", "ή", "ος", "ός", "ης", "ής", "ους", "ούς", "ων", "ών", "ως", "ώς", "οι", "οί", "ύ", "υ")


def no_verb(word: Word) -> bool:
    """Tell whether a word is surely no verb, by the lists above or by its ending. Unknown words answer False."""
    key = word.key
    if not word.is_greek or key in TWO_WAYS:
        return False
    if key in _FUNCTION:
        return True
    if key.endswith(("ού", "ου")):
        return False
    if key.endswith(("ι", "ί")):
        return fold(key)[-2:] not in ("αι", "ει")
    return len(key) > 2 and key.endswith(_NO_VERB)
