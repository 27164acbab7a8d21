"""The one form of an import: which file."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from customers.imports.errors import ListError
from customers.imports.reading import MAX_BYTES


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
