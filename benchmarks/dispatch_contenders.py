"""The scripts that `benchmarks.dispatch` compares with our worker.

What a good programmer writes in an hour: Jinja compiled once, one connection, no memory of what went. One builds its
letters with EmailMessage, as the manual of Python shows it, the other with the older and quicker MIMEMultipart. Both
write only the three headers nobody can leave out: a name before the address, a Date and a Message-ID would make the
first one three times as slow, and no target should lean on that.
`python -m benchmarks.dispatch_contenders WAY --port PORT --letters N --group NAME` takes a turn (`benchmarks.turns`).
"""

import argparse
import smtplib
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import jinja2

from benchmarks.greeting import HTML, SENDER, SUBJECT, TEXT, readers
from benchmarks.turns import take_turn


def with_email_message(subject: str, text: str, html: str) -> Message:
    letter = EmailMessage()
    letter["Subject"] = subject
    letter.set_content(text)
    letter.add_alternative(html, subtype="html")
    return letter


def with_mime_multipart(subject: str, text: str, html: str) -> Message:
    letter = MIMEMultipart("alternative")
    letter["Subject"] = subject
    letter.attach(MIMEText(text, "plain", "utf-8"))
    letter.attach(MIMEText(html, "html", "utf-8"))
    return letter


WAYS = {"script_e": with_email_message, "script_m": with_mime_multipart}


def send_all(way: str, port: int, letters: int, group: str) -> None:
    """Write to everybody of the group over one connection."""
    plain, escaping = jinja2.Environment(), jinja2.Environment(autoescape=True)
    subject, text, html = plain.from_string(SUBJECT), plain.from_string(TEXT), escaping.from_string(HTML)
    build = WAYS[way]
    with smtplib.SMTP("127.0.0.1", port) as server:
        for reader in readers(letters, group):
            values = reader.fields | {"link": reader.link}
            letter = build(subject.render(values), text.render(values), html.render(values))
            letter["From"], letter["To"] = SENDER, reader.address
            server.send_message(letter)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--letters", type=int, required=True)
    parser.add_argument("--group", required=True)
    options = parser.parse_args()
    take_turn(lambda: send_all(options.way, options.port, options.letters, options.group))


if __name__ == "__main__":
    main()
