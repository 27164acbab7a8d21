"""The page of a greeting's people: ready sentences, rules row by row, numbers with their names, lists kept by name."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Segment
from customers.models import AuditEntry, Contact, Household
from customers.search import index_contacts
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
VOLOS = {"choose": "city", "city": "Βόλος"}


@pytest.fixture
def anna(db):
    return make_user("anna", role="staff", first_name="Άννα")


@pytest.fixture
def desk(anna):
    return client_of(anna)


@pytest.fixture
def campaign(anna) -> Campaign:
    return make_campaign(author=anna)


def place(name: str, campaign: Campaign, *more: str) -> str:
    return reverse(f"campaigns:{name}", args=[campaign.pk, *more])


def rows(*said: dict[str, str]) -> dict[str, str]:
    """What a page sends that has these rows, each {"rule", "says", "join" or the name of a fact: text}."""
    sent = {"choose": "rule", "rows": str(len(said))}
    return sent | {f"row-{number}-{name}": text for number, row in enumerate(said) for name, text in row.items()}


def choose(desk, campaign: Campaign, data: dict[str, str]) -> dict:
    answer = desk.post(place("campaign-audience", campaign), data)
    campaign.refresh_from_db()
    assert answer.status_code == 302, re.findall(r"<strong>.*?</strong>", answer.content.decode())
    return campaign.audience


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- Choosing ---


def test_five_ready_sentences_come_first_with_their_numbers(desk, campaign, anna):
    make_contact(STAMATIS, owner=anna)
    make_contact(is_partner=True)
    make_contact(GIORGOS)

    choices = desk.get(place("campaign-audience", campaign)).context["choices"]

    assert [(each["label"], each["count"]) for each in choices] == [
        ("Everybody we can reach", 2),
        ("Who has bought since 1 January 2026", 0),
        ("My own people", 1),
        ("Partners and suppliers", 1),
        ("Who was left out: Christmas 2025", 3),
    ]


def test_who_was_left_out_last_year_can_be_chosen(desk, campaign):
    rule = choose(desk, campaign, {"choose": "left_out_last_year"})

    assert rule == {"choose": "left_out_last_year", "occasion": "christmas", "year": 2025}


def test_rows_become_a_rule_and_binds_closer_than_or(desk, campaign):
    make_contact(city="Βόλος")
    sent = rows(
        {"rule": "city", "city": "Βόλος"},
        {"rule": "role", "role": "partner", "says": "not", "join": "and"},
        {"rule": "language", "language": "el", "join": "or"},
    )

    assert choose(desk, campaign, sent) == {
        "any": [
            {"all": [VOLOS, {"not": {"choose": "role", "role": "partner"}}]},
            {"choose": "language", "language": "el"},
        ]
    }


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (
            {"rule": "spent", "at_least": "1,000.50", "currency": "eur", "from": "2026-01-01"},
            {"choose": "spent", "at_least": "1000.50", "currency": "EUR", "from": "2026-01-01"},
        ),
        ({"rule": "bought_in", "to": "31/12/2025"}, {"choose": "bought_in", "to": "2025-12-31"}),
        ({"rule": "rhythm", "weekday": "4"}, {"choose": "rhythm", "weekday": 4}),
        ({"rule": "not_greeted"}, {"choose": "not_greeted", "occasion_key": "christmas-2026"}),
        ({"rule": "open_case"}, {"choose": "open_case"}),
    ],
)
def test_what_is_typed_becomes_what_a_rule_holds(desk, campaign, row, rule):
    assert choose(desk, campaign, rows(row)) == rule


def test_people_are_picked_by_name_and_a_name_of_several_is_asked_about(desk, campaign):
    stamatis, eleni = make_contact(STAMATIS), make_contact(ELENI)
    make_contact(STAMATIS, email="other@shop.example")
    index_contacts(Contact.objects.values_list("pk", flat=True))

    refused = desk.post(place("campaign-audience", campaign), rows({"rule": "contacts", "contacts": "Σταματης"}))
    rule = choose(desk, campaign, rows({"rule": "contacts", "contacts": f"βλαχου\nΣταμάτης #{stamatis.pk}"}))

    assert refused.status_code == 422
    assert f"Σταμάτης Παπαδόπουλος #{stamatis.pk}" in refused.content.decode()
    assert rule == {"choose": "contacts", "contacts": [eleni.pk, stamatis.pk]}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({}, "Choose what the row is about."),
        ({"rule": "everybody"}, "Choose what the row is about."),
        ({"rule": "city"}, "This is needed."),
        ({"rule": "bought_in"}, "Something is missing: give at least one of them."),
        ({"rule": "bought_in", "from": "2026-02-01", "to": "2026-01-01"}, "The end lies before the beginning."),
        ({"rule": "bought_since", "since": "12/31/1980"}, "“12/31/1980” is not a date. Write 31/12/2026."),
        ({"rule": "spent", "at_least": "many", "currency": "EUR"}, "“many” is not an amount."),
        ({"rule": "bought_product", "product": "ΤΣΑΙ"}, "We know no product called “ΤΣΑΙ”."),
        ({"rule": "contacts", "contacts": "Σταμτης"}, "We found nobody called “Σταμτης”."),
        ({"rule": "role", "role": "enemy"}, "Choose one of them."),
        ({"rule": "name_day_within", "from": "2026-01-01", "to": "2026-12-31"}, "The period is too long"),
    ],
)
def test_a_row_that_says_nothing_is_refused_in_words_and_stays_as_typed(desk, campaign, row, sentence):
    page = desk.post(place("campaign-audience", campaign), rows(row))

    assert page.status_code == 422
    assert sentence in text_of(page)
    for name, text in row.items():
        if name not in ("rule", "role"):
            assert text in page.content.decode()
    campaign.refresh_from_db()
    assert campaign.audience == {"choose": "everybody"}


def test_a_greeting_for_no_feast_is_told_why_it_cannot_ask_who_had_it(desk, campaign):
    Campaign.objects.filter(pk=campaign.pk).update(occasion_key="")

    answer = desk.post(place("campaign-audience", campaign), rows({"rule": "not_greeted"}))

    assert "This greeting is for no feast: nobody has had it yet." in text_of(answer)


def test_a_stored_rule_stands_in_the_rows_again_and_is_the_same_when_sent(desk, campaign):
    make_contact(city="Βόλος")
    rule = {"any": [{"all": [VOLOS, {"not": {"choose": "no_email"}}]}, {"choose": "open_case"}]}
    Campaign.objects.filter(pk=campaign.pk).update(audience=rule)

    page = desk.get(place("campaign-audience", campaign))
    said = [(each["row"].name, each["row"].negated, each["row"].join) for each in page.context["rows"]]

    assert page.context["chosen"] == "present"
    assert said == [("city", False, "and"), ("no_email", True, "and"), ("open_case", False, "or")]
    assert "Whoever meets one of these: (whoever meets all of this: who lives in one town: Βόλος; " in text_of(page)


def test_a_rule_too_deep_for_rows_is_shown_as_a_sentence_and_can_be_left(desk, campaign):
    rule = {"not": {"any": [VOLOS, {"choose": "no_email"}]}}
    Campaign.objects.filter(pk=campaign.pk).update(audience=rule)

    page = desk.get(place("campaign-audience", campaign))

    assert "Everybody but these: (whoever meets one of these:" in text_of(page)
    assert [each["row"].name for each in page.context["rows"]] == [""]
    assert choose(desk, campaign, {"choose": "present"}) == rule


def test_an_amount_is_read_as_the_language_of_the_page_writes_it(campaign, anna):
    greek = Client(headers={"accept-language": "el"})
    greek.force_login(anna)
    amounts = {"1.000,50": "1000.50", "1.000": "1000", "12,5": "12.5", "12.50": "12.50", "1 000 €": "1000"}

    for typed, held in amounts.items():
        rule = choose(greek, campaign, rows({"rule": "spent", "at_least": typed, "currency": "EUR"}))
        again = greek.get(place("campaign-audience", campaign)).context["rows"][0]["fields"][0]["value"]

        assert rule["at_least"] == held
        assert choose(greek, campaign, rows({"rule": "spent", "at_least": again, "currency": "EUR"})) == rule


# --- Rows, with and without a script ---


def test_a_row_more_and_a_row_less_without_a_script(desk, campaign):
    sent = rows({"rule": "city", "city": "Βόλος"})

    more = desk.post(place("audience-rows", campaign), sent | {"step": "add"})
    less = desk.post(
        place("audience-rows", campaign),
        rows({"rule": "city", "city": "Βόλος"}, {"rule": "tag"}) | {"step": "remove-0"},
    )

    assert more.status_code == 200
    assert [each["row"].name for each in more.context["rows"]] == ["city", ""]
    assert 'value="Βόλος"' in more.content.decode()
    assert "Something is missing" not in text_of(more)
    assert [each["row"].name for each in less.context["rows"]] == ["tag"]


def test_the_fields_of_a_rule_come_when_it_is_picked(desk, campaign):
    answer = desk.post(place("audience-rows", campaign), rows({"rule": "bought_in"}), headers=HTMX)

    assert 'name="row-0-from"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_odd_numbers_of_rows_do_no_harm(desk, campaign):
    for count in ("0", "-1", "999999", "²", "x"):
        page = desk.post(place("audience-rows", campaign), {"rows": count, "step": "remove-99999999999999999999"})
        assert page.status_code == 200


@pytest.mark.parametrize("odd", [{"step": "remove-²"}, {"step": f"remove-{'9' * 5000}"}, {"rows": "9" * 5000}])
def test_a_crafted_row_does_no_harm(desk, campaign, odd):
    page = desk.post(place("audience-rows", campaign), {"rows": "2"} | odd)

    assert page.status_code == 200


def test_a_nul_among_what_is_typed_is_passed_over(desk, campaign):
    page = desk.post(place("campaign-audience", campaign), rows({"rule": "bought_product", "product": "ΤΣΑΙ\x00"}))

    assert "We know no product called “ΤΣΑΙ”." in text_of(page)


@pytest.mark.parametrize("since", ["0001-01-01", "01/01/0001", "31/12/9999"])
def test_a_day_of_no_year_of_ours_is_asked_again_and_kept_in_no_list(desk, campaign, since):
    typed = rows({"rule": "not_contacted_since", "since": since})

    counted = desk.post(place("audience-count", campaign), typed, headers={"HX-Request": "true"})
    kept = desk.post(place("audience-save", campaign), typed | {"name": "Από πάντα", "shared": "on"})

    assert counted.status_code == 200
    assert f"“{since}” is not a date." in text_of(kept)
    assert not Segment.objects.exists()


def test_a_kept_list_with_such_a_day_stops_no_page(desk, campaign, anna):
    rule = {"choose": "not_contacted_since", "since": "0001-01-01"}
    Segment.objects.create(name="Από πάντα", rule=rule, shared=True, created_by=anna)

    assert desk.get(place("campaign-audience", campaign)).status_code == 200
    assert desk.get(reverse("campaigns:segment-list")).status_code == 200


# --- Numbers and names ---


def count(desk, campaign: Campaign, data: dict[str, str]) -> str:
    return text_of(desk.post(place("audience-count", campaign), data, headers=HTMX))


def test_the_count_says_who_is_in_with_the_first_names_and_who_falls_out(desk, campaign):
    make_contact(STAMATIS)
    make_contact(GIORGOS)
    for _each in range(10):
        make_contact()

    said = count(desk, campaign, {"choose": "everybody"})

    assert "Of 12 chosen 11 get a letter." in said
    assert "and 3 more" in said
    assert "no e-mail 1" in said


def test_a_count_that_is_stopped_or_of_nothing_counts_nobody(desk, campaign):
    make_contact(STAMATIS)

    assert "Not counted." in count(desk, campaign, {"choose": "everybody", "step": "stop"})
    assert "Nobody yet." in count(desk, campaign, rows({}))


def test_without_a_script_the_count_is_the_page_with_what_was_typed(desk, campaign):
    make_contact(city="Βόλος")

    page = desk.post(place("audience-count", campaign), rows({"rule": "city", "city": "Βόλος"}))

    assert "Of 1 chosen 1 gets a letter." in text_of(page)
    assert 'value="Βόλος"' in page.content.decode()
    campaign.refresh_from_db()
    assert campaign.audience == {"choose": "everybody"}


def test_each_number_opens_its_names_with_the_reason_in_full(desk, campaign):
    home = Household.objects.create(name="Παπαδοπούλου")
    stamatis, eleni = make_contact(STAMATIS, household=home), make_contact(ELENI, household=home)
    page = desk.get(place("campaign-audience", campaign))
    links = [row["url"] for row in page.context["numbers"]["out"]]

    names = desk.get(links[0])

    assert len(links) == 1
    assert eleni.name in text_of(names)
    assert f"of one household with somebody who gets this letter: {stamatis.name}" in text_of(names)
    assert stamatis.name in text_of(desk.get(page.context["numbers"]["url"]))


def test_the_names_of_a_rule_not_yet_chosen_are_those_of_its_number(desk, campaign):
    make_contact(STAMATIS, city="Βόλος")
    make_contact(ELENI)
    answer = desk.post(place("audience-count", campaign), rows({"rule": "city", "city": "Βόλος"}), headers=HTMX)

    names = text_of(desk.get(answer.context["numbers"]["url"]))

    assert "Σταμάτης Παπαδόπουλος" in names
    assert "Ελένη Βλάχου" not in names


def test_the_names_say_by_whom_somebody_was_wished(desk, campaign):
    contact = make_contact(STAMATIS)
    earlier = make_campaign(state="finished", name="Οι καλοί μας", started_by=make_user(first_name="Ελένη"))
    make_letter(earlier, contact, state="sent", sent_at=NOW)

    names = text_of(desk.get(place("audience-names", campaign, "already_wished")))

    assert "already written to for this occasion by Ελένη, on 21 December: Οι καλοί μας" in names


@pytest.mark.parametrize("code", ["unknown", "erased-", "in2"])
def test_names_of_no_reason_are_not_found(desk, campaign, code):
    assert desk.get(place("audience-names", campaign, code)).status_code == 404


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "[",
        "[1]",
        '"x"',
        '{"choose": "objects"}',
        '{"choose": "city", "city": "\\ud800"}',
        '{"choose": "city", "city": "\\u0000"}',
        '{"choose": "owner", "owner": 1e400}',
        '{"any": ' * 500 + "[]" + "}" * 500,
    ],
)
def test_a_crafted_rule_in_the_address_is_not_found(desk, campaign, rule):
    assert desk.get(place("audience-names", campaign, "in"), {"rule": rule}).status_code == 404


def test_fifty_names_a_page(desk, campaign):
    for number in range(51):
        make_contact(first_name=f"Παύλος {number}")

    first = desk.get(place("audience-names", campaign, "in"))
    second = desk.get(place("audience-names", campaign, "in"), {"page": "2"})

    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 1)


# --- Lists kept by name ---


def keep(desk, campaign: Campaign, name: str, **more: str):
    return desk.post(place("audience-save", campaign), {"choose": "partners_and_suppliers", "name": name, **more})


def test_a_choice_is_kept_under_a_name_and_chosen_again(desk, campaign, anna):
    make_contact(is_partner=True)

    answer = desk.post(
        place("audience-save", campaign), rows({"rule": "role", "role": "partner"}) | {"name": " Οι  συνεργάτες "}
    )
    segment = Segment.objects.get()
    page = desk.get(answer.url)

    assert (segment.name, segment.shared, segment.created_by) == ("Οι συνεργάτες", False, anna)
    assert page.context["chosen"] == f"saved-{segment.pk}"
    assert [(each["label"], each["count"]) for each in page.context["saved"]] == [("Οι συνεργάτες", 1)]
    assert choose(desk, campaign, {"choose": f"saved-{segment.pk}"}) == {"choose": "role", "role": "partner"}
    assert AuditEntry.objects.filter(verb="save_segment").count() == 1


def test_a_name_that_is_taken_or_missing_is_refused_and_nothing_typed_is_lost(desk, campaign):
    keep(desk, campaign, "Οι συνεργάτες")

    twice = keep(desk, campaign, "Οι συνεργάτες")
    nameless = desk.post(place("audience-save", campaign), rows({"rule": "city", "city": "Βόλος"}) | {"name": " "})

    assert (twice.status_code, nameless.status_code) == (422, 422)
    assert "There is a list with this name already." in text_of(twice)
    assert "Name it." in text_of(nameless)
    assert 'value="Βόλος"' in nameless.content.decode()
    assert Segment.objects.count() == 1


def test_only_shared_lists_are_seen_by_colleagues(desk, campaign):
    keep(desk, campaign, "Δική μου")
    keep(desk, campaign, "Για όλους", shared="on")
    colleague = client_of(make_user())

    page = colleague.get(place("campaign-audience", campaign))
    mine = Segment.objects.get(name="Δική μου")

    assert [each["label"] for each in page.context["saved"]] == ["Για όλους"]
    assert colleague.get(reverse("campaigns:segment-edit", args=[mine.pk])).status_code == 404
    assert colleague.post(place("campaign-audience", campaign), {"choose": f"saved-{mine.pk}"}).status_code == 422


def test_a_list_is_renamed_and_deleted_by_who_made_it_or_a_manager(desk, campaign):
    keep(desk, campaign, "Για όλους", shared="on")
    segment = Segment.objects.get()
    edit, delete = (reverse(f"campaigns:segment-{what}", args=[segment.pk]) for what in ("edit", "delete"))
    colleague, manager = client_of(make_user()), client_of(make_user(role="manager"))

    refused = colleague.post(edit, {"name": "Άλλη", "shared": "on"})
    colleague.post(delete)
    desk.post(edit, {"name": "Συνεργάτες μας", "shared": "on"})
    segment.refresh_from_db()

    assert refused.status_code == 422
    assert segment.name == "Συνεργάτες μας"
    assert "Delete the list “Συνεργάτες μας”?" in text_of(manager.get(delete))
    manager.post(delete)
    assert not Segment.objects.exists()


def test_a_greeting_keeps_its_people_when_the_list_is_deleted(desk, campaign):
    keep(desk, campaign, "Συνεργάτες")
    segment = Segment.objects.get()
    choose(desk, campaign, {"choose": f"saved-{segment.pk}"})

    desk.post(reverse("campaigns:segment-delete", args=[segment.pk]))
    campaign.refresh_from_db()

    assert campaign.audience == {"choose": "partners_and_suppliers"}


def test_the_lists_stand_with_what_they_say_and_their_numbers(desk, campaign, anna):
    make_contact(is_partner=True)
    keep(desk, campaign, "Συνεργάτες", shared="on")
    Segment.objects.create(name="Παλιά", rule={"choose": "gone"}, created_by=anna)

    said = text_of(desk.get(reverse("campaigns:segment-list")))

    assert "Συνεργάτες 1 Partners and suppliers · made by Άννα, for everybody" in said
    assert "Παλιά Nobody yet" in said


def test_no_list_yet_teaches_the_next_step(desk):
    assert "No list is kept yet." in text_of(desk.get(reverse("campaigns:segment-list")))


def test_a_kept_list_that_is_no_rule_any_more_is_refused_in_words(desk, campaign, anna):
    segment = Segment.objects.create(name="Παλιά", rule={"choose": "gone"}, created_by=anna)

    page = desk.post(place("campaign-audience", campaign), {"choose": f"saved-{segment.pk}"})

    assert page.status_code == 422
    assert "We do not know this rule. Choose another." in text_of(page)


def test_a_greeting_whose_letters_leave_keeps_its_people(desk, anna):
    campaign = make_campaign(state="sending", author=anna)
    make_contact(STAMATIS)

    page = desk.get(place("campaign-audience", campaign))
    answer = desk.post(place("campaign-audience", campaign), {"choose": "partners_and_suppliers"})
    campaign.refresh_from_db()

    assert "its people can no longer change" in text_of(page)
    assert answer.url == place("campaign-detail", campaign)
    assert campaign.audience == {"choose": "everybody"}


def test_the_address_of_names_holds_the_rule_as_it_was_counted(desk, campaign):
    answer = desk.post(place("audience-count", campaign), rows({"rule": "city", "city": "Βόλος"}), headers=HTMX)

    url = answer.context["numbers"]["url"]

    assert json.loads(desk.get(url).wsgi_request.GET["rule"]) == VOLOS
