"""The one place from which models are called."""

from __future__ import annotations

import json
import logging
from typing import TypeVar

import openai
from pydantic import BaseModel, ValidationError

from answers import settings
from answers.cache import Cache

logger = logging.getLogger(__name__)

Schema = TypeVar("Schema", bound=BaseModel)


class Gateway:
    """Requests with a timeout, retries, a second model, a cap, a schema, a cache and a log."""

    def __init__(self) -> None:
        self._client = openai.OpenAI(
            api_key=settings.OPENAI_API_KEY,
            timeout=settings.TIMEOUT,
            max_retries=settings.RETRIES,
        )
        self._cache = Cache(settings.CACHE)

    def ask(self, schema: type[Schema], system: str, text: str) -> Schema | None:
        """Return the model's answer as an object, or None if no model gave one."""
        key = Cache.key(settings.MODEL, schema.__name__, system, text)
        known = self._cache.get(key)
        if known is not None:
            return schema.model_validate_json(known)
        for model in (settings.MODEL, settings.SECOND_MODEL):
            try:
                response = self._client.chat.completions.parse(
                    model=model,
                    messages=[{"role": "system", "content": system}, {"role": "user", "content": text}],
                    response_format=schema,
                    max_completion_tokens=settings.MAX_OUTPUT_TOKENS,
                )
            except (openai.OpenAIError, ValidationError) as error:  # also an answer that is cut off or has another form
                logger.warning("%s gave no answer: %s", model, error)
                continue
            choice = response.choices[0]
            logger.info("%s: %s, %s", model, choice.finish_reason, response.usage)
            if choice.message.parsed is not None:
                self._cache.set(key, choice.message.parsed.model_dump_json())
                return choice.message.parsed
            logger.warning("%s refused: %s", model, choice.message.refusal)
        return None

    def embed(self, text: str) -> list[float] | None:
        """Return the vector of a text, or None if the model cannot be reached."""
        key = Cache.key(settings.EMBEDDING_MODEL, text)
        known = self._cache.get(key)
        if known is not None:
            return [float(value) for value in json.loads(known)]
        try:
            response = self._client.embeddings.create(model=settings.EMBEDDING_MODEL, input=text)
        except openai.OpenAIError as error:
            logger.warning("no vector: %s", error)
            return None
        logger.info("embedded a text, %s", response.usage)
        vector = response.data[0].embedding
        self._cache.set(key, json.dumps(vector))
        return vector
