"""Lists in, as pages of the Django admin: upload, rehearsal, import, result, undo. For admins of the house
only.

`ListUpload` gives the list of contacts or purchases its button; `ImportPages` turns the page of an
`ImportBatch` into the rehearsal and the result. Both are mixed into the `ModelAdmin`s of
`customers/admin.py`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import audit
from customers.admin_understood import UnderstoodPages, batch_url, can_be_corrected
from customers.downloads import as_download
from customers.imports import files, outcome, showing
from customers.imports.applying import (
    ApplyError,
    apply_batch,
    keep_asker,
    progress,
    refuse_beforehand,
    stop_batch,
)
from customers.imports.errors import ListError
from customers.imports.finding import find_rows, wish_of
from customers.imports.forms import PeopleUploadForm, UploadForm
from customers.imports.receiving import receive_list
from customers.imports.rehearsing import stop_rehearsal
from customers.imports.rejects import FILE_NAMES, can_be_mended, rows_to_mend
from customers.imports.report import number_of
from customers.imports.undoing import undo_batch
from customers.imports.words import apply_sentence, list_sentence
from customers.models import ImportBatch
from customers.purchase_words import KnownPurchases, known_purchases
from customers.roles import ADMIN, has_role
from customers.tasks import ring_import

# A worker begins at once; after this long the ring is lost, or others come first, and the page offers its button again.
RING_SEEN_SECONDS = 60
# Up to here an import is over before anybody wonders whether the page hangs; more rows go to the worker.
AT_ONCE = 5_000
FORMS = {ImportBatch.Kind.CONTACTS: PeopleUploadForm, ImportBatch.Kind.PURCHASES: UploadForm}
State = ImportBatch.State


def for_admins(site: AdminSite, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap an admin page: somebody who is logged in and no admin gets 403 instead of another login."""
    inside = site.admin_view(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if user.is_authenticated and not (user.is_staff and has_role(user, ADMIN)):
            raise PermissionDenied
        return inside(request, *args, **kwargs)

    return guarded


def received(request: HttpRequest, form: UploadForm, kind: str) -> ImportBatch | None:
    """Receive the list of a valid form; None, with the reason beside its file, when it is no list."""
    upload = form.cleaned_data["list_file"]
    try:
        return receive_list(
            file=upload.file,
            file_name=upload.name,
            kind=kind,
            by=request.user,
            now=timezone.now(),
            **form.also_said(),
        )
    except ListError as error:
        form.add_error("list_file", list_sentence(error.code, error.facts))
        return None


class ListUpload:
    """For the `ModelAdmin` of contacts and of purchases: the button above the list, and the page to choose
    a file."""

    import_kind: ImportBatch.Kind
    change_list_template = "admin/customers/import/change_list.html"

    def get_urls(self) -> list:
        name = f"{self.opts.app_label}_{self.opts.model_name}_import"
        return [path("import/", for_admins(self.admin_site, self.import_view), name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        user = request.user
        allowed = user.is_staff and has_role(user, ADMIN)
        return super().changelist_view(request, {**(extra_context or {}), "may_import": allowed})

    def import_view(self, request: HttpRequest) -> HttpResponse:
        posted = request.method == "POST"
        form_class = FORMS[self.import_kind]
        form = form_class(request.POST, request.FILES) if posted else form_class()
        if posted and form.is_valid() and (batch := received(request, form, self.import_kind)):
            return redirect(batch_url(batch, "columns"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("A list from a file"),
            "opts": self.opts,
            "kind": self.import_kind,
            "form": form,
        }
        return TemplateResponse(request, "admin/customers/import/upload.html", context)


class ImportPages(UnderstoodPages):
    """For the `ModelAdmin` of `ImportBatch`: its page is what we understood, the rehearsal, at last the result."""

    def get_urls(self) -> list:
        pages = (
            ("apply", require_POST(self.apply_view)),
            ("undo", require_http_methods(["GET", "POST"])(self.undo_view)),
            ("progress", require_GET(self.progress_view)),
            ("file", require_GET(self.file_view)),
            ("columns", require_http_methods(["GET", "POST"])(self.columns_view)),
            ("stop", require_POST(self.stop_view)),
            ("give_up", require_POST(self.give_up_view)),
        )
        own = [
            path(
                f"<int:batch_id>/{verb.replace('_', '-')}/",
                for_admins(self.admin_site, view),
                name=f"customers_importbatch_{verb}",
            )
            for verb, view in pages
        ]
        # Found before Django's own page of the same name and address.
        page = path(
            "<int:batch_id>/change/",
            for_admins(self.admin_site, self.batch_view),
            name="customers_importbatch_change",
        )
        return [*own, page, *super().get_urls()]

    def batch_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        batch = get_object_or_404(ImportBatch, pk=batch_id)
        if batch.state == State.RECEIVED and files.is_kept(batch):
            return redirect(batch_url(batch, "columns"))
        try:
            wish = wish_of(request.GET)
        except ValueError as error:
            raise Http404 from error
        found = find_rows(batch, wish) if batch.counts else None
        context = self._context(request, batch) | {
            "bar": showing.bar(batch) if batch.counts.get("rows") else [],
            "columns": showing.columns(batch),
            "how_read": showing.how_read(batch),
            "said_of_all": [*showing.said_of_all(batch), *showing.as_last_time(batch)],
            "about_typed": showing.about_typed(batch),
            "may_correct": can_be_corrected(batch),
            "filters": showing.filters(batch, wish),
            "field_choices": showing.field_choices(batch, wish),
            "reason_choices": showing.reason_choices(batch, wish),
            "found": found,
            "rows": showing.shown_rows(batch, found.rows) if found else [],
            "wish": wish,
            "files": showing.files(batch),
            "known_purchases": self._known_purchases(batch),
        }
        return TemplateResponse(request, "admin/customers/import/batch.html", context)

    def apply_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        batch = get_object_or_404(ImportBatch, pk=batch_id)
        return self._do(request, batch, undoing=False)

    def undo_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        batch = get_object_or_404(ImportBatch, pk=batch_id)
        if request.method == "POST":
            return self._do(request, batch, undoing=True)
        return TemplateResponse(request, "admin/customers/import/undo.html", self._context(request, batch))

    def progress_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        batch = get_object_or_404(ImportBatch, pk=batch_id)
        context = self._context(request, batch)
        response = TemplateResponse(request, "admin/customers/import/_progress.html", context)
        # The page asks with the state it was made in: when that is over, or nobody came, it shows itself anew.
        if batch.state != request.GET.get("was") or not context["is_running"]:
            response["HX-Refresh"] = "true"
        return response

    def file_view(self, request: HttpRequest, batch_id: int) -> StreamingHttpResponse:
        """The rows left out, or to ask about, as a list to mend and bring again."""
        batch = get_object_or_404(ImportBatch, pk=batch_id)
        show = request.GET.get("show", "refused")
        if show not in FILE_NAMES or not can_be_mended(batch):
            raise Http404
        facts = {"show": show, "rows": number_of(batch, show)}
        audit.record("export_rows", actor=request.user, now=timezone.now(), obj=batch, facts=facts)
        rows = rows_to_mend(batch, show=show, language=get_language())
        return as_download(rows, file_name=f"{FILE_NAMES[show]}-{batch.pk}.csv")

    def stop_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        """Stop the work on a list: a rehearsal is given up, an import is taken back, an undoing waits."""
        batch = get_object_or_404(ImportBatch, pk=batch_id)
        try:
            if batch.state == State.STAGING:
                stop_rehearsal(batch_id=batch.pk, by=request.user, now=timezone.now())
                return redirect(batch_url(batch))
            batch = stop_batch(batch_id=batch.pk, by=request.user)
        except ApplyError as error:
            messages.error(request, apply_sentence(error.code, error.facts))
            return redirect(batch_url(batch))
        return redirect(batch_url(batch)) if is_undoing(batch) else self._do(request, batch, undoing=True)

    def _do(self, request: HttpRequest, batch: ImportBatch, *, undoing: bool) -> HttpResponse:
        """Work at once on a short list; leave a long one to the worker."""
        if batch.state == (State.UNDONE if undoing else State.APPLIED):  # in another tab
            return redirect(batch_url(batch))
        try:
            if batch.row_count > AT_ONCE:
                refuse_beforehand(batch, undoing=undoing)
                keep_asker(batch, by=request.user, undoing=undoing)
                transaction.on_commit(lambda: ring_import(batch_id=batch.pk, undoing=undoing))
                messages.info(request, _("The worker has been told. You may leave this page."))
                return redirect(f"{batch_url(batch)}?started={batch.state}.{int(timezone.now().timestamp())}")
            (undo_batch if undoing else apply_batch)(batch_id=batch.pk, by=request.user)
        except ApplyError as error:
            messages.error(request, apply_sentence(error.code, error.facts))
        return redirect(batch_url(batch))

    def _context(self, request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
        done, rows = progress(batch) if batch.state == State.APPLYING else (0, batch.row_count)
        if batch.state == State.STAGING:
            done, rows = batch.rows_done, max(batch.understood.get("rows_expected", 0), batch.rows_done)
        upload = "contact" if batch.kind == ImportBatch.Kind.CONTACTS else "purchase"
        return {
            **self.admin_site.each_context(request),
            "title": _("A list from a file"),
            "opts": self.opts,
            "batch": batch,
            "coming_count": outcome.writing_rows(batch),
            "in_numbers": outcome.in_numbers(batch),
            "unknown_customers": outcome.unknown_customers(batch),
            "people_url": reverse("admin:customers_contact_import"),
            "upload_url": reverse(f"admin:customers_{upload}_import"),
            "list_url": reverse(f"admin:customers_{upload}_changelist"),
            "done": done,
            "rows_count": rows,
            "undoing": is_undoing(batch),
            "keep_days": settings.IMPORT_FILE_DAYS,
            "is_running": batch.state in (State.APPLYING, State.STAGING) or self._was_rung(request, batch),
        }

    @staticmethod
    def _known_purchases(batch: ImportBatch) -> KnownPurchases | None:
        """Return up to when purchases are known, beside invoices that have come in."""
        in_now = batch.kind == ImportBatch.Kind.PURCHASES and batch.state == State.APPLIED
        return known_purchases(today=timezone.localdate()) if in_now else None

    @staticmethod
    def _was_rung(request: HttpRequest, batch: ImportBatch) -> bool:
        """Return whether the worker was told a moment ago, and nothing has come of it so far."""
        state, _dot, second = request.GET.get("started", "").partition(".")
        if state != batch.state or state not in (State.REHEARSED, State.APPLIED, State.STOPPED):
            return False
        known = second.isascii() and second.isdigit() and len(second) < 12
        return known and 0 <= timezone.now().timestamp() - int(second) < RING_SEEN_SECONDS


def is_undoing(batch: ImportBatch) -> bool:
    """Return whether the list is, or was when it was stopped, being taken back."""
    return batch.state in (State.APPLYING, State.STOPPED) and bool(batch.understood.get("undoing"))
