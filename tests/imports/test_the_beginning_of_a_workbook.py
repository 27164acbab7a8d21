import io
import zipfile

import pytest

from customers.imports import workbook_head
from customers.imports.reading import heads_of_sheets
from customers.imports.understanding import look
from customers.imports.workbook_head import beginning_of_workbook
from tests.imports.lists import workbook

ROWS = [["ΚΩΔΙΚΟΣ", "ΟΝΟΜΑΤΕΠΩΝΥΜΟ"], *[[str(number), f"ΒΛΑΧΟΥ ΕΛΕΝΗ{number}"] for number in range(200)]]


@pytest.fixture(autouse=True)
def every_workbook_is_large(monkeypatch):
    monkeypatch.setattr(workbook_head, "LARGE_BYTES", 0)


def rewritten(data: bytes, **parts: bytes) -> bytes:
    """The workbook with other parts: sheet=…, texts=…."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "texts": "xl/sharedStrings.xml"}
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        changed = {names[name]: part for name, part in parts.items()}
        for name in old.namelist():
            if name not in changed:
                new.writestr(name, _relations(old.read(name), name, "texts" in parts))
        for name, part in changed.items():
            new.writestr(name, part)
    return packed.getvalue()


def _relations(part: bytes, name: str, with_texts: bool) -> bytes:
    if not with_texts or not name.endswith("workbook.xml.rels"):
        return part
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    return part.replace(
        b"</Relationships>",
        f'<Relationship Id="r9" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'.encode(),
    )


def with_shared_texts(count: int = 200) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = '<c r="A{n}"><v>{n}</v></c><c r="B{n}" t="s"><v>{text}</v></c>'
    rows = "".join(f'<row r="{n}">{cells.format(n=n, text=n - 1)}</row>' for n in range(1, count + 1))
    texts = "".join(f"<si><t>ΒΛΑΧΟΥ ΕΛΕΝΗ{n}</t></si>" for n in range(count))
    return rewritten(
        workbook(ROWS),
        sheet=f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode(),
        texts=f'<sst xmlns="{main}" count="{count}">{texts}</sst>'.encode(),
    )


@pytest.mark.parametrize("data", [workbook(ROWS), workbook(ROWS[:5]), with_shared_texts()])
def test_the_beginning_reads_as_the_whole(data):
    beginning = beginning_of_workbook(data, 20)

    assert beginning is not None
    assert heads_of_sheets(beginning, 20) == heads_of_sheets(data, 20)


def test_the_beginning_has_only_the_rows_and_texts_that_are_needed():
    with zipfile.ZipFile(io.BytesIO(beginning_of_workbook(with_shared_texts(), 20))) as small:
        assert small.read("xl/worksheets/sheet1.xml").count(b"</row>") == 20
        assert small.read("xl/sharedStrings.xml").count(b"</si>") == 20


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sheetData>", b"<!-- a remark --><sheetData>"),
        (b't="inlineStr"', b"t='inlineStr'"),
        (b"<row r=", b"<x:row r="),
        (b't="inlineStr"><is><t>0</t></is>', b't="s"><v>7</v>'),  # a text that is not there
    ],
)
def test_what_is_written_unusually_is_left_to_the_reader(old, new):
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert old in sheet

    assert beginning_of_workbook(rewritten(workbook(ROWS), sheet=sheet.replace(old, new, 1)), 20) is None


def test_texts_that_stand_far_behind_are_left_to_the_reader():
    data = with_shared_texts()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b"<v>3</v></c></row>", b"<v>500</v></c></row>", 1)

    assert beginning_of_workbook(rewritten(data, sheet=sheet), 20) is None


@pytest.mark.parametrize("data", [b"PK\x03\x04" + bytes(99), b"CODE;NAME\r\n1;A\r\n"])
def test_what_is_no_workbook_has_no_beginning(data):
    assert beginning_of_workbook(data, 20) is None


def test_a_first_look_at_a_large_workbook_finds_sheet_and_header():
    seen = look(io.BytesIO(with_shared_texts()), kind="contacts", wanted={})
    assert (seen.sheet.name, len(seen.heads["Λίστα"])) == ("Λίστα", 60)

    seen = look(io.BytesIO(workbook([["Πελατολόγιο"], *ROWS])), kind="contacts", wanted={})
    assert seen.sheet.header == ("ΚΩΔΙΚΟΣ", "ΟΝΟΜΑΤΕΠΩΝΥΜΟ")


def test_a_small_workbook_is_read_whole(monkeypatch):
    monkeypatch.undo()

    assert beginning_of_workbook(workbook(ROWS), 20) is None
