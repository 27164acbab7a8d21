"""The forms of an import: which file, and for people how they are addressed and who looks after them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from customers.imports.errors import CellError, ListError
from customers.imports.manners import manners_of, read_register
from customers.imports.words import list_sentence
from customers.models import Contact
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

    def also_said(self) -> dict[str, Any]:
        """Return what was said beside the file, as `receive_list` takes it."""
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
