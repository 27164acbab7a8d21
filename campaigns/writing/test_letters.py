"""Test letters: what a person would read, sent to a colleague who asked for it. Never a touch of that person.

A press of the button is one letter per colleague, however often it arrives here. The rows are written in a request and
sent by a worker (`campaigns/dispatch/test_letters.py`).
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from campaigns.letters import new_header_id, new_token
from campaigns.models import Campaign, TestGroup, TestLetter
from campaigns.rendering import Problem
from campaigns.writing.previewing import Preview
from campaigns.writing.test_letter_words import marked_subject
from customers import audit
from customers.models import User
from customers.ringing import bell
from customers.roles import colleagues

# By name: the tasks stand above the steps that ring for them.
SEND_TASK = "campaigns.tasks.send_test_letters"
PRESSES = 10
PER = timedelta(minutes=1)
# What became of a press is told on the desk for so long.
TOLD_FOR = timedelta(hours=1)


class CannotTest(Exception):
    """No test letter was made: `code` says why, `problem` what is wrong with the words.

    Codes: words, no_address, empty_group, nobody_reachable, too_often; the desk adds no_person, no_group, too_long
    and stale.
    """

    def __init__(self, code: str, *, problem: Problem | None = None) -> None:
        super().__init__(code)
        self.code, self.problem = code, problem


def new_click() -> str:
    """The mark of a button that was not pressed yet."""
    return secrets.token_hex(16)


def ask_test_letters(
    letter: Preview, *, campaign: Campaign, to: Sequence[User], click: str, by: User, now: datetime
) -> list[TestLetter]:
    """Write a row for each colleague in `to`, ring for them, and return them; those of before for the same press.

    A press is known by its `click` and by what the letter says: whoever goes back, writes other words and presses
    again, asked for another letter. Raise CannotTest when the words cannot be a letter, when nobody would get it, or
    after PRESSES presses in a minute.
    """
    if letter.problems:
        raise CannotTest("words", problem=_first(letter.problems))
    if not to:
        raise CannotTest("empty_group")
    if not any(user.answers_at for user in to):
        raise CannotTest("no_address" if list(to) == [by] else "nobody_reachable")
    with transaction.atomic():
        # Presses of one colleague pass one after another: two at once are neither two letters nor over the limit.
        User.objects.select_for_update().get(pk=by.pk)
        press = _press(click, letter)
        made = TestLetter.objects.filter(click=press, asked_by=by)
        if rows := list(made.select_related("to").order_by("pk")):
            return rows
        if _presses_since(now - PER, by=by) >= PRESSES:
            raise CannotTest("too_often")
        rows = TestLetter.objects.bulk_create(
            _row(letter, campaign=campaign, to=user, click=press, by=by, now=now) for user in to
        )
        facts = {"contact": letter.person.contact.pk, "to": [user.pk for user in to]}
        audit.record("send_test_letter", actor=by, now=now, obj=campaign, facts=facts)
        transaction.on_commit(ring_test_letters)
    return rows


def _first(problems: Iterable[Problem]) -> Problem:
    return min(problems, key=lambda each: (each.severity != "error", each.where != "subject", each.line, each.column))


def _press(click: str, letter: Preview) -> str:
    """The mark of a press: of the button, of the person, and of what the letter says."""
    said = "\x00".join([click, str(letter.person.contact.pk), letter.subject, letter.text, letter.html])
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:40]


def _presses_since(since: datetime, *, by: User) -> int:
    return TestLetter.objects.filter(asked_by=by, created_at__gt=since).values("click").distinct().count()


def _row(letter: Preview, *, campaign: Campaign, to: User, click: str, by: User, now: datetime) -> TestLetter:
    with translation.override(to.language or settings.LANGUAGE_CODE):
        subject = marked_subject(letter.subject, contact=letter.person.contact)
    reachable = bool(to.answers_at)
    return TestLetter(
        campaign=campaign,
        contact=letter.person.contact,
        to=to,
        asked_by=by,
        click=click,
        created_at=now,
        due_at=now,
        subject=subject,
        text=letter.text if reachable else "",
        html=letter.html if reachable else "",
        state=TestLetter.State.READY if reachable else TestLetter.State.FAILED,
        reason_code="" if reachable else "no_email",
        header_id=new_header_id(new_token()),
    )


def ring_test_letters() -> None:
    """Ring for a worker to send what is due."""
    bell.ring(current_app.signature(SEND_TASK))


def last_test_letters(*, campaign: Campaign, by: User, now: datetime) -> list[TestLetter]:
    """The letters of the last press of `by` on this desk, if it was within the hour; of others nothing is said."""
    mine = TestLetter.objects.filter(campaign=campaign, asked_by=by, created_at__gt=now - TOLD_FOR)
    last = mine.order_by("-created_at", "-pk").values_list("click", flat=True).first()
    return list(mine.filter(click=last).select_related("to").order_by("pk")) if last else []


# --- Groups ---


class NameTaken(Exception):
    """Another group has this name."""


def saved_groups() -> QuerySet[TestGroup]:
    return TestGroup.objects.prefetch_related("members").order_by("name", "pk")


def members_of(group: TestGroup) -> list[User]:
    """Who of a group still works here, by name: what a letter says of a customer stays in the house."""
    return list(colleagues().filter(pk__in=group.members.values("pk")).order_by("first_name", "username"))


@transaction.atomic
def save_test_group(
    *, name: str, members: Iterable[User], by: User, now: datetime, group_id: int | None = None
) -> TestGroup:
    """Make a group, or change the one of that id. Raise NameTaken, or TestGroup.DoesNotExist when it was deleted."""
    # Locked on a row that is always there: of two that come at once, the second sees what the first wrote.
    User.objects.select_for_update().order_by("pk").first()
    if TestGroup.objects.filter(name=name).exclude(pk=group_id).exists():
        raise NameTaken(name)
    group = TestGroup.objects.get(pk=group_id) if group_id else TestGroup(created_by=by)
    group.name = name
    group.save()
    group.members.set(members)
    facts = {"members": sorted(group.members.values_list("pk", flat=True))}
    audit.record("edit_test_group" if group_id else "add_test_group", actor=by, now=now, obj=group, facts=facts)
    return group


@transaction.atomic
def delete_test_group(group: TestGroup, *, by: User, now: datetime) -> None:
    """Delete a group; the letters it got stay as they are."""
    audit.record("delete_test_group", actor=by, now=now, obj=group)
    group.delete()
