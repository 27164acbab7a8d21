"""`describe_names` reads whatever a pipe brings and answers each line with one JSON object."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "raw", "kind", "first", "last", "gender", "formal", "informal", "needs_review", "confidence", "reason", "known_as",
    "name_days",
}  # fmt: skip


def run(data: bytes, *options: str) -> list[dict]:
    command = [sys.executable, "manage.py", "describe_names", *options]
    done = subprocess.run(command, input=data, capture_output=True, cwd=ROOT, check=True)
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_each_line_is_answered_with_everything_promised():
    [told] = run("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ\n".encode(), "--year", "2027")

    assert told.keys() == KEYS
    assert (told["first"], told["last"], told["gender"], told["known_as"]) == (
        "Γεώργιος", "Παπαδόπουλος", "m", "Γιώργος",
    )  # fmt: skip
    assert (told["formal"], told["informal"]) == ("Αγαπητέ κύριε Παπαδόπουλε,", "Αγαπητέ Γεώργιε,")
    assert told["name_days"] == ["2027-05-03"]


def test_a_mark_at_the_start_windows_line_ends_and_an_empty_line_do_no_harm():
    told = run("\ufeffΒΛΑΧΟΥ ΕΛΕΝΗ\r\n\r\nΒΛΑΧΟΣ ΓΙΩΡΓΟΣ".encode())

    assert [each["raw"] for each in told] == ["ΒΛΑΧΟΥ ΕΛΕΝΗ", "", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"]
    assert (told[1]["kind"], told[1]["reason"]) == ("placeholder", "empty")


def test_bytes_that_are_no_text_are_answered_and_asked():
    [told] = run("ΒΛΑΧΟΥ ΕΛΕΝΗ".encode("cp1253"))

    assert told["needs_review"]


def test_nothing_is_answered_with_nothing():
    assert run(b"") == []


def test_a_reader_who_has_seen_enough_ends_it_without_a_complaint():
    command = f"{sys.executable} manage.py describe_names | head -n 1"
    data = "ΒΛΑΧΟΥ ΕΛΕΝΗ\n".encode() * 5_000

    done = subprocess.run(["sh", "-c", command], input=data, capture_output=True, cwd=ROOT, check=True)

    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


def test_a_year_outside_the_calendar_is_told(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("ΒΛΑΧΟΥ ΕΛΕΝΗ\n"))

    with pytest.raises(CommandError):
        call_command("describe_names", "--year", "1800")
