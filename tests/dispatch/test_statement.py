"""A statement kept for many runs says what the ORM would have said."""

from datetime import timedelta

import pytest
from django.db import connection

from campaigns.dispatch.statement import Statement
from campaigns.models import Message
from tests.builders import NOW, make_campaign, make_letter

pytestmark = pytest.mark.django_db
MARKS = {"message_id": -99, "now": NOW - timedelta(days=30_000), "code": "\x01code"}


def write(*, message_id, now, code):
    due = Message.objects.filter(pk=message_id, due_at__lte=now, state="ready")
    return due, {"reason_code": code, "due_at": now}


def test_each_run_has_values_of_its_own():
    first, second = [make_letter(make_campaign(state="sending")) for _number in range(2)]
    statement = Statement.from_queryset(write, MARKS)

    changed = [
        statement.run(message_id=first.pk, now=NOW, code="one"),
        statement.run(message_id=second.pk, now=NOW + timedelta(hours=1), code="two"),
        statement.run(message_id=second.pk, now=NOW - timedelta(days=9), code="three"),
    ]

    assert changed == [1, 1, 0]
    rows = Message.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk").values_list("reason_code", "due_at")
    assert list(rows) == [("one", NOW), ("two", NOW + timedelta(hours=1))]


def test_it_stands_on_its_own_columns():
    assert "IN (SELECT" not in Statement.from_queryset(write, MARKS).sql.upper()


def test_a_value_that_does_not_stand_in_the_statement_is_refused():
    with pytest.raises(ValueError, match="forgotten"):
        Statement.from_queryset(lambda forgotten, **marks: write(**marks), MARKS | {"forgotten": "\x01forgotten"})


def test_the_words_of_a_letter_cannot_become_part_of_the_statement():
    letter = make_letter(make_campaign(state="sending"))
    hostile = "x', state='sent' --"

    Statement.from_queryset(write, MARKS).run(message_id=letter.pk, now=NOW, code=hostile)

    letter.refresh_from_db()
    assert (letter.reason_code, letter.state) == (hostile, "ready")
    assert connection.is_usable()
