"""Hand edits and the machine's words: what a letter says when it is written anew and a person had changed it."""

from collections.abc import Iterable

from campaigns.models import HandEdit, MessageBody
from campaigns.rendering import RenderedGreeting
from campaigns.rendering.three_ways import Merged, merge

# The columns `merge_edit` sets; whoever merges many writes them in one statement.
MERGED_FIELDS = ("base_subject", "base_text", "base_html", "subject", "text", "html", "stale")


def base_of(edit: HandEdit) -> RenderedGreeting:
    """The machine's words that an edit changed."""
    return RenderedGreeting(edit.base_subject, edit.base_text, edit.base_html)


def mine_of(edit: HandEdit) -> RenderedGreeting:
    """The letter as the person left it."""
    return RenderedGreeting(edit.subject, edit.text, edit.html)


def words_of(body: MessageBody) -> RenderedGreeting:
    """The frozen words of a letter."""
    return RenderedGreeting(body.subject, body.text, body.html, tuple(body.facts_used))


def merge_edit(edit: HandEdit, rendered: RenderedGreeting) -> tuple[RenderedGreeting, bool]:
    """Return the letter to be read, and whether hand and machine disagree, where the machine now writes `rendered`.

    Sets MERGED_FIELDS of `edit`, unsaved. Where both changed the same words the hand's stay, and beside them in
    `base_*` the machine's old ones, so that the next merge finds the same place again; everywhere else the machine's
    new words are in the letter.
    """
    merged = merge(base_of(edit), mine_of(edit), rendered)
    lay_on(edit, merged)
    return merged.rendered, merged.conflict


def lay_on(edit: HandEdit, merged: Merged) -> None:
    """Set the columns of an edit to what came of a merge."""
    for name in ("subject", "text", "html"):
        setattr(edit, f"base_{name}", getattr(merged.base, name))
        setattr(edit, name, getattr(merged.rendered, name))
    edit.stale = merged.conflict


def says_nothing(edit: HandEdit) -> bool:
    """True for an edit whose words the machine writes by itself by now."""
    return (edit.subject, edit.text, edit.html) == (edit.base_subject, edit.base_text, edit.base_html)


def save_merged(edits: Iterable[HandEdit]) -> None:
    """Write merged edits: two statements, however many. Those that say nothing of their own any more are gone."""
    kept, idle = [], []
    for edit in edits:
        (idle if says_nothing(edit) else kept).append(edit)
    HandEdit.objects.filter(pk__in=[edit.pk for edit in idle]).delete()
    HandEdit.objects.bulk_update(kept, MERGED_FIELDS, batch_size=200)
