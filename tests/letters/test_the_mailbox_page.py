import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign
from tests.builders import ELENI, STAMATIS, make_campaign, make_contact, make_letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(settings, tmp_path):
    """A mailbox of this test alone, with two letters that left by the real transport."""
    settings.EMAIL_URL = f"mailbox://{tmp_path}/letters"
    campaign = make_campaign(state="sending", give_up_at=None)
    make_letter(campaign, make_contact(STAMATIS), due_at=timezone.now())
    make_letter(campaign, make_contact(ELENI), due_at=timezone.now())
    return campaign


@pytest.fixture
def sent(mailbox, capsys, fresh_transport) -> Campaign:
    call_command("dispatch", "--campaign", str(mailbox.pk))
    mailbox.refresh_from_db()
    return mailbox


def test_letters_lie_there_as_they_left(as_staff, sent):
    page = as_staff.get(reverse("campaigns:mailbox-list"))

    assert sent.state == "finished"
    assert {letter.envelope_to for letter in page.context["letters"]} == {"stamatis@shop.example", "eleni@shop.example"}


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("letter", "<iframe sandbox"),
        ("text", "Αγαπητέ Σταμάτη,"),
        ("headers", "List-Unsubscribe-Post"),
        ("raw", "Content-Type: multipart/alternative"),
    ],
)
def test_a_letter_opens_as_letter_text_headers_and_source(as_staff, sent, part, words):
    letter = as_staff.get(reverse("campaigns:mailbox-list")).context["letters"][0]

    page = as_staff.get(reverse("campaigns:mailbox-detail", args=[letter.id]), {"part": part})

    assert words in page.content.decode()


def test_the_letter_itself_is_shown_in_a_sandbox(as_staff, sent):
    letter = as_staff.get(reverse("campaigns:mailbox-list")).context["letters"][0]

    answer = as_staff.get(reverse("campaigns:mailbox-html", args=[letter.id]))

    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert "Αγαπητέ Σταμάτη," in answer.content.decode()


@pytest.mark.parametrize("letter_id", ["..", "secret.key", "0" * 19 + "-00000000"])
def test_what_is_no_letter_is_no_page(as_staff, sent, letter_id):
    assert as_staff.get(f"/mailbox/{letter_id}/").status_code == 404
    assert as_staff.get(f"/mailbox/{letter_id}/html/").status_code == 404


def test_an_empty_mailbox_says_when_letters_come(as_staff, mailbox):
    assert "No letter has left yet." in as_staff.get(reverse("campaigns:mailbox-list")).content.decode()


def test_with_a_mail_server_the_page_says_that_letters_leave_by_it(as_staff, sent, settings):
    letter = as_staff.get(reverse("campaigns:mailbox-list")).context["letters"][0]
    settings.EMAIL_URL = "smtp://127.0.0.1:2525"

    page = as_staff.get(reverse("campaigns:mailbox-list"))
    old = as_staff.get(reverse("campaigns:mailbox-detail", args=[letter.id]))

    assert "Letters leave by the mail server." in page.content.decode()
    assert old.status_code == 404
