"""What the strictest receiver would say of a letter: a check of its own, which shares no code with the builder.

It reads the bytes line by line, as they came over the wire, and asks the standard library's parser for a second
opinion. Sources: RFC 5321 4.5.3.1 (line lengths), RFC 5322 2 and 3 (form, folding, dates, addresses, how often a
header may stand), RFC 2045 6.7 and 6.8 (encodings), RFC 2046 5.1 (boundaries, order of alternatives), RFC 2047 2
and 5 (encoded words), RFC 8058 (one-click unsubscribe), RFC 3834 (Auto-Submitted).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.parser import BytesParser
from html import escape
from itertools import chain

from tests.transport.strict_parts import part_faults
from tests.transport.strict_words import line_faults, mailbox_of, text_of, word_faults

HARD_WIDTH, WIDTH = 998, 78
LARGEST = 100_000
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
UNSUBSCRIBE = ("List-Unsubscribe", "List-Unsubscribe-Post")
AT_MOST_ONCE = ("Reply-To", "Auto-Submitted", "Feedback-ID")
STRANGERS = ("x-mailer", "user-agent", "cc", "bcc", "sender", "return-path", "received", "content-transfer-encoding")

_HEADER = re.compile(r"([!-9;-~]+): ?(.*)", re.DOTALL)
_DOT_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_MESSAGE_ID = re.compile(rf"<{_DOT_ATOM}@({_DOT_ATOM})>")
_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}")
_LIST_UNSUBSCRIBE = re.compile(r"<(https://[!-;=?-~]+)>, <(mailto:[!-;=?-~]+@[!-;=?-~]+)>")
_BOUNDARY = re.compile(r'multipart/alternative; boundary="([0-9A-Za-z\'()+_,./:=? -]{0,69}[0-9A-Za-z\'()+_,./:=?-])"')


@dataclass(frozen=True)
class Meant:
    """What a letter was meant to be. Line breaks in the words as "\\n"; addresses as the wire carries them."""

    sender: str
    recipient: str
    from_name: str
    from_address: str
    to_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str


def violations(data: bytes, meant: Meant, *, envelope: tuple[str, list[str]]) -> list[str]:
    """Return every rule the letter breaks, as "rule: what was found"; `envelope` is (sender, recipients)."""
    head, _, body = data.partition(b"\r\n\r\n")
    headers, shape = _headers(head + b"\r\n")
    fields = {name.lower(): value for name, value in headers}
    return list(
        chain(
            _byte_faults(data, head),
            shape,
            _count_faults([name for name, _ in headers]),
            _identity_faults(fields),
            chain.from_iterable(word_faults(name, value) for name, value in headers),
            _meaning_faults(fields, meant),
            _envelope_faults(fields, meant, envelope),
            _unsubscribe_faults(fields, meant),
            _body_faults(fields, body, meant),
            _second_opinion(data),
        )
    )


def _byte_faults(data: bytes, head: bytes) -> Iterator[str]:
    if re.search(rb"\r(?!\n)|(?<!\r)\n", data):
        yield "line-end: a CR or LF that stands alone"
    if not data.endswith(b"\r\n"):
        yield "line-end: the letter does not end with a line end"
    if b"\0" in data:
        yield "nul: a NUL byte"
    if not data.isascii():
        yield "ascii: a byte above 127 in the " + ("head" if not head.isascii() else "body")
    if any(len(line) > HARD_WIDTH for line in data.split(b"\r\n")):
        yield f"width: a line of more than {HARD_WIDTH}"
    if len(data) >= LARGEST:
        yield f"size: {len(data)} bytes"


def _headers(head: bytes) -> tuple[list[tuple[str, str]], list[str]]:
    """The headers in order, values unfolded, and what is wrong with their lines."""
    headers: list[tuple[str, str]] = []
    faults = []
    for line in head.decode("latin-1").removesuffix("\r\n").split("\r\n"):
        content = line.lstrip(" \t")
        found = _HEADER.fullmatch(line)
        if not content:
            faults.append("fold: a line of blanks within the head")
        elif re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line):
            faults.append("control: a control character in the head")
        if line != line.rstrip(" \t") and content:
            faults.append(f"fold: {line[:30]!r} ends in a blank")
        if content != line and headers:
            headers[-1] = (headers[-1][0], f"{headers[-1][1]}{line}")
        elif found:
            headers.append((found[1], found[2]))
            content = found[2]
        else:
            faults.append(f"header: {line[:30]!r} is none")
        faults.extend(line_faults(line))
        if len(line) > WIDTH and re.search(r"[ \t]", content.rstrip()):
            faults.append(f"fold: {line[:30]!r} is wider than {WIDTH} and could be folded")
    return [(name, value.strip(" \t")) for name, value in headers], faults


def _count_faults(names: list[str]) -> Iterator[str]:
    lowered = [name.lower() for name in names]
    for name in (*ONCE, *UNSUBSCRIBE):
        if lowered.count(name.lower()) != 1:
            yield f"count: {name} stands {lowered.count(name.lower())} times"
    for name in AT_MOST_ONCE:
        if lowered.count(name.lower()) > 1:
            yield f"count: {name} stands more than once"
    for name in sorted({*lowered} & {*STRANGERS}):
        yield f"stranger: {name} has no place here"


def _identity_faults(fields: dict[str, str]) -> Iterator[str]:
    """Date, Message-ID, MIME-Version, Auto-Submitted: values of a fixed form."""
    date, message_id = fields.get("date", ""), _MESSAGE_ID.fullmatch(fields.get("message-id", ""))
    try:
        # Also refuses a weekday of another day, because it is written anew and compared.
        moment = datetime.strptime(date, "%a, %d %b %Y %H:%M:%S %z")
        if not _DATE.fullmatch(date) or f"{moment:%a}" != date[:3] or int(date[-2:]) > 59:
            yield f"date: {date!r}"
    except ValueError:
        yield f"date: {date!r}"
    if message_id is None:
        yield "message-id: not <left@right>"
    elif message_id[1] != mailbox_of(fields.get("from", ""))[1].rpartition("@")[2]:
        yield "message-id: not of the sender's domain"
    if fields.get("mime-version") != "1.0":
        yield "mime-version: not 1.0"
    if fields.get("auto-submitted", "auto-generated") != "auto-generated":
        yield "auto-submitted: not auto-generated"


def _meaning_faults(fields: dict[str, str], meant: Meant) -> Iterator[str]:
    """What a reader's program shows is what was meant."""
    for header, name, address in (
        ("from", meant.from_name, meant.from_address),
        ("to", meant.to_name, meant.recipient),
        ("reply-to", "", meant.reply_to),
    ):
        shown = mailbox_of(fields.get(header, ""))
        if shown != (name, address):
            yield f"{header}: shows {shown!r}"
    if text_of(fields.get("subject", "")) != meant.subject:
        yield f"subject: shows {text_of(fields.get('subject', ''))!r}"


def _envelope_faults(fields: dict[str, str], meant: Meant, envelope: tuple[str, list[str]]) -> Iterator[str]:
    sender, recipients = envelope
    if len(recipients) != 1:
        yield f"envelope: {len(recipients)} recipients"
    if recipients != [mailbox_of(fields.get("to", ""))[1]]:
        yield "envelope: the recipient is not the one of To"
    if sender != meant.sender:
        yield "envelope: another sender"


def _unsubscribe_faults(fields: dict[str, str], meant: Meant) -> Iterator[str]:
    links = _LIST_UNSUBSCRIBE.fullmatch(fields.get("list-unsubscribe", ""))
    if links is None:
        yield "unsubscribe: List-Unsubscribe is not <https:…>, <mailto:…>"
    elif links[1] != meant.unsubscribe_url:
        yield "unsubscribe: the link is another person's"
    if fields.get("list-unsubscribe-post") != "List-Unsubscribe=One-Click":
        yield "unsubscribe: List-Unsubscribe-Post promises nothing"


def _body_faults(fields: dict[str, str], body: bytes, meant: Meant) -> Iterator[str]:
    """The two parts: their order, their frame, what they say."""
    found = _BOUNDARY.fullmatch(fields.get("content-type", ""))
    if found is None:
        yield "multipart: not an alternative with a lawful boundary"
        return
    mark = b"--" + found[1].encode()
    before, *parts = re.split(rb"(?:\A|\r\n)" + re.escape(mark) + rb"(?=\r\n|--\r\n\Z)", body)
    if before or len(parts) != 3 or parts[-1] != b"--\r\n":
        yield "multipart: not two parts between three boundaries and nothing around them"
        return
    if any(line.startswith(mark) for part in parts[:2] for line in part.split(b"\r\n")):
        yield "multipart: the boundary stands within a part"
    for part, subtype, source in zip(parts, ("plain", "html"), (meant.text, meant.html), strict=False):
        faults, shown = part_faults(part.removeprefix(b"\r\n"), subtype)
        yield from faults
        if shown != source.replace("\n", "\r\n"):
            yield f"text: the {subtype} part does not say what was meant"
        link = meant.unsubscribe_url if subtype == "plain" else escape(meant.unsubscribe_url)
        if link not in shown:
            yield f"unsubscribe: the link is not in the {subtype} part"


def _second_opinion(data: bytes) -> Iterator[str]:
    message = BytesParser(policy=policy.default).parsebytes(data)
    for part in message.walk():
        for defect in (*part.defects, *(d for value in part.values() for d in getattr(value, "defects", ()))):
            yield f"parser: {type(defect).__name__}"
