"""Test letters: the words of the desk as somebody would read them, to a colleague, once per press, never a contact."""

import json
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from celery import current_app
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from campaigns.coverage import coverage_of
from campaigns.dispatch.mailbox import list_letters, read_letter
from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.test_letters import (
    TRIED_FOR,
    WORDS_KEPT_FOR,
    due_test_letters,
    forget_test_words,
    send_due_test_letters,
    settle_lost_test_letters,
)
from campaigns.dispatch.transport import MailboxTransport, transport_from_url
from campaigns.models import Campaign, Message, SendingWindow, TestGroup, TestLetter, WordsDraft
from campaigns.tasks import ring_due_test_letters
from campaigns.writing.previewing import preview
from campaigns.writing.test_letter_words import LONGEST_SUBJECT, marked_subject, told
from campaigns.writing.test_letters import (
    PRESSES,
    SEND_TASK,
    TOLD_FOR,
    CannotTest,
    ask_test_letters,
    last_test_letters,
    new_click,
)
from customers.models import AuditEntry, Contact, Interaction
from customers.timeline import timeline_of
from tests.builders import BODY, ELENI, NOW, STAMATIS, make_campaign, make_contact, make_user
from tests.receiver.process import running_receiver
from tests.workers import house_environment, start_worker, wait_until

pytestmark = pytest.mark.django_db
GONE = f"{socket.gethostname()}|{os.getpid()}|1|turn"  # the number of this process, begun at another time
SUBJECT = "Καλά Χριστούγεννα"


class Server:
    """A mail server that gives one answer to all; keeps the letters it was given."""

    def __init__(self, state: str = "sent", code: str = "accepted", **fields) -> None:
        self.outcome, self.letters = Outcome(state, code, **fields), []

    def deliver(self, letter) -> Outcome:
        self.letters.append(letter)
        return self.outcome


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα", email="anna@kafekopteio.example")


@pytest.fixture
def nikos():
    return make_user("nikos", first_name="Νίκος", email="nikos@kafekopteio.example", language="en")


@pytest.fixture
def stamatis():
    return make_contact(STAMATIS)


@pytest.fixture
def campaign(anna):
    return make_campaign(author=anna)


@pytest.fixture
def desk(anna):
    """Anna's browser, reading English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(anna)
    return client


@pytest.fixture
def rung(settings):
    """Reads which tasks lie at the (real, embedded) broker."""
    queue = settings.BROKER_DIR / "queue"
    for file in queue.iterdir():
        file.unlink()
    return lambda: [json.loads(file.read_text())["headers"]["task"] for file in queue.iterdir()]


def as_read(contact: Contact, *, subject: str = SUBJECT, body: str = BODY):
    return preview(
        contact, subject=subject, body=body, manner="formal", campaign=Campaign.objects.get(), today=NOW.date()
    )


def ask(contact: Contact, *to, by=None, click: str = "", now=NOW, **words) -> list[TestLetter]:
    campaign = Campaign.objects.get()
    return ask_test_letters(
        as_read(contact, **words), campaign=campaign, to=to, click=click or new_click(), by=by or to[0], now=now
    )


def send(transport, *, now=NOW) -> int:
    return send_due_test_letters(transport=transport, clock=lambda: now)


def press(client, contact: Contact | None, *, htmx: bool = True, **changes):
    data = {
        "language": "el",
        "manner": "formal",
        "subject": SUBJECT,
        "body": BODY,
        "from_version": 1,
        "contact": contact.pk if contact else "",
        "click": new_click(),
        "test_to": "me",
    }
    url = reverse("campaigns:test-letter-send", args=[Campaign.objects.get().pk])
    return client.post(url, data | changes, headers={"HX-Request": "true"} if htmx else {})


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


# --- What arrives ---


def test_the_letter_arrives_exactly_as_its_reader_would_get_it_with_a_mark_in_the_subject(
    campaign, anna, stamatis, tmp_path
):
    real = as_read(stamatis)
    ask(stamatis, anna)

    with running_receiver(tmp_path) as receiver:
        transport = transport_from_url(receiver.url, mailbox_folder=tmp_path)
        assert send(transport) == 1
        transport.close()
        arrived = [message_from_bytes(raw, policy=default) for raw in receiver.letters()]

    (letter,) = arrived
    assert letter["To"] == "Άννα <anna@kafekopteio.example>"
    assert letter["Subject"] == "[Δοκιμή · όπως στον Σταμάτη Παπαδόπουλο] Καλά Χριστούγεννα"
    assert letter["From"].addresses[0].addr_spec == "house@mailbox.example"
    assert letter["Reply-To"] == "anna@kafekopteio.example"
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"} & set(letter.keys())
    for kind, written in (("plain", real.text), ("html", real.html)):
        assert letter.get_body([kind]).get_content().split() == written.split()
    assert "Αγαπητέ κύριε Παπαδόπουλε" in real.text


def test_the_way_out_in_a_test_letter_stops_nobodys_letters(campaign, anna, stamatis, client):
    ask(stamatis, anna)
    server = Server()
    send(server)
    link = next(word for word in server.letters[0].text.split() if "/u/" in word)

    client.post("/u/" + link.rpartition("/u/")[2])

    stamatis.refresh_from_db()
    assert stamatis.stopped_reason == ""
    assert stamatis.address_digest not in server.letters[0].html + server.letters[0].text


def test_the_mark_speaks_the_language_of_whoever_gets_it(campaign, anna, nikos, stamatis):
    rows = ask(stamatis, anna, nikos)

    assert [row.subject for row in rows] == [
        "[Δοκιμή · όπως στον Σταμάτη Παπαδόπουλο] Καλά Χριστούγεννα",
        "[Test · as Σταμάτης Παπαδόπουλος] Καλά Χριστούγεννα",
    ]


@pytest.mark.parametrize(
    ("fields", "mark"),
    [
        ({"first_name": "Μαρία", "last_name": "Γεωργίου", "gender": "f"}, "όπως στη Μαρία Γεωργίου"),
        ({"first_name": "Ελένη", "last_name": "Βλάχου", "gender": "f"}, "όπως στην Ελένη Βλάχου"),
        ({"first_name": "John", "last_name": "Smith", "gender": "m"}, "όπως στον John Smith"),
        ({"first_name": "Άλεξ", "last_name": "Νικολάου", "gender": ""}, "όπως το διαβάζει: Άλεξ Νικολάου"),
        ({"kind": "company", "company_name": "Άλφα ΑΕ"}, "όπως το διαβάζει: Άλφα ΑΕ"),
    ],
)
def test_a_name_in_the_mark_stands_in_its_right_form(fields, mark):
    with translation.override("el"):
        assert marked_subject("Χρόνια πολλά", contact=make_contact(**fields)) == f"[Δοκιμή · {mark}] Χρόνια πολλά"


def test_a_name_and_a_subject_without_end_still_fit_a_subject(campaign, anna):
    contact = make_contact(first_name="Α" * 120, last_name="Β" * 160)

    (row,) = ask(contact, anna, subject="Χ" * 300)

    assert len(row.subject) <= LONGEST_SUBJECT
    assert row.subject.startswith("[Δοκιμή · ")


def test_line_breaks_in_a_name_make_no_header(campaign, anna, tmp_path):
    ask(make_contact(first_name="Eve\r\nBcc: all@shop.example", last_name="Χ"), anna)

    send(MailboxTransport(tmp_path))

    letter = read_letter(tmp_path, list_letters(tmp_path)[0].id)
    assert "Bcc" not in dict(letter.headers)
    assert letter.envelope_to == "anna@kafekopteio.example"


def test_answers_to_a_test_letter_go_to_whoever_asked(campaign, anna, nikos, stamatis):
    ask(stamatis, nikos, by=anna)
    server = Server()

    send(server)

    assert server.letters[0].to_address == "nikos@kafekopteio.example"
    assert server.letters[0].reply_to == "anna@kafekopteio.example"


# --- Never a contact ---


def test_a_test_letter_touches_nobody(campaign, anna, stamatis):
    line = Interaction.objects.create(contact=stamatis, happened_at=NOW, quotable="Χαρήκαμε που ήρθατε.")
    before = coverage_of(campaign), timeline_of(stamatis)

    ask(stamatis, anna, body="{{ προσφώνηση }}\n\n{{ λόγια }}\n\n{{ υπογραφή }}")
    assert send(Server()) == 1

    assert (coverage_of(campaign), timeline_of(stamatis)) == before
    assert "Χαρήκαμε" in TestLetter.objects.get().text
    line.refresh_from_db()
    assert line.quoted_at is None
    assert not Message.objects.exists()
    assert list(Interaction.objects.all()) == [line]


def test_a_test_letter_takes_nothing_of_the_sending_limits(campaign, anna, stamatis, settings):
    settings.SENDING_LIMITS = "1/day"
    for _press in range(3):
        ask(stamatis, anna)

    assert send(Server()) == 3
    assert not SendingWindow.objects.exists()


def test_the_trail_says_who_sent_whose_letter_to_whom(campaign, anna, stamatis):
    ask(stamatis, anna)

    entry = AuditEntry.objects.get(verb="send_test_letter")
    assert (entry.actor_id, entry.object_id) == (anna.pk, campaign.pk)
    assert entry.facts == {"contact": stamatis.pk, "to": [anna.pk]}


# --- Once per press ---


def test_the_same_press_that_comes_again_is_one_letter(desk, campaign, stamatis):
    click = new_click()

    for _time in range(3):
        press(desk, stamatis, click=click)

    assert TestLetter.objects.count() == 1


def test_going_back_and_writing_other_words_is_another_letter(desk, campaign, stamatis):
    click = new_click()

    press(desk, stamatis, click=click)
    press(desk, stamatis, click=click, subject="Άλλο θέμα")

    assert TestLetter.objects.count() == 2


def test_each_answer_has_a_fresh_button(desk, campaign, stamatis):
    click = new_click()

    answer = press(desk, stamatis, click=click)

    assert answer.context["test"]["click"] != click


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_are_one_letter(anna, campaign, stamatis):
    click = new_click()

    def one(_number: int) -> int:
        try:
            client = Client()
            client.force_login(anna)
            return press(client, stamatis, click=click).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=20) as hands:
        codes = set(hands.map(one, range(20)))

    assert codes == {200}
    assert TestLetter.objects.count() == 1


def test_a_letter_leaves_once_however_often_it_is_rung_for(campaign, anna, stamatis):
    ask(stamatis, anna)
    server = Server()

    assert [send(server) for _ring in range(3)] == [1, 0, 0]
    assert len(server.letters) == 1


def test_the_request_writes_a_row_and_rings_and_sends_nothing(
    desk, campaign, stamatis, rung, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        press(desk, stamatis)
        assert rung() == []

    assert rung() == ["campaigns.tasks.send_test_letters"]
    assert TestLetter.objects.get().state == "ready"


def test_the_sweep_rings_for_what_is_due_and_only_then(campaign, anna, stamatis, rung):
    ask(stamatis, anna)
    ring_due_test_letters(now=NOW - timedelta(minutes=1))
    assert rung() == []

    ring_due_test_letters(now=NOW)

    assert rung() == ["campaigns.tasks.send_test_letters"]


def test_test_letters_do_not_queue_behind_the_letters_of_a_campaign():
    assert current_app.amqp.router.route({}, SEND_TASK)["queue"].name == "house"


# --- What becomes of it ---


def test_a_refusal_for_now_is_tried_again_for_an_hour_with_the_same_message_id(campaign, anna, stamatis):
    ask(stamatis, anna)
    server, now = Server("retry", "server_busy", reply="4.3.2 later"), NOW

    while (row := TestLetter.objects.get()).state in ("ready", "retry"):
        now = max(now, row.due_at)
        send(server, now=now)

    assert row.state == "failed"
    assert (row.reason_code, row.reason_facts) == ("server_busy", {"reply": "4.3.2 later"})
    assert 3 <= len(server.letters) <= 5
    assert now < NOW + TRIED_FOR
    assert len({letter.message_id for letter in server.letters}) == 1


def test_a_server_that_refuses_us_is_waited_for(campaign, anna, stamatis):
    ask(stamatis, anna)

    send(Server("retry", "login_refused", pause_campaign=True))

    campaign.refresh_from_db()
    assert TestLetter.objects.get().state == "retry"
    assert (campaign.state, campaign.errors_in_a_row) == ("draft", 0)


def test_a_doubt_after_the_dot_is_never_repeated(campaign, anna, stamatis):
    ask(stamatis, anna)
    server = Server("uncertain", "dropped_after_dot")

    for minutes in (0, 10, 50):
        send(server, now=NOW + timedelta(minutes=minutes))

    assert (len(server.letters), TestLetter.objects.get().state) == (1, "uncertain")


def test_the_test_letter_of_a_dead_worker_is_uncertain_and_not_repeated(campaign, anna, stamatis):
    ask(stamatis, anna)
    TestLetter.objects.update(state="sending", holder=GONE, lease_until=NOW + timedelta(minutes=12))

    assert settle_lost_test_letters(now=NOW) == 1

    row = TestLetter.objects.get()
    assert (row.state, row.reason_code) == ("uncertain", "holder_died")
    assert not due_test_letters(now=NOW + timedelta(days=1)).exists()


def test_somebody_who_left_the_house_meanwhile_gets_nothing(campaign, anna, nikos, stamatis):
    ask(stamatis, nikos, by=anna)
    nikos.is_active = False
    nikos.save(update_fields=["is_active"])
    server = Server()

    send(server)

    assert server.letters == []
    assert TestLetter.objects.get().reason_code == "no_email"


def test_the_words_are_dropped_after_a_week_and_what_became_of_it_stays(campaign, anna, stamatis):
    ask(stamatis, anna)
    send(Server())
    forget_test_words(now=NOW + WORDS_KEPT_FOR - timedelta(minutes=1))
    assert TestLetter.objects.get().text

    assert forget_test_words(now=NOW + WORDS_KEPT_FOR + timedelta(minutes=1)) == 1

    row = TestLetter.objects.get()
    assert (row.subject, row.text, row.html, row.state) == ("", "", "", "sent")


def test_a_letter_whose_words_are_dropped_does_not_leave_empty(campaign, anna, stamatis):
    ask(stamatis, anna)
    old, server = NOW + WORDS_KEPT_FOR + timedelta(days=1), Server()

    forget_test_words(now=old)
    send(server, now=old)

    assert server.letters == []
    assert TestLetter.objects.get().state == "failed"


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_finds_a_test_letter_that_nobody_rang_for_and_sends_it(anna, campaign, stamatis, tmp_path):
    ask(stamatis, anna, now=timezone.now())
    worker = start_worker(house_environment(tmp_path), tmp_path / "worker.log")
    try:
        wait_until(lambda: TestLetter.objects.get().state == "sent", what="the test letter leaving")
        worker.stop()
    finally:
        if worker.process.poll() is None:
            worker.kill()

    assert [each.envelope_to for each in list_letters(tmp_path / "mailbox")] == ["anna@kafekopteio.example"]


# --- Told on the desk ---


@pytest.mark.parametrize(
    ("state", "fields", "sentence"),
    [
        ("ready", {}, "On its way to anna@kafekopteio.example."),
        ("sending", {}, "On its way to anna@kafekopteio.example."),
        ("sent", {"sent_at": NOW}, "It left for anna@kafekopteio.example at 10:00."),
        (
            "retry",
            {"reason_code": "server_busy"},
            "It waits, for anna@kafekopteio.example: the mail server is busy. We try again at 10:00.",
        ),
        (
            "failed",
            {"reason_code": "refused_address"},
            "It did not leave for anna@kafekopteio.example: the address does not exist.",
        ),
        (
            "uncertain",
            {"reason_code": "holder_died"},
            "Whether it left for anna@kafekopteio.example we do not know: our program stopped while it was leaving. "
            "We do not send it again by ourselves.",
        ),
    ],
)
def test_the_desk_says_what_became_of_it(campaign, anna, stamatis, state, fields, sentence):
    (row,) = ask(stamatis, anna)
    TestLetter.objects.update(state=state, **fields)
    row.refresh_from_db()

    with translation.override("en"):
        assert told(row, asker=anna, in_mailbox=False).sentence == sentence


def test_in_a_house_that_sends_nothing_it_lies_in_the_mailbox(campaign, anna, stamatis, tmp_path):
    (row,) = ask(stamatis, anna)
    send(MailboxTransport(tmp_path))
    row.refresh_from_db()

    with translation.override("en"):
        said = told(row, asker=anna, in_mailbox=True).sentence

    assert said == "It lies in the house’s own mailbox since 10:00, for anna@kafekopteio.example."


def test_the_desk_looks_by_itself_while_the_letter_is_on_its_way_and_then_rests(desk, campaign, anna, stamatis):
    url = reverse("campaigns:test-letter-lines", args=[campaign.pk])
    assert 'hx-trigger="load delay:2s"' in words(press(desk, stamatis))

    send(Server(), now=timezone.now())

    assert "hx-trigger" not in words(desk.get(url, {"look": 3}))
    assert "for anna@kafekopteio.example" in words(desk.get(url, {"look": 3}))


@pytest.mark.parametrize(("state", "looks"), [("ready", 30), ("retry", 1)])
def test_a_letter_that_takes_long_is_asked_for_by_hand(desk, campaign, stamatis, state, looks):
    press(desk, stamatis)
    TestLetter.objects.update(state=state)

    page = words(desk.get(reverse("campaigns:test-letter-lines", args=[campaign.pk]), {"look": looks}))

    assert "hx-trigger" not in page
    assert "Look again" in page


def test_nobody_else_is_told_of_my_test_letters(campaign, anna, nikos, stamatis):
    ask(stamatis, anna, nikos, by=anna)

    assert last_test_letters(campaign=campaign, by=nikos, now=NOW) == []
    assert len(last_test_letters(campaign=campaign, by=anna, now=NOW)) == 2
    assert last_test_letters(campaign=campaign, by=anna, now=NOW + TOLD_FOR) == []


# --- Bad cases, in words ---


def refused(answer) -> str:
    assert not TestLetter.objects.exists()
    return answer.context["test"]["refused"]


def test_without_a_person_on_the_desk_it_is_said(desk, campaign):
    assert "Choose a person first" in refused(press(desk, None))


def test_an_erased_person_is_nobody(desk, campaign, stamatis):
    Contact.objects.update(erased_at=NOW)

    assert "Choose a person first" in refused(press(desk, stamatis))


def test_words_with_a_mistake_say_the_first_one(desk, campaign, stamatis):
    said = refused(press(desk, stamatis, body="{{ προσφώνηση }}\n\n{{ υπογρφή }} {{ πολη }}"))

    assert "Line 3, character 4" in said
    assert "υπογρφή" in said


def test_a_person_for_whom_the_letter_cannot_be_written_is_said(desk, campaign):
    said = refused(press(desk, make_contact(STAMATIS, city=""), body="Από: {{ πόλη }}"))

    assert "πόλη" in said or "town" in said


def test_words_without_end_are_too_long(desk, campaign, stamatis):
    assert "too long" in refused(press(desk, stamatis, body="λ" * 50_000))


@pytest.mark.parametrize(
    "changes", [{"click": ""}, {"click": "x"}, {"test_to": ""}, {"test_to": "all@shop.example"}, {"test_to": "9" * 30}]
)
def test_a_form_that_is_not_ours_sends_nothing(desk, campaign, stamatis, changes):
    assert "Load it anew" in refused(press(desk, stamatis, **changes))


def test_somebody_without_an_address_is_told_where_it_is_written(desk, campaign, anna, stamatis):
    anna.email = ""
    anna.save(update_fields=["email"])

    assert "reply address" in refused(press(desk, stamatis))


def test_more_than_ten_presses_in_a_minute_wait(campaign, anna, stamatis):
    for _press in range(PRESSES):
        ask(stamatis, anna)

    with pytest.raises(CannotTest) as error:
        ask(stamatis, anna)
    ask(stamatis, anna, now=NOW + timedelta(minutes=1))

    assert error.value.code == "too_often"
    assert TestLetter.objects.count() == PRESSES + 1


# --- Without a script ---


def test_without_a_script_the_words_wait_as_a_draft_and_the_desk_says_what_became_of_it(desk, campaign, anna, stamatis):
    answer = press(desk, stamatis, htmx=False, subject="Χωρίς σενάριο")

    page = words(desk.get(answer.url))
    assert answer.url == f"/greetings/{campaign.pk}/write/?contact={stamatis.pk}&variant=el-formal#test-letter"
    assert WordsDraft.objects.get(user=anna).subject == "Χωρίς σενάριο"
    assert "The test letter is on its way." in page
    assert "On its way to anna@kafekopteio.example." in page
    assert "Χωρίς σενάριο" in page


def test_without_a_script_a_refusal_keeps_the_words_too(desk, campaign, stamatis):
    answer = press(desk, stamatis, htmx=False, body="{{ υπογρφή }}")

    assert "υπογρφή" in WordsDraft.objects.get().body
    assert "Line 1, character 4" in words(desk.get(answer.url))


# --- Groups ---


@pytest.fixture
def group(anna, nikos):
    made = TestGroup.objects.create(name="Μαγαζί", created_by=anna)
    made.members.set([anna, nikos])
    return made


def test_a_group_gets_one_letter_each(desk, campaign, anna, nikos, stamatis, group):
    click = new_click()
    for _time in range(2):
        press(desk, stamatis, test_to=group.pk, click=click)
    server = Server()

    assert send(server, now=timezone.now()) == 2
    assert {letter.to_address for letter in server.letters} == {anna.email, nikos.email}


def test_whoever_of_a_group_has_no_address_is_named(desk, campaign, nikos, stamatis, group):
    nikos.email = ""
    nikos.save(update_fields=["email"])

    page = words(press(desk, stamatis, test_to=group.pk))

    assert "It did not leave for Νίκος: no e-mail." in page
    assert "On its way to anna@kafekopteio.example." in page


def test_whoever_left_the_house_is_no_longer_of_a_group(desk, campaign, nikos, stamatis, group):
    nikos.groups.clear()

    press(desk, stamatis, test_to=group.pk)

    assert [row.to.username for row in TestLetter.objects.all()] == ["anna"]


def test_a_group_of_nobody_and_a_group_that_is_gone_are_said(desk, campaign, stamatis, group):
    group.members.clear()

    assert "Nobody of this group works here" in refused(press(desk, stamatis, test_to=group.pk))
    assert "no longer there" in refused(press(desk, stamatis, test_to=group.pk + 1))


def test_a_group_is_made_changed_and_deleted_and_the_trail_says_so(desk, anna, nikos):
    desk.post(reverse("campaigns:test-group-add"), {"name": "Μαγαζί", "members": [anna.pk, nikos.pk]})
    group = TestGroup.objects.get()
    desk.post(reverse("campaigns:test-group-edit", args=[group.pk]), {"name": "Γραφείο", "members": [nikos.pk]})
    page = words(desk.get(reverse("campaigns:test-group-list")))
    desk.post(reverse("campaigns:test-group-delete", args=[group.pk]))

    assert "Γραφείο" in page and "Νίκος" in page
    assert not TestGroup.objects.exists()
    trail = AuditEntry.objects.filter(object_kind="testgroup").order_by("pk")
    assert list(trail.values_list("verb", "actor_id")) == [
        ("add_test_group", anna.pk),
        ("edit_test_group", anna.pk),
        ("delete_test_group", anna.pk),
    ]


def test_a_look_at_the_question_deletes_no_group(desk, group):
    assert "Delete the group “Μαγαζί”?" in words(desk.get(reverse("campaigns:test-group-delete", args=[group.pk])))
    assert TestGroup.objects.exists()


def test_only_colleagues_can_be_in_a_group(desk, anna):
    stranger = make_user("stranger")
    stranger.groups.clear()
    url = reverse("campaigns:test-group-add")

    foreign = desk.post(url, {"name": "Μαγαζί", "members": [stranger.pk]})
    free = desk.post(url, {"name": "Μαγαζί", "members": ["all@shop.example"]})
    nobody = desk.post(url, {"name": "Μαγαζί"})

    assert [answer.status_code for answer in (foreign, free, nobody)] == [422, 422, 422]
    assert "Choose at least one colleague." in words(nobody)
    assert not TestGroup.objects.exists()


def test_two_groups_do_not_share_a_name(desk, anna, group):
    answer = desk.post(reverse("campaigns:test-group-add"), {"name": "Μαγαζί", "members": [anna.pk]})

    assert answer.status_code == 422
    assert "There is a group with this name already." in words(answer)


def test_the_pages_of_groups_lead_back_to_the_letter_one_came_from(desk, campaign, group):
    page = words(desk.get(reverse("campaigns:test-group-list"), {"greeting": campaign.pk}))

    assert reverse("campaigns:campaign-write", args=[campaign.pk]) in page
    assert f"{reverse('campaigns:test-group-edit', args=[group.pk])}?greeting={campaign.pk}" in page


def test_the_sides_of_a_letter_of_eleni_are_hers(campaign, anna):
    (row,) = ask(make_contact(ELENI), anna)

    assert "Αγαπητή κυρία Βλάχου" in row.text
    assert row.subject.startswith("[Δοκιμή · όπως στην Ελένη Βλάχου]")


@pytest.mark.parametrize("gender", ["f", ""])
def test_a_name_of_two_lines_is_one_line_in_the_subject(gender):
    contact = make_contact(first_name="Άννα\r\nBcc: all@shop.example", last_name="Βλάχου\u2028", gender=gender)

    subject = marked_subject("Χρόνια πολλά", contact=contact)

    assert len(subject.splitlines()) == 1
