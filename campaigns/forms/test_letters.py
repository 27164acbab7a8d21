"""The forms of test letters: one press of the button, and a group of colleagues."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import TestGroup
from customers.models import User
from customers.roles import colleagues

ME = "me"


class PressForm(forms.Form):
    """A press: the mark of the button, and to whom, oneself or the group of that number."""

    click = forms.RegexField(r"^[0-9a-f]{32}$")
    test_to = forms.RegexField(rf"^({ME}|[0-9]{{1,18}})$")


class Members(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, user: User) -> str:
        return f"{user} · {user.answers_at or _('no address yet')}"


class GroupForm(forms.ModelForm):
    """A group for test letters: only people of the house, because the letters speak of customers."""

    members = Members(
        queryset=User.objects.none(),
        label=gettext_lazy("Who gets the test letters"),
        error_messages={"required": gettext_lazy("Choose at least one colleague.")},
    )

    class Meta:
        model = TestGroup
        fields = ["name"]
        labels = {"name": gettext_lazy("Name of the group")}
        error_messages = {"name": {"unique": gettext_lazy("There is a group with this name already.")}}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = colleagues().order_by("first_name", "username")
        if self.instance.pk:
            self.initial["members"] = list(self.instance.members.values_list("pk", flat=True))
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("name", "members")
