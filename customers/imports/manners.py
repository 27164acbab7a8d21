"""Singular or plural, and who looks after somebody, as a list says it: in a column, by category, or for everybody.

Never guessed: without a word of the list or of whoever brings it, people come in as formal and the house's. What a
list says is not typed by a person, and never stands over what a person decided.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import etiquette
from customers.imports.cleaning import clean_text, says_nothing
from customers.imports.errors import CellError, ListError, shown
from customers.models import Contact, User
from customers.roles import colleagues

# Beginnings of folded words would take σουβλάκι for σου: whole cells only. Common knowledge.
_REGISTER_WORDS: dict[str, tuple[str, ...]] = {
    Contact.Register.INFORMAL.value: (
        "ενικος", "ενικο", "στον ενικο", "εν", "εσυ", "συ", "σου", "φιλικα", "φιλικο", "μικρο ονομα", "με το μικρο",
        "enikos", "esy", "sou", "singular", "informal", "first name", "first-name", "familiar", "du", "tu", "ty",
    ),
    Contact.Register.FORMAL.value: (
        "πληθυντικος", "πληθυντικο", "στον πληθυντικο", "πληθ", "πλ", "εσεις", "σας", "σεις", "τυπικα", "επισημα",
        "plithyntikos", "esis", "eseis", "sas", "plural", "formal", "polite", "sie", "vous", "lei", "usted",
    ),
}  # fmt: skip
_REGISTER_OF = {etiquette.fold(word): register for register, words in _REGISTER_WORDS.items() for word in words}
# Enough colleagues for a hint; a larger house knows its own.
_NAMED_IN_HINT = 12


class Colleagues:
    """The colleagues by every name a list may call them by: user name, first name, full name, e-mail."""

    def __init__(self, users: Iterable[User]) -> None:
        self._names = {user.pk: str(user) for user in users}
        self._by_key: dict[str, set[int]] = {}
        for user in users:
            turned = f"{user.last_name} {user.first_name}"
            for name in (user.username, user.first_name, user.get_full_name(), turned, user.email, user.signs_as):
                if key := _key(name):
                    self._by_key.setdefault(key, set()).add(user.pk)

    def find(self, cell: str) -> int:
        """Return the id of the colleague `cell` names. Raise `CellError` owner_unknown or owner_of_several."""
        found = self._by_key.get(_key(cell), set())
        if len(found) == 1:
            return next(iter(found))
        names = sorted(self._names[pk] for pk in found) if found else sorted(self._names.values())
        raise CellError("owner_of_several" if found else "owner_unknown", ", ".join(names[:_NAMED_IN_HINT]))


def house_colleagues() -> Colleagues:
    return Colleagues(list(colleagues().order_by("pk")))


@dataclass(frozen=True)
class Manners:
    """What whoever brings a list says of everybody in it, and of its categories (by `category_key`).

    `categories` are their names as written.

    A column of the list is nearer to the person than a category, a category nearer than what is said of everybody.
    """

    colleagues: Colleagues
    register: str = ""
    owner_id: int | None = None
    registers: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set, compare=False)

    def of(self, category: str) -> dict[str, Any]:
        """Return the fields of Contact that are said of somebody of this category."""
        if not self.as_facts():
            return {}
        key = category_key(category)
        self.met.add(key)
        fields = {"register": self.registers.get(key, self.register), "owner_id": self.owners.get(key, self.owner_id)}
        return {name: value for name, value in fields.items() if value}

    def unmet(self) -> list[str]:
        """Return the categories that no row had: a slip, perhaps."""
        return sorted({*self.registers, *self.owners} - self.met)

    def as_facts(self) -> dict[str, Any]:
        """Return what was said, as codes and ids that the batch and the trail keep; {} when nothing was."""
        facts = {
            "register": self.register,
            "owner_id": self.owner_id,
            "registers": dict(self.registers),
            "owners": dict(self.owners),
            "categories": dict(self.categories),
        }
        return {name: value for name, value in facts.items() if value}


def manners_of(
    *,
    register: str = "",
    owner: str = "",
    registers_for: Mapping[str, str] | None = None,
    owners_for: Mapping[str, str] | None = None,
) -> Manners:
    """Return what was said in words: a register and a colleague for everybody, and by category.

    Raise `ListError` "said_register_unknown", "said_owner_unknown" or "said_owner_of_several".
    """
    house = house_colleagues()
    named = [*(registers_for or {}), *(owners_for or {})]
    return Manners(
        house,
        register=_said_register(register) if register else "",
        owner_id=_said_owner(owner, house) if owner else None,
        registers={category_key(name): _said_register(word) for name, word in (registers_for or {}).items()},
        owners={category_key(name): _said_owner(word, house) for name, word in (owners_for or {}).items()},
        categories={category_key(name): shown(name) for name in named},
    )


def manners_from(facts: Mapping[str, Any]) -> Manners:
    """Return the manners that `Manners.as_facts` once gave: what was said of an earlier list."""
    return Manners(house_colleagues(), **facts)


def _said_register(word: str) -> str:
    try:
        return read_register(word)
    except CellError as error:
        raise ListError("said_register_unknown", value=shown(word)) from error


def _said_owner(word: str, house: Colleagues) -> int:
    try:
        return house.find(word)
    except CellError as error:
        several = error.code == "owner_of_several"
        code = "said_owner_of_several" if several else "said_owner_unknown"
        raise ListError(code, value=shown(word), colleagues=error.hint) from error


def category_key(cell: str) -> str:
    """Return a category without accents, case and blanks around it; "" for one that says nothing."""
    return "" if says_nothing(cell) else _key(cell)


def read_register(cell: str) -> str:
    """Return "formal" or "informal" for σας, πληθυντικός, plural, Sie or σου, ενικός, singular, du and the like.

    Raise `CellError` register_unknown.
    """
    register = _REGISTER_OF.get(_key(cell))
    if register is None:
        raise CellError("register_unknown")
    return register


def _key(text: str) -> str:
    return etiquette.fold(clean_text(text)).strip(" .")
