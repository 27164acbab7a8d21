"""One row of a list of people, understood: clean values, what was noticed, and what it asks of a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from customers.addresses import email_key

_EMAIL_PROBLEM = "email_"


@dataclass(slots=True)
class Incoming:
    """A person as one row has them. `fields` are Contact's own, ready to store, without the e-mail and phones' keys;
    `contact_id` is whom the row is about, or the number kept for them."""

    row: int
    contact_id: int | None = None
    person_key: str = ""
    code: str = ""
    as_written: str = ""
    emails: list[str] = field(default_factory=list)
    phone_keys: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    roles: tuple[str, ...] = ("is_customer",)
    tag: str = ""
    flags: list[str] = field(default_factory=list)
    remark: str = ""
    name_remark: str = ""
    greetable: bool = True
    notes: list[dict[str, Any]] = field(default_factory=list)
    # Hashes of what tells one person from another; `People` fills them in.
    marks: Sequence[int] = ()
    _email_keys: tuple[list[str], list[str]] = ([], [])

    @property
    def email_keys(self) -> list[str]:
        """The keys of `emails`, in their order."""
        if self._email_keys[0] != self.emails:
            self._email_keys = list(self.emails), list(map(email_key, self.emails))
        return self._email_keys[1]

    @property
    def can_be_reached(self) -> bool:
        return bool(self.emails or any(self.phone_keys.values()) or self.fields.get("street") or self.code)

    def note(self, code: str, **facts: Any) -> None:
        self.notes.append({"code": code, "facts": {"row": self.row, **facts}})

    def note_codes(self) -> set[str]:
        return {note["code"] for note in self.notes}

    def as_values(self) -> dict[str, Any]:
        """Return what the staged row stores: enough to apply it without the file. What is as usual is left out."""
        values: dict[str, Any] = {"fields": self.fields, "names": self.names}
        values |= {
            name: value for name, value, usual in zip(_USUAL, _told(self), _USUAL_VALUES, strict=True) if value != usual
        }
        return values

    @classmethod
    def from_values(
        cls, row: int, values: dict[str, Any], notes: list[dict[str, Any]], contact_id: int | None = None
    ) -> "Incoming":
        """Return the person of a staged row. The values are theirs from now on."""
        person = cls(row=row, contact_id=contact_id, notes=notes)
        for name in _STORED:
            if name in values:
                setattr(person, name, values[name])
        return person


_USUAL: dict[str, Any] = {
    "code": "", "as_written": "", "emails": [], "phone_keys": {}, "roles": ("is_customer",), "tag": "", "flags": [],
    "remark": "", "name_remark": "", "greetable": True,
}  # fmt: skip
_USUAL_VALUES = tuple(_USUAL.values())
_told = attrgetter(*_USUAL)
_STORED = ("fields", "names", *_USUAL)


def is_broken_email(code: str) -> bool:
    """Return whether a note says that an address could not be used."""
    return code.startswith(_EMAIL_PROBLEM) and code != "email_of_another"
