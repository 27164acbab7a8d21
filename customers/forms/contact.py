"""The forms of a person's card."""

from collections.abc import Callable

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.forms.spelling import SaidAsWritten
from customers.imports.cleaning import clean_email, clean_phone, clean_text
from customers.imports.errors import CellError
from customers.models import Contact, Interaction
from customers.roles import colleagues

BAD_EMAIL = _("“%(value)s” is not an e-mail address. Write for example maria@mail.example.")
BAD_EMAIL_HINT = _("“%(value)s” is not an e-mail address. Perhaps %(hint)s?")
BAD_PHONE = _("“%(value)s” is not a phone number. Write for example 6936 000 410, or +44… for another country.")
ROLE_FIELDS = ("is_customer", "is_partner", "is_supplier", "is_friend")
LETTER_LANGUAGES = [
    ("el", _("Greek")),
    ("en", _("English")),
    ("de", _("German")),
    ("fr", _("French")),
    ("it", _("Italian")),
    ("es", _("Spanish")),
]


def _checked(value: str, check: Callable[[str], str], sentence: str, hinted: str) -> None:
    try:
        check(value)
    except CellError as error:
        params = {"value": value, "hint": error.hint}
        raise ValidationError(hinted if error.hint else sentence, code=error.code, params=params) from error


class ContactForm(SaidAsWritten, forms.ModelForm):
    """Everything about a person that a colleague may type."""

    email = forms.CharField(label=_("E-mail"), required=False, max_length=254)
    language = forms.ChoiceField(label=_("Language of the letters"), choices=LETTER_LANGUAGES, initial="el")

    class Meta:
        model = Contact
        fields = [
            "kind",
            "first_name",
            "last_name",
            "company_name",
            "known_as",
            "gender",
            "salutation_typed",
            "email",
            "personal_at_shared",
            "phone",
            "mobile",
            "street",
            "postcode",
            "city",
            *ROLE_FIELDS,
            "language",
            "owner",
            "mourning_until",
            "deceased",
        ]
        widgets = {"mourning_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        labels = {
            "kind": _("What they are"),
            "first_name": _("First name"),
            "last_name": _("Surname"),
            "company_name": _("Company"),
            "known_as": _("The name they go by"),
            "gender": _("Man or woman"),
            "salutation_typed": _("Opening, word for word"),
            "personal_at_shared": _("Personal lines even if others read this address"),
            "phone": _("Phone"),
            "mobile": _("Mobile"),
            "street": _("Street and number"),
            "postcode": _("Postcode"),
            "city": _("Town"),
            "is_customer": _("Customer"),
            "is_partner": _("Partner"),
            "is_supplier": _("Supplier"),
            "is_friend": _("Friend of the house"),
            "owner": _("Looked after by"),
            "mourning_until": _("Mourning until"),
            "deceased": _("Has died"),
        }
        help_texts = {
            "known_as": _("How their own people call them, if it differs: Γιώργος for Γεώργιος."),
            "mourning_until": _("Up to and with this day we send no wishes."),
            "personal_at_shared": _(
                "At an address that several people read, a letter says nothing of what they buy or of what we noted."
            ),
            "salutation_typed": _(
                "Only when ours is not right. It opens every letter exactly as you write it, comma included."
            ),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in Contact.Kind.choices if choice[0] != Contact.Kind.PLACEHOLDER]
        if self.instance.kind != Contact.Kind.PLACEHOLDER:
            self.fields["kind"].choices = kinds
        self.fields["owner"].queryset = colleagues().order_by("first_name", "username")
        self.fields["owner"].empty_label = _("the house")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset(
                str(_("The name")),
                Row(Column("first_name", css_class="col-md-4"), Column("last_name", css_class="col-md-8")),
                Row(Column("company_name", css_class="col-md-8"), Column("known_as", css_class="col-md-4")),
                Row(Column("kind", css_class="col-md-6"), Column("gender", css_class="col-md-6")),
                "salutation_typed",
            ),
            Fieldset(
                str(_("Where we find them")),
                "email",
                "personal_at_shared",
                Row(Column("mobile", css_class="col-md-6"), Column("phone", css_class="col-md-6")),
                Row(
                    Column("street", css_class="col-md-5"),
                    Column("postcode", css_class="col-md-3"),
                    Column("city", css_class="col-md-4"),
                ),
            ),
            Fieldset(
                str(_("What they are to us")),
                Row(*(Column(role, css_class="col-md-3") for role in ROLE_FIELDS)),
                Row(Column("language", css_class="col-md-6"), Column("owner", css_class="col-md-6")),
            ),
            Fieldset(
                str(_("When no wish would be right")),
                Row(Column("mourning_until", css_class="col-md-6")),
                "deceased",
            ),
        )

    def clean_email(self) -> str:
        email = clean_text(self.cleaned_data["email"])
        if email:
            _checked(email, clean_email, BAD_EMAIL, BAD_EMAIL_HINT)
        return email

    def clean_phone(self) -> str:
        return self._phone("phone")

    def clean_mobile(self) -> str:
        return self._phone("mobile")

    def _phone(self, field: str) -> str:
        number = clean_text(self.cleaned_data[field])
        # What a list wrote long ago may stay as it is; only a number typed now must be one.
        if number and field in self.changed_data:
            _checked(number, lambda text: clean_phone(text, region=settings.PHONE_REGION), BAD_PHONE, BAD_PHONE)
        return number

    def clean(self) -> dict:
        cleaned = super().clean()
        named = self.instance.raw_name or any(cleaned.get(f"{part}_name") for part in ("first", "last", "company"))
        if not named:
            raise ValidationError(_("Write a name: of the person, or of the company."), code="no_name")
        return cleaned

    @property
    def changes(self) -> dict:
        """The values that were typed, for the service that writes them."""
        return {field: self.cleaned_data[field] for field in self.changed_data}


class NoteForm(forms.Form):
    """A note: private words, and apart from them a line that may be said to the person."""

    kind = forms.ChoiceField(
        label=_("What it was"),
        choices=[
            (Interaction.Kind.NOTE, _("note")),
            (Interaction.Kind.CALL, _("call")),
            (Interaction.Kind.VISIT, _("visit")),
        ],
    )
    private_text = forms.CharField(
        label=_("For us"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Private: it never goes out in a letter."),
    )
    quotable = forms.CharField(
        label=_("May be said in a letter"),
        required=False,
        max_length=300,
        help_text=_("A whole sentence, written so that the person themselves may read it."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean(self) -> dict:
        cleaned = super().clean()
        if not (cleaned.get("private_text") or "").strip() and not (cleaned.get("quotable") or "").strip():
            raise ValidationError(_("Write something first."), code="empty")
        return cleaned


class StopForm(forms.Form):
    """Why the letters stop. The first answer needs no further click."""

    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (Contact.Stop.BY_STAFF, _("we decided so")),
            (Contact.Stop.NO_LETTERS, _("they asked us")),
            (Contact.Stop.MOURNING, _("mourning")),
            (Contact.Stop.COMPLAINT, _("complaint")),
            (Contact.Stop.DECEASED, _("deceased")),
        ],
        initial=Contact.Stop.BY_STAFF,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
