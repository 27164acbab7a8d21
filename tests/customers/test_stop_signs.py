"""May we write to this person? The Python answer and the condition of the hand-over are one table."""

from datetime import date, timedelta
from itertools import combinations

import pytest

from campaigns.dispatch.handover import claimable
from customers.consent import STOP_SIGNS, allow_letters, may_write_to, stop_letters, suppress_address
from customers.models import AuditEntry, Contact, ServiceCase, Suppression
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user

pytestmark = pytest.mark.django_db


def _mourn(contact: Contact) -> None:
    contact.mourning_until = date(2027, 3, 1)


def _die(contact: Contact) -> None:
    contact.deceased = True


def _stop(contact: Contact) -> None:
    contact.stopped_reason, contact.stopped_at = Contact.Stop.BY_STAFF, NOW


def _become_till_entry(contact: Contact) -> None:
    contact.kind = Contact.Kind.PLACEHOLDER


def _erase(contact: Contact) -> None:
    contact.erased_at = NOW


def _complain(contact: Contact) -> None:
    ServiceCase.objects.create(contact=contact, opened_at=NOW)


def _leave(contact: Contact) -> None:
    Suppression.objects.create(address_digest=contact.address_digest, reason="unsubscribed", since=NOW)


SIGNS = [_mourn, _die, _stop, _become_till_entry, _erase, _complain, _leave]
COMBINATIONS = [signs for size in range(len(SIGNS) + 1) for signs in combinations(SIGNS, size)]


def test_page_and_hand_over_agree_over_all_combinations():
    campaign = make_campaign(state="sending")
    letters = []
    for signs in COMBINATIONS:
        contact = make_contact()
        for sign in signs:
            sign(contact)
        contact.save()
        letters.append((signs, make_letter(campaign, contact)))

    for signs, letter in letters:
        claimable_now = claimable(letter.pk, now=NOW).exists()
        assert may_write_to(letter.contact, now=NOW).allowed == claimable_now == (not signs), signs


@pytest.mark.parametrize(
    ("sign", "code"),
    [(_mourn, "mourning"), (_die, "deceased"), (_stop, "by_staff"), (_become_till_entry, "not_greeted"),
     (_erase, "erased"), (_complain, "complaint"), (_leave, "suppressed")],
)  # fmt: skip
def test_each_stop_says_why(sign, code):
    contact = make_contact(STAMATIS)
    sign(contact)
    contact.save()

    assert may_write_to(contact, now=NOW).code == code
    assert code in {stop.code for stop in STOP_SIGNS}


def test_mourning_ends_by_itself():
    contact = make_contact(STAMATIS, mourning_until=date(2026, 12, 20))

    assert may_write_to(contact, now=NOW).allowed
    assert not may_write_to(contact, now=NOW - timedelta(days=1)).allowed


def test_solved_case_lets_letters_go_again():
    contact = make_contact(ELENI)
    ServiceCase.objects.create(contact=contact, opened_at=NOW, state="solved", solved_at=NOW)

    assert may_write_to(contact, now=NOW).allowed


def test_stopping_a_person_skips_the_waiting_letter_in_the_same_step():
    letter = make_letter(make_campaign(state="sending"), make_contact(STAMATIS))

    stop_letters(letter.contact, by=make_user(), now=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("skipped", "by_staff")
    assert AuditEntry.objects.filter(verb="stop_letters", person_key=letter.contact.person_key).count() == 1


def test_letters_again_does_not_bring_back_who_left():
    contact = make_contact(ELENI)
    suppress_address(contact.address_digest, reason="unsubscribed", now=NOW)
    stop_letters(contact, by=make_user(), now=NOW)

    verdict = allow_letters(contact, by=make_user(), now=NOW)

    assert (verdict.allowed, verdict.code) == (False, "suppressed")


def test_leaving_twice_is_one_suppression_and_the_first_reason_stays():
    contact = make_contact(ELENI)

    assert suppress_address(contact.address_digest, reason="unsubscribed", now=NOW)
    assert not suppress_address(contact.address_digest, reason="spam_complaint", now=NOW)

    assert Suppression.objects.get().reason == "unsubscribed"


def test_an_address_left_also_stops_its_letter_when_the_contact_has_another_address_now():
    letter = make_letter(make_campaign(state="sending"), make_contact(ELENI))
    Contact.objects.filter(pk=letter.contact_id).update(
        email="new@shop.example", email_key="new@shop.example", address_digest="1" * 64
    )

    suppress_address(letter.address_digest, reason="unsubscribed", now=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("skipped", "suppressed")
