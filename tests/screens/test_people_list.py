"""The list of people: fifty at a time, filters with their counts, a way on from an empty answer."""

import re
from datetime import date

import pytest
from django.urls import reverse

from customers import selectors
from customers.consent import stop_letters
from customers.models import Contact
from customers.search import index_contacts
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_contact

pytestmark = pytest.mark.django_db
LIST = "/people/"


def make_people(*people: dict) -> list[Contact]:
    contacts = [make_contact(person) for person in people]
    index_contacts(contact.pk for contact in contacts)
    return contacts


def names(page) -> list[str]:
    return [row["contact"].name for row in page.context["rows"]]


def test_people_stand_in_the_order_of_their_surnames(desk):
    make_people(STAMATIS, GIORGOS, ELENI)

    assert names(desk.get(LIST)) == ["Ελένη Βλάχου", "Γιώργος Δημητρίου", "Σταμάτης Παπαδόπουλος"]


def test_a_row_shows_how_the_person_is_addressed(desk):
    make_people(STAMATIS)

    assert "Αγαπητέ κύριε Παπαδόπουλε," in desk.get(LIST).content.decode()


def test_an_unsure_name_is_shown_as_unsure(desk):
    make_people(STAMATIS | {"name_confidence": 0.7, "name_reason": "order_unsure"})

    page = desk.get(LIST).content.decode()

    assert "unsure" in page


def test_every_page_holds_fifty_and_leads_on_and_back(desk):
    make_people(*({"first_name": "Παύλος", "last_name": f"Μελάς{number:03}"} for number in range(120)))

    seen, page = [], desk.get(LIST)
    seen += names(page)
    while page.context["next_url"]:
        page = desk.get(LIST + page.context["next_url"])
        seen += names(page)

    assert len(seen) == len(set(seen)) == 120
    back = desk.get(LIST + page.context["previous_url"])
    assert names(back) == seen[50:100]
    first = desk.get(LIST + back.context["previous_url"])
    assert names(first) == seen[:50]
    assert not first.context["previous_url"]


def test_people_of_the_same_name_are_all_reached(desk):
    make_people(*(STAMATIS | {"email": f"s{number}@shop.example"} for number in range(101)))

    ids, page = [], desk.get(LIST)
    ids += [row["contact"].pk for row in page.context["rows"]]
    while page.context["next_url"]:
        page = desk.get(LIST + page.context["next_url"])
        ids += [row["contact"].pk for row in page.context["rows"]]

    assert len(set(ids)) == 101


def test_each_filter_shows_as_many_as_it_says(desk, anna):
    stamatis, *_others = make_people(
        STAMATIS,
        GIORGOS,
        ELENI | {"is_customer": False, "is_supplier": True},
        {"last_name": "Ξένου", "is_partner": True, "needs_look": True},
        {"last_name": "Πένθους", "mourning_until": date(2199, 1, 1)},
        {"last_name": "Ταμείο", "kind": "placeholder"},
    )
    stop_letters(stamatis, by=anna, now=NOW)

    page = desk.get(LIST)
    told = {each["code"]: each["count"] for each in page.context["filters"]}

    assert told == {"all": 6, "customers": 5, "partners": 1, "suppliers": 1, "ask": 1, "no_email": 1, "stopped": 2}
    for each in page.context["filters"]:
        assert len(names(desk.get(LIST + each["url"]))) == each["count"], each["code"]


def test_in_a_very_large_house_the_filters_work_without_their_numbers(desk, monkeypatch):
    monkeypatch.setattr(selectors, "COUNT_FILTERS_UP_TO", 1)
    make_people(STAMATIS, GIORGOS)

    page = desk.get(LIST, {"show": "no_email"})

    assert [each["count"] for each in page.context["filters"]] == [2, None, None, None, None, None, None]
    assert names(page) == ["Γιώργος Δημητρίου"]
    assert "1 of the 2" in page.content.decode()


def test_why_letters_are_stopped_stands_beside_the_name(desk, anna):
    (stamatis,) = make_people(STAMATIS)
    stop_letters(stamatis, by=anna, now=NOW)

    assert "a colleague stopped the letters" in desk.get(LIST).content.decode()


def test_the_erased_are_not_listed(desk):
    (stamatis, _eleni) = make_people(STAMATIS, ELENI)
    Contact.objects.filter(pk=stamatis.pk).update(erased_at=NOW)

    assert names(desk.get(LIST)) == ["Ελένη Βλάχου"]


def test_searching_keeps_the_filter(desk):
    make_people(STAMATIS, STAMATIS | {"email": "", "first_name": "Πέτρος"})

    page = desk.get(LIST, {"q": "papadop", "show": "no_email"})

    assert names(page) == ["Πέτρος Παπαδόπουλος"]


def test_nobody_found_is_answered_with_the_nearest_name(desk):
    make_people(STAMATIS)

    page = desk.get(LIST, {"q": "Σταμτης"}).content.decode()

    assert "We found nobody called “Σταμτης”." in page
    assert "Σταμάτης Παπαδόπουλος" in page


def test_what_was_searched_for_is_shown_as_text(desk):
    make_people(STAMATIS)

    page = desk.get(LIST, {"q": "<script>alert(1)</script>"}).content.decode()

    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "query",
    [{"after": "x"}, {"after": "999999999999999999"}, {"before": "-1"}, {"after": "9999999999"}, {"show": "nonsense"},
     {"q": "\x00"}, {"q": "x" * 5000}, {"after": "²"}],
)  # fmt: skip
def test_a_strange_address_is_answered_calmly(desk, query):
    make_people(STAMATIS)

    assert desk.get(LIST, query).status_code == 200


def test_an_empty_house_teaches_the_next_step(desk):
    page = desk.get(LIST).content.decode()

    assert "There is nobody here yet." in page
    assert "An admin of the house brings the list." in page


def test_the_admin_of_an_empty_house_is_led_to_the_list(office):
    page = office.get(LIST).content.decode()

    assert re.search(r'class="btn btn-primary" href="/admin/customers/contact/import/"', page)


def test_a_page_of_people_takes_no_statement_per_person(desk, django_assert_max_num_queries):
    make_people(*({"first_name": "Παύλος", "last_name": f"Μελάς{number:03}"} for number in range(60)))

    with django_assert_max_num_queries(12):
        desk.get(reverse("customers:person-list"))
