"""Andre, a self-hosted listening room."""

from andre.celery import app as celery_app

__all__ = ["celery_app"]
