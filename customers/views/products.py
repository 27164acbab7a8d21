"""The products of the house: how a letter says each, decided by whoever knows it. Works without a script."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from customers.models import Product
from customers.product_pages import FILTERS, PAGE_SIZE, TO_LOOK_AT, product_counts, products_page
from customers.product_words import decision_said, product_row
from customers.products import ProductWords, Step, decide_product, take_back, take_guesses
from customers.roles import STAFF, role_required

QUERY_LENGTH = 100  # nobody types more to find a product
LAST_PAGE = 10_000  # half a million products
KEPT_DEEDS = 20
SESSION_KEY = "product_deeds"


def _number(text: str | None, *, most: int = 10**10) -> int:
    """The number a text is, from 1 to `most`; 0 for any other text."""
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) <= 10 else 0
    return number if number <= most else 0


def _place(request: HttpRequest) -> tuple[str, str, int]:
    """What is searched for, the filter and the page, as the address says."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:QUERY_LENGTH]
    codes = [each.code for each in FILTERS]
    filter_code = request.GET.get("show") if request.GET.get("show") in codes else TO_LOOK_AT
    return query, filter_code, _number(request.GET.get("page"), most=LAST_PAGE) or 1


def _address(query: str, filter_code: str, page: int = 1, at: int = 0) -> str:
    known = {
        "q": query,
        "show": filter_code if filter_code != TO_LOOK_AT else "",
        "page": page if page > 1 else 0,
        "at": at,
    }
    text = urlencode({key: value for key, value in known.items() if value})
    return f"{reverse('customers:product-list')}{'?' if text else ''}{text}"


@role_required(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def product_list(request: HttpRequest) -> HttpResponse:
    """Fifty products, those that most people usually buy first; each decided by one press, or all sure ones at once."""
    return _decide(request) if request.method == "POST" else _page(request)


# --- Decisions ---


def _decide(request: HttpRequest) -> HttpResponse:
    query, filter_code, page = _place(request)
    if "undo" in request.POST:
        _undo(request)
    elif "all" in request.POST:
        steps = take_guesses(request.POST.getlist("sure"), by=request.user, now=timezone.now(), only_sure=True)
        _say_taken(request, steps)
    elif "right" in request.POST:
        steps = take_guesses([request.POST["right"]], by=request.user, now=timezone.now())
        _say_taken(request, steps)
    elif "leave" in request.POST:
        _leave_out(request)
    else:
        raise Http404
    return redirect(_address(query, filter_code, page, at=_number(request.POST.get("at"), most=PAGE_SIZE)))


def _say_taken(request: HttpRequest, steps: list[Step]) -> None:
    if not steps:
        messages.warning(request, _("Somebody has looked at it meanwhile; nothing was changed."))
        return
    remember_deed(request, steps)
    if len(steps) == 1:
        product = Product.objects.get(pk=steps[0].product_id)
        messages.success(request, decision_said(product))
        return
    sentence = ngettext("%(count)s product is decided.", "%(count)s products are decided.", len(steps))
    messages.success(request, sentence % {"count": len(steps)})


def _leave_out(request: HttpRequest) -> None:
    """Keep quiet about a product of which nothing could be guessed."""
    product = Product.objects.filter(pk=_number(request.POST["leave"]), seen_at=None).first()
    quiet = ProductWords("", "", Product.Number.SINGULAR, False, False)
    outcome = product and decide_product(product, words=quiet, stamp="", by=request.user, now=timezone.now())
    _say_taken(request, [outcome.step] if outcome and outcome.step else [])


def remember_deed(request: HttpRequest, steps: list[Step]) -> None:
    """Keep in the session what `undo` takes back."""
    deeds = [*request.session.get(SESSION_KEY, []), [step.as_dict() for step in steps]]
    request.session[SESSION_KEY] = deeds[-KEPT_DEEDS:]


def _undo(request: HttpRequest) -> None:
    deeds = request.session.get(SESSION_KEY, [])
    if not deeds:
        messages.warning(request, _("There is nothing to take back."))
        return
    *deeds, last = deeds
    request.session[SESSION_KEY] = deeds
    undone = take_back([Step(**each) for each in last], by=request.user, now=timezone.now())
    if undone < len(last):
        messages.warning(request, _("A colleague has decided since; that stays as it is."))
    if undone:
        sentence = ngettext("%(count)s decision is taken back.", "%(count)s decisions are taken back.", undone)
        messages.success(request, sentence % {"count": undone})


# --- The page ---


def _page(request: HttpRequest) -> HttpResponse:
    query, filter_code, number = _place(request)
    page = products_page(query=query, filter_code=filter_code, page=number)
    counts = product_counts()
    # The row that took the place of the one just decided; after the last row, the one before it.
    focus = min(_number(request.GET.get("at"), most=PAGE_SIZE), len(page.products))
    rows = [
        product_row(product, people=page.people[product.pk], focus=place == focus)
        for place, product in enumerate(page.products, start=1)
    ]
    context = {
        "query": query,
        "filter_code": filter_code,
        "filters": [
            {"label": each.label, "count": counts[each.code], "url": _address(query, each.code), "code": each.code}
            for each in FILTERS
        ],
        "rows": rows,
        "sure_picks": [row.pick for row in rows if row.state == "sure"],
        "here": _address(query, filter_code, number),
        "counts": counts,
        "previous_url": _address(query, filter_code, number - 1) if number > 1 else "",
        "next_url": _address(query, filter_code, number + 1) if page.has_next else "",
        "whole_url": _address(query, "all"),
        "may_undo": bool(request.session.get(SESSION_KEY)),
    }
    return render(request, "customers/product_list.html", context)
