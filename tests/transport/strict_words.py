"""Words in headers, read as a mail program shows them (RFC 2047, RFC 5322 3.2 and 3.4)."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator

LONGEST_WORD, LONGEST_LINE = 75, 76
_WORD = re.compile(r"=\?([A-Za-z0-9_.:+-]+)\?([BbQq])\?([!->@-~]*)\?=")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[\t !#-\[\]-~]|\\[\t -~])*"'
_PHRASE = re.compile(rf"(?:{_QUOTED}|{_ATOM})(?:[ \t]+(?:{_QUOTED}|{_ATOM}))*")
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
# Where words of ours stand; elsewhere "=?" is no word but part of a link or an identifier.
WORDY = ("from", "to", "reply-to", "subject", "feedback-id")


def mailbox_of(value: str) -> tuple[str, str]:
    """Return (name, address) of a header that holds one mailbox; ("", "") where it does not."""
    angled = re.fullmatch(r"(?:(.*)[ \t]+)?<([^<>]*)>", value)
    phrase, address = (angled[1] or "", angled[2]) if angled else ("", value)
    if not _ADDRESS.fullmatch(address) or (phrase and not _PHRASE.fullmatch(phrase)):
        return "", ""
    return _shown(re.findall(rf"{_QUOTED}|{_ATOM}", phrase)), address


def text_of(value: str) -> str:
    """Return what a reader sees of an unstructured header such as Subject."""
    return _shown(re.split(r"[ \t]", value)) if value else ""


def word_faults(header: str, value: str) -> Iterator[str]:
    """Yield what is wrong with the encoded words of a header, given unfolded."""
    if header.lower() not in WORDY:
        return
    # An address may hold "=?" as other letters do; no reader looks for words in it.
    value = re.sub(rf"<?{_ADDRESS.pattern}>?\Z", "", value) if header.lower() != "subject" else value
    for token in re.findall(rf"{_QUOTED}|[^ \t]+", value):
        if "=?" not in token:
            continue
        found = _WORD.fullmatch(token)
        if found is None:
            yield f"word: {token[:20]!r} only looks like an encoded word"
        elif len(token) > LONGEST_WORD:
            yield f"word: {len(token)} characters long"
        elif found[1].lower() != "utf-8":
            yield f"word: the charset {found[1]!r}"
        elif _decoded(found) is None:
            yield "word: not whole characters of UTF-8"


def line_faults(line: str) -> Iterator[str]:
    """Yield what is wrong with one line of the head because of its encoded words (RFC 2047 2)."""
    if len(line) > LONGEST_LINE and _WORD.search(line):
        yield f"word: an encoded word on a line of more than {LONGEST_LINE}"


def _shown(tokens: list[str]) -> str:
    """Join tokens by blanks, but encoded words that follow one another without."""
    shown, after_word = "", False
    for position, token in enumerate(tokens):
        found = _WORD.fullmatch(token)
        if position and not (found and after_word):
            shown += " "
        after_word = found is not None
        if found:
            decoded = _decoded(found)
            shown += token if decoded is None else decoded
        elif token.startswith('"') and token.endswith('"') and len(token) > 1:
            shown += re.sub(r"\\(.)", r"\1", token[1:-1])
        else:
            shown += token
    return shown


def _decoded(word: re.Match[str]) -> str | None:
    """Return the characters of one encoded word, None if it is broken by itself."""
    try:
        if word[2] in "Bb":
            return base64.b64decode(word[3], validate=True).decode("utf-8")
        return quopri.decodestring(word[3].replace("_", "=20")).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
