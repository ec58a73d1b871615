"""Sorting tickets: topic, mood, order number."""

from __future__ import annotations

import json
import logging
import re
from functools import lru_cache

import openai
from pydantic import BaseModel

from desk import prompts, settings
from desk.clients import openai_client

logger = logging.getLogger(__name__)

MOODS = {"1": "furious", "2": "annoyed", "3": "neutral", "4": "content", "5": "happy"}


class OrderReference(BaseModel):
    """The order that a customer writes about."""

    order_number: str | None
    articles: list[str]


def _strip_fences(text: str) -> str:
    return text.strip().removeprefix("```json").removesuffix("```").strip()


def classify(text: str) -> dict[str, str]:
    """Return topic, team and priority of a ticket."""
    response = openai_client().chat.completions.create(
        model=settings.CLASSIFIER_MODEL,
        temperature=0,
        max_completion_tokens=200,
        messages=[
            {"role": "system", "content": prompts.CLASSIFY},
            {"role": "user", "content": text},
        ],
    )
    answer = response.choices[0].message.content or ""
    label = json.loads(_strip_fences(answer))
    logger.info("classified as %s (%s)", label.get("topic"), label.get("priority"))
    return label


@lru_cache(maxsize=10_000)
def _mood_answer(text: str) -> str:
    response = openai_client().chat.completions.create(
        model=settings.CLASSIFIER_MODEL,
        temperature=0,
        max_completion_tokens=5,
        messages=[
            {"role": "system", "content": prompts.MOOD},
            {"role": "user", "content": text},
        ],
    )
    answer = response.choices[0].message.content or ""
    logger.info("mood answer %r, %s", answer, response.usage)
    return answer


def mood(text: str) -> str | None:
    """Return the mood of the writer, or None if it cannot be told."""
    try:
        answer = _mood_answer(text)
    except openai.APIError as error:
        logger.warning("no mood: %s", error)
        return None
    digit = re.search(r"[1-5]", answer)
    return MOODS[digit.group()] if digit else None


def find_order(text: str) -> OrderReference | None:
    """Return the order the text speaks of, or None if the model could not be asked."""
    try:
        response = openai_client().chat.completions.parse(
            model=settings.CHAT_MODEL,
            messages=[
                {"role": "system", "content": prompts.FIND_ORDER},
                {"role": "user", "content": text},
            ],
            response_format=OrderReference,
            max_completion_tokens=300,
        )
    except openai.OpenAIError as error:
        logger.warning("no order reference: %s", error)
        return None
    logger.info("order reference found, %s", response.usage)
    return response.choices[0].message.parsed
