"""The built-in mailbox: letters as files, for a house without a mail server and for looking at what left.

One folder, two files a letter: `<id>.eml` with the bytes exactly as they left, `<id>.json` with the
envelope and what a list shows. Ids sort by time. A letter exists when its .eml does; it is renamed into
place last, so a reader never meets half of one. Nothing here reads a body but `read_letter`, so lists stay
quick with ten thousand letters.
"""

import json
import os
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesParser
from pathlib import Path

_FOLD = re.compile(r"\r?\n(?=[ \t])")
# With the blank before a following word, which separates the two and means nothing (RFC 2047 6.2).
_ENCODED_WORD = re.compile(r"(=\?[^?\s]+\?[bq]\?[^?\s]*\?=)(?:[ \t]+(?==\?[^?\s]+\?[bq]\?))?", re.IGNORECASE)
# Nanoseconds since 1970 in 19 digits (enough until the year 2286), then chance for two in the same moment.
_ID = re.compile(r"\d{19}-[0-9a-f]{8}")


class LetterNotFound(LookupError):
    """No letter of the mailbox has this id."""


@dataclass(frozen=True, slots=True)
class LetterSummary:
    """What a list shows of a letter. `to` is the name, or the address where there is none."""

    id: str
    received_at: datetime
    envelope_from: str
    envelope_to: str
    subject: str
    to: str


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A letter in full. `headers` decoded, in their order; `text` and `html` decoded, "" where there is
    none.
    """

    id: str
    received_at: datetime
    envelope_from: str
    envelope_to: str
    subject: str
    to: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    raw: bytes


def store_letter(folder: Path, *, data: bytes, envelope_from: str, envelope_to: str, subject: str, to_name: str) -> str:
    """Write one letter durably and return its id. Raise `OSError` when the disk will not; then nothing is
    listed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    letter_id = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
    envelope = {
        "envelope_from": envelope_from,
        "envelope_to": envelope_to,
        "subject": " ".join(subject.split()),
        "to": " ".join(to_name.split()) or envelope_to,
    }
    beside, temporary, final = (folder / f"{letter_id}{ending}" for ending in (".json", ".tmp", ".eml"))
    try:
        _write_durably(beside, json.dumps(envelope, ensure_ascii=True).encode())
        _write_durably(temporary, data)
        temporary.rename(final)
    except OSError:
        for leftover in (beside, temporary):
            leftover.unlink(missing_ok=True)
        raise
    _sync_folder(folder)
    return letter_id


def count_letters(folder: Path | str) -> int:
    """Return how many letters the mailbox holds; 0 for a folder that does not exist yet."""
    return len(_ids(Path(folder)))


def list_letters(folder: Path | str, *, offset: int = 0, limit: int = 50) -> list[LetterSummary]:
    """Return up to `limit` letters after skipping `offset`, newest first; reads only the small files of
    that page.
    """
    folder = Path(folder)
    ids = sorted(_ids(folder), reverse=True)[max(offset, 0) : max(offset, 0) + max(limit, 0)]
    return [_summary(folder, letter_id) for letter_id in ids]


def read_letter(folder: Path | str, letter_id: str) -> StoredLetter:
    """Return one letter in full. Raise `LetterNotFound` for an id that is none of ours or no longer there."""
    folder = Path(folder)
    if not _ID.fullmatch(letter_id):
        raise LetterNotFound(letter_id)
    try:
        raw = (folder / f"{letter_id}.eml").read_bytes()
    except FileNotFoundError:
        raise LetterNotFound(letter_id) from None
    summary = _summary(folder, letter_id)
    message = BytesParser(policy=policy.default).parsebytes(raw)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return StoredLetter(
        id=letter_id,
        received_at=summary.received_at,
        envelope_from=summary.envelope_from,
        envelope_to=summary.envelope_to,
        subject=summary.subject,
        to=summary.to,
        headers=tuple((name, _decoded(value)) for name, value in message.raw_items()),
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
        raw=raw,
    )


def _ids(folder: Path) -> list[str]:
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    return [name[:-4] for name in names if name.endswith(".eml") and _ID.fullmatch(name[:-4])]


def _summary(folder: Path, letter_id: str) -> LetterSummary:
    try:
        beside = json.loads((folder / f"{letter_id}.json").read_bytes())
    except (FileNotFoundError, ValueError):
        beside = {}  # removed or spoilt by hand: the letter itself is still worth showing
    return LetterSummary(
        id=letter_id,
        received_at=datetime.fromtimestamp(int(letter_id[:19]) / 1e9, UTC),
        envelope_from=beside.get("envelope_from", ""),
        envelope_to=beside.get("envelope_to", ""),
        subject=beside.get("subject", ""),
        to=beside.get("to", ""),
    )


def _decoded(raw: str) -> str:
    """A header on one line with its encoded words read; as it stands where it is no lawful encoding.

    Not by the parser's structured headers: up to Python 3.12 they leave a blank between the words of a long
    name.
    """
    line = _FOLD.sub("", raw).strip().encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return _ENCODED_WORD.sub(lambda word: str(make_header(decode_header(word[1]))), line)
    except (HeaderParseError, LookupError, UnicodeError):
        return line


def _write_durably(path: Path, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable. A file system that cannot do this for folders keeps the letter all
    the same.
    """
    # The letter is in place and readable: calling it unsent would send it twice.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
