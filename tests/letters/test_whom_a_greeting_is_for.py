"""A greeting begins with the people it is true of; whom nobody can guess a person has to say."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from campaigns.models import Campaign
from campaigns.preparing import CannotPrepare, start_preparing
from campaigns.segments import RuleError, audience, rule_label
from campaigns.sentences import people_words
from campaigns.writing.audiences import first_audience, offered
from campaigns.writing.beginning import begin_own
from customers.models import Contact, PurchaseSummary
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact, make_user

pytestmark = pytest.mark.django_db
ST_NICHOLAS = date(2026, 12, 6)


def begun(occasion: str, wish_on: date = ST_NICHOLAS, name: str = "Για τους δικούς μας") -> Campaign:
    return begin_own(name=name, wish_on=wish_on, by=make_user(), now=NOW, occasion=occasion)


def chosen(rule: dict) -> list[Contact]:
    return list(audience(rule).order_by("pk"))


def make_customer(person: dict, last_on: date) -> Contact:
    contact = make_contact(person)
    PurchaseSummary.objects.create(contact=contact, purchase_count=1, total=10, first_on=last_on, last_on=last_on)
    return contact


def audience_page(client, campaign: Campaign):
    return client.get(reverse("campaigns:campaign-audience", args=[campaign.pk]))


def test_wishes_for_a_name_day_begin_with_those_who_celebrate():
    nikos = make_contact(first_name="Νίκος")
    chose = make_contact(STAMATIS, name_day_choice="12-06")
    make_contact(ELENI)
    make_contact(first_name="Νίκος", kind="household")

    assert chosen(begun("name_day").audience) == [nikos, chose]


def test_wishes_for_a_birthday_begin_with_those_born_on_that_day():
    born = make_contact(STAMATIS, birth_month=2, birth_day=29)
    make_contact(ELENI, birth_month=3, birth_day=1)

    assert chosen(begun("birthday", date(2027, 2, 28)).audience) == [born]


def test_whoever_celebrates_and_mourns_is_chosen_and_left_out_with_the_reason():
    mourner = make_contact(first_name="Νίκος", mourning_until=date(2027, 3, 1))

    assert chosen(begun("name_day").audience) == [mourner]


def test_a_thank_you_begins_with_those_who_bought_in_the_two_weeks_before():
    here = make_customer(STAMATIS, ST_NICHOLAS - timedelta(days=14))
    make_customer(ELENI, ST_NICHOLAS - timedelta(days=15))
    make_contact(GIORGOS)

    assert chosen(begun("thanks").audience) == [here]


def test_only_whoever_came_before_and_stays_away_is_missed():
    away = make_customer(STAMATIS, ST_NICHOLAS - timedelta(days=91))
    make_customer(ELENI, ST_NICHOLAS - timedelta(days=90))
    make_contact(GIORGOS)

    assert chosen(begun("missed").audience) == [away]


@pytest.mark.parametrize("occasion", ["apology", "other"])
def test_whom_nobody_can_guess_a_person_has_to_say(occasion):
    make_contact(STAMATIS)
    campaign = begun(occasion)

    assert (campaign.audience, chosen(campaign.audience)) == ({}, [])
    with translation.override("en"):
        assert people_words(campaign.audience) == "Nobody yet"


def test_a_feast_begins_with_everybody():
    assert first_audience("christmas", date(2026, 12, 25)) == {"choose": "everybody"}


def test_without_people_no_letters_are_prepared_and_the_page_says_what_to_do(as_staff):
    make_contact(STAMATIS)
    campaign = begun("apology")

    with pytest.raises(CannotPrepare, match="nobody"):
        start_preparing(campaign, by=campaign.author, now=NOW)
    page = as_staff.post(reverse("campaigns:campaign-prepare", args=[campaign.pk]), follow=True).content.decode()

    assert "Nobody is chosen yet. Choose whom the greeting is for." in page
    assert reverse("campaigns:campaign-audience", args=[campaign.pk]) in page


def test_the_desk_of_a_greeting_for_nobody_leads_to_its_people(as_staff):
    campaign = begun("apology")

    page = as_staff.get(reverse("campaigns:campaign-write", args=[campaign.pk])).content.decode()

    assert "Nobody is chosen yet." in page
    assert "Choose whom the greeting is for</a>" in page


# --- On the page of its people ---


def test_those_it_is_about_are_offered_first_with_their_number(as_staff):
    make_contact(first_name="Νίκος")
    make_contact(ELENI)

    page = audience_page(as_staff, begun("name_day"))

    first = page.context["choices"][0]
    assert (first["label"], first["count"]) == ("Who has a name day on 6 December", 1)
    assert page.context["chosen"] == first["code"]
    assert page.content.decode().count('name="choose" value="fitting" id="choose-fitting" checked') == 1


def test_other_occasions_do_not_offer_celebrations():
    rules = offered(make_campaign(), owner=1, today=NOW.date())

    assert {rule["choose"] for rule in rules.values()} == {
        "everybody",
        "bought_since",
        "own_people",
        "partners_and_suppliers",
        "left_out_last_year",
    }


def test_those_it_is_about_can_be_chosen_again_after_others(as_staff):
    campaign = begun("birthday")
    before, url = campaign.audience, reverse("campaigns:campaign-audience", args=[campaign.pk])

    as_staff.post(url, {"choose": "everybody"})
    campaign.refresh_from_db()
    assert campaign.audience == {"choose": "everybody"}

    as_staff.post(url, {"choose": "fitting"})
    campaign.refresh_from_db()
    assert campaign.audience == before


def test_the_people_of_a_colleague_stay_chosen_when_another_looks(as_staff, manager):
    make_contact(STAMATIS, owner=manager)
    campaign = make_campaign(audience={"choose": "own_people", "owner": manager.pk})

    page = audience_page(as_staff, campaign)
    as_staff.post(reverse("campaigns:campaign-audience", args=[campaign.pk]), {"choose": page.context["chosen"]})

    assert page.context["choices"][0]["label"] == f"the people of one colleague: {manager}"
    assert page.context["choices"][0]["count"] == 1
    campaign.refresh_from_db()
    assert campaign.audience == {"choose": "own_people", "owner": manager.pk}


def test_whoever_sends_the_page_without_a_choice_is_told(as_staff):
    campaign = begun("apology")

    page = as_staff.post(reverse("campaigns:campaign-audience", args=[campaign.pk]), {})

    assert page.status_code == 422
    assert "Say whom it is for." in page.content.decode()


def test_a_greeting_by_purchases_says_up_to_when_we_know_them(as_staff):
    make_customer(STAMATIS, timezone.localdate()).purchases.create(
        document_number="Α1", purchased_on=timezone.localdate() - timedelta(days=30), total=10
    )

    assert "The newest invoice we know is of" in audience_page(as_staff, begun("thanks")).content.decode()


# --- What a rule says ---


@pytest.mark.parametrize(
    ("rule", "el", "en"),
    [
        (
            {"choose": "celebrating", "what": "birthday", "on": "2027-01-01"},
            "Όσοι έχουν γενέθλια την 1η Ιανουαρίου",
            "Who has a birthday on 1 January",
        ),
        (
            {"choose": "celebrating", "what": "name_day", "on": "2026-12-06"},
            "Όσοι γιορτάζουν στις 6 Δεκεμβρίου",
            "Who has a name day on 6 December",
        ),
        (
            {"choose": "bought_since", "since": "2026-11-22"},
            "Όσοι έχουν αγοράσει από 22 Νοεμβρίου 2026",
            "Who has bought since 22 November 2026",
        ),
        (
            {"choose": "not_since", "since": "2026-09-07"},
            "Όσοι αγόρασαν παλιότερα, όχι όμως από 7 Σεπτεμβρίου 2026 και μετά",
            "Who bought before 7 September 2026 and not since",
        ),
    ],
)
def test_a_rule_says_whom_it_chooses(rule, el, en):
    with translation.override("en"):
        assert rule_label(rule) == en
    with translation.override("el"):
        assert rule_label(rule) == el


@pytest.mark.parametrize(
    "rule",
    [
        {"choose": "celebrating", "what": "wedding", "on": "2026-12-06"},
        {"choose": "celebrating", "what": "name_day", "on": "6/12/2026"},
        {"choose": "celebrating", "what": "name_day"},
        {"choose": "not_since"},
        {"choose": "__class__"},
        {"what": "name_day"},
        ["everybody"],
    ],
)
def test_a_rule_we_do_not_know_is_refused(rule):
    with pytest.raises(RuleError):
        audience(rule)
