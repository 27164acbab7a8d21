"""Small lists of our own making, as bytes: CSV in any encoding, and workbooks written by hand."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

SHOP_HEADER = "ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ;ΑΦΜ;EMAIL;ΤΗΛΕΦΩΝΟ;ΚΙΝΗΤΟ;ΠΟΛΗ;ΗΜ/ΝΙΑ ΓΕΝΝΗΣΗΣ;ΚΑΤΗΓΟΡΙΑ;ΠΑΡΑΤΗΡΗΣΕΙΣ"
INVOICE_HEADER = "ΑΡ.ΠΑΡΑΣΤΑΤΙΚΟΥ;ΗΜΕΡΟΜΗΝΙΑ;ΚΩΔ.ΠΕΛΑΤΗ;ΕΙΔΟΣ;ΠΟΣΟΤΗΤΑ;ΑΞΙΑ"


def text(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return (end.join(lines) + end).encode(encoding)


def customers(*rows: str) -> bytes:
    """A shop's list as its program writes it: Windows-1253 with semicolons."""
    return text(SHOP_HEADER, *rows, encoding="cp1253")


def customer(
    code: str = "",
    name: str = "",
    *,
    tax: str = "",
    email: str = "",
    phone: str = "",
    mobile: str = "",
    city: str = "",
    birthday: str = "",
    category: str = "",
    remark: str = "",
) -> str:
    return ";".join((code, name, tax, email, phone, mobile, city, birthday, category, remark))


def invoices(*rows: str) -> bytes:
    return text(INVOICE_HEADER, *rows, encoding="cp1253")


def workbook(
    rows: Sequence[Sequence[str | float]], *, places: Sequence[str] = (), more: dict[str, bytes] | None = None
) -> bytes:
    """A workbook with one sheet. `places` overrides where the cells of the first row say they are."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for column, value in enumerate(row):
            place = places[column] if number == 1 and places else f"{chr(65 + column)}{number}"
            if isinstance(value, str):
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
            else:
                cells.append(f'<c r="{place}"><v>{value}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}">'
        '<sheets><sheet name="Λίστα" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        for name, part in (more or {}).items():
            archive.writestr(name, part)
    return packed.getvalue()
