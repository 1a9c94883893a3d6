from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from nests.hooks import hooks


class BenderConfig(AppConfig):
    name = "bender"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from andre.jobs.registry import register_job_type
        from bender.filling import settings_check
        from bender.runs.run_job import RUN_JOB
        from bender.selection.strategies import weights

        register_job_type(RUN_JOB)
        hooks.check_bender = settings_check.check
        hooks.strategy_weights = weights
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
