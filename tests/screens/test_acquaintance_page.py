"""«Γνωριμία» on a screen, without a script: one person large, an answer by a button, leave and continue, take back."""

from datetime import date
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Contact, Interaction, PassedOn, PurchaseSummary, User
from customers.search import index_contacts
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_contact, make_user

pytestmark = pytest.mark.django_db
PAGE = "/people/acquaint/"


@pytest.fixture
def people():
    """Stamatis, Eleni and Giorgos: the best customer first."""
    made = [make_contact(STAMATIS, city="Θεσσαλονίκη"), make_contact(ELENI), make_contact(GIORGOS)]
    for contact, total in zip(made, (300, 200, 100), strict=True):
        PurchaseSummary.objects.create(
            contact=contact, purchase_count=3, total=total, first_on=date(2020, 5, 4), last_on=date(2026, 11, 2)
        )
    index_contacts([contact.pk for contact in made])
    return made


@pytest.fixture
def client_of_eleni(people):
    """A second browser, in which Eleni is logged in."""
    client = Client()
    client.force_login(make_user("eleni", role="manager", first_name="Ελένη"))
    client.cookies["django_language"] = "en"
    return client


def look(client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def shown(client) -> Contact | None:
    return client.get(PAGE).context["contact"]


def press(client, contact, action: str = "", **fields) -> str:
    """Press a button of the card of `contact` and return the page that follows."""
    fields |= {"action": action} if action else {}
    response = client.post(PAGE, {"contact": contact.pk, "owner_seen": contact.owner_id or "", **fields}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def typed(page, **changes) -> dict:
    """What the form on `page` posts with these changes."""
    return {name: value for name, value in page.context["form"].initial.items() if value} | changes


def test_one_person_stands_there_with_both_openings_and_what_we_know(desk, people, anna):
    words = {"private_text": "Του αρέσει δίπλα στο παράθυρο.", "author": anna}
    Interaction.objects.create(contact=people[0], happened_at=NOW, **words)

    page = look(desk)

    assert page.index("Αγαπητέ Σταμάτη,") < page.index("Αγαπητέ κύριε Παπαδόπουλε,")
    for fact in (people[0].raw_name, "Θεσσαλονίκη", "4 May 2020", "Του αρέσει δίπλα στο παράθυρο.", "Άννα"):
        assert fact in page
    assert "Answered: 0 of 3" in page
    assert "Ελένη Βλάχου" in page  # who comes next


def test_an_answer_brings_the_next_person_and_says_what_was_done(desk, people):
    page = press(desk, people[0], "informal")

    assert "Σταμάτης Παπαδόπουλος: in the singular from now on." in page
    assert "Αγαπητή κυρία Βλάχου," in page
    assert "Answered: 1 of 3" in page
    assert "1 by you today" in page
    assert Contact.objects.get(pk=people[0].pk).register == "informal"


def test_what_a_list_has_said_is_shown_as_the_lists_word_until_somebody_confirms_it(desk, people):
    assert "as the list says" not in look(desk)
    Contact.objects.filter(pk=people[0].pk).update(register="informal")

    assert "as the list says; nobody has confirmed it yet" in look(desk)
    press(desk, people[0], "informal")
    assert Contact.objects.get(pk=people[0].pk).acquaintance == "decided"


def test_a_colleague_who_has_left_is_not_taken_for_the_house(desk, people):
    nikos = make_user("nikos")
    Contact.objects.filter(pk=people[0].pk).update(owner=nikos)
    people[0].refresh_from_db()

    page = press(desk, people[0], "owner", owner=999_999)

    assert "that colleague is no longer here. Nothing was written." in page
    assert Contact.objects.get(pk=people[0].pk).owner == nikos


def test_a_correction_comes_back_to_the_same_person(desk, people):
    here = f"{PAGE}?now={people[1].pk}"
    edit = reverse("customers:person-edit", args=[people[1].pk])
    asks = {"name_confidence": 0.6, "name_reason": "ambiguous_accent", "name_choices": ["Βλάχου", "Βλαχού"]}
    Contact.objects.filter(pk=people[1].pk).update(**asks)
    assert f'href="{edit}?next={quote(here)}"' in desk.get(here).text
    form = desk.get(edit, {"next": here})

    answer = desk.post(edit, typed(form, city="Βόλος", next=form.context["back"]))

    assert answer.url == here


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_a_correction_leads_to_no_other_house(desk, people, elsewhere):
    edit = reverse("customers:person-edit", args=[people[0].pk])
    card = reverse("customers:person-detail", args=[people[0].pk])

    page = desk.get(edit, {"next": elsewhere})
    answer = desk.post(edit, typed(page, city="Βόλος", next=elsewhere))

    assert (page.context["back"], answer.url) == (card, card)


def test_the_card_of_a_person_leads_here_while_nobody_has_answered(desk, people):
    card = reverse("customers:person-detail", args=[people[0].pk])
    link = f'href="{PAGE}?now={people[0].pk}"'
    assert link in desk.get(card).text

    press(desk, people[0], "formal")

    assert link not in desk.get(card).text


def test_what_was_done_is_said_once(desk, people):
    press(desk, people[0], "informal")

    assert "from now on" not in look(desk)


def test_one_leaves_and_another_goes_on_where_one_was(desk, people):
    press(desk, people[0], "formal")
    desk.logout()
    desk.force_login(make_user("nikos"))

    assert shown(desk) == people[1]


def test_whoever_was_put_off_comes_back_at_the_end(desk, people):
    press(desk, people[0], "later")
    press(desk, people[1], "formal")
    assert shown(desk) == people[2]

    press(desk, people[2], "formal")

    assert shown(desk) == people[0]


def test_a_person_pressed_twice_is_answered_once_and_nothing_is_said_of_it(desk, people):
    first = press(desk, people[0], "informal")

    second = press(desk, people[0], "formal")

    assert Contact.objects.get(pk=people[0].pk).register == "informal"
    assert "from now on" in first
    assert "It stays as it is" not in second


def test_an_answer_of_another_meanwhile_is_told_and_stays(desk, people, client_of_eleni):
    press(client_of_eleni, people[0], "informal")

    page = press(desk, people[0], "formal")

    assert "Ελένη has answered meanwhile, singular (σου). It stays as it is." in page
    assert Contact.objects.get(pk=people[0].pk).register == "informal"
    assert "Αγαπητή κυρία Βλάχου," in page


def test_a_colleague_is_asked_by_name_and_sees_who_asks(desk, people, client_of_eleni):
    eleni = User.objects.get(username="eleni")

    page = press(desk, people[1], "pass", asked_of=str(eleni.pk))

    assert "now it is asked of Ελένη." in page
    assert PassedOn.objects.get().asked_of == eleni
    assert shown(client_of_eleni) == people[1]
    assert "Άννα asks you about them." in look(client_of_eleni)


def test_the_best_customers_are_not_left_out_after_somebody_who_came_out_of_turn(desk, people, anna, client_of_eleni):
    press(client_of_eleni, people[1], "pass", asked_of=str(anna.pk))
    assert shown(desk) == people[1]

    response = desk.post(PAGE, {"contact": people[1].pk, "action": "formal"}, follow=True)

    assert response.context["contact"] == people[0]


def test_a_better_customer_who_came_in_meanwhile_is_met_when_one_sits_down_again(desk, people):
    press(desk, people[0], "formal")
    newcomer = make_contact()
    PurchaseSummary.objects.create(
        contact=newcomer, purchase_count=1, total=900, first_on=date(2026, 11, 2), last_on=date(2026, 11, 2)
    )

    assert shown(desk) == newcomer


def test_owner_familiar_form_and_name_keep_the_person_on_the_desk(desk, anna):
    unsure = {"name_confidence": 0.6, "name_reason": "ambiguous_accent", "name_choices": ["Παππάς", "Πάππας"]}
    pappas = make_contact(first_name="Γεώργιος", last_name="Παππάς", **unsure)
    make_contact(ELENI)

    assert "Is he called Γιώργος?" in look(desk)
    assert "the accent can stand in two places" in look(desk).lower()
    page = press(desk, pappas, choice="Πάππας")
    page = press(desk, pappas, "known_as", known_as="Γιώργος")
    page = press(desk, pappas, "mine")

    pappas.refresh_from_db()
    assert (pappas.last_name, pappas.known_as, pappas.owner) == ("Πάππας", "Γιώργος", anna)
    assert "Αγαπητέ Γιώργο," in page
    assert "Signed by Άννα." in page
    assert "Is he called" not in page


def test_a_whole_sitting_is_taken_back_step_by_step(desk, people, anna):
    before = list(Contact.objects.order_by("pk").values("register", "owner", "typed_fields"))
    press(desk, people[0], "mine")
    press(desk, people[0], "informal")
    press(desk, people[1], "pass")
    press(desk, people[2], "later")

    for contact in (people[2], people[1], people[0], people[0]):
        response = desk.post(PAGE, {"action": "undo"}, follow=True)
        assert response.context["contact"] == contact
        assert f"Taken back: {contact.name}." in response.content.decode()

    assert list(Contact.objects.order_by("pk").values("register", "owner", "typed_fields")) == before
    assert not PassedOn.objects.exists()
    assert "nothing to take back" in desk.post(PAGE, {"action": "undo"}, follow=True).content.decode()


def test_at_least_twenty_steps_can_be_taken_back(desk):
    for _ in range(25):
        press(desk, make_contact(), "formal")

    for _ in range(20):
        desk.post(PAGE, {"action": "undo"})

    assert Contact.objects.filter(acquaintance="open").count() == 20


def test_the_end_says_who_waits_for_others_and_whom_nobody_knows(desk, people, client_of_eleni):
    press(client_of_eleni, people[2], "pass")
    press(desk, people[0], "formal")
    press(desk, people[1], "pass")

    page = press(desk, people[2], "pass")

    assert "none of us knows them. The plural stays, and the house signs." in page
    assert "You are done." in page
    assert "Answered: 1 of 3." in page
    assert "1 waits for a colleague who knows them." in page
    assert "1 is known to none of us: the plural stays, and the house signs." in page


def test_a_house_where_everybody_has_an_answer_says_so(desk, people):
    for contact in people:
        page = press(desk, contact, "formal")

    assert "Everybody has an answer." in page
    assert "For all 3 people somebody who knows them has said how we address them." in page


def test_an_empty_house_says_what_the_screen_is_for(desk):
    assert "There is nobody to ask about yet." in look(desk)


def test_the_list_of_people_leads_there_with_the_count_of_those_who_wait(desk, people):
    page = look(desk, reverse("customers:person-list"))
    assert f'href="{PAGE}"' in page
    assert '<span class="badge">3</span>' in page

    for contact in people:
        press(desk, contact, "formal")

    assert f'href="{PAGE}"' not in look(desk, reverse("customers:person-list"))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "informal"},
        {"action": "informal", "contact": "x"},
        {"action": "rude", "contact": "1"},
        {"action": "informal", "contact": "99999999999999999999"},
    ],
)
def test_a_crafted_answer_is_not_found(desk, people, data):
    assert desk.post(PAGE, data).status_code == 404


@pytest.mark.parametrize("action", ["informal", "pass", "mine", "owner", "known_as"])
def test_an_answer_about_nobody_is_told_quietly(desk, people, action):
    page = press(desk, Contact(pk=987_654), action, asked_of="x", owner="-1")

    assert "We do not ask about this contact any more." in page


def test_an_address_that_names_nobody_shows_the_first_of_the_pile(desk, people):
    Contact.objects.filter(pk=people[1].pk).update(typed_fields=["register"])

    for named in ("x", "987654", str(people[1].pk)):
        assert desk.get(PAGE, {"now": named}).context["contact"] == people[0]


def test_a_mere_look_writes_nothing_about_anybody(desk, people):
    before = list(Contact.objects.values_list("pk", "updated_at"))

    look(desk)

    assert list(Contact.objects.values_list("pk", "updated_at")) == before


def test_a_card_is_read_in_few_statements_however_many_wait(desk, people, django_assert_max_num_queries):
    for _ in range(40):
        make_contact()
    look(desk)

    with django_assert_max_num_queries(22):
        look(desk)
