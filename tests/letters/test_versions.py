"""The versions of a greeting's words: who wrote what, where it is said, and old words brought back."""

import re

import pytest
from django.urls import reverse

from campaigns.models import Campaign, GreetingVariant, GreetingVersion, WordsDraft
from campaigns.templatetags.letters import chips
from campaigns.writing.composing import CannotChange, Words, save_words
from campaigns.writing.versions import NewerWords, restore_variant, restore_version, version_lines
from customers.models import AuditEntry
from tests.builders import BODY, NOW, make_campaign, make_contact, make_letter, make_user, make_words
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db
FORMAL, INFORMAL, ENGLISH = ("el", "formal"), ("el", "informal"), ("en", "formal")
OTHER_BODY = "{{ προσφώνηση }}\n\nσας ευχόμαστε καλές γιορτές, με χαρά.\n\n{{ υπογραφή }}"


@pytest.fixture
def campaign(staff):
    """A greeting in the plural and the singular; its first version is Anna's."""
    return make_campaign(author=staff, template=make_words(by=staff, manners=("formal", "informal")), version=None)


def save(campaign, *, by, language="el", manner="formal", subject="Καλά Χριστούγεννα", body=OTHER_BODY):
    newest = campaign.template.versions.order_by("-number").first().number
    words = Words(language=language, manner=manner, subject=subject, body=body, from_version=newest)
    assert save_words(campaign.pk, words, by=by, now=NOW)


def newest(campaign) -> GreetingVersion:
    return campaign.template.versions.latest("number")


def bodies(version) -> dict:
    return {(each.language, each.manner): each.body for each in version.variants.all()}


def everything_written(campaign) -> list[tuple]:
    variants = GreetingVariant.objects.filter(version__template=campaign.template)
    return sorted(variants.values_list("version__number", "language", "manner", "subject", "body", "pk"))


def page(client, name, *args, **query) -> str:
    answer = client.get(reverse(f"campaigns:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def bring_back(client, campaign, number, **data):
    return client.post(reverse("campaigns:version-restore", args=[campaign.pk, number]), data)


def words_in(html: str, tag: str) -> list[str]:
    """What stands in each `tag` of a page, without the words for those who hear it."""
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    return [re.sub(r"<span class=\"visually-hidden\".*?</span>", "", each) for each in found]


# --- The list ---


def test_each_version_says_who_wrote_it_and_what_it_changed(as_staff, campaign, manager):
    save(campaign, by=manager)
    save(campaign, by=manager, language="en", body="Dear friend,")

    html = page(as_staff, "version-list", campaign.pk)

    assert "<b>3</b> versions of these words" in html
    assert "The first words: plural · singular." in html
    assert "Changed: plural." in html
    assert "New: English." in html
    assert html.index("Version 3") < html.index("Version 2") < html.index("Version 1")
    assert html.count("Ελένη, ") == 2 and html.count("Άννα, ") == 1


def test_words_written_again_are_named_by_the_version_that_said_them_first(campaign, staff):
    save(campaign, by=staff)
    save(campaign, by=staff, body=BODY)
    save(campaign, by=staff, manner="informal")

    assert [line.again for line in version_lines(campaign.template)] == [None, 1, None, None]


def test_another_design_or_reason_is_a_change_of_its_own(as_staff, campaign, staff):
    first = newest(campaign)
    second = GreetingVersion.objects.create(
        template=campaign.template, number=2, written_by=staff, design="plain", selling_reason="Ζήτησαν τιμές"
    )
    for variant in first.variants.all():
        variant.pk, variant.version = None, second
        variant.save()

    html = page(as_staff, "version-list", campaign.pk)

    assert "Design: plain letter. The reason for selling is another one." in html
    assert "Changed:" not in html


def test_a_version_tells_which_greetings_say_its_words_and_how_they_stand(as_staff, campaign, staff):
    finished = make_campaign(
        author=staff,
        state="finished",
        template=campaign.template,
        name="Χριστούγεννα 2025",
        occasion_key="christmas-2025",
    )
    make_letter(finished, make_contact(), state="sent", sent_at=NOW)
    save(campaign, by=staff)

    lines = {line.version.number: line for line in version_lines(campaign.template)}
    html = page(as_staff, "version-list", campaign.pk)

    assert [each.campaign for each in lines[1].used] == [finished]
    assert [each.campaign for each in lines[2].used] == [campaign]
    assert "The one letter has gone." in html and "It is being written" in html
    for each in (finished, campaign):
        assert reverse("campaigns:campaign-detail", args=[each.pk]) in html


def test_letters_in_review_belong_to_the_version_they_were_prepared_with(campaign, staff):
    Campaign.objects.filter(pk=campaign.pk).update(state="in_review", version=newest(campaign))
    # A colleague's greeting shares the template and is written on.
    other = make_campaign(author=staff, template=campaign.template, occasion_key="x")
    save(other, by=staff)

    used = {line.version.number: [each.campaign.pk for each in line.used] for line in version_lines(campaign.template)}

    assert used == {1: [campaign.pk], 2: [other.pk]}


def test_the_first_version_stands_alone_and_no_version_teaches_the_next_step(as_staff, campaign, staff):
    empty = make_campaign(author=staff, template=make_words(by=staff), version=None, occasion_key="x")
    empty.template.versions.all().delete()

    assert "There is one version so far." in page(as_staff, "version-list", campaign.pk)
    assert "No words yet" in page(as_staff, "version-list", empty.pk)
    alone = page(as_staff, "version-detail", campaign.pk, 1)
    assert "σας ευχόμαστε καλά Χριστούγεννα" in alone
    assert "<select" not in alone and "Bring" not in alone


def test_many_versions_come_in_pages(as_staff, campaign, staff):
    template = campaign.template
    GreetingVersion.objects.bulk_create(
        GreetingVersion(template=template, number=number, written_by=staff) for number in range(2, 42)
    )

    first = page(as_staff, "version-list", campaign.pk)
    second = page(as_staff, "version-list", campaign.pk, page=2)

    assert first.count('class="who"') == 30 and 'rel="next"' in first
    assert second.count('class="who"') == 11 and 'rel="prev"' in second


def test_the_list_reads_the_same_number_of_rows_of_the_database_however_many_versions(
    as_staff, campaign, staff, django_assert_max_num_queries
):
    for number in range(6):
        save(campaign, by=staff, body=f"{OTHER_BODY} {number}")

    with django_assert_max_num_queries(14):
        page(as_staff, "version-list", campaign.pk)


# --- Two beside one another ---


def test_two_versions_stand_side_by_side_with_the_words_that_differ_set_apart(as_staff, campaign, staff):
    save(campaign, by=staff, subject="Καλές γιορτές")

    html = page(as_staff, "version-detail", campaign.pk, 1)

    assert words_in(html, "del") == ["Καλά Χριστούγεννα", "καλά Χριστούγεννα", "υγεία"]
    assert words_in(html, "ins") == ["Καλές γιορτές", "καλές γιορτές", "χαρά"]
    assert "(taken out:" in html and "(put in:" in html, "the difference is said as well as drawn"
    assert "Version 2, newest" in html
    assert "The same in both" in html and "Singular" in html


def test_any_version_is_read_beside_any_other_the_older_on_the_left(as_staff, campaign, staff):
    save(campaign, by=staff)
    save(campaign, by=staff, body=BODY + "\n\nΥ.Γ. Ανοιχτά")

    of_the_newest = page(as_staff, "version-detail", campaign.pk, 3)
    chosen = page(as_staff, "version-detail", campaign.pk, 3, against=1)
    other_way = page(as_staff, "version-detail", campaign.pk, 1, against=3)

    heads = [re.findall(r'<th scope="col">(.*?)</th>', html) for html in (of_the_newest, chosen, other_way)]
    assert heads == [["Version 2", "Version 3, newest"], ["Version 1", "Version 3, newest"], heads[1]]
    assert words_in(chosen, "ins") == words_in(other_way, "ins") == ["\nΥ.Γ. Ανοιχτά"]


def test_a_variant_that_only_one_version_has_is_shown_whole(as_staff, campaign, staff):
    save(campaign, by=staff, language="en", body="Dear friend,")

    alone = page(as_staff, "version-detail", campaign.pk, 1)
    save(campaign, by=staff)
    beside_another = page(as_staff, "version-detail", campaign.pk, 1)

    assert "Version 1 does not have it; in version 2 it says:" in alone
    assert "Dear friend," in alone
    assert "Bring" not in alone, "nothing of it would change the newest words"
    assert "What version 1 does not have stays as it is: English." in beside_another


def test_words_with_markup_in_them_are_shown_and_not_obeyed(as_staff, campaign, staff):
    save(campaign, by=staff, body="<script>alert(1)</script> <b>γεια</b>", subject="<i>γεια</i>")

    html = page(as_staff, "version-detail", campaign.pk, 1)

    assert "<script>alert" not in html and "<b>γεια" not in html and "<i>γεια" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("against", ["7", "-1", "x", "٣", "9" * 400])
def test_a_version_that_is_not_there_is_no_page(as_staff, campaign, staff, against):
    save(campaign, by=staff)

    url = reverse("campaigns:version-detail", args=[campaign.pk, 1])

    assert as_staff.get(url, {"against": against}).status_code == 404
    assert as_staff.get(reverse("campaigns:version-detail", args=[campaign.pk, 10**15])).status_code == 404


def test_versions_of_another_greeting_stay_out_of_reach(as_staff, campaign, staff):
    other = make_campaign(author=staff, occasion_key="x")
    save(other, by=staff, body="Τα λόγια των άλλων")

    assert as_staff.get(reverse("campaigns:version-detail", args=[campaign.pk, 2])).status_code == 404
    assert bring_back(as_staff, campaign, 2, seen=1).status_code == 404
    assert bring_back(as_staff, campaign, 1, seen=1, variant="en-formal").status_code == 404
    assert bring_back(as_staff, campaign, 1, seen=1, variant="el-" + "x" * 5000).status_code == 404
    assert bodies(newest(campaign)) == {FORMAL: BODY, INFORMAL: BODY}


# --- An old one again ---


def test_old_words_come_back_as_a_new_version_and_nothing_is_written_over(as_staff, campaign, staff):
    save(campaign, by=staff)
    before = everything_written(campaign)

    answer = bring_back(as_staff, campaign, 1, seen=2)

    assert answer.url == reverse("campaigns:campaign-write", args=[campaign.pk])
    assert newest(campaign).number == 3
    assert newest(campaign).written_by == staff
    assert bodies(newest(campaign)) == {FORMAL: BODY, INFORMAL: BODY}
    assert set(before) < set(everything_written(campaign))


def test_a_second_click_brings_nothing_back_a_second_time(as_staff, campaign, staff):
    save(campaign, by=staff)

    answers = [bring_back(as_staff, campaign, 1, seen=2) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert newest(campaign).number == 3


def test_the_design_and_the_reason_for_selling_come_back_with_the_words(campaign, staff):
    GreetingVersion.objects.filter(template=campaign.template, number=1).update(
        design="plain", selling_reason="Ζήτησαν τιμές"
    )
    save(campaign, by=staff)
    GreetingVersion.objects.filter(template=campaign.template, number=2).update(design="card", selling_reason="")

    restore_version(campaign.pk, 1, seen=2, by=staff, now=NOW)

    assert (newest(campaign).design, newest(campaign).selling_reason) == ("plain", "Ζήτησαν τιμές")


def test_a_variant_written_later_stays_when_older_words_come_back(campaign, staff):
    save(campaign, by=staff, language="en", body="Dear friend,")
    save(campaign, by=staff)

    restore_version(campaign.pk, 1, seen=3, by=staff, now=NOW)

    assert bodies(newest(campaign)) == {FORMAL: BODY, INFORMAL: BODY, ENGLISH: "Dear friend,"}


def test_one_variant_comes_back_alone(as_staff, campaign, staff):
    save(campaign, by=staff)
    save(campaign, by=staff, manner="informal")
    assert page(as_staff, "version-detail", campaign.pk, 1).count("Bring back only this</button>") == 2

    answer = bring_back(as_staff, campaign, 1, seen=3, variant="el-informal")

    assert answer.url.endswith("?variant=el-informal")
    assert bodies(newest(campaign)) == {FORMAL: OTHER_BODY, INFORMAL: BODY}


def test_one_variant_keeps_the_design_of_the_newest_and_brings_its_reason_where_none_stands(campaign, staff):
    versions = GreetingVersion.objects.filter(template=campaign.template)
    versions.filter(number=1).update(design="plain", selling_reason="Ζήτησαν τιμές")
    save(campaign, by=staff)
    versions.filter(number=2).update(design="card", selling_reason="")

    restore_variant(campaign.pk, 1, language="el", manner="formal", seen=2, by=staff, now=NOW)

    assert (newest(campaign).design, newest(campaign).selling_reason) == ("card", "Ζήτησαν τιμές")


def test_letters_that_were_ready_are_prepared_and_approved_anew(campaign, staff):
    save(campaign, by=staff)
    Campaign.objects.filter(pk=campaign.pk).update(state="in_review", version=newest(campaign))
    revision = Campaign.objects.get(pk=campaign.pk).revision

    restore_version(campaign.pk, 1, seen=2, by=staff, now=NOW)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.revision) == ("draft", revision + 1)


@pytest.mark.parametrize("state", ["sending", "paused", "finished", "cancelled"])
def test_letters_on_their_way_keep_their_words(as_staff, staff, state):
    campaign = make_campaign(author=staff, state=state)
    GreetingVersion.objects.create(template=campaign.template, number=2, written_by=staff)

    with pytest.raises(CannotChange):
        restore_version(campaign.pk, 1, seen=2, by=staff, now=NOW)

    assert bring_back(as_staff, campaign, 1, seen=2).url == reverse("campaigns:campaign-detail", args=[campaign.pk])
    assert "Bring" not in page(as_staff, "version-detail", campaign.pk, 1)
    assert newest(campaign).number == 2


def test_words_a_colleague_saved_meanwhile_are_looked_at_first(as_staff, campaign, staff, manager):
    save(campaign, by=staff)
    save(campaign, by=manager, body="{{ προσφώνηση }} άλλα λόγια")

    with pytest.raises(NewerWords):
        restore_version(campaign.pk, 1, seen=2, by=staff, now=NOW)
    answer = bring_back(as_staff, campaign, 1, seen=2)

    assert "Other words were saved meanwhile: version 3" in page_after(as_staff, answer)
    assert newest(campaign).number == 3


def page_after(client, answer) -> str:
    return client.get(answer.url).content.decode()


def test_unsaved_words_of_a_colleague_are_left_alone(campaign, staff, manager):
    save(campaign, by=staff)
    draft = WordsDraft.objects.create(
        campaign=campaign, user=manager, language="el", manner="formal", body="μισή πρότα", from_version=2, saved_at=NOW
    )

    restore_version(campaign.pk, 1, seen=2, by=staff, now=NOW)

    kept = WordsDraft.objects.get()
    assert (kept.pk, kept.body, kept.from_version) == (draft.pk, "μισή πρότα", 2)


def test_whoever_has_unsaved_words_is_told_that_they_lie_over_those_brought_back(as_staff, campaign, staff):
    save(campaign, by=staff)
    WordsDraft.objects.create(
        campaign=campaign, user=staff, language="el", manner="formal", body="μισή πρότα", from_version=2, saved_at=NOW
    )

    html = page_after(as_staff, bring_back(as_staff, campaign, 1, seen=2))

    assert "The words of version 1 are back, as version 3." in html
    assert "What you typed and did not save is still in the editor." in html
    assert "μισή πρότα" in html


def test_the_trail_says_which_version_was_brought_back(campaign, staff):
    save(campaign, by=staff)

    restore_variant(campaign.pk, 1, language="el", manner="formal", seen=2, by=staff, now=NOW)

    entry = AuditEntry.objects.get(verb="bring_back_words")
    assert (entry.actor_id, entry.object_id) == (staff.pk, campaign.pk)
    assert entry.facts == {"from": 1, "version": 3, "language": "el", "manner": "formal"}
    assert AuditEntry.objects.filter(verb="change_campaign", object_id=campaign.pk).count() == 2


def test_a_look_brings_nothing_back(as_staff, campaign, staff):
    save(campaign, by=staff)

    assert as_staff.get(reverse("campaigns:version-restore", args=[campaign.pk, 1])).status_code == 405
    assert newest(campaign).number == 2


def test_somebody_without_a_role_brings_nothing_back(campaign, staff):
    save(campaign, by=staff)
    stranger = make_user(role="staff")
    stranger.groups.clear()

    assert bring_back(client_of(stranger), campaign, 1, seen=2).status_code == 403
    assert newest(campaign).number == 2


def test_a_greek_page_says_it_in_greek(client, campaign, staff):
    save(campaign, by=staff)
    client.force_login(staff)
    client.cookies["django_language"] = "el"

    html = page(client, "version-detail", campaign.pk, 1)

    assert "Εκδοχή 2, η πιο νέα" in html
    assert "Version" not in re.sub(r"<[^>]*>", "", html)


@pytest.mark.parametrize("code", ["el-\x00", "\x00-formal", "el", "el-nobody"])
def test_a_variant_that_there_cannot_be_is_not_found(as_staff, code):
    campaign = make_campaign()

    answer = as_staff.post(reverse("campaigns:version-restore", args=[campaign.pk, 1]), {"variant": code, "seen": "1"})

    assert answer.status_code == 404
    assert campaign.template.versions.count() == 1


def test_words_that_are_only_read_show_their_facts_as_the_editor_does_and_are_escaped():
    drawn = chips("<b>{{ το_συνηθισμένο }}</b> [[ {{ όνομα|upper }} ]]")

    assert drawn == (
        "&lt;b&gt;<mark><i>{{ </i>το<i>_</i>συνηθισμένο<i> }}</i></mark>&lt;/b&gt; "
        '<mark class="maybe">[[</mark> {{ όνομα|upper }} <mark class="maybe">]]</mark>'
    )
