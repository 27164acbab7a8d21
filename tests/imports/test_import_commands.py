import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from customers.models import Contact, ImportBatch, Purchase
from tests.imports.lists import customer, customers, invoices, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_bytes(
        customers(
            customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"),
            customer("", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni"),
            customer("3", "ΒΛΑΧΟΥ ΜΑΡΙΑ", remark="ΠΕΝΘΟΣ"),
        )
    )
    return path


def told(capsys, *args: str) -> dict:
    call_command(*args, "--json")
    return json.loads(capsys.readouterr().out)


def test_a_list_comes_in_and_each_refused_or_asked_row_is_told(people, capsys):
    report = told(capsys, "import_contacts", str(people))

    assert (report["counts"]["new"], report["counts"]["refused"], report["state"]) == (2, 1, "applied")
    assert [(row["row"], row["action"], row["reason"]) for row in report["rows"]] == [
        (3, "refused", "nothing_to_reach"),
        (4, "new", "mourning"),
    ]
    assert all(row["sentences"] for row in report["rows"])
    assert Contact.objects.count() == 2


def test_a_dry_run_tells_the_same_and_writes_nothing(people, capsys):
    report = told(capsys, "import_contacts", str(people), "--dry-run")

    assert report["counts"]["new"] == 2
    assert not Contact.objects.exists()
    assert not ImportBatch.objects.exists()


def test_a_mapping_may_be_given(tmp_path, capsys):
    people, mapping = tmp_path / "people.csv", tmp_path / "mapping.json"
    people.write_bytes(text("ΚΩΔΙΚΟΣ;ΠΩΣ ΤΟΝ ΛΕΝΕ", "1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"))
    mapping.write_text(json.dumps({"ΠΩΣ ΤΟΝ ΛΕΝΕ": "name"}), encoding="utf-8")

    told(capsys, "import_contacts", str(people), "--mapping", str(mapping))

    assert Contact.objects.get().last_name == "Βλάχος"


def test_invoices_come_in_and_go_back(people, tmp_path, capsys):
    told(capsys, "import_contacts", str(people))
    path = tmp_path / "invoices.csv"
    path.write_bytes(invoices("Α-1;1/11/2025;1;ΚΑΦΕΣ;1;5,00", "Α-2;1/11/2025;77;ΚΑΦΕΣ;1;5,00"))

    report = told(capsys, "import_purchases", str(path))
    assert (report["counts"]["new"], report["rows"][0]["reason"]) == (1, "customer_unknown")

    undone = told(capsys, "undo_import", str(report["batch"]))
    assert (undone["state"], undone["kept"]) == ("undone", [])
    assert not Purchase.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", text("a;b", "1;2")])
def test_a_file_that_is_no_list_ends_with_a_sentence(tmp_path, content, capsys):
    path = tmp_path / "list.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError) as refused:
        call_command("import_contacts", str(path), "--json")

    assert json.loads(capsys.readouterr().out)["error"]["sentence"] == str(refused.value)


def test_a_file_or_an_import_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError):
        call_command("import_contacts", str(tmp_path / "nothing.csv"))
    with pytest.raises(CommandError):
        call_command("undo_import", "4711")
