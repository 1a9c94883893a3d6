"""Write the pages of docs/ that are read off the code."""

from typing import Any

from django.core.management.base import BaseCommand

from andre.web.docs_generator import PAGES, ROOT


class Command(BaseCommand):
    help = "Write the pages of docs/ that are read off the code."

    def handle(self, *_: Any, **__: Any) -> None:
        for name, page in PAGES.items():
            (ROOT / name).write_text(page(), encoding="utf-8")
            self.stdout.write(name)
