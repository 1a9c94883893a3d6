"""Browsers of people at the doors of the admin: Alice runs this server, Bob does not."""

import re

from django.test import Client

from andre.accounts.models import Person

HOSTILE = "<img src=x onerror=alert(1)>"
CELL = r"<t[hd]\b.*?>(.*?)</t[hd]>"
ESCAPED = "&lt;img src=x onerror=alert(1)&gt;"


def browser_of(name, **how):
    client = Client(**how)
    person = Person.objects.at(f"{name.lower()}@example.com", name=name)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer):
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def rows_of(answer):
    """The cells of every row of a page's list."""
    body = re.search(r"<tbody>(.*?)</tbody>", answer.content.decode(), re.DOTALL)
    rows = re.findall(r"<tr.*?>(.*?)</tr>", body[1], re.DOTALL) if body else []
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(CELL, row, re.DOTALL)
        ]
        for row in rows
    ]
