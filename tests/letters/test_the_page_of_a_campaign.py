from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns import letter_pages
from campaigns.dispatch.sweep import hold_too_late
from campaigns.models import Campaign, Message, WorkerHeartbeat
from campaigns.selectors import bar_parts
from customers.models import Contact
from customers.search import sort_key_of
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db


def detail(client, campaign, **query):
    return client.get(reverse("campaigns:campaign-detail", args=[campaign.pk]), query)


def progress(client, campaign, **query):
    url = reverse("campaigns:campaign-progress", args=[campaign.pk])
    return client.get(url, query, headers={"hx-request": "true"})


@pytest.fixture
def at_work(staff):
    """A letter in each class that a campaign at work can have."""
    campaign = make_campaign(author=staff, state="sending", chosen_count=7)
    make_letter(campaign, make_contact(STAMATIS), state="sent", sent_at=NOW)
    make_letter(campaign, state="ready")
    make_letter(campaign, state="retry", reason_code="no_connection", due_at=NOW)
    make_letter(campaign, state="held", reason_code="name_unsure")
    make_letter(campaign, make_contact(GIORGOS), state="skipped", reason_code="no_email", address_digest="")
    make_letter(campaign, state="failed", reason_code="refused_address")
    make_letter(
        campaign,
        make_contact(ELENI, mobile="6944 000 112"),
        state="uncertain",
        reason_code="dropped_after_dot",
        reason_facts={"at": NOW.isoformat()},
    )
    return campaign


def test_everybody_stands_in_one_class_and_the_classes_add_up(as_staff, at_work):
    make_contact()

    page = detail(as_staff, at_work)

    assert {each["name"]: each["count"] for each in page.context["classes"]} == {
        "reached": 1,
        "waiting": 2,
        "held": 1,
        "left_out": 1,
        "failed": 1,
        "uncertain": 1,
    }
    assert sum(each["count"] for each in page.context["classes"]) == page.context["standing"].chosen == 7
    assert page.context["not_chosen"] == 1


def test_the_sentence_says_how_it_stands(as_staff, at_work):
    assert "<b>1</b> of <b>5</b> letters have gone." in detail(as_staff, at_work).content.decode()


def test_an_uncertain_letter_is_named_with_the_phone_and_two_answers(as_manager, at_work):
    page = detail(as_manager, at_work).content.decode()

    assert "One letter is uncertain: Ελένη Βλάχου" in page
    assert "Call: 6944 000 112" in page
    assert "It went: Ελένη Βλάχου" in page and "Send again: Ελένη Βλάχου" in page


def test_staff_sees_an_uncertain_letter_but_does_not_decide(as_staff, at_work):
    page = detail(as_staff, at_work).content.decode()
    letter = at_work.messages.get(state="uncertain")

    answer = as_staff.post(reverse("campaigns:message-settle", args=[letter.pk]), {"answer": "again"})

    assert "One letter is uncertain" in page and "Send again:" not in page
    assert answer.status_code == 403


@pytest.mark.parametrize(("answer", "state"), [("went", "sent"), ("again", "ready")])
def test_a_manager_decides_about_an_uncertain_letter_once(as_manager, manager, at_work, answer, state):
    letter = at_work.messages.get(state="uncertain")
    url = reverse("campaigns:message-settle", args=[letter.pk])

    as_manager.post(url, {"answer": answer})
    second = as_manager.post(url, {"answer": "again"})

    letter.refresh_from_db()
    assert (letter.state, letter.settled_by) == (state, manager)
    assert "Somebody has already decided" in as_manager.get(second.url).content.decode()


def test_whoever_sends_a_letter_again_too_late_is_told_that_it_stays(as_manager, at_work):
    letter = at_work.messages.get(state="uncertain")
    Message.objects.filter(pk=letter.pk).update(give_up_at=timezone.now())

    page = as_manager.post(reverse("campaigns:message-settle", args=[letter.pk]), {"answer": "again"}, follow=True)

    assert f"It stands among those held: {letter.to_name}." in page.content.decode()
    hold_too_late(now=timezone.now())
    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("held", "too_late")


def test_an_answer_that_is_none_decides_nothing(as_manager, at_work):
    letter = at_work.messages.get(state="uncertain")

    as_manager.post(reverse("campaigns:message-settle", args=[letter.pk]), {"answer": "maybe"})

    letter.refresh_from_db()
    assert letter.state == "uncertain"


def test_whoever_calls_off_is_told_how_many_were_reached_by_letter_or_by_hand(as_manager, at_work):
    at_work.messages.filter(state="held").update(state="sent", reason_code="by_call", sent_at=NOW)

    page = as_manager.get(reverse("campaigns:campaign-cancel", args=[at_work.pk]))

    reached = page.context["standing"].classes["reached"]
    assert reached > 1 and f"{reached} have their greeting already and keep it." in page.content.decode()


def test_each_class_opens_its_names_with_reason_and_remedy(as_staff, at_work):
    left_out = detail(as_staff, at_work, **{"class": "left_out"}).content.decode()
    failed = detail(as_staff, at_work, **{"class": "failed"}).content.decode()

    assert "Γιώργος Δημητρίου" in left_out and "no e-mail" in left_out and "A card or a call" in left_out
    assert "the address does not exist" in failed and "Ask for their new address." in failed


def test_a_reason_narrows_the_names(as_staff, staff):
    campaign = make_campaign(author=staff, state="finished")
    make_letter(campaign, make_contact(GIORGOS), state="skipped", reason_code="no_email", address_digest="")
    make_letter(campaign, make_contact(ELENI), state="skipped", reason_code="mourning")

    page = detail(as_staff, campaign, **{"class": "left_out", "reason": "mourning"})

    assert [row["letter"].contact.first_name for row in page.context["rows"]] == ["Ελένη"]
    assert {code for code, _words, _count in page.context["chips"]} == {"no_email", "mourning"}


def names(page) -> list[str]:
    return [row["letter"].contact.last_name for row in page.context["rows"]]


def walked(client, campaign, **query) -> list[list[str]]:
    """The pages one comes by with «Next», then those one comes back by with «Previous»."""
    pages = [detail(client, campaign, **query)]
    while after := pages[-1].context["page"].after:
        pages.append(detail(client, campaign, **query, after=after))
    back = [pages[-1]]
    while before := back[-1].context["page"].before:
        back.append(detail(client, campaign, **query, before=before))
    assert [names(page) for page in back] == [names(page) for page in reversed(pages)]
    return [names(page) for page in pages]


@pytest.fixture
def a_hundred_and_three(staff):
    campaign = make_campaign(author=staff, state="finished")
    for number in range(103):
        contact = make_contact(last_name=f"Μελάς{(number * 37) % 103:03}")
        Contact.objects.filter(pk=contact.pk).update(sort_key=sort_key_of(contact))
        make_letter(campaign, contact, state="sent", sent_at=NOW)
    return campaign


@pytest.mark.parametrize("walk_from", [0, 5_000], ids=["people walked", "letters put in order"])
def test_names_come_fifty_to_a_page_there_and_back(as_staff, a_hundred_and_three, monkeypatch, walk_from):
    monkeypatch.setattr(letter_pages, "WALK_FROM", walk_from)

    pages = walked(as_staff, a_hundred_and_three)

    assert [len(page) for page in pages] == [50, 50, 3]
    assert [name for page in pages for name in page] == [f"Μελάς{number:03}" for number in range(103)]


def test_people_of_one_name_stand_on_one_page_each(as_staff, staff):
    campaign = make_campaign(author=staff, state="finished")
    for _number in range(101):
        make_letter(campaign, state="sent", sent_at=NOW)

    first = detail(as_staff, campaign)
    second = detail(as_staff, campaign, after=first.context["page"].after)
    third = detail(as_staff, campaign, after=second.context["page"].after)

    seen = [row["letter"].pk for page in (first, second, third) for row in page.context["rows"]]
    assert len(seen) == len(set(seen)) == 101
    assert third.context["page"].after is None


def test_a_page_behind_somebody_who_is_gone_is_the_first_one(as_staff, a_hundred_and_three):
    page = detail(as_staff, a_hundred_and_three, after=999_999)

    assert names(page)[0] == "Μελάς000"
    assert page.context["page"].before is None


def test_the_erased_are_counted_where_the_class_ends(as_staff, a_hundred_and_three):
    letter = a_hundred_and_three.messages.first()
    Contact.objects.filter(pk=letter.contact_id).update(erased_at=NOW)

    pages = [detail(as_staff, a_hundred_and_three)]
    while after := pages[-1].context["page"].after:
        pages.append(detail(as_staff, a_hundred_and_three, after=after))

    assert sum(len(names(page)) for page in pages) == 102
    assert [page.context["page"].erased_count for page in pages] == [0, 0, 1]
    assert "And 1 person who was erased at their own wish." in pages[-1].content.decode()


@pytest.mark.parametrize(
    "query",
    [{"class": "nonsense"}, {"after": "x"}, {"before": "²"}, {"after": "9" * 30}, {"class": "held", "reason": "’"}],
)
def test_a_crooked_address_is_a_page_all_the_same(as_staff, at_work, query):
    assert detail(as_staff, at_work, **query).status_code == 200


def test_the_numbers_move_by_themselves_only_while_letters_do(as_staff, at_work, staff):
    still = make_campaign(author=staff, state="finished", occasion_key="x")
    make_letter(still, state="sent", sent_at=NOW)
    WorkerHeartbeat.objects.create(holder="house:1", started_at=NOW, seen_at=timezone.now())

    assert 'hx-trigger="every 2s"' in detail(as_staff, at_work).content.decode()
    assert "hx-trigger" not in detail(as_staff, still).content.decode()


def test_the_browser_loads_the_page_again_when_the_campaign_took_a_step(as_staff, at_work):
    same = progress(as_staff, at_work, state="sending", uncertain=1)
    over = progress(as_staff, at_work, state="preparing", uncertain=1)

    assert "HX-Refresh" not in same.headers
    assert over.headers["HX-Refresh"] == "true"


def test_a_letter_that_becomes_uncertain_changes_in_place_and_can_be_settled_there(as_manager, at_work):
    same = progress(as_manager, at_work, state="sending", uncertain=1).content.decode()
    new_uncertain = progress(as_manager, at_work, state="sending", uncertain=0)

    part = new_uncertain.content.decode()
    letter = at_work.messages.get(state="uncertain")
    assert "HX-Refresh" not in new_uncertain.headers
    assert '<div class="doubts" id="doubts" hx-swap-oob="true">' in part and "csrfmiddlewaretoken" in part
    assert f'id="went-{letter.pk}"' in part
    assert "hx-swap-oob" not in same


def test_the_last_uncertain_letter_that_was_settled_goes_from_the_page(as_manager, at_work):
    at_work.messages.filter(state="uncertain").update(state="sent", sent_at=NOW)

    part = progress(as_manager, at_work, state="sending", uncertain=1).content.decode()

    assert '<div class="doubts" id="doubts" hx-swap-oob="true"></div>' in part


def test_the_moving_part_without_a_script_leads_to_the_page(as_staff, at_work):
    answer = as_staff.get(reverse("campaigns:campaign-progress", args=[at_work.pk]))

    assert answer.url == reverse("campaigns:campaign-detail", args=[at_work.pk])


def test_all_gone_and_nobody_forgotten_is_said_only_when_it_is_true(as_staff, staff):
    whole = make_campaign(author=staff, state="finished")
    make_letter(whole, state="sent", sent_at=NOW)
    make_letter(whole, state="sent", sent_at=NOW)
    partly = make_campaign(author=staff, state="finished", occasion_key="x")
    make_letter(partly, state="sent", sent_at=NOW)
    make_letter(partly, state="failed", reason_code="refused_address")

    assert "nobody forgotten" in detail(as_staff, whole).content.decode()
    assert "nobody forgotten" not in detail(as_staff, partly).content.decode()


def test_a_draft_opens_on_the_desk(as_staff, staff):
    campaign = make_campaign(author=staff)

    assert detail(as_staff, campaign).url == reverse("campaigns:campaign-write", args=[campaign.pk])


def test_a_frozen_letter_is_shown_as_it_will_leave(as_staff, at_work):
    letter = at_work.messages.get(state="ready")

    page = as_staff.get(reverse("campaigns:message-detail", args=[letter.pk]))
    shown = as_staff.get(reverse("campaigns:message-html", args=[letter.pk]))

    assert "Αγαπητέ Σταμάτη," in page.content.decode()
    assert "<p>Αγαπητέ Σταμάτη,</p>" in shown.content.decode()
    assert shown.headers["Content-Security-Policy"].endswith("sandbox")


def test_somebody_left_out_has_a_page_that_says_why(as_staff, staff):
    campaign = make_campaign(author=staff, state="finished")
    letter = make_letter(campaign, make_contact(GIORGOS), state="skipped", reason_code="no_email", address_digest="")
    letter.body.delete()

    page = as_staff.get(reverse("campaigns:message-detail", args=[letter.pk])).content.decode()

    assert "No letter was written for this person." in page
    assert "No e-mail" in page


def test_a_person_s_page_tells_what_left_and_what_did_not(as_staff, at_work):
    sent = at_work.messages.get(state="sent").contact
    left_out = at_work.messages.get(state="skipped").contact

    assert (
        "Letter: Χριστούγεννα 2026" in as_staff.get(reverse("customers:person-detail", args=[sent.pk])).content.decode()
    )
    assert (
        "No letter: Χριστούγεννα 2026"
        in as_staff.get(reverse("customers:person-detail", args=[left_out.pk])).content.decode()
    )


def test_a_person_s_page_says_what_to_do_about_a_letter_that_came_back(as_staff, at_work):
    failed = at_work.messages.get(state="failed").contact

    page = as_staff.get(reverse("customers:person-detail", args=[failed.pk])).content.decode()

    assert "A letter that came back: Χριστούγεννα 2026" in page
    assert "the address does not exist. Ask for their new address." in page


def test_a_letter_nobody_is_sure_of_is_not_said_to_have_left(as_staff, at_work):
    uncertain = at_work.messages.get(state="uncertain").contact

    page = as_staff.get(reverse("customers:person-detail", args=[uncertain.pk])).content.decode()

    assert "A letter that may not have left: Χριστούγεννα 2026" in page


def test_beside_a_letter_that_came_back_stands_the_number_to_call(as_staff, at_work):
    Contact.objects.filter(pk=at_work.messages.get(state="failed").contact_id).update(phone="2310 555 012")

    page = detail(as_staff, at_work, **{"class": "failed"}).content.decode()

    assert '<a class="nowrap num" href="tel:2310555012">2310 555 012</a>' in page


def test_the_number_of_who_left_by_their_own_wish_is_not_offered(as_staff, at_work):
    make_letter(at_work, make_contact(phone="2310 555 013"), state="skipped", reason_code="suppressed")

    assert "2310555013" not in detail(as_staff, at_work, **{"class": "left_out"}).content.decode()


def test_what_has_not_gone_of_a_finished_greeting_stands_in_its_sentence(as_staff, at_work):
    Campaign.objects.filter(pk=at_work.pk).update(state="finished")
    at_work.messages.filter(state__in=["ready", "retry"]).update(state="sent", sent_at=NOW)

    said = "<b>3</b> of <b>5</b> letters have gone. <b>1</b> came back. <b>1</b> is uncertain."

    assert said in detail(as_staff, at_work).content.decode()


@pytest.mark.parametrize("state", ["in_review", "approved", "scheduled"])
def test_a_greeting_that_came_too_late_says_so_and_offers_no_step_that_is_refused(as_manager, staff, state):
    past = timezone.now() - timedelta(hours=3)
    hours = {"scheduled_at": past, "give_up_at": past + timedelta(hours=2)}
    campaign = make_campaign(author=staff, state=state, **hours)
    make_letter(campaign, state="draft")

    page = detail(as_manager, campaign).content.decode()

    assert "It is too late for this wish" in page and "<b>1</b> letter was ready; it did not leave." in page
    assert reverse("campaigns:campaign-cancel", args=[campaign.pk]) in page
    assert "btn-primary" not in page and "leaves by itself" not in page


def test_a_greeting_whose_hour_went_by_unheard_does_not_promise_that_hour(as_manager, staff):
    now = timezone.now()
    hours = {"scheduled_at": now - timedelta(minutes=9), "give_up_at": now + timedelta(days=1)}
    campaign = make_campaign(author=staff, state="scheduled", **hours)
    make_letter(campaign, state="draft")

    page = detail(as_manager, campaign).content.decode()

    assert "they leave as soon as the program that sends runs again" in page
    assert "It is too late" not in page


def test_the_server_s_number_stands_before_its_words(as_manager, staff):
    refused = {"smtp_code": 554, "reply": "5.7.1 Not from you"}
    campaign = make_campaign(author=staff, state="paused", paused_code="policy", paused_facts=refused)

    assert '<code class="text-break">554 5.7.1 Not from you</code>' in detail(as_manager, campaign).content.decode()


def test_greek_is_spoken_to_who_reads_greek(at_work):
    client = client_of(make_user())

    page = client.get(reverse("campaigns:campaign-detail", args=[at_work.pk]), headers={"accept-language": "el"})

    assert 'lang="el"' in page.content.decode()[:300]


@pytest.mark.parametrize(
    "classes",
    [{"reached": 388, "waiting": 90, "uncertain": 1}, {"reached": 1}, {"held": 1, "left_out": 100_000}, {}],
)
def test_the_bar_is_as_wide_as_everybody(classes):
    parts = bar_parts(classes)

    assert all(part.width > 2 for part in parts)
    assert len(parts) == len(classes)
    if parts:
        assert parts[-1].x + parts[-1].width == pytest.approx(1000, abs=1)


def test_somebody_erased_after_their_letter_left_does_not_spoil_the_sums(as_staff, at_work):
    make_contact()
    erased = at_work.messages.get(state="sent").contact
    erased.erased_at = NOW
    erased.save(update_fields=["erased_at"])

    page = detail(as_staff, at_work)

    assert page.context["standing"].chosen == 7
    assert page.context["not_chosen"] == 1
