"""Preparing, comparing and reading the letters of many people: `python -m benchmarks.review [--people 100000]`.

Everybody has a letter of last year. This year's are written as workers do it, each in a process of its own on a lane
of its own, pauses and all (`PREPARING_LANES=1`: one worker), then compared; beside it a plain script reads the same
people, renders a Jinja template and writes the same rows. Then a reviewer reads: each step is a whole request of
Django's test client (session, login, form, answer, and the page that follows), told as the median in milliseconds
beside a plain Django view that fetches one letter and shows it. Memory is of one process, at a quarter of the letters
and at its peak. Prints JSON; trust the ratios before the seconds.
"""

# ruff: noqa: E402
import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()  # models can be imported only when Django knows its settings

import jinja2
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, override_settings
from django.urls import include, path, reverse
from django.utils import timezone

from benchmarks.house import test_database
from benchmarks.presses import rounded, timed_in_turns
from benchmarks.process_tree import memory_mb
from benchmarks.turns import Helper
from campaigns.letters import new_header_id, new_token
from campaigns.models import Campaign, Message, MessageBody
from campaigns.occasions import ComingFeast
from campaigns.preparing import lanes_of, prepare_next_chunk, start_preparing
from campaigns.writing.beginning import begin_for_feast, begin_own
from customers.examples import make_volume
from customers.models import Contact, User
from tests.builders import make_user
from tests.workers import database_url, house_environment

CHUNK = 1_000
LOOK_SECONDS = 0.5  # between two looks at the memory of those who write
_PLAIN = jinja2.Environment()
_PLAIN_TEXT = _PLAIN.from_string(
    "{{ first_name }} {{ last_name }},\n\n{% for line in lines %}{{ line }}\n{% endfor %}\n{{ product }}, {{ city }}"
)
_PLAIN_HTML = jinja2.Environment(autoescape=True).from_string(
    "<p>{{ first_name }} {{ last_name }},</p>{% for line in lines %}<p>{{ line }}</p>{% endfor %}"
    "<p>{{ product }}, {{ city }}</p>"
)
PLAIN_PAGE = Engine(autoescape=True).from_string(
    "<!doctype html><html lang=el><body><h1>{{ letter.contact.first_name }}</h1>"
    "{{ letter.body.text|linebreaks }}</body>"
)


def plain_view(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter as a script of an afternoon would show it."""
    letter = Message.objects.select_related("contact", "body").get(pk=pk)
    return HttpResponse(PLAIN_PAGE.render(Context({"letter": letter})))


urlpatterns = [path("plain/<int:pk>/", plain_view), path("", include("greetings_crm.urls"))]


@dataclass
class Phase:
    """Seconds, letters, and this process's memory (MB) a quarter through and at the end."""

    seconds: float = 0.0
    memory: list[float] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        quarter = self.memory[len(self.memory) // 4] if self.memory else 0.0
        return {
            "seconds": round(self.seconds, 1),
            "memory_mb_quarter": round(quarter),
            "memory_mb_peak": round(max(self.memory, default=0.0)),
        }


def prepared(campaign: Campaign, by: User) -> tuple[Phase, Phase]:
    """Prepare a campaign; the seconds of writing its letters, and of comparing them."""
    start_preparing(campaign, by=by, now=timezone.now())
    return written(campaign), compared(campaign)


def written(campaign: Campaign) -> Phase:
    """Let one process for each lane write its letters; the seconds of the slowest, the memory of the largest."""
    writing = Phase()
    environment = house_environment(settings.VAR_DIR, DATABASE_URL=database_url())
    module = "benchmarks.preparing_contender"
    helpers = [Helper(module, campaign.pk, "--lane", lane, environment=environment) for lane in lanes_of(campaign.pk)]
    try:
        for helper in helpers:
            helper.begin()
        while lanes_of(campaign.pk) and all(helper.is_alive() for helper in helpers):
            writing.memory.append(max(memory_mb(helper.pids) for helper in helpers))
            time.sleep(LOOK_SECONDS)
        writing.seconds = max(helper.wait() for helper in helpers)
    finally:
        for helper in helpers:
            helper.end()
    return writing


def compared(campaign: Campaign) -> Phase:
    """Compare letters that are all written, in this process."""
    comparing, more = Phase(), True
    while more:
        begun = time.perf_counter()
        more = prepare_next_chunk(campaign.pk, now=timezone.now())
        comparing.seconds += time.perf_counter() - begun
        comparing.memory.append(memory_mb([os.getpid()]))
    return comparing


def plain_script(campaign: Campaign) -> float:
    """Seconds of the plain script: read, render, write the same number of rows; what it wrote is taken back."""
    lines = ["Σας ευχόμαστε καλά Χριστούγεννα, με υγεία και αγάπη."] * 4
    last, begun = 0, time.perf_counter()
    with transaction.atomic():
        while people := list(_people_after(last)):
            letters = [_plain_letter(campaign, contact, lines) for contact in people]
            Message.objects.bulk_create(message for message, _body in letters)
            MessageBody.objects.bulk_create(body for _message, body in letters)
            last = people[-1].pk
        seconds = time.perf_counter() - begun
        transaction.set_rollback(True)
    return seconds


def _people_after(pk: int) -> Iterator[Contact]:
    everybody = Contact.objects.select_related("summary__usual_product").filter(pk__gt=pk)
    return everybody.order_by("pk")[:CHUNK].iterator(CHUNK)


def _plain_letter(campaign: Campaign, contact: Contact, lines: list[str]) -> tuple[Message, MessageBody]:
    token = new_token()
    product = getattr(getattr(contact, "summary", None), "usual_product", None)
    facts = {
        "first_name": contact.first_name, "last_name": contact.last_name, "city": contact.city, "lines": lines,
        "product": product.name if product else "",
    }  # fmt: skip
    message = Message(
        campaign=campaign, contact=contact, occasion_key="plain", to_name=contact.name, to_address=contact.email,
        lane=contact.pk % settings.DISPATCH_LANES, token=token, header_id=new_header_id(token),
    )  # fmt: skip
    words = MessageBody(
        message=message, subject="Καλά Χριστούγεννα", text=_PLAIN_TEXT.render(facts), html=_PLAIN_HTML.render(facts),
        facts_used=sorted(facts), digest="0" * 64,
    )  # fmt: skip
    return message, words


def letters_of_last_year(by: User, feast: ComingFeast) -> None:
    """A letter of a year ago to everybody, as it left."""
    year = feast.on.year - 1
    before = ComingFeast(code=feast.code, on=date(year, feast.on.month, feast.on.day))
    campaign = begin_for_feast(before, name=f"Χριστούγεννα {year}", by=by, now=timezone.now())
    prepared(campaign, by)
    left_at = timezone.now() - timedelta(days=330)
    Message.objects.filter(campaign=campaign, state="draft").update(state="sent", sent_at=left_at)
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.CANCELLED)


def steps(campaign: Campaign, client: Client) -> dict[str, Callable[[], HttpResponse]]:
    """What a reviewer does, each as a whole request with the page that follows it."""
    room = reverse("campaigns:review-room", args=[campaign.pk])
    rest = iter(
        Message.objects.filter(campaign=campaign, state="draft", review__pile="rest").order_by("pk")
        .values_list("pk", flat=True)[CHUNK : 3 * CHUNK]
    )  # fmt: skip

    def post(name: str, **form: object) -> HttpResponse:
        return client.post(reverse(f"campaigns:{name}", args=[next(rest)]), {"pile": "rest", **form}, follow=True)

    return {
        "plain": lambda: client.get(f"/plain/{next(rest)}/"),
        "room": lambda: client.get(room, {"pile": "rest"}, follow=True),
        "letter": lambda: client.get(
            reverse("campaigns:review-letter", args=[campaign.pk, next(rest)]), {"pile": "rest"}
        ),
        "tick": lambda: post("letter-tick"),
        "aside": lambda: post("letter-aside", kind="other", why="Θα του τηλεφωνήσω"),
        "undo": lambda: client.post(
            reverse("campaigns:review-undo", args=[campaign.pk]), {"pile": "rest"}, follow=True
        ),
    }


def read(campaign: Campaign, by: User, rounds: int) -> dict:
    """The median and the slowest of each step of a reviewer, in turns."""
    client = Client(headers={"accept-language": "el", "host": "localhost"})
    client.force_login(by)
    with override_settings(ROOT_URLCONF="benchmarks.review"):
        timed = timed_in_turns(steps(campaign, client), rounds)
    return {
        "milliseconds": rounded(timed.middle),
        "slowest": rounded(timed.slowest),
        "letter_to_plain": round(timed.worked["letter"] / timed.worked["plain"], 2),
    }


def measured(people: int, rounds: int) -> dict:
    """Fill a house with `people`, prepare, compare and read."""
    for made, _invoices in make_volume(people, lines_each=3, seed=1821, now=timezone.now()):
        print(f"{made:>9,} people", end="\r", file=sys.stderr)
    anna, nikos = make_user("anna", role="staff"), make_user("nikos", role="staff")
    feast = ComingFeast(code="christmas", on=date(timezone.localdate().year, 12, 25))
    letters_of_last_year(anna, feast)
    _look_at_tables()
    campaign = begin_for_feast(feast, name="Χριστούγεννα", by=anna, now=timezone.now())
    writing, comparing = prepared(campaign, anna)
    plain = plain_script(begin_own(name="plain", wish_on=feast.on, by=anna, now=timezone.now()))
    _look_at_tables()
    rows = Message.objects.filter(campaign=campaign).count()
    return {
        "database": connection.vendor,
        "people": people,
        "letters": rows,
        "workers": min(settings.PREPARING_LANES, 1 + people // CHUNK),
        "preparing": writing.told(),
        "comparing": comparing.told(),
        "plain_script_seconds": round(plain, 1),
        "preparing_to_plain_script": round(writing.seconds / plain, 2),
        "comparing_to_plain_script": round(comparing.seconds / plain, 2),
        "reading": read(campaign, nikos, rounds),
        "load": round(os.getloadavg()[0], 1),
    }


def _look_at_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    with test_database():
        print(json.dumps(measured(asked.people, asked.rounds), indent=2))


if __name__ == "__main__":
    main()
