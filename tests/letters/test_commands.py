import json
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.dispatch.mailbox import list_letters
from campaigns.models import WorkerHeartbeat
from tests.builders import NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user

pytestmark = pytest.mark.django_db


def run(capsys, *arguments: str) -> dict:
    call_command(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_campaign_status_counts_everybody_in_seven_classes(capsys):
    campaign = make_campaign(state="finished", chosen_count=2)
    make_letter(campaign, state="sent", sent_at=NOW)
    make_letter(campaign, state="failed", reason_code="refused_address")
    make_contact()

    told = run(capsys, "campaign_status", str(campaign.pk))

    assert told["reached"] == told["failed"] == told["not_chosen"] == 1
    assert (told["chosen"], told["everybody"], told["adds_up"]) == (2, 3, True)


def test_campaign_status_tells_how_a_campaign_at_work_goes(capsys):
    now = timezone.now()
    campaign = make_campaign(state="sending", chosen_count=5, errors_in_a_row=2, give_up_at=None)
    make_letter(campaign, state="sent", sent_at=now - timedelta(seconds=20))
    make_letter(campaign, state="sent", sent_at=now - timedelta(minutes=3))
    make_letter(campaign, state="ready", due_at=now - timedelta(seconds=90))
    later = now + timedelta(minutes=10)
    make_letter(campaign, state="retry", reason_code="greylisted", due_at=later)
    make_letter(campaign, state="sending", holder="x", lease_until=later)
    WorkerHeartbeat.objects.create(holder="house:1", started_at=now, seen_at=now)

    told = run(capsys, "campaign_status", str(campaign.pk))
    call_command("campaign_status", str(campaign.pk), "--check")
    text = capsys.readouterr().out

    assert (told["reached"], told["waiting"], told["retry"], told["in_hand"]) == (2, 3, 1, 1)
    assert datetime.fromisoformat(told["next_try_at"]) == later
    assert (told["rate_per_minute"], told["workers"], told["errors_in_a_row"]) == (1, 1, 2)
    assert 90 <= told["oldest_due_seconds"] < 300
    assert "errors_in_a_row    2\n" in text


def test_campaign_status_of_a_finished_campaign_has_nothing_due(capsys):
    campaign = make_campaign(state="finished", chosen_count=1)
    make_letter(campaign, state="sent", sent_at=NOW)

    told = run(capsys, "campaign_status", str(campaign.pk))

    assert (told["next_try_at"], told["oldest_due_seconds"], told["rate_per_minute"]) == (None, None, 0)


def test_campaign_status_check_fails_when_somebody_has_no_letter(capsys):
    campaign = make_campaign(state="finished", chosen_count=2)
    make_letter(campaign, state="sent", sent_at=NOW)

    with pytest.raises(CommandError, match="2 people were chosen, but 1 have a letter"):
        call_command("campaign_status", str(campaign.pk), "--check")


def test_dispatch_sends_what_is_due_without_celery(capsys, settings, tmp_path, fresh_transport):
    settings.EMAIL_URL = f"mailbox://{tmp_path}"
    campaign = make_campaign(state="sending", give_up_at=None)
    for lane in (0, 1):
        make_letter(campaign, lane=lane, due_at=timezone.now())

    told = run(capsys, "dispatch", "--campaign", str(campaign.pk))

    assert told == {"campaign": campaign.pk, "state": "finished", "sent": 2, "tried": 2}
    assert len(list(tmp_path.glob("*.eml"))) == 2


def test_dispatch_refuses_a_campaign_that_is_not_sending():
    campaign = make_campaign(state="in_review")

    with pytest.raises(CommandError, match="in_review"):
        call_command("dispatch", "--campaign", str(campaign.pk))


def template(tmp_path, text: str) -> str:
    file = tmp_path / "wish.txt"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_check_template_writes_the_letter_of_one_contact(capsys, tmp_path):
    file = template(tmp_path, "Χρόνια πολλά\n\n{{ προσφώνηση }}\n\n**να** είστε καλά. [[ Από {{ λόγια }}. ]]\n")

    told = run(capsys, "check_template", file, "--contact", str(make_contact(STAMATIS).pk))

    assert told["subject"] == "Χρόνια πολλά"
    assert told["text"] == "Αγαπητέ κύριε Παπαδόπουλε,\n\nνα είστε καλά."
    assert told["html"] == "<p>Αγαπητέ κύριε Παπαδόπουλε,</p>\n<p><strong>να</strong> είστε καλά.</p>"
    assert (told["facts_used"], told["left_out"]) == (["salutation"], ["Από {{ λόγια }}."])
    assert told["errors"] == []
    assert set(told["milliseconds"]) == {"check", "compile", "values", "render"}


def test_check_template_in_words_tells_the_same(capsys, tmp_path):
    file = template(tmp_path, "Χρόνια πολλά\n{{ προσφώνηση }}\nνα είστε καλά. [[ Από {{ λόγια }}. ]]")

    call_command("check_template", file, "--contact", str(make_contact(STAMATIS).pk))

    text = capsys.readouterr().out
    assert "\nΧρόνια πολλά\n\nΑγαπητέ κύριε Παπαδόπουλε,\nνα είστε καλά.\n\n<p>" in "\n" + text
    assert "facts used: salutation\nleft out: Από {{ λόγια }}.\nmilliseconds: values " in text


def test_check_template_writes_as_on_the_day_of_an_occasion(capsys, tmp_path):
    file = template(tmp_path, "Χρόνια πολλά\n{{ προσφώνηση }}\n\n{{ ευχή }}.")
    contact = str(make_contact(STAMATIS).pk)

    told = run(capsys, "check_template", file, "--contact", contact, "--occasion", "christmas", "--on", "2026-12-24")

    assert told["text"].endswith("καλά Χριστούγεννα.")


def test_check_template_fails_with_the_place_of_an_unknown_fact(capsys, tmp_path):
    file = template(tmp_path, "Χρόνια πολλά\n{{ προσφώνηση }}\n{{ όνομμα }}")

    with pytest.raises(CommandError, match="has errors"):
        call_command("check_template", file, "--contact", str(make_contact(STAMATIS).pk), "--json")

    told = json.loads(capsys.readouterr().out)
    (problem,) = told["errors"]
    assert (problem["code"], problem["line"], problem["column"]) == ("unknown_placeholder", 2, 4)
    assert "όνομμα" in problem["sentence"] and "όνομα" in problem["sentence"]
    assert (told["subject"], told["text"], told["html"]) == (None, None, None)


def test_check_template_fails_where_this_contact_lacks_a_fact(capsys, tmp_path):
    file = template(tmp_path, "Χρόνια πολλά\n{{ προσφώνηση }}\n{{ λόγια }}")

    with pytest.raises(CommandError):
        call_command("check_template", file, "--contact", str(make_contact(STAMATIS).pk), "--json")

    (problem,) = json.loads(capsys.readouterr().out)["errors"]
    assert (problem["code"], problem["line"]) == ("empty_fact", 2)


def test_check_template_refuses_a_file_of_any_length_in_words(capsys, tmp_path):
    file = template(tmp_path, "Χρόνια πολλά\n" + "α" * 2_000_000)

    with pytest.raises(CommandError):
        call_command("check_template", file, "--contact", str(make_contact(STAMATIS).pk), "--json")

    assert [one["code"] for one in json.loads(capsys.readouterr().out)["errors"]] == ["source_too_long"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_check_template_refuses_what_is_no_text(tmp_path, content):
    file = tmp_path / "wish.txt"
    if content:
        file.write_bytes(content)

    with pytest.raises(CommandError, match="cannot be read"):
        call_command("check_template", str(file), "--contact", "1")


def test_dispatch_is_a_worker_while_it_sends_and_tells_of_what_it_leaves_behind(
    capsys, settings, tmp_path, fresh_transport
):
    settings.EMAIL_URL = f"mailbox://{tmp_path}"
    author = make_user("eleni", role="manager", email="eleni@kafekopteio.example")
    campaign = make_campaign(author=author, state="sending")
    now = timezone.now()
    make_letter(campaign, due_at=now, give_up_at=now + timedelta(days=1))
    make_letter(campaign, state="uncertain", reason_code="holder_died")

    with CaptureQueriesContext(connection) as queries:
        run(capsys, "dispatch", "--campaign", str(campaign.pk))

    assert [each for each in queries if each["sql"].startswith('INSERT INTO "campaigns_workerheartbeat"')]
    assert not WorkerHeartbeat.objects.exists()
    assert list_letters(tmp_path)[0].envelope_to == "eleni@kafekopteio.example"
