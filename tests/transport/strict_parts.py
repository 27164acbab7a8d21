"""One body part of a letter, checked to the byte: its headers, its transfer encoding, its characters."""

import base64
import binascii
import re
from collections.abc import Callable

ENCODED_WIDTH = 76
_PART_HEAD = re.compile(
    rb'Content-Type: text/(plain|html); charset="?utf-8"?\r\n'
    rb"Content-Transfer-Encoding: (base64|quoted-printable)\r\n\r\n"
)
_QP_LINE = re.compile(rb"(?:[!-<>-~ \t]|=[0-9A-F]{2})*=?")


def part_faults(part: bytes, subtype: str) -> tuple[list[str], str]:
    """Return what is wrong with a part, and the text it shows ("" when it cannot be read)."""
    found = _PART_HEAD.match(part)
    if found is None:
        return ["part: its headers are not those of encoded UTF-8 text"], ""
    faults = [] if found[1].decode() == subtype else [f"part: {found[1].decode()} where {subtype} belongs"]
    lines = part[found.end() :].split(b"\r\n")
    if any(len(line) > ENCODED_WIDTH for line in lines):
        faults.append(f"encoding: a line of more than {ENCODED_WIDTH}")
    fault, decoded = _READERS[found[2]](lines)
    try:
        shown = decoded.decode("utf-8")
    except UnicodeDecodeError:
        return [*faults, "charset: not UTF-8"], ""
    if fault:
        faults.append(f"encoding: {fault}")
    if re.search(r"\r(?!\n)|(?<!\r)\n", shown):
        faults.append("encoding: a line end that is not CRLF")
    if "\0" in shown:
        faults.append("nul: in the text")
    if not shown.strip():
        faults.append("part: empty")
    return faults, shown


def _from_base64(lines: list[bytes]) -> tuple[str, bytes]:
    clean = all(re.fullmatch(rb"[A-Za-z0-9+/]+={0,2}", line) for line in lines)
    try:
        return "" if clean else "a line that is no base64", base64.b64decode(b"".join(lines), validate=True)
    except binascii.Error:
        return "not base64", b""


def _from_quoted_printable(lines: list[bytes]) -> tuple[str, bytes]:
    """Decoded by hand: the standard library's decoder forgives what a strict one must see."""
    fault, decoded = "", []
    for position, line in enumerate(lines):
        if not _QP_LINE.fullmatch(line):
            fault = "a byte or an escape that quoted-printable does not know"
        elif line.endswith((b" ", b"\t")):
            fault = "a blank at the end of a line, which may get lost"
        soft = line.endswith(b"=")
        if soft and position == len(lines) - 1:
            fault = "a soft line break at the very end"
        plain = re.sub(rb"(?:=[0-9A-Fa-f]{2})+", _unescaped, line.removesuffix(b"="))
        decoded += [plain] if soft else [plain, b"\r\n"]
    return fault, b"".join(decoded).removesuffix(b"\r\n")


def _unescaped(escapes: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escapes[0].replace(b"=", b"").decode())


_READERS: dict[bytes, Callable[[list[bytes]], tuple[str, bytes]]] = {
    b"base64": _from_base64,
    b"quoted-printable": _from_quoted_printable,
}
