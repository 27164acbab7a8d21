"""The article that a Greek noun takes, from its gender and number: τον εσπρέσο, τη σοκολάτα, τα κουλουράκια."""

from etiquette.text import fold

# «την» keeps its -ν before vowels and before κ π τ ξ ψ γκ μπ ντ τσ τζ (school grammar); «τον» always keeps it.
_KEEPS_NU = ("α", "ε", "η", "ι", "ο", "υ", "ω", "κ", "π", "τ", "ξ", "ψ", "γκ", "μπ", "ντ")
_PLURAL = {"m": "τους", "f": "τις", "n": "τα"}
_SINGULAR = {"m": "τον", "n": "το"}


def accusative_article(noun: str, *, gender: str, plural: bool) -> str:
    """Return the definite article of `noun` in the accusative. `gender` is m, f or n; raise KeyError for another."""
    if plural:
        return _PLURAL[gender]
    if gender != "f":
        return _SINGULAR[gender]
    return "την" if fold(noun).startswith(_KEEPS_NU) else "τη"
