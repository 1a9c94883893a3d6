"""The app that knows every place of every other app where somebody is known."""

from django.apps import AppConfig


class PersonDataConfig(AppConfig):
    name = "andre.person_data"
    label = "person_data"

    def ready(self) -> None:
        from andre.person_data import erasure
        from nests.hooks import hooks

        hooks.erase_guest = erasure.erase_guest
