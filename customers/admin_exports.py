"""What a list of the Django admin shows, as a file for a spreadsheet. For admins of the house only."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from customers import audit
from customers.admin_imports import for_admins
from customers.downloads import as_download

# Numbers of rows, not the rows: eight bytes each.
IDS_AT_ONCE = 10_000
# How the list looks, not what it shows.
_LOOKS = ("o", "p", "all", "e", "_facets")


class ListExport:
    """For the `ModelAdmin` of contacts and of purchases: what the list shows, searched and filtered, as a file."""

    export_rows: Callable[..., Iterator[list[str]]]

    def get_urls(self) -> list:
        view = for_admins(self.admin_site, require_GET(self.export_view))
        return [path("export/", view, name=f"{self.opts.app_label}_{self.opts.model_name}_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponse:
        try:
            shown = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        ids = array("q", shown.values_list("pk", flat=True).iterator(chunk_size=IDS_AT_ONCE))
        now = timezone.now()
        facts = {"of": self.opts.model_name, "rows": len(ids), "filters": self._filters(request)}
        audit.record("export_list", actor=request.user, now=now, facts=facts)
        rows = type(self).export_rows(ids, language=get_language())
        day = timezone.localdate(now)
        return as_download(rows, file_name=f"{self.opts.model_name}s-{day:%Y-%m-%d}.csv")

    def _filters(self, request: HttpRequest) -> dict[str, Any]:
        """Return how the list was narrowed. Words that somebody typed may name a person: only that they were typed."""
        offered: Sequence[str] = [name for name in self.get_list_filter(request) if isinstance(name, str)]
        return {
            name: value if name.split("__")[0] in offered else True
            for name, value in request.GET.items()
            if name not in _LOOKS and value
        }
