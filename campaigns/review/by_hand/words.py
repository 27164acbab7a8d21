"""Words for a person's own hand: a letter shortened for a message, and links that open a telephone. Pure."""

import re
from urllib.parse import quote

# Two or three messages of a telephone in Greek letters (70 signs each, 67 where they are joined): still a wish.
MESSAGE_LIMIT = 320
_SENTENCE_END = re.compile(r"(?<=[.;·…!?])\s+")
_NOT_DIALLED = re.compile(r"[^\d+*#]")


def short_words(text: str, *, limit: int = MESSAGE_LIMIT) -> str:
    """Return a letter's own words as a message of at most `limit` signs: opening, what fits in order, and signature.

    Whole paragraphs fall out first, then whole sentences; a word is never cut. A letter that fits stays as it is; of
    one whose first sentence is longer than the limit the opening and the signature are left.
    """
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    paragraphs = [part for part in paragraphs if part]
    if len(paragraphs) < 3 or len("\n\n".join(paragraphs)) <= limit:
        whole = "\n\n".join(paragraphs)
        return whole if len(whole) <= limit else _fitting(whole, room=limit)
    opening, *middle, sign = paragraphs
    room = limit - len(opening) - len(sign) - 4
    kept: list[str] = []
    for paragraph in middle:
        fits = _fitting(paragraph, room=room)
        if fits:
            kept.append(fits)
            room -= len(fits) + 2
        if fits != paragraph:
            break
    return "\n\n".join([opening, *kept, sign])


def _fitting(paragraph: str, *, room: int) -> str:
    """The first whole sentences that fit."""
    said = ""
    for sentence in _SENTENCE_END.split(paragraph):
        longer = f"{said} {sentence}".lstrip()
        if len(longer) > room:
            break
        said = longer
    return said


def tel_link(number: str) -> str:
    """The address that calls a number (RFC 3966); "" without digits."""
    dialled = _dialled(number)
    return f"tel:{dialled}" if dialled else ""


def sms_link(number: str, body: str) -> str:
    """The address that opens a message to a number with its words filled in (RFC 5724); "" without digits."""
    dialled = _dialled(number)
    # Everything but unreserved signs is encoded: "&" and "#" would end the words, a line break is %0D%0A.
    words = quote(body.replace("\r\n", "\n").replace("\n", "\r\n"), safe="")
    return f"sms:{dialled}?body={words}" if dialled else ""


def _dialled(number: str) -> str:
    dialled = _NOT_DIALLED.sub("", number)
    return dialled if any(sign.isdigit() for sign in dialled) else ""
