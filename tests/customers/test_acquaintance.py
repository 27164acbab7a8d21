"""«Γνωριμία»: who is asked about whom and in what order, what an answer writes, and how it is taken back."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from customers.models import AuditEntry, Contact, PassedOn, PurchaseSummary
from customers.pile import decided_today, familiar_form, left_for_others, next_people, open_count, standing, still_open
from customers.search import index_contacts
from customers.services.acquaintance import (
    Step,
    call_by,
    choose_name,
    decide_register,
    pass_on,
    take_back,
    take_care,
)
from customers.services.contacts import add_contact, edit_contact, set_register
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_contact, make_user

pytestmark = pytest.mark.django_db
UNSURE = {
    "first_name": "Γεώργιος",
    "last_name": "Παππάς",
    "name_confidence": 0.6,
    "name_reason": "ambiguous_accent",
    "name_choices": ["Παππάς", "Πάππας"],
    "needs_look": True,
    "look_reasons": [{"code": "name_unsure", "facts": {"reason": "ambiguous_accent"}}],
}


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager", first_name="Ελένη")


def bought(contact: Contact, total: str, *, count: int = 1, last_on: date = date(2026, 12, 1)) -> Contact:
    PurchaseSummary.objects.create(
        contact=contact, purchase_count=count, total=Decimal(total), first_on=last_on, last_on=last_on
    )
    return contact


def pile(user, **options) -> list[Contact]:
    return next_people(user=user, count=20, **options)


def decide(contact, register, by):
    return decide_register(contact.pk, register=register, by=by, now=NOW)


def kept(contact) -> dict:
    row = Contact.objects.filter(pk=contact.pk).values().get()
    return {name: value for name, value in row.items() if name != "updated_at"}


# --- Who is asked about ---


def test_the_best_customers_come_first_and_those_who_never_bought_last_by_name(anna):
    beta = make_contact(last_name="Βήτα", sort_key="vita")
    alpha = make_contact(last_name="Άλφα", sort_key="alfa")
    small = bought(make_contact(), "10")
    often = bought(make_contact(), "500", count=9)
    lately = bought(make_contact(), "500", count=2, last_on=date(2026, 12, 10))
    earlier = bought(make_contact(), "500", count=2)

    assert pile(anna) == [often, lately, earlier, small, alpha, beta]


def test_only_living_persons_and_households_are_asked_about(anna):
    person, household = make_contact(sort_key="a"), make_contact(kind="household", sort_key="b")
    for kind in ("company", "organisation", "placeholder", "other"):
        make_contact(kind=kind)
    make_contact(deceased=True)
    make_contact(stopped_reason="deceased", stopped_at=NOW)
    make_contact(erased_at=NOW)

    assert pile(anna) == [person, household]
    assert standing().total == 2


def test_a_register_typed_anywhere_else_is_an_answer_too(anna):
    by_hand = {"first_name": "Μαρία", "last_name": "Ιωάννου", "kind": "person", "register": "informal"}
    typed = add_contact(values=by_hand, by=anna, now=NOW)
    on_the_page = make_contact()
    set_register(on_the_page, register="informal", by=anna, now=NOW)

    assert pile(anna) == []
    assert (standing().decided_count, open_count()) == (2, 0)
    assert still_open(typed.pk) is None


def test_formal_because_nobody_has_said_is_not_an_answer(anna):
    stamatis = make_contact(STAMATIS)

    assert stamatis.register == "formal"
    assert pile(anna) == [stamatis]


def test_whom_one_puts_off_is_left_out_for_now(anna):
    first, second = bought(make_contact(), "20"), bought(make_contact(), "10")

    assert pile(anna, later=[first.pk]) == [second]


def test_a_walk_that_goes_on_from_a_customer_begins_with_them(anna):
    tied = [bought(make_contact(), "20") for _ in range(3)]
    dear, cheap, never = bought(make_contact(), "90"), bought(make_contact(), "5"), make_contact()

    assert pile(anna) == [dear, *tied, cheap, never]
    assert pile(anna, start=tied[1].pk) == [*tied[1:], cheap, never]


# --- An answer ---


@pytest.mark.parametrize("register", ["informal", "formal"])
def test_an_answer_is_kept_as_typed_and_stands_in_the_trail(anna, register):
    stamatis = make_contact(STAMATIS)

    outcome = decide(stamatis, register, anna)

    stamatis.refresh_from_db()
    entry = AuditEntry.objects.get(verb="decide_register")
    assert outcome.code == register
    assert (stamatis.register, stamatis.typed_fields) == (register, ["register"])
    assert (entry.actor_name, entry.person_key) == ("Άννα", stamatis.person_key)
    assert entry.facts == {"register": register}
    assert pile(anna) == []


def test_a_person_answered_meanwhile_keeps_the_first_answer_and_one_is_told_whose(anna, eleni):
    stamatis = make_contact(STAMATIS)
    decide(stamatis, "informal", eleni)

    outcome = decide(stamatis, "formal", anna)

    stamatis.refresh_from_db()
    assert (outcome.code, outcome.facts) == ("already", {"colleague": "Ελένη", "register": "informal"})
    assert outcome.step is None
    assert stamatis.register == "informal"


def test_the_same_answer_twice_writes_once(anna):
    stamatis = make_contact(STAMATIS)
    decide(stamatis, "informal", anna)

    outcome = decide(stamatis, "informal", anna)

    assert (outcome.code, outcome.facts["colleague"]) == ("already", "")
    assert AuditEntry.objects.count() == 1


def test_nobody_answers_for_somebody_erased_or_for_a_company(anna):
    erased, company = make_contact(erased_at=NOW), make_contact(kind="company")

    codes = [decide(each, "formal", anna).code for each in (erased, company)]

    assert codes == ["gone", "gone"]
    assert not AuditEntry.objects.exists()


def test_a_register_that_does_not_exist_is_refused(anna):
    with pytest.raises(ValueError, match="rude"):
        decide(make_contact(STAMATIS), "rude", anna)


# --- I don't know them ---


def test_whom_one_does_not_know_goes_to_the_others(anna, eleni):
    stamatis = make_contact(STAMATIS)

    outcome = pass_on(stamatis.pk, by=anna, now=NOW)

    assert outcome.code == "passed"
    assert pile(anna) == []
    assert pile(eleni) == [stamatis]


def test_one_colleague_who_is_asked_meets_them_first_and_the_others_not_at_all(anna, eleni):
    nikos = make_user("nikos", role="admin")
    best, asked = bought(make_contact(), "900"), make_contact(STAMATIS)

    outcome = pass_on(asked.pk, by=anna, now=NOW, asked_of=eleni)

    assert (outcome.code, outcome.facts) == ("asked", {"colleague": "Ελένη"})
    assert pile(eleni) == [asked, best]
    assert pile(nikos) == [best]


def test_when_the_one_who_was_asked_does_not_know_either_the_others_are_asked(anna, eleni):
    nikos = make_user("nikos", role="admin")
    stamatis = make_contact(STAMATIS)
    pass_on(stamatis.pk, by=anna, now=NOW, asked_of=eleni)

    pass_on(stamatis.pk, by=eleni, now=NOW)

    assert pile(nikos) == [stamatis]
    assert pile(eleni) == []


def test_a_question_to_somebody_who_has_left_the_house_is_open_to_all(anna, eleni):
    nikos = make_user("nikos", role="admin")
    stamatis = make_contact(STAMATIS)
    pass_on(stamatis.pk, by=anna, now=NOW, asked_of=eleni)
    eleni.is_active = False
    eleni.save()

    assert pile(nikos) == [stamatis]


def test_two_who_ask_one_another_do_not_hide_the_person_from_both(anna, eleni):
    nikos, maria = make_user("nikos"), make_user("maria")
    stamatis = make_contact(STAMATIS)
    pass_on(stamatis.pk, by=anna, now=NOW, asked_of=eleni)
    pass_on(stamatis.pk, by=nikos, now=NOW, asked_of=maria)

    assert pile(eleni) == [stamatis]
    assert pile(maria) == [stamatis]


def test_whoever_has_passed_is_not_asked_again(anna, eleni):
    make_user("nikos")
    stamatis = make_contact(STAMATIS)
    pass_on(stamatis.pk, by=eleni, now=NOW)

    outcome = pass_on(stamatis.pk, by=anna, now=NOW, asked_of=eleni)

    assert outcome.code == "passed"
    assert PassedOn.objects.get(colleague=anna).asked_of is None


def test_whom_nobody_knows_stays_formal_and_the_houses(anna, eleni):
    stamatis, giorgos = make_contact(STAMATIS), make_contact(GIORGOS)
    pass_on(giorgos.pk, by=anna, now=NOW)
    pass_on(stamatis.pk, by=eleni, now=NOW)

    outcome = pass_on(stamatis.pk, by=anna, now=NOW)

    stamatis.refresh_from_db()
    left = left_for_others()
    assert outcome.code == "nobody_knows"
    assert (stamatis.register, stamatis.owner) == ("formal", None)
    assert (left.with_others_count, left.unknown_count) == (1, 1)


def test_somebody_new_in_the_house_is_asked_whom_nobody_knew(anna):
    stamatis = make_contact(STAMATIS)
    pass_on(stamatis.pk, by=anna, now=NOW)

    assert pile(make_user("nikos")) == [stamatis]


def test_whoever_passed_may_still_answer_when_it_comes_to_mind(anna):
    stamatis = make_contact(STAMATIS)
    pass_on(stamatis.pk, by=anna, now=NOW)

    assert still_open(stamatis.pk) == stamatis
    assert decide(stamatis, "informal", anna).code == "informal"


# --- Owner, familiar form, name ---


def test_an_owner_is_taken_and_the_house_gets_them_back(anna, eleni):
    stamatis = make_contact(STAMATIS)

    taken = take_care(stamatis.pk, owner=anna, seen=None, by=anna, now=NOW)
    given = take_care(stamatis.pk, owner=None, seen=anna.pk, by=eleni, now=NOW)

    stamatis.refresh_from_db()
    assert (taken.code, taken.facts["colleague"]) == ("owner", "Άννα")
    assert given.code == "owner"
    assert stamatis.owner is None


def test_an_owner_whom_another_has_set_meanwhile_is_not_written_over(anna, eleni):
    stamatis = make_contact(STAMATIS)
    take_care(stamatis.pk, owner=eleni, seen=None, by=eleni, now=NOW)

    outcome = take_care(stamatis.pk, owner=anna, seen=None, by=anna, now=NOW)

    stamatis.refresh_from_db()
    assert (outcome.code, outcome.facts) == ("owner_changed", {"colleague": "Ελένη"})
    assert stamatis.owner == eleni


def test_the_familiar_form_is_a_suggestion_and_only_a_press_applies_it(anna):
    giorgos = make_contact(first_name="Γεώργιος", last_name="Δημητρίου")

    suggested = familiar_form(giorgos)
    outcome = call_by(giorgos.pk, known_as=suggested, by=anna, now=NOW)

    assert suggested == "Γιώργος"
    assert outcome.code == "known_as"
    assert Contact.objects.get(pk=giorgos.pk).known_as == "Γιώργος"
    assert familiar_form(Contact.objects.get(pk=giorgos.pk)) == ""


def test_a_form_that_was_not_suggested_is_not_taken(anna):
    giorgos = make_contact(first_name="Γεώργιος", last_name="Δημητρίου")

    outcome = call_by(giorgos.pk, known_as="Ζορζ", by=anna, now=NOW)

    assert outcome.code == "changed"
    assert Contact.objects.get(pk=giorgos.pk).known_as == ""


def test_a_chosen_reading_makes_the_name_sure_and_the_other_questions_stay(anna):
    address = {"code": "email_of_another", "facts": {"other_contact": 1}}
    pappas = make_contact(UNSURE, look_reasons=[*UNSURE["look_reasons"], address])

    outcome = choose_name(pappas.pk, choice="Πάππας", by=anna, now=NOW)

    pappas.refresh_from_db()
    assert outcome.code == "name"
    assert (pappas.last_name, pappas.name_confidence) == ("Πάππας", 1.0)
    assert (pappas.needs_look, pappas.look_reasons) == (True, [address])


def test_a_reading_that_was_not_offered_or_is_settled_already_changes_nothing(anna, eleni):
    pappas = make_contact(UNSURE)

    foreign = choose_name(pappas.pk, choice="Παπάς", by=anna, now=NOW)
    choose_name(pappas.pk, choice="Παππάς", by=eleni, now=NOW)
    late = choose_name(pappas.pk, choice="Πάππας", by=anna, now=NOW)

    pappas.refresh_from_db()
    assert (foreign.code, late.code, late.facts) == ("changed", "changed", {"colleague": "Ελένη"})
    assert pappas.last_name == "Παππάς"


# --- Taking back ---


def answers(contact, by, other) -> list:
    """One of each kind, to be given one after the other about one person."""
    return [
        lambda: choose_name(contact.pk, choice="Πάππας", by=by, now=NOW),
        lambda: call_by(contact.pk, known_as="Γιώργος", by=by, now=NOW),
        lambda: take_care(contact.pk, owner=by, seen=None, by=by, now=NOW),
        lambda: pass_on(contact.pk, by=by, now=NOW, asked_of=other),
        lambda: pass_on(contact.pk, by=by, now=NOW + timedelta(hours=1)),
        lambda: decide(contact, "informal", by),
    ]


def everything(contact) -> tuple[dict, list]:
    return kept(contact), list(contact.passes.values_list("colleague", "asked_of", "passed_at"))


def test_answers_are_taken_back_one_by_one_each_exactly(anna, eleni):
    pappas = make_contact(UNSURE, city="Βόλος", typed_fields=["city"])
    index_contacts([pappas.pk])
    before, steps = [], []
    for answer in answers(pappas, anna, eleni):
        before.append(everything(pappas))
        steps.append(Step(**json.loads(json.dumps(answer().step.as_dict()))))

    after = []
    for step in reversed(steps):
        assert take_back(step, by=anna, now=NOW).code == "undone"
        after.append(everything(pappas))

    assert after == before[::-1]
    assert len({str(state) for state in before}) == 6


def test_a_whole_contact_is_as_it_was_after_an_answer_is_taken_back(anna):
    stamatis = make_contact(STAMATIS, typed_fields=["city", "email"])
    before = kept(stamatis)

    step = decide(stamatis, "informal", anna).step
    take_back(step, by=anna, now=NOW)

    assert kept(stamatis) == before
    assert pile(anna) == [stamatis]


def test_the_earlier_question_to_one_colleague_comes_back(anna, eleni):
    stamatis = make_contact(STAMATIS)
    pass_on(stamatis.pk, by=anna, now=NOW, asked_of=eleni)
    step = pass_on(stamatis.pk, by=anna, now=NOW + timedelta(hours=1)).step

    take_back(step, by=anna, now=NOW)

    row = PassedOn.objects.get()
    assert (row.asked_of, row.passed_at) == (eleni, NOW)


def test_what_another_has_written_since_is_not_taken_back(anna, eleni):
    stamatis = make_contact(STAMATIS)
    step = decide(stamatis, "informal", anna).step
    edit_contact(stamatis, changes={"register": "formal"}, by=eleni, now=NOW)

    outcome = take_back(step, by=anna, now=NOW)

    stamatis.refresh_from_db()
    assert (outcome.code, outcome.facts) == ("changed_since", {"colleague": "Ελένη"})
    assert (stamatis.register, stamatis.acquaintance) == ("formal", "decided")


def test_what_another_has_typed_elsewhere_on_the_card_stays(anna, eleni):
    stamatis = make_contact(STAMATIS)
    step = decide(stamatis, "informal", anna).step
    edit_contact(stamatis, changes={"city": "Βόλος"}, by=eleni, now=NOW)

    outcome = take_back(step, by=anna, now=NOW)

    stamatis.refresh_from_db()
    assert outcome.code == "undone"
    assert (stamatis.city, stamatis.typed_fields) == ("Βόλος", ["city"])


def test_the_last_word_of_another_stays_where_ones_own_answer_had_changed_nothing(anna, eleni):
    stamatis, pappas = make_contact(STAMATIS), make_contact(UNSURE)
    as_it_was = decide(stamatis, "formal", anna).step
    as_it_stands = choose_name(pappas.pk, choice="", by=anna, now=NOW).step
    set_register(stamatis, register="informal", by=eleni, now=NOW)
    edit_contact(pappas, changes={"first_name": "Γρηγόριος"}, by=eleni, now=NOW)

    outcomes = [take_back(step, by=anna, now=NOW).code for step in (as_it_was, as_it_stands)]

    assert outcomes == ["changed_since", "changed_since"]
    stamatis.refresh_from_db()
    pappas.refresh_from_db()
    assert (stamatis.register, stamatis.acquaintance) == ("informal", "decided")
    assert (pappas.first_name, pappas.name_confidence) == ("Γρηγόριος", 1.0)


def test_a_name_settled_as_a_companys_can_be_taken_back(anna):
    shop = make_contact(UNSURE, raw_name="ΚΑΦΕ ΠΑΠΠΑΣ")
    index_contacts([shop.pk])
    before = kept(shop)
    step = choose_name(shop.pk, choice="Πάππας", by=anna, now=NOW).step
    fields = step.fields | {"kind": ["person", "company"]}
    Contact.objects.filter(pk=shop.pk).update(kind="company")

    outcome = take_back(Step(step.did, step.contact_id, fields, step.typed), by=anna, now=NOW)

    assert (outcome.code, kept(shop)) == ("undone", before)


def test_an_i_do_not_know_is_not_taken_back_once_another_has_answered(anna, eleni):
    stamatis = make_contact(STAMATIS)
    step = pass_on(stamatis.pk, by=anna, now=NOW).step
    decide(stamatis, "informal", eleni)

    outcome = take_back(step, by=anna, now=NOW)

    assert (outcome.code, outcome.facts["colleague"]) == ("already", "Ελένη")


def test_an_owner_who_has_left_since_cannot_come_back(anna, eleni):
    stamatis = make_contact(STAMATIS, owner=eleni)
    step = take_care(stamatis.pk, owner=anna, seen=eleni.pk, by=anna, now=NOW).step
    eleni.delete()

    assert take_back(step, by=anna, now=NOW).code == "changed_since"
    assert Contact.objects.get(pk=stamatis.pk).owner == anna


def test_somebody_erased_since_is_left_alone(anna):
    stamatis = make_contact(STAMATIS)
    step = decide(stamatis, "informal", anna).step
    Contact.objects.filter(pk=stamatis.pk).update(erased_at=NOW)

    assert take_back(step, by=anna, now=NOW).code == "gone"


# --- Counting ---


def test_the_count_of_today_is_ones_own_without_what_was_taken_back(anna, eleni):
    people = [make_contact() for _ in range(4)]
    decide_register(people[0].pk, register="formal", by=anna, now=NOW - timedelta(days=1))
    decide(people[1], "formal", eleni)
    decide(people[2], "formal", anna)
    take_back(decide(people[3], "formal", anna).step, by=anna, now=NOW)
    take_back(pass_on(people[3].pk, by=anna, now=NOW).step, by=anna, now=NOW)

    assert decided_today(anna, now=NOW) == 1


def test_a_step_of_a_long_pile_reads_few_rows(anna, django_assert_max_num_queries):
    for number in range(30):
        bought(make_contact(ELENI, email=""), str(number))

    with django_assert_max_num_queries(4):
        assert len(next_people(user=anna)) == 2
