import pytest
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.writing.previewing import preview, sample_person, variant_tabs
from customers.models import Contact
from customers.search import index_contacts
from tests.builders import BODY, ELENI, NOW, STAMATIS, make_campaign, make_contact, make_user, make_words

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def look(contact: Contact, body: str = BODY, *, subject: str = "Καλά Χριστούγεννα", manner: str = "formal"):
    return preview(contact, subject=subject, body=body, manner=manner, campaign=make_campaign(), today=TODAY)


def frame(client, campaign: Campaign, contact: Contact, **data):
    url = reverse("campaigns:campaign-preview", args=[campaign.pk])
    if not data:
        return client.get(url, {"contact": contact.pk})
    form = {"language": "el", "manner": "formal", "subject": "Θέμα", "body": BODY, "from_version": 1}
    return client.post(url, form | {"contact": contact.pk} | data)


def test_a_real_person_reads_their_own_name_in_the_vocative():
    letter = look(make_contact(STAMATIS))

    assert "Αγαπητέ κύριε Παπαδόπουλε," in letter.html
    assert "Αγαπητέ κύριε Παπαδόπουλε," in letter.text
    assert letter.subject == "Καλά Χριστούγεννα"
    assert not letter.problems


def test_a_preview_is_the_whole_letter_with_the_foot_and_the_way_out():
    letter = look(make_contact(STAMATIS))

    assert letter.html.lstrip().lower().startswith("<!doctype html>")
    assert "/u/" in letter.html and "/u/" in letter.text


def test_a_fact_we_lack_is_named_instead_of_a_letter_with_a_hole():
    letter = look(make_contact(STAMATIS, city=""), "{{ προσφώνηση }} στην {{ πόλη }}")

    assert [problem.code for problem in letter.problems] == ["empty_fact"]
    assert letter.html == ""


def test_the_link_in_a_preview_stops_nobody(client, as_staff):
    contact = make_contact(STAMATIS)
    letter = look(contact)
    link = letter.text[letter.text.index("/u/") :].split()[0]

    client.post(link)

    assert "Αγαπητέ" in look(contact).html
    assert not Contact.objects.get(pk=contact.pk).stopped_reason
    assert as_staff.get(reverse("campaigns:campaign-write", args=[make_campaign().pk])).context["stop"] == ""


def test_the_frame_has_a_policy_of_its_own_and_runs_nothing(as_staff):
    answer = frame(as_staff, make_campaign(), make_contact(STAMATIS))

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and policy.endswith("sandbox")
    assert "script-src" not in policy and "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_every_other_page_may_be_framed_by_nobody(as_staff):
    answer = as_staff.get(reverse("campaigns:campaign-write", args=[make_campaign().pk]))

    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_words_that_are_not_saved_yet_are_shown_in_the_frame(as_staff):
    campaign = make_campaign()

    shown = frame(as_staff, campaign, make_contact(STAMATIS), body="{{ προσφώνηση }}\n\nκαινούργια λόγια")

    assert "καινούργια λόγια" in shown.content.decode()
    assert campaign.template.versions.count() == 1


def test_the_frame_says_what_is_wrong_and_where(as_staff):
    shown = frame(as_staff, make_campaign(), make_contact(STAMATIS), body="{{ όνομμα }}")

    said = shown.content.decode()
    assert "Line 1, character 4" in said
    assert "όνομμα" in said


def test_markup_in_a_name_is_text_in_the_frame(as_staff):
    contact = make_contact(first_name="<img src=x onerror=alert(1)>", last_name="Ρίτα", salutation_typed="<b>Ρίτα</b>,")

    shown = frame(as_staff, make_campaign(), contact).content.decode()

    assert "<img src=x" not in shown
    assert "&lt;b&gt;Ρίτα&lt;/b&gt;," in shown


def test_tabs_count_everybody_and_mark_the_words_that_are_missing(staff):
    make_contact(STAMATIS)
    make_contact(ELENI, register="informal")
    make_contact(kind="company", company_name="Καφέ Το Λιμάνι", email="limani@shop.example")
    make_contact(language="en")
    make_contact(kind="placeholder", raw_name="ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ", email="")
    campaign = make_campaign(author=staff, template=make_words(by=staff))

    tabs = {tab.code: tab for tab in variant_tabs(campaign, campaign.version)}

    assert {code: tab.count for code, tab in tabs.items()} == {
        "el-formal": 1,
        "el-informal": 1,
        "el-company": 1,
        "en-formal": 1,
    }
    assert [code for code, tab in tabs.items() if tab.missing] == ["en-formal"]
    assert tabs["el-informal"].falls_back


def test_previous_and_next_walk_through_those_who_read_the_same_words(as_staff):
    first, second, third = make_contact(STAMATIS), make_contact(ELENI, register="informal"), make_contact()
    campaign = make_campaign()

    page = as_staff.get(reverse("campaigns:campaign-write", args=[campaign.pk]), {"contact": first.pk})

    place = page.context["place"]
    assert (place.position, place.total, place.previous, place.following) == (1, 2, None, third.pk)
    assert second.pk not in (place.previous, place.following)


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("woman", ELENI),
        ("company", {"kind": "company", "company_name": "Καφέ Το Λιμάνι"}),
        ("informal", {"register": "informal"}),
        ("unsure", {"name_confidence": 0.5}),
    ],
)
def test_a_chip_finds_somebody_of_its_kind(code, fields):
    make_contact(STAMATIS)
    wanted = make_contact(fields)

    assert sample_person(make_campaign(), code) == wanted


def test_a_chip_prefers_somebody_who_reads_the_words_on_the_desk():
    informal = make_contact(ELENI, register="informal")
    formal = make_contact(ELENI, email="other@people.example")
    campaign = make_campaign()

    assert sample_person(campaign, "woman") == informal
    assert sample_person(campaign, "woman", variant=("el", "formal")) == formal
    assert sample_person(campaign, "woman", variant=("el", "company")) == informal


def test_from_somebody_of_other_words_the_arrow_leads_back_to_the_first_who_reads_these(as_staff):
    first, other = make_contact(STAMATIS), make_contact(ELENI, register="informal")
    url = reverse("campaigns:campaign-write", args=[make_campaign().pk])

    page = as_staff.get(url, {"variant": "el-formal", "contact": other.pk})

    assert page.context["place"] is None
    assert f'id="reader-next" type="submit" form="words" formaction="{url}reader/" name="show" value="{first.pk}"' in (
        page.content.decode()
    )


def test_a_chip_of_a_kind_nobody_is_stays_on_the_desk(as_staff):
    make_contact(STAMATIS)
    campaign = make_campaign()
    url = reverse("campaigns:campaign-write", args=[campaign.pk])

    assert as_staff.get(url, {"as": "company"}).url == url
    assert as_staff.get(url, {"as": "nonsense"}).url == url


def test_a_person_is_found_by_name_for_the_preview(as_staff):
    stamatis = make_contact(STAMATIS)
    index_contacts([stamatis.pk])
    url = reverse("campaigns:campaign-write", args=[make_campaign().pk])

    found = as_staff.get(url, {"q": "stamatis"})
    nobody = as_staff.get(url, {"q": "zzz"})

    assert list(found.context["found"]) == [stamatis]
    assert "We found nobody called “zzz”." in nobody.content.decode()


def test_somebody_who_gets_no_letter_says_so_on_the_desk(as_staff):
    contact = make_contact(STAMATIS, deceased=True)

    page = as_staff.get(reverse("campaigns:campaign-write", args=[make_campaign().pk]), {"contact": contact.pk})

    assert "gets no letter: deceased" in page.content.decode()


def test_the_palette_shows_meaning_name_and_this_persons_value(as_staff):
    contact = make_contact(STAMATIS, city="Βόλος")

    page = as_staff.get(reverse("campaigns:campaign-write", args=[make_campaign().pk]), {"contact": contact.pk})

    entries = [entry for group in page.context["palette"] for entry, _silenced in group["entries"]]
    told = {form.fact.key: (form.placeholder, form.value) for entry in entries for form in entry.forms}
    assert told["city"] == ("{{city}}", "Βόλος")
    assert told["years_with_us"][1] == ""
    assert "we do not know it" in page.content.decode()


def test_nobody_without_a_role_sees_a_letter(client):
    campaign, contact = make_campaign(), make_contact(STAMATIS)
    stranger = make_user("stranger")
    stranger.groups.clear()
    client.force_login(stranger)

    assert frame(client, campaign, contact).status_code == 403


def test_the_desk_says_in_how_many_letters_a_sentence_will_be_missing(as_staff):
    make_contact(STAMATIS, city="Βόλος")
    make_contact(city="")
    campaign = make_campaign()
    version = campaign.template.versions.get()
    version.variants.update(body="{{ προσφώνηση }}\n\n[[ Χαιρετίσματα: {{ πόλη }}. ]]\n\nχ")

    optional = as_staff.get(reverse("campaigns:campaign-write", args=[campaign.pk])).content.decode()
    version.variants.update(body="{{ προσφώνηση }}\n\nΧαιρετίσματα: {{ πόλη }}.")
    plain = as_staff.get(reverse("campaigns:campaign-write", args=[campaign.pk])).content.decode()

    assert "1 of 2 reads the letter without this sentence, because we lack: town." in optional
    assert "1 of 2 gets no letter, because we lack: town." in plain


def test_an_occasion_without_words_yet_says_so_in_the_frame(as_staff):
    contact, campaign = make_contact(STAMATIS), make_campaign()
    campaign.template.versions.get().variants.all().delete()

    assert "Nothing has been written for this person yet." in frame(as_staff, campaign, contact).content.decode()


def test_own_people_are_named_after_their_colleague(as_staff, staff):
    campaign = make_campaign(audience={"choose": "own_people", "owner": staff.pk})

    page = as_staff.get(reverse("campaigns:campaign-write", args=[campaign.pk]))

    assert "the people of one colleague: Άννα" in page.content.decode()
