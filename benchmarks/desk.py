"""How long the writing desk takes among many people: `python -m benchmarks.desk [--people 100000]`.

Each press of a writer is timed as a whole request (session, login, form, answer) of Django's test client, in turns, and
the median told in milliseconds. The words differ each time, as they do while somebody types, so that nothing is read
from a cache. Beside them a plain Django view, behind the same middleware, that fetches the same contact with its
purchases and writes the same letter from a Django template. Prints JSON; trust the ratio before the milliseconds.
"""

# ruff: noqa: E402
import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from itertools import count

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()  # models can be imported only when Django knows its settings

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, override_settings
from django.urls import include, path, reverse
from django.utils import timezone

from benchmarks.house import test_database
from benchmarks.presses import rounded, timed_in_turns
from campaigns.models import Campaign
from campaigns.occasions import ComingFeast
from campaigns.writing.beginning import begin_for_feast
from campaigns.writing.previewing import readers_of
from customers.examples import make_volume
from customers.models import Contact
from tests.builders import make_user

LANGUAGE, MANNER = "el", "formal"
PLAIN_LETTER = Engine(autoescape=True).from_string(
    "<!doctype html><html lang=el><body><p>{{ contact.first_name }} {{ contact.last_name }},</p>{{ body|linebreaks }}"
    "<p>{{ contact.summary.usual_product.name }}, {{ contact.summary.first_on }}, {{ contact.city }}</p></body></html>"
)


def plain_view(request: HttpRequest) -> HttpResponse:
    """The letter as a script of an afternoon would show it."""
    contact = Contact.objects.select_related("summary__usual_product").get(pk=request.POST["contact"])
    return HttpResponse(PLAIN_LETTER.render(Context({"contact": contact, "body": request.POST["body"]})))


urlpatterns = [path("plain/", plain_view), path("", include("greetings_crm.urls"))]


def presses(campaign: Campaign, client: Client, anybody: list[int]) -> dict[str, Callable[[], HttpResponse]]:
    """What a writer does, each as one request; `anybody` are readers at the beginning, the middle and the end."""
    variant = campaign.template.versions.get().variants.get(language=LANGUAGE, manner=MANNER)
    numbers = count()

    def form(**changes: object) -> dict:
        typed = f"{variant.body}\n\n{next(numbers)}"
        who = anybody[next(numbers) % len(anybody)]
        words = {"subject": variant.subject, "body": typed, "language": LANGUAGE, "manner": MANNER}
        return {**words, "from_version": 1, "draft": "", "contact": who, **changes}

    def page(name: str) -> str:
        return reverse(f"campaigns:campaign-{name}", args=[campaign.pk])

    def beside(name: str, **changes: object) -> HttpResponse:
        return client.post(page(name), form(**changes), headers={"HX-Request": "true"})

    def keep() -> HttpResponse:
        campaign.drafts.all().delete()
        return beside("draft")

    return {
        "plain": lambda: client.post("/plain/", form()),
        "preview": lambda: client.post(page("preview"), form()),
        "check": lambda: beside("check"),
        "desk": lambda: client.get(page("write"), {"contact": anybody[next(numbers) % len(anybody)]}),
        "another_person": lambda: beside("reader", show=anybody[next(numbers) % len(anybody)]),
        "of_a_kind": lambda: beside("reader", **{"as": "woman"}),
        "find": lambda: client.get(page("find"), {"q": "παπαδοπουλ"}),
        "draft": keep,
        "save": lambda: beside("write", then="save", from_version=campaign.template.versions.count()),
    }


def measured(people: int, rounds: int) -> dict:
    """Fill a house with `people` and time every press `rounds` times, in turns."""
    for made, _invoices in make_volume(people, lines_each=3, seed=1821, now=timezone.now()):
        print(f"{made:>9,} people", end="\r", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    anna = make_user("anna", role="staff")
    year = timezone.localdate().year
    feast = ComingFeast(code="christmas", on=date(year, 12, 25))
    campaign = begin_for_feast(feast, name="Χριστούγεννα", by=anna, now=timezone.now())
    client = Client(headers={"accept-language": "el", "host": "localhost"})
    client.force_login(anna)
    numbers = list(readers_of(campaign, language=LANGUAGE, manner=MANNER).values_list("pk", flat=True))
    anybody = [numbers[0], numbers[len(numbers) // 2], numbers[-2]]
    with override_settings(ROOT_URLCONF="benchmarks.desk"):
        timed = timed_in_turns(presses(campaign, client, anybody), rounds)
    return {
        "database": connection.vendor,
        "people": people,
        "readers": len(numbers),
        "rounds": rounds,
        "milliseconds": rounded(timed.middle),
        "slowest": rounded(timed.slowest),
        "processor_milliseconds": rounded(timed.worked),
        "preview_to_plain": round(timed.worked["preview"] / timed.worked["plain"], 2),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    with test_database():
        print(json.dumps(measured(asked.people, asked.rounds), indent=2))


if __name__ == "__main__":
    main()
