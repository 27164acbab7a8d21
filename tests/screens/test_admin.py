"""Django admin for admins of the house: the same services as the screens, and what nobody changes there."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from customers import consent
from customers.models import (
    AuditEntry,
    Contact,
    Product,
    Purchase,
    PurchaseLine,
    PurchaseSummary,
    ServiceCase,
    Suppression,
    User,
)
from customers.search import index_contacts, search_contacts
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user

pytestmark = pytest.mark.django_db
NO_ROWS = {f"{rows}-{count}_FORMS": "0" for rows in ("codes", "addresses") for count in ("TOTAL", "INITIAL")}
CASE = {"source": "staff", "opened_at_0": "2026-11-20", "opened_at_1": "10:00"}


def contact_form(contact: Contact, **changes) -> dict:
    fields = ("kind", "first_name", "last_name", "gender", "email", "city", "language")
    return {field: getattr(contact, field) for field in fields} | {"is_customer": "on"} | NO_ROWS | changes


def test_the_search_of_the_admin_forgives_like_ours(office):
    contacts = [make_contact(STAMATIS), make_contact(ELENI)]
    index_contacts(contact.pk for contact in contacts)

    page = office.get(reverse("admin:customers_contact_changelist"), {"q": "papadop"}).content.decode()

    assert "Σταμάτης Παπαδόπουλος" in page
    assert "Ελένη Βλάχου" not in page


def test_a_contact_changed_in_the_admin_is_typed_noted_and_found(office, nikos):
    contact = make_contact(STAMATIS)

    office.post(
        reverse("admin:customers_contact_change", args=[contact.pk]),
        contact_form(contact, last_name="Παπάς", email="new@shop.example"),
    )

    contact.refresh_from_db()
    assert (contact.last_name, contact.email_key) == ("Παπάς", "new@shop.example")
    assert contact.typed_fields == ["email", "last_name"]
    assert list(search_contacts("papas")) == [contact]
    assert AuditEntry.objects.get(verb="edit_contact").actor_id == nikos.pk


def test_a_death_noted_in_the_admin_stops_letters_that_wait(office, monkeypatch):
    told = []
    monkeypatch.setattr(consent, "_stop_hooks", [])
    consent.register_stop_hook(lambda ids, digest, code: told.append((list(ids), code)))
    contact = make_contact(STAMATIS)

    office.post(reverse("admin:customers_contact_change", args=[contact.pk]), contact_form(contact, deceased="on"))

    assert told == [([contact.pk], "deceased")]


def test_a_contact_made_in_the_admin_is_found_by_its_code(office):
    rows = {"codes-TOTAL_FORMS": "1", "codes-0-code": "Χ-77", "codes-0-source": ""}

    response = office.post(
        reverse("admin:customers_contact_add"),
        contact_form(Contact(first_name="Μαρία", last_name="Ιωάννου"), **rows),
    )

    assert response.status_code == 302
    assert [contact.name for contact in search_contacts("χ 77")] == ["Μαρία Ιωάννου"]


def test_a_case_opened_in_the_admin_stops_cheerful_letters_that_wait(office, monkeypatch):
    told = []
    monkeypatch.setattr(consent, "_stop_hooks", [])
    consent.register_stop_hook(lambda ids, digest, code: told.append((list(ids), code)))
    contact = make_contact(STAMATIS)

    office.post(
        reverse("admin:customers_servicecase_add"),
        CASE | {"contact": contact.pk, "state": "open"},
    )

    assert told == [([contact.pk], "complaint")]
    case = ServiceCase.objects.get()
    office.post(
        reverse("admin:customers_servicecase_change", args=[case.pk]),
        CASE | {"contact": contact.pk, "state": "solved"},
    )
    case.refresh_from_db()
    assert case.solved_at is not None


@pytest.mark.parametrize("model", ["contact", "user", "suppression", "auditentry", "importbatch", "servicecase"])
def test_what_other_rows_rest_on_cannot_be_deleted_by_hand(office, nikos, model):
    page = office.get(reverse(f"admin:customers_{model}_changelist")).content.decode()

    assert "delete_selected" not in page


def test_suppressions_and_the_trail_are_only_read(office, nikos):
    suppression = Suppression.objects.create(address_digest="0" * 64, reason="unsubscribed", since=NOW)
    entry = AuditEntry.objects.create(at=NOW, verb="stop_letters")

    for model, row in (("suppression", suppression), ("auditentry", entry)):
        place = reverse(f"admin:customers_{model}_change", args=[row.pk])
        assert office.get(place).status_code == 200
        assert office.post(place, {"reason": "hard_bounce"}).status_code == 403
        assert office.get(reverse(f"admin:customers_{model}_add")).status_code == 403


def test_a_purchase_changed_in_the_admin_changes_the_summary(office):
    contact = make_contact(STAMATIS)
    product = Product.objects.create(key="espresso", raw_name="ΕΣΠΡΕΣΟ")
    purchase = Purchase.objects.create(contact=contact, purchased_on=date(2026, 1, 2), total=Decimal("5.00"))
    line = PurchaseLine.objects.create(purchase=purchase, product=product, amount=Decimal("5.00"))

    office.post(
        reverse("admin:customers_purchase_change", args=[purchase.pk]),
        {"contact": contact.pk, "document_number": "", "purchased_on": "2026-01-03", "total": "7.50", "currency": "EUR",
         "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "1", "lines-0-id": line.pk, "lines-0-purchase": purchase.pk,
         "lines-0-product": product.pk, "lines-0-quantity": "1", "lines-0-amount": "7.50"},
    )  # fmt: skip

    assert PurchaseSummary.objects.get(contact=contact).total == Decimal("7.50")


def test_giving_a_colleague_the_admin_role_opens_the_admin_and_taking_it_closes_it(office):
    eleni = make_user("eleni", role="manager")
    groups = {group.name: group.pk for group in eleni.groups.model.objects.all()}
    form = {"username": "eleni", "is_active": "on", "date_joined_0": "2026-01-01", "date_joined_1": "10:00"}
    place = reverse("admin:customers_user_change", args=[eleni.pk])

    office.post(place, form | {"groups": [groups["admin"]]})
    assert User.objects.get(pk=eleni.pk).is_staff

    office.post(place, form | {"groups": [groups["staff"]]})
    assert not User.objects.get(pk=eleni.pk).is_staff


def test_an_admin_cannot_make_a_superuser_or_touch_one(office):
    chief = User.objects.create(username="chief", is_superuser=True, is_staff=True)
    eleni = make_user("eleni", role="manager")
    form = {"username": "eleni", "is_active": "on", "is_superuser": "on"}

    office.post(reverse("admin:customers_user_change", args=[eleni.pk]), form)

    assert not User.objects.get(pk=eleni.pk).is_superuser
    assert office.post(reverse("admin:customers_user_change", args=[chief.pk]), form).status_code == 403
    assert office.get(reverse("admin:auth_user_password_change", args=[chief.pk])).status_code == 403


def test_a_product_corrected_in_the_admin_counts_as_seen(office, nikos):
    product = Product.objects.create(key="espresso", raw_name="ΕΣΠΡΕΣΟ 1KG")

    office.post(
        reverse("admin:customers_product_change", args=[product.pk]),
        {"raw_name": product.raw_name, "name": "εσπρέσο", "gender": "m", "number": "s", "may_be_mentioned": "on"},
    )

    product.refresh_from_db()
    assert (product.name, product.seen_by) == ("εσπρέσο", nikos)
