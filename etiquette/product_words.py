"""The words of products: nouns with gender, plural and kind; adjectives; the genitives and small words around them.

The table is `data/product_words.csv`, written for this project. Its columns:
`word` the nominative (of an adjective the masculine one), `part` what it may be in a name:
noun, flavour (a noun that may also stand after another: παγωτό βανίλια), adjective, of (stands after a noun as it is),
mark (says something about the product and is not part of its name), drop (a size, an amount: left out);
`kind` one of KINDS; `under` the wider word that falls away beside it (καφές εσπρέσο: εσπρέσο); `also` other spellings.
"""

from dataclasses import dataclass, replace
from functools import cache

from .lexicon import rows_of
from .nouns import bend
from .text import fold, stress, with_stress, without_accent

# What a kind means for a letter stands in `products.py`.
KINDS = frozenset(
    {
        "daily", "lasting", "service", "repair", "gift", "money", "packing", "medicine", "intimate", "alcohol",
        "tobacco", "grief", "event",
    }
)  # fmt: skip
MOST_WORDS = 3  # of a noun in the table (μύλος του καφέ)
_ENDINGS = {
    ("m", False): "ος", ("f", False): "η", ("n", False): "ο",
    ("m", True): "οι", ("f", True): "ες", ("n", True): "α",
}  # fmt: skip
_VOWELS = "αεηιουωάέήίόύώϊΐϋΰ"


@dataclass(frozen=True, slots=True)
class ProductWord:
    """One form of the table, in the nominative. `base` is its singular, `plural` tells which number `form` is in."""

    form: str
    base: str
    part: str
    gender: str = ""
    plural: bool = False
    kind: str = ""
    under: str = ""

    @property
    def is_noun(self) -> bool:
        return self.part in ("noun", "flavour")


def adjective(masculine: str, *, gender: str, plural: bool = False, case: str = "nominative") -> str:
    """Return an adjective in -ος, given in the masculine, beside a noun of that gender: ελληνική, ελληνικό, ελληνικούς.

    `case` is nominative or accusative. Its accent stays where the masculine has it.
    """
    stem = without_accent(masculine)[:-2]
    ending = _ENDINGS[gender, plural]
    if (gender, plural) == ("f", False) and stem[-1] in _VOWELS:
        ending = "α"
    if gender == "m" and case == "accusative":
        ending = "ους" if plural else "ο"
    return with_stress(stem + ending, stress(masculine))


@cache
def table() -> dict[str, tuple[ProductWord, ...]]:
    """Return the words by their key (`text.fold`), all that share a key in the order of the table."""
    found: dict[str, tuple[ProductWord, ...]] = {}

    def add(key: str, word: ProductWord) -> None:
        if word not in found.get(key, ()):
            found[key] = (*found.get(key, ()), word)

    for row in rows_of("product_words.csv"):
        word = ProductWord(row["word"], row["word"], row["part"], row["gender"], False, row["kind"], row["under"])
        for key in (row["word"], *filter(None, row["also"].split("|"))):
            add(fold(key), word)
        if row["plural"]:
            add(fold(row["plural"]), replace(word, form=row["plural"], plural=True))
        if word.part == "adjective":
            for gender, plural in _ENDINGS:
                add(fold(adjective(word.form, gender=gender, plural=plural)), word)
    for word in [word for words in found.values() for word in words if word.is_noun]:
        # A noun behind another: καρέκλα κουζίνας, σάλτσα πιπεριάς.
        genitive = bend(word.form, gender=word.gender, plural=word.plural, case="genitive")
        if not genitive.needs_review and genitive.text != word.form:
            add(fold(genitive.text), ProductWord(genitive.text, genitive.text, "of", kind=word.kind))
    return found


def noun(key: str) -> ProductWord | None:
    """Return the noun of a key, None for a word that is none or that the table does not hold."""
    return next((word for word in table().get(key, ()) if word.is_noun), None)


def of_part(key: str, part: str) -> ProductWord | None:
    """Return the word of a key that may stand as `part` in a name, else None."""
    return next((word for word in table().get(key, ()) if word.part == part), None)
