"""Alarms: one event is one notice per person; it leaves once, in their language, and stands on Today until seen."""

import json
import os
import socket
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from campaigns.dispatch.holder import new_holder
from campaigns.dispatch.mailbox import count_letters, list_letters, read_letter
from campaigns.dispatch.notices import TRIED_FOR, notices_due, send_notices, settle_notices_of_the_dead
from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.sweep import begin_scheduled
from campaigns.dispatch.transport import MailboxTransport
from campaigns.models import Campaign, Message, StaffNotice
from campaigns.notice_words import notice_words
from campaigns.notices import LATE_START, PAUSED, UNCERTAIN, raise_alarm, see_notice, unseen_notices
from campaigns.running import finish_if_done, pause_campaign, resume_campaign, settle_uncertain
from campaigns.tasks import ring_due_notices
from greetings_crm.today import today_page
from tests.builders import NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user
from tests.connections import held_between
from tests.workers import house_environment, start_worker, wait_until

pytestmark = pytest.mark.django_db
REFUSED = {"smtp_code": 535, "reply": "5.7.8 Authentication failed"}
HOURS = {"scheduled_at": NOW.isoformat(), "give_up_at": NOW.isoformat()}
GONE = f"{socket.gethostname()}|{os.getpid()}|1|turn"  # the number of this process, begun at another time


class Server:
    """A mail server that gives one answer to all; keeps the letters it was given."""

    def __init__(self, state: str, code: str, **fields) -> None:
        self.outcome, self.letters = Outcome(state, code, **fields), []

    def deliver(self, letter) -> Outcome:
        self.letters.append(letter)
        return self.outcome


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager", first_name="Ελένη", email="eleni@kafekopteio.example")


@pytest.fixture
def rung(settings):
    """Reads which tasks lie at the (real, embedded) broker."""
    queue = settings.BROKER_DIR / "queue"
    for file in queue.iterdir():
        file.unlink()
    return lambda: [json.loads(file.read_text())["headers"]["task"] for file in queue.iterdir()]


def paused_campaign(**fields) -> Campaign:
    """A campaign that the mail server brought to a halt a moment ago."""
    campaign = make_campaign(state="sending", **fields)
    assert pause_campaign(campaign.pk, by=None, now=NOW, code="login_refused", facts=REFUSED)
    return campaign


def told(campaign: Campaign, code: str) -> list[str]:
    notices = StaffNotice.objects.filter(campaign=campaign, code=code).order_by("to_id")
    return [notice.to.username for notice in notices]


def send(transport, *, now=NOW) -> int:
    return send_notices(transport=transport, clock=lambda: now)


# --- Who is told, and of what ---


def test_a_pause_by_the_program_is_told_to_each_manager_and_to_the_author(eleni):
    author = make_user("anna", role="staff")
    make_user("passer-by", role="staff")
    make_user("gone", role="manager", is_active=False)

    campaign = paused_campaign(author=author)

    assert told(campaign, PAUSED) == ["eleni", "anna", campaign.approved_by.username]
    assert StaffNotice.objects.first().facts == {"code": "login_refused", **REFUSED}


def test_a_pause_by_a_colleague_is_no_alarm(eleni):
    campaign = make_campaign(state="sending")

    pause_campaign(campaign.pk, by=eleni, now=NOW)

    assert not StaffNotice.objects.exists()


def test_a_pause_that_came_second_is_no_second_alarm(eleni):
    campaign = paused_campaign()
    before = StaffNotice.objects.count()

    assert not pause_campaign(campaign.pk, by=None, now=NOW, code="policy")

    assert StaffNotice.objects.count() == before


def test_a_house_without_managers_tells_its_admins():
    author = make_user("anna", role="staff")
    admin = make_user("nikos", role="admin")
    campaign = make_campaign(author=author)

    assert raise_alarm(code=PAUSED, campaign=campaign, facts={}, now=NOW) == 2
    assert told(campaign, PAUSED) == [author.username, admin.username]


def test_an_event_that_is_rolled_back_has_no_alarm(eleni):
    campaign = make_campaign(state="sending")

    with pytest.raises(DatabaseError), transaction.atomic():
        pause_campaign(campaign.pk, by=None, now=NOW, code="policy")
        raise DatabaseError

    assert not StaffNotice.objects.exists()


def test_a_scheduled_campaign_that_came_too_late_is_told_once(eleni):
    campaign = make_campaign(state="scheduled", scheduled_at=NOW, give_up_at=NOW + timedelta(hours=2))

    for hours in (3, 4):
        begin_scheduled(now=NOW + timedelta(hours=hours))

    assert told(campaign, LATE_START).count("eleni") == 1
    assert Campaign.objects.get().state == "scheduled"


def test_a_campaign_that_ends_with_letters_nobody_is_sure_of_is_told_once(eleni):
    campaign = make_campaign(state="sending")
    letter = make_letter(campaign, state="uncertain", reason_code="holder_died")

    assert finish_if_done(campaign.pk, now=NOW)
    settle_uncertain(letter.pk, went=False, by=eleni, now=NOW)
    Message.objects.update(state="uncertain", reason_code="holder_died")
    assert finish_if_done(campaign.pk, now=NOW)

    assert told(campaign, UNCERTAIN).count("eleni") == 1


def test_a_campaign_that_ends_well_disturbs_nobody(eleni):
    campaign = make_campaign(state="sending")
    make_letter(campaign, state="sent", sent_at=NOW)

    assert finish_if_done(campaign.pk, now=NOW)

    assert not StaffNotice.objects.exists()


# --- The bell ---


def test_an_alarm_rings_once_it_is_committed(eleni, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        paused_campaign()
        assert rung() == []

    assert rung() == ["campaigns.tasks.send_staff_notices"]


def test_the_sweep_rings_for_what_is_due_and_only_then(eleni, rung):
    paused_campaign()
    ring_due_notices(now=NOW - timedelta(minutes=1))
    assert rung() == []

    ring_due_notices(now=NOW)

    assert rung() == ["campaigns.tasks.send_staff_notices"]


# --- On the wire ---


def test_a_notice_leaves_as_a_plain_letter_that_names_no_customer(eleni, tmp_path, settings):
    campaign = make_campaign(state="sending")
    make_letter(campaign, make_contact(STAMATIS))
    pause_campaign(campaign.pk, by=None, now=NOW, code="login_refused", facts=REFUSED)

    assert send(MailboxTransport(tmp_path)) == 1

    letter = read_letter(tmp_path, list_letters(tmp_path)[0].id)
    headers = dict(letter.headers)
    assert letter.envelope_to == "eleni@kafekopteio.example"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["From"].startswith(settings.HOUSE_NAME)
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(headers)
    assert letter.html == ""
    assert campaign.name in letter.subject
    assert f"{settings.SITE_URL}/greetings/{campaign.pk}/" in letter.text
    assert "Σταμάτη" not in letter.subject + letter.text and b"stamatis" not in letter.raw
    assert StaffNotice.objects.get(to=eleni).state == "sent"


@pytest.mark.parametrize(("language", "words"), [("en", "Sending waits"), ("el", "Καλημέρα"), ("", "Καλημέρα")])
def test_a_notice_speaks_the_language_of_its_reader(eleni, language, words):
    eleni.language = language
    eleni.save(update_fields=["language"])
    paused_campaign()
    server = Server("sent", "accepted")

    with translation.override("en"):
        send(server)

    assert words in server.letters[0].text


def test_a_notice_goes_to_the_reply_address_of_a_colleague(eleni):
    eleni.reply_address = "grafeio@kafekopteio.example"
    eleni.save(update_fields=["reply_address"])
    paused_campaign()
    server = Server("sent", "accepted")

    send(server)

    assert [letter.to_address for letter in server.letters] == ["grafeio@kafekopteio.example"]


def test_a_colleague_without_an_address_is_told_on_the_page_alone():
    anna = make_user("anna", role="manager")
    campaign = paused_campaign()

    assert not notices_due(now=NOW).exists()
    assert [notice.campaign for notice in unseen_notices(anna)] == [campaign]


def test_a_notice_leaves_once_however_often_it_is_rung_for(eleni, tmp_path):
    paused_campaign()

    assert [send(MailboxTransport(tmp_path)) for _ring in range(3)] == [1, 0, 0]
    assert count_letters(tmp_path) == 1


def test_a_refusal_for_now_is_tried_again_with_growing_waits(eleni, settings):
    settings.DISPATCH_RETRY_WAITS = [60, 300]
    paused_campaign()
    server, now, waits = Server("retry", "server_busy"), NOW, []

    for _try in range(2):
        send(server, now=now)
        notice = StaffNotice.objects.get(to=eleni)
        assert notice.state == "retry"
        waits.append((notice.due_at - now).total_seconds())
        now = notice.due_at

    assert 60 <= waits[0] <= 72 and 300 <= waits[1] <= 360
    assert len({letter.message_id for letter in server.letters}) == 1


def test_a_server_that_refuses_us_is_tried_again_because_that_is_what_the_notice_is_about(eleni):
    paused_campaign()

    send(Server("failed", "policy", pause_campaign=True))

    assert StaffNotice.objects.get(to=eleni).state == "retry"


def test_after_two_days_a_notice_is_given_up(eleni):
    paused_campaign()

    send(Server("retry", "server_busy"), now=NOW + TRIED_FOR)

    assert StaffNotice.objects.get(to=eleni).state == "failed"


@pytest.mark.parametrize(("code", "state"), [("refused_address", "failed"), ("needs_smtputf8", "held")])
def test_a_refusal_for_good_is_given_up_at_once(eleni, code, state):
    paused_campaign()

    send(Server(state, code))

    assert StaffNotice.objects.get(to=eleni).state == "failed"


def test_a_doubt_after_the_dot_is_never_repeated(eleni):
    paused_campaign()
    server = Server("uncertain", "dropped_after_dot")

    send(server)
    send(server, now=NOW + timedelta(days=1))

    assert (len(server.letters), StaffNotice.objects.get(to=eleni).state) == (1, "uncertain")


def test_without_a_connection_the_others_are_not_tried(eleni):
    make_user("katerina", role="manager", email="katerina@kafekopteio.example")
    paused_campaign()
    server = Server("retry", "no_connection", unreachable=True)

    send(server)

    assert len(server.letters) == 1
    assert notices_due(now=NOW).count() == 1


def test_what_was_put_right_or_seen_meanwhile_is_no_longer_mailed(eleni):
    manager = make_user("katerina", role="manager", email="katerina@kafekopteio.example")
    resumed, seen = paused_campaign(), paused_campaign(occasion_key="easter-2027")
    resume_campaign(resumed.pk, by=eleni, now=NOW)
    for person in (eleni, manager):
        see_notice(StaffNotice.objects.get(campaign=seen, to=person).pk, by=person, now=NOW)
    server = Server("sent", "accepted")

    assert send(server) == 0
    assert server.letters == []
    assert not notices_due(now=NOW + timedelta(days=1)).exists()


@pytest.mark.parametrize(
    ("holder", "after", "state"),
    [
        (GONE, timedelta(), "uncertain"),
        ("another-machine|1|1|turn", timedelta(), "sending"),
        ("another-machine|1|1|turn", timedelta(minutes=13), "uncertain"),
    ],
    ids=["a process that is gone", "another machine", "another machine, its lease over"],
)
def test_the_notice_of_a_dead_holder_is_uncertain(eleni, holder, after, state):
    paused_campaign()
    in_hand = {"state": "sending", "holder": holder, "lease_until": NOW + timedelta(minutes=12)}
    StaffNotice.objects.filter(to=eleni).update(**in_hand)

    settle_notices_of_the_dead(now=NOW + after)

    assert StaffNotice.objects.get(to=eleni).state == state


def test_a_living_holder_keeps_its_notice(eleni):
    paused_campaign()
    StaffNotice.objects.filter(to=eleni).update(state="sending", holder=new_holder(), lease_until=NOW)

    assert settle_notices_of_the_dead(now=NOW - timedelta(seconds=1)) == 0


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_finds_a_notice_that_nobody_rang_for_and_sends_it(eleni, tmp_path):
    campaign = make_campaign(state="sending")
    with transaction.atomic():
        raise_alarm(code=LATE_START, campaign=campaign, facts=HOURS, now=timezone.now())
        Campaign.objects.update(state="scheduled", scheduled_at=NOW)
    worker = start_worker(house_environment(tmp_path), tmp_path / "worker.log")
    try:
        wait_until(lambda: StaffNotice.objects.get(to=eleni).state == "sent", what="the notice leaving")
        worker.stop()
    finally:
        if worker.process.poll() is None:
            worker.kill()

    assert [letter.envelope_to for letter in list_letters(tmp_path / "mailbox")] == ["eleni@kafekopteio.example"]


# --- Two at once ---


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_take_one_notice_and_one_sends_it(eleni):
    paused_campaign()
    mine, theirs = Server("sent", "accepted"), Server("sent", "accepted")

    first, other = held_between(lambda: send(mine), lambda: send(theirs))

    assert (first, other.result) == (1, 0)
    assert (len(mine.letters), len(theirs.letters)) == (1, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_tell_of_a_late_start_once(eleni):
    campaign = make_campaign(state="scheduled", scheduled_at=NOW, give_up_at=NOW + timedelta(hours=2))
    late = NOW + timedelta(hours=3)

    held_between(lambda: begin_scheduled(now=late), lambda: begin_scheduled(now=late))

    assert told(campaign, LATE_START).count("eleni") == 1


# --- On Today ---


def alarms(user, *, now=NOW) -> list:
    make_contact()
    return today_page(user=user, now=now)["alarms"]


def test_today_shows_what_went_wrong_once_for_each_campaign(eleni):
    campaign = paused_campaign()
    resume_campaign(campaign.pk, by=eleni, now=NOW)
    pause_campaign(campaign.pk, by=None, now=NOW + timedelta(minutes=1), code="policy", facts={})

    make_contact()
    with translation.override("en"):
        page = today_page(user=eleni, now=NOW + timedelta(minutes=2))

    assert [each.words.heading for each in page["alarms"]] == ["Sending waits: the mail server refuses letters of ours"]
    assert page["troubles"] == []
    assert not page["day_done"]


def test_what_was_put_right_is_no_longer_shown(eleni):
    campaign = paused_campaign()
    resume_campaign(campaign.pk, by=eleni, now=NOW)

    assert alarms(eleni) == []


def test_uncertain_letters_are_counted_as_they_stand(eleni):
    campaign = make_campaign(state="sending")
    letters = [make_letter(campaign, state="uncertain", reason_code="holder_died") for _letter in range(2)]
    finish_if_done(campaign.pk, now=NOW)
    notice = StaffNotice.objects.get(to=eleni)

    with translation.override("en"):
        assert notice_words(notice).heading == "2 letters are uncertain"
        settle_uncertain(letters[0].pk, went=True, by=eleni, now=NOW)
        assert notice_words(notice).heading == "1 letter is uncertain"
    settle_uncertain(letters[1].pk, went=True, by=eleni, now=NOW)

    assert alarms(eleni) == []


def test_every_code_has_words_in_both_languages(eleni):
    campaign = make_campaign()
    for code, facts in ((PAUSED, {"code": "policy"}), (LATE_START, HOURS), (UNCERTAIN, {})):
        raise_alarm(code=code, campaign=campaign, facts=facts, now=NOW)

    for language in ("el", "en"):
        with translation.override(language):
            for notice in StaffNotice.objects.filter(to=eleni):
                words = notice_words(notice)
                assert words.heading and "%(" not in words.heading + words.sentence


def test_a_press_on_seen_puts_a_notice_away_for_this_colleague_alone(client, eleni):
    other = make_user("katerina", role="manager")
    paused_campaign()
    client.force_login(eleni)

    response = client.post(reverse("campaigns:notice-seen", args=[StaffNotice.objects.get(to=eleni).pk]))

    assert response.headers["Location"] == reverse("today")
    assert unseen_notices(eleni) == []
    assert len(unseen_notices(other)) == 1


def test_a_second_press_keeps_the_hour_of_the_first(eleni):
    paused_campaign()
    notice = StaffNotice.objects.get(to=eleni)

    assert see_notice(notice.pk, by=eleni, now=NOW)
    assert see_notice(notice.pk, by=eleni, now=NOW + timedelta(hours=1))

    notice.refresh_from_db()
    assert notice.seen_at == NOW


def test_nobody_puts_away_the_notice_of_another(client, eleni):
    paused_campaign()
    client.force_login(make_user(role="admin"))

    response = client.post(reverse("campaigns:notice-seen", args=[StaffNotice.objects.get(to=eleni).pk]))

    assert response.status_code == 404
    assert StaffNotice.objects.get(to=eleni).seen_at is None


def test_the_page_says_what_happened_and_leads_to_the_campaign(client, eleni):
    make_contact()
    campaign = paused_campaign()
    client.force_login(eleni)

    page = client.get(reverse("today"), headers={"accept-language": "en"}).content.decode()

    assert "Sending waits: the mail server refuses our name or password" in page
    assert reverse("campaigns:campaign-detail", args=[campaign.pk]) in page
    assert reverse("campaigns:notice-seen", args=[StaffNotice.objects.get(to=eleni).pk]) in page


def test_a_quiet_day_shows_no_alarm(client, eleni):
    make_contact()
    client.force_login(eleni)

    page = client.get(reverse("today"), headers={"accept-language": "en"}).content.decode()

    assert "alert" not in page
