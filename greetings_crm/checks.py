"""System checks: combinations of settings that would hurt. Each has a number and says what to do."""

import socket
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from campaigns.dispatch.transport import transport_from_url

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in LOOPBACK


@register()
def mail_checks(app_configs, **kwargs) -> list[Error]:
    """Real mail needs a sender and links that work from outside (a receiver on this machine may use loopback)."""
    if settings.EMAIL_URL.startswith("mailbox"):
        return []
    errors = []
    if not settings.SITE_URL.startswith("https://") and not (
        is_loopback(settings.SITE_URL) and is_loopback(settings.EMAIL_URL)
    ):
        errors.append(
            Error(
                "Real mail is on, but SITE_URL is not an https address.",
                hint="Links in letters must work for years: set SITE_URL=https://your-host, or EMAIL_URL=mailbox:",
                id="greetings_crm.E001",
            )
        )
    if "@" not in settings.SENDER_ADDRESS:
        errors.append(
            Error(
                "Real mail is on, but there is no sender.",
                hint="Set SENDER_ADDRESS to the address of the house, for example letters@your-domain.",
                id="greetings_crm.E002",
            )
        )
    if settings.DEBUG:
        errors.append(
            Error(
                "Real mail is on together with DEBUG.",
                hint="Unset DEBUG, or set EMAIL_URL=mailbox: while you look for a fault.",
                id="greetings_crm.E003",
            )
        )
    if settings.DEMO:
        errors.append(
            Error(
                "Real mail is on in the example house.",
                hint="Unset DEMO and start with a clean VAR_DIR: example people are never written to.",
                id="greetings_crm.E004",
            )
        )
    return errors


@register()
def example_house_checks(app_configs, **kwargs) -> list[Error]:
    """The passwords of the example house stand in the README: it is for one's own machine."""
    if not settings.DEMO or is_loopback(settings.SITE_URL):
        return []
    return [
        Error(
            "This is the example house, and SITE_URL is not an address of this machine alone.",
            hint="Everybody knows its passwords. Start with a clean VAR_DIR and database for a house of your own.",
            id="greetings_crm.E007",
        )
    ]


@register()
def mail_wire_checks(app_configs, **kwargs) -> list[CheckMessage]:
    """Letters hold names and addresses, and a password opens the mailbox: neither travels in the clear."""
    address = urlsplit(settings.EMAIL_URL)
    wish = parse_qs(address.query).get("tls", [""])[-1].lower()
    is_open = address.scheme == "smtp" and wish not in ("starttls", "1")
    if not is_open or is_loopback(settings.EMAIL_URL):
        return []
    hint = "Write EMAIL_URL=smtp://…?tls=starttls, or smtps://… for TLS from the first byte."
    if address.password:
        return [Error("The password for the mail server would travel unencrypted.", hint=hint, id="greetings_crm.E008")]
    return [Warning("Letters travel unencrypted to the mail server.", hint=hint, id="greetings_crm.W001")]


@register()
def mail_address_checks(app_configs, **kwargs) -> list[Error]:
    """A mail address nobody can read would be noticed with the first letter, by a worker. Nothing is opened here."""
    try:
        transport_from_url(settings.EMAIL_URL, mailbox_folder=settings.MAILBOX_DIR)
    except ValueError as error:
        hint = "docs/configuration.md, “Mail”, says how EMAIL_URL is written."
        return [Error(f"EMAIL_URL: {error}", hint=hint, id="greetings_crm.E009")]
    return []


@register()
def broker_checks(app_configs, **kwargs) -> list[Error]:
    """The embedded broker is a folder of this machine: a second host on it would lose rings."""
    if not settings.CELERY_BROKER_URL.startswith("filesystem"):
        return []
    marker = Path(settings.BROKER_DIR) / "host"
    here = socket.gethostname()
    there = marker.read_text().strip() if marker.exists() else here
    if there == here:
        return []
    return [
        Error(
            f"The embedded broker belongs to the machine “{there}”, this is “{here}”.",
            hint="A house that has moved here is started with script/server, which takes the folder over. "
            "For more than one machine set CELERY_BROKER_URL=redis://… on all of them.",
            id="greetings_crm.E005",
        )
    ]


@register()
def wait_checks(app_configs, **kwargs) -> list[Error]:
    """A lease shorter than one letter may take would call it uncertain while its holder still waits."""
    if settings.DISPATCH_LEASE_SECONDS > settings.SMTP_DOT_TIMEOUT + settings.SMTP_LETTER_TIMEOUT:
        return []
    return [
        Error(
            "DISPATCH_LEASE_SECONDS is not longer than SMTP_LETTER_TIMEOUT and SMTP_DOT_TIMEOUT together.",
            hint="Set DISPATCH_LEASE_SECONDS to more than their sum (the default is 720).",
            id="greetings_crm.E006",
        )
    ]
