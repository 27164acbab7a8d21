"""`manage.py compile_messages`: compile the translations that changed, without gettext's tools."""

from django.core.management.base import BaseCommand

from greetings_crm.messages import compile_stale


class Command(BaseCommand):
    help = "Compile the translations that are newer than their compiled form."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        for path in compile_stale():
            self.stdout.write(str(path))
