from django.apps import AppConfig

from andre.telemetry.health import register_check


class NestsConfig(AppConfig):
    name = "nests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from andre.accounts.preferences import preferences_saved
        from andre.billing.endings import register_ending
        from andre.core.redis import nest_upgrade
        from nests.guests import endings
        from nests.membership import stored_people
        from nests.membership.listener_preferences import publish_saved
        from nests.realtime.hub import hears
        from nests.registry.lapsed_vanity import release_vanity_codes

        register_check("subscriber", hears)
        nest_upgrade.run = stored_people.upgrade
        preferences_saved.connect(publish_saved, dispatch_uid="nests.listener_preferences")
        endings.connect_endings()
        register_ending(release_vanity_codes)
