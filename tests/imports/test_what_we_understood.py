import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customers import admin_understood
from customers.imports.applying import apply_batch
from customers.imports.receiving import receive_list
from customers.models import Contact, ImportBatch
from tests.builders import NOW, make_user
from tests.imports.filled_forms import filled, press, with_columns
from tests.imports.lists import customer, customers, text, workbook
from tests.imports.steps import rows_of

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/customers/contact/import/"
HEADER = "ΚΩΔΙΚΟΣ;ΟΝΟΜΑΤΕΠΩΝΥΜΟ;ΠΟΛΗ;ΚΑΤΑΣΤΗΜΑ"
PERSON = "1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ;ΒΟΛΟΣ;ΚΕΝΤΡΟ"


@pytest.fixture
def admin(client):
    client.force_login(make_user("nikos", role="admin"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def bring(admin, data: bytes, name: str = "people.csv", **said):
    """Upload a list; return the page of what we understood."""
    page = admin.post(UPLOAD, {"list_file": SimpleUploadedFile(name, data), **said}, follow=True)
    assert 'id="understood"' in page.text
    return page


def look_again(admin, page, **changes: str):
    """Change how the file is read, as the script does: the page shows itself anew."""
    data = filled(page.text) | {name: [value] for name, value in changes.items()}
    return admin.post(page.request["PATH_INFO"], data | {"again": ["1"]}, headers={"hx-request": "true"})


def the_batch() -> ImportBatch:
    return ImportBatch.objects.get()


def chosen(page, field: str) -> str:
    return filled(page.text)[field][0]


def becomes(page) -> dict[str, str]:
    data = filled(page.text)
    return {name: data[f"column_{index}"][0] for index, name in enumerate(data["column_name"])}


def test_a_list_is_shown_as_we_read_it_with_its_titles_before_any_row_is_staged(admin):
    page = bring(admin, text("Πελατολόγιο 2026", "", HEADER, PERSON, encoding="cp1253"))

    assert "Πελατολόγιο 2026" in page.text
    assert (chosen(page, "encoding"), chosen(page, "delimiter"), chosen(page, "header_row")) == ("cp1253", ";", "3")
    assert "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ" in page.text
    assert becomes(page) == {"ΚΩΔΙΚΟΣ": "code", "ΟΝΟΜΑΤΕΠΩΝΥΜΟ": "name", "ΠΟΛΗ": "city", "ΚΑΤΑΣΤΗΜΑ": ""}
    assert the_batch().state == ImportBatch.State.RECEIVED
    assert not the_batch().rows.exists()


def test_other_letters_are_chosen_and_the_page_shows_them_at_once(admin):
    page = bring(admin, text(HEADER, "1;Άννα Βλάχου;ΒΟΛΟΣ;Α", encoding="iso8859_7"))
    assert "Άννα Βλάχου" in page.text
    wrong = look_again(admin, page, encoding="cp1253")
    assert "Άννα Βλάχου" not in wrong.text

    press(admin, wrong)

    assert the_batch().wanted["encoding"] == the_batch().encoding == "cp1253"
    assert rows_of(the_batch())[2].values["as_written"] == "¶ννα Βλάχου"


def test_letters_that_do_not_fit_are_told_and_the_page_stays_as_it_was(admin):
    page = look_again(admin, bring(admin, text(HEADER, PERSON)), encoding="utf-16")

    assert 'role="alert"' in page.text
    assert chosen(page, "encoding") == "utf-8"
    assert "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ" in page.text


def test_another_separator_shows_other_columns(admin):
    page = bring(admin, text("ΚΩΔΙΚΟΣ,Χ;ΟΝΟΜΑΤΕΠΩΝΥΜΟ", "1,2;ΒΛΑΧΟΣ", "2,3;ΑΝΘΗΣ"))

    page = look_again(admin, page, delimiter=",")

    assert list(becomes(page)) == ["ΚΩΔΙΚΟΣ", "Χ;ΟΝΟΜΑΤΕΠΩΝΥΜΟ"]


def test_the_row_that_names_the_columns_is_chosen_and_what_was_said_of_columns_stays(admin):
    page = bring(admin, text("ΚΩΔΙΚΟΣ;ΠΟΙΟΣ;ΠΟΛΗ", "ΚΩΔ;ΠΟΙΟΣ;ΕΔΡΑ", "1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ;ΒΟΛΟΣ"))
    data = with_columns(filled(page.text), **{"ΠΟΙΟΣ": "name"})

    page = admin.post(page.request["PATH_INFO"], data | {"header_row": ["2"], "again": ["1"]})

    assert becomes(page) == {"ΚΩΔ": "code", "ΠΟΙΟΣ": "name", "ΕΔΡΑ": ""}
    press(admin, page)
    assert the_batch().wanted["header_row"] == 2
    assert list(rows_of(the_batch())) == [3]


def test_what_was_said_of_a_column_is_there_again_when_the_file_is_read_as_before(admin):
    page = bring(admin, text("ΚΩΔΙΚΟΣ;ΠΟΙΟΣ", "1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", "2;ΑΝΘΗΣ ΝΙΚΟΣ"))
    data = with_columns(filled(page.text), **{"ΠΟΙΟΣ": "name"})
    wrong = admin.post(page.request["PATH_INFO"], data | {"header_row": ["2"], "again": ["1"]})
    assert list(becomes(wrong)) == ["1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"]

    again = look_again(admin, wrong, header_row="1")

    assert becomes(again) == {"ΚΩΔΙΚΟΣ": "code", "ΠΟΙΟΣ": "name"}


def test_a_list_whose_columns_nobody_named_is_mapped_by_letter(admin):
    page = bring(admin, text("1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ;ΒΟΛΟΣ;g@shop.example", "2;ΑΝΘΗΣ ΝΙΚΟΣ;ΒΟΛΟΣ;n@shop.example"))
    assert becomes(page)["D"] == "email"
    assert "a further fact" not in page.text

    press(admin, page, A="code", B="name", C="city")

    row = rows_of(the_batch())[1]
    assert (row.values["code"], row.values["fields"]["city"]) == ("1", "ΒΟΛΟΣ")
    assert row.values["emails"] == ["g@shop.example"]


def test_another_sheet_of_a_workbook_is_chosen_and_its_row_of_names_found_anew(admin):
    data = workbook([["ΚΩΔΙΚΟΣ", "ΟΝΟΜΑΤΕΠΩΝΥΜΟ"], ["1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"]])
    page = bring(admin, data, "people.xlsx")
    assert "sheet" not in filled(page.text)  # there is one only
    batch = the_batch()
    batch.understood["heads"]["Άλλη"] = [["Λίστα"], ["ΚΩΔ", "ΠΕΛΑΤΗΣ"], ["7", "ΑΝΘΗΣ ΝΙΚΟΣ"]]
    batch.save()

    page = look_again(admin, admin.get(page.request["PATH_INFO"]), sheet="Άλλη")

    assert (chosen(page, "sheet"), chosen(page, "header_row")) == ("Άλλη", "2")
    assert "ΑΝΘΗΣ ΝΙΚΟΣ" in page.text


def test_a_workbook_is_rehearsed_from_its_kept_file(admin):
    page = bring(admin, workbook([["ΚΩΔΙΚΟΣ", "ΟΝΟΜΑΤΕΠΩΝΥΜΟ"], ["1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"]]), "people.xlsx")

    assert "Nothing has been written yet." in press(admin, page).text
    assert rows_of(the_batch())[2].values["as_written"] == "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"


def test_a_column_is_kept_as_a_further_fact_only_when_a_person_says_so(admin):
    page = bring(admin, text(HEADER, PERSON))

    press(admin, page, ΚΑΤΑΣΤΗΜΑ="extra")

    assert the_batch().mapping["ΚΑΤΑΣΤΗΜΑ"] == "extra"


def test_what_may_be_written_over_is_kept_by_field_and_only_where_it_was_said(admin):
    page = bring(admin, text(HEADER, PERSON))
    data = filled(page.text)
    assert "rules" not in the_batch().wanted

    admin.post(page.request["PATH_INFO"], data | {"rule_0": ["always"], "rule_2": ["never"]})

    # A code is what people are found by: there is nothing to write over.
    assert the_batch().wanted["rules"] == {"city": "never"}
    again = admin.get(page.request["PATH_INFO"])
    assert chosen(again, "rule_2") == "never"


def test_what_a_colleague_typed_stays_unless_its_column_says_always(admin):
    press(admin, bring(admin, text(HEADER, PERSON)))
    apply_batch(batch_id=the_batch().pk, by=None)
    Contact.objects.update(city="ΠΑΤΡΑ", typed_fields=["city"])

    page = bring(admin, text(HEADER, PERSON))
    kept = press(admin, page).text
    assert "1 value that a colleague typed stays as it is." in kept
    assert "A colleague typed city: that stays as it is." in kept

    written = admin.post(page.request["PATH_INFO"], filled(page.text) | {"rule_2": ["always"]}, follow=True).text
    assert "1 value that a colleague typed is written over." in written
    assert "city: ΠΑΤΡΑ → ΒΟΛΟΣ" in written


def test_remarks_on_money_are_kept_only_when_somebody_ticks_it(admin):
    page = bring(admin, customers(customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", remark="ΑΡΓΕΙ ΝΑ ΠΛΗΡΩΣΕΙ")))
    assert "Each person may ask to see" in page.text

    press(admin, page)
    assert "keep_delicate" not in the_batch().wanted
    admin.post(page.request["PATH_INFO"], filled(page.text) | {"keep_delicate": ["on"]})
    assert the_batch().wanted["keep_delicate"] is True


def test_a_list_without_remarks_is_not_asked_about_them(admin):
    assert "keep_delicate" not in bring(admin, text(HEADER, PERSON)).text


def test_a_changed_reading_is_looked_at_before_it_is_rehearsed(admin):
    """Without the script, somebody may change the row of names and press the last button at once."""
    page = bring(admin, text("ΚΩΔΙΚΟΣ;ΠΟΙΟΣ", "ΚΩΔ;ΟΝΟΜΑΤΕΠΩΝΥΜΟ", "1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"))

    page = admin.post(page.request["PATH_INFO"], filled(page.text) | {"header_row": ["1"]})

    assert "The list is read differently now." in page.text
    assert becomes(page) == {"ΚΩΔΙΚΟΣ": "code", "ΠΟΙΟΣ": ""}
    assert the_batch().state == ImportBatch.State.RECEIVED


def test_the_page_comes_from_the_beginning_of_a_long_file(admin):
    data = text(HEADER, *[f"{n};ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ;ΒΟΛΟΣ;Α" for n in range(60_000)], encoding="cp1253")
    assert len(data) > 1_500_000

    page = bring(admin, data)

    assert becomes(page)["ΟΝΟΜΑΤΕΠΩΝΥΜΟ"] == "name"
    assert the_batch().file_parts.count() == 2
    assert the_batch().understood["rows_expected"] == 60_000
    assert len(page.content) < 60_000


@pytest.mark.parametrize("rows", [0, 5, 30])
def test_a_file_that_breaks_near_its_beginning_still_shows_what_comes_before(admin, rows):
    good = [f"{n};ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ{n};ΒΟΛΟΣ;Α" for n in range(20 + rows)]

    page = bring(admin, text(HEADER, *good, '"' + "x" * 50_000))

    assert "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ3" in page.text
    assert f"Row {22 + rows}: a quotation mark" in press(admin, page).text


def test_letters_are_found_in_the_whole_file_and_not_in_its_first_lines(admin):
    latin = text("CODE;NAME", *[f"{n};Smith" for n in range(40_000)], encoding="ascii")

    assert chosen(bring(admin, latin + "1;ΒΛΑΧΟΣ\r\n".encode("cp1253")), "encoding") == "cp1253"


@pytest.mark.parametrize(
    "changes", [{"encoding": "latin-99"}, {"delimiter": "x"}, {"header_row": "999"}, {"sheet": "?"}]
)
def test_a_reading_that_means_nothing_is_told(admin, changes):
    page = look_again(admin, bring(admin, text(HEADER, PERSON)), **changes)

    assert page.status_code == 200
    assert becomes(page)["ΟΝΟΜΑΤΕΠΩΝΥΜΟ"] == "name"


def test_a_field_that_does_not_exist_is_not_taken(admin):
    page = bring(admin, text(HEADER, PERSON))

    answer = press(admin, page, ΠΟΛΗ="password")

    assert 'id="understood"' in answer.text
    assert the_batch().state == ImportBatch.State.RECEIVED


def test_a_list_that_is_no_list_leaves_nothing(admin):
    admin.post(UPLOAD, {"list_file": SimpleUploadedFile("x.csv", b"%PDF-1.7 " + bytes(range(32, 127)))})

    assert not ImportBatch.objects.exists()


def test_a_list_is_given_up_with_everything_of_it(admin):
    page = bring(admin, text(HEADER, PERSON))
    press(admin, page)
    batch = the_batch()

    answer = admin.post(f"/admin/customers/importbatch/{batch.pk}/give-up/", follow=True)

    assert "was given up" in answer.text
    assert not ImportBatch.objects.exists()


def test_a_list_that_is_in_is_not_given_up(admin):
    press(admin, bring(admin, text(HEADER, PERSON)))
    batch = the_batch()
    admin.post(f"/admin/customers/importbatch/{batch.pk}/apply/")

    admin.post(f"/admin/customers/importbatch/{batch.pk}/give-up/", follow=True)

    assert Contact.objects.count() == 1
    assert the_batch().state == ImportBatch.State.APPLIED


def test_a_long_list_is_left_to_the_worker_and_its_page_shows_how_far_it_is(
    admin, monkeypatch, django_capture_on_commit_callbacks
):
    rung = []
    monkeypatch.setattr(admin_understood, "REHEARSED_AT_ONCE_BYTES", 10)
    monkeypatch.setattr(admin_understood, "ring_rehearsal", lambda **told: rung.append(told))

    with django_capture_on_commit_callbacks(execute=True):
        page = press(admin, bring(admin, text(HEADER, PERSON)))

    assert rung == [{"batch_id": the_batch().pk}]
    assert the_batch().state == ImportBatch.State.STAGING
    assert "Waits for the worker." in page.text
    assert "hx-get" in page.text


def test_pressing_twice_leads_to_the_rehearsal_that_runs(admin):
    page = bring(admin, text(HEADER, PERSON))
    ImportBatch.objects.update(state=ImportBatch.State.STAGING, holder="other")

    assert press(admin, page).redirect_chain[0][0].endswith("/change/")


def test_the_row_of_names_may_stand_far_below_a_page_of_words(admin):
    words = [f"Σημείωση {n} του προγράμματος" for n in range(30)]

    page = look_again(admin, bring(admin, text(*words, HEADER, PERSON)), header_row="31")

    assert becomes(page)["ΟΝΟΜΑΤΕΠΩΝΥΜΟ"] == "name"
    press(admin, page)
    assert list(rows_of(the_batch())) == [32]


def test_the_page_of_a_list_goes_to_what_we_understood_until_it_is_rehearsed(admin):
    batch = receive_list(
        file=SimpleUploadedFile("p.csv", text(HEADER, PERSON)), file_name="p.csv", kind="contacts", by=None, now=NOW
    )

    answer = admin.get(f"/admin/customers/importbatch/{batch.pk}/change/")

    assert answer["Location"].endswith(f"/{batch.pk}/columns/")


def test_a_name_of_a_column_with_markup_is_shown_as_text(admin):
    assert "<b onclick" not in bring(admin, text('ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΟ;"<b onclick=x>"', PERSON)).text
