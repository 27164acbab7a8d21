"""The list of people."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from customers.consent import stop_facts, with_stop_code
from customers.models import Contact
from customers.person_words import about, day, habit, opening
from customers.pile import open_count
from customers.reasons import reason_sentence
from customers.roles import STAFF, role_required
from customers.selectors import FILTERS, filter_counts, people_page

QUERY_LENGTH = 100  # nobody types more to find a person


def _number(text: str) -> int | None:
    # Ten digits are more people than there are; longer numbers would not fit the database's own.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def _address(query: str, filter_code: str, **place: int) -> str:
    known = {"q": query, "show": filter_code if filter_code != "all" else ""} | place
    return "?" + urlencode({key: value for key, value in known.items() if value})


@role_required(STAFF)
def person_list(request: HttpRequest) -> HttpResponse:
    """Fifty people, by name; a search and one filter."""
    today = timezone.localdate()
    query = request.GET.get("q", "").replace("\x00", "").strip()[:QUERY_LENGTH]
    codes = [each.code for each in FILTERS]
    filter_code = request.GET.get("show") if request.GET.get("show") in codes else "all"
    page = people_page(
        query=query,
        filter_code=filter_code,
        today=today,
        after=_number(request.GET.get("after", "")),
        before=_number(request.GET.get("before", "")),
    )
    counts = filter_counts(today=today)
    stops = with_stop_code(Contact.objects.filter(pk__in=[each.pk for each in page.contacts]), today=today)
    stop_codes = dict(stops.values_list("pk", "stop_code"))
    context = {
        "query": query,
        "filter_code": filter_code,
        "filters": [
            {"label": each.label, "count": counts[each.code], "url": _address(query, each.code), "code": each.code}
            for each in FILTERS
        ],
        "rows": [_row(contact, stop_codes.get(contact.pk, ""), today) for contact in page.contacts],
        "page": page,
        "shown_count": page.found_count if query or filter_code != "all" else counts["all"],
        "everybody_count": counts["all"],
        "next_url": _address(query, filter_code, after=page.after) if page.after else "",
        "previous_url": _address(query, filter_code, before=page.before) if page.before else "",
        "whole_url": _address(query, "all"),
        "unanswered_count": open_count(),
    }
    return render(request, "customers/person_list.html", context)


def _row(contact: Contact, stop_code: str, today) -> dict:
    summary = getattr(contact, "summary", None)
    return {
        "contact": contact,
        "about": about(contact),
        "opening": opening(contact),
        "stop": reason_sentence(stop_code, stop_facts(contact, stop_code)) if stop_code else "",
        "habit": habit(summary),
        "last_on": day(summary.last_on, today=today) if summary else "",
    }
