"""Each fact of a letter comes from a row of its reader, and the opening is today's."""

from datetime import date

import pytest

from campaigns.models import LetterReview, MessageBody
from campaigns.review.guard import Inspected, inspect
from customers.models import FollowUp, Household, Interaction, Product, Purchase, PurchaseLine
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user
from tests.campaigns.facts import make_product, regular
from tests.review.guarding import TEMPLATE, TODAY, codes, findings, letter_to, person_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stamatis():
    return make_contact(STAMATIS)


@pytest.fixture
def eleni():
    return make_contact(ELENI)


def say(contact, line="Χαρήκαμε για τη Δάφνη.", **fields) -> Interaction:
    return Interaction.objects.create(contact=contact, happened_at=NOW, quotable=line, **fields)


def promise(contact) -> FollowUp:
    return FollowUp.objects.create(
        contact=contact, text="x", due_on=TODAY, done_at=NOW, done_by=make_user(), answer="Ήρθε ο μύλος."
    )


def test_a_letter_of_own_facts_may_leave(stamatis):
    product = make_product()
    contact = regular(stamatis, usual_product=product, usual_count=9)
    line, answer = say(contact), promise(contact)
    purchase = contact.purchases.get()
    sources = {
        "salutation": contact.pk, "city": contact.pk, "years_with_us": contact.pk, "quotable": line.pk,
        "promise_answer": answer.pk, "usual_product_accusative": product.pk, "last_product_accusative": purchase.pk,
    }  # fmt: skip

    assert findings(letter_to(contact, "Πάνε επτά χρόνια. Χαρήκαμε για τη Δάφνη.", sources=sources)) == ()


def test_every_kind_of_row_of_somebody_else_is_found(stamatis, eleni):
    regular(eleni)
    rows = {
        "salutation": eleni.pk, "city": eleni.pk, "years_with_us": eleni.pk, "quotable": say(eleni).pk,
        "promise_answer": promise(eleni).pk, "usual_product_accusative": make_product().pk,
        "last_product_accusative": eleni.purchases.get().pk, "signature": make_user().pk, "a_fact_of_old": 1,
    }  # fmt: skip

    for key, pk in rows.items():
        (found,) = findings(letter_to(stamatis, sources={key: pk}))
        assert (found.code, found.facts, found.confirmable) == ("wrong_source", {"fact": key, "why": "row"}, False)


def test_a_row_that_is_gone_is_no_source(stamatis):
    line = say(stamatis)
    letter = letter_to(stamatis, sources={"quotable": line.pk})
    line.delete()

    assert codes(letter) == ["wrong_source"]


def test_the_household_and_the_company_of_the_reader_are_theirs(stamatis, eleni):
    home = Household.objects.create(name="Παπαδοπούλου")
    firm = make_contact(kind="company", company_name="Μύλος")
    for contact in (stamatis, eleni):
        contact.household = home
        contact.works_for = firm
        contact.save()

    letter = letter_to(stamatis, sources={"quotable": say(eleni).pk, "city": firm.pk})

    assert codes(letter) == []


def test_a_product_once_bought_is_theirs_though_the_habit_has_changed(stamatis):
    product = make_product()
    purchase = Purchase.objects.create(contact=stamatis, purchased_on=TODAY, total=9)
    letter = letter_to(stamatis, sources={"usual_product_accusative": product.pk})
    assert codes(letter) == ["wrong_source"]

    PurchaseLine.objects.create(purchase=purchase, product=product, amount=9)

    assert codes(letter) == []


def test_a_line_for_an_earlier_day_is_found(stamatis):
    line = say(stamatis, quotable_until=date(2026, 12, 20))
    letter = letter_to(stamatis, sources={"quotable": line.pk})

    assert codes(letter, today=date(2026, 12, 20)) == []
    assert [each.facts["why"] for each in findings(letter, today=date(2026, 12, 21))] == ["late"]


def test_words_that_are_not_those_of_their_row_are_found(stamatis, eleni):
    mine = say(stamatis)
    letter = letter_to(stamatis, sources={"quotable": mine.pk})
    letter.person.values["quotable"] = "Χαρήκαμε για τον γιο σας."

    assert [each.facts for each in findings(letter)] == [{"fact": "quotable", "why": "words"}]


def test_the_colleague_who_signs_is_a_source_of_the_signature(stamatis):
    anna = make_user(signs_as="Άννα", email="anna@shop.example")
    stamatis.owner = anna
    stamatis.save()
    person = person_of(stamatis, signing="owner")

    letter = Inspected(letter_to(stamatis).message, person, "", "", "", sources={"signature": anna.pk})

    assert codes(letter) == []


def test_sources_kept_with_a_saved_letter_are_looked_at(stamatis, eleni):
    message = make_letter(make_campaign(), stamatis)
    LetterReview.objects.create(message=message, campaign=message.campaign, signer=make_user("anna"))
    signer = message.review.signer_id
    MessageBody.objects.filter(pk=message.pk).update(sources={"signature": signer, "quotable": say(eleni).pk})

    letter = Inspected(message, person_of(stamatis), "", "", "")

    assert [finding.facts["fact"] for finding in findings(letter)] == ["quotable"]


def test_an_opening_of_before_their_name_was_mended_is_found(stamatis):
    letter = letter_to(stamatis)
    old = Inspected(
        letter.message,
        letter.person,
        "",
        "Αγαπητέ κύριε Παπαδοπουλε,\n\nΚαλά Χριστούγεννα.",
        "",
        sources=letter.sources,
    )

    (found,) = findings(old)

    assert (found.code, found.facts) == ("salutation_old", {"opening": "Αγαπητέ κύριε Παπαδόπουλε,"})


def test_an_opening_in_capitals_is_todays(stamatis):
    letter = letter_to(stamatis)
    text = "ΑΓΑΠΗΤΕ ΚΥΡΙΕ ΠΑΠΑΔΟΠΟΥΛΕ,\n\nΚαλά Χριστούγεννα."

    assert codes(Inspected(letter.message, letter.person, "", text, "", sources=letter.sources)) == []


def test_an_opening_typed_by_hand_stands(stamatis):
    letter = letter_to(stamatis)
    words = "Αγαπητέ μας Σταμάτη,"

    by_hand = Inspected(letter.message, letter.person, "", f"{words}\n\nΧρόνια πολλά.", "", words, letter.sources)

    assert codes(by_hand) == []


def test_words_without_an_opening_need_none(stamatis):
    letter = letter_to(stamatis)

    assert codes(Inspected(letter.message, letter.person, "", "Χρόνια πολλά.", "", sources={})) == []


def test_however_many_letters_the_queries_are_the_same(django_assert_max_num_queries, stamatis, eleni):
    def several(count):
        people = [make_contact(first_name="Νίκος", last_name=f"Μελάς{number}") for number in range(count)]
        for contact in people:
            say(contact)
        return [
            letter_to(contact, "Γράψτε στο x@other.example ή 6971234567.", hand_words="Γεια σου Ελένη Βλάχου")
            for contact in people
        ]

    few, many = several(2), several(30)
    with django_assert_max_num_queries(15) as asked:
        inspect(few, words=TEMPLATE, today=TODAY)
    with django_assert_max_num_queries(len(asked)):
        found = inspect(many, words=TEMPLATE, today=TODAY)
    assert len(found) == 30
    assert Product.objects.count() == 0
