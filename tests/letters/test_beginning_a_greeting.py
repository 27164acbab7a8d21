"""A greeting for a day of the house's own choice: what it is for chooses its first words."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from campaigns.forms.beginning import PURPOSES, OwnOccasionForm
from campaigns.models import Campaign
from campaigns.occasions import (
    DAYS_AFTER,
    FEASTS,
    MOURNING,
    NAMES,
    OTHER,
    OWN_OCCASIONS,
    coming_feasts,
    last_sensible_hour,
)
from campaigns.writing.beginning import begin_own
from campaigns.writing.starters import starters_for
from tests.builders import NOW, make_user

pytestmark = pytest.mark.django_db
URL = "campaigns:campaign-create"


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@pytest.mark.parametrize("occasion", [code for code in OWN_OCCASIONS if code != OTHER])
def test_a_kind_begins_with_its_own_words_in_every_language_and_manner(as_staff, occasion):
    answer = as_staff.post(reverse(URL), {"occasion": occasion, "name": "Για την Ελένη", "wish_on": in_days(3)})

    campaign = Campaign.objects.get()
    assert answer.url == reverse("campaigns:campaign-write", args=[campaign.pk])
    assert (campaign.occasion, campaign.name, campaign.template.occasion) == (occasion, "Για την Ελένη", occasion)
    words = campaign.template.versions.get().variants.values_list("language", "manner", "subject", "body")
    assert set(words) == {(each.language, each.register, each.subject, each.body) for each in starters_for(occasion)}


def test_another_occasion_begins_with_an_empty_sheet(as_staff):
    as_staff.post(reverse(URL), {"occasion": "other", "name": "Είκοσι χρόνια", "wish_on": in_days(3)})

    campaign = Campaign.objects.get()
    assert campaign.occasion == "other"
    assert not campaign.template.versions.exists()


def test_without_a_name_a_greeting_is_called_after_what_it_is_for_and_its_day():
    form = OwnOccasionForm({"occasion": "thanks", "name": " ", "wish_on": "2026-12-22"}, today=NOW.date())

    with translation.override("en"):
        assert form.is_valid()

    assert form.cleaned_data["name"] == "Thanks after a purchase, 22 December"


def test_another_occasion_without_a_name_is_asked_for_one(as_staff):
    page = as_staff.post(reverse(URL), {"occasion": "other", "name": "", "wish_on": in_days(3)})

    assert page.status_code == 422
    assert "Say what we call it." in page.content.decode()
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("occasion", ["christmas", "mourning", "carnival", "__class__"])
def test_only_what_is_offered_can_be_chosen(as_staff, occasion):
    page = as_staff.post(reverse(URL), {"occasion": occasion, "name": "Δώρο", "wish_on": in_days(3)})

    assert page.status_code == 422
    assert not Campaign.objects.exists()


def test_a_refused_form_keeps_what_was_chosen(as_staff):
    page = as_staff.post(reverse(URL), {"occasion": "missed", "name": "", "wish_on": "2020-01-01"})

    assert [each["code"] for each in page.context["form"].kinds() if each["chosen"]] == ["missed"]
    assert "This day has gone by" in page.content.decode()


def test_the_page_says_of_each_kind_what_it_is_for(as_staff):
    page = as_staff.get(reverse("campaigns:campaign-list")).content.decode()

    assert "It asks how they are; it does not coax." in page
    assert page.count('name="occasion"') == len(OWN_OCCASIONS)
    assert page.count("checked") == 1


def test_the_same_kind_on_the_same_day_under_one_name_is_one_occasion_so_that_nobody_reads_it_twice():
    day = (NOW + timedelta(days=2)).date()
    anna, nikos = make_user("anna"), make_user("nikos")

    first = begin_own(name="Ευχαριστώ", wish_on=day, by=anna, now=NOW, occasion="thanks")
    second = begin_own(name="Ευχαριστώ", wish_on=day, by=nikos, now=NOW, occasion="thanks")

    assert first != second
    assert first.occasion_key == second.occasion_key


def test_every_occasion_has_a_name_and_says_how_late_it_still_reads_well():
    assert set(DAYS_AFTER) == {*FEASTS, *OWN_OCCASIONS} == set(NAMES) - {MOURNING}
    assert set(PURPOSES) == set(OWN_OCCASIONS)
    assert {feast.code for feast in coming_feasts(NOW.date())} == set(FEASTS)


def test_a_thank_you_is_late_sooner_than_a_word_to_whoever_is_missed():
    day = NOW.date()

    hours = [last_sensible_hour(code, day, now=NOW) for code in ("thanks", "missed")]

    assert hours == sorted(hours) and len(set(hours)) == 2


@pytest.mark.parametrize("day", ["9999-12-31", "2199-12-31"])
def test_a_year_mistyped_is_asked_about_instead_of_breaking_the_desk(as_staff, day):
    page = as_staff.post(reverse(URL), {"occasion": "birthday", "name": "", "wish_on": day})

    assert page.status_code == 422
    assert "more than two years away" in page.content.decode()
    assert not Campaign.objects.exists()
