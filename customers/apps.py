from importlib import import_module

from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from customers.writing_turn import mark_who_waits


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("People")

    def ready(self) -> None:
        # Models are loaded only now. Of Django's own apps `auth` comes after ours: all our permissions exist by then.
        import_module("customers.history")
        roles = import_module("customers.roles")
        connection_created.connect(mark_who_waits)
        post_migrate.connect(roles.grant_permissions, sender=apps.get_app_config("auth"))
