"""Everything that keeps a waiting letter from leaving because of its person, each as one call on that letter."""

from collections.abc import Callable
from datetime import date

from django.contrib.admin.sites import site
from django.db import transaction
from django.test import RequestFactory

from campaigns.models import Message
from campaigns.unsubscribing import unsubscribe
from customers.consent import stop_letters
from customers.models import Contact, ServiceCase, User
from customers.services.contacts import edit_contact
from tests.builders import NOW


def _colleague() -> User:
    return User.objects.order_by("pk")[0]


def _edited(**changes: object) -> Callable[[Message], object]:
    def edit(letter: Message) -> object:
        contact = Contact.objects.get(pk=letter.contact_id)
        return edit_contact(contact, changes=changes, by=_colleague(), now=NOW)

    return edit


def _by_a_colleague(letter: Message) -> None:
    stop_letters(Contact.objects.get(pk=letter.contact_id), by=_colleague(), now=NOW)


@transaction.atomic
def _by_a_case(letter: Message) -> None:
    """As the page of a case does it."""
    request = RequestFactory().post("/")
    request.user = _colleague()
    case = ServiceCase(contact_id=letter.contact_id, opened_at=NOW)
    site.get_model_admin(ServiceCase).save_model(request, case, form=None, change=False)


STOPS: dict[str, Callable[[Message], object]] = {
    "one click in a letter": lambda letter: unsubscribe(letter.address_digest, now=NOW),
    "a colleague stops": _by_a_colleague,
    "a case is opened": _by_a_case,
    "in mourning": _edited(mourning_until=date(2027, 3, 1)),
    "deceased": _edited(deceased=True),
    "no person after all": _edited(kind=Contact.Kind.PLACEHOLDER),
    "another address": _edited(email="elsewhere@shop.example"),
}
