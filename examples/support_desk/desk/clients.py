"""One client per provider and process."""

from __future__ import annotations

from functools import lru_cache

from anthropic import Anthropic
from openai import AsyncOpenAI, OpenAI

from desk import settings


@lru_cache(maxsize=1)
def openai_client() -> OpenAI:
    """Return the client for everything that runs in a worker thread."""
    return OpenAI(api_key=settings.OPENAI_API_KEY, max_retries=3)


@lru_cache(maxsize=1)
def async_openai_client() -> AsyncOpenAI:
    """Return the client for the streaming endpoint."""
    return AsyncOpenAI(
        api_key=settings.OPENAI_API_KEY,
        timeout=settings.STREAM_TIMEOUT,
    )


@lru_cache(maxsize=1)
def anthropic_client() -> Anthropic:
    """Return the client for refunds."""
    return Anthropic(
        api_key=settings.ANTHROPIC_API_KEY,
        timeout=settings.REQUEST_TIMEOUT,
        max_retries=2,
    )
