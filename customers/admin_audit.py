"""The audit trail of what is done by hand in Django admin: ids and names of fields, never what stands in them."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils import timezone

from customers import audit
from customers.models import Contact


def changed_names(form: ModelForm, formsets: Sequence[BaseInlineFormSet]) -> list[str]:
    """Return the fields of a form that were changed, and the inlines in which any row was."""
    return sorted({*form.changed_data, *(rows.prefix for rows in formsets if rows.has_changed())})


def record_by_hand(request: HttpRequest, verb: str, obj: Model, **facts: object) -> None:
    contact = obj if isinstance(obj, Contact) else getattr(obj, "contact", None)
    audit.record(verb, actor=request.user, now=timezone.now(), obj=obj, contact=contact, facts=facts)


class Audited:
    """For a `ModelAdmin`: an entry for each row added, changed or deleted, in the transaction of the deed."""

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Sequence, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        name = self.opts.model_name
        if not change:
            record_by_hand(request, f"add_{name}", form.instance)
        elif fields := changed_names(form, formsets):
            record_by_hand(request, f"edit_{name}", form.instance, fields=fields)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        record_by_hand(request, f"delete_{self.opts.model_name}", obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for obj in queryset:
            record_by_hand(request, f"delete_{self.opts.model_name}", obj)
        super().delete_queryset(request, queryset)
