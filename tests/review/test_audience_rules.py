"""Rules of an audience: whom each chooses, how they go together, what they say, and what is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from campaigns.segments import RULES, RuleError, audience, rule_label
from campaigns.segments.people import counts_of, people_of
from campaigns.sentences import people_words
from customers.models import Contact, Household, Interaction, Product, Purchase, PurchaseLine, ServiceCase, Tag
from customers.purchases import recompute_summaries
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 21)
EVERYBODY = {"choose": "everybody"}


def chosen(rule: dict) -> list[Contact]:
    return list(audience(rule, today=TODAY).order_by("pk"))


def buy(
    contact: Contact, on: date, total: str = "10", *, currency: str = "EUR", product: Product | None = None
) -> None:
    purchase = Purchase.objects.create(contact=contact, purchased_on=on, total=Decimal(total), currency=currency)
    if product:
        PurchaseLine.objects.create(purchase=purchase, product=product, amount=Decimal(total))
    recompute_summaries(contact_ids=[contact.pk])


@pytest.fixture
def stamatis() -> Contact:
    return make_contact(STAMATIS)


@pytest.fixture
def eleni() -> Contact:
    return make_contact(ELENI)


# --- One rule ---


def test_whoever_can_be_reached_has_an_address_and_no_stop_sign_today(stamatis):
    make_contact(GIORGOS)
    make_contact(ELENI, mourning_until=TODAY)
    no_longer = make_contact(mourning_until=TODAY - timedelta(days=1))

    assert chosen({"choose": "reachable"}) == [stamatis, no_longer]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"is_partner": True}, {"choose": "role", "role": "partner"}),
        ({"city": "Βόλος"}, {"choose": "city", "city": "Βόλος"}),
        ({"language": "en"}, {"choose": "language", "language": "en"}),
        ({"kind": "company"}, {"choose": "kind", "kind": "company"}),
        ({"register": "informal"}, {"choose": "register", "register": "informal"}),
        ({"typed_fields": ["register"]}, {"choose": "acquaintance", "acquaintance": "decided"}),
        ({"email": ""}, {"choose": "no_email"}),
        ({"kind": "household"}, {"choose": "household"}),
    ],
)
def test_a_rule_about_who_somebody_is_chooses_them_alone(stamatis, fields, rule):
    fitting = make_contact(ELENI, **fields)

    assert chosen(rule) == [fitting]


def test_people_of_a_colleague_of_nobody_and_with_a_tag(stamatis, eleni):
    anna, regular = make_user(), Tag.objects.create(name="τακτικός")
    Contact.objects.filter(pk=stamatis.pk).update(owner=anna)
    stamatis.tags.add(regular)

    assert chosen({"choose": "owner", "owner": anna.pk}) == [stamatis]
    assert chosen({"choose": "of_the_house"}) == [eleni]
    assert chosen({"choose": "tag", "tag": regular.pk}) == [stamatis]


def test_who_shares_a_home(stamatis, eleni):
    Contact.objects.filter(pk=eleni.pk).update(household=Household.objects.create(name="Βλάχου"))

    assert chosen({"choose": "household"}) == [eleni]


def test_a_product_was_bought_at_any_time_or_within_a_period(stamatis, eleni):
    espresso, filter_coffee = (Product.objects.create(key=key, raw_name=key) for key in ("ΕΣΠΡΕΣΟ", "ΦΙΛΤΡΟΥ"))
    buy(stamatis, date(2025, 3, 1), product=espresso)
    buy(eleni, date(2026, 3, 1), product=filter_coffee)
    rule = {"choose": "bought_product", "product": espresso.pk}

    assert chosen(rule) == [stamatis]
    assert chosen(rule | {"from": "2026-01-01"}) == []
    assert chosen(rule | {"choose": "not_bought_product"}) == [eleni]
    assert chosen(rule | {"choose": "not_bought_product", "from": "2026-01-01"}) == [stamatis, eleni]


def test_a_returned_product_was_not_bought(stamatis):
    espresso = Product.objects.create(key="ΕΣΠΡΕΣΟ", raw_name="ΕΣΠΡΕΣΟ")
    buy(stamatis, date(2026, 3, 1), "-10", product=espresso)

    assert chosen({"choose": "bought_product", "product": espresso.pk}) == []


@pytest.mark.parametrize(
    ("period", "came"),
    [
        ({"from": "2026-01-01"}, True),
        ({"to": "2023-12-31"}, False),
        ({"from": "2024-02-01", "to": "2024-02-28"}, True),
        ({"from": "2026-06-01", "to": "2026-06-30"}, True),
        ({"from": "2025-01-01", "to": "2025-12-31"}, True),
        ({"from": "2024-03-01", "to": "2024-12-31"}, False),
    ],
)
def test_who_bought_in_a_period_is_told_by_first_last_and_all_between(stamatis, eleni, period, came):
    for on in (date(2024, 2, 10), date(2025, 5, 1), date(2026, 6, 1)):
        buy(stamatis, on)

    assert chosen({"choose": "bought_in", **period}) == ([stamatis] if came else [])
    assert (stamatis in chosen({"choose": "not_bought_in", **period})) is not came
    assert eleni in chosen({"choose": "not_bought_in", **period})


def test_what_was_spent_is_added_up_in_one_currency(stamatis, eleni):
    buy(stamatis, date(2026, 1, 10), "60")
    buy(stamatis, date(2026, 2, 10), "60", currency="USD")
    buy(eleni, date(2025, 1, 10), "99.99")
    buy(eleni, date(2026, 2, 10), "0.01")
    hundred = {"choose": "spent", "at_least": "100", "currency": "EUR"}

    assert chosen(hundred) == [eleni]
    assert chosen(hundred | {"from": "2026-01-01"}) == []
    assert chosen({"choose": "spent", "at_most": "60", "currency": "EUR", "from": "2026-01-01"}) == [stamatis, eleni]
    assert chosen({"choose": "spent", "at_least": "60", "currency": "USD"}) == [stamatis]
    assert chosen({"choose": "spent", "at_least": "60", "at_most": "61", "currency": "EUR"}) == [stamatis]


def test_the_last_visit_and_the_usual_day(stamatis, eleni):
    buy(stamatis, date(2026, 12, 4))  # a Friday
    buy(eleni, date(2026, 3, 2))

    assert chosen({"choose": "recency", "from": "2026-06-01"}) == [stamatis]
    assert chosen({"choose": "recency", "to": "2026-06-01"}) == [eleni]
    assert chosen({"choose": "rhythm", "weekday": 4}) == [stamatis]


def test_birthdays_within_days_that_cross_the_year_and_the_leap_day(stamatis):
    december, january = make_contact(birth_month=12, birth_day=28), make_contact(birth_month=1, birth_day=3)
    leap = make_contact(birth_month=2, birth_day=29)

    assert chosen({"choose": "birthday_within", "from": "2026-12-28", "to": "2027-01-03"}) == [december, january]
    assert chosen({"choose": "birthday_within", "from": "2027-02-27", "to": "2027-02-28"}) == [leap]
    assert chosen({"choose": "birthday_within", "from": "2027-02-20", "to": "2027-02-27"}) == []


def test_name_days_within_days_by_calendar_and_by_choice():
    nikos = make_contact(first_name="Νίκος")
    chose = make_contact(STAMATIS, name_day_choice="12-06")
    make_contact(ELENI)

    assert chosen({"choose": "name_day_within", "from": "2026-12-05", "to": "2026-12-07"}) == [nikos, chose]
    assert chosen({"choose": "name_day_within", "from": "2026-12-07", "to": "2026-12-08"}) == []


def test_whoever_nothing_reached_a_year_ago_was_left_out(stamatis, eleni):
    last_year = make_campaign(state="finished", occasion_key="christmas-2025")
    make_letter(last_year, stamatis, state="sent", sent_at=NOW)
    make_letter(last_year, eleni, state="failed", reason_code="mailbox_full")
    shared = make_contact()
    make_letter(last_year, shared, state="skipped", reason_code="same_household")
    nobody = make_contact(GIORGOS)

    assert chosen({"choose": "left_out_last_year", "occasion": "christmas", "year": 2025}) == [eleni, nobody]


def test_who_was_not_greeted_yet_and_with_whom_nobody_spoke(stamatis, eleni):
    make_letter(make_campaign(), stamatis, state="sent", sent_at=NOW)
    Interaction.objects.create(contact=eleni, kind="call", happened_at=NOW - timedelta(days=2))
    noted = make_contact()
    Interaction.objects.create(contact=noted, kind="note", happened_at=NOW)

    assert chosen({"choose": "not_greeted", "occasion_key": "christmas-2026"}) == [eleni, noted]
    assert chosen({"choose": "not_contacted_since", "since": "2026-12-19"}) == [noted]
    assert chosen({"choose": "not_contacted_since", "since": "2026-12-20"}) == [eleni, noted]


def test_an_open_case_is_one_that_is_not_solved(stamatis, eleni):
    ServiceCase.objects.create(contact=stamatis, opened_at=NOW)
    ServiceCase.objects.create(contact=eleni, opened_at=NOW, state="solved", solved_at=NOW)

    assert chosen({"choose": "open_case"}) == [stamatis]


def test_people_are_chosen_by_name(stamatis, eleni):
    make_contact()

    assert chosen({"choose": "contacts", "contacts": [eleni.pk, stamatis.pk]}) == [stamatis, eleni]


# --- Together ---


def test_and_or_and_not_go_together(stamatis, eleni):
    Contact.objects.filter(pk=stamatis.pk).update(city="Βόλος", is_partner=True)
    Contact.objects.filter(pk=eleni.pk).update(city="Βόλος")
    giorgos = make_contact(GIORGOS)
    volos, partner = {"choose": "city", "city": "Βόλος"}, {"choose": "role", "role": "partner"}

    assert chosen({"all": [volos, partner]}) == [stamatis]
    assert chosen({"any": [partner, {"choose": "no_email"}]}) == [stamatis, giorgos]
    assert chosen({"all": [volos, {"not": partner}]}) == [eleni]
    assert chosen({"not": {"any": [partner, {"choose": "no_email"}]}}) == [eleni]


def test_everybody_stays_everybody_within_a_longer_rule(stamatis, eleni):
    nobody = {"choose": "city", "city": "Πουθενά"}

    assert chosen({"any": [EVERYBODY, nobody]}) == [stamatis, eleni]
    assert chosen({"all": [EVERYBODY, {"not": nobody}]}) == [stamatis, eleni]
    assert chosen({"not": EVERYBODY}) == []


def test_what_is_not_so_is_so_of_those_of_whom_nothing_is_known(stamatis):
    for rule in (
        {"choose": "owner", "owner": make_user().pk},
        {"choose": "birthday_within", "from": "2026-12-01", "to": "2026-12-31"},
        {"choose": "recency", "from": "2026-01-01"},
    ):
        assert chosen({"not": rule}) == [stamatis]


def test_the_erased_are_never_chosen(stamatis):
    Contact.objects.filter(pk=stamatis.pk).update(erased_at=NOW)

    assert chosen(EVERYBODY) == chosen({"not": {"choose": "no_email"}}) == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"all": []}, "empty"),
        ({"any": [{}]}, "unknown"),
        ({"all": [EVERYBODY], "choose": "everybody"}, "unknown"),
        ({"not": {"not": {"not": {"not": EVERYBODY}}}}, "too_deep"),
        ({"any": [EVERYBODY] * 25}, "too_many"),
        ({"all": "everybody"}, "unknown"),
        ({"choose": "bought_in"}, "empty"),
        ({"choose": "bought_in", "from": "2026-02-01", "to": "2026-01-01"}, "backwards"),
        ({"choose": "name_day_within", "from": "2026-01-01", "to": "2026-12-31"}, "too_long"),
        ({"choose": "spent", "currency": "EUR"}, "empty"),
        ({"choose": "spent", "at_least": "NaN", "currency": "EUR"}, "unknown"),
        ({"choose": "owner", "owner": "1"}, "unknown"),
        ({"choose": "owner", "owner": True}, "unknown"),
        ({"choose": "owner", "owner": 2**70}, "unknown"),
        ({"choose": "city", "city": "Βόλος\x00"}, "unknown"),
        ({"choose": "city", "city": "\ud800"}, "unknown"),
        ({"choose": "contacts", "contacts": list(range(1, 502))}, "too_many"),
        ({"choose": "contacts", "contacts": []}, "empty"),
        ({"choose": "role", "role": "objects"}, "unknown"),
        ({"choose": "not_contacted_since", "since": "0001-01-01"}, "unknown"),
        ({"choose": "bought_in", "from": "2026-01-01", "to": "9999-12-31"}, "unknown"),
        ("everybody", "unknown"),
        (None, "unknown"),
    ],
)
def test_what_is_no_rule_is_refused_with_a_reason(rule, code):
    with pytest.raises(RuleError) as refused:
        audience(rule)

    assert refused.value.code == code


# --- Firms ---


def test_the_people_of_a_chosen_firm_come_with_it():
    firm = make_contact(kind="company", company_name="ΚΑΦΕ ΤΟ ΛΙΜΑΝΙ", is_partner=True)
    maria = make_contact(works_for=firm, gets_wishes=True)
    make_contact(works_for=firm)
    elsewhere = make_contact(kind="company", company_name="ΑΛΛΟΥ")
    make_contact(works_for=elsewhere, gets_wishes=True)

    assert list(people_of({"choose": "role", "role": "partner"}, today=TODAY).order_by("pk")) == [firm, maria]


def test_a_firm_that_is_not_to_be_written_to_brings_nobody():
    firm = make_contact(kind="company", is_partner=True, stopped_reason="no_letters", stopped_at=NOW)
    make_contact(works_for=firm, gets_wishes=True)

    assert list(people_of({"choose": "role", "role": "partner"}, today=TODAY)) == [firm]


def test_several_rules_are_counted_as_each_alone(stamatis, eleni):
    firm = make_contact(kind="company", is_partner=True)
    make_contact(works_for=firm, gets_wishes=True)
    rules = {
        "everybody": EVERYBODY,
        "partners": {"choose": "partners_and_suppliers"},
        "nobody": {"choose": "no_email"},
    }

    assert counts_of(rules, today=TODAY) == {"everybody": 4, "partners": 2, "nobody": 0}


# --- In words ---


def test_every_rule_says_something_of_its_own():
    product, tag = Product.objects.create(key="Κ", raw_name="ΚΑΦΕΣ"), Tag.objects.create(name="τακτικός")
    facts = {
        "since": "2026-01-01", "from": "2026-11-01", "to": "2026-11-30", "on": "2026-12-06", "what": "name_day",
        "owner": make_user().pk, "role": "friend", "tag": tag.pk, "language": "el", "kind": "company",
        "register": "informal", "acquaintance": "open", "city": "Βόλος", "product": product.pk, "at_least": "1000",
        "currency": "EUR", "weekday": 4, "occasion": "christmas", "year": 2025, "occasion_key": "christmas-2026",
        "contacts": [make_contact(STAMATIS).pk],
    }  # fmt: skip
    with translation.override("en"):
        said = {name: rule_label(facts | {"choose": name}) for name in RULES}

    assert len(set(said.values())) == len(RULES)
    assert said["spent"] == "Who has bought for 1,000 € or more from 1 November 2026 to 30 November 2026"
    assert said["rhythm"] == "Whose usual day is Friday"
    assert said["contacts"] == "People chosen by name: Σταμάτης Παπαδόπουλος"
    for name in RULES:
        audience(facts | {"choose": name})


def test_a_rule_put_together_is_one_sentence():
    volos, buyer = {"choose": "city", "city": "Βόλος"}, {"choose": "bought_since", "since": "2026-01-01"}

    with translation.override("en"):
        assert rule_label({"any": [{"all": [volos, buyer]}, {"not": {"choose": "no_email"}}]}) == (
            "Whoever meets one of these: (whoever meets all of this: who lives in one town: Βόλος; "
            "who has bought since 1 January 2026); (everybody but these: who has no e-mail)"
        )


def test_within_a_longer_rule_my_own_people_are_named(db):
    anna = make_user("anna", first_name="Άννα")
    rule = {"all": [{"choose": "own_people", "owner": anna.pk}, {"choose": "has_email"}]}

    with translation.override("en"):
        assert "the people of one colleague: Άννα" in people_words(rule)
