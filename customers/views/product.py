"""One product: how a letter says it. A page of its own, or with a script its row of the list."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from customers.forms.products import ProductForm
from customers.models import Product
from customers.product_pages import people_of
from customers.product_words import decision_said, product_row, told_forms
from customers.products import Outcome, ProductWords, decide_product, stamp_of
from customers.roles import STAFF, role_required
from customers.views.products import remember_deed
from etiquette.products import guess_product


@role_required(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def product_edit(request: HttpRequest, product_id: int) -> HttpResponse:
    """Say how a letter speaks of one product; with a script this stands in its row of the list."""
    product = get_object_or_404(Product.objects.select_related("seen_by"), pk=product_id)
    inline = bool(request.htmx)
    if inline and "row" in request.GET:
        return _row_alone(request, product)
    back = _back(request)
    form = ProductForm(request.POST or None, instance=product, initial=_initial(product))
    if request.method == "POST" and form.is_valid():
        outcome = decide_product(
            product, words=form.words, stamp=form.cleaned_data["stamp"], by=request.user, now=timezone.now()
        )
        if outcome.code == "gone":
            raise Http404
        told = _tell(request, product_id, outcome)
        if inline:
            return _row_alone(request, Product.objects.select_related("seen_by").get(pk=product_id), told=told)
        messages.add_message(request, messages.SUCCESS if outcome.step else messages.WARNING, told)
        return redirect(back)
    context = {"product": product, "form": form, "back": back, "people": people_of(product_id)}
    context["told"] = told_forms(_typed(form.data if form.is_bound else form.initial))
    template = "customers/_product_edit_row.html" if inline else "customers/product_edit.html"
    return render(request, template, context)


def _tell(request: HttpRequest, product_id: int, outcome: Outcome) -> str:
    if outcome.step is None:
        return _("%(colleague)s has decided it meanwhile. This is how it stands now.") % {
            "colleague": outcome.colleague or _("A colleague")
        }
    remember_deed(request, [outcome.step])
    return decision_said(Product.objects.get(pk=product_id))


def _initial(product: Product) -> dict[str, Any]:
    """What the form begins with: our guess for a product nobody has looked at."""
    words = ProductWords.of(product)
    if product.seen_at is None:
        words = ProductWords.guessed(guess_product(product.raw_name))
    return {name: getattr(words, name) for name in ProductForm.Meta.fields} | {"stamp": stamp_of(product)}


def _back(request: HttpRequest) -> str:
    """The list as it was, when the address of this page says so; never another site."""
    asked = request.POST.get("back") or request.GET.get("back") or ""
    home = reverse("customers:product-list")
    return asked if asked == home or asked.startswith(f"{home}?") else home


def _row_alone(request: HttpRequest, product: Product, told: str = "") -> HttpResponse:
    row = product_row(product, people=people_of(product.pk), focus=True)
    context = {"row": row, "here": _back(request), "told": told}
    return render(request, "customers/_product_row_alone.html", context)


@role_required(STAFF)
@require_GET
def product_said(request: HttpRequest) -> HttpResponse:
    """The forms of what is being typed, as a letter would write them."""
    return render(request, "customers/_product_told.html", {"told": told_forms(_typed(request.GET))})


def _typed(data: Any) -> ProductWords:
    name = str(data.get("name", "")).replace("\x00", "").strip()[: Product._meta.get_field("name").max_length]
    gender = data.get("gender", "") if data.get("gender") in Product.Gender.values else ""
    number = data.get("number") if data.get("number") in Product.Number.values else Product.Number.SINGULAR
    return ProductWords(name, gender, number, False, False)
