"""`manage.py first_admin`: the first account of a new house, with a random password that is printed once."""

import secrets

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from customers.models import User


class Command(BaseCommand):
    help = "Make the first administrator and print the password once."

    def handle(self, **options: object) -> None:
        if User.objects.exists():
            raise CommandError("There are accounts here already. Use: manage.py changepassword NAME")
        password = secrets.token_urlsafe(12)
        user = User(username="admin", is_staff=True, is_superuser=True)
        user.set_password(password)
        user.save()
        user.groups.add(Group.objects.get(name="admin"))
        self.stdout.write(f"First account: admin   password: {password}\nIt is shown this once; change it after login.")
