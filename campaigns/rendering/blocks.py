"""The blocks of a laid-out letter, its paragraphs, lists and headings, and what became of them in another one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from .greeting import RenderedGreeting
from .layout import finished_text, text_of

MOST_BLOCKS = 400  # compared on each side: comparing grows with the square, and a long letter has some thirty

_BLOCK_TAG = re.compile(r"<(/?)(p|h[1-3]|blockquote|ul|ol|hr)(?:\s(?:[^>\"]|\"[^\"]*\")*)?>")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_BLANKS = re.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class Block:
    """One block of a letter as plain words and as HTML; the words may hold several paragraphs (a quotation, a list)."""

    text: str
    html: str


@dataclass(frozen=True)
class Hunk:
    """In place of the old items from `start` to `end` stand `items`."""

    start: int
    end: int
    items: tuple[Block, ...]


def blocks_of(rendered: RenderedGreeting) -> tuple[Block, ...]:
    """Return the blocks of a letter, in order. Their words joined by blank lines are its text."""
    parts = [part for part in _cut(rendered.html) if finished_text(text_of(part))]
    texts = [finished_text(text_of(part)) for part in parts]
    if "\n\n".join(texts) != rendered.text:
        # A fact of several lines keeps its blanks and empty lines in the text part only.
        texts = _as_written(texts, rendered.text) or texts
    return tuple(map(Block, texts, parts))


def put_together(base: RenderedGreeting, subject: str, blocks: Iterable[Block]) -> RenderedGreeting:
    parts = list(blocks)
    text, html = "\n\n".join(part.text for part in parts), "\n".join(part.html for part in parts)
    return replace(base, subject=subject, text=text, html=html)


def _cut(html: str) -> list[str]:
    """Cut laid-out HTML between its outermost blocks. Values are escaped, so every bracket is a tag of ours."""
    parts: list[str] = []
    depth = start = 0
    for tag in _BLOCK_TAG.finditer(html):
        closes = bool(tag[1])
        if not depth and not closes:
            parts.append(html[start : tag.start()])
            start = tag.start()
        if tag[2] != "hr":
            depth += -1 if closes else 1
        if not depth:
            parts.append(html[start : tag.end()])
            start = tag.end()
    return [stripped for part in [*parts, html[start:]] if (stripped := part.strip())]


def _as_written(texts: Sequence[str], whole: str) -> list[str] | None:
    """Cut `whole` where `texts` end, blanks apart; None when it says something else."""
    found, at = [], 0
    for text in texts:
        start = at
        for letter in (each for each in text if not each.isspace()):
            while at < len(whole) and whole[at].isspace():
                at += 1
            if at == len(whole) or whole[at] != letter:
                return None
            at += 1
        found.append(whole[start:at].strip())
    return None if whole[at:].strip() else found


def paragraphs_of(text: str) -> list[str]:
    return [part for part in _BLANK_LINE.split(text.strip()) if part.strip()]


def key_of(paragraph: str) -> str:
    """A paragraph as a reader sees it: a field of a page may change blanks that nobody typed."""
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in paragraph.split("\n"))


def tag_of(block: Block) -> str:
    found = _BLOCK_TAG.match(block.html)
    return found[2] if found else "p"


def steps_between(old: Sequence, new: Sequence) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield the steps from `old` to `new` as difflib does, in a bounded number of comparisons."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    old_end, new_end = len(old) - tail, len(new) - tail
    if head:
        yield "equal", 0, head, 0, head
    left, right = old[head:old_end], new[head:new_end]
    if len(left) > MOST_BLOCKS or len(right) > MOST_BLOCKS:
        yield "replace", head, old_end, head, new_end
    else:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            yield tag, head + i1, head + i2, head + j1, head + j2
    if tail:
        yield "equal", old_end, len(old), new_end, len(new)


def hunks_between(old: Sequence[Block], new: Sequence[Block]) -> list[Hunk]:
    """The changes from `old` to `new`; as many blocks in the place of as many are each a change of its own."""
    hunks: list[Hunk] = []
    for tag, i1, i2, j1, j2 in steps_between(old, new):
        if tag == "replace" and i2 - i1 == j2 - j1:
            hunks += [Hunk(i1 + at, i1 + at + 1, (new[j1 + at],)) for at in range(i2 - i1)]
        elif tag != "equal":
            hunks.append(Hunk(i1, i2, tuple(new[j1:j2])))
    return hunks
