from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, Message
from tests.builders import (
    ELENI,
    GIORGOS,
    NOW,
    STAMATIS,
    make_campaign,
    make_contact,
    make_letter,
    make_user,
    make_words,
)
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db


def url(name: str, campaign: Campaign) -> str:
    return reverse(f"campaigns:campaign-{name}", args=[campaign.pk])


def said_after(client, answer) -> str:
    return client.get(answer.url).content.decode()


@pytest.fixture
def in_review(staff):
    """Two letters to leave, one held for its name, one left out without e-mail."""
    campaign = make_campaign(author=staff, state="in_review", chosen_count=4)
    make_letter(campaign, make_contact(STAMATIS), state="draft")
    make_letter(campaign, make_contact(), state="draft")
    make_letter(
        campaign, make_contact(ELENI), state="held", reason_code="name_unsure", reason_facts={"why": "initials"}
    )
    make_letter(campaign, make_contact(GIORGOS), state="skipped", reason_code="no_email", address_digest="")
    return campaign


def test_the_deed_says_in_numbers_and_names_what_will_happen(as_manager, in_review):
    page = as_manager.get(url("approve", in_review))

    said = " ".join(page.content.decode().split())
    assert "With your approval <b>2</b> letters may leave." in said
    assert "<b>2</b> letters have been read by nobody one by one." in said
    assert "no e-mail</a> (1)" in said
    assert "an unsure name</a> (1)" in said
    assert "Ελένη Βλάχου" in said and "only initials" in said
    assert "Approve 2 letters" in said
    assert len(page.context["deed"].samples) == 2


def test_a_manager_approves_what_was_on_the_page(as_manager, manager, in_review):
    answer = as_manager.post(url("approve", in_review), {"revision": 1})

    in_review.refresh_from_db()
    assert answer.url == url("detail", in_review)
    assert (in_review.state, in_review.approved_by) == ("approved", manager)


def test_an_approval_of_something_older_is_refused_in_words(as_manager, in_review):
    Campaign.objects.filter(pk=in_review.pk).update(revision=2)

    answer = as_manager.post(url("approve", in_review), {"revision": 1})

    assert "Something was changed while you were reading." in said_after(as_manager, answer)
    in_review.refresh_from_db()
    assert in_review.state == "in_review"


def test_the_author_does_not_approve_their_own_words(in_review):
    boss = make_user("boss", role="manager")
    Campaign.objects.filter(pk=in_review.pk).update(author=boss)
    client = client_of(boss)

    page = client.get(url("approve", in_review)).content.decode()
    answer = client.post(url("approve", in_review), {"revision": 1})

    assert "Somebody else approves this." in page and "Approve 2 letters" not in page
    assert "another manager reads and approves it" in said_after(client, answer)
    in_review.refresh_from_db()
    assert in_review.approved_by is None


def test_a_shop_of_one_person_is_asked_twice(settings, in_review):
    settings.ONE_PERSON_SHOP = True
    boss = make_user("boss", role="manager")
    Campaign.objects.filter(pk=in_review.pk).update(author=boss)
    client = client_of(boss)

    first = client.post(url("approve", in_review), {"revision": 1})
    second_page = client.get(first.url).content.decode()
    in_review.refresh_from_db()
    state_between = in_review.state
    client.post(url("approve", in_review), {"revision": 1, "again": "1"})

    in_review.refresh_from_db()
    assert state_between == "in_review"
    assert "You wrote this greeting yourself" in second_page
    assert (in_review.state, in_review.approved_alone) == ("approved", True)


def test_in_a_house_of_several_the_author_cannot_claim_to_be_alone(in_review):
    boss = make_user("boss", role="manager")
    Campaign.objects.filter(pk=in_review.pk).update(author=boss)

    client_of(boss).post(url("approve", in_review), {"revision": 1, "again": "1"})

    in_review.refresh_from_db()
    assert in_review.state == "in_review"


def test_whoever_approves_second_is_told_who_was_first(as_manager, manager, in_review):
    as_manager.post(url("approve", in_review), {"revision": 1})
    other = client_of(make_user("other", role="manager"))

    answer = other.post(url("approve", in_review), {"revision": 1})
    page = other.get(answer.url, follow=True)

    assert "Ελένη has already approved it" in page.content.decode()


def test_with_no_letter_to_leave_there_is_nothing_to_sign(as_manager, staff):
    campaign = make_campaign(author=staff, state="in_review")
    make_letter(campaign, make_contact(GIORGOS), state="skipped", reason_code="no_email", address_digest="")

    page = as_manager.get(url("approve", campaign)).content.decode()

    assert "No letter would leave" in page
    assert "sign-name" not in page


def test_sending_makes_letters_due_and_rings_for_their_lanes(
    as_manager, staff, rung, django_capture_on_commit_callbacks
):
    campaign = make_campaign(author=staff, state="approved", give_up_at=None)
    make_letter(campaign, state="draft", lane=1)

    with django_capture_on_commit_callbacks(execute=True):
        as_manager.post(url("send", campaign))

    campaign.refresh_from_db()
    assert campaign.state == "sending"
    assert campaign.messages.get().state == Message.State.READY
    assert rung() == [("campaigns.tasks.dispatch_lane", f"{{'campaign_id': {campaign.pk}, 'lane': 1}}")]


def test_sending_twice_says_by_whom_it_has_already_begun(as_manager, staff):
    campaign = make_campaign(author=staff, state="approved", give_up_at=None)
    make_letter(campaign, state="draft")
    as_manager.post(url("send", campaign))

    answer = as_manager.post(url("send", campaign))

    assert "It has already begun: Ελένη sent it off on" in said_after(as_manager, answer)


def test_a_wish_whose_day_has_gone_by_does_not_leave(as_manager, staff):
    campaign = make_campaign(author=staff, state="approved", give_up_at=NOW - timedelta(days=4000))
    make_letter(campaign, state="draft")

    answer = as_manager.post(url("send", campaign))

    assert "Too late: the last sensible hour" in said_after(as_manager, answer)
    campaign.refresh_from_db()
    assert campaign.state == "approved"


def test_staff_pauses_and_a_manager_goes_on(as_staff, as_manager, staff):
    campaign = make_campaign(author=staff, state="sending")
    make_letter(campaign)

    as_staff.post(url("pause", campaign))
    paused = as_staff.get(url("detail", campaign)).content.decode()
    as_manager.post(url("resume", campaign))

    campaign.refresh_from_db()
    assert "Those not yet in hand wait until a manager goes on." in paused
    assert campaign.state == "sending"


def test_a_paused_campaign_repeats_what_the_mail_server_said(as_staff, staff):
    facts = {"smtp_code": 550, "reply": "5.7.26 unauthenticated mail"}
    campaign = make_campaign(author=staff, state="paused", paused_code="policy", paused_facts=facts)
    make_letter(campaign)

    page = as_staff.get(url("detail", campaign)).content.decode()

    assert "Sending waits: the mail server refuses letters of ours" in page
    assert "5.7.26 unauthenticated mail" in page


def test_calling_off_asks_once_with_the_name_and_leaves_what_has_left(as_manager, staff):
    campaign = make_campaign(author=staff, state="paused")
    make_letter(campaign, state="sent", sent_at=NOW)
    make_letter(campaign, state="ready")

    question = as_manager.get(url("cancel", campaign)).content.decode()
    as_manager.post(url("cancel", campaign))

    campaign.refresh_from_db()
    assert "Call off “Χριστούγεννα 2026”?" in question
    assert campaign.state == "cancelled"
    assert sorted(campaign.messages.values_list("state", flat=True)) == ["cancelled", "sent"]


@pytest.mark.parametrize(
    ("step", "state", "allowed"),
    [
        ("approve", "in_review", {"manager", "admin"}),
        ("send", "approved", {"manager", "admin"}),
        ("resume", "paused", {"manager", "admin"}),
        ("cancel", "paused", {"manager", "admin"}),
        ("pause", "sending", {"staff", "manager", "admin"}),
        ("prepare", "draft", {"staff", "manager", "admin"}),
    ],
)
def test_each_step_is_for_its_roles_only(staff, step, state, allowed):
    campaign = make_campaign(author=staff, state=state, give_up_at=None)
    make_letter(campaign, state="draft")

    for role in ("staff", "manager", "admin"):
        client = client_of(make_user(role=role))
        assert (client.post(url(step, campaign)).status_code != 403) == (role in allowed), role


@pytest.mark.parametrize("step", ["send", "pause", "resume", "prepare"])
def test_no_step_is_taken_by_following_a_link(as_manager, staff, step):
    campaign = make_campaign(author=staff, state="approved")

    assert as_manager.get(url(step, campaign)).status_code == 405


def test_an_approved_greeting_is_scheduled_from_its_page(as_manager, staff):
    campaign = make_campaign(author=staff, state="approved", give_up_at=timezone.now() + timedelta(days=9))
    hour = timezone.localtime() + timedelta(days=1)

    answer = as_manager.post(url("schedule", campaign), {"at": hour.strftime("%Y-%m-%dT%H:%M")})

    assert "begin to leave on" in said_after(as_manager, answer)
    campaign.refresh_from_db()
    assert campaign.state == "scheduled"


@pytest.mark.parametrize(
    ("at", "words"), [("tomorrow", "Choose a day and an hour"), ("2026-01-01T09:00", "That hour has gone by")]
)
def test_an_hour_that_cannot_be_is_refused_in_words(as_manager, staff, at, words):
    campaign = make_campaign(author=staff, state="approved")

    answer = as_manager.post(url("schedule", campaign), {"at": at})

    assert words in said_after(as_manager, answer)
    campaign.refresh_from_db()
    assert campaign.state == "approved"


def test_whoever_approves_reads_what_the_words_sell_why_and_what_they_promise(staff, as_manager):
    body = "{{ προσφώνηση }}\n\nκαλά Χριστούγεννα. Έκπτωση ως το Σάββατο. Ο καφές είναι από εμάς."
    template = make_words(by=staff, body=body)
    template.versions.update(selling_reason="Το ζήτησαν οι ίδιοι")
    campaign = make_campaign(author=staff, template=template, state="in_review")
    make_letter(campaign, state="draft")

    page = as_manager.get(reverse("campaigns:campaign-approve", args=[campaign.pk])).content.decode()

    assert 'It sells something: <span lang="el">“Έκπτωση”</span>.' in page and "Το ζήτησαν οι ίδιοι" in page
    assert 'It promises: <span lang="el">“Ο καφές είναι από εμάς.”</span>' in page
