"""What all assistants share: a client and one way to ask."""

from __future__ import annotations

import logging
import time

from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

from desk import settings
from desk.clients import openai_client

logger = logging.getLogger(__name__)


class AssistantUnavailable(Exception):
    """No model gave an answer."""


class BaseAssistant:
    """An assistant that talks to the chat models."""

    def __init__(self, client: OpenAI | None = None) -> None:
        self.client = client or openai_client()

    def complete(
        self,
        messages: list[ChatCompletionMessageParam],
        model: str = settings.CHAT_MODEL,
        max_tokens: int = settings.MAX_ANSWER_TOKENS,
    ) -> str:
        """Send the messages to the model and return its answer, stripped."""
        started = time.monotonic()
        response = self.client.chat.completions.create(
            model=model,
            messages=messages,
            max_completion_tokens=max_tokens,
        )
        choice = response.choices[0]
        logger.info(
            "%s took %.1fs, %s tokens, finish reason %s",
            model,
            time.monotonic() - started,
            response.usage.total_tokens if response.usage else "?",
            choice.finish_reason,
        )
        return (choice.message.content or "").strip()
