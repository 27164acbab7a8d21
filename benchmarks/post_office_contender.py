"""django-post_office as `benchmarks.dispatch` sees it: its queue filled, its queue sent, each a turn of its own.

`python -m benchmarks.post_office_contender tables | queue | send` with DATABASE_URL and SMTP_PORT. It is used as its
documentation says: a stored template, `send_many` for a thousand letters a call, then `send_queued_mail` with one
process, five threads and a hundred letters a batch, which is how it comes.
"""

import argparse
import os
from collections.abc import Iterator
from itertools import islice

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.post_office_settings"
django.setup()  # its models can be imported only when Django knows the settings

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from post_office import mail  # noqa: E402
from post_office.models import Email, EmailTemplate, Log  # noqa: E402

from benchmarks.greeting import HOUSE, HTML, SENDER, SUBJECT, TEXT, Reader, readers  # noqa: E402
from benchmarks.turns import take_turn  # noqa: E402

A_CALL = 1_000


def make_tables() -> None:
    call_command("migrate", verbosity=0)


def fresh_template() -> EmailTemplate:
    """Forget all letters of earlier turns; return the greeting as a stored template."""
    Log.objects.all().delete()
    Email.objects.all().delete()
    values = {"subject": SUBJECT, "content": TEXT, "html_content": HTML}
    template, _created = EmailTemplate.objects.update_or_create(name="christmas", defaults=values)
    return template


def queue_all(template: EmailTemplate, letters: int, group: str) -> None:
    everybody = readers(letters, group)
    while chunk := list(islice(everybody, A_CALL)):
        mail.send_many(list(_calls(template, chunk)))


def _calls(template: EmailTemplate, chunk: list[Reader]) -> Iterator[dict]:
    for reader in chunk:
        yield {
            "recipients": reader.address,
            "sender": f"{HOUSE} <{SENDER}>",
            "template": template,
            "context": reader.fields | {"link": reader.link},
        }


def send_all(lock: str) -> None:
    call_command("send_queued_mail", processes=1, lockfile=lock)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("way", choices=["tables", "queue", "send"])
    parser.add_argument("--letters", type=int, default=0)
    parser.add_argument("--group", default="")
    parser.add_argument("--lock", default="", help="where the lock file of its own lies")
    options = parser.parse_args()
    connection.ensure_connection()
    if options.way == "queue":
        template = fresh_template()
        take_turn(lambda: queue_all(template, options.letters, options.group))
        return
    take_turn(make_tables if options.way == "tables" else lambda: send_all(options.lock))


if __name__ == "__main__":
    main()
