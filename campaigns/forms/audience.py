"""The forms of the people of a greeting: a ready sentence or a rule of one's own, and the name it is kept under."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.rule_rows import RuleRows, fault
from campaigns.models import Campaign, Segment
from campaigns.segments import RuleError, audience
from campaigns.writing.audiences import OTHER_RULE


class AudienceForm(forms.Form):
    """A ready rule by its code among `offers`, or the rule that `rows` put together; `rule` is what was chosen."""

    choose = forms.ChoiceField(error_messages={"required": _("Say whom it is for.")})

    def __init__(self, data: Mapping[str, str] | None, *, offers: dict[str, dict], campaign: Campaign, today: date):
        super().__init__(data)
        self.offers, self.campaign, self.rule = offers, campaign, {}
        self.fields["choose"].choices = [(code, code) for code in (*offers, OTHER_RULE)]
        if data is None:
            self.rows = RuleRows.of_rule(campaign.audience) or RuleRows.of_rule({})
        else:
            self.rows = RuleRows.typed(data, today=today)

    def clean(self) -> dict:
        cleaned = super().clean()
        code = cleaned.get("choose")
        if code == OTHER_RULE:
            self.rule = self.rows.rule(self.campaign)
            if self.rule is None:
                raise forms.ValidationError(_("Something is missing in the rows below."), code="rows")
        elif code:
            self.rule = self.offers[code]
            try:
                audience(self.rule)
            except RuleError as error:
                raise forms.ValidationError(fault(error), code="rule") from error
        return cleaned


class SegmentForm(forms.Form):
    """The name of a kept rule, and whether colleagues see it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=Segment._meta.get_field("name").max_length,
        error_messages={"required": _("Name it.")},
    )
    shared = forms.BooleanField(label=_("Colleagues may choose it too"), required=False)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
