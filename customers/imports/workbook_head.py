"""The beginning of a large workbook, as a small workbook of its own: enough to see how it reads, in no time.

The reader of workbooks reads whole sheets. So the first rows of each sheet, and the texts they name, are cut out of
the XML before it is asked. Whatever is written unusually is left to the reader: then this gives nothing.
"""

import io
import re
import zipfile
import zlib

from customers.imports.source import Given, source_of

# Below, the whole workbook is read as quickly.
LARGE_BYTES = 1024 * 1024
# Of each sheet: sixty rows with two hundred cells of a hundred letters fit.
_SHEET_BYTES = 2 * 1024 * 1024
# Programs number the texts in the order of the cells, so those of the first rows stand first.
_TEXTS_BYTES = 8 * 1024 * 1024
# What describes the sheets is small; more of it is no beginning.
_OTHER_BYTES = 4 * 1024 * 1024
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_TEXTS = "xl/sharedStrings.xml"
_NEEDED = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook|styles)\.xml|xl/_rels/workbook\.xml\.rels")
_NAMED_TEXT = re.compile(rb'<c [^<>]*?\bt="s"[^<>]*>\s*<v>([0-9]{1,9})</v>')
# Of these nobody could say which text they name, or which row they end.
_UNUSUAL = re.compile(rb"<!|t='|<[A-Za-z]+:(?:row|c|si|v)[\s/>]|<si\s*/>")
_SAYS_TEXT = b't="s"'


def beginning_of_workbook(data: Given, rows: int) -> bytes | None:
    """Return a workbook with the first rows of each sheet of a large one; None for a small or unusual one."""
    source = source_of(data)
    if source.size < LARGE_BYTES:
        return None
    try:
        with zipfile.ZipFile(source.open()) as archive:
            return _cut(archive, rows)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError, RuntimeError, ValueError):
        return None  # what is wrong with it, the reader of workbooks says


def _cut(archive: zipfile.ZipFile, rows: int) -> bytes | None:
    parts: dict[str, bytes] = {}
    last_text = -1
    for name in archive.namelist():
        if _SHEET.fullmatch(name):
            sheet = _first_rows(_beginning(archive, name, _SHEET_BYTES), rows)
            named = [int(number) for number in _NAMED_TEXT.findall(sheet or b"")]
            if sheet is None or len(named) != sheet.count(_SAYS_TEXT):
                return None
            parts[name] = sheet
            last_text = max(last_text, *named, -1)
        elif _NEEDED.fullmatch(name):
            parts[name] = archive.read(name) if archive.getinfo(name).file_size <= _OTHER_BYTES else b""
    if _TEXTS in archive.namelist():
        texts = _first_texts(_beginning(archive, _TEXTS, _TEXTS_BYTES), last_text + 1)
        if texts is None:
            return None
        parts[_TEXTS] = texts
    elif last_text >= 0:
        return None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as small:
        for name, part in parts.items():
            small.writestr(name, part)
    return packed.getvalue()


def _beginning(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    with archive.open(name) as part:
        return part.read(size)


def _first_rows(sheet: bytes, rows: int) -> bytes | None:
    """Return the XML of a sheet up to the end of so many rows; None when that is not surely found."""
    if _UNUSUAL.search(sheet):
        return None
    end = -1
    for _row in range(rows):
        found = sheet.find(b"</row>", end + 1)
        if found < 0:
            break
        end = found
    if b"</sheetData>" in sheet and sheet.find(b"</row>", end + 1) < 0:
        return sheet if sheet.rstrip().endswith(b"</worksheet>") else None
    if end < 0:
        return None
    return sheet[: end + len(b"</row>")] + b"</sheetData></worksheet>"


def _first_texts(texts: bytes, number: int) -> bytes | None:
    """Return the XML of the shared texts up to the end of so many; None when that is not surely found."""
    if _UNUSUAL.search(texts):
        return None
    end = texts.find(b"<si>") if b"<si>" in texts else texts.find(b"<si ")
    if not number or end < 0:
        return None
    for _text in range(number):
        found = texts.find(b"</si>", end)
        if found < 0:
            return None
        end = found + len(b"</si>")
    return texts[:end] + b"</sst>"
