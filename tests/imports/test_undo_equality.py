"""Lists that came in and were taken back leave every table as it was: times, summaries and search words included."""

from datetime import datetime, timedelta

import pytest

from customers.imports.applying import apply_batch, progress
from customers.imports.rehearsing import stage_contacts, stage_purchases
from customers.imports.undoing import undo_batch
from customers.models import Contact, ImportBatch, ImportRow, Product, Purchase, PurchaseSummary, ServiceCase
from customers.purchases import wrong_summaries
from tests.builders import NOW, make_campaign, make_letter
from tests.imports.messy_lists import invoice_list, make_known_people, people_list
from tests.imports.tables import as_it_stands, assert_same, differences

# Foreign keys and uniqueness are checked as in life, at commits.
pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 2_400  # two chunks
LINES = 2_600
State = ImportBatch.State


class DiskFull(Exception):
    pass


def clock_that_breaks(*, after: int):
    """A clock by which the first `after` looks succeed: the claim, then one chunk each."""
    looks = iter(range(after))

    def clock() -> datetime:
        if next(looks, None) is None:
            raise DiskFull
        return NOW

    return clock


def rehearse_people(*, file_name: str = "people.csv", count: int = PEOPLE) -> ImportBatch:
    return stage_contacts(data=people_list(count), file_name=file_name, by=None, now=NOW)


def rehearse_lines() -> ImportBatch:
    data = invoice_list(LINES, customers=PEOPLE)
    return stage_purchases(data=data, file_name="invoices.csv", by=None, now=NOW)


def let_in(batch: ImportBatch) -> ImportBatch:
    return apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)


def take_back(batch: ImportBatch) -> ImportBatch:
    return undo_batch(batch_id=batch.pk, by=None, clock=lambda: NOW + timedelta(minutes=5))


def rows_in(batch: ImportBatch) -> int:
    return progress(ImportBatch.objects.get(pk=batch.pk))[0]


def actions_of(batch: ImportBatch) -> set[str]:
    return {str(action) for action in ImportRow.Action.values if batch.counts[str(action)]}


def test_people_and_then_their_invoices_taken_back_in_reverse_order():
    make_known_people()
    before_people = as_it_stands()

    people = let_in(rehearse_people())
    after_people = as_it_stands()
    invoices = let_in(rehearse_lines())

    assert actions_of(people) == {"new", "joined", "changed", "unchanged", "refused"}
    assert Contact.objects.exclude(stopped_reason="").exists() and ServiceCase.objects.exists()
    everybody = Contact.objects.values_list("pk", flat=True)
    assert PurchaseSummary.objects.exists() and wrong_summaries(contact_ids=everybody) == []
    invoices = take_back(invoices)
    assert_same(after_people, as_it_stands())
    people = take_back(people)
    assert_same(before_people, as_it_stands())
    assert (people.counts["kept"], invoices.counts["kept"]) == (0, 0)


def test_the_same_people_twice_taken_back_one_list_after_the_other():
    make_known_people()
    before = as_it_stands()
    first = let_in(rehearse_people(count=400))
    between = as_it_stands()
    later = NOW + timedelta(hours=1)
    second = stage_contacts(data=people_list(600), file_name="again.csv", by=None, now=later)
    apply_batch(batch_id=second.pk, by=None, clock=lambda: later)

    take_back(second)
    assert_same(between, as_it_stands())
    take_back(first)

    assert_same(before, as_it_stands())


def test_a_list_of_people_that_stopped_half_way_is_taken_back():
    make_known_people()
    before = as_it_stands()
    batch = rehearse_people()
    with pytest.raises(DiskFull):
        apply_batch(batch_id=batch.pk, by=None, clock=clock_that_breaks(after=2))
    assert ImportBatch.objects.get().state == State.STOPPED
    assert 0 < rows_in(batch) < PEOPLE

    take_back(batch)

    assert_same(before, as_it_stands())


def test_invoices_that_stopped_half_way_are_taken_back():
    make_known_people()
    let_in(rehearse_people())
    before = as_it_stands()
    batch = rehearse_lines()
    with pytest.raises(DiskFull):
        apply_batch(batch_id=batch.pk, by=None, clock=clock_that_breaks(after=2))
    assert 0 < rows_in(batch) < LINES
    assert Purchase.objects.exists() and Product.objects.exists()

    take_back(batch)

    assert_same(before, as_it_stands())


def test_a_taking_back_that_stopped_half_way_goes_on():
    make_known_people()
    before = as_it_stands()
    batch = let_in(rehearse_people())
    with pytest.raises(DiskFull):
        undo_batch(batch_id=batch.pk, by=None, clock=clock_that_breaks(after=2))
    assert ImportBatch.objects.get().state == State.STOPPED

    take_back(batch)

    assert_same(before, as_it_stands())


def test_letters_that_a_list_stopped_wait_again_when_it_is_taken_back():
    make_known_people()
    campaign = make_campaign(state="sending")
    for contact in Contact.objects.exclude(email="").filter(stopped_reason=""):
        make_letter(campaign, contact)
    before = as_it_stands()
    batch = let_in(rehearse_people(count=600))
    assert campaign.messages.filter(state="skipped").exists()

    take_back(batch)

    assert_same(before, as_it_stands())


def test_a_table_that_differs_is_named_with_one_of_its_rows():
    make_known_people()
    before = as_it_stands()

    Contact.objects.filter(codes__code="Κ3").update(city="Χανιά")

    told = differences(before, as_it_stands())
    assert told.startswith("Contact: 1 rows only in the first, 1 only in the other")
    assert "Πάτρα" in told.splitlines()[1] and "Χανιά" in told.splitlines()[2]
