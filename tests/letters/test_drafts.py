"""Words that are being typed are kept for whoever types them, until they are saved; nobody's words are lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.models import WordsDraft
from campaigns.writing.composing import CannotChange, Words, save_words
from campaigns.writing.drafts import DraftMovedOn, draft_of, drop_draft, keep_draft, mark_of
from tests.builders import BODY, NOW, STAMATIS, make_campaign, make_contact, make_user, make_words
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def words(subject: str = "Χρόνια πολλά", **changes) -> Words:
    values = {"language": "el", "manner": "formal", "body": BODY, "from_version": 1}
    return Words(subject=subject, **values | changes)


def keep(campaign, subject: str, *, by, seen: str = "", minutes: int = 0):
    return keep_draft(campaign, words(subject), by=by, seen=seen, now=NOW + timedelta(minutes=minutes))


def typed(**changes) -> dict:
    data = {"language": "el", "manner": "formal", "subject": "Μισή πρόταση", "body": BODY, "from_version": 1}
    return data | {"draft": "", "contact": ""} | changes


def post(client, page: str, campaign, *, htmx: bool = True, **changes):
    headers = HTMX if htmx else {}
    return client.post(reverse(f"campaigns:{page}", args=[campaign.pk]), typed(**changes), headers=headers)


def desk(client, campaign, **query):
    return client.get(reverse("campaigns:campaign-write", args=[campaign.pk]), query)


def test_a_draft_is_one_row_per_writer_and_variant_and_no_version(staff):
    campaign = make_campaign(author=staff)

    first = keep(campaign, "Χρ", by=staff)
    keep(campaign, "Χρόνια", by=staff, seen=mark_of(first), minutes=1)

    draft = WordsDraft.objects.get()
    assert (draft.subject, draft.saved_at) == ("Χρόνια", NOW + timedelta(minutes=1))
    assert campaign.template.versions.count() == 1


def test_words_that_are_the_saved_ones_need_no_draft(staff):
    campaign = make_campaign(author=staff)
    first = keep(campaign, "Χρ", by=staff)

    kept = keep(campaign, "Καλά Χριστούγεννα", by=staff, seen=mark_of(first))

    assert kept is None
    assert not WordsDraft.objects.exists()


def test_two_windows_of_one_writer_do_not_write_over_each_other(staff):
    campaign = make_campaign(author=staff)
    keep(campaign, "Στο ένα παράθυρο", by=staff)

    with pytest.raises(DraftMovedOn):
        keep(campaign, "Στο άλλο", by=staff, minutes=1)

    assert WordsDraft.objects.get().subject == "Στο ένα παράθυρο"


def test_two_windows_with_the_same_words_agree(staff):
    campaign = make_campaign(author=staff)
    keep(campaign, "Τα ίδια", by=staff)

    kept = keep(campaign, "Τα ίδια", by=staff, minutes=1)

    assert kept.saved_at == NOW + timedelta(minutes=1)


def test_two_colleagues_have_a_draft_each(staff, as_staff):
    campaign = make_campaign(author=staff)
    nikos = make_user("nikos")
    keep(campaign, "Της Άννας", by=staff)
    keep(campaign, "Του Νίκου", by=nikos)

    assert desk(as_staff, campaign).context["subject"] == "Της Άννας"
    assert desk(client_of(nikos), campaign).context["subject"] == "Του Νίκου"


def test_nothing_is_kept_once_letters_are_on_their_way(staff, as_staff):
    campaign = make_campaign(author=staff, state="sending")

    with pytest.raises(CannotChange):
        keep(campaign, "Πολύ αργά", by=staff)
    answer = post(as_staff, "campaign-draft", campaign)

    assert "can no longer change" in answer.content.decode()
    assert not WordsDraft.objects.exists()


def test_a_draft_is_thrown_away_only_as_the_window_saw_it(staff):
    campaign = make_campaign(author=staff)
    first = keep(campaign, "Παλιό", by=staff)
    keep(campaign, "Νέο", by=staff, seen=mark_of(first), minutes=1)

    drop_draft(campaign, by=staff, language="el", manner="formal", seen=mark_of(first))

    assert draft_of(campaign, by=staff, language="el", manner="formal").subject == "Νέο"


def test_typing_keeps_a_draft_and_says_when(staff, as_staff):
    campaign = make_campaign(author=staff)

    answer = post(as_staff, "campaign-draft", campaign)

    said = answer.content.decode()
    draft = WordsDraft.objects.get()
    assert "Draft kept at" in said
    assert f'name="draft" value="{mark_of(draft)}"' in said
    assert "words-kept" in answer.headers["HX-Trigger"]


def test_words_too_long_to_be_kept_say_so_and_are_not_called_kept(staff, as_staff):
    answer = post(as_staff, "campaign-draft", make_campaign(author=staff), body="α" * 40_001)

    assert "too long to be kept" in answer.content.decode()
    assert "HX-Trigger" not in answer.headers


def test_a_draft_is_on_the_desk_again_with_its_hour_and_two_ways_on(staff, as_staff):
    campaign = make_campaign(author=staff)
    keep(campaign, "Μισή πρόταση", by=staff)

    page = desk(as_staff, campaign)

    said = page.content.decode()
    assert page.context["subject"] == "Μισή πρόταση"
    assert "Your words of 21 December, 10:00 are not saved yet." in said
    assert "Throw my words away" in said


def test_the_tab_of_another_variant_says_that_it_holds_unsaved_words(staff, as_staff):
    make_contact(STAMATIS)
    campaign = make_campaign(author=staff, template=make_words(by=staff, manners=("formal", "informal")))
    keep_draft(campaign, words("Σου γράφω", manner="informal"), by=staff, seen="", now=NOW)

    page = desk(as_staff, campaign, variant="el-formal")

    assert [each["tab"].code for each in page.context["tabs"] if each["unsaved"]] == ["el-informal"]
    assert "not saved" in page.content.decode()


def test_thrown_away_words_leave_the_saved_ones(staff, as_staff):
    campaign = make_campaign(author=staff)
    keep(campaign, "Μισή πρόταση", by=staff)

    answer = post(as_staff, "campaign-write", campaign, htmx=False, then="discard")

    assert desk(as_staff, campaign).context["subject"] == "Καλά Χριστούγεννα"
    assert answer.status_code == 302
    assert not WordsDraft.objects.exists()


def test_saving_in_place_ends_the_draft_and_says_from_which_version_one_goes_on(staff, as_staff):
    campaign = make_campaign(author=staff)
    draft = keep(campaign, "Χρ", by=staff)

    answer = post(as_staff, "campaign-write", campaign, subject="Χρόνια πολλά", draft=mark_of(draft), then="save")

    said = answer.content.decode()
    assert "Saved at" in said
    assert 'name="from_version" value="2"' in said
    assert "words-saved" in answer.headers["HX-Trigger"]
    assert not WordsDraft.objects.exists()
    assert campaign.template.versions.count() == 2


def test_saving_in_one_window_keeps_what_another_one_typed(staff, as_staff):
    campaign = make_campaign(author=staff)
    keep(campaign, "Στο άλλο παράθυρο", by=staff)

    post(as_staff, "campaign-write", campaign, subject="Εδώ", then="save")

    assert WordsDraft.objects.get().subject == "Στο άλλο παράθυρο"


def test_a_colleagues_words_saved_meanwhile_lead_to_a_page_with_both(staff, as_staff):
    campaign = make_campaign(author=staff)
    save_words(campaign.pk, words("Του Νίκου"), by=make_user("nikos", first_name="Νίκος"), now=NOW)

    answer = post(as_staff, "campaign-write", campaign, subject="Της Άννας", then="save")
    page = as_staff.get(answer.headers["HX-Redirect"])

    said = page.content.decode()
    assert page.context["subject"] == "Της Άννας"
    assert "Νίκος changed the same letter" in said and "Του Νίκου" in said
    assert page.context["from_version"] == 2


def test_a_draft_of_an_older_version_shows_what_was_saved_meanwhile(staff, as_staff):
    campaign = make_campaign(author=staff)
    keep(campaign, "Της Άννας", by=staff)
    save_words(campaign.pk, words("Του Νίκου"), by=make_user("nikos", first_name="Νίκος"), now=NOW)

    page = desk(as_staff, campaign)

    assert page.context["subject"] == "Της Άννας"
    assert page.context["other"].subject == "Του Νίκου"


def test_letters_are_not_prepared_while_words_of_another_variant_are_not_saved(staff, as_staff):
    make_contact(STAMATIS)
    campaign = make_campaign(author=staff, template=make_words(by=staff, manners=("formal", "informal")))
    keep_draft(campaign, words("Σου γράφω", manner="informal"), by=staff, seen="", now=NOW)

    answer = post(as_staff, "campaign-write", campaign, htmx=False, then="prepare")

    campaign.refresh_from_db()
    assert campaign.state == "draft"
    assert "variant=el-informal" in answer.url
    assert "(singular) are not saved" in as_staff.get(answer.url).content.decode()


def test_a_missing_variant_begins_from_the_plural_as_a_draft(staff, as_staff):
    make_contact(STAMATIS, register="informal")
    campaign = make_campaign(author=staff)
    page = desk(as_staff, campaign, variant="el-informal")

    answer = post(
        as_staff, "campaign-write", campaign, htmx=False, manner="informal", subject="", body="", begin="el-formal"
    )

    begun = as_staff.get(answer.url)
    assert ("el-formal", "plural") in page.context["beginnings"]
    assert (begun.context["tab"].code, begun.context["body"]) == ("el-informal", BODY)
    assert campaign.template.versions.count() == 1


def test_a_missing_variant_begins_from_our_ready_words(staff, as_staff):
    campaign = make_campaign(author=staff)

    answer = post(
        as_staff, "campaign-write", campaign, htmx=False, manner="informal", subject="", body="", begin="starter"
    )

    assert "{{" in as_staff.get(answer.url).context["body"]


def test_another_person_without_a_script_keeps_the_words(staff, as_staff):
    contact = make_contact(STAMATIS)
    campaign = make_campaign(author=staff)

    answer = post(as_staff, "campaign-reader", campaign, htmx=False, show=str(contact.pk))

    page = as_staff.get(answer.url)
    assert page.context["contact"] == contact
    assert page.context["subject"] == "Μισή πρόταση"


def test_another_person_beside_the_words_comes_with_their_facts_and_an_address_for_a_reload(staff, as_staff):
    first, second = make_contact(STAMATIS), make_contact()
    campaign = make_campaign(author=staff)

    answer = post(as_staff, "campaign-reader", campaign, contact=str(first.pk), show=str(second.pk))

    said = answer.content.decode()
    assert "2 of 2 who read these words" in said
    assert f'name="contact" value="{second.pk}"' in said
    assert f"contact={second.pk}" in answer.headers["HX-Replace-Url"]
    assert not WordsDraft.objects.exists()


def test_who_reads_other_words_is_said_with_the_way_to_them(staff, as_staff):
    company = make_contact(kind="company", company_name="Καφέ Το Λιμάνι")
    campaign = make_campaign(author=staff, template=make_words(by=staff, manners=("formal", "company")))

    answer = post(as_staff, "campaign-reader", campaign, show=str(company.pk))

    said = answer.content.decode()
    assert 'data-reads="other"' in said
    assert f"variant=el-company&amp;contact={company.pk}" in said


def test_who_reads_the_plural_until_the_singular_is_written_is_shown_these_words(staff, as_staff):
    friend = make_contact(STAMATIS, register="informal")

    answer = post(as_staff, "campaign-reader", make_campaign(author=staff), show=str(friend.pk))

    assert 'data-reads="until"' in answer.content.decode()


def test_a_kind_nobody_is_says_so_and_leaves_the_person_on_the_desk(staff, as_staff):
    contact = make_contact(STAMATIS)
    campaign = make_campaign(author=staff)

    answer = post(as_staff, "campaign-reader", campaign, contact=str(contact.pk), **{"as": "company"})

    said = answer.content.decode()
    assert "There is nobody of this kind" in said
    assert f'data-contact="{contact.pk}"' in said


def test_design_and_reason_are_saved_with_the_words_and_a_colleagues_choice_is_not_undone(staff):
    campaign = make_campaign(author=staff)
    save_words(campaign.pk, words("Α", design="plain"), by=make_user("nikos"), now=NOW)

    both = words("Β", from_version=2, design="plain", selling_reason="βοηθά")
    saved = save_words(campaign.pk, both, by=staff, now=NOW)
    save_words(campaign.pk, words("Γ", from_version=3, manner="informal", design=None), by=staff, now=NOW)
    # This window was opened before anybody chose a design.
    save_words(campaign.pk, words("Δ", from_version=1, manner="company", design="card"), by=staff, now=NOW)

    newest = campaign.template.versions.order_by("-number").first()
    assert saved
    assert (newest.number, newest.design, newest.selling_reason) == (5, "plain", "βοηθά")


def test_another_design_alone_is_a_new_version(staff):
    campaign = make_campaign(author=staff)
    same = words("Καλά Χριστούγεννα", design="plain")

    assert save_words(campaign.pk, same, by=staff, now=NOW)
    assert not save_words(campaign.pk, words("Καλά Χριστούγεννα", design="plain", from_version=2), by=staff, now=NOW)


def test_a_variant_emptied_of_its_words_is_none_any_more(staff):
    campaign = make_campaign(author=staff, template=make_words(by=staff, manners=("formal", "informal")))

    save_words(campaign.pk, words("", manner="informal", body=""), by=staff, now=NOW)

    newest = campaign.template.versions.order_by("-number").first()
    assert [each.manner for each in newest.variants.all()] == ["formal"]


def test_a_draft_that_says_what_is_saved_goes_with_the_save_even_when_another_request_of_the_window_kept_it():
    campaign, anna = make_campaign(), make_user()
    words = Words("el", "formal", "Χρόνια πολλά", BODY, 1)
    first = keep_draft(campaign, words, by=anna, seen="", now=NOW)
    later = replace(words, body=f"{BODY}\n\nΥ.Γ.")
    keep_draft(campaign, later, by=anna, seen=mark_of(first), now=NOW + timedelta(seconds=2))

    save_words(campaign.pk, later, by=anna, now=NOW + timedelta(seconds=3))
    drop_draft(campaign, by=anna, language="el", manner="formal", seen=mark_of(first))

    assert not campaign.drafts.exists()
