"""Every command in the figures, by how it ended."""

from andre.core.command_hooks import CommandOutcome
from andre.telemetry import metrics
from andre.telemetry.samples import samples


def measure_command(ended: CommandOutcome) -> None:
    kind = ended.command.kind()
    metrics.commands_done.labels(kind, ended.outcome).inc()
    metrics.command_seconds.labels(kind).observe(ended.seconds)
    samples.time("command.ms", ended.seconds * 1000)
    samples.count(f"command.{ended.outcome}")
