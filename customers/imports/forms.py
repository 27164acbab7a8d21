"""The forms of an import: which file, and for people how they are addressed and who looks after them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from customers.imports.errors import CellError, ListError, shown
from customers.imports.headers import fields_of
from customers.imports.manners import manners_from, manners_of, read_register
from customers.imports.reading import MAX_BYTES
from customers.imports.words import field_name, list_sentence
from customers.models import Contact, ImportBatch
from customers.roles import colleagues


class UploadForm(forms.Form):
    """A list from a file. What the file really is shows when it is read; its name decides nothing."""

    list_file = forms.FileField(
        label=_("The list"),
        help_text=_(
            "CSV, TSV, TXT or XLSX, as your program exports it. Letters and separators are found by themselves."
        ),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": _("Choose the file of the list.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("list_file")

    def read_bytes(self) -> bytes:
        """Return the file. Raise `ListError` "list_too_large" before anything is read into memory."""
        upload = self.cleaned_data["list_file"]
        if upload.size > MAX_BYTES:
            raise ListError("list_too_large", size_mb=upload.size // 2**20, limit_mb=MAX_BYTES // 2**20)
        return upload.read()

    def also_said(self) -> dict[str, Any]:
        """Return what was said beside the file, as the function that stages such a list takes it."""
        return {}


class PeopleUploadForm(UploadForm):
    """A list of people, with how they are addressed and who looks after them, for everybody or by category."""

    register = forms.ChoiceField(
        label=_("How everybody in it is addressed"),
        choices=[("", _("as the list says; else in the plural")), *Contact.Register.choices],
        required=False,
    )
    owner = forms.ModelChoiceField(
        label=_("Who looks after everybody in it"),
        queryset=None,
        empty_label=_("as the list says; else the house"),
        required=False,
    )
    by_category = forms.CharField(
        label=_("Otherwise for a category"),
        help_text=_("One category a line, as the list writes it. For example: FRIENDS = singular, Anna"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues().order_by("first_name", "username")
        self.helper.layout = Layout(
            "list_file",
            Row(Column("register", css_class="col-md-6"), Column("owner", css_class="col-md-6")),
            "by_category",
        )

    def clean_by_category(self) -> dict[str, dict[str, str]]:
        """Return {"registers_for": {category: word}, "owners_for": {category: word}}."""
        said: dict[str, dict[str, str]] = {"registers_for": {}, "owners_for": {}}
        for line, category, words in _lines_of(self.cleaned_data["by_category"]):
            if not category or not words:
                message = _("“%(line)s”: write a category, an equals sign and what holds for it.")
                raise forms.ValidationError(message, params={"line": line}, code="no_pair")
            for word in words:
                said["registers_for" if _is_register(word) else "owners_for"][category] = word
        try:
            manners_of(**said)
        except ListError as error:
            raise forms.ValidationError(list_sentence(error.code, error.facts), code=error.code) from error
        return said

    def also_said(self) -> dict[str, Any]:
        """Return the manners that were chosen, valid by now."""
        chosen = self.cleaned_data
        owner = chosen["owner"]
        by_category = manners_of(**chosen["by_category"])
        manners = replace(by_category, register=chosen["register"], owner_id=owner.pk if owner else None)
        return {"manners": manners}


class ColumnsForm(UploadForm):
    """What each column of a list becomes, said by a person, and the file once more: we keep none."""

    as_last_time = forms.BooleanField(required=False)

    def __init__(self, *args, batch: ImportBatch, said_last_time: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._batch = batch
        choices = [("", _("stays out")), *((name, field_name(name)) for name in fields_of(batch.kind))]
        # In the order of the file, which the mapping does not keep: PostgreSQL sorts the keys of a JSON value.
        headers = dict.fromkeys(filter(None, batch.understood["header"]))
        self._names = {f"column_{index}": header for index, header in enumerate(headers)}
        firsts = {column["header"]: column["first"] for column in batch.understood["columns"]}
        for name, header in self._names.items():
            self.fields[name] = forms.ChoiceField(
                label=header,
                help_text=firsts.get(shown(header), ""),
                choices=choices,
                initial=batch.mapping[header],
                required=False,
            )
        self.fields["as_last_time"].label = said_last_time
        offered = ["as_last_time"] if said_last_time else []
        self.helper.layout = Layout(*self._names, *offered, "list_file")

    def also_said(self) -> dict[str, Any]:
        """Return the columns as they were chosen, and what was said of everybody in the list."""
        chosen = {"mapping": {header: self.cleaned_data[name] for name, header in self._names.items()}}
        if self._batch.kind == ImportBatch.Kind.PURCHASES:
            return chosen
        understood = self._batch.understood
        said = understood.get("said_last_time" if self.cleaned_data["as_last_time"] else "manners", {})
        return {**chosen, "manners": manners_from(said)}


def _lines_of(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (line, category, words behind the equals sign) of each filled line."""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        category, _sign, words = line.rpartition("=")
        yield line, category.strip(), [word.strip() for word in words.split(",") if word.strip()]


def _is_register(word: str) -> bool:
    try:
        return bool(read_register(word))
    except CellError:
        return False
