"""The Celery application: ticks have a queue and a worker of their own, upkeep has the other."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "andre.settings")

app = Celery("andre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
