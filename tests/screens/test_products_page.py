"""The page of products: read, say yes, correct, take back. Without a script too."""

import pytest
from django.urls import reverse

from customers.models import Product
from tests.customers.test_products import ESPRESSO, decide, make_product, pick, usual_for

pytestmark = pytest.mark.django_db
PAGE = "/people/products/"


def edit(product: Product) -> str:
    return reverse("customers:product-edit", args=[product.pk])


def words(**changes) -> dict:
    form = {"name": "εσπρέσο", "gender": "m", "number": "s", "may_be_mentioned": "on", "bought_again": "on"}
    return {key: value for key, value in (form | {"stamp": ""} | changes).items() if value is not None}


def test_a_product_is_shown_as_the_invoice_and_as_a_letter_says_it(desk):
    make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")

    page = desk.get(PAGE).content.decode()

    assert "ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG" in page
    for form in ("ο εσπρέσο σου", "τον εσπρέσο σου", "του εσπρέσο σου"):
        assert form in page


def test_one_press_takes_the_guess_and_one_takes_it_back(desk, anna):
    product = make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")

    page = desk.post(PAGE, {"right": pick(product), "at": "1"}, follow=True)

    product.refresh_from_db()
    assert (product.name, product.seen_by) == ("εσπρέσο", anna)
    assert "Letters may say “ο εσπρέσο σου · τον εσπρέσο σου · του εσπρέσο σου”." in page.content.decode()

    desk.post(PAGE, {"undo": "1"})

    product.refresh_from_db()
    assert (product.name, product.seen_at) == ("", None)


def test_all_sure_ones_of_a_page_are_taken_at_once_and_taken_back_at_once(desk):
    for name in ("ΚΑΦΕΣ", "ΤΣΑΙ", "ΕΚΠΤΩΣΗ", "ΓΚΑΤΖΕΤΑΚΙ"):
        make_product(name)
    picks = desk.get(PAGE).context["sure_picks"]

    page = desk.post(PAGE, {"all": "1", "sure": picks}, follow=True)

    assert "3 products are decided." in page.content.decode()
    assert Product.objects.get(seen_at=None).raw_name == "ΓΚΑΤΖΕΤΑΚΙ"

    page = desk.post(PAGE, {"undo": "1"}, follow=True)

    assert "3 decisions are taken back." in page.content.decode()
    assert Product.objects.filter(seen_at=None).count() == 4


def test_a_product_we_cannot_name_is_left_out_by_one_press(desk):
    product = make_product("NEOMIX")

    page = desk.post(PAGE, {"leave": str(product.pk)}, follow=True)

    product.refresh_from_db()
    assert product.seen_at and not product.may_be_mentioned
    assert "Letters keep quiet about it: NEOMIX." in page.content.decode()


def test_the_way_back_leads_to_the_same_page_and_the_next_product(desk):
    products = [make_product(f"ΤΣΑΙ {number}") for number in range(3)]

    answer = desk.post(f"{PAGE}?q=τσαι", {"right": pick(products[1]), "at": "2"})

    page = desk.get(answer["Location"])
    assert page.context["query"] == "τσαι"
    assert [row.product for row in page.context["rows"] if row.focus] == [products[2]]


def test_a_press_that_comes_too_late_says_so(desk, nikos):
    product = make_product("ΚΑΦΕΣ")
    late = pick(product)
    decide(product, ESPRESSO, by=nikos)

    page = desk.post(PAGE, {"right": late}, follow=True)

    assert "Somebody has looked at it meanwhile" in page.content.decode()


def test_nothing_to_take_back_is_answered_calmly(desk):
    make_product("ΚΑΦΕΣ")

    assert "There is nothing to take back." in desk.post(PAGE, {"undo": "1"}, follow=True).content.decode()


def test_why_letters_keep_quiet_about_a_product_stands_beside_it(desk):
    make_product("ΕΠΙΣΚΕΥΗ ΜΗΧΑΝΗΣ")

    assert "A repair reminds of what was broken." in desk.get(PAGE).content.decode()


def test_how_many_people_usually_buy_it_stands_beside_it(desk):
    usual_for(make_product("ΚΑΦΕΣ"), 2)

    assert desk.get(PAGE).context["rows"][0].people == 2


# --- One product ---


def test_the_form_begins_with_the_guess_and_its_forms(desk):
    product = make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")

    page = desk.get(edit(product))

    assert page.context["form"].initial["name"] == "εσπρέσο"
    assert "τον εσπρέσο σου" in page.content.decode()


def test_what_is_typed_is_kept_and_leads_back_to_the_list(desk, anna):
    product = make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")

    answer = desk.post(edit(product), words(name="καφέ", back=f"{PAGE}?q=x"))

    product.refresh_from_db()
    assert (product.name, product.seen_by) == ("καφέ", anna)
    assert answer["Location"] == f"{PAGE}?q=x"


def test_no_other_site_is_led_back_to(desk):
    product = make_product("ΚΑΦΕΣ")

    assert desk.post(edit(product), words(back="https://other.example/people/products/"))["Location"] == PAGE


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "ΕΣΠΡΕΣΟ"}, "Write it with small letters and accents"),
        ({"name": "εσπρεσο"}, "“εσπρεσο” has no accent."),
        ({"name": "μύλος"}, "Write it as after «τον»: “μύλο”."),
        ({"name": "χυμοί", "number": "p"}, "Write it as after «τους»: “χυμούς”."),
        ({"name": ""}, "needs the name and its gender"),
        ({"gender": ""}, "needs the name and its gender"),
    ],
)
def test_a_name_that_fits_no_sentence_is_answered_with_the_remedy(desk, typed, told):
    product = make_product("ΚΑΦΕΣ")

    page = desk.post(edit(product), words(**typed))

    product.refresh_from_db()
    assert told in page.content.decode()
    assert product.seen_at is None


def test_what_a_colleague_decided_meanwhile_is_told_and_stays(desk, nikos):
    product = make_product("ΚΑΦΕΣ")
    decide(product, ESPRESSO, by=nikos)

    page = desk.post(edit(product), words(name="τσάι", gender="n"), follow=True)

    product.refresh_from_db()
    assert product.name == "εσπρέσο"
    assert "Νίκος has decided it meanwhile." in page.content.decode()


def test_with_a_script_the_form_and_the_row_come_alone(desk):
    product = make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")
    htmx = {"HTTP_HX_REQUEST": "true"}

    form = desk.get(edit(product), **htmx).content.decode()
    row = desk.post(edit(product), words(), **htmx).content.decode()
    unchanged = desk.get(f"{edit(product)}?row=1", **htmx).content.decode()

    assert form.strip().startswith("<tr") and "<form" in form and "<html" not in form
    assert row.strip().startswith("<tr") and "Letters may say" in row
    assert "looked at by Άννα" in unchanged


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "σοκολάτα", "gender": "f", "number": "s"}, "τη σοκολάτα σου"),
        ({"name": "<b>", "gender": "n", "number": "s"}, "το &lt;b&gt; σου"),
        ({"name": "σοκολάτα"}, ""),
        ({"name": "\x00", "gender": "f"}, ""),
        ({}, ""),
    ],
)
def test_the_forms_of_what_is_being_typed_are_shown(desk, typed, told):
    page = desk.get("/people/products/said/", typed).content.decode()

    assert told in page and (told or "said" not in page)


# --- Whatever the address says ---


def test_an_empty_house_teaches_the_next_step(desk, office):
    assert "There are no products yet." in office.get(PAGE).content.decode()


def test_the_admin_of_an_empty_house_is_led_to_the_invoices(office):
    assert 'href="/admin/customers/purchase/import/"' in office.get(PAGE).content.decode()


def test_when_all_are_looked_at_the_page_says_so(desk, anna):
    decide(make_product("ΚΑΦΕΣ"), ESPRESSO, by=anna)

    assert "Every product has been looked at." in desk.get(PAGE).content.decode()


def test_a_product_that_is_not_found_is_said_with_the_way_on(desk):
    make_product("ΚΑΦΕΣ")

    page = desk.get(PAGE, {"q": "<script>alert(1)</script>"}).content.decode()

    assert "We found no product called" in page and "<script>alert" not in page


@pytest.mark.parametrize(
    "query",
    [{"page": "0"}, {"page": "-1"}, {"page": "999999999999"}, {"page": "²"}, {"show": "nonsense"}, {"q": "\x00"},
     {"q": "%_x" * 500}, {"at": "99999"}, {"at": "x"}],
)  # fmt: skip
def test_a_strange_address_is_answered_calmly(desk, query):
    make_product("ΚΑΦΕΣ")

    assert desk.get(PAGE, query).status_code == 200


@pytest.mark.parametrize("press", [{}, {"nothing": "1"}])
def test_a_press_of_nothing_is_not_found(desk, press):
    assert desk.post(PAGE, press).status_code == 404


@pytest.mark.parametrize("product_id", ["x", "0", "99999999999"])
def test_leaving_out_a_product_that_is_not_there_says_so(desk, product_id):
    make_product("ΚΑΦΕΣ", pk=1)

    assert desk.post(PAGE, {"leave": product_id}, follow=True).status_code == 200
    assert Product.objects.get().seen_at is None


def test_a_page_of_products_takes_no_statement_per_product(desk, django_assert_max_num_queries):
    for number in range(60):
        usual_for(make_product(f"ΤΣΑΙ {number}"), 1)

    with django_assert_max_num_queries(12):
        desk.get(PAGE)


def test_the_list_of_people_leads_to_the_products(desk):
    usual_for(make_product("ΚΑΦΕΣ"), 1)

    assert f'href="{PAGE}"' in desk.get("/people/").content.decode()
