"""The pages on which a letter is changed by hand: nothing typed is lost, nothing typed is run."""

import pytest
from django.urls import reverse

from campaigns.models import Campaign, HandEdit
from campaigns.rendering.reading import read_html
from campaigns.review.approval.approving import approve_campaign
from campaigns.running import start_sending
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user
from tests.rendering.hostile import MARKUP, VALUES
from tests.review.edits import BODY, edit_of, known, make_greeting, the_letter, type_in, words
from tests.review.test_hand_edits_kept import disputed, write_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def nikos():
    return make_user(first_name="Νίκος", last_name="Ράπτης")


@pytest.fixture
def page(client, nikos):
    client.force_login(nikos)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def post(page, letter, name: str = "letter-edit", **fields):
    body = words(letter)
    values = {"subject": body.subject, "text": body.text, "seen": body.digest, "pile": "look"}
    return page.post(reverse(f"campaigns:{name}", args=[letter.pk]), values | fields)


def shown(response) -> str:
    return response.content.decode()


# --- Typing ---


def test_words_are_kept_and_the_same_letter_is_shown_again(page):
    letter = the_letter(make_greeting())

    response = post(page, letter, text=words(letter).text.replace("Γεια.", "Φιλιά."))

    assert response.status_code == 302
    assert (
        response["Location"] == f"{reverse('campaigns:review-letter', args=[letter.campaign_id, letter.pk])}?pile=look"
    )
    assert "Φιλιά." in words(letter).text
    room = shown(page.get(response["Location"]))
    assert "Your words are in the letter" in room
    assert "Changed by Νίκος Ράπτης" in room and "Φιλιά" in room


def test_the_room_takes_an_edit_back(page):
    letter = the_letter(make_greeting())
    before = words(letter).html
    post(page, letter, text=words(letter).text.replace("Γεια.", "Φιλιά."))

    page.post(reverse("campaigns:review-undo", args=[letter.campaign_id]))

    assert (words(letter).html, edit_of(letter)) == (before, None)


def test_a_gap_left_in_is_told_with_its_line_and_the_form_comes_back_filled(page):
    letter = the_letter(make_greeting())

    response = post(page, letter, subject="Για <b>σένα</b>", text='Γεια σου,\n\nκαι {{ όνομα }} & "φιλιά"')

    assert response.status_code == 422
    html = shown(response)
    assert "In line 3 “{{” is left" in html
    assert "και {{ όνομα }} &amp; &quot;φιλιά&quot;</textarea>" in html
    assert 'value="Για &lt;b&gt;σένα&lt;/b&gt;"' in html
    assert 'id="room"' in html
    assert edit_of(letter) is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"subject": ""}, "The letter has no subject. Write one."),
        ({"text": " \n"}, "The letter has no words."),
        ({"subject": "α" * 401}, "The subject has 401 characters; it may have 400."),
        ({"text": "α" * 20_001}, "The letter has 20001 characters; it may have 20000."),
        ({"subject": "α\nβ"}, "A subject is one line."),
        ({"subject": "[[ α"}, "In the subject “[[” is left"),
    ],
)
def test_what_no_letter_can_carry_is_said_in_words(page, fields, sentence):
    letter = the_letter(make_greeting())

    response = post(page, letter, **fields)

    assert response.status_code == 422
    assert sentence in shown(response)
    assert edit_of(letter) is None


def test_the_second_of_two_colleagues_sees_both_texts_and_decides(page, nikos):
    letter = the_letter(make_greeting())
    seen = words(letter).digest
    type_in(letter, "Γεια.", "Φιλιά.", by=make_user(first_name="Ελένη", last_name="Βλάχου"))
    typed = words(letter).text.replace("Φιλιά.", "Χαιρετισμούς.")

    response = post(page, letter, text=typed, seen=seen)

    assert response.status_code == 409
    html = shown(response)
    assert "Ελένη Βλάχου changed this letter meanwhile" in html
    assert "Φιλιά" in html and "Χαιρετισμούς." in html
    assert f'name="seen" value="{words(letter).digest}"' in html
    assert "Φιλιά." in words(letter).text

    post(page, letter, text=typed, seen=words(letter).digest)
    assert "Χαιρετισμούς." in words(letter).text
    assert edit_of(letter).edited_by == nikos


def test_words_for_a_letter_that_has_begun_to_leave_are_shown_to_be_copied(page):
    campaign = make_greeting(wish_on=NOW.date())
    letter = the_letter(campaign)
    approve_campaign(campaign.pk, by=make_user(role="manager"), revision=campaign.revision, now=NOW)
    start_sending(campaign.pk, by=campaign.author, now=NOW)

    response = post(page, letter, text="Λόγια που κόπιασα να βρω.")

    assert response.status_code == 409
    assert "Λόγια που κόπιασα να βρω." in shown(response)
    assert "can no longer be changed" in shown(response)


def test_words_for_a_letter_that_is_gone_are_shown_to_be_copied(page):
    letter = the_letter(make_greeting())
    address = reverse("campaigns:letter-edit", args=[letter.pk])
    letter.delete()

    response = page.post(address, {"subject": "α", "text": "Λόγια που κόπιασα να βρω.", "seen": ""})

    assert response.status_code == 409
    assert "Λόγια που κόπιασα να βρω." in shown(response)


def test_a_letter_that_no_longer_names_its_reader_is_kept_with_a_word(page):
    letter = the_letter(make_greeting())

    response = post(page, letter, text=words(letter).text.replace("Αγαπητέ κύριε Παπαδόπουλε,", "Αγαπητέ φίλε,"))

    assert "no longer calls its reader by name" in shown(page.get(response["Location"]))


def test_the_letter_has_a_page_of_its_own_to_be_changed_on(page):
    letter = the_letter(make_greeting())

    html = shown(page.get(reverse("campaigns:letter-edit", args=[letter.pk])))

    assert words(letter).text.splitlines()[0] in html
    assert f'src="{reverse("campaigns:message-html", args=[letter.pk])}"' in html


# --- Looking ---


def test_the_preview_shows_what_was_typed_and_keeps_nothing(page):
    letter = the_letter(make_greeting())

    response = post(page, letter, "letter-edit-preview", subject="Νέο θέμα", text="Γεια & χαρά, https://a.example/x")

    html = shown(response)
    assert "Γεια &amp; χαρά" in html and '<a href="https://a.example/x">' in html and "Νέο θέμα" in html
    assert (
        "sandbox" in response["Content-Security-Policy"] and "default-src 'none'" in response["Content-Security-Policy"]
    )
    assert edit_of(letter) is None


def test_the_preview_says_what_is_wrong_with_what_was_typed(page):
    letter = the_letter(make_greeting())

    assert "In line 1 “{{” is left" in shown(post(page, letter, "letter-edit-preview", text="{{ όνομα }}"))


def test_nothing_typed_is_ever_run(page):
    letter = the_letter(make_greeting())
    form = reverse("campaigns:letter-edit", args=[letter.pk])
    post(page, letter, text="Γεια σου Σταμάτη,\n\nφιλιά & γεια: https://a.example, 6912345678\n\nΆννα")
    harmless = {name for kind, name, _address in read_html(shown(page.get(form))) if kind == "start"}
    sendable = [each for each in (*MARKUP, *VALUES) if len(each) < 19_000 and "\ud83d" not in each]
    kept = 0

    for hostile in sendable:
        if post(page, letter, text=f"Γεια σου Σταμάτη,\n\n{hostile}\n\nΆννα").status_code == 422:
            continue
        kept += 1
        for kind, name, address in read_html(words(letter).html):
            assert kind != "start" or name in ("p", "br", "a", "strong"), hostile
            assert kind != "start" or not address or address.startswith(("https://", "mailto:")), hostile
        if not kept % 4:  # the page draws them all in the same way
            tags = {name for kind, name, _address in read_html(shown(page.get(form))) if kind == "start"}
            assert tags <= harmless, hostile

    assert kept > 50


# --- Decided ---


def test_a_dispute_is_shown_and_settled_by_a_button(page, nikos):
    letter = the_letter(disputed(nikos))
    room = shown(page.get(reverse("campaigns:review-letter", args=[letter.campaign_id, letter.pk]) + "?pile=look"))
    assert "Two wrote into the same place" in room
    assert "What Νίκος Ράπτης wrote" in room

    response = post(page, letter, "letter-edit-settle", keep="new")

    assert response.status_code == 302
    assert "με χαρά." in words(letter).text
    assert edit_of(letter) is None


def test_what_the_guard_found_is_confirmed_by_a_button(page, nikos):
    known(make_contact(ELENI))
    stamatis = make_contact(STAMATIS)
    letter = the_letter(make_greeting(stamatis), stamatis)
    type_in(letter, "Γεια.", "Χαιρετισμούς στην Ελένη Βλάχου.", by=nikos)
    html = shown(page.get(reverse("campaigns:letter-edit", args=[letter.pk])))
    assert "is the name of another customer" in html
    mark = html.partition('name="finding" value="')[2].partition('"')[0]

    response = post(page, letter, "letter-confirm", finding=mark)

    assert response.status_code == 302
    assert the_letter(letter.campaign, stamatis).state == "draft"


def test_what_was_prepared_comes_back_by_a_button(page, nikos):
    letter = the_letter(make_greeting())
    before = words(letter).html
    type_in(letter, "Γεια.", "Φιλιά.", by=nikos)

    post(page, letter, "letter-edit-clear")

    assert (words(letter).html, edit_of(letter)) == (before, None)


def test_old_words_on_the_page_settle_nothing(page, nikos):
    letter = the_letter(make_greeting())
    type_in(letter, "Γεια.", "Φιλιά.", by=nikos)

    response = post(page, letter, "letter-edit-clear", seen="0" * 64)

    assert response.status_code == 302
    assert edit_of(letter) is not None


# --- All of them ---


def test_the_list_says_what_was_changed_in_words_for_those_who_hear_it(page, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=nikos)

    html = shown(page.get(reverse("campaigns:hand-edit-list", args=[campaign.pk])))

    assert "<del>" in html and "<ins>" in html and "taken out:" in html and "put in:" in html
    assert "waits for the yes of Άννα Μάνου" in html
    assert "Yes, so" not in html


def test_the_author_says_yes_on_the_list(client, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=nikos)
    client.force_login(campaign.author)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    html = shown(client.get(reverse("campaigns:hand-edit-list", args=[campaign.pk])))
    assert "waits for your yes" in html
    edit = HandEdit.objects.get()
    assert f'value="{edit.pk}:{edit.edited_at.isoformat()}"' in html

    client.post(
        reverse("campaigns:hand-edit-agree", args=[campaign.pk]), {"edit": f"{edit.pk}:{edit.edited_at.isoformat()}"}
    )

    edit.refresh_from_db()
    assert edit.agreed_by == campaign.author
    assert "Άννα Μάνου said yes" in shown(client.get(reverse("campaigns:hand-edit-list", args=[campaign.pk])))


@pytest.mark.parametrize("edit", ["", "x", "1", "999999999999999999999:2026", "-1:x", "1:<script>"])
def test_a_crafted_yes_does_nothing(client, nikos, edit):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=nikos)
    client.force_login(campaign.author)

    assert client.post(reverse("campaigns:hand-edit-agree", args=[campaign.pk]), {"edit": edit}).status_code == 302

    assert HandEdit.objects.get().agreed_at is None


def test_saved_words_tell_which_edited_letters_they_touch(client, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "με υγεία", "με τύχη", by=nikos)
    client.force_login(campaign.author)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    typed = {
        "language": "el", "manner": "formal", "subject": "Καλά Χριστούγεννα", "from_version": "1",
        "body": BODY.replace("με υγεία", "με χαρά"), "draft": "", "design": "card",
    }  # fmt: skip
    saved = client.post(reverse("campaigns:campaign-write", args=[campaign.pk]), typed, headers={"HX-Request": "true"})

    sentence = "The new words touch 1 letter that was changed by hand; what was typed there is kept."
    listed = reverse("campaigns:hand-edit-list", args=[campaign.pk])
    assert sentence in shown(saved) and f'href="{listed}"' in shown(saved)
    assert sentence in shown(client.get(reverse("campaigns:campaign-write", args=[campaign.pk])))
    html = shown(client.get(listed))
    assert sentence in html and "The new words say something else in the very place." in html


def test_the_list_of_a_greeting_nobody_touched_says_so(page):
    campaign = make_greeting()

    assert "Nothing was changed by hand" in shown(page.get(reverse("campaigns:hand-edit-list", args=[campaign.pk])))


def test_the_list_stands_while_the_letters_are_not_prepared(page, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=nikos)
    write_words(campaign, BODY.replace("με υγεία", "με χαρά"))
    Campaign.objects.get().messages.all().delete()

    html = shown(page.get(reverse("campaigns:hand-edit-list", args=[campaign.pk])))

    assert "There is no letter just now" in html
