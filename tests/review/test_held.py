import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation

from campaigns.models import Campaign, LetterReview, Message, StaffNotice
from campaigns.notice_words import notice_words
from campaigns.notices import HELD_LEFT, unseen_notices
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.review.by_hand.giving import give_to_hand
from campaigns.review.held import NotGiven, give_neutral, last_day, look_at_neutral, tell_of_held_letters
from campaigns.running import cancel_campaign
from campaigns.tasks import sweep_once
from campaigns.views import held
from customers.models import AuditEntry, Contact, User
from tests.builders import ELENI, NOW, make_campaign, make_contact, make_letter, make_user, make_words
from tests.connections import held_between
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db
# Nobody can tell Παππάς from Πάππας: such a name is never written in an opening without a person.
UNSURE = {
    "first_name": "",
    "last_name": "ΠΑΠΠΑΣ",
    "gender": "u",
    "name_confidence": 0.4,
    "name_reason": "accent_unsure",
}


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=ZoneInfo("Europe/Athens"))


@pytest.fixture
def anna(db):
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni(db):
    return make_user("eleni", role="manager", first_name="Ελένη", email="eleni@house.example")


def prepared(anna, *, state: str = "in_review", **fields) -> Campaign:
    """A greeting with one letter that is fit to leave and one that is held for its name; then in that state."""
    make_contact(ELENI)
    make_contact(UNSURE)
    campaign = make_campaign(author=anna, template=make_words(by=anna), **fields)
    start_preparing(campaign, by=anna, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    if state != "in_review":
        approved = {"approved_by": make_user(role="manager"), "approved_at": NOW}
        campaign.refresh_from_db()
        Campaign.objects.filter(pk=campaign.pk).update(
            state=state, approved_revision=campaign.revision, started_at=NOW, **approved
        )
    if state == "finished":
        Message.objects.filter(campaign=campaign, state="draft").update(state="sent", sent_at=NOW)
    campaign.refresh_from_db()
    return campaign


def held_letter(campaign: Campaign) -> Message:
    letter = campaign.messages.get(contact__last_name="ΠΑΠΠΑΣ")
    assert (letter.state, letter.reason_code) == ("held", "name_unsure")
    return letter


# --- The neutral opening ---


def give_seen(campaign: Campaign, *letters: Message, by: User) -> int:
    """Give letters the neutral opening after having looked at it."""
    ids = [letter.pk for letter in letters]
    look = look_at_neutral(campaign, ids, by=by, now=NOW)
    return give_neutral(campaign.pk, ids, by=by, now=NOW, shown=(look.letter.pk, look.mark))


def test_before_the_approval_a_neutral_opening_is_a_plain_change(anna):
    campaign = prepared(anna)
    letter = held_letter(campaign)

    given = give_neutral(campaign.pk, [letter.pk], by=anna, now=NOW)

    letter.refresh_from_db()
    assert given == 1
    assert (letter.state, letter.reason_code) == ("draft", "")
    assert "ΠΑΠΠΑΣ" not in letter.body.text and "Παππ" not in letter.body.text
    assert "καλά Χριστούγεννα" in letter.body.text
    assert Campaign.objects.get(pk=campaign.pk).revision == campaign.revision + 1


def test_the_button_names_as_many_letters_as_one_click_takes(anna, monkeypatch):
    campaign = prepared(anna)
    make_letter(campaign, state="held", reason_code="name_unsure")
    monkeypatch.setattr(held, "GIVEN_AT_ONCE", 1)

    page = client_of(anna).get(reverse("campaigns:held-list", args=[campaign.pk])).content.decode()

    assert "The neutral opening, 1 letter" in page
    assert "It is given to 1 of the 2 at a time; the others stay here for the next click." in page


@pytest.mark.parametrize("state", ["approved", "scheduled"])
def test_the_click_of_another_manager_approves_them_and_voids_nothing(anna, eleni, state):
    campaign = prepared(anna, state=state)
    letter = held_letter(campaign)

    give_seen(campaign, letter, by=eleni)

    letter.refresh_from_db()
    after = Campaign.objects.get(pk=campaign.pk)
    assert letter.state == "draft"
    assert (after.state, after.approved_revision, after.revision) == (state, campaign.revision, campaign.revision)
    assert AuditEntry.objects.filter(verb="give_neutral", actor_id=eleni.pk, facts__approved=True).exists()


def test_while_letters_leave_it_is_due_at_once(anna, eleni):
    campaign = prepared(anna, state="sending")
    letter = held_letter(campaign)

    give_seen(campaign, letter, by=eleni)

    letter.refresh_from_db()
    assert (letter.state, letter.due_at, letter.reason_code) == ("ready", NOW, "")
    assert letter.give_up_at is not None


def test_a_finished_greeting_takes_up_again(anna, eleni):
    campaign = prepared(anna, state="finished")

    give_seen(campaign, held_letter(campaign), by=eleni)

    assert Campaign.objects.get(pk=campaign.pk).state == "sending"


def test_after_the_approval_neither_the_author_nor_staff_gives_letters(anna, eleni):
    campaign = prepared(eleni, state="approved")
    letter = held_letter(campaign)

    for user in (eleni, anna):
        with pytest.raises(NotGiven) as refused:
            give_neutral(campaign.pk, [letter.pk], by=user, now=NOW)
        assert refused.value.code == "manager"

    assert Message.objects.get(pk=letter.pk).state == "held"


def test_in_a_shop_of_one_the_author_gives_them(eleni, settings):
    settings.ONE_PERSON_SHOP = True
    campaign = prepared(eleni, state="approved")

    assert give_seen(campaign, held_letter(campaign), by=eleni) == 1


def test_after_the_last_hour_nothing_is_given(anna, eleni):
    campaign = prepared(anna, state="sending")
    letter = held_letter(campaign)

    with pytest.raises(NotGiven) as refused:
        give_neutral(campaign.pk, [letter.pk], by=eleni, now=campaign.give_up_at)

    assert refused.value.code == "late"
    assert Message.objects.get(pk=letter.pk).state == "held"


@pytest.mark.parametrize("state", ["cancelled", "preparing"])
def test_nothing_is_given_in_a_greeting_that_is_over_or_begins_anew(anna, eleni, state):
    campaign = prepared(anna)
    letter = held_letter(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(state=state)

    with pytest.raises(NotGiven):
        give_neutral(campaign.pk, [letter.pk], by=eleni, now=NOW)


@pytest.mark.parametrize("reason", ["template_error", "unfilled", "set_aside", "guard", "by_call", "facts_changed"])
def test_only_letters_whose_one_fault_is_the_name_are_given_a_neutral_opening(anna, reason):
    campaign = prepared(anna)
    letter = held_letter(campaign)
    Message.objects.filter(pk=letter.pk).update(reason_code=reason)

    assert give_neutral(campaign.pk, [letter.pk], by=anna, now=NOW) == 0
    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("held", reason)


def test_a_letter_of_another_greeting_is_not_given_along(anna):
    campaign = prepared(anna)
    letter = held_letter(campaign)
    other = make_campaign(author=anna, state="in_review", occasion_key="x")

    assert give_neutral(other.pk, [letter.pk], by=anna, now=NOW) == 0
    assert Message.objects.get(pk=letter.pk).state == "held"


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_what_is_called_off_meanwhile_is_not_given():
    anna, eleni = make_user("anna"), make_user("eleni", role="manager")
    campaign = prepared(anna, state="sending")
    letter = held_letter(campaign)

    _none, other = held_between(
        lambda: cancel_campaign(campaign.pk, by=eleni, now=NOW),
        lambda: give_neutral(campaign.pk, [letter.pk], by=eleni, now=NOW),
        refusals=(NotGiven,),
    )

    assert other.refusal.code == "state"
    assert Message.objects.get(pk=letter.pk).state == "cancelled"


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_what_is_given_first_is_called_off_with_the_others():
    anna, eleni = make_user("anna"), make_user("eleni", role="manager")
    campaign = prepared(anna, state="sending")
    letter = held_letter(campaign)

    given, _other = held_between(
        lambda: give_seen(campaign, letter, by=eleni),
        lambda: cancel_campaign(campaign.pk, by=eleni, now=NOW),
    )

    assert given == 1
    assert Message.objects.get(pk=letter.pk).state == "cancelled"


# --- It is seen before it is given ---


@pytest.mark.parametrize("state", ["approved", "scheduled", "sending", "finished"])
def test_after_the_approval_nobody_gives_what_they_have_not_seen(anna, eleni, state):
    campaign = prepared(anna, state=state)
    letter = held_letter(campaign)

    for shown in ((0, ""), (letter.pk, ""), (letter.pk, "0" * 64)):
        with pytest.raises(NotGiven) as refused:
            give_neutral(campaign.pk, [letter.pk], by=eleni, now=NOW, shown=shown)
        assert refused.value.code == "unseen"

    held_letter(campaign)


def test_words_that_changed_since_they_were_shown_are_shown_again(anna, eleni):
    campaign = prepared(anna, state="approved")
    letter = held_letter(campaign)
    look = look_at_neutral(campaign, [letter.pk], by=eleni, now=NOW)
    Contact.objects.filter(pk=letter.contact_id).update(email="pappas@new.example")

    with pytest.raises(NotGiven) as refused:
        give_neutral(campaign.pk, [letter.pk], by=eleni, now=NOW, shown=(letter.pk, look.mark))

    assert refused.value.code == "unseen"


def test_an_opening_that_nobody_saw_is_shown_before_it_is_given(anna, eleni):
    campaign = prepared(anna, state="approved")
    letter = held_letter(campaign)
    look = look_at_neutral(campaign, [letter.pk], by=eleni, now=NOW)
    firm = make_contact({"kind": "company", "last_name": "", "first_name": "", "company_name": "ΑΛΦΑ", "gender": "u"})
    another = make_letter(campaign, firm, state="held", reason_code="name_unsure", review={})
    openings = look_at_neutral(campaign, [letter.pk, another.pk], by=eleni, now=NOW).openings

    assert len(openings) == 2
    with pytest.raises(NotGiven):
        give_neutral(campaign.pk, [letter.pk, another.pk], by=eleni, now=NOW, shown=(letter.pk, look.mark))


def test_a_letter_held_since_the_look_is_shown_before_it_is_given(anna, eleni):
    campaign = prepared(anna, state="approved")
    letter = held_letter(campaign)
    look = look_at_neutral(campaign, [letter.pk], by=eleni, now=NOW)
    another = make_letter(campaign, make_contact(UNSURE), state="held", reason_code="name_unsure", review={})
    both = [letter.pk, another.pk]
    assert len(look_at_neutral(campaign, both, by=eleni, now=NOW).openings) == 1

    with pytest.raises(NotGiven) as refused:
        give_neutral(campaign.pk, both, by=eleni, now=NOW, shown=(look.letter.pk, look.mark))

    assert refused.value.code == "unseen"


def test_the_look_shows_the_very_words_that_leave(anna, eleni):
    campaign = prepared(anna, state="approved")
    letter = held_letter(campaign)

    look = look_at_neutral(campaign, [letter.pk], by=eleni, now=NOW)
    give_neutral(campaign.pk, [letter.pk], by=eleni, now=NOW, shown=(look.letter.pk, look.mark))

    letter = Message.objects.select_related("body").get(pk=letter.pk)
    assert (look.words.subject, look.words.text, look.words.html) == (
        letter.body.subject,
        letter.body.text,
        letter.body.html,
    )
    assert letter.body.text.startswith(look.openings[0].words)


def test_a_press_without_a_look_leads_to_the_look(anna, eleni):
    campaign = prepared(anna, state="approved")
    Campaign.objects.filter(pk=campaign.pk).update(give_up_at=on(date(2099, 1, 1)))
    letter = held_letter(campaign)
    client = client_of(eleni)
    give = reverse("campaigns:held-give", args=[campaign.pk])

    answer = client.post(give, {"give": "neutral", "letter": letter.pk})

    look = reverse("campaigns:held-neutral", args=[campaign.pk])
    assert answer["Location"] == f"{look}?letter={letter.pk}"
    page = client.get(answer["Location"]).content.decode()
    assert "Yes, give it to 1 letter" in page and "this letter is approved" in page
    frame = client.get(reverse("campaigns:held-neutral-letter", args=[campaign.pk]), {"letter": letter.pk})
    assert "καλά Χριστούγεννα" in frame.content.decode()
    assert "Αγαπητέ" not in frame.content.decode()
    assert frame["Content-Security-Policy"].startswith("default-src 'none'")
    held_letter(campaign)


def test_a_mark_that_is_no_longer_true_says_so_and_shows_the_letter_again(anna, eleni):
    campaign = prepared(anna, state="approved")
    Campaign.objects.filter(pk=campaign.pk).update(give_up_at=on(date(2099, 1, 1)))
    letter = held_letter(campaign)
    give = reverse("campaigns:held-give", args=[campaign.pk])

    answer = client_of(eleni).post(give, {"give": "neutral", "shown": f"{letter.pk}:{'0' * 64}"}, follow=True)

    assert "The letters say something else by now. Nothing was given: look once more." in answer.content.decode()
    assert "The neutral opening" in answer.content.decode()


@pytest.mark.parametrize("query", ["letter=x", "letter=999999", "letter=" + "9" * 40, "letter=1%00"])
def test_a_look_at_nobody_leads_back_to_the_list(anna, query):
    campaign = prepared(anna)
    Campaign.objects.filter(pk=campaign.pk).update(give_up_at=on(date(2099, 1, 1)))

    answer = client_of(anna).get(f"{reverse('campaigns:held-neutral', args=[campaign.pk])}?{query}")

    assert answer["Location"] == reverse("campaigns:held-list", args=[campaign.pk])


def test_the_author_does_not_look_at_what_they_may_not_give(eleni):
    campaign = prepared(eleni, state="approved")
    Campaign.objects.filter(pk=campaign.pk).update(give_up_at=on(date(2099, 1, 1)))

    answer = client_of(eleni).get(reverse("campaigns:held-neutral", args=[campaign.pk]), follow=True)

    assert "a manager who did not write it gives these letters" in answer.content.decode()


def test_a_look_at_many_costs_the_same_statements(anna, eleni, django_assert_max_num_queries):
    for _number in range(9):
        make_contact(UNSURE)
    campaign = prepared(anna, state="approved")
    ids = list(campaign.messages.filter(state="held").values_list("pk", flat=True))

    with django_assert_max_num_queries(40):
        assert look_at_neutral(campaign, ids, by=eleni, now=NOW).count == 10


# --- Told before the last day ---


def held_campaign(anna, **fields) -> Campaign:
    campaign = make_campaign(author=anna, state="in_review", **fields)
    make_letter(campaign, state="held", reason_code="name_unsure")
    return campaign


def test_the_last_day_is_that_of_the_wish_or_that_of_the_last_hour(anna):
    assert last_day(make_campaign(author=anna)) == date(2026, 12, 25)
    late = make_campaign(author=anna, prepared_on=date(2026, 12, 27), give_up_at=on(date(2026, 12, 31)))
    assert last_day(late) == date(2026, 12, 31)
    assert last_day(make_campaign(author=anna, wish_on=None, give_up_at=on(date(2026, 12, 30)))) == date(2026, 12, 30)
    assert last_day(make_campaign(author=anna, wish_on=None, give_up_at=None)) is None


def test_managers_are_told_three_days_and_one_day_before_once_each(anna, eleni):
    held_campaign(anna)

    told = [tell_of_held_letters(now=on(date(2026, 12, day))) for day in (21, 22, 22, 23, 24, 24, 25, 26)]

    assert told == [0, 1, 0, 0, 1, 0, 0, 0]
    assert list(StaffNotice.objects.order_by("pk").values_list("to", "code", "facts")) == [
        (eleni.pk, HELD_LEFT, {"days": 3, "on": "2026-12-25"}),
        (eleni.pk, HELD_LEFT, {"days": 1, "on": "2026-12-25"}),
    ]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "There is time to decide until Friday 25 December"),
        ("el", "Υπάρχει καιρός για απόφαση ως την Παρασκευή 25 Δεκεμβρίου"),
    ],
)
def test_the_words_name_the_last_day_on_whichever_day_they_are_read(anna, eleni, language, sentence):
    held_campaign(anna)
    tell_of_held_letters(now=on(date(2026, 12, 23)))

    with translation.override(language):
        words = notice_words(StaffNotice.objects.get())

    assert sentence in words.sentence


def test_whoever_approved_is_told_and_not_the_other_managers(anna, eleni):
    campaign = make_campaign(author=anna, state="scheduled")
    make_letter(campaign, state="held", reason_code="name_unsure")

    tell_of_held_letters(now=on(date(2026, 12, 22)))

    assert [notice.to for notice in StaffNotice.objects.all()] == [campaign.approved_by]


def test_whoever_comes_back_late_is_still_told_once(anna, eleni):
    held_campaign(anna)

    assert tell_of_held_letters(now=on(date(2026, 12, 25))) == 1


def test_nobody_is_told_when_every_held_letter_is_in_somebodys_hand(anna, eleni):
    campaign = held_campaign(anna)
    letter = campaign.messages.get()
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)

    assert tell_of_held_letters(now=on(date(2026, 12, 24))) == 0


@pytest.mark.parametrize("state", ["cancelled", "preparing", "draft"])
def test_nobody_is_told_of_a_greeting_that_is_over_or_not_begun(anna, eleni, state):
    campaign = held_campaign(anna)
    Campaign.objects.filter(pk=campaign.pk).update(state=state)

    assert tell_of_held_letters(now=on(date(2026, 12, 24))) == 0


def test_the_notice_says_how_many_get_nothing_and_goes_when_they_are_settled(anna, eleni):
    campaign = held_campaign(anna)
    make_letter(campaign, state="held", reason_code="unfilled")
    tell_of_held_letters(now=on(date(2026, 12, 24)))
    (notice,) = unseen_notices(eleni)

    with translation.override("en"):
        assert "2 will receive nothing" in notice_words(notice).heading
    for letter in campaign.messages.all():
        give_to_hand(letter.pk, channel="card", by=anna, now=NOW)

    assert unseen_notices(eleni) == []


def test_the_sweep_tells(anna, eleni, monkeypatch):
    held_campaign(anna)
    monkeypatch.setattr("campaigns.tasks.timezone.now", lambda: on(date(2026, 12, 24)))

    sweep_once(rings_expire_after=None)

    assert StaffNotice.objects.filter(code=HELD_LEFT).count() == 1


# --- The page ---


def test_the_page_names_who_gets_nothing_and_gives_it_at_a_click(anna, eleni):
    campaign = prepared(anna, state="approved")
    Campaign.objects.filter(pk=campaign.pk).update(give_up_at=on(date(2099, 1, 1)))
    letter = held_letter(campaign)
    client = client_of(eleni)
    page = client.get(reverse("campaigns:held-list", args=[campaign.pk])).content.decode()

    look = client.get(reverse("campaigns:held-neutral", args=[campaign.pk])).content.decode()
    shown = re.search(r'name="shown" value="([^"]+)"', look)[1]
    answer = client.post(
        reverse("campaigns:held-give", args=[campaign.pk]), {"give": "neutral", "shown": shown}, follow=True
    ).content.decode()

    assert "ΠΑΠΠΑΣ" in page and "See the neutral opening, 1 letter" in page and "by 25 December" in page
    assert "1 letter leaves with a neutral opening." in answer
    assert Message.objects.get(pk=letter.pk).state == "draft"


@pytest.mark.parametrize("give", ["card", "call"])
def test_one_of_them_gets_a_card_or_a_call(anna, give):
    campaign = prepared(anna)
    letter = held_letter(campaign)
    make_letter(campaign, state="held", reason_code="unfilled", review={})

    client_of(anna).post(reverse("campaigns:held-give", args=[campaign.pk]), {"give": give, "letter": letter.pk})

    letter.refresh_from_db()
    assert (letter.state, letter.channel) == ("held", give)
    assert LetterReview.objects.get(pk=letter.pk).pile == ""
    assert campaign.messages.filter(channel=give).count() == 1


def test_the_author_is_told_why_they_cannot_give_it(eleni):
    campaign = prepared(eleni, state="approved")
    Campaign.objects.filter(pk=campaign.pk).update(give_up_at=on(date(2099, 1, 1)))
    client = client_of(eleni)

    page = client.get(reverse("campaigns:held-list", args=[campaign.pk])).content.decode()
    answer = client.post(reverse("campaigns:held-give", args=[campaign.pk]), {"give": "neutral"}, follow=True)

    assert "The neutral opening, 1 letter" not in page
    assert "a manager who did not write it gives these letters" in answer.content.decode()


def test_a_page_without_anybody_held_says_so(anna):
    campaign = make_campaign(author=anna, state="in_review", give_up_at=NOW + timedelta(days=9))

    assert "Nobody is held" in client_of(anna).get(reverse("campaigns:held-list", args=[campaign.pk])).content.decode()
