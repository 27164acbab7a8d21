"""Workbooks of a few kilobytes that would take gigabytes, and the ordinary ones that look a little like them.

What is dangerous is read in a process of its own, with a limit on its memory.
"""

import io
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.imports.errors import ListError
from customers.imports.reading import read_list
from customers.imports.sheet_size import sheet_size
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


def naming_texts(
    numbers: Sequence[int], texts: Sequence[str], *, cell: str = '<c r="A{}" t="s"><v>{}</v></c>'
) -> bytes:
    """A workbook whose cells name shared texts by their numbers, a cell a row."""
    rows = "".join(f'<row r="{n}">{cell.format(n, text)}</row>' for n, text in enumerate(numbers, start=1))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"

    def change(name: str, part: str) -> tuple[str, str]:
        if name == "xl/_rels/workbook.xml.rels":
            more = f'<Relationship Id="texts" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
            return name, part.replace("</Relationships>", more)
        return name, part

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    packed = io.BytesIO(changed(with_rows(rows), change))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        items = "".join(f"<si><t>{text}</t></si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{items}</sst>')
    return packed.getvalue()


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


LONG = "email " + "x" * 100_000


@pytest.mark.parametrize(
    "data",
    [
        naming_texts([0] * 10_000, [LONG]),
        naming_texts([1] * 10_000, ["a", LONG]),
        naming_texts([0] * 10_000, [LONG], cell="<c r='A{}' t='s'><v>{}</v></c>"),
        naming_texts([0] * 10_000, [LONG], cell='<c r="A{}" t="s"><v>+{}</v></c>'),
        naming_texts([0] * 10_000, [f"<!--</t></si><si><t>--></t></si><si><t>{LONG}"]),
    ],
    ids=["the first", "the second", "unusual marks", "unusual numbers", "miscounted"],
)
def test_one_long_text_named_by_thousands_of_cells_is_refused(data: bytes) -> None:
    assert len(data) < 200_000
    assert answer_within_a_gigabyte(data) == "list_unpacks_too_large"


def test_one_long_text_among_thousands_of_short_ones_is_read() -> None:
    sheet = read_list(naming_texts([0, *[1] * 20_000, 2], ["email", "a@x.example", "x" * 20_000]))

    assert sum(1 for _ in sheet.rows()) == 20_001


@pytest.mark.parametrize(
    "rows",
    [
        f"{HEADER}<row r='2' r='1048576'>{text_cell('x')}</row>",
        f"{HEADER}<row r='2'>{text_cell('x')}",
        f"{HEADER}<row r='2'>{text_cell('x', '2A')}</row>",
        f"{HEADER}<row r='two'>{text_cell('x')}</row>",
        f"{HEADER}<row r='2'>{text_cell('&x;')}</row>",
        f"{HEADER}<{HEADER}?x {text_cell('x', 'CV1048576')} ?>",
        f"{HEADER}<!{HEADER}-- {text_cell('x', 'CV1048576')} -->",
        f"{HEADER}<x a='{HEADER}'>{text_cell('x', 'CV1048576')}</x>",
    ],
    ids=[
        "two numbers",
        "never closed",
        "a place turned round",
        "a number in words",
        "an unknown entity",
        "a row in an instruction's mark",
        "a row in a comment's mark",
        "a row in a mark",
    ],
)
def test_a_sheet_that_two_readers_would_read_differently_is_refused(rows: str) -> None:
    with pytest.raises(ListError) as refused:
        read_list(with_rows(rows))

    assert refused.value.code == "list_damaged"


@given(st.lists(st.tuples(st.integers(1, 70), st.lists(st.sampled_from("ABZ"), max_size=4)), max_size=6), st.data())
def test_ordinary_rows_take_as_much_room_as_the_same_rows_written_unusually(numbered, data) -> None:
    ordinary, unusual = "", ""
    for number, letters in numbered:
        kind = data.draw(st.sampled_from(['<c r="{}"/>', '<c r="{}" t="s"><v>7</v></c>', '<c r="{}"><f>A1</f></c>']))
        cells = "".join(kind.format(f"{letter}{number}") for letter in letters)
        ordinary += f'<row r="{number}" spans="1:3">{cells}</row>'
        ways = f"<row  r='{number}' >{cells}</row >", f'<row r="{number}">{cells}</row>'
        unusual += data.draw(st.sampled_from(ways))

    rooms = [sheet_size(io.BytesIO(f"<sheetData>{rows}</sheetData>".encode()), max_columns=200)
             for rows in (ordinary, unusual)]  # fmt: skip
    assert rooms[0] == rooms[1]


def test_a_row_is_counted_where_it_stands_in_a_large_sheet() -> None:
    rows = "".join(f'<row r="{number}">{text_cell("α" * 40, f"B{number}")}</row>' for number in range(1, 20_001))

    assert sheet_size(io.BytesIO(f"<x>{rows}</x>".encode()), max_columns=200) == 40_000


def test_an_archive_that_names_more_parts_than_a_workbook_has_is_refused_before_the_names_are_read() -> None:
    packed = bytearray(workbook([["email"]]))
    end = packed.rfind(b"PK\x05\x06")
    packed[end + 12 : end + 16] = (50_000_000).to_bytes(4, "little")

    with pytest.raises(ListError) as refused:
        read_list(bytes(packed))

    assert refused.value.code == "list_unpacks_too_large"


def test_a_sheet_with_entities_of_its_own_is_refused_wherever_they_stand() -> None:
    declared = "<!--" + "x" * 5000 + '--><!DOCTYPE worksheet [<!ENTITY x "y">]>'

    with pytest.raises(ListError) as refused:
        read_list(with_rows(HEADER, head=declared))

    assert refused.value.code == "list_damaged"


def test_a_workbook_that_holds_another_format_too_is_refused() -> None:
    with pytest.raises(ListError) as refused:
        read_list(workbook([["email"]], more={"content.xml": b"<office/>"}))

    assert refused.value.code == "list_is_other_sheet"


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
