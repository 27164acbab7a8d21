from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from campaigns.hooks import put_letters_back
from campaigns.models import Campaign
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.review.by_hand.case_words import call_words
from campaigns.review.by_hand.cases import ask_for_calls, call_day, calls_asked_for
from customers.consent import tell_stopped
from customers.models import Contact, FollowUp, ServiceCase, SpecialDay
from greetings_crm.today import today_page
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user, make_words
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(db):
    return make_user("anna", first_name="Άννα")


def open_case(contact: Contact, **fields) -> ServiceCase:
    return ServiceCase.objects.create(contact=contact, opened_at=NOW - timedelta(days=9), **fields)


def prepare(campaign: Campaign, anna) -> None:
    start_preparing(campaign, by=anna, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass


def left_out(contact: Contact, **fields) -> Campaign:
    campaign = make_campaign(state="in_review", **fields)
    make_letter(campaign, contact, state="skipped", reason_code="complaint")
    return campaign


def test_who_is_left_out_because_of_a_case_is_called_before_the_feast(anna):
    stamatis = make_contact(STAMATIS)
    make_contact(ELENI)
    open_case(stamatis, owner=anna)
    campaign = make_campaign(author=anna, template=make_words(by=anna))

    prepare(campaign, anna)

    call = FollowUp.objects.get()
    assert (call.contact, call.kind, call.owner, call.occasion_key) == (stamatis, "call", anna, "christmas-2026")
    assert call.text.startswith("Χριστούγεννα 2026")
    assert campaign.messages.get(contact=stamatis).state == "skipped"


def test_letters_prepared_again_ask_for_no_second_call(anna):
    stamatis = make_contact(STAMATIS)
    make_contact(ELENI)
    open_case(stamatis)
    campaign = make_campaign(author=anna, template=make_words(by=anna))
    prepare(campaign, anna)
    FollowUp.objects.update(done_at=NOW, done_by=anna)

    prepare(campaign, anna)

    assert FollowUp.objects.count() == 1


def test_two_greetings_of_one_occasion_ask_for_one_call():
    contact = make_contact(STAMATIS)
    open_case(contact)

    asked = [ask_for_calls(left_out(contact), now=NOW) for _each in range(2)]

    assert asked == [1, 0]


@pytest.mark.parametrize("reason", ["mourning", "deceased", "no_letters", "by_staff", "suppressed", "no_email"])
def test_no_call_is_asked_for_where_another_reason_keeps_letters_away(reason):
    campaign = make_campaign(state="in_review")
    make_letter(campaign, make_contact(STAMATIS), state="skipped", reason_code=reason)

    assert ask_for_calls(campaign, now=NOW) == 0


def test_in_mourning_with_an_open_case_nobody_is_called(anna):
    stamatis = make_contact(STAMATIS, mourning_until=date(2027, 1, 31))
    make_contact(ELENI)
    open_case(stamatis)

    prepare(make_campaign(author=anna, template=make_words(by=anna)), anna)

    assert not FollowUp.objects.exists()


def test_the_call_belongs_to_who_keeps_the_case_else_to_the_owner_else_to_everybody(anna):
    nikos = make_user("nikos")
    kept, owned, nobodys = (make_contact(owner=owner) for owner in (nikos, nikos, None))
    open_case(kept, owner=anna)
    open_case(owned)
    open_case(nobodys)

    for contact in (kept, owned, nobodys):
        ask_for_calls(left_out(contact), now=NOW)

    assert list(FollowUp.objects.order_by("contact").values_list("owner", flat=True)) == [anna.pk, nikos.pk, None]


def test_while_who_keeps_the_case_is_away_the_call_is_for_their_stand_in(anna):
    away = make_user("nikos", away_until=NOW.date() + timedelta(days=9), stand_in=anna)
    contact = make_contact(STAMATIS)
    open_case(contact, owner=away)

    ask_for_calls(left_out(contact), now=NOW)

    assert FollowUp.objects.get().owner == anna


def test_a_colleague_who_has_left_the_house_is_not_asked(anna):
    contact = make_contact(STAMATIS, owner=anna)
    open_case(contact, owner=make_user("gone", is_active=False))

    ask_for_calls(left_out(contact), now=NOW)

    assert FollowUp.objects.get().owner == anna


def test_the_call_is_due_two_open_days_before_the_wish(settings):
    settings.OPEN_WEEKDAYS = [0, 1, 2, 3, 4, 5]
    campaign = make_campaign(wish_on=date(2026, 12, 25))
    today = date(2026, 12, 1)

    assert call_day(campaign, today=today) == date(2026, 12, 23)
    SpecialDay.objects.create(on=date(2026, 12, 23), open=False)
    assert call_day(campaign, today=today) == date(2026, 12, 22)
    # From a Tuesday two days back lies a Saturday, for the Sunday between is closed.
    assert call_day(make_campaign(wish_on=date(2026, 12, 15)), today=today) == date(2026, 12, 12)


def test_a_call_is_never_due_in_the_past():
    assert call_day(make_campaign(wish_on=date(2026, 12, 25)), today=date(2026, 12, 24)) == date(2026, 12, 24)


def test_a_case_opened_while_letters_wait_asks_for_a_call_too():
    contact = make_contact(STAMATIS)
    campaign = make_campaign(state="scheduled", wish_on=timezone.localdate() + timedelta(days=9))
    letter = make_letter(campaign, contact, state="draft")
    open_case(contact)

    tell_stopped([contact.pk], "complaint")

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("skipped", "complaint")
    assert FollowUp.objects.get().contact == contact


def test_whose_letter_has_left_is_not_called_instead_of_it():
    contact = make_contact(STAMATIS)
    make_letter(make_campaign(state="finished"), contact, state="sent", sent_at=NOW)
    open_case(contact)

    tell_stopped([contact.pk], "complaint")

    assert not FollowUp.objects.exists()


def test_a_case_that_never_was_takes_its_call_back_with_the_letter():
    contact = make_contact(STAMATIS)
    letter = make_letter(make_campaign(state="scheduled"), contact, state="draft")
    case = open_case(contact)
    traces = tell_stopped([contact.pk], "complaint")
    case.delete()

    put_letters_back(traces)

    letter.refresh_from_db()
    assert letter.state == "draft"
    assert not FollowUp.objects.exists()


def test_a_call_that_was_made_is_kept_when_its_case_never_was(anna):
    contact = make_contact(STAMATIS)
    make_letter(make_campaign(state="scheduled"), contact, state="draft")
    traces = tell_stopped([contact.pk], "complaint")
    FollowUp.objects.update(done_at=NOW, done_by=anna)

    put_letters_back(traces)

    assert FollowUp.objects.count() == 1


def test_many_are_asked_for_in_a_few_statements(django_assert_max_num_queries):
    campaign = make_campaign(state="in_review")
    for _each in range(20):
        contact = make_contact()
        open_case(contact)
        make_letter(campaign, contact, state="skipped", reason_code="complaint")

    with django_assert_max_num_queries(10):
        assert ask_for_calls(campaign, now=NOW) == 20


def test_the_row_of_who_is_left_out_says_of_whom_the_call_was_asked(anna):
    contact = make_contact(STAMATIS)
    case = open_case(contact, owner=anna)
    campaign = left_out(contact)
    ask_for_calls(campaign, now=NOW)
    call = calls_asked_for(campaign, [contact.pk])[contact.pk]

    page = (
        client_of(anna)
        .get(reverse("campaigns:campaign-detail", args=[campaign.pk]), {"class": "left_out"})
        .content.decode()
    )

    assert "A call by 23 December was asked for. Whose: Άννα." in page
    with translation.override("en"):
        assert call_words(call, solved=True).endswith("It has been put right since: a line by hand is welcome.")
    ServiceCase.objects.filter(pk=case.pk).update(state="solved", solved_at=NOW)
    page = (
        client_of(anna)
        .get(reverse("campaigns:campaign-detail", args=[campaign.pk]), {"class": "left_out"})
        .content.decode()
    )
    assert "It has been put right since" in page and "A card: Σταμάτης Παπαδόπουλος" in page


def test_the_call_stands_on_today_and_on_the_page_of_the_person(anna):
    contact = make_contact(STAMATIS)
    open_case(contact, owner=anna)
    ask_for_calls(left_out(contact), now=NOW)

    promises = today_page(user=anna, now=NOW + timedelta(days=2))["promises"]
    page = client_of(anna).get(reverse("customers:person-detail", args=[contact.pk])).content.decode()

    assert [each.contact for each, _late in promises] == [contact]
    assert 'Call: <span lang="el">Χριστούγεννα 2026' in page
