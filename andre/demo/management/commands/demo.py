"""Three synthetic listeners join the running server, until Ctrl-C."""

import asyncio
import http.client
import random
import signal
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.templatetags.static import static
from websockets.exceptions import ConnectionClosed

from andre.accounts import api_keys
from andre.accounts.models import ApiKey, Person
from andre.core.conf import conf
from andre.demo.listeners.characters import CHARACTERS, Character
from andre.demo.listeners.listener import Guest


class Command(BaseCommand):
    help = "Let three synthetic listeners queue, vote, jam and talk in a nest, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--nest", default="main", help="its code; without it the Main Nest")
        parser.add_argument("--pace", type=float, default=1.0, help="1 is a person's")

    def handle(self, *_: Any, nest: str, pace: float, **__: Any) -> None:
        if conf().andre_environment != "dev":
            raise CommandError("Synthetic listeners are for development (ANDRE_ENVIRONMENT=dev).")
        if not 0 < pace <= 100:
            raise CommandError("A pace between 0 and 100 makes sense; 1 is a person's.")
        port = conf().port
        if not answers(port):
            raise CommandError(
                f"Nothing answers at http://127.0.0.1:{port}. Start it with `make run`, "
                "or say where it is: make demo PORT=…"
            )
        keys = [make_api_key(character) for character in CHARACTERS]
        try:
            guests = [
                Guest(character, secret, port, nest, random.Random(), pace, self.teller(character))
                for character, (_, secret) in zip(CHARACTERS, keys, strict=True)
            ]
            self.stdout.write("Mika, Inês and Tobi are on their way (Ctrl-C sends them home).")
            asyncio.run(until_told_to_go(guests))
        except ConnectionClosed as closed:
            raise CommandError(f"They were not let in ({closed}).") from closed
        finally:
            ApiKey.objects.filter(pk__in=[key.pk for key, _ in keys]).delete()
        self.stdout.write("They have gone home.")

    def teller(self, character: Character) -> Callable[[str], None]:
        def tell(deed: str) -> None:
            self.stdout.write(f"{character.name} {deed}")
            self.stdout.flush()

        return tell


def make_api_key(character: Character) -> tuple[ApiKey, str]:
    """A key for this visit; those of a visit that ended badly go first."""
    picture = static(character.face)
    person = Person.objects.at(character.email, name=character.name, picture=picture)
    person.api_keys.all().delete()
    return api_keys.issue(person, person.role)


async def until_told_to_go(guests: list[Guest]) -> None:
    """Raises ConnectionClosed if one of them may not stay."""
    stays = asyncio.gather(*(guest.lives_here() for guest in guests))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stays.cancel)
    try:
        await stays
    except asyncio.CancelledError:
        pass  # Somebody pressed Ctrl-C.
    finally:
        stays.cancel()


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
