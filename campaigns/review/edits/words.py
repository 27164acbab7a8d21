"""Hand edits in words: what is wrong with what was typed, and what a person changed, phrase by phrase."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import HandEdit
from campaigns.rendering import Problem, RenderedGreeting
from campaigns.review.own_names import key_of, own_words
from campaigns.writing.differences import Piece, Row, differences
from customers.models import Contact

Line = tuple[Piece, ...]
_WORD = re.compile(r"\w+")


def refusal_words(problem: Problem) -> str:
    """Why typed words were not put into a letter, and where. Raise KeyError for a code nobody wrote words for."""
    facts = {"line": problem.line, **problem.facts}
    if problem.code == "gap_left" and problem.where == "subject":
        return _("In the subject “%(found)s” is left: a gap that nobody filled in. Write what belongs there.") % facts
    return {
        "subject_empty": _("The letter has no subject. Write one."),
        "subject_line_break": _("A subject is one line. Put it into one."),
        "subject_too_long": _("The subject has %(length)s characters; it may have %(limit)s."),
        "text_empty": _("The letter has no words. To send none, set it aside."),
        "text_too_long": _("The letter has %(length)s characters; it may have %(limit)s."),
        "gap_left": _("In line %(line)s “%(found)s” is left: a gap that nobody filled in. Write what belongs there."),
    }[problem.code] % facts


def changes(old: str, new: str, *, only_changed: bool = False) -> tuple[Line, ...]:
    """Return what became of a text, paragraph by paragraph: pieces that are the "same", "gone" or "new".

    `only_changed` leaves out the paragraphs in which nothing is.
    """
    rows = [row for row in differences(old, new) if not (only_changed and row.is_same)]
    lines = (_without_empty_ends(tuple(_in_one_line(row))) for row in rows)
    return tuple(line for line in lines if line)


def _without_empty_ends(line: Line) -> Line:
    """A passage without the empty lines that only parted it from its neighbours."""
    while line and line[0].kind == "same" and line[0].is_blank:
        line = line[1:]
    while line and line[-1].kind == "same" and line[-1].is_blank:
        line = line[:-1]
    if line and line[0].kind == "same":
        line = (replace(line[0], text=line[0].text.lstrip("\n")), *line[1:])
    if line and line[-1].kind == "same":
        line = (*line[:-1], replace(line[-1], text=line[-1].text.rstrip("\n")))
    return line


def _in_one_line(row: Row) -> Iterator[Piece]:
    """The two sides of a row as one: what went, then what came in its place."""
    new = iter(row.new)
    for piece in row.old:
        if piece.kind != "same":
            yield piece
            continue
        for come in new:
            if come.kind == "same":
                break
            yield come
        yield piece
    yield from new


def changes_between(old: RenderedGreeting, new: RenderedGreeting, *, only_changed: bool = False) -> tuple[Line, ...]:
    """What became of a letter, its subject first where that is another one."""
    subject = changes(old.subject, new.subject) if old.subject != new.subject else ()
    return tuple(chain(subject, changes(old.text, new.text, only_changed=only_changed)))


def edit_changes(edit: HandEdit, *, only_changed: bool = False) -> tuple[Line, ...]:
    """What a person changed in a letter."""
    base = RenderedGreeting(edit.base_subject, edit.base_text, edit.base_html)
    return changes_between(base, RenderedGreeting(edit.subject, edit.text, edit.html), only_changed=only_changed)


def no_longer_named(before: str, after: str, contact: Contact) -> bool:
    """True when a letter called its reader by name and, changed by hand, does so nowhere any more."""
    names = own_words(
        first_name=contact.first_name,
        last_name=contact.last_name,
        known_as=contact.known_as,
        company_name=contact.company_name,
        gender=contact.gender,
    )
    return _names_one(before, names) and not _names_one(after, names)


def _names_one(text: str, names: tuple[str, ...]) -> bool:
    words = f" {' '.join(_WORD.findall(key_of(text)))} "
    return any(f" {' '.join(_WORD.findall(name))} " in words for name in names)


def touched_words(touched: dict[int, str]) -> str:
    """A sentence or two on the edited letters that new words touch; "" when they touch none."""
    disputed = sum(each == "disputed" for each in touched.values())
    if not touched:
        return ""
    said = ngettext(
        "The new words touch %(count)s letter that was changed by hand; what was typed there is kept.",
        "The new words touch %(count)s letters that were changed by hand; what was typed there is kept.",
        len(touched),
    ) % {"count": len(touched)}
    if not disputed:
        return said
    return f"{said} " + ngettext(
        "In %(count)s the very same place was changed: somebody decides when it is prepared.",
        "In %(count)s the very same place was changed: somebody decides when they are prepared.",
        disputed,
    ) % {"count": disputed}
