"""What was planted on purpose does not leave: through the preparing of a campaign, and by a person's hand."""

import pytest

from campaigns import personalisation
from campaigns.models import Campaign, Message, MessageBody
from campaigns.personalisation.values import Said
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.rendering.by_hand import HandWordsRefused
from campaigns.review.edits.changing import edit_letter
from campaigns.review.edits.confirming import confirm_finding, finding_mark
from campaigns.review.guard import finding_sentence, findings_of
from customers.models import Interaction
from customers.search import index_contacts
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_user, make_words

pytestmark = pytest.mark.django_db
SECRET = "Χώρισε πέρυσι και του χρωστάμε μια συγγνώμη"
BODY = "{{ προσφώνηση }}\n\nσας ευχόμαστε καλά Χριστούγεννα.\n\n[[ {{ λόγια }} ]]\n\n{{ υπογραφή }}"


@pytest.fixture
def stamatis():
    return make_contact(STAMATIS)


@pytest.fixture
def eleni():
    return make_contact(ELENI)


def prepared(body: str = BODY) -> Campaign:
    anna = make_user("anna")
    campaign = make_campaign(author=anna, template=make_words(by=anna, body=body))
    start_preparing(campaign, by=anna, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    return campaign


def letter_of(contact) -> Message:
    return Message.objects.select_related("review", "body").get(contact=contact)


def why(contact) -> list[str]:
    """Why the guard holds a letter; [] for one that may leave."""
    letter = letter_of(contact)
    held = letter.state == "held" and letter.reason_code == "guard"
    assert held == bool(letter.review.guard)
    assert held or letter.state == "draft"
    assert (letter.review.pile == "look") or not held
    return [finding.code for finding in findings_of(letter.review.guard)]


def typed(contact, words: str, *, by=None) -> None:
    """Put `words` in the place of the wish of a letter."""
    letter = letter_of(contact)
    text = letter.body.text.replace("σας ευχόμαστε καλά Χριστούγεννα.", words)
    by = by or make_user()
    edit_letter(letter.pk, subject=letter.body.subject, text=text, seen_digest=letter.body.digest, by=by, now=NOW)


# --- While a campaign is prepared ---


def test_letters_without_a_fault_are_not_held(stamatis, eleni):
    Interaction.objects.create(
        contact=stamatis, happened_at=NOW, quotable="Χαρήκαμε για τη Δάφνη.", private_text=SECRET
    )

    prepared()

    assert (why(stamatis), why(eleni)) == ([], [])
    assert "Δάφνη" in letter_of(stamatis).body.text


def test_a_line_written_for_somebody_else_is_caught(stamatis, eleni, monkeypatch):
    line = Interaction.objects.create(contact=eleni, happened_at=NOW, quotable="Χαρήκαμε για τη Δάφνη.")
    # A fault of our own, planted: everybody is told what was written for Eleni.
    monkeypatch.setattr(
        personalisation, "_quotable_lines", lambda ids, _on: {pk: Said(line.pk, line.quotable) for pk in ids}
    )

    prepared()

    assert "Δάφνη" in letter_of(stamatis).body.text
    assert (why(stamatis), why(eleni)) == (["wrong_source"], [])


def test_the_card_of_somebody_else_is_caught(stamatis, eleni, monkeypatch):
    wrong = personalisation._origins

    monkeypatch.setattr(personalisation, "_origins", lambda reading: wrong(reading) | {"contact": eleni.pk})
    prepared()

    assert (why(stamatis), why(eleni)) == (["wrong_source"], [])


@pytest.mark.parametrize(
    ("words", "code"),
    [("Αγαπητέ %ΟΝΟΜΑ%, χρόνια πολλά.", "leftover"), ("Lorem ipsum dolor.", "leftover"), ("Έχετε None.", "none_word")],
)
def test_a_gap_left_in_the_words_is_caught(stamatis, words, code):
    prepared(f"{BODY}\n\n{words}")

    assert why(stamatis) == [code]


def test_a_private_note_pasted_into_the_words_is_caught_for_its_person(stamatis, eleni):
    Interaction.objects.create(contact=stamatis, happened_at=NOW, private_text=SECRET)

    prepared(f"{BODY}\n\n{SECRET.upper()}.")

    assert (why(stamatis), why(eleni)) == (["private_note"], [])


# --- By a person's hand ---


def test_a_letter_changed_by_hand_without_a_fault_may_leave(stamatis):
    prepared()

    typed(stamatis, "να χαίρεστε όσους αγαπάτε.")

    assert why(stamatis) == []


@pytest.mark.parametrize(
    ("words", "code"), [(f"μάθαμε ότι {SECRET}.", "private_note"), ("έχετε None πόντους.", "none_word")]
)
def test_private_words_and_machine_words_cannot_be_confirmed(stamatis, words, code):
    Interaction.objects.create(contact=stamatis, happened_at=NOW, private_text=SECRET)
    prepared()

    typed(stamatis, words)

    assert why(stamatis) == [code]
    assert not findings_of(letter_of(stamatis).review.guard)[0].confirmable


@pytest.mark.parametrize("gap", ["{{ όνομα }}", "%ΟΝΟΜΑ%", "[[ ίσως ]]", "«Όνομα»", "lorem ipsum"])
def test_a_gap_typed_by_hand_does_not_leave(stamatis, gap):
    prepared()

    try:
        typed(stamatis, f"χρόνια πολλά {gap}.")
    except HandWordsRefused:
        assert why(stamatis) == []
        assert gap not in letter_of(stamatis).body.text
    else:
        assert why(stamatis) == ["leftover"]


def test_somebody_elses_name_typed_by_hand_waits_until_a_person_confirms_it(stamatis, eleni):
    index_contacts([stamatis.pk, eleni.pk])
    nikos = make_user("nikos")
    prepared()
    typed(stamatis, "δώστε χαιρετισμούς στην Ελένη Βλάχου.")
    assert why(stamatis) == ["other_person"]
    (finding,) = findings_of(letter_of(stamatis).review.guard)
    assert "Ελένη Βλάχου" in finding_sentence(finding)

    confirm_finding(letter_of(stamatis).pk, finding_mark(finding), by=nikos, now=NOW)

    assert letter_of(stamatis).state == "draft"


def test_a_name_mended_meanwhile_keeps_a_letter_that_is_changed_by_hand(stamatis):
    prepared()
    stamatis.last_name = "Παπαδημόπουλος"
    stamatis.save()

    typed(stamatis, "χρόνια πολλά.")

    assert "salutation_old" in why(stamatis)
    assert MessageBody.objects.get(message__contact=stamatis).text.startswith("Αγαπητέ κύριε Παπαδόπουλε,")
