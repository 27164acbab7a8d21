"""The approval: another pair of eyes, the very words that were seen, nobody's unread name, and what the page says."""

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, HandEdit, LetterReview, Message
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.approval.deed import deed_of
from campaigns.review.approval.deed_letters import RIGHTS, letters_of
from campaigns.review.by_hand.giving import done_by_hand, give_to_hand
from campaigns.running import StepRefused
from customers.models import AuditEntry, Consent, PurchaseSummary
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager", signs_as="Ελένη")


@pytest.fixture
def nikos():
    return make_user("nikos", signs_as="Νίκος")


@pytest.fixture
def campaign(anna):
    return make_campaign(author=anna, state="in_review")


def url(name: str, campaign: Campaign) -> str:
    return reverse(f"campaigns:campaign-{name}", args=[campaign.pk])


def refusal_of(campaign: Campaign, **how) -> StepRefused:
    with pytest.raises(StepRefused) as refusal:
        approve_campaign(campaign.pk, revision=1, now=NOW, **how)
    return refusal.value


def state_of(campaign: Campaign) -> str:
    return Campaign.objects.get(pk=campaign.pk).state


def edit(letter: Message, by, **fields) -> HandEdit:
    same = {"base_subject": "Καλά Χριστούγεννα", "subject": "Καλά Χριστούγεννα", "base_html": "", "html": ""}
    words = {"base_text": "Χρόνια πολλά.", "text": "Χρόνια πολλά από όλους μας."}
    return HandEdit.objects.create(
        campaign=letter.campaign, contact=letter.contact, edited_by=by, edited_at=NOW, **same | words | fields
    )


# --- Whose eyes ---


def test_words_of_the_approver_wait_for_the_yes_of_the_author(campaign, anna, eleni):
    touched = edit(make_letter(campaign, state="draft", review={}), eleni)

    assert refusal_of(campaign, by=eleni).code == "own_edits"
    HandEdit.objects.filter(pk=touched.pk).update(agreed_by=anna, agreed_at=NOW)
    approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW)

    assert state_of(campaign) == "approved"


def test_words_of_others_and_of_letters_that_do_not_leave_are_no_hindrance(campaign, anna, eleni, nikos):
    for colleague in (anna, nikos):
        edit(make_letter(campaign, state="draft", review={}), colleague)
    edit(make_letter(campaign, state="held", reason_code="set_aside", review={}), eleni)

    approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW)

    assert state_of(campaign) == "approved"


def test_a_shop_of_one_is_asked_twice_about_words_of_its_own_too(campaign, eleni):
    edit(make_letter(campaign, state="draft", review={}), eleni)

    assert refusal_of(campaign, by=eleni, one_person_shop=True).code == "ask_again"
    approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW, one_person_shop=True, asked_twice=True)

    assert state_of(campaign) == "approved"


def test_the_page_tells_an_approver_who_changed_a_letter_whose_turn_it_is(campaign, eleni):
    edit(make_letter(campaign, state="draft", review={}), eleni)
    browser = client_of(eleni)

    page = browser.get(url("approve", campaign)).content.decode()
    answer = browser.post(url("approve", campaign), {"revision": 1})

    assert "You changed letters of it yourself" in page and "sign-name" not in page
    assert "You changed letters of it yourself" in browser.get(answer.url).content.decode()


# --- Whose names ---


@pytest.fixture
def unread(campaign, nikos):
    """A letter in the name of Νίκος that he has read, and one that he has not."""
    make_letter(campaign, state="draft", review={"signer": nikos, "signer_read_at": NOW})
    return make_letter(campaign, state="draft", review={"signer": nikos})


def test_what_a_signer_has_not_read_does_not_leave_in_their_name_by_itself(campaign, unread, eleni, nikos):
    refused = refusal_of(campaign, by=eleni)

    assert (refused.code, refused.facts) == ("signers", {"unread": {str(nikos.pk): 1}})


def test_a_manager_decides_by_name_and_it_is_in_the_trail(campaign, unread, eleni, nikos):
    approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW, in_their_name=[nikos.pk])

    assert state_of(campaign) == "approved"
    assert AuditEntry.objects.get(verb="approve_campaign").facts == {
        "revision": 1,
        "unread_in_their_name": {str(nikos.pk): 1},
    }


def test_a_decision_about_one_signer_is_none_about_another(campaign, unread, eleni, nikos):
    make_letter(campaign, state="draft", review={"signer": eleni})

    assert refusal_of(campaign, by=eleni, in_their_name=[nikos.pk]).facts == {"unread": {str(eleni.pk): 1}}


def test_a_letter_that_is_held_needs_nobodys_eyes_yet(campaign, unread, eleni):
    Message.objects.filter(pk=unread.pk).update(state="held", reason_code="set_aside")

    approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW)

    assert state_of(campaign) == "approved"


def test_the_page_says_what_a_signer_has_not_read_and_offers_both_names(campaign, unread, eleni, nikos):
    browser = client_of(eleni)

    page = " ".join(browser.get(url("approve", campaign)).content.decode().split())
    browser.post(url("approve", campaign), {"revision": 1, "name": [nikos.pk]})

    assert "has read 1 of 2" in page
    assert "Νίκος has not read 1 letter that would leave in their name." in page
    assert f'name="house" value="{nikos.pk}"' in page and f'name="name" value="{nikos.pk}"' in page
    assert state_of(campaign) == "approved"
    assert LetterReview.objects.get(pk=unread.pk).signer == nikos


def test_without_another_decision_the_house_signs_what_nobody_has_read(campaign, unread, eleni):
    client_of(eleni).post(url("approve", campaign), {"revision": 1})

    unread.refresh_from_db()
    assert state_of(campaign) == "approved"
    assert (unread.from_name, unread.reply_to, LetterReview.objects.get(pk=unread.pk).signer) == ("", "", None)
    campaign.refresh_from_db()
    assert campaign.approved_revision == campaign.revision


def test_an_approval_of_an_old_page_gives_nothing_to_the_house(campaign, unread, eleni, nikos):
    Campaign.objects.filter(pk=campaign.pk).update(revision=2)

    client_of(eleni).post(url("approve", campaign), {"revision": 1})

    assert state_of(campaign) == "in_review"
    assert LetterReview.objects.get(pk=unread.pk).signer == nikos


def test_a_refused_approval_gives_nothing_to_the_house(campaign, unread, eleni, nikos):
    Campaign.objects.filter(pk=campaign.pk).update(author=eleni)

    client_of(eleni).post(url("approve", campaign), {"revision": 1})

    assert state_of(campaign) == "in_review"
    assert LetterReview.objects.get(pk=unread.pk).signer == nikos


def test_the_second_question_to_a_shop_of_one_keeps_what_was_decided(settings, campaign, unread, eleni, nikos):
    settings.ONE_PERSON_SHOP = True
    Campaign.objects.filter(pk=campaign.pk).update(author=eleni)
    browser = client_of(eleni)

    answer = browser.post(url("approve", campaign), {"revision": 1, "name": [nikos.pk]})
    page = browser.get(answer.url).content.decode()

    assert "You wrote this greeting yourself" in page
    assert f'value="{nikos.pk}" id="name-{nikos.pk}" checked' in page


@pytest.mark.parametrize("nonsense", ["", "x", "-1", "9" * 40, "1; DROP"])
def test_a_crafted_name_or_house_is_nobody(campaign, unread, eleni, nonsense):
    browser = client_of(eleni)

    answer = browser.post(url("approve", campaign), {"revision": 1, "name": [nonsense]})
    house = browser.post(url("house", campaign), {"house": nonsense})

    assert (answer.status_code, house.status_code) == (302, 404)
    assert LetterReview.objects.get(pk=unread.pk).signer is None, "nobody was named, so the house signs"


# --- What the page says ---


@pytest.fixture
def read_by_some(campaign, anna, nikos):
    """Eleven letters: three by consent, one bought, one is said to be a customer; ticked, alike, unread."""
    people = [make_contact(STAMATIS), make_contact(ELENI), *(make_contact() for _each in range(9))]
    for contact in people[:3]:
        Consent.objects.create(contact=contact, basis="consent", given_at=NOW)
    PurchaseSummary.objects.create(
        contact=people[3], purchase_count=2, total=9, first_on=NOW.date(), last_on=NOW.date()
    )
    Consent.objects.create(contact=people[4], basis="customer", given_at=NOW)
    Consent.objects.create(contact=people[5], basis="consent", given_at=NOW, withdrawn_at=NOW)
    ticked = {"reviewed_at": NOW, "reviewed_by": anna}
    make_letter(campaign, people[0], state="draft", review={"likeness": 85, "personal_share": 40}, **ticked)
    make_letter(campaign, people[1], state="draft", review={"pile": "look", "personal_share": 12})
    for contact in people[2:]:
        alike = {"same_class": "a" * 32, "personal_share": 0, "ticked_alike": contact is not people[2], "pile": ""}
        make_letter(campaign, contact, state="draft", review=alike, **ticked)
    return people


def test_the_deed_counts_readers_rights_and_what_says_the_same(campaign, read_by_some, anna):
    for contact in (make_contact(), make_contact()):
        make_letter(campaign, contact, state="draft", review={"same_class": "a" * 32, "personal_share": 0, "pile": ""})

    deed = deed_of(campaign)

    assert deed.leaving == 13
    assert [(each.user, each.count) for each in deed.readers] == [(anna, 2)]
    assert (deed.read, deed.alike, deed.unread, deed.to_look) == (2, 8, 3, 1)
    assert deed.rights == {"consent": 3, "customer": 2, "unknown": 8}
    assert (deed.plain, deed.as_last_year) == (11, 1)
    assert [(each.code, each.count) for each in deed.same] == [("a" * 32, 11)]


@pytest.mark.parametrize(
    ("group", "count"),
    [
        ("consent", 3), ("customer", 2), ("unknown", 6), ("unread", 1), ("read", 2), ("alike", 8), ("plain", 9),
        ("as_last_year", 1), ("edited", 0), ("house", 11), (f"same-{'a' * 32}", 9), ("signer-1", 0),
        ("signer-unread-1", 0),
    ],
)  # fmt: skip
def test_each_number_opens_its_names(campaign, read_by_some, eleni, group, count):
    page = client_of(eleni).get(url("letters", campaign), {"of": group})

    assert letters_of(campaign, group).count() == len(page.context["letters"]) == count
    assert f"{count} letter" in page.content.decode()


@pytest.mark.parametrize("group", ["", "everybody", "same-x", "signer-", "signer-x", "signer-unread-9'", "same-"])
def test_a_group_that_is_none_is_not_found(campaign, eleni, group):
    assert client_of(eleni).get(url("letters", campaign), {"of": group}).status_code == 404


def test_names_are_turned_over_fifty_to_a_page(campaign, eleni):
    for _each in range(51):
        make_letter(campaign, state="draft", review={})
    browser = client_of(eleni)

    first = browser.get(url("letters", campaign), {"of": "unread"})
    second = browser.get(url("letters", campaign), {"of": "unread", "after": first.context["more_after"]})

    assert (len(first.context["letters"]), len(second.context["letters"])) == (50, 1)
    assert second.context["more_after"] is None


def test_the_rights_are_all_there_is(campaign, read_by_some):
    assert set(deed_of(campaign).rights) == set(RIGHTS)
    assert sum(deed_of(campaign).rights.values()) == 11


def test_the_page_says_by_what_right_who_has_read_and_what_was_changed_by_hand(campaign, read_by_some, eleni, nikos):
    edit(Message.objects.get(contact=read_by_some[0]), nikos)

    page = " ".join(client_of(eleni).get(url("approve", campaign)).content.decode().split())

    assert '?of=consent"><b class="num">3</b></a></span> with their consent' in page
    assert '?of=unknown"><b class="num">6</b></a></span> by a right nobody has noted' in page
    assert 'Άννα <b class="num">2</b>' in page
    assert "<b>8</b> were ticked with one of their kind." in page
    assert "<b>1</b> letter was changed by hand:" in page and 'Νίκος <b class="num">1</b>' in page
    assert "put in: </span>" in page and "από όλους μας" in page
    assert "<b>1</b> letter wants a look first, and nobody has looked." in page
    assert "<b>1</b> letter is almost the last one the same person had." in page


def test_letters_ticked_with_one_of_their_kind_are_not_said_to_be_read(campaign, anna, eleni):
    for alike in (False, True):
        ticked = {"reviewed_at": NOW, "reviewed_by": anna}
        make_letter(campaign, state="draft", review={"ticked_alike": alike, "pile": ""}, **ticked)
    manager = client_of(eleni)

    page = manager.get(url("approve", campaign)).content.decode()
    LetterReview.objects.update(ticked_alike=False)
    read = manager.get(url("approve", campaign)).content.decode()

    assert "<b>1</b> was ticked with one of its kind." in page
    assert "Every letter has been read by a colleague." not in page
    assert "Every letter has been read by a colleague." in read


def test_who_was_called_already_is_on_the_page_too(campaign, anna, eleni):
    make_letter(campaign, state="draft", review={})
    called = make_letter(campaign, state="draft", review={})
    give_to_hand(called.pk, channel="call", by=anna, now=NOW)
    done_by_hand(called.pk, by=anna, now=NOW)

    page = client_of(eleni).get(url("approve", campaign)).content.decode()

    assert "<b>1</b> of <b>2</b> who were chosen" in page
    assert "Reached by hand already: <b>1</b> call." in page


def test_letters_in_the_name_of_the_house_alone_say_so(campaign, eleni):
    make_letter(campaign, state="draft", review={})

    page = client_of(eleni).get(url("approve", campaign)).content.decode()

    assert "From the house, every one of them" in page


def test_a_held_letter_is_shown_with_its_owner_and_its_last_day(campaign, eleni, nikos):
    make_letter(campaign, state="draft", review={})
    make_letter(campaign, make_contact(STAMATIS, owner=nikos), state="held", reason_code="set_aside", review={})

    page = client_of(eleni).get(url("approve", campaign)).content.decode()

    assert "Νίκος decides, by 25 December" in page


def test_letters_with_the_wish_of_another_day_and_late_ones_are_pointed_out(anna, eleni):
    campaign = make_campaign(author=anna, state="in_review", give_up_at=timezone.now())
    make_letter(campaign, state="draft", review={})

    page = client_of(eleni).get(url("approve", campaign)).content.decode()

    assert "It is too late for this wish" in page


def test_a_page_of_many_letters_asks_no_more_than_one_of_few(campaign, eleni, django_assert_max_num_queries):
    make_letter(campaign, state="draft", review={})
    browser = client_of(eleni)
    browser.get(url("approve", campaign))
    with django_assert_max_num_queries(60) as few:
        browser.get(url("approve", campaign))
    for _each in range(8):
        make_letter(campaign, state="draft", review={})

    with django_assert_max_num_queries(len(few) + 2):
        browser.get(url("approve", campaign))


def test_a_greeting_to_very_many_is_there_at_once_and_fetches_two_parts_by_itself(
    monkeypatch, campaign, read_by_some, eleni
):
    monkeypatch.setattr("campaigns.views.deed.AT_ONCE", 10)
    browser = client_of(eleni)

    page = browser.get(url("approve", campaign)).content.decode()
    rights = browser.get(url("approve", campaign), {"part": "rights"}).content.decode()
    same = browser.get(url("approve", campaign), {"part": "same"}).content.decode()
    whole = browser.get(url("approve", campaign), {"whole": "1"}).content.decode()

    assert "?part=rights" in page and "?part=same" in page and "?of=consent" not in page
    assert "?of=consent" in rights and "<html" not in rights
    assert "<html" not in same
    assert "?of=consent" in whole and "?part=rights" not in whole


def test_letters_that_say_the_same_are_counted_as_far_as_they_leave(campaign, read_by_some, eleni):
    for contact in (make_contact(), make_contact()):
        make_letter(campaign, contact, state="draft", review={"same_class": "a" * 32})
    for _each in range(3):
        make_letter(campaign, state="held", reason_code="set_aside", review={"same_class": "a" * 32})

    assert [(each.code, each.count) for each in deed_of(campaign).same] == [("a" * 32, 11)]
    assert "11 letters say the same" in client_of(eleni).get(url("approve", campaign)).content.decode()
