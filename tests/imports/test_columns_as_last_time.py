import json
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from customers.imports.applying import apply_batch
from customers.imports.manners import manners_of
from customers.imports.rehearsing import stage_contacts, stage_purchases
from customers.imports.rejects import rows_to_mend
from customers.imports.remembering import header_digest
from customers.imports.sheets_out import csv_lines
from customers.models import Contact, ImportBatch, ImportMapping
from tests.builders import NOW, make_user
from tests.imports.filled_forms import filled, with_columns
from tests.imports.lists import text
from tests.imports.steps import rows_of

pytestmark = pytest.mark.django_db

HEADER = "ΚΩΔΙΚΟΣ;ΠΩΣ ΤΟΝ ΛΕΝΕ;ΠΟΛΗ"
NAMED = {"ΠΩΣ ΤΟΝ ΛΕΝΕ": "name"}
LIST = text(HEADER, "1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ;ΒΟΛΟΣ")


def stage(data: bytes = LIST, **more) -> ImportBatch:
    return stage_contacts(data=data, file_name="people.csv", by=None, now=NOW, **more)


def let_in(data: bytes = LIST, **more) -> ImportBatch:
    return apply_batch(batch_id=stage(data, **more).pk, by=None, clock=lambda: NOW)


def test_columns_that_came_in_are_taken_the_same_way_next_time():
    let_in(mapping=NAMED)

    again = stage(text(HEADER, "2;ΑΝΘΗΣ ΝΙΚΟΣ;ΒΟΛΟΣ"))

    assert again.mapping == {"ΚΩΔΙΚΟΣ": "code", "ΠΩΣ ΤΟΝ ΛΕΝΕ": "name", "ΠΟΛΗ": "city"}
    assert rows_of(again)[2].values["names"]["last_name"] == "Άνθης"
    assert datetime.fromisoformat(again.understood["as_last_time"]) == NOW


@pytest.mark.parametrize("header", ["πόλη;κωδικός;πως τον λένε", "ΚΩΔΙΚΟΣ;ΠΟΛΗ;ΠΩΣ ΤΟΝ ΛΕΝΕ;WHY", HEADER + ";Γιατί"])
def test_the_same_columns_in_another_order_or_case_or_with_our_reasons_are_the_same(header):
    let_in(mapping=NAMED)

    row = ";".join({"κωδικος": "2", "πόλη": "ΒΟΛΟΣ"}.get(name.lower(), "ΑΝΘΗΣ ΝΙΚΟΣ") for name in header.split(";"))
    again = stage(text(header, row))

    assert "name" in again.mapping.values()


def test_a_rehearsal_that_nobody_let_in_is_not_remembered():
    stage(mapping={"ΠΟΛΗ": "name"})

    assert not ImportMapping.objects.exists()


@pytest.mark.parametrize("more", [{"source": "erp"}, {"data": text(HEADER + ";ΦΑΞ", "2;ΑΝΘΗΣ;ΒΟΛΟΣ;1")}])
def test_another_source_or_other_columns_are_another_list(more):
    let_in(mapping={"ΠΩΣ ΤΟΝ ΛΕΝΕ": "name", "ΠΟΛΗ": ""})

    assert stage(mapping=NAMED, **more).mapping["ΠΟΛΗ"] == "city"
    assert "as_last_time" not in stage(mapping=NAMED, **more).understood


def test_a_mapping_by_hand_goes_before_last_time_and_is_remembered_instead():
    let_in(mapping=NAMED)
    let_in(mapping={"ΠΩΣ ΤΟΝ ΛΕΝΕ": "company_name", "ΠΟΛΗ": ""})

    assert stage().mapping == {"ΚΩΔΙΚΟΣ": "code", "ΠΩΣ ΤΟΝ ΛΕΝΕ": "company_name", "ΠΟΛΗ": ""}
    assert ImportMapping.objects.count() == 1


def test_a_field_that_no_longer_exists_is_left_to_our_guess():
    let_in(mapping=NAMED)
    ImportMapping.objects.update(mapping=NAMED | {"ΠΟΛΗ": "horoscope"})

    assert stage().mapping["ΠΟΛΗ"] == "city"


def test_columns_that_differ_by_a_number_keep_what_each_became():
    header, row = "ΚΩΔΙΚΟΣ;ΟΝΟΜΑΤΕΠΩΝΥΜΟ;ΠΟΛΗ;ΠΟΛΗ 2", "1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ;ΝΟΜΟΣ;ΒΟΛΟΣ"
    let_in(text(header, row), mapping={"ΠΟΛΗ": "", "ΠΟΛΗ 2": "city"})

    assert stage(text(header, row)).mapping == {
        "ΚΩΔΙΚΟΣ": "code", "ΟΝΟΜΑΤΕΠΩΝΥΜΟ": "name", "ΠΟΛΗ": "", "ΠΟΛΗ 2": "city",
    }  # fmt: skip


def test_two_columns_of_one_name_are_read_as_the_first_time():
    data = text("ΚΩΔΙΚΟΣ;ΟΝΟΜΑΤΕΠΩΝΥΜΟ;ΠΟΛΗ;ΠΟΛΗ", "1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ;ΒΟΛΟΣ;ΠΑΤΡΑ")
    let_in(data)

    assert rows_of(stage(data))[2].values["fields"]["city"] == "ΒΟΛΟΣ"


def test_invoices_are_remembered_too():
    header, mapping = "ΠΑΡΑΣΤΑΤΙΚΟ;ΗΜΕΡΟΜΗΝΙΑ;ΚΩΔΙΚΟΣ;ΤΟΣΑ", {"ΤΟΣΑ": "amount"}
    data = text(header, "Α-1;1/11/2026;1;5,00")
    first = stage_purchases(data=data, file_name="i.csv", by=None, now=NOW, mapping=mapping)
    apply_batch(batch_id=first.pk, by=None, clock=lambda: NOW)

    again = stage_purchases(data=data, file_name="i.csv", by=None, now=NOW)

    assert again.mapping["ΤΟΣΑ"] == "amount"


def test_what_was_left_out_of_a_list_is_read_with_its_columns():
    batch = let_in(text(HEADER, "1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ;ΒΟΛΟΣ", ";ΑΝΘΗΣ ΝΙΚΟΣ;ΒΟΛΟΣ"), mapping=NAMED)
    data = "".join(csv_lines(rows_to_mend(batch, show="refused", language="el"))).encode()

    assert stage(data).mapping == batch.mapping


def test_the_command_line_reads_a_list_as_last_time(tmp_path, capsys):
    let_in(mapping=NAMED)
    path = tmp_path / "people.csv"
    path.write_bytes(LIST)

    call_command("import_contacts", str(path), "--dry-run", "--json")

    assert json.loads(capsys.readouterr().out)["columns"]["ΠΩΣ ΤΟΝ ΛΕΝΕ"] == "name"


def test_a_list_without_names_of_columns_is_not_remembered():
    let_in(text("Άννα Βλάχου,anna@x.example", "Νίκος Άνθης,nikos@x.example"))

    assert header_digest(["", ""]) == ""
    assert not ImportMapping.objects.exists()


# --- The pages ---


@pytest.fixture
def admin(client):
    client.force_login(make_user("nikos", role="admin", first_name="Νίκος"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(batch: ImportBatch, verb: str = "change") -> str:
    return f"/admin/customers/importbatch/{batch.pk}/{verb}/"


def correct(admin, batch: ImportBatch, *, more: dict | None = None, **becomes: str):
    """Open what we understood of a list, choose other fields for its columns, and rehearse it again."""
    data = with_columns(filled(admin.get(page(batch, "columns")).text), **becomes)
    answer = admin.post(page(batch, "columns"), data | (more or {}), follow=True)
    batch.refresh_from_db()
    return answer


def test_the_rehearsal_says_that_the_columns_are_as_last_time(admin):
    let_in(mapping=NAMED)

    assert "The columns are as last time, on 21 December 2026." in admin.get(page(stage())).text


def test_an_admin_corrects_what_the_columns_become_without_the_file(admin):
    batch = stage(mapping=NAMED)
    assert page(batch, "columns") in admin.get(page(batch)).text
    text = admin.get(page(batch, "columns")).text
    assert text.index("ΚΩΔΙΚΟΣ") < text.index("ΠΩΣ ΤΟΝ ΛΕΝΕ") < text.index("ΠΟΛΗ")

    correct(admin, batch, **{"ΠΟΛΗ": ""})

    assert batch.mapping == {"ΚΩΔΙΚΟΣ": "code", "ΠΩΣ ΤΟΝ ΛΕΝΕ": "name", "ΠΟΛΗ": ""}
    assert "city" not in rows_of(batch)[2].values["fields"]
    assert "as_last_time" not in batch.understood
    assert ImportBatch.objects.count() == 1
    assert not Contact.objects.exists()


def test_columns_that_leave_nobody_to_reach_are_told_and_nothing_is_rehearsed(admin):
    batch = stage(mapping=NAMED)

    answer = correct(admin, batch, **{"ΚΩΔΙΚΟΣ": ""})

    assert "This list has nothing to reach or recognise people by." in answer.text
    assert batch.mapping["ΚΩΔΙΚΟΣ"] == "code"


def test_what_was_said_of_everybody_last_time_is_offered_and_never_taken_by_itself(admin):
    let_in(mapping=NAMED, manners=manners_of(register="singular", owner="nikos", registers_for={"ΦΙΛΟΙ": "plural"}))

    again = stage()
    assert "Last time you also said:" in admin.get(page(again)).text
    assert "register" not in rows_of(again)[2].values["fields"]

    correct(admin, again, more={"as_last_time": ["on"]})
    assert rows_of(again)[2].values["fields"]["register"] == "informal"
    assert again.understood["manners"]["registers"] == {"φιλοι": "formal"}


def test_what_was_written_over_last_time_is_offered_and_never_taken_by_itself(admin):
    first = stage(mapping=NAMED)
    correct(admin, first, more={"rule_2": ["never"]})
    apply_batch(batch_id=first.pk, by=None)

    again = stage()
    assert "rules" not in again.wanted
    assert filled(admin.get(page(again, "columns")).text)["rule_2"] == ["never"]

    correct(admin, again)
    assert again.wanted["rules"] == {"city": "never"}
    correct(admin, again, more={"rule_2": [""]})
    assert "rules" not in again.wanted
    assert filled(admin.get(page(again, "columns")).text)["rule_2"] == [""]


def test_correcting_the_columns_keeps_what_is_said_of_everybody(admin):
    batch = stage(mapping=NAMED, manners=manners_of(register="singular"))

    correct(admin, batch, **{"ΠΟΛΗ": ""})

    assert rows_of(batch)[2].values["fields"]["register"] == "informal"


def test_the_columns_of_a_list_that_is_in_are_no_longer_corrected(admin):
    batch = let_in(mapping=NAMED)

    assert admin.get(page(batch, "columns")).url == page(batch)
    assert page(batch, "columns") not in admin.get(page(batch)).text


def test_the_day_of_last_time_is_the_latest_one(admin):
    let_in(mapping=NAMED)
    later = stage()
    apply_batch(batch_id=later.pk, by=None, clock=lambda: NOW + timedelta(days=1))

    assert "on 22 December 2026." in admin.get(page(stage())).text
