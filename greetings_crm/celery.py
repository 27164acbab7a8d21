"""The Celery app: a bell. The database is the queue; a lost ring costs at most one sweep."""

import os

from celery import Celery

from greetings_crm import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greetings_crm.settings")

broker.use()
app = Celery("greetings_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
