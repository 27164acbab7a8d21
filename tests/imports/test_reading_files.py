import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.imports.errors import ListError
from customers.imports.reading import find_encoding, read_list
from tests.imports.lists import text, workbook

HEADER = "E-mail;Όνομα;Επώνυμο;Σημειώσεις"
ROW = "stamatis@shop.example;Σταμάτης;Άνθης;«πάντα μέτριο»"


def cells(data: bytes, **more) -> list[list[str]]:
    return [list(row.cells) for row in read_list(data, **more).rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1253"])
def test_a_list_reads_the_same_in_every_encoding(encoding):
    sheet = read_list(text(HEADER, ROW, encoding=encoding))

    assert sheet.header == ("E-mail", "Όνομα", "Επώνυμο", "Σημειώσεις")
    assert [list(row.cells) for row in sheet.rows()] == [ROW.split(";")]


def test_iso_8859_7_is_told_from_windows_1253_by_its_capital_alpha_with_accent():
    assert find_encoding("Όνομα;Άννα".encode("iso8859_7")) == "iso8859_7"
    assert find_encoding("Όνομα;Άννα".encode("cp1253")) == "cp1253"


@pytest.mark.parametrize(("encoding", "bad"), [("utf-8", b"\xff"), ("cp1253", b"\xd2")])
def test_one_byte_that_cannot_be_read_does_not_stop_a_list_or_change_its_encoding(encoding, bad):
    data = text(HEADER, ROW, ROW, encoding=encoding).replace(b"stamatis", b"sta" + bad + b"atis", 1)

    assert find_encoding(data) == encoding
    assert [row[1] for row in cells(data)] == ["Σταμάτης", "Σταμάτης"]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found_by_what_the_columns_are_called(delimiter):
    data = text(delimiter.join(["email", "first name", "last name"]), delimiter.join(["s@x.example", "A", "B"]))

    assert read_list(data).delimiter == delimiter


def test_commas_inside_cells_do_not_make_a_semicolon_list_a_comma_list():
    data = text("ΚΩΔΙΚΟΣ;ΔΙΕΥΘΥΝΣΗ", "1;Ερμού 1, 2ος, Αθήνα, 10563", "2;Αγίου Μηνά 4, ισόγειο, Ηράκλειο, 71201")

    assert read_list(data).delimiter == ";"


def test_a_sep_line_decides_and_is_no_row():
    sheet = read_list(text("sep=|", "email|name", "s@x.example|Stamatis"))

    assert (sheet.delimiter, sheet.header, sheet.header_row) == ("|", ("email", "name"), 2)
    assert [row.number for row in sheet.rows()] == [3]


def test_quotes_hold_delimiters_quotes_and_line_breaks():
    data = text("email,name,notes", 's@x.example,"Ρένα, η μικρή","λέει ""ναι""\r\nκαι γελά"')

    assert cells(data) == [["s@x.example", "Ρένα, η μικρή", 'λέει "ναι"\r\nκαι γελά']]


def test_lines_that_end_with_a_lone_carriage_return_are_lines():
    assert cells(text("email,name", "a@x.example,A", "b@x.example,B", end="\r")) == [
        ["a@x.example", "A"],
        ["b@x.example", "B"],
    ]


def test_title_rows_above_the_header_are_passed_over_and_rows_keep_their_numbers():
    sheet = read_list(text("ΚΑΤΑΣΤΑΣΗ ΠΕΛΑΤΩΝ", "", "ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ;EMAIL", "", "7;ΑΝΘΗΣ ΣΤΑΜΑΤΗΣ;s@x.example"))

    assert sheet.header_row == 3
    assert [row.number for row in sheet.rows()] == [5]


def test_ragged_rows_are_rows():
    assert cells(text("email;name;city", "a@x.example", "b@x.example;B;Βόλος;extra")) == [
        ["a@x.example"],
        ["b@x.example", "B", "Βόλος", "extra"],
    ]


def test_a_workbook_is_known_by_its_content_and_numbers_lose_their_point():
    sheet = read_list(workbook([["ΚΩΔΙΚΟΣ", "ΕΠΩΝΥΜΙΑ", "ΑΞΙΑ"], [1548.0, "ΑΝΘΗΣ ΣΤΑΜΑΤΗΣ", 1.234]]))

    assert (sheet.encoding, sheet.delimiter, sheet.name) == ("", "", "Λίστα")
    assert [list(row.cells) for row in sheet.rows()] == [["1548", "ΑΝΘΗΣ ΣΤΑΜΑΤΗΣ", "1.2340"]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "list_empty"),
        (b"\xef\xbb\xbf", "list_empty"),
        (b" \r\n;;;\r\n", "list_empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "list_is_picture"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "list_is_picture"),
        (b"%PDF-1.7 ...", "list_is_pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200), "list_is_old_excel"),
        (b"\x1f\x8b\x08" + bytes(50), "list_is_archive"),
        (b"email,name\n" + bytes(range(1, 9)) * 40, "list_is_binary"),
        (b"abc" + bytes(3000), "list_is_binary"),
        (b"PK\x03\x04 and then nothing of a zip", "list_damaged"),
    ],
)
def test_what_is_no_list_is_refused_by_its_content(data, code):
    with pytest.raises(ListError) as refused:
        read_list(data)

    assert refused.value.code == code


def test_a_quote_that_never_closes_is_refused_with_its_row():
    rows = [f"p{number}@x.example,Name{number}" for number in range(200)]
    data = text("email,name", 'a@x.example,"Anna', *rows)

    with pytest.raises(ListError) as refused:
        list(read_list(data).rows())

    assert (refused.value.code, refused.value.facts["row"]) == ("list_quote_open", 2)


def test_another_archive_is_not_a_workbook():
    packed = workbook([["email"]]).replace(b"xl/workbook.xml", b"xl/workbooc.xml")

    with pytest.raises(ListError) as refused:
        read_list(packed)

    assert refused.value.code == "list_is_archive"


def test_a_workbook_that_unpacks_too_far_is_refused_before_it_is_opened():
    bomb = workbook([["email"]], more={"xl/media/nothing.xml": bytes(3_000_000)})

    with pytest.raises(ListError) as refused:
        read_list(bomb)

    assert refused.value.code == "list_unpacks_too_large"


@pytest.mark.parametrize(
    ("places", "code"),
    [(["A1", "XFD1"], "list_too_wide"), (["A1", "CV1048576"], "list_unpacks_too_large")],
)
def test_a_cell_in_the_far_corner_is_refused_before_room_is_made_for_it(places, code):
    with pytest.raises(ListError) as refused:
        read_list(workbook([["email", "name"]], places=places))

    assert refused.value.code == code


def test_a_workbook_with_entities_is_refused():
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'

    with pytest.raises(ListError) as refused:
        read_list(workbook([["email"]], more={"xl/sharedStrings.xml": evil}))

    assert refused.value.code == "list_damaged"


@given(st.one_of(st.binary(), st.text().map(str.encode), st.text().map(lambda text: text.encode("utf-16"))))
def test_no_bytes_break_the_reader(data):
    try:
        rows = list(read_list(data).rows())
    except ListError:
        return
    assert all(any(cell.strip() for cell in row.cells) for row in rows)


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=800))
def test_no_broken_workbook_breaks_the_reader(noise, place):
    whole = workbook([["ΚΩΔΙΚΟΣ", "ΕΠΩΝΥΜΙΑ"], [1, "ΑΝΘΗΣ"]])

    try:
        list(read_list(whole[:place] + noise + whole[place + len(noise) :]).rows())
    except ListError as refused:
        assert refused.code.startswith("list_")
