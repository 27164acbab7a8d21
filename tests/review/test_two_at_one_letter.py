"""Two real PostgreSQL connections: letters are released once, and what one writes anew another does not undo."""

import pytest

from campaigns.models import Campaign, Message
from campaigns.review import release
from campaigns.review.release import ask_release, release_next_chunk
from campaigns.review.rewriting import rewrite_letter, rewrite_letters
from campaigns.running import schedule_campaign
from customers.models import AuditEntry, Contact
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user
from tests.connections import held_between
from tests.dispatch.test_two_connections_campaigns import NEXT_DAY
from tests.review.preparing import approve, letter_to, prepare
from tests.review.test_preparing_piles import town_campaign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def people() -> list[Contact]:
    return [make_contact(person, city="Βόλος") for person in (STAMATIS, ELENI)]


@pytest.fixture
def campaign(people) -> Campaign:
    return approve(prepare(town_campaign()))


@pytest.fixture
def anna():
    return make_user("anna", role="manager")


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager")


def fresh(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def begun_by() -> list[int | None]:
    return list(AuditEntry.objects.filter(verb="start_sending").values_list("actor_id", flat=True))


def test_two_managers_release_a_greeting_and_one_is_told(campaign, anna, eleni):
    _none, other = held_between(
        lambda: ask_release(campaign.pk, by=anna, now=NOW), lambda: ask_release(campaign.pk, by=eleni, now=NOW)
    )

    assert (other.refusal.code, other.refusal.campaign.started_by) == ("state", anna)
    assert begun_by() == [anna.pk]


def test_two_managers_release_many_letters_and_one_is_told(campaign, anna, eleni, monkeypatch):
    monkeypatch.setattr(release, "AT_ONCE", 1)

    _none, other = held_between(
        lambda: ask_release(campaign.pk, by=anna, now=NOW), lambda: ask_release(campaign.pk, by=eleni, now=NOW)
    )

    assert other.refusal.code == "comparing"
    assert fresh(campaign).release_asked_by == anna


def test_two_workers_compare_one_chunk_of_a_release_once(campaign, people, anna, monkeypatch):
    monkeypatch.setattr(release, "AT_ONCE", 1)
    monkeypatch.setattr(release, "CHUNK", 1)
    ask_release(campaign.pk, by=anna, now=NOW)

    held_between(lambda: release_next_chunk(campaign.pk, now=NOW), lambda: release_next_chunk(campaign.pk, now=NOW))

    assert fresh(campaign).released_up_to == letter_to(people[0]).pk


def test_two_workers_end_a_release_once(campaign, anna, monkeypatch):
    monkeypatch.setattr(release, "AT_ONCE", 1)
    ask_release(campaign.pk, by=anna, now=NOW)
    assert release_next_chunk(campaign.pk, now=NOW)

    held_between(lambda: release_next_chunk(campaign.pk, now=NOW), lambda: release_next_chunk(campaign.pk, now=NOW))

    assert (fresh(campaign).state, begun_by()) == ("sending", [anna.pk])


def test_another_hour_that_commits_first_stops_the_release(campaign, anna, monkeypatch):
    monkeypatch.setattr(release, "AT_ONCE", 1)
    ask_release(campaign.pk, by=anna, now=NOW)
    assert release_next_chunk(campaign.pk, now=NOW)

    held_between(
        lambda: schedule_campaign(campaign.pk, by=anna, at=NEXT_DAY, now=NOW),
        lambda: release_next_chunk(campaign.pk, now=NOW),
    )

    assert (fresh(campaign).state, begun_by()) == ("scheduled", [])


def test_a_letter_set_aside_meanwhile_keeps_its_own_reason(campaign, people, anna, monkeypatch):
    monkeypatch.setattr(release, "AT_ONCE", 1)
    ask_release(campaign.pk, by=anna, now=NOW)
    Contact.objects.update(city="Πάτρα")
    aside = Message.objects.filter(contact=people[0])

    held_between(
        lambda: aside.update(state="skipped", reason_code="no_letters"),
        lambda: release_next_chunk(campaign.pk, now=NOW),
    )

    assert [letter_to(person).reason_code for person in people] == ["no_letters", "facts_changed"]


def test_a_letter_written_anew_twice_at_once_is_whole_and_a_change_for_each(campaign, people, anna, eleni):
    Contact.objects.update(city="Πάτρα", name_confidence=0.5, name_reason="ambiguous_accent")
    pk, was = letter_to(people[0]).pk, fresh(campaign).revision

    held_between(
        lambda: rewrite_letter(pk, by=anna, now=NOW, neutral=True), lambda: rewrite_letter(pk, by=eleni, now=NOW)
    )

    letter = letter_to(people[0])
    assert letter.body.text.startswith("Χρόνια πολλά,")
    assert letter.review.rendered_digest == letter.body.digest
    assert fresh(campaign).revision == was + 1


def test_a_letter_that_is_left_out_meanwhile_is_not_written_anew(campaign, people, anna):
    Contact.objects.update(city="Πάτρα")
    pk = letter_to(people[0]).pk

    _none, other = held_between(
        lambda: Message.objects.filter(pk=pk).update(state="skipped", reason_code="no_letters"),
        lambda: rewrite_letters(campaign.pk, [pk], by=anna, now=NOW),
    )

    assert other.result == {}
    assert (letter_to(people[0]).state, "Βόλο" in letter_to(people[0]).body.text) == ("skipped", True)
