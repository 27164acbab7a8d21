from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Greetings")

    def ready(self) -> None:
        # What `customers` must tell or ask this app without knowing it; models are loaded only now.
        import_module("campaigns.hooks")
        import_module("campaigns.timeline")
        import_module("campaigns.sober_words")
