"""Greek letters into Latin ones (ELOT 743), and the skeleton to which Greek and Greeklish spellings both fold.

The way back is never letter by letter: Latin spellings are looked up by their skeleton in the tables (`lexicon`).
Source: the table of ELOT 743 (United Nations resolution V/19).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from .text import fold

_ELOT_PAIRS = {"γγ": "ng", "γκ": "gk", "γξ": "nx", "γχ": "nch", "ου": "ou", "ντ": "nt", "τζ": "tz", "τσ": "ts"}
_ELOT = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
# αυ, ευ, ηυ end in f before these and at the end of a word, in v otherwise.
_VOICELESS = frozenset("θκξπσςτφχψ")
_WORD = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]+")


def to_elot(text: str) -> str:
    """Return `text` with its Greek words in Latin letters by ELOT 743; other letters stay."""
    return _WORD.sub(lambda found: _elot_word(found[0]), unicodedata.normalize("NFC", text))


def _elot_word(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    letters = [c for c in decomposed if not unicodedata.combining(c)]
    # An accent on the first vowel, or a diaeresis on the second, keeps two vowels apart: Μάιος, Αϊβαλί.
    apart = _vowels_apart(word)
    plain = "".join(letters).lower()
    out: list[str] = []
    index = 0
    while index < len(plain):
        pair = plain[index : index + 2]
        if pair == "μπ":
            inside = index > 0 and index + 2 < len(plain)
            out.append("mp" if inside else "b")
            index += 2
        elif pair in _ELOT_PAIRS and index not in apart:
            out.append(_ELOT_PAIRS[pair])
            index += 2
        elif pair in ("αυ", "ευ", "ηυ") and index not in apart:
            following = plain[index + 2 : index + 3]
            out.append(_ELOT[pair[0]] + ("f" if not following or following in _VOICELESS else "v"))
            index += 2
        else:
            out.append(_ELOT.get(plain[index], plain[index]))
            index += 1
    latin = "".join(out)
    if len(word) > 1 and word.isupper():
        return latin.upper()
    return latin[:1].upper() + latin[1:] if word[:1].isupper() else latin


def _vowels_apart(word: str) -> set[int]:
    composed = unicodedata.normalize("NFC", word).lower()
    return {
        index
        for index in range(len(composed) - 1)
        if composed[index + 1] in "ϊϋΐΰ" or (composed[index] in "άέήό" and composed[index + 1] in "ιυ")
    }


_GREEK_LETTERS = (
    ("α", "a"), ("β", "v"), ("γ", "g"), ("δ", "d"), ("ε", "e"), ("ζ", "z"), ("η", "i"), ("θ", "q"), ("ι", "i"),
    ("κ", "k"), ("λ", "l"), ("μ", "m"), ("ν", "n"), ("ξ", "x"), ("ο", "o"), ("π", "p"), ("ρ", "r"), ("σ", "s"),
    ("τ", "t"), ("υ", "y"), ("φ", "f"), ("χ", "x"), ("ψ", "ps"), ("ω", "o"),
    ("8", "q"), ("9", "q"), ("3", "x"), ("4", "ps"), ("0", "o"), ("w", "o"),
)  # fmt: skip

# In this order: each rule sees what the ones before it left. q stands for θ until the end, x for χ and ξ alike.
_FOLDINGS: tuple[tuple[re.Pattern[str] | str, str], ...] = (
    ("th", "q"),
    ("ph", "f"),
    (re.compile(r"([dg])h(?=[aeiouyr])"), r"\1"),
    ("ch", "x"),
    ("ks", "x"),
    (re.compile(r"kh(?=[aeioyr])|h(?=[aeiouyr])"), "x"),
    ("h", "i"),
    ("nci", "ntsi"),
    ("c", "k"),
    ("dz", "ts"),
    ("tz", "ts"),
    ("j", "ts"),
    ("mp", "v"),
    ("mb", "v"),
    ("b", "v"),
    ("nt", "d"),
    ("nx", "x"),
    ("gx", "x"),
    ("ng", "g"),
    ("nk", "g"),
    ("gk", "g"),
    ("ou", "@"),
    ("oy", "@"),
    (re.compile(r"([ae])(?:[uyf](?![aeioy@])|[uy](?=[aeioy@]))"), r"\1v"),
    (re.compile(r"^yi?(?=[aeo])", re.MULTILINE), "gi"),
    ("ai", "e"),
    ("ae", "e"),
    ("ei", "i"),
    ("oi", "i"),
    ("yi", "i"),
    ("ui", "i"),
    ("y", "i"),
    ("@", "u"),
    (re.compile(r"([^\n])\1+"), r"\1"),
    ("q", "th"),
)


@lru_cache(maxsize=65536)
def latin_skeleton(word: str) -> str:
    """Return one Latin skeleton for the Greek and Greeklish spellings of a word.

    Γιώργος, ΓΙΩΡΓΟΣ, giorgos, Giwrgos and yiorgos all give "giorgos"; it is a key to search by, not a spelling.
    Distinct words may share a skeleton (ξ with χ, β with μπ): compare what is found, never trust the key alone.
    """
    return _skeletons(fold(word))


def latin_skeletons(keys: Iterable[str]) -> list[str]:
    """Return the skeletons of many keys (`text.fold`) without line breaks: each rule runs once over all of them."""
    return _skeletons("\n".join(keys)).split("\n")


def _skeletons(folded: str) -> str:
    for letter, latin in _GREEK_LETTERS:
        folded = folded.replace(letter, latin)
    for sign, into in _FOLDINGS:
        folded = folded.replace(sign, into) if isinstance(sign, str) else sign.sub(into, folded)
    return folded


# Spellings that the skeleton keeps apart because they would merge too many words: tried only when it finds nothing.
_RESPELLINGS = (
    (r"h", "i"),  # Panagiwths, Areth: η after τ, not θ
    (r"^h(?=[rl])", "i"),  # Hraklis
    (r"yi?(?=[aeou])", "gi"),  # Karayiannis, Yorgos
    (r"(?<=[^aeiouy])j(?=[aeou])", "gi"),
    (r"^j(?=[aeiou])", "gi"),  # Jannis
    (r"ay", "ai"),  # Mayri
    (r"(?<=[ae])f(?=[aeiouy])", "v"),  # Paraskefas
    (r"cs", "x"),
    (r"dj", "tz"),  # Hadjigeorgiou
    (r"e$", "i"),  # Penelope
    (r"es$", "is"),  # Perikles
    (r"^e(?=[^aeiouy])", "i"),  # Elias
    (r"nd", "nt"),  # Andonis
    (r"(?<![aeo])u(?![aeiouy])", "y"),  # Kuriakos
    (r"ee", "i"),
    (r"oo", "ou"),
    (r"gh", "g"),
    (r"e(?=[^aeiouy])", "i"),  # Demetrios
    (r"ph", "f"),
    (r"ck|q", "k"),
)


def respellings(word: str) -> tuple[str, ...]:
    """Return other ways to write a Latin word that stand for the same Greek one, the likeliest first.

    Each rule alone, then all of them together.
    """
    plain = fold(word)
    alone = [re.sub(pattern, into, plain) for pattern, into in _RESPELLINGS]
    together = plain
    for pattern, into in _RESPELLINGS[1:]:
        together = re.sub(pattern, into, together)
    return tuple(spelling for spelling in dict.fromkeys([*alone, together]) if spelling != plain)
