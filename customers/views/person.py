"""A person's page, and what a colleague may do there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.by_hand import words_by_hand
from customers.forms.contact import ContactForm, NoteForm
from customers.imports.words import row_sentence
from customers.models import Contact
from customers.person_words import birthday, lede, name_day, opening
from customers.purchases import purchases_up_to
from customers.reasons import reason_sentence
from customers.roles import STAFF, role_required
from customers.selectors import Person, person
from customers.services.contacts import add_contact, choose_name_day, edit_contact, set_register, settle_look
from customers.services.notes import add_note
from customers.timeline import timeline_of


def _live(contact_id: int) -> Contact:
    return get_object_or_404(Contact, pk=contact_id, erased_at=None)


@role_required(STAFF)
def person_detail(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Everything about one person, on one page."""
    return _page(request, contact_id, NoteForm())


@role_required(STAFF)
@require_POST
def note_add(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Keep a note, or show the page again with what is missing."""
    contact = _live(contact_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, contact_id, form, status=422)
    try:
        add_note(contact, by=request.user, now=timezone.now(), **form.cleaned_data)
    except Contact.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("The note is kept."))
    return redirect("customers:person-detail", contact_id)


def _page(request: HttpRequest, contact_id: int, note_form: NoteForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    try:
        known = person(contact_id, now=now)
    except Contact.DoesNotExist as error:
        raise Http404 from error
    contact = known.contact
    summary = getattr(contact, "summary", None)
    other = Contact.Register.INFORMAL if contact.register == Contact.Register.FORMAL else Contact.Register.FORMAL
    context = {
        "person": known,
        "contact": contact,
        "summary": summary,
        "purchases_up_to": purchases_up_to(),
        "lede": lede(contact, summary=summary, today=timezone.localdate(now)),
        "opening": opening(contact),
        "other_register": other,
        "other_opening": opening(contact, other),
        "birthday": birthday(contact),
        "name_day": name_day(contact, today=timezone.localdate(now)),
        "stop_sentence": reason_sentence(known.stop_code, known.stop_facts) if known.stop_code else "",
        "by_hand": words_by_hand(contact, known.stop_code, today=timezone.localdate(now)),
        "may_stop": not contact.stopped_reason and contact.kind not in Contact.NEVER_GREETED,
        "look_sentences": _look_sentences(known),
        "timeline": timeline_of(contact),
        "note_form": note_form,
        "today": timezone.localdate(now),
    }
    return render(request, "customers/person_detail.html", context, status=status)


def _look_sentences(known: Person) -> list[str]:
    if not known.contact.needs_look:
        return []
    reasons = [(each["code"], each.get("facts", {})) for each in known.contact.look_reasons]
    others = [facts["other_contact"] for _code, facts in reasons if facts.get("other_contact")]
    names = {contact.pk: contact.name for contact in Contact.objects.filter(pk__in=others)}
    sentences = [row_sentence(code, facts, names=names) for code, facts in reasons]
    return list(dict.fromkeys(sentences)) or [_("the list left something open")]


@role_required(STAFF)
def person_edit(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Correct what we know of a person."""
    contact = _live(contact_id)
    back = _back(request) or reverse("customers:person-detail", args=[contact_id])
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        changed = edit_contact(contact, changes=form.changes, by=request.user, now=timezone.now())
        if changed:
            said = _respelt(form) or _("Kept as you typed it. No list will write over it.")
            messages.success(request, said)
        return redirect(back)
    # The form has put unchecked words on its contact: the title shows the name as it is kept.
    context = {"form": form, "contact": _live(contact_id), "back": back}
    return render(request, "customers/person_edit.html", context, status=422 if form.errors else 200)


def _respelt(form: ContactForm) -> str:
    """What we wrote of the names that were typed in capitals only, "" where all stands as typed."""
    if not form.respelt:
        return ""
    return _("We wrote %(names)s, as letters say it. No list will write over it.") % {"names": ", ".join(form.respelt)}


def _back(request: HttpRequest) -> str:
    """The page of ours from which a colleague came to correct something, "" for any other address."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if own else ""


@role_required(STAFF)
def person_add(request: HttpRequest) -> HttpResponse:
    """A contact typed by hand."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contact = add_contact(values=form.cleaned_data, by=request.user, now=timezone.now())
        if said := _respelt(form):
            messages.success(request, said)
        return redirect("customers:person-detail", contact.pk)
    return render(request, "customers/person_add.html", {"form": form}, status=422 if form.errors else 200)


@role_required(STAFF)
@require_POST
def person_register(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Say σου or σας from now on."""
    contact = _live(contact_id)
    register = request.POST.get("register", "")
    if register not in Contact.Register.values:
        raise Http404
    set_register(contact, register=register, by=request.user, now=timezone.now())
    return redirect("customers:person-detail", contact_id)


@role_required(STAFF)
@require_POST
def person_name_day(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Keep the day on which they celebrate, as a colleague says."""
    contact = _live(contact_id)
    try:
        choose_name_day(contact, rule=request.POST.get("rule", ""), by=request.user, now=timezone.now())
    except ValueError as error:
        raise Http404 from error
    return redirect("customers:person-detail", contact_id)


@role_required(STAFF)
@require_POST
def person_settle(request: HttpRequest, contact_id: int) -> HttpResponse:
    """A colleague has looked at what the list left open."""
    choice = request.POST.get("choice", "")
    settle_look(_live(contact_id), by=request.user, now=timezone.now(), choice=choice)
    messages.success(request, _("Off the list to ask."))
    return redirect("customers:person-detail", contact_id)
