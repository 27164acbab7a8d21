"""What points at one person or one thing only, and what merely has figures in it."""

import pytest

from campaigns.review.guard import GuardWords
from campaigns.review.guard.marks import links_in, marks_in


def keys(text: str) -> list[tuple[str, str]]:
    return [(mark.kind, mark.key) for mark in marks_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Στις 31/12/2026, 25.12 και 2026-12-25",
        "Από το 1998 ως το 2025-26, και το 1821",
        "Ανοιχτά 09:00-17:00, 9.00–14.30 και στις 10.30",
        "Έκπτωση 50 %, 12,5% και 10.000 ευχές",
        "Στα 35 σου, 7 χρόνια, 3-5 ημέρες, 24/7, η 25η Μαρτίου, τα 5000 ευχαριστώ",
        "1000ml, 500γρ, www.shop.example/12345, https://shop.example/a/998877",
        "ΚΑΛΗ ΧΡΟΝΙΑ, ΤΟ 2026 ΝΑ ΕΙΝΑΙ ΚΑΛΟ",
        "Σε 15 λεπτά, 40 χρόνια μετά",
        "",
    ],
)
def test_dates_years_hours_percent_and_counts_are_no_marks(text):
    assert keys(text) == []


@pytest.mark.parametrize("text", ["Eleni.V+x@Shop.Example", "στο ELENI.V+X@shop.example."])
def test_an_address_has_one_key(text):
    assert keys(text) == [("address", "eleni.v+x@shop.example")]


@pytest.mark.parametrize(
    "text", ["2310 445471", "2310-445471", "(2310) 44 54 71", "+30 2310445471", "0030 2310 445 471", "2310.445.471"]
)
def test_a_phone_has_one_key_however_it_is_grouped(text):
    assert keys(f"Τηλέφωνο: {text}.") == [("phone", "2310445471")]


def test_two_phones_in_a_row_are_two():
    assert keys("6971234567/6971234568") == [("phone", "6971234567"), ("phone", "6971234568")]
    assert keys("6971234567 / 6971234568") == [("phone", "6971234567"), ("phone", "6971234568")]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ΤΠΥ-1234", "τπυ1234"), ("ΤΠΥ 0012", "τπυ0012"), ("INV-2026-001", "inv2026001"), ("τιμολόγιο 12", "12"),
        ("το τιμολόγιο αρ. 55", "55"), ("ΑΦΜ 123456789", "123456789"), ("αρ. 1234", "1234"), ("54622", "54622"),
    ],
)  # fmt: skip
def test_numbers_of_documents(text, key):
    assert keys(text) == [("document", key)]


def test_a_paper_named_without_its_number_is_no_mark():
    assert keys("Με το τιμολόγιο του 2025, στην παραγγελία σας, Ερμού αρ. 5, Νο 5") == []


@pytest.mark.parametrize("text", ["1.234,50 €", "1234.5€", "€ 1.234,50", "1.234,5 ευρώ", "1234,50 EUR"])
def test_an_amount_has_one_key(text):
    assert keys(f"Σύνολο {text}") == [("amount", "1234.50")]


def test_where_a_link_leads_counts():
    html = '<a href="mailto:other@shop.example?subject=x">εδώ</a> <a href="tel:+302310445471">εκεί</a>'

    assert [mark.key for mark in links_in(html)] == ["other@shop.example", "2310445471"]
    assert links_in('<a href="https://shop.example/12345678">εδώ</a>') == []


def test_the_template_says_its_own_figures_with_and_without_markup():
    words = GuardWords.of_texts(["Τηλέφωνο **2310** 445471, [γράψτε](mailto:shop@shop.example), 20 €"])

    assert {("phone", "2310445471"), ("address", "shop@shop.example"), ("amount", "20.00")} <= words.marks
