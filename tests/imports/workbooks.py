"""Workbooks as office programs and people make them: several sheets, some hidden, dates, formulas, errors."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class Date:
    """A number that its style shows as a date."""

    number: float


@dataclass(frozen=True)
class Formula:
    """A cell that is worked out, with what it came to last time (None: never worked out)."""

    source: str
    value: str | float | None


@dataclass(frozen=True)
class Error:
    """A cell that could not be worked out: #N/A."""

    name: str


Cell = str | float | bool | None | Date | Formula | Error


def book(sheets: Mapping[str, Sequence[Sequence[Cell]]], *, hidden: Sequence[str] = (), extra: str = "") -> bytes:
    """A workbook with these sheets. `extra` is XML behind the rows of each: merged cells, for example."""
    numbered = list(enumerate(sheets.items(), start=1))
    named = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}" state="{"hidden" if name in hidden else "visible"}"/>'
        for n, (name, _rows) in numbered
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{SHEET_TYPE}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>'
            for n, _sheet in numbered
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _sheet in numbered
        )
        + f'<Relationship Id="styles" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for n, (_name, rows) in numbered:
        parts[f"xl/worksheets/sheet{n}.xml"] = _sheet(rows, extra)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def _sheet(rows: Sequence[Sequence[Cell]], extra: str) -> str:
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(_cell(cell, f"{chr(65 + column)}{number}") for column, cell in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData>{extra}</worksheet>'


def _cell(cell: Cell, place: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, Date):
        return f'<c r="{place}" s="1"><v>{cell.number}</v></c>'
    if isinstance(cell, Error):
        return f'<c r="{place}" t="e"><v>{cell.name}</v></c>'
    if isinstance(cell, Formula):
        kind = ' t="str"' if isinstance(cell.value, str) else ""
        value = "" if cell.value is None else f"<v>{escape(str(cell.value))}</v>"
        return f'<c r="{place}"{kind}><f>{escape(cell.source)}</f>{value}</c>'
    return f'<c r="{place}"><v>{cell}</v></c>'
