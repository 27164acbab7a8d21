"""The forms of writing a greeting: its words, its people, an occasion of the house's own."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import GreetingVariant
from campaigns.segments import RULES
from customers.models import Contact

# More than the rendering takes, so that its own sentence about length is the one that is read.
LONGEST_BODY = 40_000


class WordsForm(forms.Form):
    """Subject and body of one variant, with the version the writer began from and the person in the preview."""

    subject = forms.CharField(label=_("Subject"), required=False, max_length=300)
    body = forms.CharField(label=_("Text of the letter"), required=False, strip=False, max_length=LONGEST_BODY)
    language = forms.RegexField(r"^[a-z]{2}$")
    manner = forms.ChoiceField(choices=GreetingVariant.Manner.choices)
    from_version = forms.IntegerField(min_value=0, max_value=1_000_000)
    contact = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].split())

    def clean_body(self) -> str:
        return self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n").rstrip()


class AudienceForm(forms.Form):
    """A ready rule; the town is needed for the rule that names one."""

    choose = forms.ChoiceField(choices=[(code, label) for code, (_condition, label) in RULES.items()])
    city = forms.CharField(required=False, max_length=120)

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("choose") == "city" and not cleaned.get("city"):
            raise forms.ValidationError(_("Choose the town."), code="no_city")
        return cleaned

    def rule(self, *, owner: int, today: date) -> dict:
        """The rule as data, with the facts its name needs."""
        facts = {
            "bought_since": {"since": date(today.year, 1, 1).isoformat()},
            "own_people": {"owner": owner},
            "city": {"city": self.cleaned_data["city"]},
        }
        code = self.cleaned_data["choose"]
        return {"choose": code} | facts.get(code, {})


class ScheduleForm(forms.Form):
    """The hour at which an approved greeting begins to leave, in the time zone of the business."""

    at = forms.DateTimeField(label=_("Day and hour"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))


class OwnOccasionForm(forms.Form):
    """An occasion that stands in no calendar: its name and its day."""

    name = forms.CharField(label=_("What we wish for"), max_length=80)
    wish_on = forms.DateField(label=_("On which day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_wish_on(self) -> date:
        wish_on = self.cleaned_data["wish_on"]
        if wish_on < self.today:
            raise forms.ValidationError(_("This day has gone by. Choose one that is still to come."), code="past")
        return wish_on


def towns(limit: int = 200) -> list[str]:
    """The towns people live in, for the choice of one."""
    cities = Contact.objects.filter(erased_at=None).exclude(city="").order_by("city")
    return list(cities.values_list("city", flat=True).distinct()[:limit])
