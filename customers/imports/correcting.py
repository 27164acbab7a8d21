"""The form of what we understood of a list: how it is read, what each column becomes, what may be written over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers.imports.errors import shown
from customers.imports.headers import EXTRA, fields_of
from customers.imports.understanding import ENCODING_NAMES, READING, Understanding
from customers.imports.words import field_name
from customers.models import ImportBatch

_OFFERED_ENCODINGS = ("utf-8", "cp1253", "iso8859_7", "utf-16", "cp737", "cp1252")
_DELIMITERS = {
    ";": gettext_lazy("semicolon ;"),
    ",": gettext_lazy("comma ,"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("bar |"),
}
RULES = {
    "": pgettext_lazy("write over", "unless a colleague typed it"),
    "always": pgettext_lazy("write over", "always"),
    "if_empty": pgettext_lazy("write over", "only if empty"),
    "never": pgettext_lazy("write over", "never"),
}
# What a row is found by, or adds to, is not written over anything; a number goes with its street.
WITHOUT_RULE = frozenset({"code", "person_key", "remarks", "street_number", EXTRA})
# Roles and tags are only ever added.
_OF_CATEGORY = ("", "never")
_HEADER_CELLS = 4


@dataclass(frozen=True)
class ColumnFields:
    """One column on the page: its name, and the fields that say what it becomes. Two of one name are one."""

    name: str
    becomes: forms.BoundField | None
    rule: forms.BoundField | None


def said_of_reading(posted: QueryDict) -> dict[str, Any]:
    """Return what a form says of how the file is read, as `ImportBatch.wanted` has it; nonsense is left out."""
    said: dict[str, Any] = {name: posted[name] for name in ("encoding", "delimiter", "sheet") if posted.get(name)}
    row = posted.get("header_row", "")
    if row.isascii() and row.isdigit() and len(row) < 7:
        said["header_row"] = int(row)
    # What was not touched is our own finding, and may be found anew when something else is changed.
    return {name: value for name, value in said.items() if posted.get(f"found_{name}") != str(value)}


def said_of_columns(posted: QueryDict) -> tuple[dict[str, str], dict[str, str]]:
    """Return ({column: field or ""}, {field: rule}) of a form, whatever columns it was made for."""
    becomes = dict(zip(posted.getlist("other_name"), posted.getlist("other_field"), strict=False))
    rules = {}
    for index, name in enumerate(posted.getlist("column_name")):
        if (field := posted.get(f"column_{index}")) is None:
            continue
        becomes[name] = field
        if rule := posted.get(f"rule_{index}", ""):
            rules[field] = rule
    return becomes, rules


class UnderstoodForm(forms.Form):
    """How a list is read and what its columns become. Its fields follow what the file turned out to have."""

    header_row = forms.TypedChoiceField(label=gettext_lazy("Names of the columns"), coerce=int)
    keep_delicate = forms.BooleanField(
        label=gettext_lazy("Keep remarks on money and character too"),
        help_text=gettext_lazy("Each person may ask to see what we keep of them, these remarks too."),
        required=False,
    )

    def __init__(
        self, *args: Any, batch: ImportBatch, understanding: Understanding, wanted: Mapping[str, Any],
        said_last_time: str = "", **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self._batch, self._understanding, self._wanted = batch, understanding, wanted
        self._add_reading()
        self._add_columns()
        if batch.kind != ImportBatch.Kind.CONTACTS or "remarks" not in understanding.becomes.values():
            del self.fields["keep_delicate"]
        if said_last_time:
            self.fields["as_last_time"] = forms.BooleanField(label=said_last_time, required=False)

    def _add_reading(self) -> None:
        sheet = self._understanding.sheet
        if sheet.encoding:
            self._offer("encoding", gettext_lazy("Encoding"), _encodings(sheet.encoding), sheet.encoding)
            self._offer("delimiter", gettext_lazy("Between the columns"), _delimiters(sheet.delimiter), sheet.delimiter)
        elif len(self._understanding.sheets) > 1:
            names = [(name, name) for name in self._understanding.sheets]
            self._offer("sheet", gettext_lazy("Sheet"), names, sheet.name)
        rows = list(_header_rows(self._understanding))
        if self._batch.kind == ImportBatch.Kind.CONTACTS or not sheet.header_row:
            rows.insert(0, (0, _("no row names them")))
        self._offer("header_row", None, rows, sheet.header_row)

    def _offer(self, name: str, label: Any, choices: list[tuple[Any, Any]], found: Any) -> None:
        if label is not None:
            self.fields[name] = forms.ChoiceField(label=label)
        self.fields[name].choices = choices
        self.fields[name].initial = found
        self.fields[name].widget.attrs = {"class": "form-select reads"}

    def _add_columns(self) -> None:
        kind = self._batch.kind
        choices = [("", _("stays out")), *((name, field_name(name)) for name in fields_of(kind))]
        if not self._understanding.sheet.header_row:
            choices = [choice for choice in choices if choice[0] != EXTRA]
        last = self._understanding.last
        # Offered as last time until somebody has seen them.
        rules = self._wanted.get("rules", {}) if "mapping" in self._wanted or not last else last.rules
        reads = forms.Select(attrs={"class": "reads"})
        for index, (name, field) in enumerate(self._understanding.becomes.items()):
            words = {"column": shown(name)}
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=_("What the column “%(column)s” becomes") % words,
                choices=choices,
                initial=field,
                required=False,
                widget=reads,
            )
            if kind == ImportBatch.Kind.CONTACTS and field and field not in WITHOUT_RULE:
                self.fields[f"rule_{index}"] = forms.ChoiceField(
                    label=_("Whether “%(column)s” is written over what we have") % words,
                    choices=[(rule, RULES[rule]) for rule in (_OF_CATEGORY if field == "category" else RULES)],
                    initial=rules.get(field, ""),
                    required=False,
                )

    def reading(self) -> list[forms.BoundField]:
        """Return the fields that say how the file is read."""
        return [self[name] for name in ("sheet", "encoding", "delimiter", "header_row") if name in self.fields]

    def columns(self) -> list[ColumnFields]:
        """Return the columns from left to right."""
        places = {name: index for index, name in enumerate(self._understanding.becomes)}
        found = []
        for name in self._understanding.columns:
            index = places.pop(name, None)
            becomes = self[f"column_{index}"] if index is not None else None
            rule = self[f"rule_{index}"] if f"rule_{index}" in self.fields and becomes else None
            found.append(ColumnFields(name, becomes, rule))
        return found

    def found(self) -> list[tuple[str, str]]:
        """Return (name of a hidden field, what we found) of everything that nobody has corrected so far."""
        names = (field.name for field in self.reading())
        return [(f"found_{name}", str(self[name].initial)) for name in names if name not in self._wanted]

    def others(self) -> list[tuple[str, str]]:
        """Return (column, field) of what was said while the file was read otherwise: it may be read so again."""
        said = self._wanted.get("mapping", {})
        return [(name, field) for name, field in said.items() if name not in self._understanding.becomes]

    def column_names(self) -> list[str]:
        """Return the names of the columns in the order of the fields, for the form to say which it was made for."""
        return list(self._understanding.becomes)

    def wanted(self) -> dict[str, Any]:
        """Return what the valid form says, as `ImportBatch.wanted` keeps it: only what a person said."""
        chosen = self.cleaned_data
        becomes = {name: chosen[f"column_{index}"] for index, name in enumerate(self._understanding.becomes)}
        rules = {
            field: chosen[f"rule_{index}"]
            for index, field in enumerate(becomes.values())
            if field and field not in WITHOUT_RULE and chosen.get(f"rule_{index}")
        }
        return {
            **{name: self._wanted[name] for name in READING if name in self._wanted},
            "mapping": becomes,
            **({"rules": rules} if rules else {}),
            **({"keep_delicate": True} if chosen.get("keep_delicate") else {}),
        }


def _encodings(found: str) -> list[tuple[str, str]]:
    same = [name for name in _OFFERED_ENCODINGS if ENCODING_NAMES[name] != ENCODING_NAMES.get(found)]
    return [(found, ENCODING_NAMES.get(found, found)), *((name, ENCODING_NAMES[name]) for name in same)]


def _delimiters(found: str) -> list[tuple[str, Any]]:
    return [*([] if found in _DELIMITERS else [(found, found)]), *_DELIMITERS.items()]


def _header_rows(understanding: Understanding) -> Iterator[tuple[int, str]]:
    """Yield (number, its first words) of the rows that may name the columns."""
    for number, cells in enumerate(understanding.first, start=1):
        filled = [shown(cell) for cell in cells if cell.strip()]
        if filled:
            words = " · ".join(filled[:_HEADER_CELLS]) + (" …" if len(filled) > _HEADER_CELLS else "")
            yield number, _("row %(row)s: %(words)s") % {"row": number, "words": shown(words)}
