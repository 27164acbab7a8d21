"""Words a person changed in one letter, from plain text to the letter.

Nothing typed is ever read as Jinja or as markup. The letter falls into blocks (its paragraphs, lists and headings). A
block whose words stay keeps its HTML (bold, links); a changed one is laid out anew from the typed words, escaped, an
address of the web or of mail in it as a link.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape

from .blocks import Block, blocks_of, hunks_between, key_of, paragraphs_of, put_together, steps_between, tag_of
from .greeting import RenderedGreeting
from .layout import finished_text, sanitised, text_of
from .problems import Problem, Where
from .state import cleaned

LONGEST_SUBJECT = 400  # characters; what the column of a letter's subject holds
LONGEST_TEXT = 20_000  # characters; as many as a value of a letter may have

# A gap that was never filled in: what the editor of templates understands, and what other programs write.
_GAP = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|\[\[|\]\]|(?<![\w%])%{1,2}[^\W\d][\w.]{1,39}%{1,2}(?!\w)")
_ADDRESS = re.compile(
    r"(?<![\w@/.:+-])(?:(?P<web>https://[^\s<>\"/?#]+[^\s<>\"]*)|(?:mailto:)?(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+))",
    re.IGNORECASE,
)
_AFTER_ADDRESS = ".,;:!?·'’”»…"  # signs of the sentence around an address, not of the address
_SENTENCE_END = re.compile(r"(?<=[.;!?…·])\s+")
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
    again = {key_of(block.text): block for block in blocks_of(known)} if known else {}
    typed = _retyped(blocks, paragraphs_of(text), again)
    if typed == list(blocks):
        return replace(base, subject=subject)
    return put_together(base, subject, typed)


def hand_words(base: RenderedGreeting, mine: RenderedGreeting) -> str:
    """Return the sentences of `mine` that `base` lacks, one a line, subject first: what a person answers for."""
    hunks = hunks_between(blocks_of(base), blocks_of(mine))
    said = set(map(key_of, _sentences(base.text)))
    changed = [
        each for hunk in hunks for block in hunk.items for each in _sentences(block.text) if key_of(each) not in said
    ]
    return "\n".join([mine.subject, *changed] if mine.subject != base.subject else changed)


def _sentences(text: str) -> list[str]:
    return [each for line in text.split("\n") for each in _SENTENCE_END.split(line.strip()) if each]


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
    owners = [(place, part) for place, block in enumerate(blocks) for part in range(len(paragraphs_of(block.text)))]
    keys = [key_of(paragraph) for block in blocks for paragraph in paragraphs_of(block.text)]
    same, instead = _pairs(keys, list(map(key_of, typed)))
    out: list[Block] = []
    at = 0
    while at < len(typed):
        place, part = owners[same[at]] if at in same else (-1, 0)
        length = len(paragraphs_of(blocks[place].text)) if place >= 0 else 0
        first = same.get(at, -1)
        if place >= 0 and not part and all(same.get(at + ahead) == first + ahead for ahead in range(length)):
            out.append(blocks[place])
            at += length
            continue
        if known := again.get(key_of(typed[at])):
            out.append(known)
            at += 1
            continue
        old = owners[same[at]][0] if at in same else owners[instead[at]][0] if at in instead else -1
        out.append(_made(typed[at], like=tag_of(blocks[old]) if old >= 0 else "p"))
        at += 1
    return out


def _pairs(old: list[str], new: list[str]) -> tuple[dict[int, int], dict[int, int]]:
    """Return which new paragraph is which old one, and which stands in place of which."""
    same: dict[int, int] = {}
    instead: dict[int, int] = {}
    for tag, i1, i2, j1, j2 in steps_between(old, new):
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
