"""Words a person changed in one letter: from plain text to the letter, and kept while the machine writes it anew.

Nothing typed is ever read as Jinja or as markup. The letter falls into blocks: its paragraphs, lists and headings. A
block whose words stay keeps its HTML (bold, links); a changed one is laid out anew from the typed words, escaped, an
address of the web or of mail in it as a link.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from html import escape

from .greeting import RenderedGreeting
from .layout import finished_text, sanitised, text_of
from .problems import Problem, Where
from .state import cleaned

LONGEST_SUBJECT = 400  # characters; what the column of a letter's subject holds
LONGEST_TEXT = 20_000  # characters; as many as a value of a letter may have
MOST_BLOCKS = 400  # compared on each side: comparing grows with the square, and a long letter has some thirty

_BLOCK_TAG = re.compile(r"<(/?)(p|h[1-3]|blockquote|ul|ol|hr)(?:\s(?:[^>\"]|\"[^\"]*\")*)?>")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_BLANKS = re.compile(r"[^\S\n]+")
# A gap that was never filled in: what the editor of templates understands, and what other programs write.
_GAP = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|\[\[|\]\]|(?<![\w%])%{1,2}[^\W\d][\w.]{1,39}%{1,2}(?!\w)")
_ADDRESS = re.compile(
    r"(?<![\w@/.:-])(?:(?P<web>https://[^\s<>\"/?#]+[^\s<>\"]*)|(?:mailto:)?(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+))",
    re.IGNORECASE,
)
_AFTER_ADDRESS = ".,;:!?·'’”»…"  # signs of the sentence around an address, not of the address
_SENTENCE_END = re.compile(r"\s*\n\s*|(?<=[.;!?…·])\s+")
_LEVEL = re.compile(r"h[1-3]")
_BULLET, _NUMBER = re.compile(r"- (.+)"), re.compile(r"(\d{1,9})\. (.+)")
_RULE = "* * *"


class HandWordsRefused(Exception):
    """Words that no letter can carry; `problems` say why and where, lines counted as they were typed.

    Codes: "subject_empty", "subject_line_break", "subject_too_long", "text_empty", "text_too_long" (both with "length"
    and "limit"), "gap_left" (with "found").
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(f"{each.code} ({each.where} {each.line})" for each in self.problems))


@dataclass(frozen=True)
class Block:
    """One block of a letter as plain words and as HTML; the words may hold several paragraphs (a quotation, a list)."""

    text: str
    html: str


@dataclass(frozen=True)
class Merged:
    """A letter with the machine's new words and the hand's; where both changed the same place it is a `conflict`.

    `base` is what the hand's words are now a change of: the machine's new words, but the old ones where they disagree.
    """

    rendered: RenderedGreeting
    conflict: bool
    base: RenderedGreeting


@dataclass(frozen=True)
class _Hunk:
    """In place of the old items from `start` to `end` stand `items`."""

    start: int
    end: int
    items: tuple[Block, ...]


# --- Typing ---


def words_by_hand(
    base: RenderedGreeting, subject: str, text: str, *, known: RenderedGreeting | None = None
) -> RenderedGreeting:
    """Return `base` with the subject and the plain words a person typed in its place.

    Facts, warnings and the rest stay those of `base`. A paragraph typed as it stands in `known` gets the HTML it has
    there: who takes a change back by hand has the bold and the links again. Raise HandWordsRefused with all that is
    wrong.
    """
    subject, text = _one_subject(subject), _lines_of(text)
    problems = [*_wrong_subject(subject), *_wrong_text(text)]
    if problems:
        raise HandWordsRefused(problems)
    blocks = blocks_of(base)
    again = {_key(block.text): block for block in blocks_of(known)} if known else {}
    typed = _retyped(blocks, _paragraphs(text), again)
    if typed == list(blocks):
        return replace(base, subject=subject)
    return _put_together(base, subject, typed)


def blocks_of(rendered: RenderedGreeting) -> tuple[Block, ...]:
    """Return the blocks of a letter, in order. Their words joined by blank lines are its text."""
    parts = [part for part in _cut(rendered.html) if finished_text(text_of(part))]
    texts = [finished_text(text_of(part)) for part in parts]
    if "\n\n".join(texts) != rendered.text:
        # A fact of several lines keeps its blanks and empty lines in the text part only.
        texts = _as_written(texts, rendered.text) or texts
    return tuple(map(Block, texts, parts))


def hand_words(base: RenderedGreeting, mine: RenderedGreeting) -> str:
    """Return the sentences of `mine` that `base` lacks, one a line, subject first: what a person answers for."""
    hunks = _hunks(blocks_of(base), blocks_of(mine))
    said = set(map(_key, _sentences(base.text)))
    changed = [
        each for hunk in hunks for block in hunk.items for each in _sentences(block.text) if _key(each) not in said
    ]
    return "\n".join([mine.subject, *changed] if mine.subject != base.subject else changed)


def _sentences(text: str) -> list[str]:
    return [each for each in _SENTENCE_END.split(text) if each.strip()]


def _one_subject(subject: str) -> str:
    return cleaned(subject).strip()


def _lines_of(text: str) -> str:
    return "\n".join(line.rstrip() for line in cleaned(text).split("\n")).rstrip()


def _wrong_subject(subject: str) -> Iterator[Problem]:
    if not subject:
        yield Problem("subject_empty", 1, 1, where="subject")
    if "\n" in subject:
        yield Problem("subject_line_break", 1, subject.index("\n") + 1, where="subject")
    if len(subject) > LONGEST_SUBJECT:
        yield _too_long("subject_too_long", len(subject), LONGEST_SUBJECT, "subject")
    else:
        yield from _gaps(subject, "subject")


def _wrong_text(text: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem("text_empty", 1, 1)
    elif len(text) > LONGEST_TEXT:
        yield _too_long("text_too_long", len(text), LONGEST_TEXT, "body")
    else:
        yield from _gaps(text, "body")


def _too_long(code: str, length: int, limit: int, where: Where) -> Problem:
    return Problem(code, 1, limit + 1, {"length": length, "limit": limit}, where)


def _gaps(text: str, where: Where) -> Iterator[Problem]:
    """Yield one problem for each line with a gap in it: the line is what a person looks for."""
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _GAP.search(line):
            yield Problem("gap_left", number, found.start() + 1, {"found": found.group()}, where)


def _retyped(blocks: Sequence[Block], typed: Sequence[str], again: Mapping[str, Block]) -> list[Block]:
    """Return the blocks of the typed paragraphs: the old one where all of it stands there unchanged, one known from
    before by its words, else a new one."""
    owners = [(place, part) for place, block in enumerate(blocks) for part in range(len(_paragraphs(block.text)))]
    keys = [_key(paragraph) for block in blocks for paragraph in _paragraphs(block.text)]
    same, instead = _pairs(keys, list(map(_key, typed)))
    out: list[Block] = []
    at = 0
    while at < len(typed):
        place, part = owners[same[at]] if at in same else (-1, 0)
        length = len(_paragraphs(blocks[place].text)) if place >= 0 else 0
        first = same.get(at, -1)
        if place >= 0 and not part and all(same.get(at + ahead) == first + ahead for ahead in range(length)):
            out.append(blocks[place])
            at += length
            continue
        if known := again.get(_key(typed[at])):
            out.append(known)
            at += 1
            continue
        old = owners[same[at]][0] if at in same else owners[instead[at]][0] if at in instead else -1
        out.append(_made(typed[at], like=_tag(blocks[old]) if old >= 0 else "p"))
        at += 1
    return out


def _pairs(old: list[str], new: list[str]) -> tuple[dict[int, int], dict[int, int]]:
    """Return which new paragraph is which old one, and which stands in place of which."""
    same: dict[int, int] = {}
    instead: dict[int, int] = {}
    for tag, i1, i2, j1, j2 in _opcodes(old, new):
        if tag == "equal":
            same.update(zip(range(j1, j2), range(i1, i2), strict=True))
        elif i2 - i1 == j2 - j1:
            instead.update(zip(range(j1, j2), range(i1, i2), strict=True))
    return same, instead


def _made(paragraph: str, *, like: str) -> Block:
    """Lay a typed paragraph out, as the kind of block it was before: a heading, a quotation, a list."""
    lines = [stripped for line in paragraph.split("\n") if (stripped := line.strip())]
    html = sanitised(_drawn(lines, like))
    return Block(finished_text(text_of(html)), html)


def _drawn(lines: list[str], like: str) -> str:
    if lines == [_RULE]:
        return "<hr>"
    bullets = [_BULLET.fullmatch(line) for line in lines]
    if like == "ul" and all(bullets):
        return _list("<ul>", [found[1] for found in bullets if found], "</ul>")
    numbers = [_NUMBER.fullmatch(line) for line in lines]
    if like == "ol" and all(numbers) and _counts_up([int(found[1]) for found in numbers if found]):
        first = int(numbers[0][1]) if numbers[0] else 1
        opening = "<ol>" if first == 1 else f'<ol start="{first}">'
        return _list(opening, [found[2] for found in numbers if found], "</ol>")
    words = "<br>\n".join(map(_linked, lines))
    if like == "blockquote":
        return f"<blockquote>\n<p>{words}</p>\n</blockquote>"
    tag = like if _LEVEL.fullmatch(like) and len(lines) == 1 else "p"
    return f"<{tag}>{words}</{tag}>"


def _list(opening: str, items: list[str], closing: str) -> str:
    return "\n".join([opening, *(f"<li>{_linked(item)}</li>" for item in items), closing])


def _counts_up(numbers: list[int]) -> bool:
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _linked(line: str) -> str:
    """Escape one line, whole https addresses and mail addresses in it as links; no other scheme becomes one."""
    out, end = [], 0
    for found in _ADDRESS.finditer(line):
        shown = _without_signs(found["web"] or found["mail"])
        start = found.start("web") if found["web"] else found.start("mail")
        if not found["web"] and "@" not in shown:
            continue
        before = line[end : found.start()]
        target = shown if found["web"] else f"mailto:{shown}"
        out += [escape(before), f'<a href="{escape(target)}">{escape(shown)}</a>']
        end = start + len(shown)
    return "".join([*out, escape(line[end:])])


def _without_signs(address: str) -> str:
    while address and (address[-1] in _AFTER_ADDRESS or (address[-1] == ")" and "(" not in address)):
        address = address[:-1]
    return address


# --- Blocks ---


def _put_together(base: RenderedGreeting, subject: str, blocks: Iterable[Block]) -> RenderedGreeting:
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


def _paragraphs(text: str) -> list[str]:
    return [part for part in _BLANK_LINE.split(text.strip()) if part.strip()]


def _key(paragraph: str) -> str:
    """A paragraph as a reader sees it: a field of a page may change blanks that nobody typed."""
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in paragraph.split("\n"))


def _tag(block: Block) -> str:
    found = _BLOCK_TAG.match(block.html)
    return found[2] if found else "p"


def _opcodes(old: Sequence, new: Sequence) -> Iterator[tuple[str, int, int, int, int]]:
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


# --- Three ways ---


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
    rendered = theirs if tuple(blocks) == blocks_of(theirs) else _put_together(theirs, subject, blocks)
    if not disagree:
        return Merged(replace(rendered, subject=subject), False, theirs)
    return Merged(replace(rendered, subject=subject), True, _put_together(theirs, old_subject, old_blocks))


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
    for start, end, ours, others in _regions(_hunks(base, mine), _hunks(base, theirs)):
        out += base[at:start]
        old += base[at:start]
        mine_now, theirs_now = _applied(base, start, end, ours), _applied(base, start, end, others)
        disagree = bool(ours) and bool(others) and mine_now != theirs_now and not prefer_theirs
        out += theirs_now if not ours or (others and prefer_theirs) else mine_now
        old += base[start:end] if disagree else theirs_now
        conflict, at = conflict or disagree, end
    return [*out, *base[at:]], [*old, *base[at:]], conflict


def _hunks(old: Sequence[Block], new: Sequence[Block]) -> list[_Hunk]:
    """The changes from `old` to `new`; as many blocks in the place of as many are each a change of its own."""
    hunks: list[_Hunk] = []
    for tag, i1, i2, j1, j2 in _opcodes(old, new):
        if tag == "replace" and i2 - i1 == j2 - j1:
            hunks += [_Hunk(i1 + at, i1 + at + 1, (new[j1 + at],)) for at in range(i2 - i1)]
        elif tag != "equal":
            hunks.append(_Hunk(i1, i2, tuple(new[j1:j2])))
    return hunks


def _regions(mine: list[_Hunk], theirs: list[_Hunk]) -> Iterator[tuple[int, int, list[_Hunk], list[_Hunk]]]:
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


def _touches(start: int, end: int, hunk: _Hunk) -> bool:
    """True when a later change lies within blocks already changed, or puts something in at the very same place."""
    return hunk.start < end or hunk.start == hunk.end == start == end


def _applied(base: Sequence[Block], start: int, end: int, hunks: list[_Hunk]) -> list[Block]:
    out: list[Block] = []
    at = start
    for hunk in hunks:
        out += [*base[at : hunk.start], *hunk.items]
        at = hunk.end
    return [*out, *base[at:end]]
