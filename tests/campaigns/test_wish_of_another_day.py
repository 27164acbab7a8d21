"""Words frozen for one day do not leave on another: «Χριστός Ανέστη» is not said in Holy Week."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from campaigns.dispatch.sweep import begin_scheduled
from campaigns.models import Campaign, GreetingVariant, Message, StaffNotice
from campaigns.notice_words import notice_words
from campaigns.notices import WISH_DAY, unseen_notices
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.reasons import refusal
from campaigns.review.approval.approving import approve_campaign
from campaigns.running import StepRefused, schedule_campaign, start_sending
from customers.models import User
from tests.builders import ELENI, STAMATIS, make_campaign, make_contact, make_user, make_words

pytestmark = pytest.mark.django_db
EASTER = date(2027, 5, 2)
LENT = datetime(2027, 4, 20, 10, tzinfo=ZoneInfo("Europe/Athens"))
HOLY_FRIDAY, EASTER_MORNING = LENT.replace(day=30), LENT.replace(month=5, day=2)
WITH_WISH = "{{ προσφώνηση }}\n\n{{ ευχή }}· σας ευχόμαστε υγεία.\n\n{{ υπογραφή }}"
IF_QUOTED = "{{ προσφώνηση }}\n\nσας σκεφτόμαστε. [[ {{ λόγια }} {{ ευχή }}. ]]\n\n{{ υπογραφή }}"


@pytest.fixture
def manager() -> User:
    return make_user("eleni", role="manager")


def approved(manager: User, *, body: str = WITH_WISH, occasion: str = "easter", wish_on: date = EASTER) -> Campaign:
    """A greeting whose letters were prepared in Lent and approved."""
    author = make_user()
    campaign = make_campaign(
        author=author,
        template=make_words(by=author, body=body),
        occasion=occasion,
        occasion_key=f"{occasion}-{wish_on.year}",
        wish_on=wish_on,
    )
    start_preparing(campaign, by=author, now=LENT)
    while prepare_next_chunk(campaign.pk, now=LENT):
        pass
    campaign.refresh_from_db()
    approve_campaign(campaign.pk, by=manager, revision=campaign.revision, now=LENT)
    return campaign


def refused(step) -> StepRefused:
    with pytest.raises(StepRefused) as caught:
        step()
    return caught.value


def states(campaign: Campaign) -> tuple[str, set[str]]:
    campaign.refresh_from_db()
    return campaign.state, set(Message.objects.filter(campaign=campaign).values_list("state", flat=True))


def test_the_wish_of_easter_sunday_does_not_leave_on_good_friday(manager):
    make_contact(STAMATIS)
    campaign = approved(manager)

    error = refused(lambda: start_sending(campaign.pk, by=manager, now=HOLY_FRIDAY))

    assert (error.code, error.facts) == ("wish_day", {"wish": "Χριστός Ανέστη", "on": "2027-05-02"})
    assert states(campaign) == ("approved", {"draft"})


def test_on_easter_sunday_it_leaves(manager):
    make_contact(STAMATIS)
    campaign = approved(manager)

    start_sending(campaign.pk, by=manager, now=EASTER_MORNING)

    assert states(campaign) == ("sending", {"ready"})


def test_it_is_scheduled_for_a_day_on_which_it_is_right_and_no_other(manager):
    make_contact(STAMATIS)
    campaign = approved(manager)

    error = refused(lambda: schedule_campaign(campaign.pk, by=manager, at=HOLY_FRIDAY, now=LENT))
    assert (error.code, states(campaign)[0]) == ("wish_day", "approved")

    schedule_campaign(campaign.pk, by=manager, at=EASTER_MORNING, now=LENT)
    assert states(campaign)[0] == "scheduled"


def test_an_hour_before_midnight_is_still_the_day_before(manager):
    make_contact(STAMATIS)
    campaign = approved(manager)
    eve = EASTER_MORNING.replace(hour=0) - timedelta(minutes=1)

    error = refused(lambda: schedule_campaign(campaign.pk, by=manager, at=eve, now=LENT))

    assert error.code == "wish_day"


def test_letters_without_the_wish_leave_on_any_day(manager):
    make_contact(STAMATIS)
    campaign = approved(manager, body="{{ προσφώνηση }}\n\nσας ευχόμαστε υγεία.\n\n{{ υπογραφή }}")

    start_sending(campaign.pk, by=manager, now=HOLY_FRIDAY)

    assert states(campaign)[0] == "sending"


def test_a_wish_that_fell_out_of_every_letter_holds_back_none(manager):
    make_contact(STAMATIS)
    campaign = approved(manager, body=IF_QUOTED)

    start_sending(campaign.pk, by=manager, now=HOLY_FRIDAY)

    assert states(campaign)[0] == "sending"


def test_one_letter_that_says_it_is_enough(manager):
    make_contact(STAMATIS)
    make_contact(ELENI).interactions.create(happened_at=LENT, quotable="Ο καφές σας μας έλειψε.")
    campaign = approved(manager, body=IF_QUOTED)

    assert refused(lambda: start_sending(campaign.pk, by=manager, now=HOLY_FRIDAY)).code == "wish_day"


def test_a_wish_that_is_the_same_all_the_time_leaves_on_any_day(manager):
    make_contact(STAMATIS)
    campaign = approved(manager, occasion="clean_monday", wish_on=date(2027, 3, 15))
    Campaign.objects.filter(pk=campaign.pk).update(give_up_at=None)

    start_sending(campaign.pk, by=manager, now=datetime(2027, 3, 12, 10, tzinfo=LENT.tzinfo))

    assert states(campaign)[0] == "sending"


def test_each_language_has_its_own_wish(manager):
    """Happy Easter is said before and after, so letters in English alone may leave."""
    make_contact(STAMATIS, language="en", first_name="Stamatis", last_name="Pappas")
    author = make_user()
    template = make_words(by=author, body=WITH_WISH)
    GreetingVariant.objects.create(
        version=template.versions.get(),
        language="en",
        manner="formal",
        subject="Easter",
        body="{{ salutation }}\n\n{{ wish }}, with good health.\n\n{{ signature }}",
    )
    campaign = make_campaign(
        author=author, template=template, occasion="easter", occasion_key="easter-2027", wish_on=EASTER
    )
    start_preparing(campaign, by=author, now=LENT)
    while prepare_next_chunk(campaign.pk, now=LENT):
        pass
    approve_campaign(campaign.pk, by=manager, revision=campaign.revision, now=LENT)

    start_sending(campaign.pk, by=manager, now=HOLY_FRIDAY)

    assert states(campaign)[0] == "sending"


def test_a_wish_whose_days_are_over_has_no_better_day(manager):
    make_contact(STAMATIS)
    campaign = approved(manager, occasion="christmas", wish_on=date(2026, 12, 20))
    Campaign.objects.filter(pk=campaign.pk).update(give_up_at=None)

    error = refused(lambda: start_sending(campaign.pk, by=manager, now=datetime(2026, 12, 27, 10, tzinfo=LENT.tzinfo)))

    assert error.facts == {"wish": "Καλά Χριστούγεννα", "on": ""}
    with translation.override("en"):
        assert "no longer right on that day" in refusal(error, step="send")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The letters say “Χριστός Ανέστη”, and that begins to be right on Sunday 2 May."),
        ("el", "Τα γράμματα λένε «Χριστός Ανέστη», και αυτό αρχίζει να ταιριάζει την Κυριακή 2 Μαΐου."),
    ],
)
def test_the_refusal_says_from_which_day_it_is_right_and_what_to_do(manager, language, words):
    make_contact(STAMATIS)
    campaign = approved(manager)
    error = refused(lambda: start_sending(campaign.pk, by=manager, now=HOLY_FRIDAY))

    with translation.override(language):
        assert refusal(error, step="send").startswith(words)


def test_the_page_tells_the_manager_and_nothing_leaves(manager, client, settings):
    make_contact(STAMATIS)
    year = timezone.localdate().year + 1
    campaign = approved(manager, occasion="christmas", wish_on=date(year, 12, 25))
    Campaign.objects.filter(pk=campaign.pk).update(give_up_at=None)
    client.force_login(manager)

    page = client.post(
        f"/greetings/{campaign.pk}/send/", follow=True, headers={"accept-language": "en"}
    ).content.decode()

    assert "The letters say “Χρόνια πολλά”" in page
    assert states(campaign) == ("approved", {"draft"})


def test_a_scheduled_greeting_that_would_begin_on_a_wrong_day_waits_and_tells_once(manager):
    make_contact(STAMATIS)
    campaign = approved(manager)
    Campaign.objects.filter(pk=campaign.pk).update(state="scheduled", scheduled_at=HOLY_FRIDAY)

    for minute in range(3):
        begin_scheduled(now=HOLY_FRIDAY + timedelta(minutes=minute))

    assert states(campaign) == ("scheduled", {"draft"})
    assert StaffNotice.objects.filter(to=manager, code=WISH_DAY).count() == 1
    with translation.override("en"):
        words = notice_words(unseen_notices(manager)[0])
    assert words.heading == "Sending did not begin: its wish is for another day"
    assert "on Sunday 2 May" in words.sentence

    begin_scheduled(now=EASTER_MORNING)
    assert states(campaign) == ("sending", {"ready"})
    assert unseen_notices(manager) == []
