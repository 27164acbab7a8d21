"""Combinations of settings that would hurt are refused, each with a number and what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from greetings_crm.checks import (
    broker_checks,
    example_house_checks,
    mail_address_checks,
    mail_checks,
    mail_wire_checks,
    wait_checks,
)

ROOT = Path(__file__).resolve().parent.parent
REAL = {"EMAIL_URL": "smtps://mail.shop.gr", "SITE_URL": "https://wishes.shop.gr", "SENDER_ADDRESS": "letters@shop.gr"}


def numbers(errors) -> list[str]:
    return [error.id for error in errors]


def set_all(settings, **values) -> None:
    for name, value in values.items():
        setattr(settings, name, value)


def test_the_built_in_mailbox_needs_nothing(settings):
    assert mail_checks(None) == []


def test_real_mail_with_https_and_a_sender_is_fine(settings):
    set_all(settings, **REAL)

    assert mail_checks(None) == []


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"SITE_URL": "http://wishes.shop.gr"}, "greetings_crm.E001"),
        ({"SITE_URL": "http://127.0.0.1:8000"}, "greetings_crm.E001"),
        ({"SENDER_ADDRESS": ""}, "greetings_crm.E002"),
        ({"DEBUG": True}, "greetings_crm.E003"),
        ({"DEMO": True}, "greetings_crm.E004"),
    ],
)
def test_real_mail_is_refused(settings, change, number):
    set_all(settings, **(REAL | change))

    errors = mail_checks(None)

    assert numbers(errors) == [number]
    assert errors[0].hint


def test_a_receiver_on_this_machine_may_be_used_without_https(settings):
    set_all(settings, **(REAL | {"EMAIL_URL": "smtp://127.0.0.1:2525", "SITE_URL": "http://127.0.0.1:8000"}))

    assert mail_checks(None) == []


@pytest.mark.parametrize("site", ["https://wishes.shop.gr", "http://192.168.1.4:8000", "http://127.0.0.1.shop.gr"])
def test_the_example_house_is_for_ones_own_machine(settings, site):
    set_all(settings, DEMO=True, SITE_URL=site)

    assert numbers(example_house_checks(None)) == ["greetings_crm.E007"]
    settings.DEMO = False
    assert example_house_checks(None) == []


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "http://localhost:8001", "http://[::1]:8000"])
def test_on_ones_own_machine_the_example_house_is_fine(settings, site):
    set_all(settings, DEMO=True, SITE_URL=site)

    assert example_house_checks(None) == []


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("smtp://letters:secret@mail.shop.gr:587", ["greetings_crm.E008"]),
        ("smtp://letters:secret@mail.shop.gr:587?tls=none", ["greetings_crm.E008"]),
        ("smtp://letters:secret@mail.shop.gr:587?tls=none&tls=starttls", []),
        ("smtp://letters:secret@mail.shop.gr:587?tls=STARTTLS", []),
        ("smtp://letters:secret@mail.shop.gr:587?tls=1", []),
        ("smtps://letters:secret@mail.shop.gr", []),
        ("smtp://mail.shop.gr", ["greetings_crm.W001"]),
        ("smtp://letters:secret@127.0.0.1:2525", []),
        ("mailbox:", []),
    ],
)
def test_neither_a_password_nor_a_letter_travels_in_the_clear(settings, address, found):
    settings.EMAIL_URL = address

    assert numbers(mail_wire_checks(None)) == found
    assert "secret" not in str(mail_wire_checks(None))


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("mailbox:", []),
        ("smtps://letters:secret@mail.shop.gr", []),
        ("resend://:secret@api.resend.com", []),
        ("resend://secret@api.resend.com", ["greetings_crm.E009"]),
        ("smtps://letters:secret@mail.shop.gr?tls=maybe&x=1", ["greetings_crm.E009"]),
        ("mail.shop.gr", ["greetings_crm.E009"]),
    ],
)
def test_a_mail_address_nobody_can_read_is_refused_before_the_first_letter(settings, address, found):
    settings.EMAIL_URL = address

    assert numbers(mail_address_checks(None)) == found
    assert "secret" not in str(mail_address_checks(None))


def test_a_mail_provider_is_real_mail(settings):
    set_all(settings, **(REAL | {"EMAIL_URL": "resend://:secret@api.resend.com"}))
    assert mail_checks(None) == mail_wire_checks(None) == []

    set_all(settings, SITE_URL="http://127.0.0.1:8000", SENDER_ADDRESS="")

    assert numbers(mail_checks(None)) == ["greetings_crm.E001", "greetings_crm.E002"]


def test_the_embedded_broker_of_another_machine_is_refused(settings, tmp_path):
    settings.BROKER_DIR = tmp_path
    settings.CELERY_BROKER_URL = "filesystem://localhost//"
    (tmp_path / "host").write_text("another-machine")

    assert numbers(broker_checks(None)) == ["greetings_crm.E005"]
    settings.CELERY_BROKER_URL = "redis://redis:6379/0"
    assert broker_checks(None) == []


def test_a_lease_outlasts_the_longest_letter(settings):
    assert wait_checks(None) == []
    settings.DISPATCH_LEASE_SECONDS = settings.SMTP_DOT_TIMEOUT + settings.SMTP_LETTER_TIMEOUT

    assert numbers(wait_checks(None)) == ["greetings_crm.E006"]


def test_the_waits_stand_in_their_order():
    assert settings.RING_SECONDS <= 0.5
    assert settings.SMTP_CONNECT_TIMEOUT < settings.SMTP_COMMAND_TIMEOUT < settings.SMTP_LETTER_TIMEOUT
    assert settings.SMTP_LETTER_TIMEOUT + settings.SMTP_DOT_TIMEOUT < settings.DISPATCH_LEASE_SECONDS
    assert settings.SWEEP_SECONDS <= 120  # the campaign goes on by itself within two minutes


def test_production_settings_pass_every_check_of_a_deployment(tmp_path):
    production = REAL | {"VAR_DIR": str(tmp_path / "var"), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=production, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
