from importlib import import_module

from django.apps import AppConfig

from greetings_crm import checks  # noqa: F401  (importing registers the system checks)


class GreetingsCrmConfig(AppConfig):
    name = "greetings_crm"
    verbose_name = "greetings_crm"

    def ready(self) -> None:
        import_module("greetings_crm.login_trail")  # knows models, which are loaded only now
