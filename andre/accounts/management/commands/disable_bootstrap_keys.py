"""What a start does that may not migrate: the keys everybody knows are disabled."""

from typing import Any

from django.core.management.base import BaseCommand

from andre.accounts import bootstrap
from andre.core.conf import conf


class Command(BaseCommand):
    help = "Disable the keys of development, unless the settings ask for them."

    def handle(self, *_: Any, **__: Any) -> None:
        if not conf().has_bootstrap_keys:
            bootstrap.disable_keys()
