"""`manage.py demo`: an example house with example people and three accounts. Only for an empty database."""

import json
from argparse import ArgumentParser

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from customers.examples import make_example_house
from customers.models import Contact, User
from greetings_crm.accounts import EXAMPLE_PASSWORD

ACCOUNTS = (("anna", "Άννα", "staff"), ("eleni", "Ελένη", "manager"), ("nikos", "Νίκος", "admin"))


class Command(BaseCommand):
    help = "Fill an empty house with example people (.example addresses only) and three accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    @transaction.atomic
    def handle(self, *, json: bool, **options: object) -> None:
        if Contact.objects.exists() or User.objects.exists():
            raise CommandError("There are people here already. Start with an empty VAR_DIR to see the example house.")
        for username, name, role in ACCOUNTS:
            # An address that exists nowhere: test letters to it lie in the house's own mailbox.
            address = f"{username}@house.example"
            user = User(username=username, email=address, first_name=name, signs_as=name, is_staff=role == "admin")
            user.set_password(EXAMPLE_PASSWORD)
            user.save()
            user.groups.add(Group.objects.get(name=role))
        count = make_example_house(owner=User.objects.get(username="anna"), now=timezone.now())
        # Marks the house for as long as its folder lives: no real mail, no address but this machine's own.
        settings.EXAMPLE_HOUSE.write_text(as_words(), encoding="utf-8")
        self.stdout.write(as_json(count) if json else as_words())


def as_json(count: int) -> str:
    return json.dumps({"people": count, "accounts": [username for username, _name, _role in ACCOUNTS]})


def as_words() -> str:
    lines = [f"  {username:<6} {role}" for username, _name, role in ACCOUNTS]
    return "\n".join([f"Accounts of the example house, all with the password {EXAMPLE_PASSWORD}", *lines])
