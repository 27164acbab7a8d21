"""The built-in mailbox: letters as files, listed newest first, read back as they left."""

import os
from pathlib import Path

import pytest

from campaigns.dispatch.mailbox import LetterNotFound, count_letters, list_letters, read_letter
from campaigns.dispatch.transport import MailboxTransport
from campaigns.dispatch.wire import build_bytes
from tests.transport.letters import a_letter


def test_a_letter_is_stored_exactly_as_it_would_have_left(tmp_path: Path) -> None:
    letter = a_letter("eleni@shop.example", return_path="b-1@house.example", subject="Καλή χρονιά σε όλο σας το σπίτι")

    outcome = MailboxTransport(tmp_path / "new" / "box").deliver(letter)

    assert (outcome.state, outcome.code) == ("sent", "accepted")
    summary = list_letters(tmp_path / "new" / "box")[0]
    stored = read_letter(tmp_path / "new" / "box", summary.id)
    assert stored.raw == build_bytes(letter)
    assert (stored.envelope_from, stored.envelope_to) == ("b-1@house.example", "eleni@shop.example")
    assert (stored.subject, stored.to) == (letter.subject, letter.to_name)
    assert stored.text.splitlines() == letter.text.splitlines()
    assert stored.html.splitlines() == letter.html.splitlines()
    headers = dict(stored.headers)
    assert headers["To"] == "Σταμάτης Παπαδόπουλος <eleni@shop.example>"
    assert headers["Subject"] == letter.subject and headers["Message-ID"] == letter.message_id


def test_letters_are_listed_newest_first_and_by_pages(tmp_path: Path) -> None:
    box = MailboxTransport(tmp_path)
    for number in range(7):
        box.deliver(a_letter(f"person{number}@shop.example", to_name="" if number == 6 else f"Person {number}"))

    first, second, beyond = (list_letters(tmp_path, offset=offset, limit=3) for offset in (0, 3, 9))

    assert count_letters(tmp_path) == 7
    assert [letter.to for letter in first] == ["person6@shop.example", "Person 5", "Person 4"]
    assert [letter.to for letter in second] == ["Person 3", "Person 2", "Person 1"]
    assert beyond == []
    assert first[0].received_at >= first[1].received_at and first[0].received_at.tzinfo is not None


def test_an_empty_mailbox_has_no_letters_and_is_no_error(tmp_path: Path) -> None:
    assert list_letters(tmp_path / "none") == [] and count_letters(tmp_path / "none") == 0


@pytest.mark.parametrize(
    "letter_id",
    [
        "",
        "..",
        "../secret",
        "0" * 19,
        f"{'0' * 19}-0000000g",
        f"../{'0' * 19}-00000000",
        f"{'0' * 19}-00000000\n",
        f"{'0' * 19}-00000000",
        "٠" * 19 + "-00000000",
    ],
)
def test_an_id_that_is_none_of_ours_is_not_found(tmp_path: Path, letter_id: str) -> None:
    (tmp_path / "secret.eml").write_bytes(b"not yours")
    MailboxTransport(tmp_path / "box").deliver(a_letter())

    with pytest.raises(LetterNotFound):
        read_letter(tmp_path / "box", letter_id)


def test_half_written_and_foreign_files_are_no_letters(tmp_path: Path) -> None:
    MailboxTransport(tmp_path).deliver(a_letter())
    letter_id = list_letters(tmp_path)[0].id
    (tmp_path / f"{letter_id[:-1]}x.tmp").write_bytes(b"half")
    (tmp_path / "notes.eml").write_bytes(b"foreign")
    (tmp_path / f"{letter_id}.json").unlink()

    assert count_letters(tmp_path) == 1
    assert read_letter(tmp_path, letter_id).envelope_to == ""
    assert read_letter(tmp_path, letter_id).text


def test_a_folder_that_cannot_be_written_keeps_the_letter_waiting(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("a file where the folder should be")

    outcome = MailboxTransport(tmp_path / "box").deliver(a_letter())

    assert (outcome.state, outcome.code, outcome.pause_campaign) == ("retry", "mailbox_not_writable", True)
    assert str(tmp_path) not in outcome.reply


def test_an_unwritable_letter_fails_alone(tmp_path: Path) -> None:
    box = MailboxTransport(tmp_path)

    states = [box.deliver(a_letter(address)).state for address in ("a@shop.example", "nobody", "b@shop.example")]

    assert states == ["sent", "failed", "sent"]
    assert sorted({os.path.splitext(name)[1] for name in os.listdir(tmp_path)}) == [".eml", ".json"]


def test_a_greek_address_lands_in_the_mailbox_too(tmp_path: Path) -> None:
    MailboxTransport(tmp_path).deliver(a_letter("χρήστης@ανθη.example"))

    stored = read_letter(tmp_path, list_letters(tmp_path)[0].id)
    assert stored.envelope_to == "χρήστης@xn--mxamct.example"
    assert dict(stored.headers)["To"] == "Σταμάτης Παπαδόπουλος <χρήστης@xn--mxamct.example>"
