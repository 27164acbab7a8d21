import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from customers import admin_imports
from customers.models import Contact, ImportBatch, Purchase
from tests.builders import NOW, make_user
from tests.imports.filled_forms import press
from tests.imports.lists import customer, customers, invoices
from tests.imports.steps import let_in, rehearse

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/customers/contact/import/"
UPLOAD_INVOICES = "/admin/customers/purchase/import/"
PEOPLE = (
    customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", email="g@shop.example"),
    customer("2", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni @shop.example"),
    customer("", "ΒΛΑΧΟΥ ΜΑΡΙΑ", birthday="12/31/1980"),
)


def logged_in(role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(role=role))
    return client


@pytest.fixture
def admin() -> Client:
    return logged_in("admin")


def upload(client: Client, data: bytes, *, to: str = UPLOAD, name: str = "customers.csv"):
    return client.post(to, {"list_file": SimpleUploadedFile(name, data)}, follow=True)


def page(batch: ImportBatch, verb: str = "change") -> str:
    return f"/admin/customers/importbatch/{batch.pk}/{verb}/"


def test_an_admin_brings_a_list_sees_what_will_happen_and_lets_it_in(admin):
    assert UPLOAD in admin.get("/admin/customers/contact/").text

    understood = upload(admin, customers(*PEOPLE))
    assert "This is how we read" in understood.text
    assert not ImportBatch.objects.get().rows.exists()
    rehearsal = press(admin, understood).text
    assert "Nothing has been written yet." in rehearsal
    assert "Windows-1253" in rehearsal
    assert "Is it eleni@shop.example?" in rehearsal
    assert "Γιώργος Βλάχος" in rehearsal
    assert not Contact.objects.exists()

    batch = ImportBatch.objects.get()
    result = admin.post(page(batch, "apply"), follow=True).text
    assert "<b>customers.csv</b> is in." in result
    assert Contact.objects.count() == 2


def test_the_page_shows_one_class_of_rows_at_a_time(admin):
    batch = rehearse(*PEOPLE)

    refused = admin.get(page(batch) + "?show=refused").text
    assert "ΒΛΑΧΟΥ ΜΑΡΙΑ" in refused
    assert "ΒΛΑΧΟΥ ΕΛΕΝΗ" not in refused
    assert "is not a date. Write 31/12/1980." in refused
    assert "ΒΛΑΧΟΥ ΕΛΕΝΗ" in admin.get(page(batch) + "?show=ask").text


def test_a_page_has_fifty_rows_and_few_queries_however_long_the_list_is(admin, django_assert_max_num_queries):
    batch = rehearse(*[customer(str(n), f"ΒΛΑΧΟΥ ΕΛΕΝΗ{n}") for n in range(120)])

    with django_assert_max_num_queries(9):
        first = admin.get(page(batch))

    assert first.text.count('<td class="num"') == 50
    assert len(first.content) < 60_000


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(99)])
def test_a_file_that_is_no_list_is_told_beside_the_field_and_writes_nothing(admin, data):
    answer = upload(admin, data)

    assert answer.status_code == 200
    assert "invalid-feedback" in answer.text
    assert not ImportBatch.objects.exists()


def test_no_file_is_told_beside_the_field(admin):
    assert "Choose the file of the list." in admin.post(UPLOAD, {}).text


def test_invoices_come_in_by_the_same_way(admin):
    let_in(*PEOPLE)

    understood = upload(admin, invoices("Α-1;1/11/2025;1;ΚΑΦΕΣ;1;1.205,00"), to=UPLOAD_INVOICES, name="i.csv")
    assert "1,205.00" in press(admin, understood).text
    batch = ImportBatch.objects.get(kind="purchases")
    admin.post(page(batch, "apply"))

    assert Purchase.objects.get().document_number == "Α-1"


def test_an_import_is_taken_back_after_one_question(admin):
    batch = let_in(*PEOPLE)

    assert "back?" in admin.get(page(batch, "undo")).text
    assert Contact.objects.exists()
    assert "has been taken back" in admin.post(page(batch, "undo"), follow=True).text
    assert not Contact.objects.exists()


def test_an_import_that_cannot_be_done_now_says_why(admin):
    batch = rehearse(*PEOPLE)
    ImportBatch.objects.create(kind="contacts", file_name="other.csv", state="applying", lease_until=NOW)

    assert "Another list is coming in just now." in admin.post(page(batch, "apply"), follow=True).text


def test_a_long_list_is_left_to_the_worker(admin, monkeypatch, django_capture_on_commit_callbacks):
    batch = rehearse(*PEOPLE)
    rung = []
    monkeypatch.setattr(admin_imports, "AT_ONCE", 2)
    monkeypatch.setattr(admin_imports, "ring_import", lambda **told: rung.append(told))

    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(page(batch, "apply"), follow=True)

    assert rung == [{"batch_id": batch.pk, "undoing": False}]
    assert "The worker has been told." in answer.text
    assert "hx-get" in answer.text
    assert not Contact.objects.exists()


def test_progress_tells_the_page_when_it_is_over(admin):
    batch = rehearse(*PEOPLE)
    asked = page(batch, "progress") + f"?was=rehearsed&started=rehearsed.{int(timezone.now().timestamp())}"
    assert "HX-Refresh" not in admin.get(asked).headers

    admin.post(page(batch, "apply"))

    assert admin.get(asked).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("role", ["staff", "manager"])
def test_only_admins_come_here(role):
    client, batch = logged_in(role), rehearse(*PEOPLE)

    for url in (UPLOAD, UPLOAD_INVOICES, page(batch), page(batch, "undo"), page(batch, "progress")):
        assert client.get(url).status_code == 403
    assert client.post(page(batch, "apply")).status_code == 403
    assert upload(client, customers(*PEOPLE)).status_code == 403
    assert not Contact.objects.exists()


def test_somebody_who_is_not_logged_in_is_asked_to():
    assert Client().get(UPLOAD).status_code == 302


@pytest.mark.parametrize("query", ["?show=everything", "?after=last", "?before=-1", "?field=password", "?reason=x"])
def test_an_address_that_means_nothing_is_not_found(admin, query):
    assert admin.get(page(rehearse(*PEOPLE)) + query).status_code == 404


def test_a_name_with_markup_is_shown_as_text(admin):
    batch = rehearse(customer("1", "<b onclick=x>ΡΙΤΑ</b>"))

    assert "<b onclick" not in admin.get(page(batch)).text
