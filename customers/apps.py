from importlib import import_module

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("People")

    def ready(self) -> None:
        # Models are loaded only now. Of Django's own apps `auth` comes after ours: all our permissions exist by then.
        import_module("customers.history")
        roles = import_module("customers.roles")
        post_migrate.connect(roles.grant_permissions, sender=apps.get_app_config("auth"))
