from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from nests.hooks import hooks


class BenderConfig(AppConfig):
    name = "bender"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bender.filling import settings_check

        hooks.check_bender = settings_check.check
        register(settings_name_strategies)


def settings_name_strategies(**_: object) -> list[CheckMessage]:
    """Every strategy the settings name is there, and every weight is one's."""
    from bender.selection.strategies import strategies, weights

    try:
        known = strategies()
    except (ImportError, ValueError, TypeError) as fault:
        return [Error(f"BENDER_STRATEGIES: {fault}", id="bender.E001")]
    unknown = sorted(set(weights()) - set(known))
    if unknown:
        sentence = f"BENDER_STRATEGY_WEIGHTS: no strategy is called {', '.join(unknown)}."
        return [Error(sentence, id="bender.E002")]
    return []
