"""The form of an occasion that stands in no calendar: what it is for, its name, its day."""

from datetime import date, timedelta

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from campaigns.occasions import NAMES, OTHER, OWN_OCCASIONS

# Nobody writes for a day further off, and facts count years and weeks from it.
FURTHEST = timedelta(days=2 * 365)
PURPOSES = {
    "birthday": _("Wishes for the day, and nothing else."),
    "name_day": _("For those whose name day it is, on that day."),
    "thanks": _("A few days after they came: it thanks them and asks whether all is well."),
    "missed": _("To people we have not seen for a while. It asks how they are; it does not coax."),
    "apology": _("After something went wrong: it says so, and how to reach us."),
    OTHER: _("An empty sheet: twenty years of the shop, a new address."),
}


class OwnOccasionForm(forms.Form):
    """What we write for, on which day, and what we call it; without a name it is called after what it is for."""

    occasion = forms.ChoiceField(
        label=_("What it is for"),
        choices=[(code, NAMES[code]) for code in OWN_OCCASIONS],
        required=False,
        initial=OTHER,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("What we call it"),
        max_length=80,
        required=False,
        help_text=_("Left empty, it is called after its occasion and its day."),
    )
    wish_on = forms.DateField(label=_("On which day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def kinds(self) -> list[dict[str, object]]:
        """The occasions to choose from, each with what it is for and whether it is chosen."""
        chosen = self["occasion"].value()
        return [
            {"code": code, "name": NAMES[code], "purpose": PURPOSES[code], "chosen": code == chosen}
            for code in OWN_OCCASIONS
        ]

    def clean_occasion(self) -> str:
        return self.cleaned_data["occasion"] or OTHER

    def clean_wish_on(self) -> date:
        wish_on = self.cleaned_data["wish_on"]
        if wish_on < self.today:
            raise forms.ValidationError(_("This day has gone by. Choose one that is still to come."), code="past")
        if wish_on > self.today + FURTHEST:
            raise forms.ValidationError(_("This day is more than two years away. Look at the year again."), code="far")
        return wish_on

    def clean(self) -> dict:
        cleaned = super().clean()
        occasion = cleaned.get("occasion", OTHER)
        if not cleaned.get("name") and "name" not in self.errors:
            if occasion == OTHER:
                self.add_error("name", forms.ValidationError(_("Say what we call it."), code="no_name"))
            elif cleaned.get("wish_on"):
                cleaned["name"] = f"{NAMES[occasion]}, {date_format(cleaned['wish_on'], 'j E')}"
        return cleaned
