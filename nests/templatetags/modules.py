"""Names a page's modules in its head, so that a browser fetches them at once and not in turns."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

IMPORT = re.compile(r'^(?:import|export)\b[^"]*"(\.[^"]+)";', re.MULTILINE)

register = template.Library()


@register.simple_tag
def preloads(entry: str) -> SafeString:
    """A link for each module that `entry` imports, however far down."""
    links = ((static(name),) for name in imports_of(entry))
    return format_html_join("\n  ", '<link rel="modulepreload" href="{}">', links)


@cache
def imports_of(entry: str) -> tuple[str, ...]:
    """Without `entry` itself, those first that are imported first."""
    found: list[str] = []
    waiting = [entry]
    while waiting:
        here = waiting.pop(0)
        for path in IMPORT.findall(source_of(here)):
            name = normpath(join(dirname(here), path))
            if name not in found:
                found.append(name)
                waiting.append(name)
    return tuple(found)


def source_of(name: str) -> str:
    path = finders.find(name)
    return Path(str(path)).read_text(encoding="utf-8") if path else ""
