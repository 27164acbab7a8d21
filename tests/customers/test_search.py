"""Finding people: accents, case and Greeklish forgiven, every word of the query must fit."""

import pytest

from customers.models import Contact, ContactCode, ContactWord, SearchWord
from customers.search import did_you_mean, index_contacts, search_contacts
from tests.builders import ELENI, GIORGOS, STAMATIS, make_contact

pytestmark = pytest.mark.django_db


def found(query: str) -> list[str]:
    return sorted(contact.first_name or contact.company_name for contact in search_contacts(query))


@pytest.fixture
def house():
    people = [
        make_contact(STAMATIS, city="Θεσσαλονίκη", tax_number="123456789", mobile_key="+306936000410"),
        make_contact(ELENI, city="Βόλος"),
        make_contact(GIORGOS, city="Πάτρα", phone="2310 123456", phone_key="+302310123456"),
        make_contact(kind="company", first_name="", last_name="", company_name="Καφέ Το Λιμάνι Ι.Κ.Ε."),
    ]
    ContactCode.objects.create(contact=people[0], code="Π-1204")
    index_contacts(contact.pk for contact in people)
    return people


@pytest.mark.parametrize(
    "query",
    ["Παπαδόπουλος", "παπαδοπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ", "papadopoulos", "papadop", "papadopo", "Σταμάτης", "stamat",
     "σταμ παπ", "pap stam", "stamatis thessal", "1204", "123456789", "stamatis@shop", "6936000410",
     "6936 000 410", "+30 6936"],
)  # fmt: skip
def test_stamatis_is_found_however_he_is_written(house, query):
    assert found(query) == ["Σταμάτης"]


@pytest.mark.parametrize("query", ["γιωργος", "Giorgos", "GIWRGOS", "yiorgos", "2310123456", "dimitriou"])
def test_giorgos_is_found_in_every_greeklish(house, query):
    assert found(query) == ["Γιώργος"]


def test_a_company_is_found_by_any_word_of_its_name(house):
    assert found("λιμανι") == found("limani") == ["Καφέ Το Λιμάνι Ι.Κ.Ε."]


def test_every_word_of_the_query_must_fit(house):
    assert found("Σταμάτης Βόλος") == []


def test_an_empty_query_finds_everybody(house):
    assert len(found("  ")) == 4


@pytest.mark.parametrize("query", ["%", "_", "'", '"; DROP TABLE', "( )", "....", "@", "0", "😀", "\ufeff", "a" * 300])
def test_odd_queries_are_answered_calmly(house, query):
    assert len(found(query)) in (0, 4)


def test_a_part_of_a_word_that_is_not_its_beginning_is_not_found(house):
    assert found("δοπουλος") == []


def test_the_erased_are_never_found(house):
    Contact.objects.filter(pk=house[0].pk).update(erased_at="2026-01-01T00:00:00Z")

    assert found("Παπαδόπουλος") == []


def test_a_changed_name_is_found_under_the_new_one_only(house):
    Contact.objects.filter(pk=house[1].pk).update(last_name="Σαρρή", raw_name="ΣΑΡΡΗ ΕΛΕΝΗ")

    index_contacts([house[1].pk])

    assert found("Σαρρή") == ["Ελένη"]
    assert found("Βλάχου") == []


def test_indexing_twice_changes_nothing(house):
    before = set(ContactWord.objects.values_list("contact_id", "word__word"))

    index_contacts(contact.pk for contact in house)

    assert set(ContactWord.objects.values_list("contact_id", "word__word")) == before


def test_a_word_stands_once_however_many_bear_it(house):
    twin = make_contact(STAMATIS, email="other@shop.example")

    index_contacts([twin.pk])

    assert SearchWord.objects.filter(word="σταματησ").count() == 1
    assert found("Σταμάτης") == ["Σταμάτης", "Σταμάτης"]


def test_indexing_many_people_takes_no_more_statements_than_indexing_few(house, django_assert_max_num_queries):
    more = [make_contact(first_name=f"Παύλος{number}", last_name="Μελάς") for number in range(120)]

    with django_assert_max_num_queries(16):
        index_contacts(contact.pk for contact in more)


def test_lists_are_sorted_by_surname_without_accents(house):
    make_contact(first_name="Άννα", last_name="Άνθη")
    make_contact(first_name="Ζωή", last_name="Αβέρωφ")
    index_contacts(Contact.objects.values_list("pk", flat=True))

    names = [contact.name for contact in Contact.objects.order_by("sort_key", "id")]

    assert names == [
        "Ζωή Αβέρωφ",
        "Άννα Άνθη",
        "Ελένη Βλάχου",
        "Γιώργος Δημητρίου",
        "Καφέ Το Λιμάνι Ι.Κ.Ε.",
        "Σταμάτης Παπαδόπουλος",
    ]


@pytest.mark.parametrize("query", ["Σταμτης", "stamtis", "Σταματις Παπαδοπουλοσς"])
def test_a_slip_of_the_pen_is_answered_with_the_nearest_name(house, query):
    assert [contact.first_name for contact in did_you_mean(query)] == ["Σταμάτης"]


def test_nothing_is_suggested_for_a_name_that_is_like_no_other(house):
    assert did_you_mean("Ξξξξξξ") == []
