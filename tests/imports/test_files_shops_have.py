"""Lists as shops really have them: what each kind of file is taken for, and what its rows say."""

import codecs
import io
import tempfile
import zipfile

import pytest

from customers.imports.errors import ListError
from customers.imports.mapping import columns_by_name, columns_by_value
from customers.imports.reading import digest_of, find_encoding, first_rows, read_list, sheet_names
from customers.imports.words import list_sentence
from tests.imports.lists import text
from tests.imports.workbooks import Date, Error, Formula, book

HEADER = "ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ;EMAIL;ΤΗΛΕΦΩΝΟ"
STAMATIS = "7;ΑΝΘΗΣ ΣΤΑΜΑΤΗΣ;stamatis@shop.example;2310445471"
ELENI = "8;ΒΛΑΧΟΥ ΕΛΕΝΗ;eleni@shop.example;6940000002"
UNDERSTOOD = [
    {"code": "7", "name": "ΑΝΘΗΣ ΣΤΑΜΑΤΗΣ", "email": "stamatis@shop.example", "phone": "2310445471"},
    {"code": "8", "name": "ΒΛΑΧΟΥ ΕΛΕΝΗ", "email": "eleni@shop.example", "phone": "6940000002"},
]
EXCEL = {"Πελάτες": [cells.split(";") for cells in (HEADER, STAMATIS, ELENI)]}


def people(data: bytes, **said) -> list[dict[str, str]]:
    """Each row as {field: its cells}, several cells of one field with a bar between."""
    sheet = read_list(data, **said)
    rows = [row.cells for row in sheet.rows()]
    columns = columns_by_name(sheet.header, list_kind="contacts") if sheet.header_row else columns_by_value(rows)
    found = [{field: "|".join(cell for _name, cell in columns.cells(row, field)) for field in columns.fields}
             for row in rows]  # fmt: skip
    return [{field: cell for field, cell in person.items() if cell} for person in found]


def greek(encoding: str, *lines: str, end: str = "\r\n") -> bytes:
    return text(*lines, encoding=encoding, end=end)


LIST = (HEADER, STAMATIS, ELENI)
SWAPPED = text(*LIST, encoding="utf-16-be")
SAME_PEOPLE = {
    "windows-1253": greek("cp1253", *LIST),
    "iso-8859-7": greek("iso8859_7", *LIST),
    "dos 737": greek("cp737", *LIST),
    "utf-8": greek("utf-8", *LIST),
    "utf-8 with mark": greek("utf-8-sig", *LIST),
    "utf-16 little with mark": codecs.BOM_UTF16_LE + greek("utf-16-le", *LIST),
    "utf-16 big with mark": codecs.BOM_UTF16_BE + SWAPPED,
    "utf-16 little": greek("utf-16-le", *LIST),
    "utf-16 big": SWAPPED,
    "commas": greek("utf-8", *(line.replace(";", ",") for line in LIST)),
    "tabs": greek("cp1253", *(line.replace(";", "\t") for line in LIST)),
    "bars": greek("cp1253", *(line.replace(";", "|") for line in LIST)),
    "sep line": greek("cp1253", "sep=;", *LIST),
    "sep line in quotes, with mark": greek("utf-8-sig", '"sep=;"', *LIST),
    "carriage returns alone": greek("cp1253", *LIST, end="\r"),
    "line feeds alone": greek("cp1253", *LIST, end="\n"),
    "mixed line ends": f"{HEADER}\r\n{STAMATIS}\n{ELENI}\r".encode("cp1253"),
    "no line end at the end": ";\r\n".join(LIST).encode("cp1253"),
    "end mark of dos": greek("cp737", *LIST) + b"\x1a",
    "everything in quotes": greek("cp1253", *('"' + line.replace(";", '";"') + '"' for line in LIST)),
    "title rows": greek("cp1253", "ΚΑΦΕΚΟΠΤΕΙΟ Η ΓΩΝΙΑ;;;", "ΚΑΤΑΣΤΑΣΗ ΠΕΛΑΤΩΝ 31/12/2025;;;", ";;;", *LIST),
    "letterhead with an address": greek("cp1253", "Η ΓΩΝΙΑ", "info@gonia.example", "2310999999", *LIST),
    "empty rows above and between": greek("cp1253", "", ";;;", HEADER, "", STAMATIS, " ; ;;", ELENI, ";;;"),
    "header in the middle": greek("cp1253", *["ΣΕΛΙΔΑ ΤΙΤΛΟΥ"] * 12, *LIST),
    "header again on each page": greek("cp1253", HEADER, STAMATIS, "", HEADER, ELENI),
    "pages and totals": greek("cp1253", HEADER, STAMATIS, "Σελίδα 1 από 2;;;", HEADER, ELENI,
                              ";ΓΕΝΙΚΟ ΣΥΝΟΛΟ;;1.234,56", "Σύνολο πελατών: 2;;;"),
    "blanks that do not break": greek("cp1253", HEADER.replace(";", "\u00a0;\u00a0"), STAMATIS, ELENI),
    "delimiters behind": greek("cp1253", *(line + ";;;;" for line in LIST)),
    "an empty column between": greek("cp1253", *(line.replace(";", ";;", 1) for line in LIST)),
    "numbers before the names": greek("cp1253", "1. Κωδικός;2. Επωνυμία;3. E-mail;4. Τηλέφωνο", STAMATIS, ELENI),
    "units behind the names": greek("cp1253", "Κωδικός (ERP);Επωνυμία [πελάτη];E-mail (1);Τηλέφωνο 1", STAMATIS, ELENI),
    "names of a person's own": greek("utf-8", "κωδ. πελ.;Ονοματεπώνυμο πελάτη;Διεύθυνση e-mail;Τηλ. επικοινωνίας",
                                     STAMATIS, ELENI),
    "zeros kept as text": greek("cp1253", HEADER, STAMATIS.replace("2310445471", '="2310445471"'), ELENI),
    "excel": book(EXCEL),
    "excel, numbers as numbers": book({"Πελάτες": [HEADER.split(";"), [7, *STAMATIS.split(";")[1:3], 2310445471],
                                                   [8.0, *ELENI.split(";")[1:3], 6940000002.0]]}),
    "excel, formulas": book({"Πελάτες": [HEADER.split(";"), [Formula("6+1", 7), *STAMATIS.split(";")[1:]],
                                         [8, Formula("A1&B1", "ΒΛΑΧΟΥ ΕΛΕΝΗ"), *ELENI.split(";")[2:]]]}),
    "excel, merged title": book({"Πελάτες": [["ΚΑΤΑΣΤΑΣΗ ΠΕΛΑΤΩΝ"], [], *EXCEL["Πελάτες"]]},
                                extra='<mergeCells count="1"><mergeCell ref="A1:D1"/></mergeCells>'),
    "excel, second sheet": book({"Οδηγίες": [["Συμπληρώστε το επόμενο φύλλο"]], **EXCEL}),
    "excel, beside a hidden sheet": book({"Παλιά": [["ΚΩΔΙΚΟΣ", "ΕΠΩΝΥΜΙΑ", "EMAIL", "ΚΙΝΗΤΟ", "ΠΟΛΗ"], ["1"]],
                                          **EXCEL}, hidden=["Παλιά"]),
    "excel, huge dimension": book(EXCEL, extra='<dimension ref="A1:XFD1048576"/>'),
}  # fmt: skip


@pytest.mark.parametrize("kind", SAME_PEOPLE)
def test_the_same_two_people_are_read_from_every_kind_of_file(kind: str) -> None:
    assert people(SAME_PEOPLE[kind]) == UNDERSTOOD


@pytest.mark.parametrize("kind", SAME_PEOPLE)
def test_a_file_reads_like_its_bytes_and_more_than_once(kind: str) -> None:
    data = SAME_PEOPLE[kind]
    with tempfile.TemporaryFile() as file:
        file.write(data)
        sheet = read_list(file)
        first, second = sheet.rows(), sheet.rows()
        in_turns = [row for pair in zip(first, second, strict=True) for row in pair]
        digest = digest_of(file)

    expected = list(read_list(data).rows())
    assert in_turns == [row for row in expected for _ in range(2)]
    assert digest == digest_of(data)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["ΕΠΩΝΥΜΙΑ;EMAIL;ΤΗΛ", '"ΤΑΒΕΡΝΑ ""Η ΩΡΑΙΑ""; ΑΦΟΙ ΑΝΘΗ";a@x.example;1'],
         [{"name": 'ΤΑΒΕΡΝΑ "Η ΩΡΑΙΑ"; ΑΦΟΙ ΑΝΘΗ', "email": "a@x.example", "phone": "1"}]),
        (["ΕΠΩΝΥΜΙΑ;EMAIL;ΣΧΟΛΙΑ", 'ΑΝΘΗΣ;a@x.example;"μέτριος; χωρίς γάλα\r\nδύο παιδιά"'],
         [{"name": "ΑΝΘΗΣ", "email": "a@x.example", "remarks": "μέτριος; χωρίς γάλα\r\nδύο παιδιά"}]),
        (["ΕΠΩΝΥΜΙΑ;EMAIL;ΠΟΛΗ", "ΑΝΘΗΣ;a@x.example", "ΒΛΑΧΟΥ;b@x.example;ΒΟΛΟΣ;;τέλος"],
         [{"name": "ΑΝΘΗΣ", "email": "a@x.example"}, {"name": "ΒΛΑΧΟΥ", "email": "b@x.example", "city": "ΒΟΛΟΣ"}]),
        (["ΕΠΩΝΥΜΙΑ;EMAIL;EMAIL;ΠΟΛΗ;ΠΟΛΗ", "ΑΝΘΗΣ;a@x.example;b@x.example;ΒΟΛΟΣ;ΑΘΗΝΑ"],
         [{"name": "ΑΝΘΗΣ", "email": "a@x.example|b@x.example", "city": "ΒΟΛΟΣ"}]),
        (["Name;Surname;E-mail", "Άννα;Βλάχου;a@x.example"],
         [{"first_name": "Άννα", "last_name": "Βλάχου", "email": "a@x.example"}]),
        (["Name;E-mail 1 - Value;Phone 1 - Value;E-mail 2 - Value", "Άννα Βλάχου;a@x.example;1;b@x.example"],
         [{"name": "Άννα Βλάχου", "email": "a@x.example|b@x.example", "phone": "1"}]),
        (["ΠΕΛΑΤΗΣ;ΤΗΛΕΦΩΝΑ;;EMAIL", ";ΣΤΑΘΕΡΟ;ΚΙΝΗΤΟ;", "ΑΝΘΗΣ;1;2;a@x.example"],
         [{"name": "ΑΝΘΗΣ", "phone": "1", "mobile": "2", "email": "a@x.example"}]),
        (["ΣΤΟΙΧΕΙΑ;;ΕΠΙΚΟΙΝΩΝΙΑ;", "ΚΩΔ;ΕΠΩΝΥΜΙΑ;ΤΗΛ;EMAIL", "7;ΑΝΘΗΣ;1;a@x.example"],
         [{"code": "7", "name": "ΑΝΘΗΣ", "phone": "1", "email": "a@x.example"}]),
        (["ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ;EMAIL", "7;=1+1;a@x.example", "8;'=ΚΑΦΕ;#N/A"],
         [{"code": "7", "name": "=1+1", "email": "a@x.example"}, {"code": "8", "name": "=ΚΑΦΕ"}]),
        (["ΕΠΩΝΥΜΙΑ;EMAIL;ΥΠΟΛΟΙΠΟ 31/12/2025", "ΑΝΘΗΣ;a@x.example;0"], [{"name": "ΑΝΘΗΣ", "email": "a@x.example"}]),
    ],
)  # fmt: skip
def test_what_stands_in_the_columns_is_what_their_owner_sees(lines: list[str], expected: list[dict]) -> None:
    assert people(text(*lines, encoding="cp1253")) == expected


@pytest.mark.parametrize(
    "lines",
    [
        ["Άννα Βλάχου;anna@x.example;ΠΕΛΑΤΗΣ", "Νίκος Άνθης;nikos@x.example;ΠΕΛΑΤΗΣ"],
        ["Άννα Βλάχου;anna@x.example;ΕΤΑΙΡΕΙΑ", "Νίκος Άνθης;nikos@x.example;ΦΙΛΟΣ"],
        ["Άννα Βλάχου;anna@x.example;", "Νίκος Άνθης;nikos@x.example;ΠΕΛΑΤΗΣ"],
    ],
)
def test_nobody_is_taken_for_the_names_of_the_columns(lines: list[str]) -> None:
    found = [(person["name"], person["email"]) for person in people(text(*lines))]

    assert found == [("Άννα Βλάχου", "anna@x.example"), ("Νίκος Άνθης", "nikos@x.example")]


@pytest.mark.parametrize("name", ["ΣΥΝΟΛΑΚΗΣ", "ΣΥΝΟΛΟ ΑΕ", "ΣΕΛΙΔΑ", "TOTAL SERVICE", "PAGE", "ΓΕΝΙΚΟ ΕΜΠΟΡΙΟ"])
def test_nobody_is_taken_for_a_total(name: str) -> None:
    assert [person["name"] for person in people(text("ΕΠΩΝΥΜΙΑ;ΤΗΛ", f"{name};2310445471"))] == [name]


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Ά", "cp1253"),
        ("ΕΠΩΝΥΜΙΑ;ΠΟΛΗ\r\nΆννα;Άρτα", "cp1253"),
        ("ΕΠΩΝΥΜΙΑ;ΠΟΛΗ\r\nΆννα;Άρτα", "iso8859_7"),
        ("ΕΠΩΝΥΜΙΑ;ΟΝΟΜΑ\r\nΒΛΆΧΟΥ;ΕΛΕΝΗ", "iso8859_7"),
        ("ΕΠΩΝΥΜΙΑ\r\nΆ. ΒΛΑΧΟΥ", "iso8859_7"),
        ("ΕΙΔΟΣ;ΑΞΙΑ\r\nΚΑΦΕΣ;9,80 €", "iso8859_7"),
        ("ΕΙΔΟΣ;ΑΞΙΑ\r\nΚΑΦΕΣ;9,80 €", "cp1253"),
        ("ΕΠΩΝΥΜΙΑ\r\n«Η ΩΡΑΙΑ»", "cp1253"),
        ("ΠΕΛΑΤΗΣ;ΠΟΛΗ\r\nΑΝΘΗΣ;ΒΟΛΟΣ", "utf-16-le"),
        ("ΠΕΛΑΤΗΣ;ΠΟΛΗ\r\nΑΝΘΗΣ;ΒΟΛΟΣ", "utf-16-be"),
        ("ΠΕΛΑΤΗΣ;ΠΟΛΗ\r\nΆνθης;Βόλος", "cp737"),
        ("ΠΕΛΑΤΗΣ;ΠΟΛΗ\r\nΆνθης;Βόλος", "utf-8"),
        ("NAME;CITY\r\nΑΝΘΗΣ ΑΕ;Athens", "cp1253"),
        ("NAME;TYPE\r\nANTHIS;ΑΕ", "cp1253"),
        ("NAME;CITY\r\nJosé Müßig;Málaga", "cp1252"),
    ],
)
def test_a_few_words_are_enough_to_read_them_rightly(words: str, encoding: str) -> None:
    data = words.encode(encoding)

    assert data.decode(find_encoding(data)) == words


def test_one_bad_byte_costs_one_letter() -> None:
    data = greek("utf-8", *LIST).replace("ΑΝΘΗΣ".encode(), "ΑΝΘ".encode() + b"\xff" + "Σ".encode())

    assert people(data)[0]["name"] == "ΑΝΘ\ufffdΣ ΣΤΑΜΑΤΗΣ"
    assert people(data)[1] == UNDERSTOOD[1]


@pytest.mark.parametrize(
    ("day", "cell"),
    [(Date(29586), "1980-12-31"), (Date(29586.75), "1980-12-31"), (29586, "29586"), ("31/12/1980", "31/12/1980")],
)
def test_a_day_in_a_workbook_is_read_with_its_year_first(day: Date | float | str, cell: str) -> None:
    assert people(book({"Φ": [["ΕΠΩΝΥΜΙΑ", "ΓΕΝΕΘΛΙΑ"], ["ΑΝΘΗΣ", day]]})) == [{"name": "ΑΝΘΗΣ", "birthday": cell}]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (1548.0, "1548"),
        (6.94e9, "6940000000"),
        (0.1 + 0.2, "0.3"),
        (True, "1"),
        (None, ""),
        (Error("#N/A"), ""),
        (Error("#DIV/0!"), ""),
        ("#Δ/Υ", ""),
        (Formula("1/0", "#DIV/0!"), ""),
        (Formula("NOW()", None), ""),
        ("=1+1", "=1+1"),
    ],
)
def test_a_cell_of_a_workbook_is_the_text_a_list_would_hold(cell: object, read: str) -> None:
    [row] = read_list(book({"Φ": [["ΕΠΩΝΥΜΙΑ", "ΚΩΔΙΚΟΣ"], ["ΑΝΘΗΣ", cell]]})).rows()

    assert row.cells[1:] == [read]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<html><head></head><table><tr><td>EMAIL</td></tr></table></html>", "list_is_web_page"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>", "list_is_web_page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "list_is_web_page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "list_is_picture"),
        (b'[{"email": "a@x.example"}]', "list_is_json"),
        (b'{"people": []}', "list_is_json"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\r\nEND:VCARD\r\n", "list_is_vcard"),
        (b"{\\rtf1\\ansi EMAIL}", "list_is_document"),
        (b"II*\x00" + bytes(100), "list_is_picture"),
        (b"RIFF1234WEBPVP8 " + bytes(100), "list_is_picture"),
        (book({"Φ": [[]]}), "list_empty"),
        (book(EXCEL, hidden=["Πελάτες"]), "list_sheets_hidden"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(data: bytes, code: str) -> None:
    with pytest.raises(ListError) as refused:
        read_list(data)

    assert refused.value.code == code
    assert "%(" not in list_sentence(code, refused.value.facts)


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("content.xml", "list_is_other_sheet"),
        ("xl/workbook.bin", "list_is_other_sheet"),
        ("Index/Document.iwa", "list_is_other_sheet"),
        ("word/document.xml", "list_is_document"),
        ("customers.csv", "list_is_archive"),
    ],
)
def test_an_archive_is_named_by_what_is_in_it(inside: str, code: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(inside, b"EMAIL")

    with pytest.raises(ListError) as refused:
        read_list(packed.getvalue())

    assert refused.value.code == code


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_quote_that_swallows_the_next_row_is_refused_with_its_row(place: int) -> None:
    cells = STAMATIS.split(";")
    cells[place] = '"' + cells[place]
    other = ELENI.replace("ΒΛΑΧΟΥ", '"ΒΛΑΧΟΥ')

    with pytest.raises(ListError) as refused:
        list(read_list(greek("cp1253", HEADER, ELENI, ";".join(cells), other, ELENI)).rows())

    assert (refused.value.code, refused.value.facts) == ("list_quote_open", {"row": 3})


def test_a_file_without_line_ends_is_refused_before_it_fills_the_memory() -> None:
    data = greek("cp1253", HEADER, *[STAMATIS] * 30) + b"x;" * 300_000

    with pytest.raises(ListError) as refused:
        list(read_list(data).rows())

    assert (refused.value.code, refused.value.facts) == ("list_row_too_long", {"row": 32})


def test_what_a_person_says_of_a_file_goes_before_our_finding() -> None:
    data = greek("iso8859_7", "ΤΙΤΛΟΣ,Α", "ΣΤΗΛΗ;ΕΠΩΝΥΜΙΑ", "ΚΩΔΙΚΟΣ;EMAIL", "1;ΑΝΘΗΣ")
    sheet = read_list(data, encoding="cp1253", delimiter=";", header_row=2)

    assert (sheet.encoding, sheet.delimiter, sheet.header_row) == ("cp1253", ";", 2)
    assert sheet.header == ("ΣΤΗΛΗ", "ΕΠΩΝΥΜΙΑ")
    assert [row.number for row in sheet.rows()] == [3, 4]
    assert first_rows(sheet, 2) == [["ΤΙΤΛΟΣ,Α"], ["ΣΤΗΛΗ", "ΕΠΩΝΥΜΙΑ"]]


def test_a_person_may_say_that_no_row_names_the_columns() -> None:
    sheet = read_list(greek("cp1253", "ΠΕΛΑΤΗΣ;EMAIL", "ΑΝΘΗΣ;a@x.example"), header_row=0)

    assert (sheet.header, sheet.header_row) == ((), 0)
    assert [row.number for row in sheet.rows()] == [1, 2]


def test_a_person_may_choose_the_sheet() -> None:
    data = book({"2024": [["ΕΠΩΝΥΜΙΑ", "EMAIL"], ["ΑΝΘΗΣ", "a@x.example"]],
                 "2025": [["ΕΠΩΝΥΜΙΑ", "EMAIL"], ["ΒΛΑΧΟΥ", "b@x.example"]], "Κενό": [[]]})  # fmt: skip

    assert sheet_names(data) == ["2024", "2025"]
    assert sheet_names(greek("cp1253", *LIST)) == []
    assert read_list(data).name == "2024"
    assert people(data, sheet_name="2025") == [{"name": "ΒΛΑΧΟΥ", "email": "b@x.example"}]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"encoding": "klingon"}, "encoding_unknown"),
        ({"encoding": "utf-8"}, "encoding_misfit"),
        ({"encoding": "utf-16"}, "encoding_misfit"),
        ({"delimiter": "|"}, "delimiter_missing"),
        ({"delimiter": "a"}, "delimiter_unknown"),
        ({"delimiter": ";;"}, "delimiter_unknown"),
        ({"header_row": 9}, "header_row_unknown"),
        ({"header_row": -1}, "header_row_unknown"),
        ({"sheet_name": "Φύλλο"}, "sheet_unknown"),
    ],
)
def test_what_a_person_says_and_does_not_fit_is_refused_in_words(said: dict, code: str) -> None:
    with pytest.raises(ListError) as refused:
        read_list(greek("cp1253", *LIST), **said)

    assert refused.value.code == code
    assert "%(" not in list_sentence(code, refused.value.facts)


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ListError) as refused:
        read_list(book(EXCEL), sheet_name="Φύλλο1")

    assert refused.value.facts["sheets"] == "Πελάτες"
