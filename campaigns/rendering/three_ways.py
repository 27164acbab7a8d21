"""Three ways: a letter the machine wrote, what a person made of it, and what the machine writes now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .blocks import Block, Hunk, blocks_of, hunks_between, put_together
from .greeting import RenderedGreeting


@dataclass(frozen=True)
class Merged:
    """A letter with the machine's new words and the hand's; where both changed the same place it is a `conflict`.

    `base` is what the hand's words are now a change of: the machine's new words, but the old ones where they disagree.
    """

    rendered: RenderedGreeting
    conflict: bool
    base: RenderedGreeting


def merge(
    base: RenderedGreeting, mine: RenderedGreeting, theirs: RenderedGreeting, *, prefer_theirs: bool = False
) -> Merged:
    """Put the changes from `base` to `mine` into `theirs`, block by block; facts and warnings are those of `theirs`.

    Where both changed the same place the words are `mine`, or `theirs` when those are preferred: then nothing is left
    to disagree about.
    """
    subject, old_subject, subject_conflict = _one_of(base.subject, mine.subject, theirs.subject)
    blocks, old_blocks, conflict = _merged_blocks(blocks_of(base), blocks_of(mine), blocks_of(theirs), prefer_theirs)
    if prefer_theirs and subject_conflict:
        subject, old_subject = theirs.subject, theirs.subject
    if not blocks:  # each side took out what the other kept: a letter without a word is nobody's wish
        blocks, old_blocks, conflict = (
            (blocks_of(theirs), blocks_of(theirs), False) if prefer_theirs else (blocks_of(mine), blocks_of(base), True)
        )
    disagree = (conflict or subject_conflict) and not prefer_theirs
    rendered = theirs if tuple(blocks) == blocks_of(theirs) else put_together(theirs, subject, blocks)
    if not disagree:
        return Merged(replace(rendered, subject=subject), False, theirs)
    return Merged(replace(rendered, subject=subject), True, put_together(theirs, old_subject, old_blocks))


def _one_of(base: str, mine: str, theirs: str) -> tuple[str, str, bool]:
    """Return the subject to take, what it is a change of, and whether both changed it."""
    if mine in (base, theirs):
        return theirs, theirs, False
    if theirs == base:
        return mine, theirs, False
    return mine, base, True


def _merged_blocks(
    base: Sequence[Block], mine: Sequence[Block], theirs: Sequence[Block], prefer_theirs: bool
) -> tuple[list[Block], list[Block], bool]:
    """Return the blocks, those they are a change of, and whether the two sides disagree anywhere."""
    out: list[Block] = []
    old: list[Block] = []
    conflict, at = False, 0
    for start, end, ours, others in _regions(hunks_between(base, mine), hunks_between(base, theirs)):
        out += base[at:start]
        old += base[at:start]
        mine_now, theirs_now = _applied(base, start, end, ours), _applied(base, start, end, others)
        disagree = bool(ours) and bool(others) and mine_now != theirs_now and not prefer_theirs
        out += theirs_now if not ours or (others and prefer_theirs) else mine_now
        old += base[start:end] if disagree else theirs_now
        conflict, at = conflict or disagree, end
    return [*out, *base[at:]], [*old, *base[at:]], conflict


def _regions(mine: list[Hunk], theirs: list[Hunk]) -> Iterator[tuple[int, int, list[Hunk], list[Hunk]]]:
    """Yield (start, end, changes of mine, changes of theirs): those that touch the same blocks stand together."""
    waiting = sorted(
        [(hunk, True) for hunk in mine] + [(hunk, False) for hunk in theirs], key=lambda one: (one[0].start, one[0].end)
    )
    while waiting:
        together = [waiting.pop(0)]
        start, end = together[0][0].start, together[0][0].end
        while waiting and _touches(start, end, waiting[0][0]):
            together.append(waiting.pop(0))
            end = max(end, together[-1][0].end)
        yield start, end, [hunk for hunk, own in together if own], [hunk for hunk, own in together if not own]


def _touches(start: int, end: int, hunk: Hunk) -> bool:
    """True when a later change lies within blocks already changed, or puts something in at the very same place."""
    return hunk.start < end or hunk.start == hunk.end == start == end


def _applied(base: Sequence[Block], start: int, end: int, hunks: list[Hunk]) -> list[Block]:
    out: list[Block] = []
    at = start
    for hunk in hunks:
        out += [*base[at : hunk.start], *hunk.items]
        at = hunk.end
    return [*out, *base[at:end]]
