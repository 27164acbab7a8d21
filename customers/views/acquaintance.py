"""«Γνωριμία»: one person at a time, one key each. The sitting (whom one put off, what can be undone) is the session's.

An answer is a POST, then the next page: it works without a script, and a press repeated by accident finds its person
answered already.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

import etiquette
from customers.models import Contact, User
from customers.person_words import Opening, day, opening
from customers.pile import Glance, decided_today, glance, left_for_others, next_people, standing, still_open
from customers.pile_words import known_as_question, said
from customers.roles import STAFF, colleagues, role_required
from customers.services.acquaintance import (
    Outcome,
    Step,
    call_by,
    choose_name,
    decide_register,
    pass_on,
    take_back,
    take_care,
)

KEPT_STEPS = 50
# Whoever puts off more people than this meets the first of them again a little earlier.
KEPT_LATER = 1_000
FIRST_NAME_KEY, LAST_NAME_KEY = 4, 9
# After these the same person stays on the desk: there is more to say about them.
STAYS = {"owner", "no_colleague", "known_as", "name", "unchanged", "changed", "owner_changed", "undone"}


@dataclass
class Sitting:
    """What one colleague did since they sat down: ids put off, steps to undo, what is to be said on the next page.

    `start` is the customer they have come to: the walk through the pile goes on from there.
    """

    start: int | None = None
    later: list[int] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        return cls(**request.session.get("acquaintance", {}))

    def keep(self, request: HttpRequest) -> None:
        self.later, self.steps = self.later[-KEPT_LATER:], self.steps[-KEPT_STEPS:]
        if request.session.get("acquaintance") != asdict(self):
            request.session["acquaintance"] = asdict(self)

    def note(self, outcome: Outcome) -> None:
        """Remember what came of an answer, and how to take it back."""
        repeated = bool(self.steps) and self.steps[-1]["contact_id"] == outcome.contact_id
        if outcome.code == "already" and repeated and not outcome.facts["colleague"]:
            return  # the same key pressed twice: what was said about the first press is still true
        if outcome.step:
            self.steps.append(outcome.step.as_dict())
        self.told = {"code": outcome.code, "contact_id": outcome.contact_id, "facts": outcome.facts}


@role_required(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def acquaint(request: HttpRequest) -> HttpResponse:
    """One person large, and the answer as a key."""
    return _answer(request) if request.method == "POST" else _page(request)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 10 else None


def _colleague(text: str | None) -> User | None:
    number = _number(text)
    return colleagues().filter(pk=number).first() if number else None


# --- Answers ---


def _put_off(contact_id: int) -> Outcome:
    return Outcome("later", contact_id, step=Step("later", contact_id))


def _owner(request: HttpRequest, contact_id: int) -> Outcome:
    mine = request.POST["action"] == "mine"
    named = request.POST.get("owner")
    owner = request.user if mine else _colleague(named)
    if named and owner is None:
        # They have left since the page was shown: nobody said that the house looks after this person.
        return Outcome("no_colleague", contact_id)
    seen = _number(request.POST.get("owner_seen"))
    return take_care(contact_id, owner=owner, seen=seen, by=request.user, now=timezone.now())


def _register(request: HttpRequest, contact_id: int) -> Outcome:
    register = request.POST["action"]
    return decide_register(contact_id, register=register, by=request.user, now=timezone.now())


def _pass(request: HttpRequest, contact_id: int) -> Outcome:
    asked_of = _colleague(request.POST.get("asked_of"))
    return pass_on(contact_id, by=request.user, now=timezone.now(), asked_of=asked_of)


def _known_as(request: HttpRequest, contact_id: int) -> Outcome:
    known_as = request.POST.get("known_as", "")
    return call_by(contact_id, known_as=known_as, by=request.user, now=timezone.now())


def _name(request: HttpRequest, contact_id: int) -> Outcome:
    choice = request.POST.get("choice", "")
    return choose_name(contact_id, choice=choice, by=request.user, now=timezone.now())


ANSWERS: dict[str, Callable[[HttpRequest, int], Outcome]] = {
    "informal": _register,
    "formal": _register,
    "pass": _pass,
    "later": lambda request, contact_id: _put_off(contact_id),
    "mine": _owner,
    "owner": _owner,
    "known_as": _known_as,
    "name": _name,
}


def _answer(request: HttpRequest) -> HttpResponse:
    sitting = Sitting.of(request)
    action = "name" if "choice" in request.POST else request.POST.get("action", "")
    if action == "undo":
        outcome = _undo(request, sitting)
    else:
        contact_id = _number(request.POST.get("contact"))
        if action not in ANSWERS or not contact_id:
            raise Http404
        outcome = ANSWERS[action](request, contact_id)
        if outcome.code == "later":
            sitting.later.append(contact_id)
    sitting.note(outcome)
    sitting.keep(request)
    return redirect(_address(outcome.contact_id) if outcome.code in STAYS else reverse("customers:acquaint"))


def _address(contact_id: int) -> str:
    """The page with this person on it, in or out of turn."""
    return f"{reverse('customers:acquaint')}?{urlencode({'now': contact_id})}"


def _undo(request: HttpRequest, sitting: Sitting) -> Outcome:
    if not sitting.steps:
        return Outcome("nothing", 0)
    step = Step(**sitting.steps.pop())
    if step.did == "later":
        sitting.later = [each for each in sitting.later if each != step.contact_id]
        return Outcome("undone", step.contact_id)
    return take_back(step, by=request.user, now=timezone.now())


# --- The page ---


def _page(request: HttpRequest) -> HttpResponse:
    sitting, now = Sitting.of(request), timezone.now()
    told = _told(sitting)
    if not told:
        sitting.start = None  # one sits down anew: better customers may have come in
    counts = standing()
    contact, following = _on_the_desk(request, sitting) if counts.open_count else (None, None)
    context = {
        "contact": contact,
        "following": following,
        "standing": counts,
        "today_count": decided_today(request.user, now=now),
        "told": told,
        "may_undo": bool(sitting.steps),
    }
    if contact:
        context |= _card(contact, request.user)
    elif counts.open_count:
        context["left"] = left_for_others()
    sitting.keep(request)
    return render(request, "customers/acquaint.html", context)


def _on_the_desk(request: HttpRequest, sitting: Sitting) -> tuple[Contact | None, Contact | None]:
    """Return who is shown (whom the address names, else the first of the pile) and who comes after them."""
    named = _number(request.GET.get("now"))
    contact = still_open(named) if named else None
    without = [*sitting.later, contact.pk] if contact else sitting.later
    people = next_people(user=request.user, later=without, start=sitting.start)
    if not people and (sitting.later or sitting.start):
        # The end of the pile: once more from the beginning, with those put off and those who came in meanwhile.
        sitting.later, sitting.start = [], None
        people = next_people(user=request.user, later=[contact.pk] if contact else [])
    if contact:
        return contact, next(iter(people), None)
    # Whoever a colleague asks about comes out of turn: the walk does not go on from there.
    if people and hasattr(people[0], "summary") and not people[0].passes.filter(asked_of=request.user).exists():
        sitting.start = people[0].pk
    return (*people, None, None)[:2]


def _told(sitting: Sitting) -> str:
    """Say what was just done, once."""
    if not sitting.told:
        return ""
    told, sitting.told = sitting.told, {}
    contact = Contact.objects.filter(pk=told["contact_id"], erased_at=None).first()
    return said(told["code"], told["facts"], contact=contact)


def _card(contact: Contact, user: User) -> dict[str, Any]:
    known: Glance = glance(contact, user=user)
    summary = getattr(contact, "summary", None)
    informal, formal = (opening(contact, register) for register in ("informal", "formal"))
    unsure: Opening | None = formal if formal.state != "sure" else informal if informal.state != "sure" else None
    today = timezone.localdate()
    since = contact.customer_since or (summary.first_on if summary else None)
    others = [each for each in colleagues().order_by("first_name", "username") if each.pk != user.pk]
    return {
        "here": _address(contact.pk),
        "glance": known,
        "informal": informal,
        "formal": formal,
        "unsure": unsure,
        "name_unsure": contact.name_confidence < etiquette.SURE,
        "name_keys": list(zip(range(FIRST_NAME_KEY, LAST_NAME_KEY + 1), contact.name_choices, strict=False)),
        "known_as_question": known_as_question(contact, known.known_as) if known.known_as else "",
        "since": day(since, today=today) if since else "",
        "last_on": day(summary.last_on, today=today) if summary else "",
        "usual_product": summary.usual_product if summary else None,
        "others": others,
        "may_be_asked": [each for each in others if each not in known.passed_by],
        "mine": contact.owner_id == user.pk,
    }
