"""How fast letters leave, beside the script anybody would write: `python -m benchmarks.dispatch --letters 2000`.

Both send the same greeting to the same receiver, in turns, one process and one connection each. Ours does all its
bookkeeping: a claim and a recorded outcome for every letter, in the database of DATABASE_URL (SQLite without one;
for PostgreSQL: `python -m tests.postgres python -m benchmarks.dispatch`). The script is smtplib, Jinja2 and
EmailMessage, and remembers nothing. Prints JSON; trust the ratio, not the rates.
"""

import argparse
import json
import os
import resource
import smtplib
import statistics
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import django
import jinja2

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()  # models can be imported only when Django knows its settings

from benchmarks.house import campaign_with_letters, send_everything, test_database  # noqa: E402
from tests.receiver.process import running_receiver  # noqa: E402

TEXT = "{{ salutation }}\n\nσας ευχόμαστε καλά Χριστούγεννα, με υγεία και ηρεμία στο σπίτι σας.\n\n{{ house }}\n"
HTML = (
    "<html><body><p>{{ salutation }}</p><p>σας ευχόμαστε καλά Χριστούγεννα, με υγεία και ηρεμία στο σπίτι σας.</p>"
    "<p>{{ house }}</p></body></html>"
)


def plain_script(port: int, addresses: list[str]) -> None:
    """The natural script: one connection, one EmailMessage a letter, no memory of what went."""
    environment = jinja2.Environment(autoescape=True)
    text, html = environment.from_string(TEXT), environment.from_string(HTML)
    with smtplib.SMTP("127.0.0.1", port) as server:
        for address in addresses:
            values = {"salutation": "Αγαπητέ κύριε Παπαδόπουλε,", "house": "Καφεκοπτείο της Πλατείας"}
            letter = EmailMessage()
            letter["From"], letter["To"] = "Καφεκοπτείο <house@kafekopteio.example>", address
            letter["Subject"] = "Καλά Χριστούγεννα"
            letter.set_content(text.render(values))
            letter.add_alternative(html.render(values), subtype="html")
            server.send_message(letter)


def measured(work: Callable[[], object], letters: int) -> dict[str, float]:
    """Letters per second and CPU milliseconds a letter of one run."""
    cpu, begun = time.process_time(), time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    return {"per_second": letters / seconds, "cpu_ms": 1000 * (time.process_time() - cpu) / letters}


def compare(*, letters: int, rounds: int) -> dict:
    """Run both in turns and return medians and their ratio."""
    ours, plain = [], []
    with (
        test_database() as vendor,
        tempfile.TemporaryDirectory() as folder,
        running_receiver(Path(folder), "--no-sync", store=False) as receiver,
    ):
        for _round in range(rounds):
            campaign, addresses = campaign_with_letters(letters)
            plain.append(measured(lambda to=addresses: plain_script(receiver.port, to), letters))
            ours.append(measured(lambda of=campaign: send_everything(of, receiver.port), letters))
    middle = {
        name: {key: round(statistics.median(run[key] for run in runs), 2) for key in runs[0]}
        for name, runs in (("ours", ours), ("plain_script", plain))
    }
    return {
        "database": vendor,
        "letters": letters,
        "rounds": rounds,
        "ratio": round(middle["ours"]["per_second"] / middle["plain_script"]["per_second"], 2),
        **middle,
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(json.dumps(compare(letters=options.letters, rounds=options.rounds), indent=1))


if __name__ == "__main__":
    main()
