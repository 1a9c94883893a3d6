"""The Celery application: ticks have a queue and a worker of their own, upkeep has the other."""

import os

from celery import Celery

# By name, because a worker asks a task class for its kind of request so.
NEST_TIMED = "andre.worktime:Task"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "andre.settings")

app = Celery("andre", task_cls=NEST_TIMED)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
