"""The page of a list that was received, and of one whose rehearsal shows that it was misunderstood: how it is read and
what its columns become, corrected by a person. A part of the pages of an `ImportBatch` in the admin."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.imports import files, showing
from customers.imports.applying import ApplyError
from customers.imports.correcting import UnderstoodForm, said_of_columns, said_of_reading
from customers.imports.errors import ListError
from customers.imports.receiving import correct, give_up
from customers.imports.rehearsing import ask_for_rehearsal, rehearse
from customers.imports.understanding import Understanding, columns_for, understood_of
from customers.imports.words import apply_sentence, list_sentence
from customers.models import ImportBatch
from customers.tasks import ring_rehearsal

# Up to here a rehearsal is over before anybody wonders whether the page hangs; longer lists go to the worker.
REHEARSED_AT_ONCE_BYTES = 300_000
State = ImportBatch.State


def batch_url(batch: ImportBatch, verb: str = "change") -> str:
    return reverse(f"admin:customers_importbatch_{verb}", args=[batch.pk])


def can_be_corrected(batch: ImportBatch) -> bool:
    """Return whether a person may still say how this list is read: it is not in, and its file is kept."""
    return batch.state in (State.RECEIVED, State.REHEARSED) and files.is_kept(batch)


class UnderstoodPages:
    """For the `ModelAdmin` of `ImportBatch`. Whoever mixes it in gives `_context(request, batch)`."""

    def columns_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        batch = get_object_or_404(ImportBatch, pk=batch_id)
        if batch.state == State.STAGING:  # pressed twice, or by two
            return redirect(batch_url(batch))
        if not can_be_corrected(batch):  # gone back to: the list is in by now, or its file is gone
            return redirect(batch_url(batch))
        wanted, problem = _asked(request, batch)
        try:
            understanding = understood_of(batch, wanted)
        except ListError as error:
            problem = list_sentence(error.code, error.facts)
            wanted = {name: wanted[name] for name in ("mapping", "rules") if name in wanted}
            understanding = understood_of(batch, wanted)
        form = self._form(request, batch, understanding, wanted)
        if _is_final(request) and not problem:
            if request.POST.getlist("column_name") != form.column_names():
                problem = _("The list is read differently now. Look at its columns, then rehearse.")
                form = self._form(request, batch, understanding, wanted, again=True)
            elif form.is_valid() and self._is_correct(batch, understanding, form):
                return self._rehearse(request, batch, understanding, form)
        context = self._context(request, batch) | {"form": form, "understanding": understanding, "problem": problem}
        return TemplateResponse(request, "admin/customers/import/understood.html", context)

    def give_up_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        batch = get_object_or_404(ImportBatch, pk=batch_id)
        try:
            give_up(batch_id=batch.pk, by=request.user, now=timezone.now())
        except ApplyError as error:
            messages.error(request, apply_sentence(error.code, error.facts))
            return redirect(batch_url(batch))
        messages.info(request, _("“%(file)s” was given up. Nothing of it is kept.") % {"file": batch.file_name})
        return redirect(self._context(request, batch)["upload_url"])

    @staticmethod
    def _form(
        request: HttpRequest, batch: ImportBatch, understanding: Understanding, wanted: dict[str, Any],
        *, again: bool = False,
    ) -> UnderstoodForm:  # fmt: skip
        said = [] if batch.understood.get("manners") or not understanding.last else understanding.last.manners
        offered = " ".join([_("As last time:"), *showing.said_in_words(said)]) if said else ""
        data = request.POST if _is_final(request) and not again else None
        initial = {
            name: request.POST.get(name) == "on" if request.method == "POST" else bool(wanted.get(name))
            for name in ("keep_delicate", "as_last_time")
        }
        return UnderstoodForm(
            data, batch=batch, understanding=understanding, wanted=wanted, said_last_time=offered, initial=initial
        )

    @staticmethod
    def _is_correct(batch: ImportBatch, understanding: Understanding, form: UnderstoodForm) -> bool:
        """Return whether a list can come in with these columns; else the form says why not."""
        try:
            columns_for(batch.kind, understanding, form.wanted()["mapping"])
        except ListError as error:
            form.add_error(None, list_sentence(error.code, error.facts))
            return False
        return True

    @staticmethod
    def _rehearse(
        request: HttpRequest, batch: ImportBatch, understanding: Understanding, form: UnderstoodForm
    ) -> HttpResponse:
        """Rehearse a short list at once; leave a long one to the worker."""
        manners = understanding.last.manners if form.cleaned_data.get("as_last_time") else None
        try:
            correct(batch_id=batch.pk, wanted=form.wanted(), manners=manners)
            if batch.understood.get("size", 0) <= REHEARSED_AT_ONCE_BYTES:
                rehearse(batch_id=batch.pk)
            else:
                ask_for_rehearsal(batch_id=batch.pk, now=timezone.now())
                transaction.on_commit(lambda: ring_rehearsal(batch_id=batch.pk))
        except ApplyError as error:
            messages.error(request, apply_sentence(error.code, error.facts))
        except ListError:
            pass  # the page of the list says it
        return redirect(batch_url(batch))


def _is_final(request: HttpRequest) -> bool:
    """Return whether the form is to be taken, and not only to be shown again as it reads now."""
    return request.method == "POST" and "again" not in request.POST


def _asked(request: HttpRequest, batch: ImportBatch) -> tuple[dict[str, Any], str]:
    """Return (what is wanted of the list now, what went wrong with it before)."""
    if request.method == "POST":
        becomes, rules = said_of_columns(request.POST)
        return {**said_of_reading(request.POST), "mapping": becomes, "rules": rules}, ""
    problem = batch.understood.get("problem")
    return batch.wanted, list_sentence(problem["code"], problem["facts"]) if problem else ""
