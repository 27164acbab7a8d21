"""Who did what when: what is written into the audit trail, and that nobody changes it afterwards."""

from importlib import import_module

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import reverse

from customers import admin_imports, tasks
from customers.audit import record
from customers.models import AuditDetail, AuditEntry, Contact, ContactCode, FollowUp, Product, Tag, User
from tests.builders import NOW, PASSWORD, STAMATIS, make_contact, make_user
from tests.imports.lists import customer
from tests.imports.steps import rehearse

pytestmark = pytest.mark.django_db
triggers = import_module("customers.migrations.0003_audit_is_append_only")
ROWS = ("codes", "addresses")


@pytest.fixture
def nikos():
    return make_user("nikos", role="admin")


@pytest.fixture
def office(client, nikos):
    client.force_login(nikos)
    return client


def trail(*verbs: str) -> list[tuple]:
    """What was done, by whom, to which row, with which facts; without `verbs` everything but logins."""
    entries = AuditEntry.objects.exclude(verb="log_in") if not verbs else AuditEntry.objects.filter(verb__in=verbs)
    return list(entries.order_by("id").values_list("verb", "actor_id", "object_id", "facts"))


# --- Nobody changes it ---


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries.update(verb="nothing"),
        lambda entries: entries.delete(),
        lambda entries: entries.bulk_update(list(entries), ["verb"]),
        lambda entries: AuditEntry.objects.bulk_create(
            list(entries), update_conflicts=True, unique_fields=["id"], update_fields=["verb"]
        ),
        lambda entries: entries.get().save(),
        lambda entries: entries.get().delete(),
        lambda entries: AuditEntry.objects.update_or_create(pk=entries.get().pk, defaults={"verb": "nothing"}),
    ],
)
def test_no_code_of_ours_changes_an_entry(change):
    record("pause_campaign", actor=None, now=NOW)

    with pytest.raises(ValueError, match="An audit entry is"):
        change(AuditEntry.objects.all())

    assert AuditEntry.objects.get().verb == "pause_campaign"


@pytest.fixture
def kept_by_the_database():
    """On SQLite the tests do without one of the triggers (tests/conftest.py): it is made again, for one test."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(triggers.SQLITE["customers_auditentry_no_delete"])


@pytest.mark.parametrize(
    "statement", ["UPDATE customers_auditentry SET verb = 'nothing'", "DELETE FROM customers_auditentry"]
)
def test_the_database_refuses_what_goes_round_our_code(kept_by_the_database, statement):
    record("pause_campaign", actor=None, now=NOW)

    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEntry.objects.get().verb == "pause_campaign"


def test_a_plain_query_set_is_refused_by_the_database(kept_by_the_database):
    record("pause_campaign", actor=None, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(AuditEntry).update(verb="nothing")


def test_the_readable_words_of_an_entry_may_be_erased(kept_by_the_database):
    record("add_note", actor=None, now=NOW, text="Words about a person")

    AuditDetail.objects.all().delete()

    assert AuditEntry.objects.count() == 1


# --- Coming and going ---


@pytest.mark.parametrize("door", ["login", "admin:login"])
def test_coming_in_and_leaving_are_noted(nikos, door):
    browser = Client()

    browser.post(reverse(door), {"username": "nikos", "password": PASSWORD})
    browser.post(reverse("logout"))

    assert trail("log_in", "log_out") == [("log_in", nikos.pk, nikos.pk, {}), ("log_out", nikos.pk, nikos.pk, {})]


def test_a_failed_login_is_noted_without_what_was_typed(client, nikos):
    client.post(reverse("login"), {"username": "nikos", "password": "my-secret-guess"})
    client.post(reverse("login"), {"username": "my-secret-guess", "password": "x"})

    assert trail() == [("fail_to_log_in", None, nikos.pk, {}), ("fail_to_log_in", None, None, {})]
    assert "my-secret-guess" not in str(list(AuditEntry.objects.values_list()))


# --- By hand in the admin ---


def change_user(office, user: User, *, roles: tuple[str, ...], **changes):
    form = {"username": user.username, "is_active": "on", "date_joined_0": "2026-01-01", "date_joined_1": "10:00"}
    groups = list(Group.objects.filter(name__in=roles).values_list("pk", flat=True))
    return office.post(reverse("admin:customers_user_change", args=[user.pk]), form | {"groups": groups} | changes)


def test_a_role_given_and_a_role_taken_are_noted(office, nikos):
    eleni = make_user("eleni", role="staff")

    change_user(office, eleni, roles=("manager",))

    assert trail("give_role", "take_role") == [
        ("give_role", nikos.pk, eleni.pk, {"role": "manager"}),
        ("take_role", nikos.pk, eleni.pk, {"role": "staff"}),
    ]


def test_an_account_made_closed_and_opened_is_noted(office, nikos):
    new = {"username": "maria", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    office.post(reverse("admin:customers_user_add"), new)
    maria = User.objects.get(username="maria")

    change_user(office, maria, roles=(), is_active="")
    change_user(office, maria, roles=())

    verbs = ("add_user", "close_account", "open_account")
    assert trail(*verbs) == [(verb, nikos.pk, maria.pk, {}) for verb in verbs]


def test_a_password_set_by_another_is_noted_once_and_never_written_down(office, nikos):
    eleni = make_user("eleni")
    page = reverse("admin:auth_user_password_change", args=[eleni.pk])
    new = {"usable_password": "true", "password1": "tria-poulakia", "password2": "tria-poulakia"}

    office.get(page)
    office.post(page, new | {"password2": "something else"})
    office.post(page, new)

    assert trail("set_password") == [("set_password", nikos.pk, eleni.pk, {})]
    assert "poulakia" not in str(list(AuditEntry.objects.values_list()))


def test_products_and_tags_leave_ids_and_names_of_fields(office, nikos):
    product = Product.objects.create(key="espresso", raw_name="ΕΣΠΡΕΣΟ 1KG")
    office.post(
        reverse("admin:customers_product_change", args=[product.pk]),
        {"raw_name": product.raw_name, "name": "εσπρέσο", "gender": "m", "number": "s", "may_be_mentioned": "on"},
    )
    office.post(reverse("admin:customers_tag_add"), {"name": "γειτονιά"})
    tag = Tag.objects.get()
    office.post(reverse("admin:customers_tag_delete", args=[tag.pk]), {"post": "yes"})
    others = [Tag.objects.create(name=name) for name in ("ένα", "δύο")]
    office.post(
        reverse("admin:customers_tag_changelist"),
        {"action": "delete_selected", "_selected_action": [each.pk for each in others], "post": "yes"},
    )

    verbs = [(verb, object_id) for verb, _actor, object_id, _facts in trail()]
    assert verbs[:3] == [("edit_product", product.pk), ("add_tag", tag.pk), ("delete_tag", tag.pk)]
    assert sorted(verbs[3:]) == sorted(("delete_tag", each.pk) for each in others)
    fields = AuditEntry.objects.get(verb="edit_product").facts["fields"]
    assert {"name", "may_be_mentioned"} <= set(fields)
    assert "εσπρέσο" not in str(list(AuditEntry.objects.values_list("facts", flat=True)))
    assert {entry.actor_id for entry in AuditEntry.objects.all()} == {nikos.pk}


def test_a_case_and_a_follow_up_name_the_person_they_are_about(office):
    contact = make_contact(STAMATIS)
    opened = {"opened_at_0": "2026-11-20", "opened_at_1": "10:00"}

    office.post(
        reverse("admin:customers_servicecase_add"),
        opened | {"contact": contact.pk, "state": "open", "source": "staff", "what_happened": "Χαλασμένος μύλος"},
    )
    office.post(
        reverse("admin:customers_followup_add"),
        {"contact": contact.pk, "kind": FollowUp.Kind.values[0], "text": "Νέος μύλος", "due_on": "2026-12-01"},
    )

    about = AuditEntry.objects.filter(person_key=contact.person_key).order_by("id")
    assert [entry.verb for entry in about] == ["add_servicecase", "add_followup"]
    assert "μύλος" not in str(list(about.values_list("facts", flat=True)))


def test_a_code_of_a_person_changed_by_hand_is_noted_beside_their_fields(office):
    contact = make_contact(STAMATIS)
    code = ContactCode.objects.create(contact=contact, code="Χ-1")
    form = {f"{rows}-{count}_FORMS": "0" for rows in ROWS for count in ("TOTAL", "INITIAL")}
    fields = ("kind", "first_name", "last_name", "gender", "email", "city", "language")
    form |= {field: getattr(contact, field) for field in fields} | {"is_customer": "on"}
    row = {"id": code.pk, "contact": contact.pk, "code": "Χ-2", "source": ""}
    form |= {"codes-TOTAL_FORMS": "1", "codes-INITIAL_FORMS": "1"} | {f"codes-0-{k}": v for k, v in row.items()}

    office.post(reverse("admin:customers_contact_change", args=[contact.pk]), form)

    assert ContactCode.objects.get().code == "Χ-2"
    assert [facts for _verb, _actor, _id, facts in trail("edit_contact")][-1] == {"fields": ["codes"]}


# --- Long lists ---


@pytest.fixture
def everything_is_long(monkeypatch):
    monkeypatch.setattr(admin_imports, "AT_ONCE", 0)
    monkeypatch.setattr(admin_imports, "ring_import", lambda **told: None)


def test_a_long_list_names_who_pressed_the_button_not_who_brought_it(everything_is_long):
    browsers, users = {}, {}
    for name in ("maria", "nikos", "eleni"):
        users[name], browsers[name] = make_user(name, role="admin"), Client()
        browsers[name].force_login(users[name])
    batch = rehearse(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ"))
    batch.created_by = users["maria"]
    batch.save(update_fields=["created_by"])

    browsers["nikos"].post(f"/admin/customers/importbatch/{batch.pk}/apply/")
    tasks.apply_import(batch_id=batch.pk)
    browsers["eleni"].post(f"/admin/customers/importbatch/{batch.pk}/undo/")
    tasks.undo_import(batch_id=batch.pk)

    assert not Contact.objects.exists()
    done = [(verb, actor_id) for verb, actor_id, _id, _facts in trail("import_list", "undo_list")]
    assert done == [("import_list", users["nikos"].pk), ("undo_list", users["eleni"].pk)]


def test_a_list_that_is_coming_in_keeps_its_asker(everything_is_long, office, nikos):
    batch = rehearse(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ"))
    office.post(f"/admin/customers/importbatch/{batch.pk}/apply/")
    type(batch).objects.filter(pk=batch.pk).update(state="applying", lease_until="2026-01-01T00:00Z")
    second = Client()
    second.force_login(make_user("eleni", role="admin"))

    second.post(f"/admin/customers/importbatch/{batch.pk}/apply/")
    tasks.apply_import(batch_id=batch.pk)

    assert [actor_id for _verb, actor_id, _id, _facts in trail("import_list")] == [nikos.pk]
