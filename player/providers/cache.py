"""What a provider answered, kept for a while: asking less is the first courtesy."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from andre.core.keys import provider_cache
from andre.core.redis import redis

LOOKUP_SECONDS = 86_400
SEARCH_SECONDS = 600


def get_or_ask(provider: str, question: str, seconds: int, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON.
    """The answer to `question`, asked only if nobody has lately."""
    kept = recall(provider, question)
    if kept is None:
        kept = ask()
        remember(provider, question, seconds, kept)
    return kept


def recall(provider: str, question: str) -> Any:  # noqa: ANN401 - JSON.
    text = redis().get(cache_key(provider, question))
    return None if text is None else json.loads(text)


def remember(provider: str, question: str, seconds: int, answer: object) -> None:
    redis().set(cache_key(provider, question), json.dumps(answer), ex=seconds)


def forget(provider: str, question: str) -> None:
    redis().delete(cache_key(provider, question))


def cache_key(provider: str, question: str) -> str:
    return provider_cache(provider, hashlib.sha256(question.encode()).hexdigest()[:32])
