"""From marked text to the HTML and the text of a letter, once per greeting and never per person.

Every piece stands in the text as one private-use character, a mark. Markdown and the sanitiser see marks
and the author's own words, never a value. Afterwards each mark must be found again exactly where words
stand: not in a link, not in a part that the sanitiser took away.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import nh3
from markdown_it import MarkdownIt

from .capitals import LINE, LIST_END, PARAGRAPH, Capital, capital_at
from .links import check_links
from .reading import Item, read_html
from .source import Block, Piece, Source

FIRST_MARK = 0xF0000
# A numbered item and, with its first number, its list in the text part: which items are left, the letter tells.
_ITEM, _LIST = "\x05", "\x06"
_NUMBERS = re.compile(f"{_LIST}([0-9]+){_LIST}|{_ITEM}|{LIST_END}")
_MARKS = re.compile("([\U000f0000-\U000ffffd])")

# Indents, backticks, dashes below a line and tags are only what was typed; a picture would be fetched from afar.
_MARKDOWN = MarkdownIt("commonmark", {"breaks": True, "html": False}).disable(
    ["code", "fence", "backticks", "reference", "lheading", "image"]
)
_TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "b",
    "i",
    "u",
    "a",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "blockquote",
    "hr",
}
_VOID = ("br", "hr")
_UNSEEN = ("[[", "if", "set", "comment")
_LAST_OF_PARAGRAPH = ("endif", "endfor", "set", "comment")
_PARAGRAPHS = ("p", "h1", "h2", "h3", "blockquote", "ul", "ol")

_PARAGRAPH_START = re.compile(r"(?:^|\n[ \t]*\n)[ \t]*$|(?:^|\n)[ \t]*(?:[-*+>]|\d+[.)]|#{1,3})[ \t]+$")
_BLANK_AFTER = re.compile(r"[ \t]*\n(?![ \t]*(?:\n|$|[-*+>][ \t]|\d+[.)][ \t]|#))[ \t]*|[ \t]+(?!\n)")
_SEVERAL_PARAGRAPHS = re.compile(r"\n[ \t]*\n|^[ \t]*(?:[-*+>]|\d+[.)]|#{1,3})[ \t]", re.MULTILINE)
# What sounds the alarm for the next one, which takes five times as long.
_PERHAPS_NOTHING_LEFT = re.compile(r"<(?:p|li)>[\s<]|<br>\s*</p>")
_NOTHING_LEFT = re.compile(r"<(p|li)>(?:\s|<br>)*</\1>\n?|(<p>)(?:\s|<br>)+")


def mark(piece: Piece) -> str:
    return chr(FIRST_MARK + piece.number)


def marked(source: Source) -> str:
    """Return the text of `source` with one mark for each piece."""
    return "".join(mark(part) if isinstance(part, Piece) else part for part in source.parts)


def sequence_of(text: str, pieces: Sequence[Piece]) -> list[str | Piece]:
    """Put the pieces back between the words."""
    parts = _MARKS.split(text)
    return [pieces[ord(part) - FIRST_MARK] if index % 2 else part for index, part in enumerate(parts) if part]


def settle_optional(text: str, blocks: Iterable[Block]) -> str:
    """Move the blank beside each optional sentence into it: what falls out leaves no gap, no empty line."""
    at_start: set[str] = set()
    for block in sorted(blocks, key=lambda one: one.opening.number):
        if block.opening.tag != "[[":
            continue
        opening, closing = mark(block.opening), mark(block.closing)
        before, _, rest = text.partition(opening)
        inside, _, after = rest.partition(closing)
        inside = inside.strip()
        if _PARAGRAPH_START.search(before) or before[-1:] in at_start:
            at_start.add(closing)
            if blank := _BLANK_AFTER.match(after):
                inside, after = inside + blank.group(), after[blank.end() :]
        else:
            # Not by an expression that ends in `$`: it would try again at each blank of a long row of them.
            words = before.rstrip(" \t").removesuffix("\n").rstrip(" \t")
            before, inside = words, before[len(words) :] + inside
        text = before + opening + inside + closing + after
    return text


def settle_lines(text: str, source: Source, blocks: Iterable[Block]) -> str:
    """Let a tag alone on its line take up no line, or make it its own paragraph if it holds paragraphs."""
    around: set[str] = set()
    for block in blocks:
        opening, closing = mark(block.opening), mark(block.closing)
        if _SEVERAL_PARAGRAPHS.search(text[text.index(opening) + 1 : text.index(closing)].strip()):
            around |= {opening, closing, *map(mark, block.middles)}
    silent = {mark(piece) for piece in source.pieces if piece.tag not in ("print", "[[", "]]")}
    last = {mark(piece) for piece in source.pieces if piece.tag in _LAST_OF_PARAGRAPH}
    written = text.split("\n")
    lines: list[str] = []
    for line, following in zip(written, [*written[1:], ""], strict=True):
        alone = line.strip()
        if alone not in silent:
            lines.append(line + "\n")
        elif alone in around:
            lines.append(f"\n{alone}\n\n")
        else:  # with no end of its own, the last of a paragraph would join the next to it
            lines.append(alone + "\n" if alone in last and not following.strip() else alone)
    return "".join(lines).rstrip("\n")


def lay_out(text: str, source: Source, blocks: Sequence[Block]) -> str:
    """Return the HTML of a settled body, marks still in it; problems of place go to `source`."""
    drawn = _MARKDOWN.render(text)
    check_links(read_html(drawn), source)
    html = sanitised(drawn)
    silent = "".join(mark(piece) for piece in source.pieces if piece.tag != "print")
    if silent:
        html = re.sub(f"<p>((?:[{silent}]|\\s|<br>)+)</p>", lambda match: "".join(_MARKS.findall(match.group(1))), html)
    for block in blocks:
        html = _hoist(html, block)
    items = read_html(html)
    _check_marks(items, source)
    if not source.problems:
        _check_nesting(items, source)
    return html


def sanitised(html: str) -> str:
    """Return HTML with nothing in it but what a letter may carry: these tags, whole https and mail addresses."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "*": set()},
        url_schemes={"https", "mailto"},
        link_rel=None,
    )


def text_of(html: str) -> str:
    """Return the words of laid-out HTML, links written out, with PARAGRAPH and LINE where one ends."""
    out: list[str] = []
    lists: list[str] = []
    link, link_start = "", 0
    for kind, name, value in read_html(html):
        if kind == "text":
            out.append(value.replace("\n", " ").replace(PARAGRAPH, "").replace(LINE, ""))
        elif kind == "start" and name in ("ul", "ol"):
            if lists:
                out.append(LINE)
            lists.append(name)
            if name == "ol":
                out.append(f"{_LIST}{value if value.isdigit() else 1}{_LIST}")
        elif kind == "start" and name == "li" and lists:
            out.append("- " if lists[-1] == "ul" else f"{_ITEM}. ")
        elif kind == "start" and name == "a":
            link, link_start = value, len(out)
        elif kind == "end" and name == "a":
            words = "".join(out[link_start:])
            if link and link.removeprefix("mailto:") != words:
                out.append(f" ({link})")
            link = ""
        elif (kind == "start" and name == "br") or (kind == "end" and name == "li"):
            out.append(LINE)
        elif kind == "start" and name == "hr":
            out.append("* * *" + PARAGRAPH)
        elif kind == "end" and name in _PARAGRAPHS:
            if name in ("ul", "ol") and lists and lists.pop() == "ol":
                out.append(LIST_END)
            out.append(PARAGRAPH)
    return "".join(out)


def capitals_of(text: str, pieces: Sequence[Piece]) -> dict[int, Capital]:
    """Return by the number of each printed piece what is known of its first letter in a marked text part."""
    printed = {mark(piece): piece.number for piece in pieces if piece.tag == "print"}
    # A block begins after whatever stands before it; how it ended, only the finished letter tells.
    unseen = {mark(piece) for piece in pieces if piece.tag in _UNSEEN}
    unknown = {mark(piece) for piece in pieces if piece.tag not in _UNSEEN}
    return {
        printed[match.group()]: capital_at(text, match.start(), unseen=unseen, unknown=unknown)
        for match in _MARKS.finditer(text)
        if match.group() in printed
    }


def finished_text(text: str) -> str:
    """Join the paragraphs of a written text part, leaving out those in which nothing was left."""
    paragraphs = []
    for paragraph in _numbered(text).split(PARAGRAPH):
        if LINE in paragraph:
            paragraph = "\n".join([line for each in paragraph.split(LINE) if (line := each.strip())])
        if paragraph := paragraph.strip():
            paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)


def _numbered(text: str) -> str:
    """Give the items that are left their numbers, as whoever reads the HTML sees them."""
    if _LIST not in text:
        return text
    following: list[int] = []

    def number(found: re.Match[str]) -> str:
        if found[1]:
            following.append(int(found[1]))
        elif found[0] == LIST_END:
            following.pop()
        else:
            following[-1] += 1
            return str(following[-1] - 1)
        return ""

    return _NUMBERS.sub(number, text)


def finished_html(html: str) -> str:
    """Take out paragraphs and breaks in which nothing was left. Values are escaped: no tag here is theirs."""
    if _PERHAPS_NOTHING_LEFT.search(html) is None:
        return html
    *paragraphs, rest = _NOTHING_LEFT.sub(lambda match: match.group(2) or "", html).split("</p>")
    return "</p>".join([*map(_without_last_breaks, paragraphs), rest])


def _without_last_breaks(paragraph: str) -> str:
    """Cut the breaks at the end, from the right: an expression looking for them from each break on would take
    hours over the fifty thousand that one letter may hold."""
    end = cut = len(paragraph)
    while end:
        if paragraph.endswith("<br>", 0, end):
            end = cut = end - len("<br>")
        elif paragraph[end - 1].isspace():
            end -= 1
        else:
            break
    return paragraph[:cut]


def _hoist(html: str, block: Block) -> str:
    """Put a block that fills whole paragraphs around them: what falls out takes its paragraphs along."""
    if block.middles:
        return html
    opening, closing = mark(block.opening), mark(block.closing)
    for tag in ("p", "li"):
        start, end = f"<{tag}>{opening}", f"{closing}</{tag}>"
        if start not in html or end not in html:
            continue
        inside = html[html.index(start) : html.index(end)]
        if block.opening.tag != "for" or f"</{tag}>" in inside:  # a loop inside one paragraph stays one paragraph
            html = html.replace(start, f"{opening}<{tag}>").replace(end, f"</{tag}>{closing}")
    return html


def _check_marks(items: Sequence[Item], source: Source) -> None:
    words = "".join(value for kind, _, value in items if kind == "text")
    links = "".join(value for kind, _, value in items if kind == "start")
    for piece in source.pieces:
        sign = mark(piece)
        if sign in links or quote(sign) in links:
            source.add_problem("placeholder_in_link", piece.line, piece.column)
        elif words.count(sign) != 1:
            source.add_problem("placeholder_hidden", piece.line, piece.column)


def _check_nesting(items: Sequence[Item], source: Source) -> None:
    """Bold, a link or a list must not begin inside a block and end outside it."""
    pieces = source.pieces
    stack: list[str | Piece] = []
    for kind, name, value in items:
        if kind == "start" and name not in _VOID:
            stack.append(name)
        elif kind == "end" and stack:
            top = stack.pop()
            if isinstance(top, Piece):
                source.add_problem("markup_across_block", top.line, top.column, tag=top.tag)
                return
        elif kind == "text":
            for part in sequence_of(value, pieces):
                if not isinstance(part, Piece) or part.tag in ("print", "set", "comment"):
                    continue
                if part.tag in ("if", "for", "[["):
                    stack.append(part)
                elif not stack or not isinstance(stack[-1], Piece):
                    source.add_problem("markup_across_block", part.line, part.column, tag=part.tag)
                    return
                elif part.tag in ("endif", "endfor", "]]"):
                    stack.pop()
