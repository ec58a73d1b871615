"""Uses an SDK's types and errors, and calls nothing."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import openai
from openai.types.chat import ChatCompletion

if TYPE_CHECKING:
    from openai import OpenAI


def text_of(completion: ChatCompletion) -> str:
    return completion.choices[0].message.content or ""


def is_overload(error: Exception) -> bool:
    return isinstance(error, openai.RateLimitError | openai.InternalServerError)


def parameters(client: OpenAI) -> list[str]:
    return list(inspect.signature(client.chat.completions.create).parameters)


def models(client: OpenAI) -> list[str]:
    return [model.id for model in client.models.list()]
