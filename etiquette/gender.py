"""The gender of a person from the words of the name: the first name decides, the surname may contradict."""

from collections.abc import Iterable

from . import latin, lexicon
from .text import fold, has_greek, syllable_count

# Endings that only men's or only women's first names have; others (-ις, a short -α or -η) do not tell.
_MENS_ENDINGS = ("οσ", "ησ", "ασ", "ων", "ωρ", "ευσ", "ουσ", "αηλ", "ιηλ")
_WOMENS_ENDINGS = ("ια", "ινα", "ενα", "ονα", "αννα", "ελλα", "ω")
# Two syllables in -α or -η may be a foreigner's short name (Σάσα, Χένρη, Λούκα); three are a Greek woman's.
_SYLLABLES_OF_A_WOMAN = 3


def gender_of_first(name: str) -> str:
    """Return m, f, or u (unknown or borne by both) for a first name, Greek or foreign.

    A Greek name we lack is told by its ending only where no name of the other sex has it; Latin letters that stand in
    no table of foreign names are read as a Greek name (Eleni).
    """
    entries = lexicon.first_names(fold(name)) if has_greek(name) else None
    if entries:
        genders = {entry.gender for entry in entries}
        return genders.pop() if len(genders) == 1 else "u"
    if has_greek(name):
        parts = name.replace("-", " ").split()
        return _by_ending(name) if len(parts) < 2 else _of_all(map(gender_of_first, parts))
    return _of_all(map(_of_latin, name.replace("-", " ").split()))


def _of_latin(word: str) -> str:
    foreign = lexicon.foreign_first_names().get(fold(word))
    greek = None if foreign else latin.first_name(word)
    return foreign or (greek.gender if greek else "u")


def _of_all(genders: Iterable[str]) -> str:
    """Return the gender that all parts of a double name share (Άννα-Μαρία), else u."""
    found = {*genders}
    return found.pop() if len(found) == 1 else "u"


def _by_ending(name: str) -> str:
    key = fold(name)
    if key.endswith("ιασ"):
        # Ηλίας and Ολυμπιάς: in capitals they look alike.
        return "m" if name.endswith("ίας") else "u"
    if key.endswith(_MENS_ENDINGS):
        return "m"
    if lexicon.first_names(key + "σ"):
        # Νικόλα, Ανέστη: a man's name in the vocative or the genitive.
        return "u"
    # Φρανσουά, Μουσταφά: no Greek name of a woman is stressed so, but for those in -ιά.
    foreign = name.endswith("ά")
    long = key.endswith(("α", "η")) and syllable_count(key) >= _SYLLABLES_OF_A_WOMAN and not foreign
    # Παναγιού, Χρυσταλλού: as women of Cyprus are called; -ου without the stress is the genitive of a man's name.
    # Νηρηίς, Θωμαΐς; a man's is stressed before it (Άδωνις).
    return "f" if long or key.endswith(_WOMENS_ENDINGS) or name.endswith(("ού", "ίς", "ΐς")) else "u"


def joined(first: str, last: str) -> tuple[str, bool]:
    """Return the gender that first name and surname give together, and whether they agree.

    Each is m, f, u (either) or empty (nothing known). A man with a woman's form of the surname is a contradiction.
    """
    if first in ("m", "f"):
        return first, last not in ("m", "f") or last == first
    if last in ("m", "f"):
        return last, True
    return "u", True


def agree(gender: str, m: str, f: str, plural: str, *, number: str = "singular") -> str:
    """Return the form that agrees with a person: m or f in the singular, `plural` for several, a company, or unknown.

    The polite plural keeps a singular adjective (είστε ευχαριστημένη), so `number` is "plural" only for several people.
    """
    if number == "plural" or gender not in ("m", "f"):
        return plural
    return m if gender == "m" else f


def register_pair(register: str, informal: str, formal: str) -> str:
    """Return `informal` when the register is "informal", else `formal`: when in doubt, εσείς."""
    return informal if register == "informal" else formal
