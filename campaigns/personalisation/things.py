"""A product as a letter names it: with its article in every case, and as the reader's own («τον εσπρέσο σου»)."""

from functools import lru_cache
from typing import NamedTuple

from etiquette import products
from etiquette.text import has_greek


class Thing(NamedTuple):
    """A product as a letter names it: `name` in the accusative; `gender` m, f, n or "" (not known)."""

    name: str
    gender: str
    plural: bool


NO_FORMS: dict[str, str] = {name: "" for case in products.CASES_OF_FORMS for name in (case, f"your_{case}")}


@lru_cache(maxsize=4096)
def forms_of(thing: Thing, language: str, owner: str) -> dict[str, str]:
    """Return a thing with its article by case («τον εσπρέσο»), and as the reader's own by "your_" and case.

    A form we are not sure of is "". An English letter has no word for a product that is known by its Greek name only.
    """
    if not thing.name:
        return NO_FORMS
    if language != "el":
        if has_greek(thing.name):
            return NO_FORMS
        return {form: f"{'your' if form.startswith('your') else 'the'} {thing.name}" for form in NO_FORMS}
    return products.forms_of(thing.name, gender=thing.gender, plural=thing.plural, owner=owner)
