from django.apps import AppConfig

from greetings_crm import checks  # noqa: F401  (importing registers the system checks)


class GreetingsCrmConfig(AppConfig):
    name = "greetings_crm"
    verbose_name = "greetings_crm"
