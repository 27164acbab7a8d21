"""The days of the house in the Django admin."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.admin_audit import Audited
from customers.models import SpecialDay


class SpecialDayForm(forms.ModelForm):
    class Meta:
        model = SpecialDay
        fields = ["on", "open", "note"]
        help_texts = {
            "on": _("The week of the house and the public holidays are known. Write only the days that differ."),
            "open": _("Ticked: open, even on a Sunday or a holiday. Not ticked: closed, whatever day it is."),
            "note": _("For colleagues, for example: stocktaking. It never stands in a letter."),
        }


class SpecialDayAdmin(Audited, admin.ModelAdmin):
    """On a day the house is closed no letter says "see you" for it."""

    form = SpecialDayForm
    list_display = ["on", "open", "note"]
    list_filter = ["open"]
    ordering = ["-on"]
