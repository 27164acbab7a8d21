"""Workbooks of a few kilobytes that would take gigabytes, and the ordinary ones that look a little like them.

What is dangerous is read in a process of its own, with a limit on its memory.
"""

import io
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest

from customers.imports.errors import ListError
from customers.imports.reading import read_list
from tests.imports.lists import workbook

FIRST = "xl/worksheets/sheet1.xml"
MEMORY = 1024**3
READ = """
import sys
from customers.imports.errors import ListError
from customers.imports.reading import read_list
try:
    sheet = read_list(sys.stdin.buffer.read())
    print(len(list(sheet.rows())), "rows")
except ListError as refused:
    print(refused.code)
"""


def changed(data: bytes, change: Callable[[str, str], tuple[str, str]]) -> bytes:
    """The workbook with each part passed through `change`, which sees and returns its name and its text."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(*change(name, before.read(name).decode()))
    return packed.getvalue()


def with_rows(rows: str, *, head: str = "") -> bytes:
    """A workbook whose sheet holds these rows, word for word."""

    def change(name: str, part: str) -> tuple[str, str]:
        before, mark, rest = part.partition("<sheetData>")
        after = rest.partition("</sheetData>")[2]
        return name, f"{head}{before}{mark}{rows}</sheetData>{after}" if name == FIRST else part

    return changed(workbook([["email", "name"]]), change)


def elsewhere(data: bytes, place: str) -> bytes:
    """The same workbook with its sheet under another name, as the relations may choose."""
    return changed(
        data,
        lambda name, part: (place if name == FIRST else name, part.replace("worksheets/sheet1.xml", f"/{place}")),
    )


def named_many_times(data: bytes, count: int) -> bytes:
    sheets = "".join(f'<sheet name="s{number}" sheetId="{number}" r:id="r1"/>' for number in range(1, count + 1))

    def change(name: str, part: str) -> tuple[str, str]:
        before, mark, _ = part.partition("<sheets>")
        return name, f"{before}{mark}{sheets}</sheets></workbook>" if mark else part

    return changed(data, change)


def several_sheets(rows: str, count: int) -> bytes:
    """`count` sheets, each a part of its own with the same rows."""
    numbers = range(2, count + 1)
    sheet = zipfile.ZipFile(io.BytesIO(with_rows(rows))).read(FIRST).decode()

    def change(name: str, part: str) -> tuple[str, str]:
        if name == "xl/workbook.xml":
            more = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
            return name, part.replace("</sheets>", f"{more}</sheets>")
        if name == "xl/_rels/workbook.xml.rels":
            kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
            more = "".join(f'<Relationship Id="r{n}" Type="{kind}" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
            return name, part.replace("</Relationships>", f"{more}</Relationships>")
        return name, part

    packed = io.BytesIO(changed(with_rows(rows), change))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in numbers:
            archive.writestr(f"xl/worksheets/sheet{number}.xml", sheet)
    return packed.getvalue()


def text_cell(words: str, place: str = "") -> str:
    number = f' r="{place}"' if place else ""
    return f'<c{number} t="inlineStr"><is><t>{words}</t></is></c>'


def answer_within_a_gigabyte(data: bytes) -> str:
    """Return what a reader with little memory and a minute says, or its last words when it dies of it."""
    run = subprocess.run(
        [sys.executable, "-c", READ],
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    return run.stdout.decode().strip() or run.stderr.decode()[-300:]


HEADER = '<row r="1">' + text_cell("email", "A1") + text_cell("name", "B1") + "</row>"
CORNER = HEADER + text_cell("x", "CV1048576")
PLACELESS_CORNER = HEADER + '<row r="1048576">' + text_cell("x") * 100 + "</row>"
ROW_IN_ROW = "<row>" + text_cell("x") * 48
SEVEN_MILLION = HEADER + text_cell("x", "T350000")


@pytest.mark.parametrize(
    "data",
    [
        elsewhere(with_rows(CORNER), "xl/sheet1.xml"),
        elsewhere(with_rows(CORNER), "letters/nothing.png"),
        with_rows(PLACELESS_CORNER),
        with_rows(f'{HEADER}<row r="1048575"/><row>{text_cell("x") * 100}</row>'),
        with_rows(CORNER.replace(' r="CV', f' r{" " * 40}= "CV')),
        with_rows(CORNER.replace("<c ", "<x:c ").replace("</c>", "</x:c>")),
        with_rows(HEADER + '<row r="60000">' + ROW_IN_ROW * 4 + "</row>" * 5),
        several_sheets(SEVEN_MILLION, 3),
        named_many_times(with_rows(SEVEN_MILLION), 30),
    ],
    ids=[
        "under another folder", "under the name of a picture", "cells without a place", "rows without a number",
        "forty blanks in a place", "tags with a prefix", "rows inside a row",
        "three sheets that fit one by one", "one sheet, thirty names",
    ],
)  # fmt: skip
def test_a_far_corner_is_refused_however_it_is_written(data: bytes) -> None:
    assert len(data) < 20_000
    assert answer_within_a_gigabyte(data) == "list_unpacks_too_large"


@pytest.mark.parametrize(
    "rows",
    [
        f"{HEADER}<row r='2' r='1048576'>{text_cell('x')}</row>",
        f"{HEADER}<row r='2'>{text_cell('x')}",
        f"{HEADER}<row r='2'>{text_cell('x', '2A')}</row>",
        f"{HEADER}<row r='two'>{text_cell('x')}</row>",
        f"{HEADER}<row r='2'>{text_cell('&x;')}</row>",
    ],
    ids=["two numbers", "never closed", "a place turned round", "a number in words", "an unknown entity"],
)
def test_a_sheet_that_two_readers_would_read_differently_is_refused(rows: str) -> None:
    with pytest.raises(ListError) as refused:
        read_list(with_rows(rows))

    assert refused.value.code == "list_damaged"


def test_a_sheet_with_entities_of_its_own_is_refused_wherever_they_stand() -> None:
    declared = "<!--" + "x" * 5000 + '--><!DOCTYPE worksheet [<!ENTITY x "y">]>'

    with pytest.raises(ListError) as refused:
        read_list(with_rows(HEADER, head=declared))

    assert refused.value.code == "list_damaged"


def test_a_workbook_that_holds_another_format_too_is_refused() -> None:
    with pytest.raises(ListError) as refused:
        read_list(workbook([["email"]], more={"content.xml": b"<office/>"}))

    assert refused.value.code == "list_is_archive"


def test_shared_texts_count_like_cells() -> None:
    packed = io.BytesIO(workbook([["email"]]))
    with zipfile.ZipFile(packed, "a") as archive:  # not compressed: what packs too well is refused before
        archive.writestr("xl/sharedStrings.xml", b"<sst>" + b"<si/>" * 8_000_001 + b"</sst>")

    assert answer_within_a_gigabyte(packed.getvalue()) == "list_unpacks_too_large"


def test_cells_and_rows_without_places_are_read_where_they_stand() -> None:
    sheet = read_list(
        with_rows("".join(f"<row>{text_cell(a)}{text_cell(b)}</row>" for a, b in [["email", "name"], "αβ"]))
    )

    assert sheet.header == ("email", "name")
    assert [(row.number, list(row.cells)) for row in sheet.rows()] == [(2, ["α", "β"])]


def test_three_sheets_of_an_ordinary_size_are_all_looked_at() -> None:
    sheet = read_list(several_sheets(HEADER + f"<row r='2'>{text_cell('α@x.example', 'A2')}</row>", 3))

    assert [row.number for row in sheet.rows()] == [2]


def test_two_sheets_are_never_in_memory_together() -> None:
    # Each takes some 200 MB; five of them together would not fit.
    assert answer_within_a_gigabyte(named_many_times(with_rows(SEVEN_MILLION), 5)) == "1 rows"
