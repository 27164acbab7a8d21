"""The page while letters leave: pace and end, what is tried again, what went wrong, what it waits for."""

import socket
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import capfirst

from campaigns.at_work import AtWork, Look, Outlook, kept_look, limited_until, look_anew, outlook, per_minute
from campaigns.coverage import CLASSES, Coverage, TriedAgain, coverage_of
from campaigns.dispatch.holder import new_holder
from campaigns.dispatch.limit_rules import parsed_limits, window_at
from campaigns.dispatch.limits import Wait
from campaigns.heartbeat import Health
from campaigns.models import DeliveryAttempt, SendingWindow, WorkerHeartbeat
from campaigns.progress_sentences import (
    about,
    domain_waits_sentence,
    next_try_words,
    nobody_works_sentence,
    outlook_sentence,
    pace_words,
    when_words,
)
from campaigns.running import pause_campaign
from customers.models import AuditEntry
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact, make_letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def standing(*, reached=0, queue=0, again: list[TriedAgain] | None = None) -> Coverage:
    retry = sum(each.count for each in again or [])
    classes = dict.fromkeys(CLASSES, 0) | {"reached": reached, "waiting": queue + retry}
    return Coverage(classes, retry=retry, again=tuple(again or ()))


def work(coverage: Coverage, **fields) -> AtWork:
    return AtWork(counted_at=NOW, standing=coverage, first=Look(NOW, coverage.classes["reached"]), **fields)


def said(coverage: Coverage, *, letters: int = 0, seconds: float = 60, **fields) -> str:
    """The sentence when `letters` left in the `seconds` before NOW."""
    seen = work(coverage, **fields)
    first = Look(NOW - timedelta(seconds=seconds), coverage.classes["reached"] - letters)
    return outlook_sentence(outlook(seen, first=first), coverage, now=NOW)


def after(**length) -> datetime:
    return NOW + timedelta(**length)


def detail(client, campaign, **query) -> str:
    return client.get(reverse("campaigns:campaign-detail", args=[campaign.pk]), query).content.decode()


def progress(client, campaign, **query):
    url = reverse("campaigns:campaign-progress", args=[campaign.pk])
    return client.get(url, query, headers={"hx-request": "true"})


@pytest.fixture
def sending(staff, manager):
    return make_campaign(author=staff, state="sending", started_at=NOW, started_by=manager)


# --- The pace and the end ---


@pytest.mark.parametrize(
    ("letters", "seconds", "pace"),
    [(100, 60, 100), (40, 10, 240), (100, 5, None), (3, 10, None), (3, 30, 6), (0, 45, 0), (-1, 60, None)],
)
def test_a_pace_is_told_only_when_enough_was_seen(letters, seconds, pace):
    assert per_minute(Look(NOW, 100), Look(after(seconds=seconds), 100 + letters)) == pace


def test_the_end_is_told_at_the_pace_of_the_last_minute():
    assert said(standing(reached=500, queue=2_400), letters=243) == (
        "About 240 leave each minute. At this pace the last one leaves at about 10:10."
    )


def test_nothing_is_said_of_an_end_that_nobody_knows():
    assert said(standing(reached=500, queue=90), seconds=3) == "The pace shows in a few seconds."
    assert said(standing(reached=500, queue=90), letters=0) == "None is leaving at the moment."
    assert said(standing(reached=500)) == ""


def test_letters_tried_again_later_than_the_queue_are_told_with_their_hour():
    again = [TriedAgain("greylisted", 5, after(minutes=42), after(minutes=260))]

    assert said(standing(reached=500, queue=100, again=again), letters=100) == (
        "About 100 leave each minute. At this pace the queue is empty at about 10:01; "
        "those tried again follow, the latest at 14:20."
    )
    assert said(standing(reached=500, again=again), letters=100) == (
        "The last 5 are tried again, the latest of them at 14:20."
    )


def test_an_end_on_another_day_is_told_with_the_day():
    assert said(standing(reached=100, queue=14_400), letters=10) == (
        "About 10 leave each minute. At this pace the last one leaves at about 22 December, 10:00."
    )


def test_a_limit_by_day_moves_the_end_to_the_day_on_which_the_last_one_may_leave(settings, sending):
    settings.SENDING_LIMITS = parsed_limits("2000/day, 100/second")
    begin, _end = window_at(86_400, NOW, zone=timezone.get_default_timezone())
    SendingWindow.objects.create(scope="sender", seconds=86_400, begins_at=begin, taken=2_000 - 1)
    for _number in range(2):
        make_letter(sending)

    assert (
        look_anew(sending, now=NOW).limited_until
        == window_at(86_400, after(days=1), zone=timezone.get_default_timezone())[0]
    )


@pytest.mark.parametrize(
    ("waiting", "until"),
    [(500, None), (501, "22 December, 00:00"), (2_500, "22 December, 00:00"), (2_501, "23 December, 00:00")],
)
def test_the_limit_of_a_day_is_counted_over_the_days_to_come(settings, waiting, until):
    settings.SENDING_LIMITS = parsed_limits("2000/day")
    begin, _end = window_at(86_400, NOW, zone=timezone.get_default_timezone())
    SendingWindow.objects.create(scope="sender", seconds=86_400, begins_at=begin, taken=1_500)

    moment = limited_until(waiting, now=NOW)

    assert (when_words(moment, now=NOW) if moment else None) == until


def test_a_limit_that_is_used_up_is_told_with_the_hour_at_which_letters_leave_again():
    seen = {"waits": (Wait("sender", after(hours=1)),), "limited_until": after(hours=1)}
    longer = seen | {"limited_until": after(hours=3)}

    assert said(standing(queue=10), **seen) == "The limit of the house is used up; letters leave again at 11:00."
    assert said(standing(queue=10), **longer).endswith("With this limit the last one does not leave before 13:00.")


def test_while_a_domain_waits_no_end_is_promised():
    waits = (Wait("domain:post.example", after(hours=1)),)

    assert said(standing(reached=500, queue=90), letters=60, waits=waits) == "About 60 leave each minute."
    assert domain_waits_sentence(waits[0], now=NOW) == "Letters to post.example wait for their limit, until 11:00."


def test_why_nothing_leaves_while_a_domain_waits_is_said_in_the_sentence_of_the_page(as_staff, sending, settings):
    settings.SENDING_LIMITS = parsed_limits("post.example:40/day")
    now = timezone.now()
    begin, _end = window_at(86_400, now, zone=timezone.get_default_timezone())
    SendingWindow.objects.create(scope="domain:post.example", seconds=86_400, begins_at=begin, taken=40)
    WorkerHeartbeat.objects.create(holder="house:1", started_at=now, seen_at=now)
    make_letter(sending, due_at=now - timedelta(minutes=2))

    lede = detail(as_staff, sending).partition('class="lede')[2].partition("</p>")[0]

    assert "Letters to post.example wait for their limit" in lede
    assert "The pace shows" not in lede


def test_figures_are_rounded_so_that_they_do_not_flicker():
    assert [pace_words(pace) for pace in (None, 0, 0.4, 7.4, 243, 12_345)] == [
        "–",
        "0",
        "less than one",
        "7",
        "240",
        "12,000",
    ]
    assert about(after(minutes=9, seconds=10), now=NOW) == "10:10"
    assert about(after(minutes=92), now=NOW) == "11:35"
    assert about(after(minutes=95), now=NOW) == "11:35"


# --- What is tried again ---


def test_what_is_tried_again_is_grouped_by_reason_with_its_hours(as_staff, sending):
    now = timezone.now()
    for minutes in (20, 30, 40):
        make_letter(sending, state="retry", reason_code="greylisted", due_at=now + timedelta(minutes=minutes))
    make_letter(sending, state="retry", reason_code="mailbox_full", due_at=now + timedelta(minutes=15))

    coverage = coverage_of(sending)
    page = detail(as_staff, sending)

    assert [(each.code, each.count) for each in coverage.again] == [("greylisted", 3), ("mailbox_full", 1)]
    assert coverage.next_try_at == now + timedelta(minutes=15)
    assert coverage.last_try_at == now + timedelta(minutes=40)
    when = next_try_words(coverage.again[0], now=now)
    assert when.startswith("tried again from")
    assert (
        '<span>Their server asked us to come back later</span><span class="num">3</span>'
        f'<span class="quiet">{capfirst(when)}</span>'
    ) in page


def test_one_hour_for_all_is_said_once():
    group = TriedAgain("server_busy", 2, after(minutes=42), after(minutes=42, seconds=9))

    assert next_try_words(group, now=NOW) == "tried again at 10:42"
    assert next_try_words(group, now=after(minutes=45)) == "their turn is now"


# --- What went wrong ---


def attempt(letter, **fields) -> DeliveryAttempt:
    values = {
        "number": 1,
        "at": NOW,
        "outcome": "retry",
        "code": "greylisted",
        "smtp_code": 451,
        "reply": "4.7.1 later",
    }
    return DeliveryAttempt.objects.create(message=letter, **values | fields)


def test_the_last_errors_name_the_person_the_reason_and_the_words_of_the_server(as_staff, sending):
    contact = make_contact(STAMATIS)
    letter = make_letter(sending, contact, state="retry", reason_code="greylisted", due_at=NOW)
    attempt(letter)

    page = detail(as_staff, sending)

    assert "What went wrong last" in page
    assert f'href="{reverse("customers:person-detail", args=[contact.pk])}" lang="el">Σταμάτης Παπαδόπουλος</a>' in page
    assert "Their server asked us to come back later" in page
    assert '<code class="text-break">451 4.7.1 later</code>' in page


def test_five_errors_are_told_and_none_of_another_campaign_or_of_a_letter_that_left(sending):
    other = make_campaign(state="sending", occasion_key="easter-2027")
    for number in range(7):
        attempt(
            make_letter(sending, state="failed", reason_code="refused_address"), code=f"code{number}", outcome="failed"
        )
    attempt(make_letter(other, state="retry", reason_code="server_busy"))
    attempt(make_letter(sending, state="sent", sent_at=NOW), number=2, outcome="sent", code="accepted")

    told = look_anew(sending, now=NOW).troubles

    assert [each.code for each in told] == ["code6", "code5", "code4", "code3", "code2"]


def test_a_campaign_in_review_says_nothing_of_pace_workers_or_errors(as_staff, staff):
    campaign = make_campaign(author=staff, state="in_review")
    make_letter(campaign, state="draft")

    page = detail(as_staff, campaign)

    assert "How it goes" not in page and "No worker" not in page and "hx-trigger" not in page


def test_what_stands_still_is_told_before_the_minute_is_over():
    counted = standing(reached=200, queue=100)

    assert said(counted, letters=200, still_since=NOW - timedelta(seconds=14)) == "None is leaving at the moment."
    assert "About 200 leave each minute." in said(counted, letters=200, still_since=NOW - timedelta(seconds=6))


def test_a_slow_pace_is_not_taken_for_standing_still():
    counted = standing(reached=6, queue=100)

    assert "About 6 leave each minute." in said(counted, letters=6, still_since=NOW - timedelta(seconds=40))


def test_since_when_nothing_has_left_is_what_the_looks_saw(sending):
    make_letter(sending)
    look_anew(sending, now=NOW)
    make_letter(sending, state="sent", sent_at=NOW)

    later = [look_anew(sending, now=after(seconds=seconds)) for seconds in (3, 9, 21)]

    assert [each.still_since for each in later] == [after(seconds=3)] * 3


def test_one_end_for_the_queue_and_for_those_tried_again_is_said_once():
    group = TriedAgain("greylisted", 2, NOW + timedelta(seconds=41), NOW + timedelta(seconds=50))
    counted = standing(reached=200, queue=50, again=[group])

    spoken = said(counted, letters=100)

    assert spoken.endswith("At this pace the last one leaves at about 10:01.")


# --- Whether anybody works ---


def test_letters_that_are_due_while_no_worker_is_seen_are_told_with_what_to_do(as_staff, sending):
    now = timezone.now()
    make_letter(sending, due_at=now - timedelta(minutes=7))
    WorkerHeartbeat.objects.create(holder="house:1", started_at=now, seen_at=now - timedelta(minutes=6, seconds=5))

    page = detail(as_staff, sending)

    assert "No worker has been seen for 6 minutes; the letters wait safely" in page
    assert "An admin starts it again" in page


def test_a_worker_that_was_seen_just_now_is_counted(as_staff, sending):
    now = timezone.now()
    make_letter(sending, due_at=now - timedelta(minutes=7))
    WorkerHeartbeat.objects.create(holder="house:1", started_at=now, seen_at=now - timedelta(seconds=9))

    page = detail(as_staff, sending)

    assert "No worker" not in page
    assert '<dd class="figures">1</dd>' in page


def test_nobody_is_missed_while_nothing_is_due(as_staff, sending):
    make_letter(sending, state="retry", reason_code="greylisted", due_at=timezone.now() + timedelta(hours=1))

    assert "No worker" not in detail(as_staff, sending)


def test_a_worker_that_died_with_a_letter_in_hand_does_not_hide_that_nobody_works(as_staff, sending):
    now = timezone.now()
    gone = f"{socket.gethostname()}|{2**22 + 1}|1|turn"
    make_letter(sending, state="sending", holder=gone, lease_until=now + timedelta(minutes=12))
    make_letter(sending, due_at=now - timedelta(minutes=2))
    WorkerHeartbeat.objects.create(holder="house:1", started_at=now, seen_at=now - timedelta(minutes=2))

    assert "No worker has been seen for 2 minutes" in detail(as_staff, sending)


def test_a_letter_in_the_hand_of_a_process_that_lives_says_that_somebody_works(as_staff, sending):
    now = timezone.now()
    make_letter(sending, state="sending", holder=new_holder(), lease_until=now + timedelta(minutes=12))
    make_letter(sending, due_at=now - timedelta(minutes=2))

    assert "No worker" not in detail(as_staff, sending)


def test_letters_that_wait_for_long_are_told_whoever_may_still_hold_one(as_staff, sending):
    now = timezone.now()
    make_letter(sending, state="sending", holder="elsewhere|1|1|turn", lease_until=now + timedelta(minutes=12))
    make_letter(sending, due_at=now - timedelta(minutes=7))

    assert "No worker is here" in detail(as_staff, sending)


def test_how_long_no_worker_was_seen_is_said_in_words_that_fit():
    def seen(moment):
        return nobody_works_sentence(Health(0, moment, NOW, 3, True), now=NOW)

    assert seen(None) == "No worker is here; the letters wait safely"
    assert seen(NOW - timedelta(seconds=70)).startswith("No worker has been seen for 1 minute;")
    assert seen(NOW - timedelta(hours=3)).startswith("No worker has been seen since 07:00;")


# --- One count, kept two seconds ---


def test_a_count_is_kept_for_who_watches_and_made_anew_for_the_page(as_staff, sending):
    make_letter(sending)
    detail(as_staff, sending)
    make_letter(sending)

    watched = progress(as_staff, sending, state="sending", uncertain=0).content.decode()

    assert "<b>0</b> of <b>1</b> letter has gone." in watched
    assert "<b>0</b> of <b>2</b> letters have gone." in detail(as_staff, sending)
    assert coverage_of(sending).chosen == 2


def test_the_list_of_greetings_counts_once_in_two_seconds(as_staff, sending):
    make_letter(sending)
    as_staff.get(reverse("campaigns:campaign-list"))
    make_letter(sending)

    kept = as_staff.get(reverse("campaigns:campaign-list")).content.decode()
    cache.clear()
    anew = as_staff.get(reverse("campaigns:campaign-list")).content.decode()

    assert "0 of 1 letter has gone." in kept
    assert "0 of 2 letters have gone." in anew


def test_a_step_of_the_campaign_is_never_shown_with_the_count_before_it(as_staff, manager, sending):
    make_letter(sending)
    kept_look(sending, now=NOW)
    make_letter(sending)
    pause_campaign(sending.pk, by=manager, now=NOW)
    sending.refresh_from_db()

    assert kept_look(sending, now=NOW).standing.chosen == 2


def test_a_kept_look_asks_nothing_about_letters(as_staff, sending, django_assert_num_queries):
    make_letter(sending)
    progress(as_staff, sending, state="sending", uncertain=0)

    with django_assert_num_queries(4):  # session, user, role, campaign
        progress(as_staff, sending, state="sending", uncertain=0)


def test_a_new_look_counts_the_letters_in_one_statement(sending, django_assert_max_num_queries):
    make_letter(sending, state="retry", reason_code="greylisted", due_at=NOW)

    with django_assert_max_num_queries(6) as captured:
        look_anew(sending, now=NOW)

    grouped = [query["sql"] for query in captured if "GROUP BY" in query["sql"]]
    assert len(grouped) == 1


def test_the_numbers_of_the_parts_are_those_of_the_whole(sending):
    make_letter(sending, state="retry", reason_code="greylisted", due_at=NOW)
    make_letter(sending, state="retry", reason_code="server_busy", due_at=NOW)
    make_letter(sending, state="sending", holder="x", lease_until=NOW)
    make_letter(sending)

    counted = coverage_of(sending)

    assert counted.retry == sum(each.count for each in counted.again) == 2
    assert (counted.in_hand, counted.in_queue, counted.classes["waiting"]) == (1, 2, 4)


# --- The browser that watches ---


def watch_of(response) -> dict[str, str]:
    html = response.content.decode()
    query = html.split('hx-get="')[1].split('"')[0].partition("?")[2].replace("&amp;", "&")
    return dict(parse_qsl(query))


def test_a_look_that_would_say_the_same_again_changes_nothing_on_the_screen(as_staff, sending):
    make_letter(sending)
    first = progress(as_staff, sending, state="sending", uncertain=0)

    second = progress(as_staff, sending, **watch_of(first))
    cache.clear()
    make_letter(sending)
    third = progress(as_staff, sending, **watch_of(first))

    assert (first.status_code, second.status_code, third.status_code) == (200, 204, 200)
    assert second.content == b""


def test_a_watcher_brings_what_another_process_told_it(as_staff, sending):
    for _number in range(20):
        make_letter(sending, state="sent", sent_at=NOW)
    make_letter(sending, due_at=timezone.now() + timedelta(minutes=1))
    since = int((timezone.now() - timedelta(seconds=30)).timestamp() * 1000)

    told = progress(as_staff, sending, state="sending", uncertain=0, then=0, since=since).content.decode()
    old = progress(as_staff, sending, state="sending", uncertain=0, then=0, since=since - 600_000).content.decode()

    assert "leave each minute" in told
    assert "The pace shows in a few seconds." in old


@pytest.mark.parametrize("query", [{"then": "x", "since": "y"}, {"then": "9" * 40, "since": "1"}, {"since": "9" * 15}])
def test_a_crooked_look_is_none(as_staff, sending, query):
    make_letter(sending, due_at=timezone.now() + timedelta(minutes=1))

    assert "The pace shows" in progress(as_staff, sending, state="sending", uncertain=0, **query).content.decode()


def test_where_nothing_can_move_the_browser_looks_less_often(as_staff, sending):
    make_letter(sending, state="retry", reason_code="greylisted", due_at=timezone.now() + timedelta(hours=1))

    assert 'hx-trigger="every 15s"' in detail(as_staff, sending)


def test_a_paused_campaign_is_watched_until_the_last_letter_in_hand_is_answered(as_staff, manager, sending):
    letter = make_letter(sending, state="sending", holder="x", lease_until=NOW)
    make_letter(sending)
    pause_campaign(sending.pk, by=manager, now=NOW)

    in_hand = detail(as_staff, sending)
    letter.state, letter.sent_at = "sent", NOW
    letter.save(update_fields=["state", "sent_at"])
    still = detail(as_staff, sending)

    assert "hx-trigger" in in_hand and "hx-trigger" not in still


# --- Paused, and uncertain ---


def test_a_pause_stands_at_the_top_with_its_reason_what_to_do_and_who_paused(as_manager, manager, sending):
    make_letter(sending)
    pause_campaign(sending.pk, by=manager, now=NOW)

    page = detail(as_manager, sending)

    assert page.index("The letters are paused") < page.index('id="progress"')
    assert "Ελένη, 21 December, 10:00" in page
    assert ">Go on</button>" in page


def test_a_pause_of_the_program_itself_says_so_with_the_words_of_the_server(as_staff, sending):
    make_letter(sending)
    pause_campaign(sending.pk, by=None, now=NOW, code="login_refused", facts={"smtp_code": 535, "reply": "5.7.8 no"})

    page = detail(as_staff, sending)

    assert "It stopped by itself, 21 December, 10:00" in page
    assert "5.7.8 no" in page and "Only a manager lets it go on." in page


def test_who_began_and_when_is_told_while_it_works_and_after(as_staff, staff, manager, sending):
    make_letter(sending)
    over = make_campaign(
        author=staff, state="finished", occasion_key="x", started_at=NOW, started_by=manager, finished_at=after(hours=1)
    )
    make_letter(over, state="sent", sent_at=NOW)

    assert "Begun" in detail(as_staff, sending) and "21 December, 10:00" in detail(as_staff, sending)
    assert "Begun by Ελένη, 21 December, 10:00" in detail(as_staff, over)
    assert "Finished: 21 December, 11:00" in detail(as_staff, over)


@pytest.fixture
def in_doubt(sending):
    letter = make_letter(
        sending,
        make_contact(ELENI, mobile="6944 000 112"),
        attempt=2,
        state="uncertain",
        reason_code="dropped_after_dot",
    )
    attempt(letter, number=1)
    attempt(letter, number=2, at=after(minutes=5), outcome="uncertain", code="dropped_after_dot", smtp_code=None)
    return letter


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("One letter is uncertain: Ελένη Βλάχου", "21 December, 10:05", "It went", "Send again", "6944 000 112"),
        ),
        ("el", ("Για ένα γράμμα δεν είμαστε βέβαιοι: Ελένη Βλάχου", "21 Δεκεμβρίου, 10:05", "6944 000 112")),
    ],
)
def test_an_uncertain_letter_is_told_with_what_it_takes_to_decide(as_manager, sending, in_doubt, language, words):
    page = as_manager.get(
        reverse("campaigns:campaign-detail", args=[sending.pk]), headers={"accept-language": language}
    ).content.decode()

    assert all(word in page for word in words)
    assert in_doubt.header_id.strip("<>") in page


def test_a_decision_is_written_in_the_trail_with_who_took_it(as_manager, manager, in_doubt):
    as_manager.post(reverse("campaigns:message-settle", args=[in_doubt.pk]), {"answer": "went"})

    entry = AuditEntry.objects.get(verb="letter_went")
    assert (entry.actor_id, entry.object_id, entry.person_key) == (manager.pk, in_doubt.pk, in_doubt.contact.person_key)


def test_more_in_doubt_than_have_room_are_all_one_click_away(as_staff, sending):
    for _number in range(21):
        make_letter(sending, state="uncertain", reason_code="holder_died", reason_facts={"at": NOW.isoformat()})

    page = detail(as_staff, sending)

    assert page.count("One letter is uncertain") == 20
    assert "All 21 uncertain letters by name" in page


def test_an_outlook_of_nothing_is_no_sentence():
    assert outlook_sentence(Outlook(None), standing(), now=NOW) == ""


def test_somebody_without_e_mail_is_in_no_sum_of_the_queue(sending):
    make_letter(sending, make_contact(GIORGOS), state="skipped", reason_code="no_email", address_digest="")

    assert coverage_of(sending).in_queue == 0
