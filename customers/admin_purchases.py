"""What the lists of the Django admin say of the purchases: up to when they are known."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from customers.purchase_words import known_purchases


class SaysUpToWhen:
    """For a `ModelAdmin` whose list tells up to when the purchases are known."""

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        known = known_purchases(today=timezone.localdate())
        return super().changelist_view(request, {**(extra_context or {}), "known_purchases": known})
