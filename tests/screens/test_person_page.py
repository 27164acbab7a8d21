"""A person's page: what we know, how we address them, what happened, and what a colleague may do."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from customers import timeline
from customers.models import Contact, FollowUp, Interaction, Product, Purchase, PurchaseLine, ServiceCase
from customers.purchases import recompute_summaries
from customers.timeline import Side, TimelineEntry
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def stamatis():
    return make_contact(STAMATIS, city="Θεσσαλονίκη")


def page_of(client, contact) -> str:
    response = client.get(reverse("customers:person-detail", args=[contact.pk]))
    assert response.status_code == 200
    return response.content.decode()


def buy(contact, *, on: date, total: str, number: str) -> Purchase:
    product, _made = Product.objects.get_or_create(key="espresso", defaults={"raw_name": "ΕΣΠΡΕΣΟ", "name": "εσπρέσο"})
    purchase = Purchase.objects.create(contact=contact, document_number=number, purchased_on=on, total=Decimal(total))
    PurchaseLine.objects.create(purchase=purchase, product=product, amount=Decimal(total))
    recompute_summaries(contact_ids=[contact.pk])
    return purchase


def test_both_openings_are_shown_and_the_present_one_comes_first(desk, stamatis):
    page = page_of(desk, stamatis)

    assert page.index("«Αγαπητέ κύριε Παπαδόπουλε,»") < page.index("Αγαπητέ Σταμάτη,")


def test_one_click_changes_to_the_singular(desk, stamatis):
    desk.post(reverse("customers:person-register", args=[stamatis.pk]), {"register": "informal"})

    assert "«Αγαπητέ Σταμάτη,»" in page_of(desk, stamatis)


def test_a_register_that_does_not_exist_is_refused(desk, stamatis):
    response = desk.post(reverse("customers:person-register", args=[stamatis.pk]), {"register": "rude"})

    assert response.status_code == 404


def test_an_opening_typed_by_hand_is_used_word_for_word(desk, stamatis):
    Contact.objects.filter(pk=stamatis.pk).update(salutation_typed="Καπετάνιε,")

    assert "«Καπετάνιε,»" in page_of(desk, stamatis)


def test_purchases_say_up_to_when_they_are_known(desk, stamatis):
    buy(stamatis, on=date(2026, 11, 6), total="12.40", number="ΤΠΥ-1")
    buy(stamatis, on=date(2026, 11, 14), total="1222.16", number="ΤΠΥ-2")

    page = page_of(desk, stamatis)

    assert "Purchases up to 14 November 2026" in page
    assert "1,234.56\u00a0€" in page
    assert page.index("ΤΠΥ-2") < page.index("ΤΠΥ-1")


def test_amounts_are_written_the_greek_way_on_greek_screens(client, anna, stamatis):
    client.force_login(anna)
    buy(stamatis, on=date(2026, 11, 14), total="1234.56", number="ΤΠΥ-2")

    assert "1.234,56\u00a0€" in page_of(client, stamatis)


def test_a_note_is_kept_with_its_private_words_apart(desk, stamatis, anna):
    desk.post(
        reverse("customers:note-add", args=[stamatis.pk]),
        {"kind": "visit", "private_text": "Παραπονέθηκε για τη γυναίκα του.", "quotable": "Χαρήκαμε που σας είδαμε."},
    )

    note = Interaction.objects.get()
    assert (note.kind, note.author) == ("visit", anna)
    assert note.private_text == "Παραπονέθηκε για τη γυναίκα του."
    assert note.quotable == "Χαρήκαμε που σας είδαμε."
    page = page_of(desk, stamatis)
    assert "Παραπονέθηκε" in page
    assert "«Χαρήκαμε που σας είδαμε.»" in page


def test_an_empty_note_is_answered_on_the_page(desk, stamatis):
    response = desk.post(reverse("customers:note-add", args=[stamatis.pk]), {"kind": "note", "private_text": " "})

    assert response.status_code == 422
    assert "Write something first." in response.content.decode()
    assert not Interaction.objects.exists()


def test_words_of_a_note_are_shown_as_text(desk, stamatis):
    Interaction.objects.create(contact=stamatis, happened_at=NOW, private_text="<b onclick=x>Ρίτα</b>\nδεύτερη γραμμή")

    page = page_of(desk, stamatis)

    assert "&lt;b onclick=x&gt;Ρίτα&lt;/b&gt;<br>" in page


def test_open_cases_and_promises_stand_above_the_history(desk, stamatis, anna):
    ServiceCase.objects.create(contact=stamatis, what_happened="Ψιλοαλεσμένος.", opened_at=NOW, owner=anna)
    FollowUp.objects.create(contact=stamatis, text="Αν ήρθε ο καφές Αιθιοπίας", due_on=date(2026, 11, 20), owner=anna)

    page = page_of(desk, stamatis)

    assert page.index("Ψιλοαλεσμένος.") < page.index("What happened between us")
    assert page.index("Αν ήρθε ο καφές Αιθιοπίας") < page.index("What happened between us")
    assert "We send no letters: an open complaint" in page


def test_apps_above_add_their_letters_to_the_history(desk, stamatis, monkeypatch):
    def letters(contact, limit):
        at = NOW - timedelta(days=1)
        yield TimelineEntry(at=at, title="Letter for Christmas", side=Side.US, url="/letters/1/", url_label="letter")

    monkeypatch.setattr(timeline, "_sources", list(timeline._sources))
    timeline.register(letters)
    Interaction.objects.create(contact=stamatis, happened_at=NOW, private_text="νεότερο")
    Interaction.objects.create(contact=stamatis, happened_at=NOW - timedelta(days=2), private_text="παλιότερο")

    page = page_of(desk, stamatis)

    assert page.index("νεότερο") < page.index("Letter for Christmas") < page.index("παλιότερο")
    assert '<a href="/letters/1/">letter</a>' in page


def test_what_a_list_left_open_is_asked_and_settled_by_a_person(desk):
    contact = make_contact(STAMATIS, needs_look=True, look_reasons=[{"code": "order_unsure", "facts": {}}])

    assert "first name and surname may be the other way round" in page_of(desk, contact)
    desk.post(reverse("customers:person-settle", args=[contact.pk]))

    contact.refresh_from_db()
    assert not contact.needs_look


@pytest.mark.parametrize(
    ("choices", "choice", "name"),
    [
        (["Παππάς", "Πάππας"], "Πάππας", ("Γιώργος", "Πάππας")),
        (["Γιώργος Παππάς", "Παππάς Γιώργος"], "Παππάς Γιώργος", ("Παππάς", "Γιώργος")),
        (["Παππάς", "Πάππας"], "Somebody else", ("Γιώργος", "Παππάς")),
    ],
)
def test_one_press_says_which_reading_is_right(desk, choices, choice, name):
    unsure = {"name_confidence": 0.8, "name_reason": "ambiguous_accent", "name_choices": choices}
    contact = make_contact(first_name="Γιώργος", last_name="Παππάς", **unsure)

    assert f'name="choice" value="{choices[1]}"' in page_of(desk, contact)
    desk.post(reverse("customers:person-settle", args=[contact.pk]), {"choice": choice})

    contact.refresh_from_db()
    assert (contact.first_name, contact.last_name) == name
    assert (contact.name_confidence, contact.name_choices) == (1.0, [])


def test_a_correction_is_kept_as_typed(desk, stamatis):
    response = desk.post(
        reverse("customers:person-edit", args=[stamatis.pk]),
        form_data(stamatis, known_as="Τάκης", email="takis@shop.example"),
        follow=True,
    )

    assert "Kept as you typed it." in response.content.decode()
    stamatis.refresh_from_db()
    assert (stamatis.known_as, stamatis.email_key) == ("Τάκης", "takis@shop.example")
    assert stamatis.typed_fields == ["email", "known_as"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "maria(at)mail.example", "Perhaps maria@mail.example?"),
        ("email", "maria", "“maria” is not an e-mail address."),
        ("mobile", "12", "“12” is not a phone number."),
    ],
)
def test_what_cannot_be_right_is_answered_with_what_to_write(desk, stamatis, field, value, sentence):
    response = desk.post(reverse("customers:person-edit", args=[stamatis.pk]), form_data(stamatis, **{field: value}))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    stamatis.refresh_from_db()
    assert stamatis.typed_fields == []


def test_a_contact_is_made_by_hand(desk):
    typed = form_data(first_name="Μαρία", last_name="Ιωάννου")

    response = desk.post(reverse("customers:person-add"), typed, follow=True)

    assert "Αγαπητή κυρία Ιωάννου," in response.content.decode()


def test_a_contact_without_any_name_is_refused(desk):
    response = desk.post(reverse("customers:person-add"), form_data(email="who@shop.example"))

    assert response.status_code == 422
    assert not Contact.objects.exists()


@pytest.mark.parametrize("number", [0, 999, 99999999999999999999999])
def test_an_unknown_person_is_a_page_that_does_not_exist(desk, number):
    assert desk.get(f"/people/{number}/").status_code == 404


def test_an_erased_person_has_no_page(desk, stamatis):
    Contact.objects.filter(pk=stamatis.pk).update(erased_at=NOW)

    assert desk.get(reverse("customers:person-detail", args=[stamatis.pk])).status_code == 404


def test_a_person_with_a_long_history_takes_no_statement_per_line(desk, stamatis, django_assert_max_num_queries):
    for number in range(12):
        buy(stamatis, on=date(2026, 1, 1 + number), total="5.00", number=f"ΤΠΥ-{number}")
        Interaction.objects.create(contact=stamatis, happened_at=NOW, private_text="x", author=make_user())

    with django_assert_max_num_queries(30):
        page_of(desk, stamatis)


def form_data(contact: Contact | None = None, **changes) -> dict:
    """What the form posts: everything it shows, with the changes."""
    contact = contact or Contact()
    fields = ("kind", "first_name", "last_name", "company_name", "known_as", "gender", "salutation_typed", "email",
              "phone", "mobile", "street", "postcode", "city", "language")  # fmt: skip
    data = {field: getattr(contact, field) for field in fields}
    data |= {"is_customer": "on", "owner": contact.owner_id or ""}
    return data | changes


def test_a_colleague_looks_after_a_contact(desk, anna):
    eleni = make_contact(ELENI)

    desk.post(reverse("customers:person-edit", args=[eleni.pk]), form_data(eleni, owner=anna.pk))

    eleni.refresh_from_db()
    assert eleni.owner == anna


def test_mourning_is_set_and_taken_back_on_the_card(desk, stamatis):
    edit = reverse("customers:person-edit", args=[stamatis.pk])

    desk.post(edit, form_data(stamatis, mourning_until="2099-03-31"))
    assert "We send no letters: mourning until 31 March 2099" in page_of(desk, stamatis)

    desk.post(edit, form_data(stamatis))
    assert "We send no letters" not in page_of(desk, stamatis)


def test_a_company_is_not_offered_a_singular_it_does_not_have(desk):
    company = make_contact(kind="company", first_name="", last_name="", gender="c", company_name="Το Λιμάνι Ι.Κ.Ε.")

    page = page_of(desk, company)

    assert "«Αγαπητοί συνεργάτες,»" in page
    assert "In the singular it would be" not in page
