"""The gender of a person from the words of the name: the first name decides, the surname may contradict."""

from . import lexicon
from .text import fold, has_greek

# Endings that only men's or only women's first names have; others (-α, -η, -ις) do not tell.
_MENS_ENDINGS = ("οσ", "ησ", "ασ", "ων", "ευσ")
_WOMENS_ENDINGS = ("ια", "ουλα", "ιτσα", "ινα", "εια", "ανη", "ινη", "ω", "ισσα", "ουδα")


def gender_of_first(name: str) -> str:
    """Return m, f, or u (unknown or borne by both) for a first name, Greek or foreign.

    A Greek name we lack is told by its ending only where no name of the other sex has it.
    """
    entries = lexicon.first_names(fold(name)) if has_greek(name) else None
    if entries:
        genders = {entry.gender for entry in entries}
        return genders.pop() if len(genders) == 1 else "u"
    if has_greek(name):
        key = fold(name)
        if key.endswith("ιασ"):
            # Ηλίας and Ολυμπιάς.
            return "u"
        return "m" if key.endswith(_MENS_ENDINGS) else "f" if key.endswith(_WOMENS_ENDINGS) else "u"
    genders = {lexicon.foreign_first_names().get(part, "u") for part in fold(name).replace("-", " ").split()}
    return genders.pop() if len(genders) == 1 else "u"


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
