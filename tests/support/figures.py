"""What a monitor is told, and by how much it grows while something happens."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import Client
from prometheus_client.parser import text_string_to_metric_families


def families(client: Client) -> dict[str, float]:
    """{sample with its labels: value} as Prometheus is told."""
    answer = client.get("/metrics/prometheus")
    assert answer.status_code == 200, answer.content
    return {
        sample.name
        + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): (
            sample.value
        )
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@contextmanager
def counted(client: Client) -> Iterator[dict[str, float]]:
    """Inside, what happens is counted; afterwards the mapping says by how much each figure grew."""
    before, grown = families(client), dict[str, float]()
    yield grown
    after = families(client)
    grown.update({name: value - before.get(name, 0) for name, value in after.items()})
