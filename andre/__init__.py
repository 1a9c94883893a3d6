"""Andre, a self-hosted listening room."""

from andre.celery import app as celery_app

__version__ = "0.1.0"  # The one place; pyproject.toml reads it here.
__all__ = ["__version__", "celery_app"]
