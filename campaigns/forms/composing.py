"""The forms of writing a greeting: its words, its people, the hour it leaves."""

from dataclasses import fields

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import GreetingVariant, GreetingVersion
from campaigns.writing.composing import Words

# More than the rendering takes, so that its own sentence about length is the one that is read.
LONGEST_BODY = 40_000


class WordsForm(forms.Form):
    """Subject and body of one variant, with the version the writer began from and the person in the preview.

    `draft` is the mark of the draft this window has seen. A form without `design` or reason leaves both as they stand.
    """

    subject = forms.CharField(label=_("Subject"), required=False, max_length=300)
    body = forms.CharField(label=_("Text of the letter"), required=False, strip=False, max_length=LONGEST_BODY)
    language = forms.RegexField(r"^[a-z]{2}$")
    manner = forms.ChoiceField(choices=GreetingVariant.Manner.choices)
    from_version = forms.IntegerField(min_value=0, max_value=1_000_000)
    contact = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    draft = forms.CharField(required=False, max_length=40)
    design = forms.ChoiceField(choices=GreetingVersion.Design.choices, required=False)
    selling_reason = forms.CharField(label=_("Why it sells"), required=False, max_length=300)

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].split())

    def clean_body(self) -> str:
        return self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n").rstrip()

    def clean_design(self) -> str | None:
        return self.cleaned_data["design"] or None

    def clean_selling_reason(self) -> str | None:
        return " ".join(self.cleaned_data["selling_reason"].split()) if "selling_reason" in self.data else None

    def words(self) -> Words:
        """The words of a valid form, for saving them or keeping them as a draft."""
        return Words(**{field.name: self.cleaned_data[field.name] for field in fields(Words)})


class ScheduleForm(forms.Form):
    """The hour at which an approved greeting begins to leave, in the time zone of the business."""

    at = forms.DateTimeField(label=_("Day and hour"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
