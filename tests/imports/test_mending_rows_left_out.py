import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from customers.imports.applying import apply_batch
from customers.imports.rehearsing import stage_contacts, stage_purchases
from customers.imports.rejects import rows_to_mend
from customers.imports.sheets_out import csv_lines, guarded, unguarded
from customers.models import AuditEntry, Contact, ContactCode, ImportBatch, ImportRow
from tests.builders import NOW, make_contact, make_user
from tests.imports.filled_forms import press
from tests.imports.lists import INVOICE_HEADER, SHOP_HEADER, customer, customers, invoices, text, workbook
from tests.imports.steps import codes_of, rehearse, rehearse_invoices, rows_of

pytestmark = pytest.mark.django_db

NOT_REACHED = customer("", "ΒΛΑΧΟΥ ΜΑΡΙΑ", birthday="12/31/1980", city="ΒΟΛΟΣ")
PEOPLE = (
    customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", email="g@shop.example"),
    customer("2", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni @shop.example"),
    NOT_REACHED,
)


def as_file(batch: ImportBatch, show: str = "refused", language: str = "en") -> bytes:
    return "".join(csv_lines(rows_to_mend(batch, show=show, language=language))).encode()


def read_back(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def stage(data: bytes, **more) -> ImportBatch:
    return stage_contacts(data=data, file_name="again.csv", by=None, now=NOW, **more)


def test_the_file_holds_the_header_and_each_row_left_out_as_it_was_and_why():
    header, *rows = read_back(as_file(rehearse(*PEOPLE)))

    assert header == [*SHOP_HEADER.split(";"), "Why"]
    assert [row[:-1] for row in rows] == [NOT_REACHED.split(";")]
    assert "Neither e-mail, phone, postal address nor code" in rows[0][-1]
    assert "“12/31/1980” is not a date" in rows[0][-1]


def test_the_reasons_are_in_the_language_of_the_reader():
    header, row = read_back(as_file(rehearse(*PEOPLE), language="el"))

    assert header[-1] == "Γιατί"
    assert "Neither" not in row[-1]


def test_the_rows_to_ask_about_are_a_file_of_their_own():
    rows = read_back(as_file(rehearse(*PEOPLE), "ask"))

    assert [row[1] for row in rows[1:]] == ["ΒΛΑΧΟΥ ΕΛΕΝΗ"]
    assert "eleni@shop.example" in rows[1][-1]


@pytest.mark.parametrize("language", ["el", "en"])
def test_the_mended_file_is_read_as_the_first_and_its_reasons_are_passed_over(language):
    first = rehearse(*PEOPLE)
    mended = as_file(first, language=language).decode().replace("12/31/1980", "31/12/1980")

    again = stage(mended.replace(";ΒΛΑΧΟΥ", "7;ΒΛΑΧΟΥ", 1).encode())

    assert again.mapping == first.mapping
    row = rows_of(again)[2]
    assert (row.action, row.values["fields"]["birth_year"], row.notes) == (ImportRow.Action.NEW, 1980, [])


def test_a_reason_that_quotes_a_damaged_letter_does_not_keep_a_mended_row_on_the_list():
    header, row = SHOP_HEADER.split(";"), customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ").split(";")
    mended = "".join(csv_lines([[*header, "Why"], [*row, "A letter cannot be read: \ufffd"]])).encode()

    assert codes_of(rows_of(stage(mended))[2]) == set()


def test_a_row_left_out_twice_bears_one_column_of_reasons():
    again = stage(as_file(rehearse(*PEOPLE)))

    header, row = read_back(as_file(again))
    assert header.count("Why") == 1
    assert len(row) == len(header)


def test_a_remark_on_money_is_in_no_file_and_in_no_table():
    batch = rehearse(customer("", "ΒΛΑΧΟΥ ΜΑΡΙΑ", remark="ΠΕΝΘΟΣ, ΧΡΩΣΤΑΕΙ ΑΠΟ ΠΕΡΥΣΙ"))

    assert read_back(as_file(batch))[1][9] == "ΠΕΝΘΟΣ"
    assert "ΧΡΩΣΤΑΕΙ" not in json.dumps(rows_of(batch)[2].cells, ensure_ascii=False)


def test_rows_that_are_in_order_are_not_kept_twice():
    batch = rehearse(*PEOPLE)

    assert [bool(row.cells) for row in rows_of(batch).values()] == [False, True, True]


def test_cells_of_a_workbook_and_rows_longer_than_the_header_keep_their_place():
    data = workbook([["ΚΩΔΙΚΟΣ", "ΕΠΩΝΥΜΙΑ", "EMAIL"], ["", "ΒΛΑΧΟΥ ΜΑΡΙΑ", "", "", "μια λέξη"]])

    header, row = read_back(as_file(stage(data)))

    assert header == ["ΚΩΔΙΚΟΣ", "ΕΠΩΝΥΜΙΑ", "EMAIL", "", "", "Why"]
    assert row[:5] == ["", "ΒΛΑΧΟΥ ΜΑΡΙΑ", "", "", "μια λέξη"]


def test_a_list_without_a_header_gets_one_that_is_read_the_same():
    lines = ("Άννα Βλάχου,anna@x.example", "Νίκος Άνθης,", "Ζωή Ράλλη,zoe@x.example", "Ρένα Άνθη,rena@x.example")
    first = stage(text(*lines))

    header, row = read_back(as_file(first))
    again = stage(as_file(first).decode().replace("Νίκος Άνθης;", "Νίκος Άνθης;nikos@x.example").encode())

    assert header == ["ΕΠΩΝΥΜΙΑ", "EMAIL", "Why"]
    assert row[0] == "Νίκος Άνθης"
    assert rows_of(again)[2].values["emails"] == ["nikos@x.example"]


def test_a_row_that_was_in_order_and_could_not_come_in_later_is_in_the_file_too():
    batch = rehearse(customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", email="g@shop.example", phone="2310123456", birthday="3/4/1980"))
    ContactCode.objects.create(contact=make_contact(), code="1")
    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    row = read_back(as_file(batch))[1]

    assert row[:8] == ["1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", "", "g@shop.example", "2310123456", "", "", "3/4/1980"]
    assert row[-1] == "Somebody got this code since the rehearsal."


def test_an_invoice_that_could_not_come_in_is_whole_in_the_file():
    batch = rehearse_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00", "Α-1;1/11/2026;1001;ΜΥΛΟΣ;1;πολλά")

    header, *rows = read_back(as_file(batch))
    again = stage_purchases(data=as_file(batch), file_name="again.csv", by=None, now=NOW)

    assert header == [*INVOICE_HEADER.split(";"), "Why"]
    assert [row[3] for row in rows] == ["ΚΑΦΕΣ", "ΜΥΛΟΣ"]
    assert again.mapping == batch.mapping


def test_an_invoice_whose_customer_went_since_is_in_the_file_as_it_was_read():
    contact = make_contact()
    ContactCode.objects.create(contact=contact, code="1001")
    batch = rehearse_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1,5;-1.205,00")
    Contact.objects.filter(pk=contact.pk).update(erased_at=NOW)
    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    assert read_back(as_file(batch))[1][:6] == ["Α-1", "2026-11-01", "1001", "ΚΑΦΕΣ", "1,500", "'-1205,00"]


# --- No cell becomes a formula ---


@pytest.mark.parametrize("cell", ["=1+1", "+30694", "-50,00", "@x", "\t=1", "\r", "'=1", "''-1"])
def test_a_cell_that_a_spreadsheet_would_run_is_guarded_and_comes_back(cell):
    assert guarded(cell) == "'" + cell
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["", "ΒΛΑΧΟΥ", "'Αγγελος", "O'Hara", "'", "6940000001", "1-2"])
def test_any_other_cell_stays_as_it_is(cell):
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


def test_a_guarded_cell_is_read_without_its_guard():
    row = rows_of(rehearse(customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", phone="'+30 2310 123456")))[2]

    assert row.values["fields"]["phone"] == "+30 2310 123456"


# --- The page ---


@pytest.fixture
def admin(client):
    client.force_login(make_user("nikos", role="admin"))
    return client


def address(batch: ImportBatch, show: str) -> str:
    return f"/admin/customers/importbatch/{batch.pk}/file/?show={show}"


def bring(admin, data: bytes) -> ImportBatch:
    file = {"list_file": SimpleUploadedFile("people.csv", data)}
    press(admin, admin.post("/admin/customers/contact/import/", file, follow=True))
    batch = ImportBatch.objects.latest("pk")
    admin.post(f"/admin/customers/importbatch/{batch.pk}/apply/")
    return batch


def test_the_page_offers_both_files_and_each_download_is_in_the_trail(admin):
    batch = rehearse(*PEOPLE)
    page = admin.get(f"/admin/customers/importbatch/{batch.pk}/change/").text

    answers = {show: admin.get(address(batch, show)) for show in ("refused", "ask")}

    assert all(address(batch, show) in page for show in answers)
    assert answers["refused"].headers["Content-Disposition"] == f'attachment; filename="left-out-{batch.pk}.csv"'
    assert answers["ask"].headers["Content-Disposition"] == f'attachment; filename="to-ask-{batch.pk}.csv"'
    assert answers["refused"].getvalue().startswith(b"\xef\xbb\xbf")
    assert list(AuditEntry.objects.filter(verb="export_rows").order_by("pk").values_list("facts", "object_id")) == [
        ({"show": "refused", "rows": 1}, batch.pk),
        ({"show": "ask", "rows": 1}, batch.pk),
    ]


def test_what_was_left_out_is_mended_and_brought_again_by_the_page(admin):
    first = bring(admin, customers(*PEOPLE))
    mended = admin.get(address(first, "refused")).getvalue().decode().replace(";;;ΒΟΛΟΣ", ";6940000001;;ΒΟΛΟΣ")

    again = bring(admin, mended.encode())

    assert (again.counts["rows"], again.counts["new"]) == (1, 1)
    assert Contact.objects.get(last_name="Βλάχου", first_name="Μαρία").phone == "6940000001"


def test_without_such_rows_there_is_no_such_file_to_offer(admin):
    batch = rehearse(PEOPLE[0])

    assert "/file/" not in admin.get(f"/admin/customers/importbatch/{batch.pk}/change/").text


def test_a_list_of_before_whose_rows_were_not_kept_has_no_file(admin):
    batch = rehearse(*PEOPLE)
    batch.understood.pop("header")
    batch.save()

    assert "/file/" not in admin.get(f"/admin/customers/importbatch/{batch.pk}/change/").text
    assert admin.get(address(batch, "refused")).status_code == 404


def test_a_class_of_rows_that_is_no_file_is_not_found(admin):
    assert admin.get(address(rehearse(*PEOPLE), "new")).status_code == 404


# --- The command line ---


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_the_command_writes_the_rows_left_out_where_it_is_told(tmp_path, options, capsys):
    path, out = tmp_path / "people.csv", tmp_path / "out.csv"
    path.write_bytes(customers(*PEOPLE))

    call_command("import_contacts", str(path), "--rejects", str(out), "--json", *options)

    assert json.loads(capsys.readouterr().out)["counts"]["refused"] == 1
    assert [row[:-1] for row in read_back(out.read_bytes())[1:]] == [NOT_REACHED.split(";")]


def test_the_command_for_invoices_writes_them_too(tmp_path, capsys):
    path, out = tmp_path / "invoices.csv", tmp_path / "out.csv"
    path.write_bytes(invoices("Α-1;1/11/2025;77;ΚΑΦΕΣ;1;5,00"))

    call_command("import_purchases", str(path), "--rejects", str(out))

    assert read_back(out.read_bytes())[1][:3] == ["Α-1", "1/11/2025", "77"]


def test_a_place_that_cannot_be_written_is_told_before_anything_comes_in(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(customers(*PEOPLE))

    with pytest.raises(CommandError):
        call_command("import_contacts", str(path), "--rejects", str(tmp_path / "nowhere" / "out.csv"))

    assert not ImportBatch.objects.exists()
