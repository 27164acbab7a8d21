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
