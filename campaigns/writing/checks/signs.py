"""Blanks, stops, commas and quotes: what the fingers slip on."""

import re
from collections.abc import Iterator

from .findings import Finding

_DOUBLE_BLANK = re.compile(r"(?<=\S)[ \u00a0]{2,40}(?=\S)")
_BLANK_BEFORE = re.compile(r"(?<![\s\[])[ \u00a0]{1,40}(?P<sign>[,.;·:!?])(?=[\s\]»”)*]|$)")
_BLANK_MISPLACED = re.compile(r"(?<=[^\W\d_])[ \u00a0]{1,40}(?P<sign>[,;·!?])(?=[^\W\d_])")
_BLANK_MISSING = re.compile(r"(?<!\w)(?P<before>[^\W\d_]{2,40})(?P<sign>[,;·!?])(?P<after>[^\W\d_]{2,40})")
_STOP_GLUED = re.compile(
    r"(?<!\w)(?P<before>[^\W\d_]?[a-zα-ωάέήίόύώϊϋΐΰς]{3,40})(?P<sign>\.)(?P<after>[A-ZΑ-ΩΆΈΉΊΌΎΏ][^\W\d_]{0,40})"
)
_REPEATED = re.compile(r"(?<![.…])\.\.(?!\.)|\.{4,}|,{2,}|;{2,}|!{2,}|\?{2,}|,\.(?!\.)")
_LATIN_QUESTION = re.compile(r"(?P<before>[\u0370-\u03ff]{1,40}[»”)]?)(?P<sign> ?\?)")
# Words that are never written twice in a row on purpose. «σας σας» may be right, «πολύ πολύ» is meant.
_TWICE = re.compile(
    r"(?<![\w’'])(?P<word>και|να|θα|το|τα|τη|την|τον|των|στο|στη|στην|στον|για|με|σε|από|που|δεν|the|a|an|and|of|to|for|with|from)"
    r"(?P<gap>[ \u00a0\n]{1,3})(?P=word)(?!\w)",
    re.IGNORECASE,
)
_PAIRS = {"»": "«", "”": "“", ")": "("}
_QUOTES = re.compile(r"[«»“”()\"]")
_ITEM = re.compile(r"(?:^|\n)[ \t]{0,8}[\w*]{1,4}$")


def slips_of_signs(text: str, *, language: str) -> Iterator[Finding]:
    """Yield double blanks, blanks before a comma or missing after it, repeated signs, words twice, lonely quotes."""
    for match in _DOUBLE_BLANK.finditer(text):
        yield Finding("double_blank", match.start(), match.end(), match.group(), " ")
    for match in _BLANK_BEFORE.finditer(text):
        if not (match["sign"] == ":" and text[match.end() : match.end() + 1] == ")"):  # a smile
            yield Finding("blank_before", match.start(), match.end(), match.group(), match["sign"])
    for match in _BLANK_MISPLACED.finditer(text):
        yield Finding("blank_misplaced", match.start(), match.end(), match.group(), f"{match['sign']} ")
    for match in (*_BLANK_MISSING.finditer(text), *_STOP_GLUED.finditer(text)):
        written = f"{match['before']}{match['sign']} {match['after']}"
        yield Finding("blank_missing", match.start(), match.end(), match.group(), written)
    for match in _REPEATED.finditer(text):
        sign = match.group()
        one = "…" if len(sign) > 3 and sign[0] == "." else sign[-1]
        yield Finding("sign_repeated", match.start(), match.end(), sign, one)
    for match in _TWICE.finditer(text):
        yield Finding("word_twice", match.start(), match.end(), match.group(), match["word"])
    if language == "el":
        for match in _LATIN_QUESTION.finditer(text):
            yield Finding("latin_question", match.start(), match.end(), match.group(), f"{match['before']};")
    yield from _lonely_quotes(text)


def _lonely_quotes(text: str) -> Iterator[Finding]:
    """What opens and never closes, or the reverse. Straight quotes are counted, for they do not tell which they are."""
    open_at: dict[str, list[int]] = {opening: [] for opening in _PAIRS.values()}
    straight: list[int] = []
    for match in _QUOTES.finditer(text):
        sign, place = match.group(), match.start()
        if sign == '"':
            straight.append(place)
        elif sign in open_at:
            open_at[sign].append(place)
        elif open_at[_PAIRS[sign]]:
            open_at[_PAIRS[sign]].pop()
        elif not (sign == ")" and _is_no_bracket(text, place)):
            yield Finding("lonely_quote", place, place + 1, sign)
    lonely = [place for places in open_at.values() for place in places] + (straight[-1:] if len(straight) % 2 else [])
    for place in sorted(lonely):
        if not (text[place] == "(" and text[max(0, place - 2) : place].rstrip("-")[-1:] in (":", ";")):
            yield Finding("lonely_quote", place, place + 1, text[place])


def _is_no_bracket(text: str, place: int) -> bool:
    """Tell of a ")" whether it ends a smile or the number of an item: «α)», «1)»."""
    before = text[max(0, place - 16) : place]
    return before.rstrip("-")[-1:] in (":", ";") or _ITEM.search(before) is not None
