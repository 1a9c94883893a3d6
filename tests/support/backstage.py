"""Browsers of people at the doors of the admin: Alice runs this server, Bob does not."""

import re
import time
from base64 import b32decode

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import hotp
from django_otp.plugins.otp_totp.models import TOTPDevice

from andre.accounts.models import Person
from andre.accounts.second_factor import VERIFIED_AT

HOSTILE = "<img src=x onerror=alert(1)>"
CELL = r"<t[hd]\b.*?>(.*?)</t[hd]>"
ESCAPED = "&lt;img src=x onerror=alert(1)&gt;"


def browser_of(name, **how):
    client = Client(**how)
    person = Person.objects.at(f"{name.lower()}@example.com", name=name)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def operator_browser(name="Alice", **how):
    """Of somebody who has given their second factor."""
    client = browser_of(name, **how)
    give_second_factor(client, Person.objects.get(email=f"{name.lower()}@example.com"))
    return client


def give_second_factor(client, person):
    device, _ = TOTPDevice.objects.get_or_create(user=person, name="Phone")
    session = client.session
    session[DEVICE_ID_SESSION_KEY], session[VERIFIED_AT] = device.persistent_id, time.time()
    session.save()


def code_of_app(secret, later=0):
    """What an app shows for a secret in base32; `later` is in steps of half a minute."""
    key = b32decode(secret.replace(" ", ""))
    return f"{hotp(key, int(time.time()) // 30 + later):06}"


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
