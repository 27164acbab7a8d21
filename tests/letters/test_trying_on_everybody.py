"""“Try it on everybody” at the desk: step by step with htmx, by a button without it, and never on words of others."""

import re

import pytest
from django.urls import reverse

from campaigns.views import trying as view
from customers.models import Contact
from tests.builders import ELENI, STAMATIS, make_campaign, make_contact

pytestmark = pytest.mark.django_db
BODY = "{{ προσφώνηση }}\n\nσε εσάς, {{ πόλη }}, χρόνια πολλά. [[ {{ λόγια }} ]]\n\n{{ υπογραφή }}"
HTMX = {"hx-request": "true"}


@pytest.fixture
def campaign(staff):
    return make_campaign(author=staff)


@pytest.fixture
def small_steps(monkeypatch):
    """Three letters to a step."""
    monkeypatch.setattr(view, "STEP", 3)


def form(campaign, body: str = BODY, **more) -> dict:
    return {"language": "el", "manner": "formal", "subject": "Χ", "body": body, "from_version": 1, "contact": ""} | more


def ask(client, campaign, *, headers=None, **more):
    return client.post(reverse("campaigns:campaign-try", args=[campaign.pk]), form(campaign, **more), headers=headers)


def sealed(page: str) -> str:
    found = re.search(r'name="trial" value="([^"]+)"', page)
    return found[1] if found else ""


def test_a_few_people_are_tried_in_one_step_and_what_reads_badly_is_named(campaign, as_staff):
    make_contact(STAMATIS, city="Βόλος,")
    make_contact(ELENI)

    page = ask(as_staff, campaign, headers=HTMX).content.decode()

    assert "All <b>2</b> letters tried. <b>2</b> things to look at." in page
    assert "Σταμάτης Παπαδόπουλος" in page and "Ελένη Βλάχου" in page
    assert "In a letter: “σε εσάς, Βόλος,, χρόνια πολλά.”" in page
    assert not sealed(page)


def test_steps_follow_each_other_by_themselves_and_carry_what_was_found(campaign, as_staff, small_steps):
    for _number in range(7):
        make_contact(city="Βόλος,")

    pages, word = [], ""
    while not pages or word:
        pages.append(ask(as_staff, campaign, headers=HTMX, trial=word).content.decode())
        word = sealed(pages[-1])

    assert len(pages) == 3
    assert "<b>3</b> of <b>7</b> letters tried." in pages[0] and 'hx-trigger="load"' in pages[0]
    assert "All <b>7</b> letters tried. <b>1</b> thing to look at." in pages[2]
    assert "and 2 more" in pages[2] and 'hx-trigger="load"' not in pages[2]


def test_a_stop_keeps_what_was_found_and_going_on_takes_it_up(campaign, as_staff, small_steps):
    for _number in range(5):
        make_contact(city="Βόλος")
    word = sealed(ask(as_staff, campaign, headers=HTMX).content.decode())

    stopped = ask(as_staff, campaign, headers=HTMX, trial=word, step="stop").content.decode()
    ended = ask(as_staff, campaign, headers=HTMX, trial=sealed(stopped)).content.decode()

    assert "Stopped after <b>3</b> of <b>5</b> letters." in stopped and 'hx-trigger="load"' not in stopped
    assert "Go on" in stopped
    assert "All <b>5</b> letters tried. None of them reads badly." in ended


def test_without_a_script_it_is_a_page_of_its_own_that_keeps_the_words(campaign, as_staff, small_steps):
    for _number in range(4):
        make_contact(city="Βόλος")

    first = ask(as_staff, campaign).content.decode()
    second = ask(as_staff, campaign, trial=sealed(first)).content.decode()

    assert "<b>3</b> of <b>4</b> letters tried." in first and "Go on" in first
    assert "{{ πόλη }}" in first and "Back to the letter" in first
    assert "All <b>4</b> letters tried." in second


def test_other_words_begin_anew(campaign, as_staff, small_steps):
    for _number in range(4):
        make_contact(city="Βόλος")
    word = sealed(ask(as_staff, campaign, headers=HTMX).content.decode())

    page = ask(as_staff, campaign, headers=HTMX, trial=word, body=f"{BODY}.").content.decode()

    assert "<b>3</b> of <b>4</b> letters tried." in page


@pytest.mark.parametrize("word", ["x", "eyJhIjoxfQ:1abc:def", "\x00"])
def test_what_we_did_not_seal_is_not_believed(campaign, as_staff, word):
    make_contact(STAMATIS, city="Βόλος")

    page = ask(as_staff, campaign, headers=HTMX, trial=word)

    assert page.status_code == 200
    assert "<b>1</b> letter tried." in page.content.decode()


def test_words_with_an_error_say_so_instead(campaign, as_staff):
    page = ask(as_staff, campaign, headers=HTMX, body="{{ πολη }}").content.decode()

    assert "There is no fact “πολη”. Did you mean “πόλη”?" in page


def test_names_are_text_and_never_markup(campaign, as_staff):
    make_contact(first_name="<script>alert(1)</script>", city="Βόλος,")

    assert "<script>alert" not in ask(as_staff, campaign, headers=HTMX).content.decode()


def test_the_desk_offers_it(campaign, as_staff):
    make_contact(STAMATIS)

    desk = as_staff.get(reverse("campaigns:campaign-write", args=[campaign.pk])).content.decode()

    assert "Try it on everybody" in desk


def test_nothing_is_written_by_trying(campaign, as_staff):
    make_contact(STAMATIS, city="Βόλος")
    before = list(Contact.objects.values())

    ask(as_staff, campaign, headers=HTMX)

    assert list(Contact.objects.values()) == before
    assert not campaign.messages.exists()
