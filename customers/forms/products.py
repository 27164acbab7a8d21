"""The form by which somebody says how letters speak of a product."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import Product
from customers.products import ProductWords
from etiquette.neighbours import lacks_accent
from etiquette.nouns import bend
from etiquette.text import clean, has_greek

NEEDS_WORDS = _("A letter that mentions it needs the name and its gender.")
SMALL_LETTERS = _("Write it with small letters and accents, as in a letter.")
NO_ACCENT = _("“%(word)s” has no accent.")
AFTER_THE_ARTICLE = _("Write it as after «%(article)s»: “%(form)s”.")


class ProductForm(forms.ModelForm):
    """`stamp` tells whether the product is still as the page showed it."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    class Meta:
        model = Product
        fields = ["name", "gender", "number", "may_be_mentioned", "bought_again"]
        labels = {
            "name": _("How a letter says it"),
            "gender": _("Gender"),
            "number": _("Number"),
            "may_be_mentioned": _("A letter may mention it"),
            "bought_again": _("People buy it again and again"),
        }
        help_texts = {
            "name": _("As after «τον, την, το», without the article: εσπρέσο, σοκολάτα υγείας, κουλουράκια."),
            "bought_again": _("Only such a thing can be what somebody usually buys: coffee, not a coffee machine."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"lang": "el", "autocomplete": "off", "autofocus": True}
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "stamp",
            Row(
                Column("name", css_class="col-md-6"),
                Column("gender", css_class="col-md-3"),
                Column("number", css_class="col-md-3"),
            ),
            Row(Column("may_be_mentioned", css_class="col-md-6"), Column("bought_again", css_class="col-md-6")),
        )

    def clean_name(self) -> str:
        name = clean(self.cleaned_data["name"])
        words = [word for word in name.split() if has_greek(word)]
        if any(len(word) > 1 and word.isupper() for word in words):
            raise ValidationError(SMALL_LETTERS, code="capitals")
        for word in words:
            if lacks_accent(word):
                raise ValidationError(NO_ACCENT, code="no_accent", params={"word": word})
        return name

    def clean(self) -> dict:
        values = super().clean()
        name, gender = values.get("name", ""), values.get("gender", "")
        if values.get("may_be_mentioned") and "name" in values and not (name and gender):
            raise ValidationError(NEEDS_WORDS, code="needs_words")
        plural = values.get("number") == Product.Number.PLURAL
        told = bend(name, gender=gender, plural=plural, case="accusative") if name and gender else None
        if told and not told.needs_review and told.text != name:
            article = "τους" if plural else {"m": "τον", "f": "την", "n": "το"}[gender]
            params = {"article": article, "form": told.text}
            self.add_error("name", ValidationError(AFTER_THE_ARTICLE, code="nominative", params=params))
        return values

    @property
    def words(self) -> ProductWords:
        """What a valid form says."""
        return ProductWords(**{name: self.cleaned_data[name] for name in self.Meta.fields})
