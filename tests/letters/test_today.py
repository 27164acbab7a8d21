from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import RequestFactory
from django.utils import timezone, translation

from campaigns.occasions import coming_feasts
from customers.models import FollowUp, ServiceCase
from greetings_crm.promises import letter_promises
from greetings_crm.today import calendar, called, celebrating_count, celebrations, today_page, today_view
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user, make_words

pytestmark = pytest.mark.django_db
# Thirty-five days before Christmas: a Friday, the 20th of November.
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Europe/Athens"))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_before_christmas_today_says_that_nothing_has_been_written(staff):
    make_contact()

    feasts = today_page(user=staff, now=FRIDAY)["feasts"]

    assert [(each.feast.key, each.days_left) for each in feasts][:1] == [("christmas-2026", 35)]


def test_a_feast_that_is_written_for_is_no_longer_offered(staff):
    make_contact()
    make_campaign(author=staff)

    assert "christmas-2026" not in [each.feast.key for each in today_page(user=staff, now=FRIDAY)["feasts"]]


def test_a_feast_far_away_is_not_today_s_business(staff):
    make_contact()

    assert today_page(user=staff, now=FRIDAY - timedelta(days=90))["feasts"] == []
    assert coming_feasts(FRIDAY.date())


def test_managers_are_asked_for_approvals_of_others_and_staff_is_not(staff, manager):
    make_contact()
    asked = {"approval_asked_at": NOW, "approval_asked_by": staff}
    theirs = make_campaign(author=staff, state="in_review", **asked)
    make_campaign(author=staff, state="in_review", occasion_key="not asked for yet")
    make_campaign(author=manager, state="in_review", occasion_key="x", **asked)

    assert today_page(user=manager, now=NOW)["to_approve"] == [theirs]
    assert today_page(user=staff, now=NOW)["to_approve"] == []


def test_what_is_paused_or_uncertain_comes_first(staff):
    paused = make_campaign(author=staff, state="paused", paused_code="login_refused")
    unsure = make_campaign(author=staff, state="sending", occasion_key="x")
    make_letter(unsure, state="uncertain", reason_code="holder_died")

    troubles = today_page(user=staff, now=NOW)["troubles"]

    assert [each["campaign"] for each in troubles] == [paused, unsure]
    assert troubles[0]["words"] == "Sending waits: the mail server refuses our name or password"


def test_open_cases_due_promises_and_people_to_ask_are_counted_in_the_sentence(staff):
    contact = make_contact(STAMATIS)
    ServiceCase.objects.create(contact=contact, opened_at=NOW)
    FollowUp.objects.create(contact=contact, text="Αν ήρθε ο καφές", due_on=NOW.date(), owner=staff)
    FollowUp.objects.create(contact=contact, text="Του χρόνου", due_on=NOW.date() + timedelta(days=9), owner=staff)
    make_contact(ELENI, needs_look=True, look_reasons=[{"code": "initials", "facts": {}}])

    page = today_page(user=staff, now=NOW)

    assert page["lede"] == "1 waits for an answer of ours. 1 promise is due. About 1 we have to ask."
    assert page["to_ask"][0][1] == "only initials"
    assert not page["day_done"]


def test_a_promise_of_another_colleague_is_theirs(staff):
    nikos = make_user("nikos")
    FollowUp.objects.create(contact=make_contact(), text="x", due_on=NOW.date(), owner=nikos)

    assert today_page(user=staff, now=NOW)["promise_count"] == 0
    assert today_page(user=nikos, now=NOW)["promise_count"] == 1


def test_birthdays_and_name_days_of_today_are_remembered():
    born = make_contact(STAMATIS, birth_month=12, birth_day=6)
    named = make_contact(first_name="Νίκος", last_name="Λιβανός")
    make_contact(first_name="Νίκος", last_name="Πενθών", mourning_until=date(2027, 1, 1))

    found = celebrations(date(2026, 12, 6))

    assert [(each.contact, each.birthday) for each in found] == [(born, True), (named, False)]


def test_whoever_was_born_on_a_leap_day_is_remembered_every_year():
    born = make_contact(birth_month=2, birth_day=29)

    assert [each.contact for each in celebrations(date(2027, 2, 28))] == [born]
    assert [each.contact for each in celebrations(date(2028, 2, 29))] == [born]
    assert celebrations(date(2028, 2, 28)) == []


def test_the_calendar_counts_our_people_by_the_names_of_the_next_days(django_assert_num_queries):
    make_contact(first_name="Νίκος")
    make_contact(first_name="Νικόλαος")
    make_contact(first_name="Σταμάτης")

    with django_assert_num_queries(2):
        days = calendar(date(2026, 12, 1))

    assert [(day.on, day.count) for day in days if day.on == date(2026, 12, 6)] == [(date(2026, 12, 6), 2)]


def test_a_name_day_somebody_chose_is_the_one_that_is_kept():
    chosen = make_contact(first_name="Νίκος", name_day_choice="E+2")
    by_custom = make_contact(first_name="Νίκος")

    assert [each.contact for each in celebrations(date(2026, 12, 6))] == [by_custom]
    assert chosen in [each.contact for each in celebrations(date(2027, 5, 4))]
    assert celebrating_count(date(2027, 5, 4)) == len(celebrations(date(2027, 5, 4)))
    assert [day.count for day in calendar(date(2027, 5, 3)) if day.on == date(2027, 5, 4)] == [1]


def test_an_empty_house_is_led_to_its_next_step(staff):
    assert today_page(user=staff, now=NOW)["empty_house"]


def test_with_nothing_left_the_day_is_done(staff):
    make_contact()

    assert today_page(user=staff, now=FRIDAY - timedelta(days=90))["day_done"]


@pytest.mark.parametrize("role", ["staff", "manager", "admin"])
def test_the_page_is_drawn_for_every_role(role, rf: RequestFactory):
    make_contact(ELENI, needs_look=True)
    make_campaign(state="in_review")
    request = rf.get("/")
    request.user, request.resolver_match = make_user(role=role), None

    assert "Ελένη Βλάχου" in today_view(request).content.decode()


@pytest.mark.parametrize(
    ("name", "greeting"),
    [("Νίκος", "Νίκο"), ("Άννα", "Άννα"), ("Ξγκρτς", "")],
)
def test_a_colleague_is_called_by_name_in_the_vocative_or_not_at_all(name, greeting):
    with translation.override("el"):
        assert called(make_user(first_name=name, last_name="")) == greeting


# --- What letters promise ---

PROMISE = "{{ προσφώνηση }}\n\nχρόνια πολλά. Ο καφές είναι από εμάς.\n\n{{ υπογραφή }}"
CHRISTMAS = date(2026, 12, 25)


def promising(author, *, body: str = PROMISE, state: str = "sending", started_at=NOW, **fields):
    return make_campaign(
        author=author, template=make_words(by=author, body=body), state=state, started_at=started_at, **fields
    )


def test_a_promise_of_letters_stands_on_everybody_s_today_with_the_number_of_its_readers(staff, manager):
    campaign = promising(staff)
    for state in ("sent", "ready", "uncertain"):
        make_letter(campaign, state=state, reason_code="x", sent_at=NOW)
    make_letter(campaign, state="skipped", reason_code="mourning")

    for user in (staff, manager):
        (promise,) = today_page(user=user, now=NOW + timedelta(days=4))["letter_promises"]
        assert (promise.campaign, promise.count) == (campaign, 3)
        assert promise.sentences == (("el", "Ο καφές είναι από εμάς."),)


def test_a_promise_holds_from_the_day_letters_leave_to_the_last_day_of_the_wish(staff):
    make_letter(promising(staff), state="sent", sent_at=NOW)

    holds = {on: bool(letter_promises(NOW.date() + timedelta(days=on))) for on in (-1, 0, 4, 10, 11)}

    assert holds == {-1: False, 0: True, 4: True, 10: True, 11: False}


def test_letters_that_wait_for_their_hour_promise_from_the_day_of_the_wish(staff):
    campaign = promising(staff, state="scheduled", started_at=None, scheduled_at=NOW + timedelta(days=3))
    make_letter(campaign)

    assert letter_promises(CHRISTMAS - timedelta(days=1)) == []
    assert [each.campaign for each in letter_promises(CHRISTMAS)] == [campaign]


@pytest.mark.parametrize("state", ["draft", "in_review", "approved", "cancelled"])
def test_words_that_nobody_reads_promise_nothing(staff, state):
    make_letter(promising(staff, state=state), state="draft")

    assert letter_promises(CHRISTMAS) == []


def test_letters_without_a_promise_are_not_on_today(staff):
    make_letter(promising(staff, body="{{ προσφώνηση }}\n\nχρόνια πολλά."), state="sent", sent_at=NOW)

    assert letter_promises(CHRISTMAS) == []


def test_only_readers_of_the_variant_that_promises_are_counted(staff):
    campaign = promising(staff)
    make_letter(campaign, state="sent", sent_at=NOW)
    make_letter(campaign, state="sent", sent_at=NOW, manner="informal")

    assert [each.count for each in letter_promises(CHRISTMAS)] == [1]


def test_the_promise_is_written_on_the_page_in_the_language_of_the_letter(staff, rf: RequestFactory):
    make_letter(promising(staff, state="finished", wish_on=timezone.localdate()), state="sent", sent_at=NOW)
    request = rf.get("/")
    request.user, request.resolver_match = staff, None

    page = today_view(request).content.decode()

    assert '<p class="what" lang="el">“Ο καφές είναι από εμάς.”</p>' in page
    assert "1 person reads it, and may come to ask." in page


def test_today_asks_little_about_promises_it_has_read_before(staff, django_assert_num_queries):
    make_letter(promising(staff), state="sent", sent_at=NOW)
    letter_promises(CHRISTMAS)

    with django_assert_num_queries(1):
        letter_promises(CHRISTMAS)
