"""Stopping a person's letters, in two clicks, and allowing them again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.consent import allow_letters, stop_letters
from customers.forms.contact import StopForm
from customers.models import Contact
from customers.reasons import reason_sentence
from customers.roles import STAFF, role_required


@role_required(STAFF)
def letters_stop(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Ask once, with the name; then stop every letter, waiting ones too."""
    contact = get_object_or_404(Contact, pk=contact_id, erased_at=None)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stop_letters(contact, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("The letters have stopped: %(name)s.") % {"name": contact.name})
        return redirect("customers:person-detail", contact_id)
    return render(request, "customers/letters_stop.html", {"contact": contact, "form": form})


@role_required(STAFF)
def letters_allow(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Ask once, with the name; then allow letters again and say what still stands in the way."""
    contact = get_object_or_404(Contact, pk=contact_id, erased_at=None)
    if request.method == "POST":
        verdict = allow_letters(contact, by=request.user, now=timezone.now())
        if verdict.allowed:
            messages.success(request, _("We may write again: %(name)s.") % {"name": contact.name})
        else:
            why = reason_sentence(verdict.code, verdict.facts)
            messages.warning(request, _("Still no letters: %(why)s.") % {"why": why})
        return redirect("customers:person-detail", contact_id)
    why = reason_sentence(contact.stopped_reason) if contact.stopped_reason else ""
    return render(request, "customers/letters_allow.html", {"contact": contact, "why": why})
