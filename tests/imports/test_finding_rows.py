import pytest

from customers.imports import finding
from customers.imports.finding import changed_fields, find_rows, reasons, wish_of
from customers.imports.planning import ASKING
from customers.imports.reason_kinds import REASON_KINDS, kind_of_reason
from customers.imports.words import CELL_SENTENCES, ROW_SENTENCES
from tests.builders import make_user
from tests.imports.lists import customer
from tests.imports.steps import let_in, rehearse, rehearse_invoices

pytestmark = pytest.mark.django_db
PEOPLE = (
    customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", email="g@shop.example", city="ΒΟΛΟΣ"),
    customer("2", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni @shop.example"),
    customer("3", "ΑΝΘΗΣ ΝΙΚΟΣ", remark="ΠΕΝΘΟΣ"),
    customer("", "ΡΙΖΟΥ ΑΝΝΑ"),
)


def numbers(batch, **asked: str) -> list[int]:
    return [row.row_number for row in find_rows(batch, wish_of(asked)).rows]


def test_rows_are_found_by_what_happens_with_them():
    batch = rehearse(*PEOPLE)

    assert numbers(batch) == [2, 3, 4, 5]
    assert numbers(batch, show="refused") == [5]
    assert numbers(batch, show="ask") == [3, 4]


def test_rows_are_found_by_the_field_they_change():
    let_in(*PEOPLE[:3])
    batch = rehearse(
        customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", email="new@shop.example", city="ΒΟΛΟΣ"),
        customer("2", "ΒΛΑΧΟΥ ΕΛΕΝΗ", city="ΠΑΤΡΑ", birthday="31/12/1980"),
        customer("3", "ΑΝΘΗΣ ΝΙΚΟΣ"),
    )

    assert numbers(batch, field="email") == [2]
    assert numbers(batch, field="city") == [3]
    assert numbers(batch, field="birthday") == [3]
    assert numbers(batch, field="mobile") == []
    assert dict(changed_fields(batch)) == {"email": 1, "city": 1, "birthday": 1}


def test_rows_are_found_by_a_kind_of_reason_wherever_it_stands():
    batch = rehearse(*PEOPLE, customer("9", "ΡΙΖΟΣ ΝΙΚΟΣ", email="x@", remark="ΠΕΝΘΟΣ"))

    assert numbers(batch, reason="email") == [3, 6]
    assert numbers(batch, reason="mourning") == [4, 6]
    assert numbers(batch, reason="mourning", text="ρίζος") == [6]
    assert dict(reasons(batch)).items() >= {"nothing_to_reach": 1, "mourning": 2, "email": 2}.items()


@pytest.mark.parametrize("text", ["βλαχος", "Βλάχος Γιώργος", "ΓΙΩΡΓΟΣ", "γιωργος βλα"])
def test_rows_are_found_by_name_without_accents_case_and_order(text):
    assert numbers(rehearse(*PEOPLE), text=text) == [2]


def test_a_row_is_found_by_its_number():
    batch = rehearse(*PEOPLE)

    assert numbers(batch, text="4") == [4]
    assert numbers(batch, text="99") == []


def test_lines_of_invoices_are_found_by_document_customer_and_item():
    let_in(customer("77", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"))
    batch = rehearse_invoices("Α-12;1/11/2025;77;ΚΑΦΕΣ;1;5,00", "Α-13;1/11/2025;78;ΜΕΛΙ;1;5,00")

    assert numbers(batch, text="12") == [2]
    assert numbers(batch, text="μέλι") == [3]
    assert numbers(batch, text="78") == [3]
    assert numbers(batch, reason="customer_unknown") == [3]


def test_pages_are_walked_to_the_end_and_back(monkeypatch):
    monkeypatch.setattr(finding, "PAGE_ROWS", 2)
    batch = rehearse(*[customer(str(n), f"ΒΛΑΧΟΥ ΕΛΕΝΗ{n}") for n in range(5)])

    seen, query = [], ""
    while True:
        page = find_rows(batch, wish_of(dict(pair.split("=") for pair in query.split("&") if pair)))
        seen.append([row.row_number for row in page.rows])
        if not page.further:
            break
        query = page.further
    back = find_rows(batch, wish_of(dict([page.earlier.split("=")])))

    assert seen == [[2, 3], [4, 5], [6]]
    assert [row.row_number for row in back.rows] == [4, 5]
    first = find_rows(batch, wish_of(dict([back.earlier.split("=")])))
    assert ([row.row_number for row in first.rows], first.earlier) == ([2, 3], "")


def test_a_long_list_is_looked_through_in_parts(monkeypatch):
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 2)
    batch = rehearse(*PEOPLE)

    first = find_rows(batch, wish_of({"text": "ριζου"}))
    second = find_rows(batch, wish_of({"text": "ριζου", "after": "3"}))

    assert (first.rows, first.looked_to, first.further) == ([], 3, "text=%CF%81%CE%B9%CE%B6%CE%BF%CF%85&after=3")
    assert [row.row_number for row in second.rows] == [5]


def test_every_reason_that_is_known_has_a_kind_of_its_own():
    codes = {*ROW_SENTENCES, *CELL_SENTENCES, *ASKING} - {"kept_changed_since", "kept_used_since"}

    assert {code for code in codes if kind_of_reason(code) == "other"} == set()
    assert kind_of_reason("something_new") == "other"
    assert {kind_of_reason(code) for code in codes} | {"other"} == set(REASON_KINDS)


def test_the_page_offers_only_what_the_list_has(client):
    client.force_login(make_user(role="admin"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    batch = rehearse(*PEOPLE)

    page = client.get(f"/admin/customers/importbatch/{batch.pk}/change/?show=ask&reason=mourning").text

    assert '<option value="mourning" selected>mourning (1)</option>' in page
    assert '<option value="complaint"' not in page
    assert 'name="field"' not in page
    assert "ΑΝΘΗΣ ΝΙΚΟΣ" in page
    assert "ΒΛΑΧΟΥ ΕΛΕΝΗ" not in page


def test_an_address_says_only_what_is_asked():
    wish = wish_of({"show": "ask", "text": " Ρίζου ", "reason": "mourning", "after": "50"})

    assert wish.but() == "show=ask&reason=mourning&text=%CE%A1%CE%AF%CE%B6%CE%BF%CF%85"
    assert wish_of({}).query == ""
    assert wish.after == 50
