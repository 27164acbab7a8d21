"""Names typed with the capitals lock on, or with no capital at all: written as a letter says them, or asked."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

import etiquette
from customers.naming import PEOPLE

NAME_FIELDS = ("first_name", "last_name", "known_as")
# Where one of these is why a name is unsure, a word of it does not tell how it is said.
_NOT_TOLD = {"ambiguous_accent", "accent_guess", "unknown_word"}
AS_SAID = _("Letters would say “%(typed)s” just so. Write it as it is said: %(spellings)s")


class SaidAsWritten:
    """A form of a contact whose names stand in letters as they are typed; `respelt` is what we wrote instead."""

    def clean(self) -> dict:
        cleaned = super().clean()
        self.respelt: list[str] = []
        if cleaned.get("kind", self.instance.kind) not in PEOPLE:
            return cleaned
        for field in NAME_FIELDS:
            typed = cleaned.get(field) or ""
            if field not in self.changed_data or not _needs_spelling(typed):
                continue
            spelling, choices = _spell(typed, field, cleaned)
            if choices:
                params = {"typed": typed, "spellings": " · ".join(choices)}
                self.add_error(field, ValidationError(AS_SAID, code="not_as_said", params=params))
            elif spelling:
                cleaned[field] = spelling
                self.respelt.append(spelling)
        return cleaned


def _needs_spelling(name: str) -> bool:
    """Three capitals or more without a stop (an initial stays), or Greek without its capital."""
    letters = sum(map(str.isalpha, name))
    return (name.isupper() and letters > 2 and "." not in name) or (name.islower() and not name.isascii())


def _spell(typed: str, field: str, names: dict) -> tuple[str, list[str]]:
    """Return how a word is said where the whole name tells it, else the spellings to choose from."""
    surname = typed if field == "last_name" else names.get("last_name") or ""
    first = names.get("first_name") or "" if field == "last_name" else typed
    reading = etiquette.describe(f"{surname} {first}".strip(), order="surname_first")
    parts = (reading.first, reading.last)
    spelling = next((part for part in parts if etiquette.fold(part) == etiquette.fold(typed)), "")
    if typed.isascii():  # whether McDonald or Macdonald, Van Dyck or van Dyck, capitals do not tell
        return "", [spelling or typed.title()]
    if not spelling:
        return "", [etiquette.text_of(etiquette.describe(typed)) or typed.title()]
    alone = not (surname and first)  # then nothing says how sure the word itself is
    if not alone and reading.reason not in _NOT_TOLD:
        return spelling, []
    own = [choice for choice in reading.choices if etiquette.fold(choice) == etiquette.fold(typed)]
    return spelling, own if reading.choices or alone else [spelling]
