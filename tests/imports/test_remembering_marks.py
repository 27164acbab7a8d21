"""Marks of rows in little memory answer as a dictionary would."""

from random import Random

from customers.imports.marks import Marks


def test_a_hundred_thousand_marks_lead_where_they_were_put():
    dice = Random(1821)
    marks, plain = Marks(), {}
    for ref in range(1, 100_001):
        mark = dice.getrandbits(63) - (1 << 62)
        if ref % 10 == 0:
            mark = dice.choice(list(plain)[:50])
        marks.add(mark, ref)
        plain.setdefault(mark, []).append(ref)

    assert all(marks.refs(mark) == tuple(refs) for mark, refs in plain.items())
    assert not any(marks.refs(dice.getrandbits(63)) for _ in range(1_000))


def test_the_first_one_stays_where_only_the_first_counts():
    marks = Marks()
    marks.add_first(-7, -3)
    marks.add_first(-7, 12)
    marks.add(-7, -3)

    assert marks.refs(-7) == (-3,)


def test_marks_that_share_a_bit_are_told_apart():
    marks = Marks()
    marks.add(5, 1)

    assert (marks.refs(5), marks.refs(5 + (1 << 25))) == ((1,), ())


def test_ids_of_more_than_32_bits_stand_beside_small_ones():
    marks, dice = Marks(), Random(1830)
    leads = {dice.getrandbits(63): dice.choice((number, -number << 32)) for number in range(1, 70_000)}
    for mark, ref in leads.items():
        marks.add(mark, ref)

    assert all(marks.refs(mark) == (ref,) for mark, ref in leads.items())


def test_a_run_of_small_ids_takes_in_one_of_large_ids():
    marks, held = Marks(), Marks._HELD
    for number in range(1, 2 * held + 1):
        marks.add(number * 7_919 % 1_000_003, number if number <= held else -number << 32)

    assert marks.refs(7_919) == (1,)
    assert marks.refs(2 * held * 7_919 % 1_000_003) == (-2 * held << 32,)
