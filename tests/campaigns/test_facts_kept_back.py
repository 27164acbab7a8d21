"""Personal facts keep away from an address that several people read; what was said once is not said again."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.personalisation import personalise, with_facts
from campaigns.personalisation.facts import FACTS
from customers.models import Contact, ContactAddress
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user
from tests.campaigns.facts import SUNDAY, TODAY, make_product, person, regular, values

pytestmark = pytest.mark.django_db
PERSONAL = {fact.key for fact in FACTS if fact.personal}


def reader(**fields) -> Contact:
    """Stamatis with a habit and a line to be quoted."""
    contact = regular(make_contact(STAMATIS, **fields), usual_product=make_product(), usual_count=9)
    contact.interactions.create(happened_at=NOW, quotable="Χαρήκαμε για τη Δάφνη.")
    return contact


def test_personal_facts_keep_away_from_an_address_that_another_reads_too():
    contact = reader()
    make_contact(ELENI, email=STAMATIS["email"])

    told = person(contact)

    assert not any(told.values[key] for key in PERSONAL)
    assert set(told.silenced.values()) == {"shared_address"}
    assert {"quotable", "usual_day", "years_with_us", "your_usual_product_accusative"} <= set(told.silenced)
    assert not set(told.sources) & PERSONAL
    assert told.values["first_name"] == "Σταμάτη"


def test_an_address_written_otherwise_is_the_same_address():
    contact = reader()
    make_contact(ELENI, email=STAMATIS["email"].upper())

    assert values(contact)["quotable"] == ""


def test_a_company_and_a_further_address_read_along():
    contact = reader()
    company = make_contact(kind="company", company_name="Καφές Α.Ε.", gender="c", email="info@shop.example")
    ContactAddress.objects.create(
        contact=company, email=contact.email, email_key=contact.email_key, address_digest=contact.address_digest
    )

    assert person(contact).silenced["quotable"] == "shared_address"


@pytest.mark.parametrize(
    "gone", [{"erased_at": NOW}, {"deceased": True}, {"stopped_reason": "deceased", "stopped_at": NOW}]
)
def test_who_is_gone_does_not_read_along(gone):
    contact = reader()
    make_contact(ELENI, email=STAMATIS["email"], **gone)

    assert values(contact)["quotable"] == "Χαρήκαμε για τη Δάφνη."


def test_ones_own_further_address_is_no_other_reader():
    contact = reader()
    ContactAddress.objects.create(
        contact=contact, email=contact.email, email_key=contact.email_key, address_digest=contact.address_digest
    )

    assert values(contact)["quotable"] == "Χαρήκαμε για τη Δάφνη."


def test_whoever_is_ticked_reads_personal_lines_at_a_shared_address_and_the_other_does_not():
    contact = reader(personal_at_shared=True)
    other = regular(make_contact(ELENI, email=STAMATIS["email"]))

    assert values(contact)["quotable"] == "Χαρήκαμε για τη Δάφνη."
    assert person(other).silenced["usual_day"] == "shared_address"


def test_a_colleague_ticks_it_on_the_card(client):
    contact = make_contact(STAMATIS)
    client.force_login(make_user())
    page = reverse("customers:person-edit", args=[contact.pk])
    typed = client.get(page).context["form"].initial | {"personal_at_shared": "on"}

    client.post(page, {name: value for name, value in typed.items() if value not in (None, False)})

    contact.refresh_from_db()
    assert contact.personal_at_shared


def test_many_without_an_address_share_nothing():
    contact = reader(email="")
    make_contact(email="")

    assert values(contact)["quotable"] == "Χαρήκαμε για τη Δάφνη."


def promise(contact: Contact, *, done_at=NOW - timedelta(days=20), answer="Η μηχανή είναι έτοιμη.", **fields):
    return contact.follow_ups.create(
        text="να φτιάξουμε τη μηχανή", due_on=TODAY, done_at=done_at, done_by=make_user(), answer=answer, **fields
    )


def test_a_promise_kept_is_answered_with_the_newest_answer():
    contact = make_contact(STAMATIS)
    promise(contact, done_at=NOW - timedelta(days=40), answer="Το μύλο τον βρήκαμε.")
    newest = promise(contact)

    told = person(contact)

    assert told.values["promise_answer"] == "Η μηχανή είναι έτοιμη."
    assert told.sources["promise_answer"] == newest.pk


@pytest.mark.parametrize(
    "unfit",
    [{"answer": ""}, {"kind": "call"}, {"done_at": NOW - timedelta(days=62)}, {"done_at": None}],
)
def test_what_is_open_old_or_no_promise_is_not_answered(unfit):
    contact = make_contact(STAMATIS)
    row = promise(contact)
    changes = unfit | ({"done_by": None} if "done_at" in unfit and unfit["done_at"] is None else {})
    contact.follow_ups.filter(pk=row.pk).update(**changes)

    assert values(contact)["promise_answer"] == ""


def test_an_answer_that_has_left_in_a_letter_is_not_told_again():
    contact = make_contact(STAMATIS)
    row = promise(contact)
    letter = make_letter(make_campaign(state="sending"), contact)
    letter.body.sources = {"promise_answer": row.pk}
    letter.body.save(update_fields=["sources"])
    before = values(contact)["promise_answer"]
    letter.state, letter.sent_at = "sent", NOW
    letter.save(update_fields=["state", "sent_at"])

    assert before == "Η μηχανή είναι έτοιμη."
    assert values(contact)["promise_answer"] == ""


def test_only_the_facts_asked_for_are_read():
    told = person(reader(), facts={"salutation", "quotable"})

    assert told.values == {"salutation": "Αγαπητέ κύριε Παπαδόπουλε,", "quotable": "Χαρήκαμε για τη Δάφνη."}


def _statements(facts, people: int) -> int:
    for _number in range(people):
        regular(make_contact(), usual_product=make_product(f"καφέ{Contact.objects.count()}"), usual_count=9)
    contacts = list(with_facts(Contact.objects.all()))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        personalise(contacts, occasion="christmas", wish_on=SUNDAY, today=TODAY, facts=facts)
    return len(queries)


def test_the_number_of_statements_does_not_grow_with_the_people():
    assert _statements(None, 2) == _statements(None, 5)


def test_a_greeting_without_facts_asks_nothing():
    assert _statements({"salutation", "signature", "wish", "city"}, 2) == 0


@pytest.mark.parametrize(
    ("occasion", "on", "language", "wish"),
    [
        ("christmas", date(2026, 12, 20), "el", "καλά Χριστούγεννα"),
        ("easter", date(2027, 5, 2), "el", "Χριστός Ανέστη"),
        ("christmas", date(2026, 12, 20), "en", "merry Christmas"),
        ("new_year", date(2026, 12, 30), "en", "a happy New Year"),
        ("other", date(2026, 12, 20), "el", ""),
    ],
)
def test_a_wish_stands_in_the_middle_of_a_sentence(occasion, on, language, wish):
    contact = make_contact(STAMATIS, language=language)

    assert values(contact, occasion=occasion, wish_on=on)["wish"] == wish


def test_a_town_stands_with_its_article():
    told = values(make_contact(STAMATIS, city="ΒΟΛΟΣ"))

    assert (told["city"], told["in_city"]) == ("Βόλος", "στον Βόλο")
    assert values(make_contact(language="en", city="Βόλος"))["in_city"] == "in Volos"
    assert values(make_contact(ELENI, city="Άνω Χωριό"))["in_city"] == ""


def test_an_english_letter_names_a_greek_town_in_its_own_letters():
    assert values(make_contact(language="en", city="ΒΟΛΟΣ"))["city"] == "Volos"
    assert values(make_contact(language="en", city="Βόλος"))["city"] == "Volos"
