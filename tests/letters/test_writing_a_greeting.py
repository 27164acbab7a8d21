from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, GreetingVersion
from campaigns.occasions import coming_feasts
from campaigns.segments import RuleError
from campaigns.writing.beginning import begin_for_feast
from campaigns.writing.composing import CannotChange, Words, WordsMovedOn, save_words, set_audience
from tests.builders import BODY, NOW, STAMATIS, make_campaign, make_contact, make_user

pytestmark = pytest.mark.django_db


def christmas():
    return next(feast for feast in coming_feasts(NOW.date()) if feast.code == "christmas")


def words(**changes):
    values = {"language": "el", "manner": "formal", "subject": "Χρόνια πολλά", "body": BODY, "from_version": 1}
    return Words(**values | changes)


def write(client, campaign, **changes):
    data = {
        "language": "el",
        "manner": "formal",
        "subject": "Χρόνια πολλά",
        "body": BODY,
        "from_version": 1,
        "contact": "",
    }
    return client.post(reverse("campaigns:campaign-write", args=[campaign.pk]), data | changes)


def test_a_feast_nobody_wrote_for_is_offered_with_a_button_and_begins_with_ready_words(as_staff):
    page = as_staff.get(reverse("campaigns:campaign-list"))
    assert "Nothing has been written yet." in page.content.decode()
    feast = page.context["feasts"][0].feast

    answer = as_staff.post(reverse("campaigns:campaign-create"), {"feast": feast.key})

    campaign = Campaign.objects.get()
    assert answer.url == reverse("campaigns:campaign-write", args=[campaign.pk])
    assert campaign.occasion_key == feast.key
    assert campaign.author.username == "anna"


def test_beginning_christmas_twice_ends_at_the_same_greeting():
    first = begin_for_feast(christmas(), name="Χριστούγεννα", by=make_user(), now=NOW)
    second = begin_for_feast(christmas(), name="Χριστούγεννα", by=make_user(), now=NOW)

    assert first == second
    assert set(first.template.versions.get().variants.values_list("language", "manner")) >= {
        ("el", "formal"),
        ("el", "informal"),
        ("el", "company"),
        ("en", "formal"),
    }


def test_an_occasion_of_our_own_needs_a_name_and_a_day_still_to_come(as_staff):
    tomorrow = timezone.localdate() + timedelta(days=1)
    url = reverse("campaigns:campaign-create")

    refused = as_staff.post(url, {"name": "Είκοσι χρόνια", "wish_on": "2020-01-01"})
    begun = as_staff.post(url, {"name": "Είκοσι χρόνια", "wish_on": tomorrow.isoformat()})

    assert refused.status_code == 422
    assert "This day has gone by" in refused.content.decode()
    campaign = Campaign.objects.get()
    assert begun.url == reverse("campaigns:campaign-write", args=[campaign.pk])
    assert (campaign.name, campaign.wish_on) == ("Είκοσι χρόνια", tomorrow)


def test_an_unknown_feast_is_no_page(as_staff):
    for key in ("carnival-2026", "christmas-9999", "christmas-x"):
        assert as_staff.post(reverse("campaigns:campaign-create"), {"feast": key}).status_code == 404
    assert not Campaign.objects.exists()


def test_saving_changed_words_is_a_new_version_and_takes_the_other_variants_along(staff):
    campaign = begin_for_feast(christmas(), name="Χριστούγεννα", by=staff, now=NOW)
    before = campaign.template.versions.get()

    saved = save_words(campaign.pk, words(), by=staff, now=NOW)

    newest = campaign.template.versions.order_by("-number").first()
    assert saved
    assert newest.number == 2
    assert newest.variants.count() == before.variants.count()
    assert newest.variants.get(language="el", manner="formal").subject == "Χρόνια πολλά"
    assert before.variants.get(language="el", manner="formal").subject != "Χρόνια πολλά"


def test_saving_the_same_words_again_changes_nothing(staff):
    campaign = make_campaign(author=staff)
    save_words(campaign.pk, words(), by=staff, now=NOW)

    saved = save_words(campaign.pk, words(from_version=2), by=staff, now=NOW)

    assert not saved
    assert GreetingVersion.objects.count() == 2


def test_changed_words_take_a_campaign_in_review_back_to_a_draft(staff):
    campaign = make_campaign(author=staff, state="in_review")

    save_words(campaign.pk, words(), by=staff, now=NOW)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.revision) == ("draft", 2)


def test_changed_words_void_an_approval(staff):
    campaign = make_campaign(author=staff, state="approved")

    save_words(campaign.pk, words(), by=staff, now=NOW)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.approved_by) == ("draft", None)


@pytest.mark.parametrize("state", ["sending", "paused", "finished", "cancelled"])
def test_words_do_not_change_once_letters_are_on_their_way(staff, as_staff, state):
    campaign = make_campaign(author=staff, state=state)

    with pytest.raises(CannotChange):
        save_words(campaign.pk, words(), by=staff, now=NOW)
    with pytest.raises(CannotChange):
        set_audience(campaign.pk, {"choose": "own_people", "owner": staff.pk}, by=staff, now=NOW)
    answer = write(as_staff, campaign)

    assert answer.url == reverse("campaigns:campaign-detail", args=[campaign.pk])
    assert GreetingVersion.objects.count() == 1
    campaign.refresh_from_db()
    assert campaign.state == state


def test_two_writers_of_the_same_words_lose_nothing(staff, as_staff):
    campaign = make_campaign(author=staff)
    nikos = make_user("nikos", first_name="Νίκος")
    save_words(campaign.pk, words(subject="Του Νίκου"), by=nikos, now=NOW)

    with pytest.raises(WordsMovedOn):
        save_words(campaign.pk, words(subject="Της Άννας"), by=staff, now=NOW)
    page = write(as_staff, campaign, subject="Της Άννας")

    said = page.content.decode()
    assert page.status_code == 409
    assert "Νίκος changed the same letter" in said
    assert "Της Άννας" in said and "Του Νίκου" in said
    assert page.context["from_version"] == 2
    assert write(as_staff, campaign, subject="Της Άννας", from_version=2).status_code == 302


def test_two_writers_of_different_variants_do_not_meet(staff):
    campaign = make_campaign(author=staff)
    save_words(campaign.pk, words(manner="informal"), by=staff, now=NOW)

    saved = save_words(campaign.pk, words(subject="Άλλο θέμα"), by=staff, now=NOW)

    newest = campaign.template.versions.order_by("-number").first()
    assert saved
    assert newest.variants.count() == 2


def test_words_with_a_mistake_are_saved_but_no_letters_are_made_and_the_sentence_names_the_place(staff, as_staff):
    make_contact(STAMATIS)
    campaign = make_campaign(author=staff)

    answer = write(as_staff, campaign, body="{{ προσφώνηση }}\n\n{{ υπογρφή }}", then="prepare")
    page = as_staff.get(answer.url)

    said = page.content.decode()
    campaign.refresh_from_db()
    assert campaign.state == "draft"
    assert "Line 3, character 4" in said
    assert "υπογρφή" in said and "υπογραφή" in said
    assert campaign.messages.count() == 0


def test_a_broken_piece_of_jinja_is_named_with_its_place_under_the_editor(staff, as_staff):
    campaign = make_campaign(author=staff)

    page = as_staff.post(
        reverse("campaigns:campaign-check", args=[campaign.pk]),
        {"language": "el", "manner": "formal", "subject": "Χ", "body": "{{ προσφώνηση", "from_version": 1},
    )

    assert "Line 1, character 1" in page.content.decode()


def test_nothing_is_prepared_for_nobody(staff, as_staff):
    campaign = make_campaign(author=staff)

    answer = write(as_staff, campaign, then="prepare")

    assert "Nobody is chosen yet" in as_staff.get(answer.url).content.decode()


def test_preparing_rings_the_worker_and_leads_to_the_page_of_the_campaign(
    staff, as_staff, rung, django_capture_on_commit_callbacks
):
    make_contact(STAMATIS)
    campaign = make_campaign(author=staff)

    with django_capture_on_commit_callbacks(execute=True):
        answer = write(as_staff, campaign, then="prepare")

    campaign.refresh_from_db()
    assert answer.url == reverse("campaigns:campaign-detail", args=[campaign.pk])
    assert campaign.state == "preparing"
    assert rung() == [("campaigns.tasks.prepare_campaign", f"{{'campaign_id': {campaign.pk}, 'lane': 0}}")]


def test_people_are_chosen_by_a_ready_sentence(staff, as_staff):
    make_contact(STAMATIS, city="Βόλος")
    make_contact(is_supplier=True)
    campaign = make_campaign(author=staff)
    url = reverse("campaigns:campaign-audience", args=[campaign.pk])

    page = as_staff.get(url)
    as_staff.post(url, {"choose": "partners_and_suppliers"})

    campaign.refresh_from_db()
    assert [choice["count"] for choice in page.context["choices"]][:1] == [2]
    assert campaign.audience == {"choose": "partners_and_suppliers"}
    assert campaign.revision == 2


def test_a_town_must_be_named_and_an_unknown_rule_is_refused(staff, as_staff):
    campaign = make_campaign(author=staff)

    rows = {"choose": "rule", "rows": "1", "row-0-rule": "city"}
    page = as_staff.post(reverse("campaigns:campaign-audience", args=[campaign.pk]), rows)
    with pytest.raises(RuleError):
        set_audience(campaign.pk, {"choose": "everyone's enemies"}, by=staff, now=NOW)

    assert page.status_code == 422
    assert "This is needed." in page.content.decode()
    campaign.refresh_from_db()
    assert campaign.audience == {"choose": "everybody"}


@pytest.mark.parametrize("source", ["el-\x00", "\x00", "el-nobody"])
def test_beginning_from_words_that_there_cannot_be_changes_nothing(as_staff, source):
    campaign = make_campaign()

    answer = write(as_staff, campaign, begin=source)

    assert answer.status_code == 302
    assert not campaign.drafts.exists()
