"""Which types of jobs there are: other apps register theirs at start, each with its payload."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from andre.accounts.credentials import Credential
from andre.core.errors import Refusal

Payload = TypeVar("Payload", bound=BaseModel)
Data = Mapping[str, Any]


class JobFault(Exception):
    """An attempt has failed, in words that operators read; the job is tried again."""


class RunningJob(Protocol):
    """What a handler sees of its job."""

    id: int
    created_by: str

    def checkpoint(self, step: str = "", done: int = 0, total: int = 0) -> None:
        """Tell how far it is, and stop here if the job is not wanted any more.

        Raises JobStopped, which a handler lets through.
        """


@dataclass(frozen=True)
class Outcome:
    """What a handler gives back: the result, and artifacts by their name."""

    result: Data
    artifacts: Mapping[str, Data] = field(default_factory=dict)


def allow(_payload: Any, _caller: Credential) -> None:  # noqa: ANN401 - Of whichever type.
    pass


def is_for_everybody(_payload: Any) -> bool:  # noqa: ANN401
    return False


@dataclass(frozen=True)
class JobType(Generic[Payload]):
    """`run` may raise whatever it likes: the attempt has failed then. Done twice it is done once.

    `check` raises a Refusal for what this caller may not ask for, or nobody can have.
    """

    name: str
    payload: type[Payload]
    run: Callable[[RunningJob, Payload], Outcome]
    check: Callable[[Payload, Credential], None] = allow
    is_confidential: Callable[[Payload], bool] = is_for_everybody
    runs_alone: bool = False


_types: dict[str, JobType[Any]] = {}


def register_job_type(job_type: JobType[Any]) -> None:
    _types[job_type.name] = job_type


def job_type_names() -> list[str]:
    return sorted(_types)


def find_job_type(name: str) -> JobType[Any]:
    """Raises Refusal `unsupported_job_type`."""
    if name not in _types:
        raise Refusal("unsupported_job_type", f"There are jobs of {', '.join(sorted(_types))}.")
    return _types[name]
