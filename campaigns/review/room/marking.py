"""Where the facts of a letter stand in it: found again in the frozen words, and marked with a number. Pure.

Only the text between the tags is looked at, each value once, a longer one before the shorter it contains. A value that
a filter bent or that was never written has no place, and no number.
"""

import html as html_
import re
from collections.abc import Sequence

_TAG = re.compile(r"(<[^>]*>)")
# A single letter is found everywhere and tells nothing.
_SHORTEST = 2


def places_of(html: str, values: Sequence[str]) -> list[int | None]:
    """Return where each value stands in `html`, in characters; None where it does not."""
    found = _found(_pieces(html), values)
    starts, at = [], 0
    for piece in _pieces(html):
        starts.append(at)
        at += len(piece)
    return [None if place is None else starts[place[0]] + place[1] for place in found]


def mark_facts(html: str, values: Sequence[str]) -> str:
    """Return `html` with each value that stands in it set off and followed by its number, counted from 1."""
    pieces = _pieces(html)
    marks: dict[int, list[tuple[int, int, int]]] = {}
    for number, place in enumerate(_found(pieces, values), start=1):
        if place is not None:
            piece, start, end = place
            marks.setdefault(piece, []).append((start, end, number))
    for piece, spans in marks.items():
        pieces[piece] = _marked(html_.unescape(pieces[piece]), sorted(spans))
    return "".join(pieces)


def _pieces(html: str) -> list[str]:
    """Tags and the texts between them, in turn: a text at each even place."""
    return _TAG.split(html)


def _found(pieces: list[str], values: Sequence[str]) -> list[tuple[int, int, int] | None]:
    """For each value the text it stands in, with begin and end there; what is taken is not taken twice."""
    texts = {at: html_.unescape(piece) for at, piece in enumerate(pieces) if at % 2 == 0 and piece.strip()}
    taken: dict[int, list[tuple[int, int]]] = {}
    found: list[tuple[int, int, int] | None] = [None] * len(values)
    for number in sorted(range(len(values)), key=lambda each: -len(values[each])):
        value = values[number].strip()
        if len(value) < _SHORTEST:
            continue
        for at, text in texts.items():
            span = _free_span(text, value, taken.get(at, []))
            if span is not None:
                taken.setdefault(at, []).append(span)
                found[number] = (at, *span)
                break
    return found


def _free_span(text: str, value: str, taken: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The first whole-word place of `value` in `text` that nothing else has; a sentence may have raised its first
    letter.
    """
    pattern = re.compile(rf"(?<!\w)(?:{re.escape(value)}|{re.escape(value[:1].upper() + value[1:])})(?!\w)")
    for match in pattern.finditer(text):
        if all(match.end() <= start or match.start() >= end for start, end in taken):
            return match.span()
    return None


def _marked(text: str, spans: list[tuple[int, int, int]]) -> str:
    written, at = [], 0
    for start, end, number in spans:
        written.append(html_.escape(text[at:start]))
        written.append(f'<span class="crm-fact">{html_.escape(text[start:end])}</span><sup class="crm-mark">')
        written.append(f"{number}</sup>")
        at = end
    return "".join([*written, html_.escape(text[at:])])
