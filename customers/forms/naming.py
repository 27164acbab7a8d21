"""The form that settles a name once and for good, where somebody reads a letter to its owner."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.spelling import SaidAsWritten
from customers.models import Contact


class NameForm(SaidAsWritten, forms.ModelForm):
    """What of a person decides how a letter addresses them."""

    class Meta:
        model = Contact
        fields = ["first_name", "last_name", "known_as", "gender", "register", "salutation_typed"]
        labels = {
            "first_name": _("First name"),
            "last_name": _("Surname"),
            "known_as": _("The name they go by"),
            "gender": _("Man or woman"),
            "register": _("How we address them"),
            "salutation_typed": _("Opening, word for word"),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
            field.widget.attrs["autocomplete"] = "off"

    @property
    def changes(self) -> dict:
        """The values that were typed, for the service that writes them."""
        return {field: self.cleaned_data[field] for field in self.changed_data}
