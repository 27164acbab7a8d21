"""One conditional UPDATE is the only claim; one transaction records the last letter and hands over the next."""

from datetime import timedelta

import pytest
from django.db import connection

from campaigns.dispatch.handover import Answer, _claim, _record_and_claim, _record_sent, hand_over, record_alone
from campaigns.dispatch.hint import DueLetter, due_letters
from campaigns.dispatch.leaving_out import leave_out
from campaigns.dispatch.outcome import Outcome
from campaigns.models import Campaign, DeliveryAttempt, Message
from campaigns.running import settle_uncertain
from customers.addresses import set_email
from customers.models import Interaction
from tests.builders import ELENI, NOW, STAMATIS, as_due, make_campaign, make_contact, make_letter, make_user

pytestmark = pytest.mark.django_db
HOLDER = "here|1|2|turn"


def claim(letter: Message, *, now=NOW, last=None, holder=HOLDER) -> DueLetter | None:
    due = as_due(letter)
    if hand_over(due, holder=holder, now=now, last=last):
        return due
    leave_out(letter.pk, now=now)
    return None


def answered(due: DueLetter, outcome: Outcome, *, holder=HOLDER) -> Answer:
    return Answer(due, holder, outcome)


def test_a_due_letter_is_claimed_once():
    letter = make_letter(make_campaign(state="sending"))

    first, second = claim(letter), claim(letter)

    assert first is not None and second is None
    letter.refresh_from_db()
    assert (letter.state, letter.attempt, letter.holder) == ("sending", 1, HOLDER)
    assert letter.lease_until > NOW


@pytest.mark.parametrize("state", ["approved", "paused", "cancelled", "in_review"])
def test_nothing_leaves_while_the_campaign_is_not_sending(state):
    letter = make_letter(make_campaign(state=state))

    assert claim(letter) is None
    letter.refresh_from_db()
    assert letter.state == "ready"


def test_nothing_leaves_after_a_change_that_nobody_approved():
    campaign = make_campaign(state="sending", revision=2)
    letter = make_letter(campaign)

    assert claim(letter) is None


@pytest.mark.parametrize("state", ["draft", "sending", "sent", "held", "skipped", "failed", "uncertain", "cancelled"])
def test_only_ready_and_retry_can_be_claimed(state):
    fields = {"reason_code": "name_unsure"}
    if state == "sending":
        fields |= {"holder": "another", "lease_until": NOW}
    if state == "sent":
        fields |= {"sent_at": NOW}
    letter = make_letter(make_campaign(state="sending"), state=state, **fields)

    assert claim(letter) is None


def test_a_letter_waits_until_it_is_due_and_never_leaves_too_late():
    campaign = make_campaign(state="sending")
    early = make_letter(campaign, due_at=NOW + timedelta(minutes=5))
    late = make_letter(campaign, give_up_at=NOW)

    assert claim(early) is None
    assert claim(late) is None
    assert claim(early, now=NOW + timedelta(minutes=5)) is not None


def test_a_second_campaign_of_the_same_occasion_does_not_wish_again():
    stamatis = make_contact(STAMATIS)
    make_letter(make_campaign(state="sending"), stamatis, state="sent", sent_at=NOW)
    second = make_letter(make_campaign(state="sending"), stamatis)

    assert claim(second) is None

    second.refresh_from_db()
    assert (second.state, second.reason_code) == ("skipped", "already_wished")


def test_one_address_of_two_people_gets_one_wish_of_an_occasion():
    make_letter(make_campaign(state="sending"), make_contact(STAMATIS), state="sent", sent_at=NOW)
    namesake = make_letter(make_campaign(state="sending"), make_contact(STAMATIS))

    assert claim(namesake) is None

    namesake.refresh_from_db()
    assert (namesake.state, namesake.reason_code) == ("skipped", "already_wished")


def test_the_last_answer_is_recorded_with_the_next_claim():
    campaign = make_campaign(state="sending")
    first, second = make_letter(campaign, make_contact(STAMATIS)), make_letter(campaign, make_contact(ELENI))
    in_hand = claim(first)

    claimed = claim(second, last=answered(in_hand, Outcome("sent", "accepted")))

    first.refresh_from_db()
    assert (first.state, first.sent_at, first.lease_until) == ("sent", NOW, None)
    assert claimed is not None and claimed.pk == second.pk
    assert not DeliveryAttempt.objects.exists()


def test_a_refused_address_fails_with_the_words_of_the_server():
    letter = make_letter(make_campaign(state="sending"))
    in_hand = claim(letter)

    record_alone(answered(in_hand, Outcome("failed", "refused_address", "no such user", 550, hard=True)), now=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code, letter.reason_facts) == (
        "failed",
        "refused_address",
        {"smtp_code": 550},
    )
    assert letter.attempts.get().reply == "no such user"


def test_a_busy_server_is_tried_again_later_and_waits_grow():
    letter, waits = make_letter(make_campaign(state="sending")), []
    now = NOW
    for _attempt in range(3):
        in_hand = claim(letter, now=now)
        record_alone(answered(in_hand, Outcome("retry", "server_busy", "busy", 451)), now=now)
        letter.refresh_from_db()
        waits.append(letter.due_at - now)
        now = letter.due_at

    assert letter.state == "retry"
    assert waits == sorted(waits) and waits[0] >= timedelta(seconds=30)
    assert letter.attempts.count() == 3


def test_a_letter_that_would_be_too_late_waits_for_a_person():
    letter = make_letter(make_campaign(state="sending"), give_up_at=NOW + timedelta(seconds=5))
    in_hand = claim(letter)

    record_alone(answered(in_hand, Outcome("retry", "server_busy", "busy", 451)), now=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("held", "too_late")


def test_only_the_holder_of_that_attempt_records_it():
    letter = make_letter(make_campaign(state="sending"))
    slow = claim(letter)
    Message.objects.filter(pk=letter.pk).update(state="retry", due_at=NOW, reason_code="server_busy")
    claim(letter, holder="there|1|2|turn")

    record_alone(answered(slow, Outcome("failed", "refused_address", "", 550)), now=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.holder) == ("sending", "there|1|2|turn")


def test_a_slow_holder_knows_better_than_the_sweep():
    letter = make_letter(make_campaign(state="sending"))
    in_hand = claim(letter)
    Message.objects.filter(pk=letter.pk).update(state="uncertain", reason_code="lease_ended", lease_until=None)

    record_alone(answered(in_hand, Outcome("sent", "accepted")), now=NOW)

    letter.refresh_from_db()
    assert letter.state == "sent"


def test_a_letter_sent_again_by_a_person_is_recorded_like_any_other():
    letter = make_letter(
        make_campaign(state="sending"), state="uncertain", reason_code="holder_died", holder="gone|1|1|x"
    )
    settle_uncertain(letter.pk, went=False, by=make_user(role="manager"), now=NOW)

    in_hand = claim(letter)
    record_alone(answered(in_hand, Outcome("sent", "accepted")), now=NOW)

    letter.refresh_from_db()
    assert letter.state == "sent"


def test_a_letter_to_an_address_that_was_corrected_since_is_held():
    letter = make_letter(make_campaign(state="sending"), make_contact(STAMATIS))
    set_email(letter.contact, "right@shop.example")
    letter.contact.save()

    assert claim(letter) is None

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("held", "address_changed")


def test_a_wish_that_is_only_just_leaving_keeps_the_second_letter_due():
    stamatis = make_contact(STAMATIS)
    make_letter(make_campaign(state="sending"), stamatis, state="sending", holder=HOLDER, lease_until=NOW)
    second = make_letter(make_campaign(state="sending"), stamatis)

    assert claim(second) is None

    second.refresh_from_db()
    assert second.state == "ready"


def quoting_letter(campaign: Campaign) -> tuple[Message, Interaction]:
    letter = make_letter(campaign, make_contact(STAMATIS))
    line = letter.contact.interactions.create(happened_at=NOW, quotable="Καλή αρχή στη Δάφνη.")
    letter.body.sources = {"quotable": line.pk}
    letter.body.save()
    return letter, line


def test_a_line_is_quoted_once():
    letter, line = quoting_letter(make_campaign(state="sending"))

    record_alone(answered(claim(letter), Outcome("sent", "accepted")), now=NOW)

    line.refresh_from_db()
    assert line.quoted_at == NOW


@pytest.mark.parametrize(("went", "quoted_at"), [(True, NOW), (False, None)])
def test_a_line_is_quoted_once_also_where_a_person_says_that_the_letter_went(went, quoted_at):
    letter, line = quoting_letter(make_campaign(state="sending"))
    record_alone(answered(claim(letter), Outcome("uncertain", "dropped_after_dot")), now=NOW)

    settle_uncertain(letter.pk, went=went, by=make_user(role="manager"), now=NOW)

    line.refresh_from_db()
    assert line.quoted_at == quoted_at


def test_a_letter_without_a_last_hour_is_tried_again_all_the_same():
    letter = make_letter(make_campaign(state="sending", give_up_at=None))

    record_alone(answered(claim(letter), Outcome("retry", "server_busy", "busy", 451)), now=NOW)

    letter.refresh_from_db()
    assert letter.state == "retry"


def test_candidates_are_a_hint_in_the_order_they_are_due():
    campaign = make_campaign(state="sending")
    later = make_letter(campaign, due_at=NOW - timedelta(minutes=1))
    sooner = make_letter(campaign, due_at=NOW - timedelta(minutes=9))
    make_letter(campaign, lane=1)

    hint = due_letters(campaign_id=campaign.pk, lane=0, now=NOW)
    assert [letter.pk for letter in hint] == [sooner.pk, later.pk]


@pytest.mark.parametrize("statement", [_claim, _record_sent, _record_and_claim])
def test_the_claim_never_asks_for_ids_of_a_subquery(statement):
    sql = statement(connection.vendor).sql.upper()

    assert "IN (SELECT" not in sql
    assert sql.count("UPDATE") == (2 if statement is _record_and_claim else 1)
    assert statement is _record_sent or sql.count("EXISTS") >= 5


def test_words_that_were_changed_after_they_were_read_are_not_claimed():
    campaign = make_campaign(state="sending")
    read_before = as_due(make_letter(campaign))
    Campaign.objects.filter(pk=campaign.pk).update(revision=2, approved_revision=2)

    assert not hand_over(read_before, holder=HOLDER, now=NOW, last=None)


def test_a_letter_that_was_tried_after_it_was_read_is_not_claimed_by_what_was_read():
    letter = make_letter(make_campaign(state="sending"))
    read_before = as_due(letter)
    record_alone(answered(claim(letter), Outcome("retry", "server_busy", "busy", 451)), now=NOW)

    assert not hand_over(read_before, holder=HOLDER, now=NOW + timedelta(days=1), last=None)


def test_the_identifier_of_a_provider_stands_beside_our_own():
    letter = make_letter(make_campaign(state="sending"))

    record_alone(answered(claim(letter), Outcome("sent", "accepted", provider_id="abc-123")), now=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.provider_id) == ("sent", "abc-123")
